package headway.remote.impl;

import headway.bus.Bus;
import headway.bus.Call;
import headway.bus.CallException;
import headway.bus.Execution;
import headway.bus.Message;
import headway.bus.Registration;
import headway.dbus.ErrorNames;
import headway.dbus.Introspection;
import headway.dbus.Introspection.Argument;
import headway.dbus.Introspection.Interface;
import headway.dbus.InvalidMessageException;
import headway.dbus.Variant;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.framework.ServiceReference;

/**
 * One service as a D-Bus object: answers the calls of its interfaces and of {@code org.freedesktop.DBus.Properties}, and tells of
 * properties that changed. What the service is asked runs in the object's {@link Turns}, so that calls keep their order, whichever
 * interface they are of.
 */
final class ExportedObject {

    static final String PROPERTIES = "org.freedesktop.DBus.Properties";

    private static final System.Logger LOG = System.getLogger(ExportedObject.class.getName());
    private static final String EMITS_CHANGED_SIGNAL = "org.freedesktop.DBus.Property.EmitsChangedSignal";
    private static final String CHANGED_TOPIC = "org/freedesktop/DBus/Properties/PropertiesChanged";

    private static final Interface PROPERTIES_INTERFACE = new Interface(
            PROPERTIES,
            List.of(
                    new Introspection.Method(
                            "Get",
                            Argument.in("interface_name", "s"),
                            Argument.in("property_name", "s"),
                            Argument.out("value", "v")),
                    new Introspection.Method(
                            "GetAll", Argument.in("interface_name", "s"), Argument.out("properties", "a{sv}")),
                    new Introspection.Method(
                            "Set",
                            Argument.in("interface_name", "s"),
                            Argument.in("property_name", "s"),
                            Argument.in("value", "v"))),
            List.of(new Introspection.Signal(
                    "PropertiesChanged",
                    Argument.out("interface_name", "s"),
                    Argument.out("changed_properties", "a{sv}"),
                    Argument.out("invalidated_properties", "as"))),
            List.of());

    private final Bus bus;
    private final ObjectTree tree;
    private final String path;
    private final Map<String, RemoteInterface> interfaces;
    private final Wish.Emits emits;
    private final ServiceReference<?> reference;
    private final Object service;
    private final Turns turns;

    /** Where properties are read to see what changed: one look at a time. */
    private final Turns looks;

    private final AtomicBoolean lookIsDue = new AtomicBoolean();
    private final List<Registration> registrations = new ArrayList<>();
    private final boolean hasProperties;

    /** What the bus was told last, by interface and property. Belongs to whoever looks. */
    private final Map<String, Map<String, Variant>> told = new HashMap<>();

    /** Orders the signals that it has come and that it has gone. */
    private final Object presence = new Object();

    /** Guarded by presence. */
    private boolean announced;

    private volatile boolean closed;

    /**
     * Not yet on the bus.
     *
     * @param interfaces by their D-Bus names
     * @param wish where its calls run and what is known of its changes
     * @param reference has the service's properties
     */
    ExportedObject(
            Bus bus,
            ObjectTree tree,
            String path,
            Map<String, RemoteInterface> interfaces,
            Wish wish,
            ServiceReference<?> reference,
            Object service) {
        this.bus = bus;
        this.tree = tree;
        this.path = path;
        this.interfaces = interfaces;
        this.emits = wish.emits();
        this.reference = reference;
        this.service = service;
        this.turns = new Turns(bus.executor(), wish.execution().width());
        this.looks = wish.execution() == Wish.Execution.SERIAL ? turns : new Turns(bus.executor(), 1);
        this.hasProperties =
                interfaces.values().stream().anyMatch(each -> !each.properties().isEmpty());
    }

    /**
     * Puts it on the bus.
     *
     * @throws IllegalStateException if something else is at its path
     */
    void open() {
        tree.add(this);
        try {
            for (String each : interfaces.keySet()) {
                registrations.add(bus.export(path, each, Execution.DIRECT, this::onCall));
            }
            registrations.add(bus.export(path, PROPERTIES, Execution.DIRECT, this::onCall));
            registrations.add(bus.export(
                    path,
                    ServiceProperties.INTERFACE,
                    Execution.DIRECT,
                    call -> ServiceProperties.answer(call, reference)));
        } catch (IllegalStateException e) {
            closed = true;
            registrations.forEach(Registration::close);
            tree.remove(this);
            throw e;
        }
        boolean ignored = looks.execute(this::tellAdded);
    }

    /** The service's own properties are others now; so may be what its getters give. Any thread. */
    void serviceModified() {
        boolean ignored = looks.execute(this::tellModified);
        lookForChanges();
    }

    private void tellModified() {
        if (!closed) {
            tree.emit(path, ServiceProperties.INTERFACE, ServiceProperties.CHANGED, "");
        }
    }

    private void tellAdded() {
        if (closed) {
            return;
        }
        // Whoever asked for the service's properties before there was an object asks again.
        tellModified();
        Map<String, Map<String, Variant>> now = readNow();
        told.putAll(now);
        synchronized (presence) {
            if (!closed) {
                announced = true;
                tree.tellAdded(this, now);
            }
        }
    }

    /** Takes it from the bus. A call that is under way is answered; those that wait are told that it is gone. */
    void close() {
        synchronized (presence) {
            if (closed) {
                return;
            }
            closed = true;
            registrations.forEach(Registration::close);
            tree.remove(this);
            if (announced) {
                tree.tellRemoved(this);
            }
        }
    }

    String path() {
        return path;
    }

    List<String> interfaceNames() {
        return List.copyOf(interfaces.keySet());
    }

    /** What it says it can do. */
    List<Interface> introspect() {
        List<Introspection.Annotation> annotations =
                List.of(new Introspection.Annotation(EMITS_CHANGED_SIGNAL, emits.annotation()));
        List<Interface> all = new ArrayList<>();
        interfaces.forEach((name, each) -> all.add(each.toIntrospection(name, annotations)));
        all.add(PROPERTIES_INTERFACE);
        all.add(ServiceProperties.DESCRIPTION);
        return all;
    }

    // ---------------------------------------------------------------- calls

    private void onCall(Call call) {
        if (!turns.execute(() -> answer(call))) {
            Answers.error(
                    call,
                    new CallException(
                            ErrorNames.LIMITS_EXCEEDED, Turns.MOST_WAITING + " calls wait for " + path + " already"));
        }
    }

    private void answer(Call call) {
        try {
            if (closed) {
                throw new CallException(ErrorNames.UNKNOWN_OBJECT, "The service behind " + path + " is gone");
            }
            Message message = call.message();
            if (PROPERTIES.equals(message.interfaceName())) {
                answerProperties(call, message);
            } else {
                answerMethod(call, message);
            }
        } catch (CallException e) {
            Answers.error(call, e);
        } catch (InvalidMessageException e) {
            Answers.error(call, new CallException(ErrorNames.INCONSISTENT_MESSAGE, e.getMessage()));
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            LOG.log(Level.ERROR, "A call of " + path + " failed in a way it must not", e);
            Answers.error(call, Errors.of(e));
        }
    }

    private void answerMethod(Call call, Message message) throws CallException {
        String member = message.member();
        RemoteInterface known = interfaceOf(message);
        RemoteMethod method = known.find(member, message.signature());
        if (method == null) {
            String others = known.signaturesOf(member);
            throw others.isEmpty()
                    ? new CallException(
                            CallException.UNKNOWN_METHOD, message.interfaceName() + " has no method " + member)
                    : new CallException(
                            ErrorNames.INVALID_ARGS,
                            member + " takes " + others + ", not (" + message.signature() + ")");
        }
        Object[] arguments;
        try {
            arguments = method.decode(message.body());
        } catch (IllegalArgumentException e) {
            throw new CallException(ErrorNames.INVALID_ARGS, member + ", " + e.getMessage());
        }
        RemoteProperty property = known.propertyOf(method);
        boolean changes = property == null || property.getter() != method;
        try {
            answerWith(call, method, changes, arguments);
        } finally {
            // Also after a failure: half of it may have been done.
            if (changes) {
                lookForChanges();
            }
        }
    }

    /** A call need not name the interface; then the first that has the member is meant. */
    private RemoteInterface interfaceOf(Message message) throws CallException {
        if (message.interfaceName() != null) {
            return interfaces.get(message.interfaceName());
        }
        for (RemoteInterface each : interfaces.values()) {
            if (each.find(message.member(), message.signature()) != null) {
                return each;
            }
        }
        throw new CallException(
                CallException.UNKNOWN_METHOD,
                path + " has no method " + message.member() + "(" + message.signature() + ")");
    }

    private void answerWith(Call call, RemoteMethod method, boolean changes, Object... arguments) throws CallException {
        Object returned = invoke(method, arguments);
        CompletionStage<?> later;
        try {
            later = method.later(returned);
        } catch (Exception e) {
            throw failure(method, e);
        }
        if (later == null) {
            reply(call, method, returned);
            return;
        }
        CompletionStage<?> ignored = later.whenComplete((value, failure) -> {
            if (failure == null) {
                replyLater(call, method, value);
            } else {
                Answers.error(call, failure(method, failure));
            }
            if (changes) {
                lookForChanges();
            }
        });
    }

    private void reply(Call call, RemoteMethod method, Object value) throws CallException {
        Object[] body;
        try {
            body = method.encodeResult(value);
        } catch (RuntimeException e) {
            throw unsendable(method, value, e);
        }
        Answers.reply(call, method.answers(), body);
    }

    /** Says that a result has no D-Bus form, or another than was declared: a raw list may hold anything. */
    private static CallException unsendable(RemoteMethod method, Object value, RuntimeException reason) {
        return new CallException(
                value == null ? Errors.NULL : ErrorNames.FAILED,
                "What " + method.member() + " answers cannot be sent: "
                        + (reason instanceof IllegalArgumentException ? reason.getMessage() : reason));
    }

    private void replyLater(Call call, RemoteMethod method, Object value) {
        try {
            reply(call, method, value);
        } catch (CallException e) {
            Answers.error(call, e);
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            Answers.error(call, failure(method, e));
        }
    }

    private Object invoke(RemoteMethod method, Object... arguments) throws CallException {
        try {
            return method.call(service, arguments);
        } catch (Throwable failure) {
            throw failure(method, failure);
        }
    }

    private CallException failure(RemoteMethod method, Throwable failure) {
        boolean mistake = failure instanceof Error;
        LOG.log(
                mistake ? Level.WARNING : Level.DEBUG,
                () -> RemoteMethod.describe(method.method()) + ", called at " + path + ", failed",
                failure);
        return method.errors().ofFailure(failure);
    }

    // ---------------------------------------------------------------- properties

    private void answerProperties(Call call, Message message) throws CallException {
        List<Object> body = message.body();
        switch (message.member() + "(" + message.signature() + ")") {
            case "Get(ss)" -> {
                RemoteProperty property = property((String) body.get(0), (String) body.get(1));
                Answers.reply(call, "v", read(property));
            }
            case "GetAll(s)" -> Answers.reply(call, "a{sv}", readAll((String) body.get(0)));
            case "Set(ssv)" -> {
                try {
                    set(property((String) body.get(0), (String) body.get(1)), body.get(2));
                    Answers.reply(call, "");
                } finally {
                    lookForChanges();
                }
            }
            default ->
                throw new CallException(
                        CallException.UNKNOWN_METHOD,
                        PROPERTIES + " has Get(ss), GetAll(s) and Set(ssv), not " + message.member() + "("
                                + message.signature() + ")");
        }
    }

    private RemoteProperty property(String interfaceName, String name) throws CallException {
        // The specification lets the interface be empty: then any that has the property.
        RemoteProperty found = null;
        if (interfaceName.isEmpty()) {
            for (RemoteInterface each : interfaces.values()) {
                found = found == null ? each.property(name) : found;
            }
        } else {
            found = known(interfaceName).property(name);
        }
        if (found == null) {
            throw new CallException(
                    ErrorNames.UNKNOWN_PROPERTY, path + " has no property " + interfaceName + "." + name);
        }
        return found;
    }

    private RemoteInterface known(String interfaceName) throws CallException {
        RemoteInterface known = interfaces.get(interfaceName);
        if (known == null) {
            throw new CallException(ErrorNames.UNKNOWN_INTERFACE, path + " has no interface " + interfaceName);
        }
        return known;
    }

    private Variant read(RemoteProperty property) throws CallException {
        RemoteMethod getter = property.getter();
        Object value = invoke(getter);
        try {
            return Variant.of(getter.answers(), getter.encodeResult(value)[0]);
        } catch (RuntimeException e) {
            throw unsendable(getter, value, e);
        }
    }

    private void set(RemoteProperty property, Object value) throws CallException {
        RemoteMethod setter = property.setter();
        if (setter == null) {
            throw new CallException(ErrorNames.PROPERTY_READ_ONLY, property.name() + " cannot be set");
        }
        if (value instanceof Variant variant
                && !setter.signature().equals("v")
                && !variant.signature().toString().equals(setter.signature())) {
            throw new CallException(
                    ErrorNames.INVALID_ARGS,
                    property.name() + " is of type " + setter.signature() + ", not " + variant.signature());
        }
        Object[] arguments;
        try {
            arguments = setter.decode(List.of(value));
        } catch (IllegalArgumentException e) {
            throw new CallException(ErrorNames.INVALID_ARGS, property.name() + ", " + e.getMessage());
        }
        invoke(setter, arguments);
    }

    private Map<String, Variant> readAll(String interfaceName) throws CallException {
        if (interfaceName.equals(PROPERTIES)
                || interfaceName.equals(ObjectTree.INTROSPECTABLE)
                || interfaceName.equals(ObjectTree.PEER)
                || interfaceName.equals(ObjectTree.MANAGER)) {
            return Map.of();
        }
        return readAll(known(interfaceName));
    }

    /** Those that have a value now; one whose getter fails or answers null has none. */
    private Map<String, Variant> readAll(RemoteInterface known) {
        Map<String, Variant> values = new LinkedHashMap<>();
        for (RemoteProperty property : known.properties()) {
            try {
                values.put(property.name(), read(property));
            } catch (CallException e) {
                LOG.log(Level.DEBUG, () -> path + " has no " + property.name() + " now", e);
            }
        }
        return values;
    }

    private Map<String, Map<String, Variant>> readNow() {
        Map<String, Map<String, Variant>> all = new LinkedHashMap<>();
        interfaces.forEach((name, each) -> all.put(name, readAll(each)));
        return all;
    }

    /** All properties by interface, read when it is their turn; without values if the object is busy beyond measure or gone. */
    CompletableFuture<Map<String, Map<String, Variant>>> readAll() {
        CompletableFuture<Map<String, Map<String, Variant>>> result = new CompletableFuture<>();
        if (!turns.execute(() -> result.complete(closed ? Map.of() : readNow()))) {
            result.complete(Map.of());
        }
        return result;
    }

    /**
     * Something may have changed: the properties are read when it is their turn, and those that differ from what was told last are
     * told. Any thread. Several wishes that wait are one.
     */
    void lookForChanges() {
        if (hasProperties && emits.looks() && lookIsDue.compareAndSet(false, true) && !looks.execute(this::look)) {
            lookIsDue.set(false);
        }
    }

    private void look() {
        lookIsDue.set(false);
        // What nobody listens to is found the next time somebody does.
        if (!closed && bus.wanted(CHANGED_TOPIC)) {
            readNow().forEach(this::tellChanges);
        }
    }

    private void tellChanges(String interfaceName, Map<String, Variant> now) {
        Map<String, Variant> before = told.put(interfaceName, now);
        Map<String, Variant> changed = new LinkedHashMap<>();
        List<String> invalidated = new ArrayList<>();
        now.forEach((name, value) -> {
            if (before == null || !WireValues.same(before.get(name), value)) {
                changed.put(name, value);
            }
        });
        if (before != null) {
            before.keySet().stream().filter(name -> !now.containsKey(name)).forEach(invalidated::add);
        }
        if (emits == Wish.Emits.INVALIDATES) {
            invalidated.addAll(changed.keySet());
            changed.clear();
        }
        if (!changed.isEmpty() || !invalidated.isEmpty()) {
            tree.emit(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", interfaceName, changed, invalidated);
        }
    }
}

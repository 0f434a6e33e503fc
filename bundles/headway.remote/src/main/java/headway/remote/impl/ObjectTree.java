package headway.remote.impl;

import headway.bus.Bus;
import headway.bus.Call;
import headway.bus.CallException;
import headway.bus.CallHandler;
import headway.bus.Execution;
import headway.bus.Registration;
import headway.dbus.ErrorNames;
import headway.dbus.Introspection;
import headway.dbus.Introspection.Argument;
import headway.dbus.Introspection.Interface;
import headway.dbus.ObjectPath;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The exported objects of this node by their paths, and what every D-Bus object can be asked besides: what it is ({@code
 * Introspectable}, with all that is below it, also where there is no object), whether it is there ({@code Peer}), and at the root
 * {@code ObjectManager}, all objects at once. Any thread.
 */
final class ObjectTree {

    static final String INTROSPECTABLE = "org.freedesktop.DBus.Introspectable";
    static final String PEER = "org.freedesktop.DBus.Peer";
    static final String MANAGER = "org.freedesktop.DBus.ObjectManager";

    private static final System.Logger LOG = System.getLogger(ObjectTree.class.getName());
    private static final String ROOT = "/";

    /** How long to wait for an object that is asked for its properties with all others. */
    private static final long PATIENCE_SECONDS = 2;

    private static final Interface INTROSPECTABLE_INTERFACE = new Interface(
            INTROSPECTABLE,
            List.of(new Introspection.Method("Introspect", Argument.out("xml_data", "s"))),
            List.of(),
            List.of());
    private static final Interface PEER_INTERFACE = new Interface(
            PEER,
            List.of(
                    new Introspection.Method("Ping"),
                    new Introspection.Method("GetMachineId", Argument.out("machine_uuid", "s"))),
            List.of(),
            List.of());
    private static final Interface MANAGER_INTERFACE = new Interface(
            MANAGER,
            List.of(new Introspection.Method(
                    "GetManagedObjects", Argument.out("objpath_interfaces_and_properties", "a{oa{sa{sv}}}"))),
            List.of(
                    new Introspection.Signal(
                            "InterfacesAdded",
                            Argument.out("object_path", "o"),
                            Argument.out("interfaces_and_properties", "a{sa{sv}}")),
                    new Introspection.Signal(
                            "InterfacesRemoved", Argument.out("object_path", "o"), Argument.out("interfaces", "as"))),
            List.of());

    /** A path at which there is an object, or below which there is one. */
    private static final class Place {
        private final List<Registration> registrations = new ArrayList<>();
        private int objects;
    }

    private final Bus bus;

    // Both guarded by this.
    private final TreeMap<String, ExportedObject> objects = new TreeMap<>();
    private final Map<String, Place> places = new TreeMap<>();

    ObjectTree(Bus bus) {
        this.bus = bus;
    }

    /**
     * An object has come. Its path can be introspected from now on; it is told of by {@link #tellAdded}.
     *
     * @throws IllegalStateException if there is another one at its path
     */
    synchronized void add(ExportedObject object) {
        if (objects.putIfAbsent(object.path(), object) != null) {
            throw new IllegalStateException(
                    "there is an object at " + object.path() + " already; " + Wish.PATH + " says another path");
        }
        for (String path = object.path(); path != null; path = parent(path)) {
            places.computeIfAbsent(path, this::open).objects++;
        }
    }

    /** An object has gone. */
    synchronized void remove(ExportedObject object) {
        if (!objects.remove(object.path(), object)) {
            return;
        }
        for (String path = object.path(); path != null; path = parent(path)) {
            Place place = places.get(path);
            if (--place.objects == 0) {
                places.remove(path);
                place.registrations.forEach(Registration::close);
            }
        }
    }

    /** Tells the bus of an object, once its properties are known. */
    void tellAdded(ExportedObject object, Map<String, ?> interfaces) {
        emit(ROOT, MANAGER, "InterfacesAdded", "oa{sa{sv}}", object.path(), interfaces);
    }

    /** Tells the bus that an object is there no more. */
    void tellRemoved(ExportedObject object) {
        emit(ROOT, MANAGER, "InterfacesRemoved", "oas", object.path(), object.interfaceNames());
    }

    /** Emits a signal of an object; one that the bus does not take is logged. */
    void emit(String path, String interfaceName, String member, String signature, Object... body) {
        try {
            bus.emit(path, interfaceName, member, signature, body);
        } catch (IllegalArgumentException e) {
            LOG.log(Level.WARNING, "The signal " + member + " of " + path + " cannot be sent: " + e.getMessage());
        }
    }

    private static String parent(String path) {
        int slash = path.lastIndexOf('/');
        if (path.equals(ROOT)) {
            return null;
        }
        return slash == 0 ? ROOT : path.substring(0, slash);
    }

    private Place open(String path) {
        Place place = new Place();
        open(place, path, INTROSPECTABLE, call -> {
            expect(call, "Introspect");
            call.reply("s", Introspection.toXml(introspect(path)));
        });
        open(place, path, PEER, ObjectTree::peer);
        if (path.equals(ROOT)) {
            open(place, path, MANAGER, call -> {
                expect(call, "GetManagedObjects");
                manage(call);
            });
        }
        return place;
    }

    private void open(Place place, String path, String interfaceName, CallHandler handler) {
        try {
            place.registrations.add(bus.export(path, interfaceName, Execution.DIRECT, handler));
        } catch (IllegalStateException e) {
            LOG.log(Level.DEBUG, "Somebody else answers for " + interfaceName + " of " + path, e);
        }
    }

    private static void expect(Call call, String member) throws CallException {
        String asked = call.message().member() + "(" + call.message().signature() + ")";
        if (!asked.equals(member + "()")) {
            throw new CallException(CallException.UNKNOWN_METHOD, "There is " + member + "() only, not " + asked);
        }
    }

    private static void peer(Call call) throws CallException {
        switch (call.message().member() + "(" + call.message().signature() + ")") {
            case "Ping()" -> call.reply("");
            case "GetMachineId()" -> call.reply("s", machineId());
            default ->
                throw new CallException(CallException.UNKNOWN_METHOD, "There are Ping() and GetMachineId() only");
        }
    }

    private static String machineId() throws CallException {
        for (String file : List.of("/etc/machine-id", "/var/lib/dbus/machine-id")) {
            try {
                return Files.readString(Path.of(file)).strip();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "No machine id", e);
            }
        }
        throw new CallException(ErrorNames.FAILED, "This machine has no /etc/machine-id");
    }

    private synchronized Introspection.Node introspect(String path) {
        List<Interface> interfaces = new ArrayList<>();
        ExportedObject object = objects.get(path);
        if (object != null) {
            interfaces.addAll(object.introspect());
        }
        interfaces.add(INTROSPECTABLE_INTERFACE);
        interfaces.add(PEER_INTERFACE);
        if (path.equals(ROOT)) {
            interfaces.add(MANAGER_INTERFACE);
        }
        String below = path.equals(ROOT) ? ROOT : path + "/";
        List<Introspection.Node> children = places.keySet().stream()
                .filter(each -> each.length() > below.length()
                        && each.startsWith(below)
                        && each.indexOf('/', below.length()) < 0)
                .map(each -> new Introspection.Node(each.substring(below.length()), List.of(), List.of()))
                .toList();
        return new Introspection.Node(null, interfaces, children);
    }

    /** Answers with all objects, once each has told its properties; one that is busy for long does not keep the others. */
    private void manage(Call call) {
        Map<ObjectPath, CompletableFuture<?>> answers = new LinkedHashMap<>();
        synchronized (this) {
            objects.forEach((path, object) -> answers.put(
                    new ObjectPath(path),
                    object.readAll().completeOnTimeout(Map.of(), PATIENCE_SECONDS, TimeUnit.SECONDS)));
        }
        CompletableFuture<Void> ignored = CompletableFuture.allOf(
                        answers.values().toArray(CompletableFuture<?>[]::new))
                .thenRun(() -> {
                    Map<ObjectPath, Object> all = new LinkedHashMap<>();
                    answers.forEach((path, properties) -> all.put(path, properties.join()));
                    Answers.reply(call, "a{oa{sa{sv}}}", all);
                });
    }
}

package headway.remote.impl;

import headway.bus.Bus;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * The services that want to be D-Bus objects, by whiteboard: each is one from when it is registered until it is not. One that cannot
 * be is left alone, and the log says which and why, once; if it is only that its path is taken, until that is free.
 */
final class Exports implements ServiceTrackerCustomizer<Object, Exports.Place> {

    private static final System.Logger LOG = System.getLogger(Exports.class.getName());

    /** A service, and the object that it is. */
    static final class Place {
        private final ServiceReference<Object> reference;

        // Written under the lock of this; foreign code may run under it, so there is no lock for all of them.
        private Wish wish;
        private String name;
        private boolean gone;
        private volatile Object service;
        private volatile ExportedObject object;

        /** It would be exported if its path were free. */
        private volatile boolean waits;

        private Place(ServiceReference<Object> reference) {
            this.reference = reference;
        }
    }

    private final BundleContext context;
    private final Bus bus;
    private final ObjectTree tree;
    private final OwnedNames names;
    private final ServiceTracker<Object, Place> tracker;
    private final Map<Place, Boolean> places = new ConcurrentHashMap<>();

    Exports(BundleContext context, Bus bus) {
        this.context = context;
        this.bus = bus;
        this.tree = new ObjectTree(bus);
        this.names = new OwnedNames(bus);
        try {
            this.tracker = new ServiceTracker<>(
                    context, FrameworkUtil.createFilter("(" + Wish.EXPORTED_INTERFACES + "=*)"), this);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    void open() {
        tracker.open(true);
    }

    void close() {
        tracker.close();
    }

    /** A service tells that what its getters give has changed. */
    void changed(Object service) {
        for (Place place : places.keySet()) {
            ExportedObject object = place.object;
            if (place.service == service && object != null) {
                object.lookForChanges();
            }
        }
    }

    @Override
    public Place addingService(ServiceReference<Object> reference) {
        Place place = new Place(reference);
        // First, so that whoever lets go of its path finds it.
        places.put(place, true);
        take(place);
        return place;
    }

    @Override
    public void modifiedService(ServiceReference<Object> reference, Place place) {
        synchronized (place) {
            if (place.object != null && wishOf(reference).equals(Optional.of(place.wish))) {
                place.object.serviceModified();
                return;
            }
        }
        letGo(place, false);
        take(place);
    }

    @Override
    public void removedService(ServiceReference<Object> reference, Place place) {
        places.remove(place);
        letGo(place, true);
    }

    /** What it asks for now; {@code take} says what is wrong with it. */
    private static Optional<Wish> wishOf(ServiceReference<?> reference) {
        try {
            return Optional.ofNullable(Wish.of(reference));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void take(Place place) {
        synchronized (place) {
            try {
                place.wish = Wish.of(place.reference);
                if (place.wish != null && place.object == null && !place.gone) {
                    // Before the path is found taken: it may be let go of right after.
                    place.waits = true;
                    export(place);
                    place.waits = false;
                }
            } catch (IllegalStateException e) {
                refuse(place, e);
            } catch (IllegalArgumentException | ClassNotFoundException | LinkageError e) {
                place.waits = false;
                refuse(place, e);
            }
        }
    }

    private void refuse(Place place, Throwable reason) {
        LOG.log(Level.ERROR, "Not exporting the " + describe(place.reference) + ": " + reason.getMessage());
        LOG.log(Level.DEBUG, "It was refused here", reason);
        unget(place);
    }

    private void unget(Place place) {
        if (place.service != null) {
            place.service = null;
            try {
                boolean ignored = context.ungetService(place.reference);
            } catch (IllegalStateException e) {
                LOG.log(Level.DEBUG, "The framework was faster", e);
            }
        }
    }

    private void export(Place place) throws ClassNotFoundException {
        Wish wish = place.wish;
        place.service = context.getService(place.reference);
        if (place.service == null || place.gone) {
            throw new IllegalArgumentException("its bundle does not give it");
        }
        Map<String, RemoteInterface> interfaces = interfaces(place);
        String first = interfaces.keySet().iterator().next();
        ExportedObject object = new ExportedObject(
                bus,
                tree,
                wish.path() == null ? pathOf(first) : wish.path(),
                interfaces,
                wish,
                place.reference,
                place.service);
        object.open();
        place.object = object;
        // Whoever sees the name finds the object.
        place.name = wish.name() == null ? first : wish.name();
        names.need(place.name);
        LOG.log(Level.DEBUG, () -> place.name + object.path() + " is the " + describe(place.reference));
    }

    /** The interfaces that the object has, by their D-Bus names. */
    private static Map<String, RemoteInterface> interfaces(Place place) throws ClassNotFoundException {
        Wish wish = place.wish;
        boolean all = Wish.strings(place.reference, Wish.EXPORTED_INTERFACES).contains("*");
        Map<String, RemoteInterface> interfaces = new LinkedHashMap<>();
        for (String javaName : wish.interfaces()) {
            Class<?> type = type(javaName, place);
            // An asterisk means all interfaces, and classes are none.
            if (type.isInterface() || !all) {
                RemoteInterface known = RemoteInterface.of(type);
                String name = wish.interfaceName() == null ? known.name() : wish.interfaceName();
                if (interfaces.put(name, known) != null) {
                    throw new IllegalArgumentException("several of its interfaces are called " + name + " on D-Bus");
                }
            }
        }
        if (interfaces.isEmpty()) {
            throw new IllegalArgumentException("it is registered under no interface");
        }
        return interfaces;
    }

    /** Where an object is that says nothing about it. */
    static String pathOf(String interfaceName) {
        return "/" + interfaceName.replace('.', '/');
    }

    /** The class of an interface as the service has it; the bundle that registered it need not see it. */
    private static Class<?> type(String javaName, Place place) throws ClassNotFoundException {
        Deque<Class<?>> classes = new ArrayDeque<>();
        for (Class<?> c = place.service.getClass(); c != null; c = c.getSuperclass()) {
            classes.add(c);
        }
        while (!classes.isEmpty()) {
            Class<?> candidate = classes.poll();
            if (candidate.getName().equals(javaName)) {
                return candidate;
            }
            classes.addAll(List.of(candidate.getInterfaces()));
        }
        return place.reference.getBundle().loadClass(javaName);
    }

    private void letGo(Place place, boolean forGood) {
        synchronized (place) {
            place.gone |= forGood;
            place.waits = false;
            if (place.object == null) {
                unget(place);
                return;
            }
            names.needNoMore(place.name);
            place.object.close();
            place.object = null;
            unget(place);
        }
        for (Place each : places.keySet()) {
            if (each.waits) {
                each.waits = false;
                take(each);
            }
        }
    }

    /** Which service, for the log. */
    static String describe(ServiceReference<?> reference) {
        String[] types = (String[]) reference.getProperty(Constants.OBJECTCLASS);
        return String.join(", ", types) + " service " + reference.getProperty(Constants.SERVICE_ID) + " of "
                + reference.getBundle();
    }
}

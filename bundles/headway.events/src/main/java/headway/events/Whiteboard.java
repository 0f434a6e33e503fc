package headway.events;

import headway.bus.Registration;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * Follows services of one type and keeps something for each as long as it is there; a service whose properties change is
 * taken anew. A service that cannot be taken is ignored, and the log says which and why (157.4.8).
 */
final class Whiteboard<S> implements ServiceTrackerCustomizer<S, Whiteboard.Place<S>>, Registration {

    private static final System.Logger LOG = System.getLogger(Whiteboard.class.getName());

    /** Takes a service; the answer lasts until the service goes. */
    @FunctionalInterface
    interface Taker<S> {

        /**
         * Takes it.
         *
         * @throws IllegalArgumentException if its properties make no sense
         * @throws ClassNotFoundException if its bundle does not have a class that they name
         */
        Registration take(ServiceReference<S> reference, S service) throws ClassNotFoundException;
    }

    /** A service and what is kept for it. */
    static final class Place<S> {
        private final S service;
        private Registration kept;

        private Place(S service) {
            this.service = service;
        }
    }

    private final BundleContext context;
    private final Taker<S> taker;
    private final ServiceTracker<S, Place<S>> tracker;

    Whiteboard(BundleContext context, Class<S> type, Taker<S> taker) {
        this.context = context;
        this.taker = taker;
        this.tracker = new ServiceTracker<>(context, type, this);
    }

    void open() {
        tracker.open();
    }

    @Override
    public void close() {
        tracker.close();
    }

    @Override
    public Place<S> addingService(ServiceReference<S> reference) {
        S service = context.getService(reference);
        if (service == null) {
            return null;
        }
        Place<S> place = new Place<>(service);
        take(reference, place);
        return place;
    }

    @Override
    public void modifiedService(ServiceReference<S> reference, Place<S> place) {
        letGo(place);
        take(reference, place);
    }

    @Override
    public void removedService(ServiceReference<S> reference, Place<S> place) {
        letGo(place);
        context.ungetService(reference);
    }

    private void take(ServiceReference<S> reference, Place<S> place) {
        try {
            place.kept = taker.take(reference, place.service);
        } catch (IllegalArgumentException | ClassNotFoundException | LinkageError e) {
            LOG.log(Level.ERROR, "Ignoring the " + describe(reference) + ": " + e.getMessage(), e);
        }
    }

    private static void letGo(Place<?> place) {
        if (place.kept != null) {
            place.kept.close();
            place.kept = null;
        }
    }

    /** Which service, for the log. */
    static String describe(ServiceReference<?> reference) {
        String[] types = (String[]) reference.getProperty("objectClass");
        return String.join(", ", types) + " service " + reference.getProperty("service.id") + " of "
                + reference.getBundle();
    }

    /**
     * A service property of type {@code String+}; empty if it is not there.
     *
     * @throws IllegalArgumentException if it is of another type
     */
    static List<String> strings(ServiceReference<?> reference, String property) {
        Object value = reference.getProperty(property);
        List<String> strings = new ArrayList<>();
        if (value instanceof Object[] array) {
            for (Object element : array) {
                strings.add(string(property, element));
            }
        } else if (value instanceof Collection<?> collection) {
            for (Object element : collection) {
                strings.add(string(property, element));
            }
        } else if (value != null) {
            strings.add(string(property, value));
        }
        return strings;
    }

    /**
     * A service property of type String; null if it is not there.
     *
     * @throws IllegalArgumentException if it is of another type
     */
    static String string(ServiceReference<?> reference, String property) {
        Object value = reference.getProperty(property);
        return value == null ? null : string(property, value);
    }

    /**
     * A service property that is an LDAP filter; null if it is not there.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    static Filter filter(ServiceReference<?> reference, String property) {
        String text = string(reference, property);
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return FrameworkUtil.createFilter(text);
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(property + " is no filter: " + e.getMessage(), e);
        }
    }

    private static String string(String property, Object value) {
        if (value instanceof String s) {
            return s;
        }
        throw new IllegalArgumentException(property + " has a value that is no String: " + value);
    }
}

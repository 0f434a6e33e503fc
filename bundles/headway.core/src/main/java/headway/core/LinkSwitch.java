package headway.core;

import headway.transport.Address;
import headway.transport.SendResult;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Over which link one peer is sent to: of those that reach it the best that works.
 *
 * <ul>
 *   <li>A better one is taken as soon as it has answered a check over it, there and back. If it does not answer nothing has
 *       changed, and it is tried again later.
 *   <li>One that is gone is left at once.
 *   <li>One that is in use is checked twice a second at most, and left when it does not answer while another does. A peer that
 *       stands still answers nowhere, and nothing changes.
 * </ul>
 *
 * Belongs to the bus's owner.
 */
final class LinkSwitch {

    /** Whose switch it is. */
    interface Traveller {

        long now();

        /** Who is reached, for logs. */
        String destination();

        /** Whether checks can be sent; until then the best route is taken without. */
        boolean isBound();

        /** Asks the peer, over that route, to answer with that number the same way. */
        SendResult check(Route over, long number);

        /** Another route was taken; the one before still works, so that what was sent over it arrives. */
        void movedFrom(Route before);

        /** Another route was taken; what was sent over the one before may be lost. */
        void movedInNeed();

        /** No route is left. */
        void stranded();
    }

    private static final System.Logger LOG = System.getLogger(LinkSwitch.class.getName());

    /** A link in use is checked so often, while it is used. */
    private static final long WATCH_NANOS = 500_000_000;
    /** A peer that stood still answers over all links at once; so long the one in use may take longer than another. */
    private static final long MERCY_NANOS = 20_000_000;

    private final Traveller traveller;
    private final Comparator<Route> order;
    private final List<Route> routes = new ArrayList<>(2);

    /** Nothing can be sent there any more, but what came from there may still be under way. */
    private final List<Route> severed = new ArrayList<>(0);

    private Route current;

    /** The current route did not answer. */
    private boolean suspect;

    /** The one that did, or null; it is taken if the current one does not answer until then. */
    private Route rescue;

    private long rescueAt;

    /** Something was sent over the current route since it was checked. */
    private boolean used;

    private long checks;
    private long switches;
    private long since;

    /** When there is something to look at; never later than that. */
    private long lookAt = Long.MAX_VALUE;

    LinkSwitch(Traveller traveller, Comparator<LinkSlot> preference) {
        this.traveller = traveller;
        this.order = Comparator.comparing(Route::slot, preference);
    }

    /** The route in use, or null. */
    Route current() {
        return current;
    }

    /** All routes, the best first. */
    List<Route> routes() {
        return Collections.unmodifiableList(routes);
    }

    /** How often another route was taken. */
    long switches() {
        return switches;
    }

    /** Since when the current route is taken. */
    long since() {
        return since;
    }

    // ---------------------------------------------------------------- routes come and go

    /** The peer can be reached, or was heard, at this address. */
    void add(LinkSlot slot, Address address) {
        if (at(slot, address) != null) {
            return;
        }
        routes.removeIf(known -> known.slot() == slot);
        severed.removeIf(known -> known.slot() == slot);
        routes.add(new Route(slot, address, traveller.now()));
        choose();
    }

    /** The link ended, or all that came from that address of it has come (null: whatever the address). */
    void remove(LinkSlot slot, Address address) {
        Predicate<Route> those = known ->
                known.slot() == slot && (address == null || known.address().equals(address));
        severed.removeIf(those);
        if (routes.removeIf(those)) {
            choose();
        }
    }

    /** Nothing can be sent over that route any more; {@link #remove} follows when all that came over it has come. */
    void sever(Route route) {
        if (routes.remove(route)) {
            severed.add(route);
            choose();
        }
    }

    /** The route over that link to that address, or null; also one that is severed. */
    Route at(LinkSlot slot, Address address) {
        Route route = find(routes, slot, address);
        return route != null || severed.isEmpty() ? route : find(severed, slot, address);
    }

    private static Route find(List<Route> some, LinkSlot slot, Address address) {
        for (int i = 0; i < some.size(); i++) {
            Route known = some.get(i);
            if (known.slot() == slot && known.address().equals(address)) {
                return known;
            }
        }
        return null;
    }

    /** What is better has changed: also what did not work is tried at once. */
    void reconsider() {
        routes.forEach(Route::rested);
        choose();
    }

    /** A route has come or gone. */
    private void choose() {
        routes.sort(order);
        lookAt = Long.MIN_VALUE;
        if (!routes.contains(rescue)) {
            rescue = null;
        }
        boolean gone =
                current == null || !routes.contains(current) || current.slot().isDead();
        if (!gone && traveller.isBound()) {
            return;
        }
        Route before = current;
        Route best = bestInNeed();
        if (best != before) {
            take(best);
            if (best == null) {
                traveller.stranded();
            } else {
                traveller.movedInNeed();
            }
        }
    }

    /** The best of which nothing bad is known, else the best. */
    private Route bestInNeed() {
        for (Route route : routes) {
            if (route.failures() == 0 && !route.slot().isDead()) {
                return route;
            }
        }
        return routes.isEmpty() ? null : routes.get(0);
    }

    private void take(Route route) {
        if (current != null && route != null) {
            switches++;
        }
        current = route;
        since = traveller.now();
        suspect = false;
        rescue = null;
        used = false;
        lookAt = Long.MIN_VALUE;
    }

    // ---------------------------------------------------------------- checks

    /** Something was sent over the current route. */
    void used() {
        if (!used && current != null) {
            used = true;
            lookAt = Math.min(lookAt, current.checkedAt() + WATCH_NANOS);
        }
    }

    /** The peer answered a check of that number; the answer came over that link. */
    void answered(LinkSlot slot, long number) {
        for (int i = 0; i < routes.size(); i++) {
            Route route = routes.get(i);
            if (route.slot() == slot && route.answers(number)) {
                lookAt = Long.MIN_VALUE;
                works(route, i);
                return;
            }
        }
    }

    private void works(Route route, int place) {
        Route before = current;
        if (route == before) {
            suspect = false;
            rescue = null;
        } else if (suspect) {
            if (rescue == null) {
                rescue = route;
                rescueAt = traveller.now() + MERCY_NANOS;
            }
        } else if (place < routes.indexOf(before)) {
            take(route);
            traveller.movedFrom(before);
        }
    }

    private void takeRescue() {
        LOG.log(Level.WARNING, "{0} is reached over {1} now", traveller.destination(), rescue.slot());
        take(rescue);
        traveller.movedInNeed();
    }

    /** Does what is due; returns when something is due next. */
    long onTime(long now) {
        if (now >= lookAt) {
            lookAt = Long.MAX_VALUE;
            look(now);
        }
        return lookAt;
    }

    private void look(long now) {
        if (rescue != null && now >= rescueAt) {
            takeRescue();
        } else if (rescue != null) {
            lookAt = rescueAt;
        }
        boolean better = true;
        for (int i = 0; i < routes.size(); i++) {
            Route route = routes.get(i);
            boolean due = better || suspect;
            if (route == current) {
                better = false;
                due = isWatchDue(now);
            }
            if (due && !check(route, now)) {
                sever(route);
                return;
            }
        }
    }

    /** Whether the current route is to be checked; if not yet, it is looked at again. */
    private boolean isWatchDue(long now) {
        if (current.isChecked()) {
            return true;
        }
        long watchAt = current.checkedAt() + WATCH_NANOS;
        if (used && now < watchAt) {
            lookAt = Math.min(lookAt, watchAt);
            return false;
        }
        boolean due = used;
        used = false;
        return due;
    }

    /** Checks a route if it is time; says no if there is no such way any more. */
    private boolean check(Route route, long now) {
        if (!route.isChecked() && route.failures() > 0 && now < route.retryAt()) {
            lookAt = Math.min(lookAt, route.retryAt());
            return true;
        }
        if (route.isChecked() && now < route.overdueAt()) {
            lookAt = Math.min(lookAt, route.overdueAt());
            return true;
        }
        if (!route.mayTryAgain()) {
            fails(route, now);
            return true;
        }
        SendResult result = traveller.check(route, ++checks);
        if (result == SendResult.SENT) {
            route.checked(checks, now);
        } else {
            route.skipped(now);
        }
        lookAt = Math.min(lookAt, route.overdueAt());
        return result == SendResult.SENT || result == SendResult.FULL;
    }

    private void fails(Route route, long now) {
        if (route.failures() == 0) {
            LOG.log(Level.WARNING, "{0} does not answer over {1}", traveller.destination(), route.slot());
        }
        route.fail(now);
        if (route == current) {
            suspect = true;
            lookAt = Long.MIN_VALUE;
        } else {
            lookAt = Math.min(lookAt, route.retryAt());
        }
    }
}

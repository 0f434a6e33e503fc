package headway.core;

import headway.transport.Credentials;
import headway.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Queue;

/** One process of a simulation: a real node, driven by the one thread there is. */
final class SimProcess {

    private final Simulation simulation;
    private final Node node;
    private final NodeBus bus;
    private long wakesAt = Long.MAX_VALUE;
    private long lag;
    private long frozenUntil;
    private boolean stopped;
    private boolean mayJoin = true;
    private boolean stalled;
    private final Queue<Runnable> arrivals = new ArrayDeque<>();
    private final Credentials credentials;
    private final Callers executor;

    SimProcess(Simulation simulation, NodeConfig config) {
        this.simulation = simulation;
        executor = task -> simulation.after(simulation.random().nextLong(lag + 1000), () -> run(task));
        long incarnation = Math.max(1, simulation.random().nextLong() & Long.MAX_VALUE);
        node = new Node(config, simulation::now, incarnation, executor, simulation.memory());
        bus = new NodeBus(node, executor);
        credentials = new Credentials(simulation.random().nextLong(1L << 40), 1, 1, "");
    }

    Node node() {
        return node;
    }

    /** Runs what subscribers, handlers and ports do. */
    Callers executor() {
        return executor;
    }

    NodeBus bus() {
        return bus;
    }

    /** What all media vouch for. */
    Credentials credentials() {
        return credentials;
    }

    boolean isStopped() {
        return stopped;
    }

    /** What is opened from now on may not join groups. */
    void withoutGroups() {
        mayJoin = false;
    }

    /** How this process sees a medium. */
    Transport seen(SimMedium medium) {
        return mayJoin ? medium : medium.withoutGroups();
    }

    /** It takes nothing any more, until it goes on; what arrives waits on the way. */
    void stall() {
        stalled = true;
    }

    void goOn() {
        stalled = false;
        for (Runnable arrival = arrivals.poll(); arrival != null; arrival = arrivals.poll()) {
            arrival.run();
        }
    }

    /** Something arrives. */
    void take(Runnable arrival) {
        if (stalled) {
            arrivals.add(arrival);
        } else {
            arrival.run();
        }
    }

    /** Nothing in it goes on for so long; afterwards everything does, as after a suspend or a stop signal. */
    void freeze(long nanos) {
        frozenUntil = simulation.now() + nanos;
    }

    boolean isFrozen() {
        return simulation.now() < frozenUntil;
    }

    long frozenUntil() {
        return frozenUntil;
    }

    /** Subscribers and handlers run so many nanoseconds late at most. */
    void lag(long nanos) {
        lag = nanos;
    }

    void open(SimMedium medium, int ranking) {
        medium.opener(this);
        try {
            node.addTransport(seen(medium), ranking);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        work();
    }

    void remove(SimMedium medium) {
        node.removeTransport(seen(medium));
        work();
    }

    /** Does something in this process, then what follows from it. */
    void run(Runnable task) {
        if (isFrozen()) {
            simulation.at(frozenUntil, () -> run(task));
        } else if (!stopped) {
            task.run();
            work();
        }
    }

    /** Does what the bus has to do now, and arranges for what it has to do later. */
    void work() {
        if (stopped) {
            return;
        }
        if (isFrozen()) {
            simulation.at(frozenUntil, this::work);
            return;
        }
        long next = node.owner().step();
        if (next == Long.MAX_VALUE) {
            return;
        }
        long at = Math.max(next, simulation.now() + 1000);
        if (at < wakesAt || wakesAt <= simulation.now()) {
            wakesAt = at;
            simulation.at(at, () -> {
                if (wakesAt == at) {
                    wakesAt = Long.MAX_VALUE;
                    work();
                }
            });
        }
    }

    /**
     * Ends it in good order, after it has sent what there is to send.
     *
     * @param givesUp called if somebody has not taken everything by then
     */
    void close(Runnable givesUp) {
        close(simulation.now() + 1_000_000_000, givesUp);
    }

    private void close(long until, Runnable givesUp) {
        if (isFrozen()) {
            simulation.at(frozenUntil, () -> close(until, givesUp));
            return;
        }
        work();
        boolean drained = node.isDrained();
        if (drained || simulation.now() >= until) {
            if (!drained) {
                givesUp.run();
            }
            stopped = true;
            node.leave();
        } else {
            simulation.after(1_000_000, () -> close(until, givesUp));
        }
    }

    /** Ends it in the middle of whatever it does. */
    void crash() {
        stopped = true;
        node.links().forEach(slot -> slot.link().close());
    }
}

package headway.core;

/** Monotonic time. Real on a head unit, virtual in a simulation. */
@FunctionalInterface
interface Clock {

    /** Nanoseconds since some moment; the same moment for all processes of one machine. */
    long nanos();
}

package headway.core;

/** Something too large to be copied into the {@link Outbox}: it is put as a subject of its own, and its bytes count all the same. */
interface Large {

    /** The whole message; not changed any more. */
    byte[] bytes();
}

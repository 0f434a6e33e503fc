package headway.core;

/** A message for one participant that is too large for the outbox: it is put as a subject of its own. */
final class LargeLetter implements Large {

    private final Participant to;
    private final byte[] bytes;

    /**
     * A message for that participant.
     *
     * @param bytes not changed any more
     */
    LargeLetter(Participant to, byte[] bytes) {
        this.to = to;
        this.bytes = bytes;
    }

    Participant to() {
        return to;
    }

    @Override
    public byte[] bytes() {
        return bytes;
    }
}

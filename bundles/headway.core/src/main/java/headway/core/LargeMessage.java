package headway.core;

/** A published message too large for the outbox: it is put as a subject of its own. */
final class LargeMessage implements Large {

    private final Topic topic;
    private final byte[] bytes;

    /**
     * A message to that topic.
     *
     * @param bytes not changed any more
     */
    LargeMessage(Topic topic, byte[] bytes) {
        this.topic = topic;
        this.bytes = bytes;
    }

    Topic topic() {
        return topic;
    }

    @Override
    public byte[] bytes() {
        return bytes;
    }
}

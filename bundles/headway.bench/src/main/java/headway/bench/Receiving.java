package headway.bench;

import java.io.IOException;

/** The role of a receiver: its mark counts what it got. */
record Receiving(Receiver receiver, Tally tally) implements Role {

    @Override
    public Mark mark() {
        if (tally.failure() != null) {
            throw new IllegalStateException(tally.failure());
        }
        return Mark.now(tally.count(), receiver.bytes(), tally.times());
    }

    @Override
    public void close() throws IOException {
        receiver.close();
    }
}

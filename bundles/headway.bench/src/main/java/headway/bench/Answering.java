package headway.bench;

import java.io.Closeable;
import java.io.IOException;

/** The role of the one who answers calls. */
record Answering(Closeable side) implements Role {

    @Override
    public Mark mark() {
        return Mark.now(0, 0);
    }

    @Override
    public void close() throws IOException {
        side.close();
    }
}

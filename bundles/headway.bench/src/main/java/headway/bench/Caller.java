package headway.bench;

import java.io.Closeable;
import java.io.IOException;

/** Makes calls; one thread. */
interface Caller extends Closeable {

    /** Makes one. */
    interface Call {
        void make() throws IOException, InterruptedException;
    }

    /** One call and its reply. */
    void call() throws IOException, InterruptedException;

    /** One that closes in the end what its calls need. */
    static Caller of(Call call, Closeable used) {
        return new Caller() {
            @Override
            public void call() throws IOException, InterruptedException {
                call.make();
            }

            @Override
            public void close() throws IOException {
                used.close();
            }
        };
    }
}

package headway.bench;

import java.io.Closeable;
import java.io.IOException;

/** Sends one-way messages to every receiver; one thread. */
interface Sender extends Closeable {

    /** Sends one. */
    interface Send {
        void message(long number) throws IOException;
    }

    /** Sends the message of that number, or gathers it for a later write. Waits while there is no room. */
    void send(long number) throws IOException;

    /** How many messages go out together: a sender stops only after a multiple of this. */
    default int together() {
        return 1;
    }

    /** One that closes in the end what it needs to send. */
    static Sender of(Send send, Closeable used) {
        return new Sender() {
            @Override
            public void send(long number) throws IOException {
                send.message(number);
            }

            @Override
            public void close() throws IOException {
                used.close();
            }
        };
    }
}

package headway.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/** JeroMQ, ZeroMQ in Java: PUB and SUB, PAIR for calls, over its {@code ipc}. */
record JeroSide() implements Side {

    /** Of threads that only take what comes: how long they wait before they look whether they shall end. */
    private static final int PATIENCE_MILLIS = 100;

    @Override
    public String name() {
        return "jeromq";
    }

    @Override
    public String description() {
        return "JeroMQ over ipc";
    }

    @Override
    public void prepare(Plan plan, Children children) throws IOException {
        Credit.create(children.directory());
    }

    private static String address(Path meeting) {
        return "ipc://" + meeting.resolve("zmq");
    }

    /** A thread with a socket of its own, until it is closed. */
    private static final class Listener implements Closeable {

        private final Thread thread;
        private volatile boolean over;

        Listener(ZContext context, ZMQ.Socket socket, java.util.function.Consumer<byte[]> each) {
            socket.setReceiveTimeOut(PATIENCE_MILLIS);
            thread = new Thread(
                    () -> {
                        while (!over) {
                            byte[] bytes = socket.recv();
                            if (bytes != null) {
                                each.accept(bytes);
                            }
                        }
                        context.close();
                    },
                    "jeromq");
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() throws IOException {
            over = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public Receiver receive(Path meeting, int index, int payload, Tally tally) throws IOException {
        Credit credit = Credit.open(meeting);
        ZContext context = new ZContext();
        ZMQ.Socket socket = context.createSocket(SocketType.SUB);
        socket.setRcvHWM(0);
        socket.subscribe(ZMQ.SUBSCRIPTION_ALL);
        // The publisher binds; it may come later.
        socket.connect(address(meeting));
        Listener listener = new Listener(context, socket, bytes -> {
            long number = Numbered.read(bytes);
            tally.take(number);
            credit.took(index, number);
        });
        return new Receiver() {
            @Override
            public long bytes() {
                return 0;
            }

            @Override
            public void close() throws IOException {
                listener.close();
            }
        };
    }

    @Override
    public Sender send(Path meeting, int receivers, int payload) throws IOException {
        Credit credit = Credit.open(meeting);
        long window = Credit.window(payload);
        ZContext context = new ZContext();
        // A PUB that hears who subscribes.
        ZMQ.Socket socket = context.createSocket(SocketType.XPUB);
        socket.setXpubVerbose(true);
        socket.setSndHWM(0);
        socket.bind(address(meeting));
        for (int i = 0; i < receivers; i++) {
            socket.recv();
        }
        return new Sender() {
            @Override
            public void send(long number) throws IOException {
                credit.await(receivers, number, window);
                // It keeps the array.
                byte[] bytes = new byte[payload];
                Numbered.write(bytes, number);
                if (!socket.send(bytes)) {
                    throw new IOException("JeroMQ did not take message " + number);
                }
            }

            @Override
            public void close() {
                context.close();
            }
        };
    }

    @Override
    public Closeable serve(Path meeting, int payload) {
        ZContext context = new ZContext();
        ZMQ.Socket socket = context.createSocket(SocketType.PAIR);
        socket.bind(address(meeting));
        return new Listener(context, socket, socket::send);
    }

    @Override
    public Caller call(Path meeting, int payload) {
        ZContext context = new ZContext();
        ZMQ.Socket socket = context.createSocket(SocketType.PAIR);
        socket.connect(address(meeting));
        byte[] bytes = new byte[payload];
        return new Caller() {
            @Override
            public void call() throws IOException {
                try {
                    socket.send(bytes);
                    if (socket.recv().length != payload) {
                        throw new IOException("A reply of another size");
                    }
                } catch (ZMQException e) {
                    throw new IOException("JeroMQ failed", e);
                }
            }

            @Override
            public void close() {
                context.close();
            }
        };
    }
}

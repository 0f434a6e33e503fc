package headway.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
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
    public boolean needsCredit(int payload) {
        return true;
    }

    private static String address(Path meeting) {
        return "ipc://" + meeting.resolve("zmq");
    }

    /** Takes what comes to a socket, on a thread of its own. */
    private static Poller poll(ZContext context, ZMQ.Socket socket, Consumer<byte[]> each) {
        socket.setReceiveTimeOut(PATIENCE_MILLIS);
        return new Poller(
                () -> {
                    byte[] bytes = socket.recv();
                    if (bytes != null) {
                        each.accept(bytes);
                    }
                },
                context);
    }

    @Override
    public Receiver receive(Path meeting, int index, int payload, Tally tally) throws IOException {
        ZContext context = new ZContext();
        ZMQ.Socket socket = context.createSocket(SocketType.SUB);
        socket.setRcvHWM(0);
        socket.subscribe(ZMQ.SUBSCRIPTION_ALL);
        // The publisher binds; it may come later.
        socket.connect(address(meeting));
        return poll(context, socket, bytes -> tally.take(Numbered.read(bytes)))::close;
    }

    @Override
    public Sender send(Path meeting, int receivers, int payload) throws IOException {
        ZContext context = new ZContext();
        // A PUB that hears who subscribes.
        ZMQ.Socket socket = context.createSocket(SocketType.XPUB);
        socket.setXpubVerbose(true);
        socket.setSndHWM(0);
        socket.bind(address(meeting));
        for (int i = 0; i < receivers; i++) {
            socket.recv();
        }
        return Sender.of(
                number -> {
                    // It keeps the array.
                    byte[] bytes = new byte[payload];
                    Numbered.write(bytes, number);
                    if (!socket.send(bytes)) {
                        throw new IOException("JeroMQ did not take message " + number);
                    }
                },
                context);
    }

    @Override
    public Closeable serve(Path meeting, int payload) {
        ZContext context = new ZContext();
        ZMQ.Socket socket = context.createSocket(SocketType.PAIR);
        socket.bind(address(meeting));
        return poll(context, socket, socket::send);
    }

    @Override
    public Caller call(Path meeting, int payload) {
        ZContext context = new ZContext();
        ZMQ.Socket socket = context.createSocket(SocketType.PAIR);
        socket.connect(address(meeting));
        byte[] bytes = new byte[payload];
        return Caller.of(
                () -> {
                    try {
                        socket.send(bytes);
                        if (socket.recv().length != payload) {
                            throw new IOException("A reply of another size");
                        }
                    } catch (ZMQException e) {
                        throw new IOException("JeroMQ failed", e);
                    }
                },
                context);
    }
}

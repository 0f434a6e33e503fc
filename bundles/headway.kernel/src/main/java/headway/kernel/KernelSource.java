package headway.kernel;

import headway.sys.Errno;
import headway.sys.Messages;
import headway.sys.NativeSocket;
import headway.sys.Natives;
import headway.sys.Netlink.SockaddrNl;
import headway.sys.OffHeap;
import headway.sys.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A netlink socket on which the kernel tells one kind of thing, and the thread that takes it in. Datagrams of other processes,
 * which anybody may send to its port, are dropped.
 */
abstract class KernelSource implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(KernelSource.class.getPackageName());

    private static final int MOST = 8;

    /** The kernel sends no longer datagrams to who asks with this much room. */
    private static final int SLOT = 1 << 15;

    private final String name;
    private final NativeSocket socket;
    private final Thread thread;
    private final Messages in = new Messages(MOST, SockaddrNl.SIZEOF, 0, MOST * SLOT);

    /**
     * Opens the socket; {@link #start} does the rest.
     *
     * @param name for people
     * @param groups a bit for each of the kernel's groups to be in
     * @param receiveBuffer how many bytes may wait in the kernel; 0 for what is usual
     * @throws IOException why this cannot work here; a sentence for people
     */
    KernelSource(String name, int protocol, int groups, int receiveBuffer) throws IOException {
        this.name = name;
        Natives.require();
        socket = NativeSocket.open(Socket.AF_NETLINK, Socket.SOCK_RAW, protocol);
        try {
            if (receiveBuffer > 0) {
                socket.option(Socket.SOL_SOCKET, Socket.SO_RCVBUF, receiveBuffer);
            }
            socket.bind(address(groups), SockaddrNl.SIZEOF);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        for (int i = 0; i < MOST; i++) {
            in.place(i, i * SLOT, SLOT);
        }
        thread = new Thread(this::run, "headway-kernel-" + name);
        thread.setDaemon(true);
    }

    /** An address whose port the kernel chooses. */
    private static OffHeap address(int groups) {
        OffHeap address = OffHeap.allocate(SockaddrNl.SIZEOF);
        address.bytes()
                .putShort(SockaddrNl.NL_FAMILY, (short) Socket.AF_NETLINK)
                .putInt(SockaddrNl.NL_GROUPS, groups);
        return address;
    }

    /** Begins to listen. */
    void start() throws IOException {
        begin();
        thread.start();
    }

    /** Listening begins. */
    abstract void begin() throws IOException;

    /** The kernel said something. */
    abstract void take(ByteBuffer bytes, int at, int length) throws IOException;

    /** The kernel said more than there was room for. */
    abstract void overrun() throws IOException;

    /** Asks the kernel. */
    final void ask(ByteBuffer question) throws IOException {
        Messages out = new Messages(1, SockaddrNl.SIZEOF, 0, question.remaining());
        out.headers().putShort(out.name(0) + SockaddrNl.NL_FAMILY, (short) Socket.AF_NETLINK);
        out.place(0, 0, question.remaining());
        out.payload().bytes().put(0, question, question.position(), question.remaining());
        int sent = socket.send(out, 0, 1);
        if (sent < 1) {
            throw new IOException("The kernel was not asked: " + Errno.name(-sent));
        }
    }

    private void run() {
        try {
            while (!socket.isClosed()) {
                int ignored = socket.await(-1);
                receive();
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "The kernel is not listened to any more (" + name + ")", e);
        }
    }

    private void receive() throws IOException {
        int received = socket.receive(in);
        if (received == -Errno.ENOBUFS) {
            overrun();
        }
        for (int i = 0; i < received; i++) {
            boolean fromKernel =
                    in.nameLength(i) == SockaddrNl.SIZEOF && in.headers().getInt(in.name(i) + SockaddrNl.NL_PID) == 0;
            if (!fromKernel) {
                continue;
            }
            if ((in.flags(i) & Socket.MSG_TRUNC) != 0) {
                overrun();
            } else {
                take(in.payload().bytes(), i * SLOT, in.length(i));
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}

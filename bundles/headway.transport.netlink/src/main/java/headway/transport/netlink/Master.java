package headway.transport.netlink;

import headway.sys.Errno;
import headway.sys.ErrnoException;
import headway.sys.NativeSocket;
import headway.sys.Netlink;
import headway.sys.Netlink.SockaddrNl;
import headway.sys.OffHeap;
import headway.sys.Socket;

/**
 * The master port of a bus: one number that only one socket of the network namespace can have. The link that was there first
 * holds it, the kernel frees it when that link's process ends, however it does, and then another takes it.
 *
 * <p>It says in one look at {@code /proc/net/netlink} whether there is the bus, and whose it is; it decides nothing (see
 * distro/doc/adr/0013). Any thread.
 */
final class Master implements AutoCloseable {

    /** Nothing is for this port, so nobody fills the kernel's memory by it. */
    private static final int RECEIVE_BUFFER = 0;

    private final Ports ports;
    /** The socket that has the port, or null. Guarded by this, as is the next. */
    private NativeSocket holder;

    private boolean closed;

    Master(Ports ports) {
        this.ports = ports;
    }

    /** Whether this link has the port. */
    synchronized boolean isHeld() {
        return holder != null;
    }

    /** Takes the port if nobody has it. */
    synchronized void seize() throws ErrnoException {
        if (holder != null || closed) {
            return;
        }
        NativeSocket socket = NativeSocket.open(Socket.AF_NETLINK, Socket.SOCK_RAW, Netlink.NETLINK_USERSOCK);
        try {
            socket.option(Socket.SOL_SOCKET, Socket.SO_RCVBUF, RECEIVE_BUFFER);
            OffHeap name = OffHeap.allocate(SockaddrNl.SIZEOF);
            name.bytes().putShort(SockaddrNl.NL_FAMILY, (short) Socket.AF_NETLINK);
            name.bytes().putInt(SockaddrNl.NL_PID, ports.master());
            socket.bind(name, SockaddrNl.SIZEOF);
        } catch (ErrnoException e) {
            socket.close();
            if (e.errno() == Errno.EADDRINUSE) {
                return;
            }
            throw e;
        }
        holder = socket;
    }

    /** Gives the port back, for good. */
    @Override
    public synchronized void close() {
        closed = true;
        if (holder != null) {
            holder.close();
            holder = null;
        }
    }
}

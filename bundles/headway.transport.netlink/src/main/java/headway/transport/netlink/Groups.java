package headway.transport.netlink;

import headway.sys.NativeSocket;
import headway.sys.Netlink;
import java.io.IOException;
import java.util.Arrays;

/**
 * The groups a link is a member of. The kernel has 32 of them for all buses and topics together; what comes from one of
 * those is for us only if we are a member of the group that the datagram names.
 */
final class Groups {

    private final NativeSocket socket;
    private final Ports ports;
    /** The members of each of the kernel's groups. */
    private final int[] users = new int[33];

    /** Ascending; never changed, only replaced. */
    private volatile long[] joined = new long[0];
    /** When each was joined, likewise. A group that was left and joined again is another. */
    private long[] since = new long[0];

    private long joins;

    Groups(NativeSocket socket, Ports ports) {
        this.socket = socket;
        this.ports = ports;
    }

    /** Whether this link hears that group; any thread. */
    boolean has(long group) {
        return Arrays.binarySearch(joined, group) >= 0;
    }

    /** Becomes a member; it is one when this returns. */
    synchronized void join(long group) throws IOException {
        int at = Arrays.binarySearch(joined, group);
        if (at >= 0) {
            // It may be about to be left: now it is not.
            since[at] = ++joins;
            return;
        }
        int kernelGroup = ports.kernelGroup(group);
        if (users[kernelGroup]++ == 0) {
            socket.option(Netlink.SOL_NETLINK, Netlink.NETLINK_ADD_MEMBERSHIP, kernelGroup);
        }
        int place = -at - 1;
        since = inserted(since, place, ++joins);
        joined = inserted(joined, place, group);
    }

    /** Which membership in a group is the present one; 0 for none. To be given to {@link #leave}. */
    synchronized long membership(long group) {
        int at = Arrays.binarySearch(joined, group);
        return at < 0 ? 0 : since[at];
    }

    /** Ends a membership, unless the group has been joined again since. */
    synchronized void leave(long group, long membership) throws IOException {
        int at = Arrays.binarySearch(joined, group);
        if (at < 0 || since[at] != membership) {
            return;
        }
        joined = without(joined, at);
        since = without(since, at);
        int kernelGroup = ports.kernelGroup(group);
        if (--users[kernelGroup] == 0) {
            socket.option(Netlink.SOL_NETLINK, Netlink.NETLINK_DROP_MEMBERSHIP, kernelGroup);
        }
    }

    private static long[] inserted(long[] values, int at, long value) {
        long[] next = Arrays.copyOf(values, values.length + 1);
        System.arraycopy(values, at, next, at + 1, values.length - at);
        next[at] = value;
        return next;
    }

    private static long[] without(long[] values, int at) {
        long[] next = Arrays.copyOf(values, values.length - 1);
        System.arraycopy(values, at + 1, next, at, next.length - at);
        return next;
    }
}

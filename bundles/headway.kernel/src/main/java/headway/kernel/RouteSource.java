package headway.kernel;

import headway.kernel.KernelEvent.NetAddress;
import headway.kernel.KernelEvent.NetLink;
import headway.kernel.KernelEvent.Overrun;
import headway.sys.Errno;
import headway.sys.Netlink;
import headway.sys.Netlink.Nlmsghdr;
import headway.sys.Rtnetlink;
import headway.sys.Rtnetlink.Ifinfomsg;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/**
 * Interfaces and addresses, told by rtnetlink. It begins by asking for all there are, links and then addresses; after an overrun
 * it says so and asks again.
 */
final class RouteSource extends KernelSource implements RouteMessages.Reader {

    private static final System.Logger LOG = System.getLogger(RouteSource.class.getPackageName());

    private final Consumer<KernelEvent> events;
    private final Interfaces interfaces;

    /** The question that is being answered, RTM_GETLINK or RTM_GETADDR; 0 if none is. */
    private int question;

    private int sequence;
    /** Something was missed while the answer came. */
    private boolean again;

    RouteSource(Consumer<KernelEvent> events) throws IOException {
        this(events, 0);
    }

    RouteSource(Consumer<KernelEvent> events, int receiveBuffer) throws IOException {
        super(
                "net",
                Netlink.NETLINK_ROUTE,
                Rtnetlink.RTMGRP_LINK | Rtnetlink.RTMGRP_IPV4_IFADDR | Rtnetlink.RTMGRP_IPV6_IFADDR,
                receiveBuffer);
        this.events = events;
        this.interfaces = new Interfaces(events);
    }

    @Override
    void begin() throws IOException {
        interfaces.beginOfAll();
        askFor(Rtnetlink.RTM_GETLINK);
    }

    private void askFor(int what) throws IOException {
        question = what;
        sequence++;
        ByteBuffer request = ByteBuffer.allocate(Nlmsghdr.SIZEOF + Ifinfomsg.SIZEOF)
                .order(ByteOrder.nativeOrder())
                .putInt(Nlmsghdr.NLMSG_LEN, Nlmsghdr.SIZEOF + Ifinfomsg.SIZEOF)
                .putShort(Nlmsghdr.NLMSG_TYPE, (short) what)
                .putShort(Nlmsghdr.NLMSG_FLAGS, (short) (Netlink.NLM_F_REQUEST | Netlink.NLM_F_DUMP))
                .putInt(Nlmsghdr.NLMSG_SEQ, sequence);
        ask(request);
    }

    @Override
    void take(ByteBuffer bytes, int at, int length) {
        if (!RouteMessages.read(bytes, at, length, this)) {
            LOG.log(System.Logger.Level.WARNING, "The kernel said something about interfaces that is not understood");
        }
    }

    @Override
    void overrun() throws IOException {
        events.accept(new Overrun("net", true));
        if (question == 0) {
            begin();
        } else {
            // The kernel answers one question at a time.
            again = true;
        }
    }

    @Override
    public void onLink(NetLink link) {
        interfaces.take(link);
    }

    @Override
    public void onAddress(NetAddress address) {
        interfaces.take(address);
    }

    @Override
    public void onEnd(int itsSequence, int errno) {
        if (question == 0 || itsSequence != sequence) {
            return;
        }
        if (errno > 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "The kernel does not say which interfaces there are: {0}",
                    Errno.name(errno));
        }
        try {
            goOn(errno > 0);
        } catch (IOException e) {
            question = 0;
            LOG.log(System.Logger.Level.WARNING, "The kernel could not be asked which interfaces there are", e);
        }
    }

    private void goOn(boolean failed) throws IOException {
        if (again) {
            again = false;
            begin();
        } else if (failed) {
            question = 0;
        } else if (question == Rtnetlink.RTM_GETLINK) {
            askFor(Rtnetlink.RTM_GETADDR);
        } else {
            question = 0;
            interfaces.endOfAll();
        }
    }
}

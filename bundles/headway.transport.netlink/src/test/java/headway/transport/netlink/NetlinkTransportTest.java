package headway.transport.netlink;

import headway.tck.TransportContract;
import headway.transport.Feature;
import headway.transport.Transport;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;

/** Netlink keeps every promise of a transport, as much of it as there may be. */
class NetlinkTransportTest {

    private static Transport transport(boolean groups, int pieceBytes) throws Exception {
        Assumptions.assumeTrue("Linux".equals(System.getProperty("os.name")), "Netlink is of Linux only");
        return new NetlinkTransport(Set.of(), groups, pieceBytes);
    }

    @Nested
    class As_an_ordinary_user extends TransportContract {
        @Override
        protected Transport transport() throws Exception {
            return NetlinkTransportTest.transport(false, NetlinkLink.MTU);
        }
    }

    @Nested
    class With_groups extends TransportContract {
        @Override
        protected Transport transport() throws Exception {
            Transport transport = NetlinkTransportTest.transport(true, NetlinkLink.MTU);
            Assumptions.assumeTrue(
                    transport.features().contains(Feature.GROUPS), "This process has no CAP_NET_ADMIN, so no groups");
            return transport;
        }
    }

    /** As where net.core.wmem_max is very low. */
    @Nested
    class With_frames_in_pieces extends TransportContract {
        @Override
        protected Transport transport() throws Exception {
            return NetlinkTransportTest.transport(true, 4096);
        }
    }
}

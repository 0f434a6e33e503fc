package headway.transport.netlink;

import headway.tck.GuestContract;
import headway.transport.Transport;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

/** Threads that wait for something receive in place of the link's own thread. */
class GuestTest extends GuestContract {

    @Override
    protected Transport transport() throws Exception {
        Assumptions.assumeTrue("Linux".equals(System.getProperty("os.name")), "Netlink is of Linux only");
        return new NetlinkTransport(Set.of());
    }
}

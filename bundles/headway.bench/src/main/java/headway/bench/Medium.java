package headway.bench;

import headway.transport.Transport;
import headway.transport.loopback.LoopbackTransport;
import headway.transport.netlink.NetlinkTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** What carries Headway in a workload. */
enum Medium {
    LOOPBACK("loopback") {
        @Override
        Transport open(Path meeting) throws IOException {
            return new LoopbackTransport(meeting);
        }
    },
    NETLINK("netlink") {
        @Override
        Transport open(Path meeting) throws IOException {
            return new NetlinkTransport(Set.of());
        }
    };

    private final String transport;

    Medium(String transport) {
        this.transport = transport;
    }

    /** The transport's name. */
    String transport() {
        return transport;
    }

    /**
     * The transport.
     *
     * @param meeting the directory where processes meet, for those that need one
     */
    abstract Transport open(Path meeting) throws IOException;
}

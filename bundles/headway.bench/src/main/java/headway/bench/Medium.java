package headway.bench;

import headway.transport.Transport;
import headway.transport.afbus.AfbusTransport;
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
    },
    /** As for processes without the privilege to join the kernel's groups: the sender sends to each receiver. */
    NETLINK_WITHOUT_GROUPS("netlink") {
        @Override
        Transport open(Path meeting) throws IOException {
            return new WithoutGroups(new NetlinkTransport(Set.of()));
        }
    },
    AFBUS("afbus") {
        @Override
        Transport open(Path meeting) throws IOException {
            return new AfbusTransport();
        }

        @Override
        String obstacle() {
            try {
                open(null);
                return null;
            } catch (IOException e) {
                return e.getMessage();
            }
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

    /** Why it does not work here, or null if it does. */
    String obstacle() {
        return null;
    }

    /**
     * The transport.
     *
     * @param meeting the directory where processes meet, for those that need one
     */
    abstract Transport open(Path meeting) throws IOException;
}

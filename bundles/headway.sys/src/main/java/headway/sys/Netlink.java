package headway.sys;

/** {@code <linux/netlink.h>}. */
public final class Netlink {

    public static final int NETLINK_ROUTE = 0;
    public static final int NETLINK_USERSOCK = 2;
    public static final int NETLINK_KOBJECT_UEVENT = 15;
    public static final int NETLINK_GENERIC = 16;

    public static final int SOL_NETLINK = 270;
    public static final int NETLINK_ADD_MEMBERSHIP = 1;
    public static final int NETLINK_DROP_MEMBERSHIP = 2;
    public static final int NETLINK_PKTINFO = 3;
    public static final int NETLINK_BROADCAST_ERROR = 4;
    public static final int NETLINK_NO_ENOBUFS = 5;
    public static final int NETLINK_EXT_ACK = 11;

    public static final int NLM_F_REQUEST = 1;
    public static final int NLM_F_MULTI = 2;
    public static final int NLM_F_ACK = 4;
    public static final int NLM_F_DUMP = 768;

    public static final int NLMSG_ERROR = 2;
    public static final int NLMSG_DONE = 3;
    public static final int NLMSG_MIN_TYPE = 16;
    public static final int NLMSG_ALIGNTO = 4;
    public static final int NLA_ALIGNTO = 4;

    private Netlink() {}

    /** The size of {@code struct sockaddr_nl} and the places of its fields. */
    public static final class SockaddrNl {
        public static final int SIZEOF = 12;
        public static final int NL_FAMILY = 0;
        public static final int NL_PAD = 2;
        public static final int NL_PID = 4;
        public static final int NL_GROUPS = 8;

        private SockaddrNl() {}
    }

    /** The size of {@code struct nlmsghdr} and the places of its fields. */
    public static final class Nlmsghdr {
        public static final int SIZEOF = 16;
        public static final int NLMSG_LEN = 0;
        public static final int NLMSG_TYPE = 4;
        public static final int NLMSG_FLAGS = 6;
        public static final int NLMSG_SEQ = 8;
        public static final int NLMSG_PID = 12;

        private Nlmsghdr() {}
    }

    /** The size of {@code struct nlattr} and the places of its fields. */
    public static final class Nlattr {
        public static final int SIZEOF = 4;
        public static final int NLA_LEN = 0;
        public static final int NLA_TYPE = 2;

        private Nlattr() {}
    }

    /** The size of {@code struct nl_pktinfo} and the places of its fields. */
    public static final class NlPktinfo {
        public static final int SIZEOF = 4;
        public static final int GROUP = 0;

        private NlPktinfo() {}
    }
}

package headway.sys;

/** {@code <linux/rtnetlink.h>}, with {@code <linux/if.h>}, {@code <linux/if_link.h>} and {@code <linux/if_addr.h>}. */
public final class Rtnetlink {

    public static final int RTMGRP_LINK = 1;
    public static final int RTMGRP_IPV4_IFADDR = 16;
    public static final int RTMGRP_IPV6_IFADDR = 256;

    public static final int RTM_NEWLINK = 16;
    public static final int RTM_DELLINK = 17;
    public static final int RTM_GETLINK = 18;
    public static final int RTM_NEWADDR = 20;
    public static final int RTM_DELADDR = 21;
    public static final int RTM_GETADDR = 22;

    public static final int NLA_TYPE_MASK = -49153;
    public static final int IFLA_IFNAME = 3;
    public static final int IFA_ADDRESS = 1;
    public static final int IFA_LOCAL = 2;

    public static final int IFF_UP = 1;
    public static final int IFF_RUNNING = 64;

    private Rtnetlink() {}

    /** The size of {@code struct ifinfomsg} and the places of its fields. */
    public static final class Ifinfomsg {
        public static final int SIZEOF = 16;
        public static final int IFI_FAMILY = 0;
        public static final int IFI_INDEX = 4;
        public static final int IFI_FLAGS = 8;

        private Ifinfomsg() {}
    }

    /** The size of {@code struct ifaddrmsg} and the places of its fields. */
    public static final class Ifaddrmsg {
        public static final int SIZEOF = 8;
        public static final int IFA_FAMILY = 0;
        public static final int IFA_PREFIXLEN = 1;
        public static final int IFA_INDEX = 4;

        private Ifaddrmsg() {}
    }
}

package headway.sys;

/** {@code <netinet/in.h>}, with the option of {@code <netinet/tcp.h>} it goes with. */
@SuppressWarnings("MemberName") // Names are C's.
public final class Inet {

    public static final int IPPROTO_TCP = 6;
    public static final int TCP_NODELAY = 1;
    public static final int IPPROTO_IPV6 = 41;
    public static final int IPV6_V6ONLY = 26;

    private Inet() {}

    /** The size of {@code struct sockaddr_in} and the places of its fields; port and address are in network order. */
    public static final class SockaddrIn {
        public static final int SIZEOF = 16;
        public static final int SIN_FAMILY = 0;
        public static final int SIN_PORT = 2;
        public static final int SIN_ADDR = 4;

        private SockaddrIn() {}
    }

    /** The size of {@code struct sockaddr_in6} and the places of its fields; port and address are in network order. */
    public static final class SockaddrIn6 {
        public static final int SIZEOF = 28;
        public static final int SIN6_FAMILY = 0;
        public static final int SIN6_PORT = 2;
        public static final int SIN6_ADDR = 8;
        public static final int SIN6_SCOPE_ID = 24;

        private SockaddrIn6() {}
    }
}

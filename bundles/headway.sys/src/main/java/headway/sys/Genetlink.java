package headway.sys;

/** {@code <linux/genetlink.h>}. */
public final class Genetlink {

    public static final int GENL_ID_CTRL = 16;
    public static final int CTRL_CMD_GETFAMILY = 3;
    public static final int CTRL_ATTR_FAMILY_ID = 1;
    public static final int CTRL_ATTR_FAMILY_NAME = 2;

    private Genetlink() {}

    /** The size of {@code struct genlmsghdr} and the places of its fields. */
    public static final class Genlmsghdr {
        public static final int SIZEOF = 4;
        public static final int CMD = 0;
        public static final int VERSION = 1;
        public static final int RESERVED = 2;

        private Genlmsghdr() {}
    }
}

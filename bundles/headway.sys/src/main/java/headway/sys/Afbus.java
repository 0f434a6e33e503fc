package headway.sys;

/** {@code <linux/afbus.h>}, the contract of our kernel module; it says what each of these means. */
public final class Afbus {

    public static final int AF_BUS_DEFAULT = 19;
    public static final int SOL_BUS = 16981;

    public static final int BUS_NAME_MAX = 64;
    public static final int BUS_WELL_KNOWN_MAX = 256;
    public static final int BUS_MESSAGE_MAX = 262144;
    public static final int BUS_FDS_MAX = 64;
    public static final int BUS_DESTS_MAX = 256;
    public static final int BUS_QUEUE_MAX = 65536;
    public static final int BUS_QUEUE_DEFAULT = 1024;
    public static final int BUS_RING_MAX = 33554432;

    public static final long BUS_ADDR_KERNEL = 0L;
    public static final long BUS_ADDR_MASTER = 1L;
    public static final long BUS_ADDR_GROUP = 1L << 63;

    public static final int BUS_SOCKADDR_SHORT = 16;
    public static final int BUS_CREATE = 1;
    public static final int BUS_EXISTING = 2;
    public static final int BUS_WAIT = 0;
    public static final int BUS_FAIL = 1;
    public static final int BUS_SKIP = 2;

    public static final int BUS_PERM = 1;
    public static final int BUS_JOIN = 2;
    public static final int BUS_LEAVE = 3;
    public static final int BUS_QUEUE = 4;
    public static final int BUS_META = 5;
    public static final int BUS_EVENTS = 6;
    public static final int BUS_MASTER = 7;
    public static final int BUS_NAME = 8;
    public static final int BUS_RING = 9;
    public static final int BUS_STATS = 10;

    public static final int BUS_CMSG_META = 1;
    public static final int BUS_CMSG_LABEL = 2;
    public static final int BUS_CMSG_DESTS = 3;
    public static final int BUS_META_STAMP = 1;
    public static final int BUS_META_LABEL = 2;
    public static final int BUS_META_EVENT = 1;
    public static final int BUS_META_MEMFD = 2;

    public static final int BUS_EVENT_ENTER = 1;
    public static final int BUS_EVENT_EXIT = 2;
    public static final int BUS_EVENT_JOIN = 3;
    public static final int BUS_EVENT_LEAVE = 4;
    public static final int BUS_EVENT_MASTER = 5;
    public static final int BUS_EVENT_ROOM = 6;
    public static final int BUS_EVENT_LOST = 7;

    public static final int BUS_SLOT_QUEUED = 1;
    public static final int SIOCBUSTURN = 35296;

    private Afbus() {}

    /** The size of {@code struct sockaddr_bus} and the places of its fields. */
    public static final class SockaddrBus {
        public static final int SIZEOF = 80;
        public static final int SBUS_FAMILY = 0;
        public static final int SBUS_RESERVED = 2;
        public static final int SBUS_FLAGS = 4;
        public static final int SBUS_ADDR = 8;
        public static final int SBUS_NAME = 16;

        private SockaddrBus() {}
    }

    /** The size of {@code struct bus_perm} and the places of its fields. */
    public static final class BusPerm {
        public static final int SIZEOF = 16;
        public static final int MODE = 0;
        public static final int UID = 4;
        public static final int GID = 8;
        public static final int RESERVED = 12;

        private BusPerm() {}
    }

    /** The size of {@code struct bus_name} and the places of its fields. */
    public static final class BusName {
        public static final int SIZEOF = 264;
        public static final int ADDR = 0;
        public static final int NAME = 8;

        private BusName() {}
    }

    /** The size of {@code struct bus_stats} and the places of its fields. */
    public static final class BusStats {
        public static final int SIZEOF = 64;
        public static final int ADDR = 0;
        public static final int MASTER = 8;
        public static final int SENT = 16;
        public static final int RECEIVED = 24;
        public static final int LOST = 32;
        public static final int SKIPPED = 40;
        public static final int QUEUED = 48;
        public static final int QUEUED_BYTES = 56;

        private BusStats() {}
    }

    /** The size of {@code struct bus_meta} and the places of its fields. */
    public static final class BusMeta {
        public static final int SIZEOF = 56;
        public static final int ORDER = 0;
        public static final int TIME = 8;
        public static final int DEST = 16;
        public static final int SIZE = 24;
        public static final int LOST = 32;
        public static final int PID = 40;
        public static final int UID = 44;
        public static final int GID = 48;
        public static final int FLAGS = 52;

        private BusMeta() {}
    }

    /** The size of {@code struct bus_event} and the places of its fields. */
    public static final class BusEvent {
        public static final int SIZEOF = 24;
        public static final int TYPE = 0;
        public static final int RESERVED = 4;
        public static final int ADDR = 8;
        public static final int GROUP = 16;

        private BusEvent() {}
    }

    /** The size of {@code struct bus_ring} and the places of its fields. */
    public static final class BusRing {
        public static final int SIZEOF = 8;
        public static final int SLOTS = 0;
        public static final int SLOT_SIZE = 4;

        private BusRing() {}
    }

    /** The size of {@code struct bus_slot} and the places of its fields. */
    public static final class BusSlot {
        public static final int SIZEOF = 80;
        public static final int READY = 0;
        public static final int SRC = 8;
        public static final int META = 16;
        public static final int FLAGS = 72;
        public static final int LENGTH = 76;

        private BusSlot() {}
    }

    /** The size of {@code struct bus_turn} and the places of its fields. */
    public static final class BusTurn {
        public static final int SIZEOF = 16;
        public static final int DONE = 0;
        public static final int READY = 8;

        private BusTurn() {}
    }
}

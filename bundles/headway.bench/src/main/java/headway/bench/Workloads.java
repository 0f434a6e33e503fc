package headway.bench;

import headway.bus.Execution;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Everything that is measured, in the order of the table.
 *
 * <p>Names say what: {@code SIDE-SIZE} is one way to one receiver, {@code SIDE-SIZE-to-N} to N of them, {@code SIDE-call-SIZE} a
 * call and its reply.
 */
final class Workloads {

    /** Every message's body is decoded and its number checked. */
    private static final int EVERY = 1;

    /** The body of every 64th message is decoded; the others are counted, as by somebody who looks at the newest only. */
    private static final int SOME = 64;

    private static final long PACE_NANOS = 100_000;
    private static final int SMALL = 64;
    private static final int KIB = 1024;
    private static final int LARGE = 64 * KIB;
    private static final int HUGE = 1024 * KIB;

    /** More than half of the largest frame, so that each message has a frame of its own. */
    private static final int A_FRAME = 33 * KIB;

    /** What one-way messages have in front of their payload when each has a frame of its own. */
    private static final int HEADERS = 48 + 104;

    private static final Side LINK = new LinkSide(Medium.LOOPBACK);

    private static final Side LOOPBACK = HeadwaySide.queued(SOME);
    private static final Side NETLINK = HeadwaySide.queued(SOME).over(Medium.NETLINK);
    private static final Side AFBUS = HeadwaySide.queued(SOME).over(Medium.AFBUS);
    private static final HeadwaySide PACED = HeadwaySide.queued(EVERY);
    private static final HeadwaySide CALLED = HeadwaySide.answering(Execution.DIRECT);
    private static final Side FLOOR = new SeqpacketSide();
    private static final Side BROKER = new SdBusSide(DbusBus.BROKER);
    private static final Side DAEMON = new SdBusSide(DbusBus.DAEMON);
    private static final Side GATEWAY = new SdBusSide(DbusBus.GATEWAY);
    private static final Side DBUS_JAVA = new DbusJavaSide(DbusBus.BROKER);
    private static final Side JEROMQ = new JeroSide();
    private static final Side AERON = AeronSide.backingOff();
    private static final Side AERON_BUSY = AeronSide.spinning();
    private static final Side MOSQUITTO = new MosquittoSide();

    static final List<Workload> ALL = all();

    private Workloads() {}

    private static List<Workload> all() {
        List<Workload> all = new ArrayList<>();
        for (Side side : List.of(
                FLOOR,
                LOOPBACK,
                NETLINK,
                AFBUS,
                AERON,
                AERON_BUSY,
                JEROMQ,
                BROKER,
                DAEMON,
                GATEWAY,
                DBUS_JAVA,
                MOSQUITTO)) {
            all.add(oneWay(side, SMALL, 1));
        }
        all.add(new OneWay("jdk-unix-64", "one per write", new UnixSide(1), SMALL, 1));
        all.add(new OneWay("jdk-unix-64-x32", "32 per write", new UnixSide(32), SMALL, 1));
        all.add(new OneWay("loopback-64-read", "receiver decodes all", HeadwaySide.queued(EVERY), SMALL, 1));
        all.add(new OneWay(
                "loopback-64-direct", "subscriber on the receiving thread", HeadwaySide.direct(SOME), SMALL, 1));
        all.add(new OneWay("loopback-32k-direct", "the same", HeadwaySide.direct(SOME), A_FRAME, 1));
        all.add(new OneWay("link-64", "bare link, a frame for each", LINK, SMALL + HEADERS, 1));
        all.add(new OneWay("link-32k", "bare link, the same frames", LINK, A_FRAME + HEADERS, 1));
        for (int size : List.of(KIB, LARGE, HUGE)) {
            for (Side side : List.of(FLOOR, LOOPBACK, NETLINK, AERON, JEROMQ, BROKER, DAEMON)) {
                if (side != FLOOR || size < HUGE) {
                    all.add(oneWay(side, size, 1));
                }
            }
        }
        for (int receivers : List.of(4, 8, 16)) {
            for (Side side : List.of(FLOOR, LOOPBACK, NETLINK, AERON, JEROMQ, BROKER)) {
                all.add(oneWay(side, KIB, receivers));
            }
        }
        all.add(new OneWay(
                "netlink-1k-to-8-each",
                "without groups: one send to each",
                HeadwaySide.queued(SOME).over(Medium.NETLINK_WITHOUT_GROUPS),
                KIB,
                8));
        for (Side side : List.of(AFBUS, DAEMON)) {
            all.add(oneWay(side, KIB, 8));
        }
        for (Side side : List.of(LOOPBACK, NETLINK, BROKER)) {
            all.add(oneWay(side, HUGE, 8));
        }
        for (Side side : List.of(
                PACED, PACED.over(Medium.NETLINK), AERON, AERON_BUSY, JEROMQ, BROKER, DAEMON, DBUS_JAVA, MOSQUITTO)) {
            all.add(new Paced(
                    side.name() + "-paced-64", side.description() + "; 10,000 a second", side, SMALL, 1, PACE_NANOS));
        }
        all.add(new Car("car-loopback", PACED));
        all.add(new Car("car-netlink", PACED.over(Medium.NETLINK)));
        calls(all);
        all.add(new InJvm("events", EventService.HEADWAY));
        all.add(new InJvm("events-aries", EventService.ARIES));
        all.add(new StartUp("start", Launch.CLASS_PATH));
        all.add(new StartUp("start-distro", Launch.DISTRO));
        all.add(new AtRest("rest", Launch.CLASS_PATH));
        all.add(new AtRest("rest-distro", Launch.DISTRO));
        return List.copyOf(all);
    }

    private static void calls(List<Workload> all) {
        Side loopback = CALLED;
        Side netlink = CALLED.over(Medium.NETLINK);
        for (Side side : List.of(
                FLOOR,
                new UnixSide(1),
                loopback,
                netlink,
                CALLED.over(Medium.AFBUS),
                AERON,
                AERON_BUSY,
                JEROMQ,
                BROKER,
                DAEMON,
                GATEWAY,
                DBUS_JAVA,
                MOSQUITTO)) {
            all.add(call(side, SMALL));
        }
        all.add(new RoundTrip("link-call-64", "bare link, frames of the same size", LINK, SMALL + HEADERS));
        all.add(new RoundTrip(
                "loopback-call-64-serial", "handler SERIAL", HeadwaySide.answering(Execution.SERIAL), SMALL));
        for (int size : List.of(KIB, LARGE, HUGE)) {
            for (Side side : List.of(FLOOR, loopback, netlink, AERON, BROKER)) {
                if (side != FLOOR || size < HUGE) {
                    all.add(call(side, size));
                }
            }
        }
    }

    private static Workload oneWay(Side side, int size, int receivers) {
        return new OneWay(
                side.name() + "-" + words(size) + (receivers == 1 ? "" : "-to-" + receivers),
                side.description() + (receivers == 1 ? "" : "; the rate is what each receiver gets"),
                side,
                size,
                receivers);
    }

    private static Workload call(Side side, int size) {
        return new RoundTrip(side.name() + "-call-" + words(size), side.description(), side, size);
    }

    /** A size as names have it: 64, 1k, 1m. */
    private static String words(int size) {
        return size >= HUGE
                ? size / HUGE + "m"
                : size >= KIB ? size / KIB + "k" : String.format(Locale.ROOT, "%d", size);
    }

    /**
     * The workload of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Workload named(String name) {
        return matching(name).get(0);
    }

    /**
     * The workloads whose name is that, or begins like that where it ends in {@code *}.
     *
     * @throws IllegalArgumentException if there is none
     */
    static List<Workload> matching(String pattern) {
        List<Workload> found = ALL.stream()
                .filter(workload -> pattern.endsWith("*")
                        ? workload.name().startsWith(pattern.substring(0, pattern.length() - 1))
                        : workload.name().equals(pattern))
                .toList();
        if (found.isEmpty()) {
            throw new IllegalArgumentException("There is no workload '" + pattern + "', see --help");
        }
        return found;
    }

    /** The workload of that name, whose processes are stations. */
    static Staged staged(String name) {
        return (Staged) named(name);
    }
}

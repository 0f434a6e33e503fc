package headway.bench;

import headway.bus.Execution;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    private static final int RASTER_MILLIS = 10;
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
    private static final HeadwaySide BORROWED = HeadwaySide.borrowing(EVERY);
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

    /** Measured in everything small. */
    private static final List<Side> PEERS =
            List.of(AERON, AERON_BUSY, JEROMQ, BROKER, DAEMON, GATEWAY, DBUS_JAVA, MOSQUITTO);

    static final List<Workload> ALL = all();

    private Workloads() {}

    private static List<Workload> all() {
        List<Workload> all = new ArrayList<>();
        for (Side side : withPeers(FLOOR, LOOPBACK, NETLINK, AFBUS)) {
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
        for (HeadwaySide side : List.of(BORROWED, BORROWED.over(Medium.NETLINK))) {
            all.add(new OneWay(
                    side.name() + "-1m-to-8-borrowed", "subscribers read where it was written", side, HUGE, 8));
        }
        for (Side side : List.of(
                PACED, PACED.over(Medium.NETLINK), AERON, AERON_BUSY, JEROMQ, BROKER, DAEMON, DBUS_JAVA, MOSQUITTO)) {
            all.add(new Paced(
                    side.name() + "-paced-64", side.description() + "; 10,000 a second", side, SMALL, 1, PACE_NANOS));
        }
        for (Side side : List.of(FLOOR, PACED, PACED.over(Medium.NETLINK), BROKER, DAEMON)) {
            all.add(new Car("car-" + side.name(), side, 1));
            all.add(new Car("car-" + side.name() + "-10ms", side, RASTER_MILLIS));
        }
        calls(all);
        crowds(all);
        all.add(new InJvm("events", EventService.HEADWAY));
        all.add(new InJvm("events-aries", EventService.ARIES));
        all.add(new InJvm("event-admin", EventService.HEADWAY_ADMIN));
        all.add(new InJvm("event-admin-felix", EventService.FELIX_ADMIN));
        all.add(new StartUp("start", Launch.CLASS_PATH));
        all.add(new StartUp("start-distro", Launch.DISTRO));
        all.add(new AtRest("rest", Launch.CLASS_PATH));
        all.add(new AtRest("rest-distro", Launch.DISTRO));
        return List.copyOf(all);
    }

    private static List<Side> withPeers(Side... sides) {
        return Stream.concat(Stream.of(sides), PEERS.stream()).toList();
    }

    private static void calls(List<Workload> all) {
        Side loopback = CALLED;
        Side netlink = CALLED.over(Medium.NETLINK);
        for (Side side : withPeers(FLOOR, new UnixSide(1), loopback, netlink, CALLED.over(Medium.AFBUS))) {
            all.add(call(side, SMALL));
        }
        all.add(call(new ServiceSide("serial"), SMALL));
        all.add(new RoundTrip(
                "service-call-64-direct",
                "the same, called on the thread it came on",
                new ServiceSide("direct"),
                SMALL));
        for (int cpus : List.of(1, 2)) {
            for (Side side : List.of(FLOOR, loopback, netlink, BROKER, DAEMON, DBUS_JAVA)) {
                all.add(new Pinned(call(side, SMALL), cpus));
            }
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

    private static void crowds(List<Workload> all) {
        for (boolean asks : List.of(true, false)) {
            for (DbusBus bus : DbusBus.values()) {
                for (int names : List.of(100, 1_000, 10_000)) {
                    String what =
                            asks ? "-names-" + thousands(names) : "-rules-" + thousands(names * Crowd.RULES_A_NAME);
                    all.add(new Crowd(bus.label() + what, bus, asks, names));
                }
            }
        }
    }

    private static String thousands(int number) {
        return number < 1000 ? Integer.toString(number) : number / 1000 + "k";
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
     * The workloads whose name is that, {@code *} standing for anything.
     *
     * @throws IllegalArgumentException if there is none
     */
    static List<Workload> matching(String pattern) {
        Pattern names = Pattern.compile(
                Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
        List<Workload> found = ALL.stream()
                .filter(workload -> names.matcher(workload.name()).matches())
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

package headway.bench;

import headway.bus.Execution;
import java.util.List;

/** Everything that is measured, in the order of the table. */
final class Workloads {

    /** Every message's body is decoded and its number checked. */
    private static final int EVERY = 1;

    /** The body of every 64th message is decoded; the others are counted, as by somebody who looks at the newest only. */
    private static final int SOME = 64;

    private static final int SMALL = 64;
    private static final int LARGE = 1024;

    static final List<Workload> ALL = List.of(
            new OneWay("one-way-64", "64 B, 1 receiver", HeadwaySide.queued(SOME), SMALL, 1),
            new OneWay("one-way-64-read", "64 B, 1 receiver that decodes all", HeadwaySide.queued(EVERY), SMALL, 1),
            new OneWay("one-way-64-direct", "64 B, 1 receiver, direct", HeadwaySide.direct(SOME), SMALL, 1),
            new OneWay("unix-64", "jdk-unix, 64 B, one per write", new UnixSide(1), SMALL, 1),
            new OneWay("unix-64-x32", "jdk-unix, 64 B, 32 per write", new UnixSide(32), SMALL, 1),
            new OneWay("one-way-1k", "1 KiB, 1 receiver", HeadwaySide.queued(SOME), LARGE, 1),
            new OneWay(
                    "one-way-1k-to-8", "1 KiB, 8 receivers, each gets this rate", HeadwaySide.queued(SOME), LARGE, 8),
            new Seqpacket("seqpacket", "C, AF_UNIX SOCK_SEQPACKET, 64 B there and back"),
            new RoundTrip("ping-pong", "jdk-unix, 64 B there and back", new UnixSide(1), SMALL),
            new RoundTrip("call-direct", "64 B call, handler DIRECT", HeadwaySide.answering(Execution.DIRECT), SMALL),
            new RoundTrip("call-serial", "64 B call, handler SERIAL", HeadwaySide.answering(Execution.SERIAL), SMALL),
            new OneWay(
                    "netlink-64", "64 B, 1 receiver", HeadwaySide.queued(SOME).over(Medium.NETLINK), SMALL, 1),
            new OneWay(
                    "netlink-1k-to-8",
                    "1 KiB, 8 receivers, each gets this rate",
                    HeadwaySide.queued(SOME).over(Medium.NETLINK),
                    LARGE,
                    8),
            new OneWay(
                    "netlink-1k-to-8-each",
                    "the same without groups: one send to each",
                    HeadwaySide.queued(SOME).over(Medium.NETLINK_WITHOUT_GROUPS),
                    LARGE,
                    8),
            new RoundTrip(
                    "netlink-call-direct",
                    "64 B call, handler DIRECT",
                    HeadwaySide.answering(Execution.DIRECT).over(Medium.NETLINK),
                    SMALL),
            new OneWay("afbus-64", "64 B, 1 receiver", HeadwaySide.queued(SOME).over(Medium.AFBUS), SMALL, 1),
            new OneWay(
                    "afbus-1k-to-8",
                    "1 KiB, 8 receivers, each gets this rate",
                    HeadwaySide.queued(SOME).over(Medium.AFBUS),
                    LARGE,
                    8),
            new RoundTrip(
                    "afbus-call-direct",
                    "64 B call, handler DIRECT",
                    HeadwaySide.answering(Execution.DIRECT).over(Medium.AFBUS),
                    SMALL),
            new InJvm("events", EventService.HEADWAY),
            new InJvm("events-aries", EventService.ARIES),
            new StartUp("start", Launch.CLASS_PATH),
            new StartUp("start-distro", Launch.DISTRO),
            new AtRest("rest", Launch.CLASS_PATH),
            new AtRest("rest-distro", Launch.DISTRO));

    private Workloads() {}

    /**
     * The workload of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Workload named(String name) {
        return ALL.stream()
                .filter(workload -> workload.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no workload '" + name + "'; there are "
                        + String.join(", ", ALL.stream().map(Workload::name).toList())));
    }

    /** The workload of that name, whose processes are stations. */
    static Staged staged(String name) {
        return (Staged) named(name);
    }
}

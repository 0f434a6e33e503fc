package headway.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * One way to exchange messages between processes. The two ends run in processes of their own, which meet in a directory.
 *
 * <p>A message's payload begins with its number, from 1, little-endian in eight bytes.
 */
interface Side {

    /** The name in the table. */
    String name();

    /** One line about it. */
    String description();

    /** Why it cannot be used here, or null if it can. */
    default String obstacle(Plan plan) {
        return null;
    }

    /** Whether nothing but our own {@link Credit} stops a sender of such messages that is faster than its receivers. */
    default boolean needsCredit(int payload) {
        return false;
    }

    /** Makes ready what both ends need, a daemon for example, before the first of them starts. */
    default void prepare(Plan plan, Children children) throws IOException, InterruptedException {}

    /** The command that plays a part: a {@link Station}, or one that speaks as it does. */
    default List<String> command(Plan plan, Workload workload, String part, Path meeting, Load load) {
        return Child.station(plan, workload, part, meeting);
    }

    /**
     * One receiver of one-way messages; it counts from the moment this returns.
     *
     * @param meeting the directory
     * @param index which of the receivers, from 0
     * @param payload bytes of each message
     * @param tally told of each message
     */
    Receiver receive(Path meeting, int index, int payload, Tally tally) throws IOException, InterruptedException;

    /** The sender of one-way messages; returns when it reaches all the receivers. */
    Sender send(Path meeting, int receivers, int payload) throws IOException, InterruptedException;

    /** Answers calls with what they bring, from the moment this returns. */
    Closeable serve(Path meeting, int payload) throws IOException, InterruptedException;

    /** The caller; returns when it reaches the one who answers. */
    Caller call(Path meeting, int payload) throws IOException, InterruptedException;
}

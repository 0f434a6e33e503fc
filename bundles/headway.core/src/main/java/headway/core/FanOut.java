package headway.core;

import headway.bus.Gap;
import headway.bus.Gap.Cause;
import headway.core.Session.State;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * Sends each published message to every node that wants its topic: to each one, or through a {@link Group}. A node that takes nothing is waited for as long as its
 * contracts say, and then given up until it takes something again: what it missed is counted by topic and told as gaps
 * before the next message. Belongs to the bus's owner.
 */
final class FanOut {

    private final Topics topics;
    private final IntSupplier serials;
    private final Groups groups;
    private final Map<Session, Map<Topic, GapRecord>> givenUp = new HashMap<>();
    private long waitsUntil = Long.MAX_VALUE;

    FanOut(Topics topics, Groups groups, IntSupplier serials) {
        this.topics = topics;
        this.groups = groups;
        this.serials = serials;
    }

    /**
     * Sends to all, or to nobody if one of them must be waited for.
     *
     * @param data a message with any serial; it gets its own here
     * @return whether it was sent; if not, try again when something was acknowledged, or at {@link #waitsUntil}
     */
    boolean send(Topic topic, byte[] data, int offset, int size, long now) {
        Session[] receivers = topic.elsewhere();
        Group group = groups.serving(topic, receivers, size, now);
        for (Session session : receivers) {
            if (!session.ready(size, group) && mustWaitFor(session, topic, now)) {
                return false;
            }
        }
        Bytes.putInt(data, offset + 8, serials.getAsInt());
        for (Session session : receivers) {
            if (session.state() != State.GONE) {
                sendTo(session, topic, data, offset, size, group, now);
            }
        }
        if (group != null) {
            group.appended(size);
        }
        return true;
    }

    private void sendTo(Session session, Topic topic, byte[] data, int offset, int size, Group group, long now) {
        boolean ready = session.ready(size, group);
        if (ready && !givenUp.isEmpty()) {
            tellGaps(session);
            ready = session.ready(size, group);
        }
        long number = session.countPublished();
        if (ready) {
            session.append(data, offset, size, group);
        } else if (mustWaitFor(session, topic, now)) {
            // It had room before the others got theirs; nobody can be made to wait any more.
            session.sender().shareNoMore();
            session.send(Arrays.copyOfRange(data, offset, offset + size));
        } else {
            session.sender().shareNoMore();
            givenUp.computeIfAbsent(session, s -> new LinkedHashMap<>())
                    .computeIfAbsent(topic, t -> new GapRecord(t.name()))
                    .add(new Gap(topic.name(), "", number, number, 1, Cause.SLOW_NODE));
        }
    }

    private void tellGaps(Session session) {
        Map<Topic, GapRecord> gaps = givenUp.remove(session);
        if (gaps != null) {
            gaps.values().forEach(gap -> session.send(Control.gap(gap.take())));
        }
    }

    private boolean mustWaitFor(Session session, Topic topic, long now) {
        if (session.state() == State.GONE || givenUp.containsKey(session)) {
            return false;
        }
        long until = session.fullSince() + topics.patience(session, topic) * 1_000_000;
        if (now < until) {
            waitsUntil = Math.min(waitsUntil, until);
            return true;
        }
        return false;
    }

    /** When {@link #send} that said no has waited long enough; {@link Long#MAX_VALUE} if none did since the last call. */
    long waitsUntil() {
        long until = waitsUntil;
        waitsUntil = Long.MAX_VALUE;
        return until;
    }

    /** Tells those that take something again what they missed, though nothing new is published to them. */
    void tellGaps() {
        if (!givenUp.isEmpty()) {
            for (Session session : givenUp.keySet().toArray(Session[]::new)) {
                if (session.ready(Session.WHOLE)) {
                    tellGaps(session);
                }
            }
        }
    }

    /** That node will not come back. */
    void forget(Session session) {
        givenUp.remove(session);
    }
}

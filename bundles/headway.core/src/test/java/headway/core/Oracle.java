package headway.core;

import headway.bus.Delivery;
import headway.bus.Gap;
import headway.bus.Message;
import headway.bus.Subscriber;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Knows what applications did and what they must see for it; knows nothing of sessions.
 *
 * <p>Every message carries its publisher's count, so that one look at what a subscriber got says what is missing, doubled
 * or out of order.
 */
final class Oracle {

    private final List<String> complaints = new ArrayList<>();
    private final List<Watched> watched = new ArrayList<>();
    private final Map<String, List<Published>> published = new HashMap<>();
    private long messages;

    /** All that was published, also what its bus knew nobody to want. */
    private final Map<String, List<Said>> said = new HashMap<>();

    /** Grows with whatever is published or told. */
    private long moment;

    private long returns;

    private record Published(long count, String topic) {}

    private record Said(long count, String topic, long at) {}

    private final Set<String> crashed = new HashSet<>();

    /** A subscriber that remembers. */
    final class Watched implements Subscriber {

        private final SimProcess process;
        private final String pattern;
        private final Map<String, List<Long>> got = new HashMap<>();
        private final Map<String, Long> firstExpected = new HashMap<>();
        private final Map<String, Long> numbersSeen = new HashMap<>();
        private final Map<String, Heard> heard = new HashMap<>();
        private long gaps;

        /** Losses of several senders that were told as one, still to be found: as messages, and as numbers. */
        private long lostOfAnybody;

        private long numbersOfAnybody;

        Watched(SimProcess process, String pattern) {
            this.process = process;
            this.pattern = pattern;
        }

        /** From this message on it must get all of that sender. */
        private void expect(String sender, long count) {
            firstExpected.merge(sender, count, Math::min);
        }

        @Override
        public void onMessage(Message message) {
            messages++;
            String sender = message.sender().uniqueName();
            long count = (Long) message.body().get(0);
            if (!TopicName.matches(pattern, message.topic())) {
                complain("got a message of " + message.topic());
            }
            if (message.body().get(1) instanceof byte[] padding && !isPadding(padding, count)) {
                complain("got message " + count + " of " + sender + " with the bytes of another");
            }
            List<Long> all = got.computeIfAbsent(sender, s -> new ArrayList<>());
            if (!all.isEmpty() && count <= all.get(all.size() - 1)) {
                complain("got message " + count + " of " + sender + " after " + all.get(all.size() - 1));
            }
            all.add(count);
            expect(sender, count);
            heard.computeIfAbsent(sender, s -> new Heard()).message(sender, count);
            checkNumber(sender, message.sequence());
        }

        @Override
        public void onGap(Gap gap) {
            gaps++;
            boolean isReturn = gap.cause() == Gap.Cause.GIVEN_UP;
            returns += isReturn ? 1 : 0;
            if (gap.sender().isEmpty()) {
                onGapOfSeveral(gap, isReturn);
                return;
            }
            boolean isWell = isReturn
                    ? gap.count() == 0 && gap.to() == 0 && gap.from() > 0 && heard.containsKey(gap.sender())
                    : gap.count() > 0 && gap.to() >= gap.from();
            if (!isWell) {
                complain("was told the gap " + gap);
            }
            if (isReturn) {
                numbersSeen.put(gap.sender(), 0L);
            } else {
                numbersSeen.merge(gap.sender(), gap.count(), Long::sum);
            }
            heard.computeIfAbsent(gap.sender(), s -> new Heard()).gap(gap);
        }

        /** It was too slow, and what it lost of several was added up. */
        private void onGapOfSeveral(Gap gap, boolean isReturn) {
            lostOfAnybody += gap.count();
            numbersOfAnybody += gap.count();
            if (isReturn) {
                // Whose return that is, it does not say: nothing can be said of anybody's numbers.
                numbersSeen.clear();
                heard.values().forEach(Heard::maybeReturned);
            } else if (gap.count() <= 0) {
                complain("was told the gap " + gap);
            }
        }

        /** What it was told of one sender, to be held against what that one said. */
        private final class Heard {

            private int next;
            private long last;
            private long counted;
            private long givenUpAt;

            private void message(String sender, long count) {
                judge(sender, count);
                last = count;
                counted = 0;
            }

            private void gap(Gap gap) {
                counted += gap.count();
                if (gap.cause() == Gap.Cause.GIVEN_UP) {
                    maybeReturned();
                }
            }

            private void maybeReturned() {
                moment++;
                givenUpAt = moment;
            }

            /** Of what came before that message all was here, was counted in a gap, or was said before a return was told. */
            private void judge(String sender, long count) {
                List<Said> all = said.getOrDefault(sender, List.of());
                List<Long> silent = new ArrayList<>();
                for (; next < all.size() && all.get(next).count() < count; next++) {
                    Said one = all.get(next);
                    boolean missed = last > 0 && one.count() > last && TopicName.matches(pattern, one.topic());
                    if (missed && one.at() > givenUpAt) {
                        silent.add(one.count());
                    }
                }
                long untold = Math.max(0, silent.size() - counted);
                if (untold > lostOfAnybody) {
                    complain("was told of " + (counted + lostOfAnybody) + " losses, but missed " + silent + " of "
                            + sender + " after it had got " + last);
                } else {
                    lostOfAnybody -= untold;
                }
            }
        }

        /** Who takes everything sees all numbers of another node: as messages, or counted in the gaps before. */
        private void checkNumber(String sender, long number) {
            if (pattern.equals("*") && !sender.equals(process.bus().uniqueName())) {
                long seen = numbersSeen.getOrDefault(sender, number - 1);
                long jump = number - seen - 1;
                if (jump > 0 && jump <= numbersOfAnybody) {
                    numbersOfAnybody -= jump;
                } else if (jump != 0) {
                    complain("got number " + number + " of " + sender + " after " + seen);
                }
                numbersSeen.put(sender, number);
            }
        }

        private void complain(String what) {
            complaints.add(process.bus().uniqueName() + " " + pattern + " " + what);
        }

        /** What was published and should be here is here; of who crashed, the last may be missing. */
        private void checkComplete() {
            published.forEach((sender, list) -> {
                long first = firstExpected.getOrDefault(sender, Long.MAX_VALUE);
                List<Long> expected = new ArrayList<>(list.stream()
                        .filter(one -> one.count() >= first && TopicName.matches(pattern, one.topic()))
                        .map(Published::count)
                        .toList());
                List<Long> all = got.getOrDefault(sender, List.of());
                if (crashed.contains(sender) && expected.size() > all.size()) {
                    expected = expected.subList(0, all.size());
                }
                if (!all.equals(expected)) {
                    List<Long> missing = new ArrayList<>(expected);
                    missing.removeAll(all);
                    List<Long> surplus = new ArrayList<>(all);
                    surplus.removeAll(expected);
                    complain("got " + all.size() + " of " + expected.size() + " messages of " + sender + "; missing "
                            + missing + ", surplus " + surplus);
                }
            });
            if (gaps != 0) {
                complain("was told " + gaps + " gaps");
            }
        }

        /** All is at rest: also what is missing at the end was told, unless its sender is no more. */
        private void checkTold() {
            heard.forEach((sender, what) -> {
                if (!crashed.contains(sender)) {
                    what.judge(sender, Long.MAX_VALUE);
                }
            });
        }
    }

    /** What fills up the message of that count. */
    static byte[] padding(int size, long count) {
        byte[] padding = new byte[size];
        Arrays.fill(padding, (byte) count);
        return padding;
    }

    private static boolean isPadding(byte[] bytes, long count) {
        for (byte one : bytes) {
            if (one != (byte) count) {
                return false;
            }
        }
        return true;
    }

    /** Subscribes for as long as the process lives. */
    Watched subscribe(SimProcess process, String pattern, Delivery delivery) {
        Watched subscriber = new Watched(process, pattern);
        watched.add(subscriber);
        process.run(() -> process.bus().subscribe(pattern, delivery, subscriber));
        return subscriber;
    }

    /** From now on nobody is interested any more in what that process gets. */
    void forget(SimProcess process) {
        watched.removeIf(subscriber -> subscriber.process == process);
    }

    /** A process is no more, and could not say so. */
    void crashed(SimProcess process) {
        crashed.add(process.bus().uniqueName());
    }

    /** It published that, whether its bus knew at that time that anybody wants it or not. */
    void said(SimProcess by, long count, String topic) {
        moment++;
        said.computeIfAbsent(by.bus().uniqueName(), name -> new ArrayList<>()).add(new Said(count, topic, moment));
    }

    /** It said so, and its bus knew at that time who wanted it. */
    void published(SimProcess by, long count, String topic) {
        String sender = by.bus().uniqueName();
        published.computeIfAbsent(sender, name -> new ArrayList<>()).add(new Published(count, topic));
        for (Watched subscriber : watched) {
            if (TopicName.matches(subscriber.pattern, topic) && knows(by, subscriber)) {
                subscriber.expect(sender, count);
            }
        }
    }

    private static boolean knows(SimProcess publisher, Watched subscriber) {
        if (publisher == subscriber.process) {
            return true;
        }
        Session session = publisher.node().sessionOf(subscriber.process.bus().uniqueName());
        return session != null && publisher.node().topics().interests(session).contains(subscriber.pattern);
    }

    /** Something is not as it must be. */
    void complain(String what) {
        complaints.add(what);
    }

    /** Every subscriber has got everything. */
    void checkComplete() {
        watched.forEach(Watched::checkComplete);
    }

    /** Nobody has missed anything without being told. */
    void checkTold() {
        watched.forEach(Watched::checkTold);
    }

    /** How often somebody was told that a node was given up and is back. */
    long returns() {
        return returns;
    }

    long messages() {
        return messages;
    }

    List<String> complaints() {
        return complaints;
    }
}

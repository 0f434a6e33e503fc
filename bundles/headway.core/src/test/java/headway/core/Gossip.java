package headway.core;

import headway.bus.Gap;
import headway.bus.NameFlag;
import headway.bus.Outcome;
import headway.bus.port.NameClaim;
import headway.bus.port.PortListener;
import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import headway.dbus.MessageType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * Participants of simulated nodes: they come and go, want names and write to each other. At rest whoever lives must know the
 * same of all, and each letter between two that live came once and in order.
 */
final class Gossip {

    private final SplittableRandom random;
    private final Oracle oracle;

    /** Whether a node may take another for gone that lives, and so lose letters. */
    private final boolean outages;

    private final BiConsumer<String, Boolean> onCall;

    private final Map<SimProcess, SimPort> ports = new LinkedHashMap<>();
    private final Map<String, Long> sent = new HashMap<>();

    /**
     * Nobody there yet.
     *
     * @param onCall is told of each call of an application that was handled, and whether the answer was sent
     */
    Gossip(SplittableRandom random, Oracle oracle, boolean outages, BiConsumer<String, Boolean> onCall) {
        this.onCall = onCall;
        this.random = random;
        this.oracle = oracle;
        this.outages = outages;
    }

    /** The port of one process, and what it was told. */
    private final class SimPort implements PortListener {

        private final NodePort port;
        private final Set<String> mine = new LinkedHashSet<>();
        private final Set<String> left = new LinkedHashSet<>();
        private final Set<String> others = new TreeSet<>();
        private final Map<String, String> names = new TreeMap<>();
        private final Map<String, Long> received = new HashMap<>();

        SimPort(SimProcess process) {
            port = new NodePort(process.node(), process.executor(), this).open();
        }

        @Override
        public void onParticipant(String participant, String node, long pid, long uid) {
            if (!others.add(participant)) {
                oracle.complain(participant + " came twice");
            }
        }

        @Override
        public void onGone(String participant) {
            if (!others.remove(participant)) {
                oracle.complain(participant + " went and was not there");
            }
            if (names.containsValue(participant)) {
                oracle.complain(participant + " went before its names had other owners");
            }
        }

        @Override
        public void onName(String name, List<NameClaim> queue) {
            if (queue.isEmpty()) {
                names.remove(name);
            } else {
                names.put(name, queue.get(0).participant());
            }
        }

        @Override
        public void onMessage(String sender, String to, byte[] array, int offset, int length) {
            Message message = Message.parse(array, offset, length);
            if (message.type() == MessageType.METHOD_CALL) {
                answer(message, sender, to);
                return;
            }
            String both = sender + " to " + to;
            long number = (Long) message.body().get(0);
            long before = received.getOrDefault(both, 0L);
            received.put(both, number);
            if (outages ? number <= before : number != before + 1) {
                oracle.complain("letter " + number + " of " + both + " came after " + before);
            }
            // What was on its way to somebody who left may still come.
            if (!sender.equals(message.sender()) || !(mine.contains(to) || left.contains(to))) {
                oracle.complain("a letter of " + message.sender() + " came as one of " + both);
            }
        }

        private void answer(Message call, String caller, String to) {
            String text = (String) call.body().get(0);
            byte[] reply = MessageBuilder.reply()
                    .replySerial(call.serial())
                    .sender(to)
                    .destination(caller)
                    .body("s", "re " + text)
                    .build()
                    .bytes();
            // Whoever has left can answer nothing any more, though a call still finds it.
            boolean answers = mine.contains(to) && port.send(caller, reply, 0, reply.length) == Outcome.SENT;
            onCall.accept(text, answers);
        }

        @Override
        public void onGap(Gap gap) {
            oracle.complain("a gap for somebody who wants no signals");
        }

        @Override
        public void onRoom() {
            // What found no room was not sent.
        }
    }

    /** Somebody of this process does something; a wish for a name is answered sooner or later. */
    void act(SimProcess process, List<String> names, List<CompletableFuture<?>> wishes) {
        process.run(() -> {
            SimPort here = ports.computeIfAbsent(process, SimPort::new);
            if (here.mine.isEmpty() || random.nextInt(6) == 0) {
                here.mine.add(here.port.join(1, 1));
            }
            String who = pick(here.mine);
            switch (random.nextInt(8)) {
                case 0 -> {
                    here.mine.remove(who);
                    here.left.add(who);
                    here.port.leave(who);
                }
                case 1 -> wishes.add(here.port.releaseName(who, names.get(random.nextInt(names.size()))));
                case 2, 3 ->
                    wishes.add(here.port.requestName(who, names.get(random.nextInt(names.size())), someFlags()));
                default -> {
                    for (int i = random.nextInt(20); i >= 0; i--) {
                        write(here, who);
                    }
                }
            }
        });
    }

    private String pick(Set<String> some) {
        return new ArrayList<>(some).get(random.nextInt(some.size()));
    }

    private Set<NameFlag> someFlags() {
        Set<NameFlag> flags = new LinkedHashSet<>();
        for (NameFlag flag : NameFlag.values()) {
            if (random.nextInt(3) == 0) {
                flags.add(flag);
            }
        }
        return flags;
    }

    private void write(SimPort here, String from) {
        List<String> known =
                here.others.stream().filter(one -> !Participants.isNode(one)).toList();
        if (known.isEmpty()) {
            return;
        }
        String to = known.get(random.nextInt(known.size()));
        String both = from + " to " + to;
        long number = sent.getOrDefault(both, 0L) + 1;
        byte[] letter = MessageBuilder.signal("/a", "a.b", "C")
                .sender(from)
                .destination(to)
                .body("xay", number, new byte[random.nextInt(20) == 0 ? 100_000 : random.nextInt(200)])
                .build()
                .bytes();
        if (here.port.send(to, letter, 0, letter.length) == Outcome.SENT) {
            sent.put(both, number);
        }
    }

    /** Whether that is a participant of a process that lives. */
    boolean isLiving(String name, List<SimProcess> living) {
        return living.stream().anyMatch(process -> {
            SimPort port = ports.get(process);
            return process.bus().uniqueName().equals(name) || (port != null && port.mine.contains(name));
        });
    }

    /** All is quiet: what must be so. */
    void checkRest(List<SimProcess> living) {
        Set<String> everybody = new TreeSet<>();
        for (SimProcess process : living) {
            everybody.add(process.bus().uniqueName());
            if (ports.containsKey(process)) {
                everybody.addAll(ports.get(process).mine);
            }
        }
        for (SimProcess process : living) {
            SimPort port = ports.get(process);
            if (port == null) {
                continue;
            }
            Set<String> others = new TreeSet<>(everybody);
            others.removeAll(port.mine);
            if (!others.equals(port.others)) {
                oracle.complain(process.bus().uniqueName() + " knows of " + port.others + " and not of " + others);
            }
            if (!port.names.equals(new TreeMap<>(process.bus().names()))) {
                oracle.complain(process.bus().uniqueName() + " told its port " + port.names + ", its bus has "
                        + process.bus().names());
            }
            if (!outages) {
                checkLetters(port, everybody);
            }
        }
    }

    private void checkLetters(SimPort port, Set<String> everybody) {
        sent.forEach((both, number) -> {
            String[] names = both.split(" to ", 2);
            if (port.mine.contains(names[1])
                    && everybody.contains(names[0])
                    && !number.equals(port.received.get(both))) {
                oracle.complain("of " + number + " letters of " + both + " came " + port.received.get(both));
            }
        });
    }
}

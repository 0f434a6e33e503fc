package headway.core;

import headway.bus.Call;
import headway.bus.CallException;
import headway.bus.Delivery;
import headway.bus.Execution;
import headway.bus.NameFlag;
import headway.bus.Outcome;
import headway.bus.Target;
import headway.core.SimMedium.Quality;
import headway.transport.Address;
import headway.transport.Feature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * One life of a whole bus, all of it decided by a seed: some processes over two media of some quality, what their
 * applications do, and what goes wrong meanwhile. Afterwards all faults end, and everything must come to rest.
 */
final class Schedule {

    /** What may go wrong beyond frames. */
    enum Kind {
        /** One thing at a time: what was published must be everywhere soon after it. */
        CALM(10),
        /** One medium comes and goes, the other stays: nobody is ever given up, and nothing may be lost. */
        SWAPS(30),
        /** The same with much that several nodes want, over groups, and processes that stand still for a while. */
        GROUPS(10),
        /** Processes are born, leave and crash as well. */
        LIVES(25),
        /** All media fail longer than peers are waited for, and receivers stop: loss is allowed, silence about it is not. */
        OUTAGES(25);

        /** Of a hundred schedules so many are of this kind; the share says what they cost, too. */
        private final int share;

        Kind(int share) {
            this.share = share;
        }

        /** How many of so many are of this kind; at least one. */
        long of(long all) {
            return Math.max(1, all * share / 100);
        }
    }

    private static final long MILLI = 1_000_000;
    private static final long GRACE_MILLIS = 2000;
    private static final long LONGEST_FREEZE = 2 * GRACE_MILLIS * MILLI;
    private static final String INTERFACE = "org.sim.Echo";
    private static final String PATH = "/echo";
    private static final List<String> TOPICS = List.of("a/b", "a/c", "a/c/d", "e");
    private static final List<String> PATTERNS = List.of("*", "a/+", "a/*", "a/c", "e", "+/c/*");
    private static final List<String> NAMES = List.of("org.sim.One", "org.sim.Two");

    private final Kind kind;
    private final Simulation simulation;
    private final SplittableRandom random;
    private final Oracle oracle = new Oracle();
    private final Gossip gossip;
    private final NodeConfig config;
    private final SimMedium steady;
    private final SimMedium fickle;
    private final int fickleRanking;
    private final List<SimProcess> processes = new ArrayList<>();
    private final List<Asked> asked = new ArrayList<>();
    private final List<CompletableFuture<?>> wishes = new ArrayList<>();
    private long published;
    private long allowedAt;
    private boolean faults;

    /** A call and what became of it. */
    private static final class Asked {
        private final String text;
        private final CompletableFuture<?> answer;
        private int handled;
        private boolean willReply;

        Asked(String text, CompletableFuture<?> answer) {
            this.text = text;
            this.answer = answer;
        }
    }

    Schedule(Kind kind, long seed) {
        this.kind = kind;
        simulation = new Simulation(seed);
        random = simulation.random();
        long patience = kind == Kind.OUTAGES ? 20 : 100_000;
        config = new NodeConfig("sim", 1 << 18, 1 << 16, 1 << 20, patience, GRACE_MILLIS);
        steady = new SimMedium(simulation, "steady", features());
        fickle = new SimMedium(simulation, "fickle", features());
        fickleRanking = random.nextInt(3) - 1;
        gossip = new Gossip(random, oracle, kind == Kind.OUTAGES, this::handled);
    }

    private Set<Feature> features() {
        Set<Feature> features = switch (random.nextInt(3)) {
            case 0 -> EnumSet.of(Feature.LOSSLESS, Feature.ORDERED);
            case 1 -> EnumSet.of(Feature.ORDERED);
            default -> EnumSet.noneOf(Feature.class);
        };
        if (kind == Kind.GROUPS || random.nextInt(3) > 0) {
            features.add(Feature.GROUPS);
        }
        return features;
    }

    private Quality someQuality() {
        double bad = random.nextInt(3) * 0.04;
        return new Quality(
                bad * random.nextDouble(),
                bad * random.nextDouble(),
                random.nextDouble() * 0.05,
                1 + random.nextLong(random.nextBoolean() ? 100_000 : 5 * MILLI));
    }

    Oracle oracle() {
        return oracle;
    }

    Simulation simulation() {
        return simulation;
    }

    SimMedium steady() {
        return steady;
    }

    SimMedium fickle() {
        return fickle;
    }

    /** Lives it through and says what was wrong, or nothing. */
    List<String> run() {
        int count = (kind == Kind.GROUPS ? 3 : 2) + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            long birth = random.nextLong(2 * MILLI);
            simulation.after(birth, this::bear);
        }
        simulation.run(1500 * MILLI);
        faults = true;
        if (kind != Kind.CALM) {
            steady.quality(someQuality());
            fickle.quality(someQuality());
        }
        int steps = 10 + random.nextInt(60);
        for (int i = 0; i < steps; i++) {
            if (kind == Kind.CALM) {
                actCalmly();
                continue;
            }
            act();
            living().forEach(this::checkMemory);
            if (random.nextInt(3) > 0) {
                simulation.run(random.nextLong(random.nextInt(10) == 0 ? 300 * MILLI : 3 * MILLI));
            }
        }
        faults = false;
        fickle.silence(0);
        simulation.run(LONGEST_FREEZE);
        steady.quality(Quality.PERFECT);
        fickle.quality(Quality.PERFECT);
        living().forEach(process -> process.lag(0));
        living().forEach(process -> setOpen(process, fickle, true));
        living().forEach(process -> setOpen(process, steady, true));
        simulation.run(12_000 * MILLI);
        checkRest();
        return oracle.complaints();
    }

    private List<SimProcess> living() {
        return processes.stream().filter(process -> !process.isStopped()).toList();
    }

    /** One that is awake. */
    private SimProcess anyProcess() {
        while (true) {
            List<SimProcess> awake =
                    living().stream().filter(process -> !process.isFrozen()).toList();
            if (!awake.isEmpty()) {
                return awake.get(random.nextInt(awake.size()));
            }
            simulation.run(100 * MILLI);
        }
    }

    // ---------------------------------------------------------------- what happens

    private void act() {
        SimProcess process = anyProcess();
        int what = random.nextInt(100);
        boolean groups = kind == Kind.GROUPS;
        if (what < (groups ? 10 : 40)) {
            publish(process, 1 + random.nextInt(6));
        } else if (what < (groups ? 65 : 55)) {
            repeat(process, 10 + random.nextInt(60));
        } else if (what < 70) {
            call(process);
        } else if (what < 75) {
            wish(process);
        } else if (what < 79) {
            prefer(process);
        } else if (what < 81) {
            process.freeze(random.nextLong(mostFreeze()));
        } else if (what < 82) {
            fickle.silence(random.nextLong(2000 * MILLI));
        } else if (what < 85) {
            process.lag(random.nextLong(random.nextInt(4) == 0 ? 100 * MILLI : MILLI));
        } else if (what < 92) {
            setOpen(process, fickle, !isOpen(process, fickle));
        } else if (what < 95) {
            fickle.endOne();
        } else {
            happen();
        }
    }

    /**
     * A moment or a long one; or a suspend, longer than nodes wait for one that no link reaches, where they may give up. Who has
     * just been born has one link perhaps: if that ends meanwhile without a word it is waited for 250 ms.
     */
    private long mostFreeze() {
        if (random.nextInt(4) > 0) {
            return 20 * MILLI;
        }
        if (kind == Kind.LIVES) {
            return 200 * MILLI;
        }
        return kind == Kind.OUTAGES && random.nextBoolean() ? LONGEST_FREEZE : 1000 * MILLI;
    }

    /** So soon everything must be everywhere, also after the unplanned end of a link. */
    private static final long SOON = 50 * MILLI;

    private void actCalmly() {
        SimProcess process = anyProcess();
        publish(process, 1 + random.nextInt(6));
        switch (random.nextInt(6)) {
            case 0 -> {}
            case 1 -> prefer(process);
            case 2 -> setOpen(process, fickle, !isOpen(process, fickle));
            case 3 -> fickle.endOne();
            case 4 -> loseTheLastAndSwap(process);
            default -> fallSilent(process);
        }
        simulation.run(SOON);
        oracle.checkComplete();
    }

    /** What is lost on the link that is left must be missed although nothing follows it. */
    private void loseTheLastAndSwap(SimProcess process) {
        living().forEach(each -> setOpen(each, fickle, true));
        simulation.run(SOON);
        setLosing(true);
        publish(process, 1);
        simulation.run(MILLI);
        setLosing(false);
        for (String transport : List.of("steady", "fickle")) {
            process.run(() -> process.bus().prefer(transport));
            simulation.run(SOON);
        }
    }

    private void setLosing(boolean lose) {
        steady.loseNext(lose);
        fickle.loseNext(lose);
    }

    private void fallSilent(SimProcess process) {
        fickle.silence(5000 * MILLI);
        publish(process, 1 + random.nextInt(6));
        // Twice what it takes to leave a link: a message may wait until another has left.
        simulation.run(3000 * MILLI);
        oracle.checkComplete();
        fickle.silence(0);
    }

    private void happen() {
        SimProcess process = anyProcess();
        switch (kind) {
            case CALM, SWAPS -> {}
            case GROUPS -> {
                process.stall();
                simulation.after(random.nextLong(300 * MILLI), process::goOn);
            }
            case LIVES -> {
                List<SimProcess> living = living();
                if (simulation.now() > allowedAt && living.size() > 2 && random.nextBoolean()) {
                    end(living.get(random.nextInt(living.size())));
                } else if (living.size() < 5) {
                    bear();
                }
            }
            case OUTAGES -> {
                setOpen(process, steady, !isOpen(process, steady));
                simulation.run(random.nextLong(3000 * MILLI));
            }
        }
    }

    private void prefer(SimProcess process) {
        String transport = List.of("steady", "fickle", "").get(random.nextInt(3));
        process.run(() -> process.bus().prefer(transport));
    }

    private boolean isLiving(String uniqueName) {
        return living().stream().anyMatch(process -> process.bus().uniqueName().equals(uniqueName));
    }

    private void bear() {
        SimProcess process = new SimProcess(simulation, config);
        processes.add(process);
        Set<String> there = new HashSet<>();
        process.bus().watchNames(change -> {
            boolean went = change.newOwner().isEmpty();
            if (change.name().startsWith(":") && !(went ? there.remove(change.name()) : there.add(change.name()))) {
                oracle.complain(change.name() + (went ? " went and was not there" : " came twice")
                        + ", an application was told");
            }
            if (kind != Kind.OUTAGES && change.newOwner().isEmpty() && isLiving(change.name())) {
                oracle.complain(process.bus().uniqueName() + " took " + change.name() + " for gone");
            }
        });
        process.bus()
                .export(
                        PATH,
                        INTERFACE,
                        random.nextBoolean() ? Execution.DIRECT : Execution.SERIAL,
                        call -> answer(process, call));
        if (random.nextInt(4) == 0) {
            process.withoutGroups();
        }
        process.open(steady, 0);
        if (random.nextBoolean()) {
            process.open(fickle, fickleRanking);
        }
        for (int i = random.nextInt(4); i >= 0; i--) {
            int patterns = kind == Kind.GROUPS ? 3 : PATTERNS.size();
            oracle.subscribe(process, PATTERNS.get(random.nextInt(patterns)), someDelivery());
        }
    }

    private Delivery someDelivery() {
        Delivery some = switch (random.nextInt(4)) {
            case 0 -> Delivery.onReceivingThread();
            case 1 -> new Delivery(Delivery.Mode.BLOCK, 1 + random.nextInt(20), Duration.ofSeconds(100), false);
            default -> Delivery.queue(5000);
        };
        return random.nextBoolean() ? some.borrowing() : some;
    }

    private void end(SimProcess process) {
        // One at a time: closing takes a while, and somebody has to remain.
        allowedAt = simulation.now() + 1500 * MILLI;
        oracle.forget(process);
        if (random.nextBoolean()) {
            process.close(() -> oracle.crashed(process));
        } else {
            oracle.crashed(process);
            process.crash();
        }
    }

    private static boolean isOpen(SimProcess process, SimMedium medium) {
        return process.node().links().stream().anyMatch(slot -> slot.transport() == process.seen(medium));
    }

    private void setOpen(SimProcess process, SimMedium medium, boolean open) {
        if (open && !isOpen(process, medium)) {
            process.open(medium, medium == fickle ? fickleRanking : 0);
        } else if (!open && isOpen(process, medium)) {
            process.remove(medium);
        }
    }

    private void publish(SimProcess process, int count) {
        boolean pictures = kind != Kind.GROUPS && random.nextInt(20) == 0;
        for (int i = 0; i < count; i++) {
            process.work();
            if (!process.node().outbox().isEmpty() || hasFullSubscriber(process)) {
                return;
            }
            int size = pictures ? Session.WHOLE + random.nextInt(10_000) : someSize();
            publish(process, TOPICS.get(random.nextInt(TOPICS.size())), size);
        }
    }

    /** Publishes to one topic again and again, at once or with a little time between. */
    private void repeat(SimProcess process, int count) {
        String topic = TOPICS.get(random.nextInt(TOPICS.size()));
        int most = random.nextInt(8) == 0 ? 20_000 : 400;
        boolean patiently = random.nextBoolean();
        for (int i = 0; i < count; i++) {
            if (patiently) {
                simulation.run(random.nextLong(MILLI / 4));
            }
            process.work();
            if (process.isStopped() || !process.node().outbox().isEmpty() || hasFullSubscriber(process)) {
                return;
            }
            publish(process, topic, random.nextInt(most));
        }
    }

    private void publish(SimProcess process, String topic, int size) {
        published++;
        long number = published;
        byte[] padding = Oracle.padding(size, number);
        Outcome[] outcome = new Outcome[1];
        process.run(() -> outcome[0] = process.bus().publish(topic, "tay", number, padding));
        oracle.said(process, number, topic);
        if (outcome[0] == Outcome.SENT) {
            oracle.published(process, number, topic);
        } else if (outcome[0] != Outcome.UNWANTED) {
            oracle.complain("publishing said " + outcome[0]);
        }
    }

    /** It would wait for room, and there is only this one thread. */
    private static boolean hasFullSubscriber(SimProcess process) {
        return process.node().topics().subscriptions().stream()
                .anyMatch(mailbox -> mailbox.waiting() >= mailbox.delivery().capacity());
    }

    private int someSize() {
        return switch (random.nextInt(20)) {
            case 0 -> 20_000 + random.nextInt(60_000);
            case 1 -> random.nextInt(6) == 0 ? 150_000 + random.nextInt(400_000) : 3000;
            default -> random.nextInt(200);
        };
    }

    private void call(SimProcess process) {
        String to = random.nextInt(4) == 0
                ? NAMES.get(random.nextInt(NAMES.size()))
                : anyProcess().bus().uniqueName();
        String text = "call " + asked.size();
        process.run(() -> {
            CompletableFuture<?> answer = new CompletableFuture<>();
            Asked call = new Asked(text, answer);
            asked.add(call);
            CompletableFuture<?> unused = process.bus()
                    .call(new Target(to, PATH, INTERFACE), Duration.ofSeconds(11), "Echo", "s", text)
                    .whenComplete((reply, failure) -> {
                        if (call.answer.isDone()) {
                            oracle.complain(text + " was answered twice");
                        }
                        if (failure != null) {
                            call.answer.completeExceptionally(failure);
                        } else {
                            if (!reply.body().equals(List.of("re " + text))) {
                                oracle.complain(text + " was answered with " + reply.body());
                            }
                            call.answer.complete(null);
                        }
                    });
        });
    }

    /** A participant has handled a call. */
    private void handled(String text, boolean answered) {
        Asked what = asked.get(Integer.parseInt(text.substring("call ".length())));
        what.handled++;
        what.willReply = answered;
    }

    private void answer(SimProcess process, Call call) throws CallException {
        String text = (String) call.message().body().get(0);
        Asked what = asked.get(Integer.parseInt(text.substring("call ".length())));
        what.handled++;
        switch (random.nextInt(8)) {
            case 0 -> {}
            case 1 -> throw new CallException("org.sim.Error.Refused", text);
            case 2 -> throw new IllegalStateException(text);
            case 3, 4 -> {
                what.willReply = true;
                simulation.after(random.nextLong(50 * MILLI), () -> process.run(() -> call.reply("s", "re " + text)));
            }
            default -> {
                what.willReply = true;
                call.reply("s", "re " + text);
            }
        }
    }

    private void wish(SimProcess process) {
        if (random.nextBoolean()) {
            gossip.act(process, NAMES, wishes);
            return;
        }
        String name = NAMES.get(random.nextInt(NAMES.size()));
        process.run(() -> {
            if (random.nextInt(3) == 0) {
                wishes.add(process.bus().releaseName(name));
            } else {
                Set<NameFlag> flags = EnumSet.noneOf(NameFlag.class);
                for (NameFlag flag : NameFlag.values()) {
                    if (random.nextInt(3) == 0) {
                        flags.add(flag);
                    }
                }
                wishes.add(process.bus().requestName(name, flags));
            }
        });
    }

    // ---------------------------------------------------------------- what must be so at the end

    private void checkRest() {
        List<SimProcess> living = living();
        if (kind != Kind.OUTAGES) {
            oracle.checkComplete();
        }
        oracle.checkTold();
        checkGroups(steady);
        checkGroups(fickle);
        Map<String, String> names = new TreeMap<>(living.get(0).bus().names());
        for (SimProcess process : living) {
            String who = process.bus().uniqueName();
            checkSessions(process, living.size() - 1);
            if (!process.node().outbox().isEmpty()) {
                oracle.complain(who + " has not sent everything");
            }
            if (!names.equals(new TreeMap<>(process.bus().names()))) {
                oracle.complain(who + " knows the names " + process.bus().names() + ", another " + names);
            }
        }
        names.forEach((name, owner) -> {
            if (!gossip.isLiving(owner, living)) {
                oracle.complain(name + " is owned by " + owner + ", who is gone");
            }
        });
        gossip.checkRest(living);
        for (CompletableFuture<?> wish : wishes) {
            if (!wish.isDone() && kind != Kind.LIVES) {
                oracle.complain("a wish for a name was never answered");
            }
        }
        for (Asked call : asked) {
            checkCall(call);
        }
    }

    /** Whoever is a member of a group is sent to through it. */
    private void checkGroups(SimMedium medium) {
        Set<Address> left = new HashSet<>(medium.groups());
        for (SimProcess process : living()) {
            process.node().groups().all().forEach(group -> left.remove(group.address()));
            if (process.node().groups().all().size() > Groups.MOST) {
                oracle.complain(process.bus().uniqueName() + " sends to too many groups");
            }
        }
        if (!left.isEmpty()) {
            oracle.complain("groups that nobody sends to have members: " + left);
        }
    }

    private void checkSessions(SimProcess process, int others) {
        String who = process.bus().uniqueName();
        if (process.node().sessions().size() != others) {
            oracle.complain(who + " knows " + process.node().sessions() + ", but there are " + others);
        }
        Shelf shelf = process.node().shelves().ours();
        if (shelf != null && shelf.bytes() != 0) {
            oracle.complain(who + " has " + shelf.bytes() + " bytes on its shelf that nobody is to get");
        }
        for (Session session : process.node().sessions()) {
            if (!session.isLive() || session.windowBytes() != 0 || session.backlogBytes() != 0) {
                oracle.complain(who + " is not at rest with " + session + ": " + session.windowBytes()
                        + " bytes unacknowledged, " + session.backlogBytes() + " bytes waiting");
            }
            Route best = session.links().routes().isEmpty()
                    ? null
                    : session.links().routes().get(0);
            if (session.route() != best && best.failures() == 0) {
                oracle.complain(who + " has a better way to " + session + " than it takes");
            }
        }
    }

    private void checkMemory(SimProcess process) {
        Shelf shelf = process.node().shelves().ours();
        if (shelf != null && shelf.bytes() > shelf.limit()) {
            oracle.complain(process.bus().uniqueName() + " has " + shelf.bytes() + " bytes on its shelf");
        }
        for (Session session : process.node().sessions()) {
            if (session.windowBytes() > config.windowBytes()) {
                oracle.complain(
                        process.bus().uniqueName() + " keeps " + session.windowBytes() + " bytes for " + session);
            }
        }
    }

    private void checkCall(Asked call) {
        if (call.handled > 1) {
            oracle.complain(call.text + " was handled " + call.handled + " times");
        }
        if (!call.answer.isDone() && kind != Kind.LIVES) {
            oracle.complain(call.text + " was never answered");
        }
        boolean replied = call.answer.isDone() && !call.answer.isCompletedExceptionally();
        if (replied && call.handled == 0) {
            oracle.complain(call.text + " was answered by nobody");
        }
        if (!replied && call.willReply && (kind == Kind.SWAPS || kind == Kind.GROUPS)) {
            oracle.complain(call.text + " lost its reply: " + call.answer);
        }
    }

    boolean hasFaults() {
        return faults;
    }
}

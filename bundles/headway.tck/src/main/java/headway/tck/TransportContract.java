package headway.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headway.transport.Address;
import headway.transport.Credentials;
import headway.transport.Feature;
import headway.transport.Link;
import headway.transport.SendResult;
import headway.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every transport promises, as tests. A transport adds only how it is created.
 *
 * <p>What depends on a {@link Feature} is skipped without it. Each test has a fresh transport and two buses nobody else
 * uses.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
public abstract class TransportContract {

    private static final int PATIENCE_MILLIS = Inbox.PATIENCE_SECONDS * 1000;
    /** Nobody has ever had this address: the links of a test are random or count from one. */
    private static final Address NOBODY = Address.of(0x7ead_beef_0bad_f00dL);

    private static final AtomicInteger TESTS = new AtomicInteger();

    /** A link that was closed may still be leaving while the next test begins. */
    private final String buses = "tck-" + TESTS.incrementAndGet();

    private final List<Link> open = new ArrayList<>();
    private Transport transport;

    /** A transport that works here. To skip the tests where it cannot, fail an assumption and say what is missing. */
    protected abstract Transport transport() throws Exception;

    /** The name of a bus that no other test uses. */
    protected String bus() {
        return buses;
    }

    /** The name of another bus that no other test uses. */
    protected String otherBus() {
        return buses + "-other";
    }

    @BeforeEach
    final void createTransport() throws Exception {
        transport = transport();
    }

    @AfterEach
    final void closeLinks() {
        open.forEach(Link::close);
    }

    /** A link that is closed when the test ends. */
    protected final Link open(String bus, Inbox inbox) throws IOException {
        Link link = transport.open(bus, inbox);
        open.add(link);
        return link;
    }

    private Link open(Inbox inbox) throws IOException {
        return open(bus(), inbox);
    }

    private boolean has(Feature feature) {
        return transport.features().contains(feature);
    }

    private void assumeHas(Feature feature) {
        assumeTrue(has(feature), () -> transport.name() + " does not have " + feature);
    }

    private static ByteBuffer number(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .flip();
    }

    private static int number(Inbox.Frame frame) {
        return frame.buffer().getInt();
    }

    private static byte[] noise(long seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    // ---- Frames

    @Test
    void a_frame_arrives_whole_and_unchanged_at_every_size() throws Exception {
        Inbox sender = new Inbox();
        Inbox receiver = new Inbox();
        Link from = open(sender);
        Link to = open(receiver);
        int mtu = from.mtu();
        int[] sizes = {1, 2, 3, 4, 5, 7, 8, 15, 63, 64, 65, 1000, 4095, 4096, mtu / 2, mtu - 1, mtu, 1, mtu, 2};
        for (int size : sizes) {
            byte[] bytes = noise(size, size);
            sender.deliver(from, to.local(), ByteBuffer.wrap(bytes));
            from.flush();
            Inbox.Frame frame = receiver.nextFrame();
            assertArrayEquals(bytes, frame.bytes(), () -> size + " bytes");
            assertEquals(from.local(), frame.from());
        }
    }

    @Test
    void what_is_sent_lies_between_position_and_limit_of_any_kind_of_buffer() throws Exception {
        Inbox sender = new Inbox();
        Inbox receiver = new Inbox();
        Link from = open(sender);
        Link to = open(receiver);
        byte[] bytes = noise(1, 100);
        List<ByteBuffer> buffers = List.of(
                ByteBuffer.allocate(300).position(100).put(bytes).flip().position(100),
                ByteBuffer.allocateDirect(300).position(100).put(bytes).flip().position(100),
                ByteBuffer.allocate(300)
                        .position(100)
                        .put(bytes)
                        .flip()
                        .position(100)
                        .slice(),
                ByteBuffer.wrap(bytes).asReadOnlyBuffer());
        for (ByteBuffer buffer : buffers) {
            sender.deliver(from, to.local(), buffer);
            from.flush();
            assertArrayEquals(bytes, receiver.nextFrame().bytes(), buffer::toString);
        }
    }

    @Test
    void a_frame_is_borrowed_for_the_call_only() throws Exception {
        Inbox sender = new Inbox();
        Inbox receiver = new Inbox();
        Link from = open(sender);
        Link to = open(receiver);
        receiver.stall();
        byte[] bytes = new byte[1000];
        int sent = 0;
        for (int i = 0; i < 200; i++) {
            Arrays.fill(bytes, (byte) i);
            if (from.send(to.local(), ByteBuffer.wrap(bytes)) == SendResult.SENT) {
                sent++;
            } else {
                break;
            }
        }
        Arrays.fill(bytes, (byte) 0xAA);
        from.flush();
        receiver.resume();
        for (int i = 0; i < sent; i++) {
            byte[] expected = new byte[1000];
            Arrays.fill(expected, (byte) i);
            assertArrayEquals(expected, receiver.nextFrame().bytes());
        }
    }

    @Test
    void an_empty_frame_and_one_above_the_mtu_are_refused() throws Exception {
        Inbox receiver = new Inbox();
        Link from = open(new Inbox());
        Link to = open(receiver);
        assertThrows(IllegalArgumentException.class, () -> from.send(to.local(), ByteBuffer.allocate(0)));
        assertThrows(IllegalArgumentException.class, () -> from.send(to.local(), ByteBuffer.allocate(from.mtu() + 1)));
        assertEquals(SendResult.SENT, from.send(to.local(), number(1)));
        from.flush();
        assertEquals(1, number(receiver.nextFrame()));
    }

    @Test
    void a_frame_may_have_at_least_4096_bytes() throws Exception {
        assertTrue(open(new Inbox()).mtu() >= 4096);
    }

    @Test
    void frames_arrive_in_the_order_sent() throws Exception {
        assumeHas(Feature.ORDERED);
        assumeHas(Feature.LOSSLESS);
        Inbox sender = new Inbox();
        Inbox receiver = new Inbox();
        Link from = open(sender);
        Link to = open(receiver);
        int count = 20_000;
        SplittableRandom sizes = new SplittableRandom(3);
        for (int i = 0; i < count; i++) {
            // Mostly small, now and then large, so that some go at once and some have to wait.
            int size = Integer.BYTES + (i % 100 == 0 ? sizes.nextInt(from.mtu() - 4) : sizes.nextInt(200));
            ByteBuffer frame = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
            frame.putInt(0, i);
            sender.deliver(from, to.local(), frame);
        }
        from.flush();
        for (int i = 0; i < count; i++) {
            assertEquals(i, number(receiver.nextFrame()));
        }
    }

    @Test
    void a_listener_hears_when_it_has_all_that_came_together() throws Exception {
        Inbox sender = new Inbox();
        Inbox receiver = new Inbox();
        Link from = open(sender);
        Link to = open(receiver);
        int frames = 500;
        for (int i = 0; i < frames; i++) {
            sender.deliver(from, to.local(), number(i));
        }
        from.flush();
        receiver.awaitPauseAfter(frames);
        sender.deliver(from, to.local(), number(frames));
        from.flush();
        receiver.awaitPauseAfter(frames + 1);
    }

    @Test
    void both_directions_work_at_once() throws Exception {
        assumeHas(Feature.LOSSLESS);
        Inbox left = new Inbox();
        Inbox right = new Inbox();
        Link a = open(left);
        Link b = open(right);
        int count = 5_000;
        Runnable there = () -> numbers(left, a, b.local(), count);
        Runnable back = () -> numbers(right, b, a.local(), count);
        Thread one = start(there);
        Thread two = start(back);
        for (int i = 0; i < count; i++) {
            assertEquals(b.local(), left.nextFrame().from());
            assertEquals(a.local(), right.nextFrame().from());
        }
        one.join(PATIENCE_MILLIS);
        two.join(PATIENCE_MILLIS);
        assertFalse(one.isAlive() || two.isAlive());
    }

    private static void numbers(Inbox own, Link link, Address to, int count) {
        for (int i = 0; i < count; i++) {
            own.deliver(link, to, number(i));
        }
        link.flush();
    }

    private static Thread start(Runnable what) {
        Thread thread = new Thread(what, "tck");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Test
    void a_listener_may_answer_from_within_its_call() throws Exception {
        Inbox asking = new Inbox();
        Inbox answering = new Inbox();
        Link a = open(asking);
        Link b = open(answering);
        answering.onEachFrame(() -> {
            b.send(a.local(), number(2));
            b.flush();
        });
        asking.deliver(a, b.local(), number(1));
        a.flush();
        assertEquals(2, number(asking.nextFrame()));
    }

    // ---- Who hears it

    @Test
    void a_sender_never_hears_itself() throws Exception {
        Inbox own = new Inbox();
        Inbox other = new Inbox();
        Link a = open(own);
        Link b = open(other);
        a.send(a.local(), number(1));
        a.send(Address.EVERYONE, number(2));
        a.flush();
        assertEquals(2, number(other.nextFrame()));
        other.deliver(b, a.local(), number(3));
        b.flush();
        assertEquals(3, number(own.nextFrame()));
    }

    @Test
    void what_is_sent_to_everyone_reaches_everyone() throws Exception {
        Inbox sender = new Inbox();
        Link from = open(sender);
        List<Inbox> others = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Inbox inbox = new Inbox();
            open(inbox);
            others.add(inbox);
        }
        sender.deliver(from, Address.EVERYONE, number(7));
        from.flush();
        for (Inbox each : others) {
            Inbox.Frame frame = each.nextFrame();
            assertEquals(7, number(frame));
            assertEquals(from.local(), frame.from());
        }
    }

    @Test
    void sending_to_everyone_when_nobody_is_there_reaches_nobody() throws Exception {
        assertEquals(SendResult.UNREACHABLE, open(new Inbox()).send(Address.EVERYONE, number(1)));
    }

    @Test
    void a_link_that_opens_later_is_reached_too() throws Exception {
        Inbox sender = new Inbox();
        Link from = open(sender);
        from.send(Address.EVERYONE, number(1));
        from.flush();
        Inbox late = new Inbox();
        Link to = open(late);
        sender.deliver(from, Address.EVERYONE, number(2));
        sender.deliver(from, to.local(), number(3));
        from.flush();
        assertEquals(2, number(late.nextFrame()));
        assertEquals(3, number(late.nextFrame()));
    }

    @Test
    void buses_do_not_hear_each_other() throws Exception {
        Inbox sender = new Inbox();
        Inbox here = new Inbox();
        Inbox there = new Inbox();
        Link from = open(sender);
        Link to = open(here);
        Link other = open(otherBus(), there);
        sender.deliver(from, Address.EVERYONE, number(1));
        assertEquals(SendResult.UNREACHABLE, from.send(other.local(), number(2)));
        sender.deliver(from, to.local(), number(3));
        from.flush();
        assertEquals(1, number(here.nextFrame()));
        assertEquals(3, number(here.nextFrame()));
        Inbox second = new Inbox();
        Link neighbour = open(otherBus(), second);
        second.deliver(neighbour, other.local(), number(4));
        neighbour.flush();
        assertEquals(4, number(there.nextFrame()));
    }

    @Test
    void sixteen_links_reach_each_other() throws Exception {
        assumeHas(Feature.LOSSLESS);
        int count = 16;
        int rounds = 50;
        List<Inbox> inboxes = new ArrayList<>();
        List<Link> links = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            inboxes.add(new Inbox());
            links.add(open(inboxes.get(i)));
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < count; i++) {
                for (Link to : links) {
                    if (to != links.get(i)) {
                        inboxes.get(i).deliver(links.get(i), to.local(), number(round));
                    }
                }
                links.get(i).flush();
            }
        }
        for (Inbox each : inboxes) {
            Map<Address, Integer> next = new HashMap<>();
            for (int i = 0; i < (count - 1) * rounds; i++) {
                Inbox.Frame frame = each.nextFrame();
                int expected = next.merge(frame.from(), 1, Integer::sum) - 1;
                if (has(Feature.ORDERED)) {
                    assertEquals(expected, number(frame));
                }
            }
            assertEquals(count - 1, next.size());
        }
    }

    // ---- Room

    @Test
    void a_receiver_that_stalls_makes_its_sender_wait_and_nothing_is_lost() throws Exception {
        assumeHas(Feature.LOSSLESS);
        Inbox sender = new Inbox();
        Inbox receiver = new Inbox();
        Link from = open(sender);
        Link to = open(receiver);
        receiver.stall();
        int sent = fill(from, to.local());
        receiver.resume();
        int more = 1000;
        for (int i = sent; i < sent + more; i++) {
            sender.deliver(from, to.local(), numbered(i));
        }
        from.flush();
        for (int i = 0; i < sent + more; i++) {
            int got = number(receiver.nextFrame());
            if (has(Feature.ORDERED)) {
                assertEquals(i, got);
            }
        }
    }

    /** Sends numbered frames until there is no room, and says how many left. */
    private static int fill(Link from, Address to) {
        int most = 1_000_000;
        int sent = 0;
        SendResult result = from.send(to, numbered(sent));
        while (result == SendResult.SENT) {
            assertTrue(++sent < most, "What is on the way to a receiver that stalls has no bound");
            result = from.send(to, numbered(sent));
        }
        assertEquals(SendResult.FULL, result);
        return sent;
    }

    private static ByteBuffer numbered(int value) {
        return ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value);
    }

    @Test
    void a_receiver_that_stalls_does_not_keep_the_others_waiting() throws Exception {
        assumeHas(Feature.LOSSLESS);
        Inbox sender = new Inbox();
        Inbox stalled = new Inbox();
        Inbox quick = new Inbox();
        Link from = open(sender);
        Link slow = open(stalled);
        Link fast = open(quick);
        stalled.stall();
        try {
            fill(from, slow.local());
            for (int i = 0; i < 5000; i++) {
                sender.deliver(from, fast.local(), number(i));
            }
            from.flush();
            for (int i = 0; i < 5000; i++) {
                assertEquals(i, number(quick.nextFrame()));
            }
        } finally {
            stalled.resume();
        }
    }

    @Test
    void a_link_whose_own_listener_stalls_can_still_send() throws Exception {
        Inbox busy = new Inbox();
        Inbox other = new Inbox();
        Link a = open(busy);
        Link b = open(other);
        busy.stall();
        try {
            other.deliver(b, a.local(), number(1));
            b.flush();
            assertEquals(SendResult.SENT, a.send(b.local(), number(2)));
            a.flush();
            assertEquals(2, number(other.nextFrame()));
        } finally {
            busy.resume();
        }
    }

    // ---- Ends

    @Test
    void nobody_is_at_an_address_that_was_never_given_or_is_closed() throws Exception {
        Inbox sender = new Inbox();
        Link from = open(sender);
        Link to = open(new Inbox());
        assertEquals(SendResult.UNREACHABLE, from.send(NOBODY, number(1)));
        assertEquals(SendResult.UNREACHABLE, from.send(new Address(0), number(1)));
        sender.deliver(from, to.local(), number(1));
        from.flush();
        to.close();
        sender.awaitGone(to.local());
        assertEquals(SendResult.UNREACHABLE, from.send(to.local(), number(2)));
    }

    @Test
    void an_owner_hears_once_that_a_peer_is_gone_and_only_after_all_it_has_sent() throws Exception {
        Inbox staying = new Inbox();
        Link stays = open(staying);
        int count = 100;
        for (int round = 0; round < 20; round++) {
            Inbox going = new Inbox();
            Link goes = open(going);
            if (round % 2 == 0) {
                staying.deliver(stays, goes.local(), number(-1));
                stays.flush();
                going.nextFrame();
            }
            for (int i = 0; i < count; i++) {
                going.deliver(goes, stays.local(), number(i));
            }
            goes.flush();
            goes.close();
            for (int i = 0; i < count; i++) {
                Inbox.Frame frame = staying.nextFrame();
                assertEquals(goes.local(), frame.from());
                assertEquals(i, number(frame));
            }
            assertEquals(new Inbox.Gone(goes.local()), staying.next());
            assertEquals(SendResult.UNREACHABLE, stays.send(goes.local(), number(1)));
        }
        Inbox last = new Inbox();
        Link marker = open(last);
        last.deliver(marker, stays.local(), number(42));
        marker.flush();
        assertEquals(42, number(staying.nextFrame()));
    }

    @Test
    void an_owner_hears_that_a_peer_is_gone_which_it_only_ever_sent_to() throws Exception {
        Inbox sender = new Inbox();
        Link from = open(sender);
        Link to = open(new Inbox());
        sender.deliver(from, to.local(), number(1));
        from.flush();
        to.close();
        assertEquals(new Inbox.Gone(to.local()), sender.next());
    }

    @Test
    void closing_twice_is_closing_once() throws Exception {
        Inbox inbox = new Inbox();
        Link link = open(inbox);
        link.close();
        link.close();
        assertEquals(SendResult.CLOSED, link.send(NOBODY, number(1)));
        assertEquals(SendResult.CLOSED, link.send(Address.EVERYONE, number(1)));
        link.flush();
        assertNull(inbox.pollNow(), "Whoever closes a link need not be told");
    }

    @Test
    void a_listener_may_close_its_own_link() throws Exception {
        Inbox sender = new Inbox();
        Inbox receiver = new Inbox();
        Link from = open(sender);
        Link to = open(receiver);
        receiver.onEachFrame(to::close);
        for (int i = 0; i < 10; i++) {
            if (from.send(to.local(), number(i)) != SendResult.SENT) {
                break;
            }
        }
        from.flush();
        assertEquals(0, number(receiver.nextFrame()));
        sender.awaitGone(to.local());
        assertEquals(SendResult.CLOSED, to.send(from.local(), number(1)));
        assertNull(receiver.pollNow(), "A closed link tells nothing");
    }

    @Test
    void addresses_are_those_of_links_and_never_come_twice() throws Exception {
        Set<Address> seen = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            Link link = transport.open(bus(), new Inbox());
            assertTrue(link.local().value() > 0, () -> link.local() + " is not the address of a link");
            assertTrue(seen.add(link.local()), () -> link.local() + " came twice");
            if (i % 10 == 0) {
                open.add(link);
            } else {
                link.close();
            }
        }
    }

    @Test
    void closed_links_leave_no_threads() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        Inbox[] inboxes = {new Inbox(), new Inbox(), new Inbox(), new Inbox()};
        Link[] links = new Link[inboxes.length];
        for (int i = 0; i < links.length; i++) {
            links[i] = open(inboxes[i]);
        }
        for (int i = 0; i < links.length; i++) {
            inboxes[i].deliver(links[i], links[(i + 1) % links.length].local(), number(i));
            links[i].flush();
        }
        Set<Thread> started = new HashSet<>(Thread.getAllStackTraces().keySet());
        started.removeAll(before);
        for (Link link : links) {
            link.close();
        }
        for (Thread thread : started) {
            if (thread.getName().startsWith("headway")) {
                thread.join(PATIENCE_MILLIS);
                assertFalse(thread.isAlive(), () -> thread + " still runs");
            }
        }
    }

    // ---- What it says about itself

    @Test
    void name_and_features_never_change() {
        assertEquals(transport.name(), transport.name());
        assertEquals(transport.features(), transport.features());
        assertTrue(transport.name().matches("[a-z][a-z0-9]*"));
    }

    @Test
    void the_kernel_says_who_sent_a_frame() throws Exception {
        assumeHas(Feature.CREDENTIALS);
        Inbox sender = new Inbox();
        Inbox receiver = new Inbox();
        Link from = open(sender);
        Link to = open(receiver);
        sender.deliver(from, to.local(), number(1));
        from.flush();
        Credentials credentials = receiver.nextFrame().credentials();
        assertEquals(ownUid(), credentials.uid());
        assertTrue(credentials.pid() == Credentials.UNKNOWN
                || credentials.pid() == ProcessHandle.current().pid());
    }

    /** The number of the user who runs this process. */
    protected static long ownUid() throws IOException {
        Path self = Path.of("/proc/self/status");
        assumeTrue(Files.isReadable(self), "There is no /proc here to ask for our own user id");
        Matcher uid = Pattern.compile("(?m)^Uid:\\s+\\d+\\s+(\\d+)").matcher(Files.readString(self));
        assertTrue(uid.find(), "No Uid in " + self);
        return Long.parseLong(uid.group(1));
    }

    // ---- Groups

    @Test
    void without_groups_there_is_only_everyone() throws Exception {
        assumeTrue(!has(Feature.GROUPS), "This transport has groups");
        Link link = open(new Inbox());
        Address group = Address.group(5);
        assertThrows(UnsupportedOperationException.class, () -> link.join(group));
        assertThrows(UnsupportedOperationException.class, () -> link.leave(group));
        assertEquals(SendResult.UNREACHABLE, link.send(group, number(1)));
    }

    @Test
    void the_members_of_a_group_hear_what_is_sent_to_it_and_nobody_else_does() throws Exception {
        assumeHas(Feature.GROUPS);
        Address group = Address.group(5);
        Inbox sender = new Inbox();
        Inbox member = new Inbox();
        Inbox stranger = new Inbox();
        Link from = open(sender);
        Link in = open(member);
        Link out = open(stranger);
        from.join(group);
        in.join(group);
        sender.deliver(from, group, number(1));
        in.leave(group);
        out.join(group);
        sender.deliver(from, group, number(2));
        sender.deliver(from, Address.EVERYONE, number(3));
        from.flush();
        assertEquals(1, number(member.nextFrame()));
        assertEquals(3, number(member.nextFrame()));
        assertEquals(2, number(stranger.nextFrame()));
        assertEquals(3, number(stranger.nextFrame()));
        stranger.deliver(out, from.local(), number(4));
        out.flush();
        assertEquals(4, number(sender.nextFrame()));
    }

    @Test
    void a_member_that_stalls_does_not_keep_the_others_of_its_group_waiting() throws Exception {
        assumeHas(Feature.GROUPS);
        Address group = Address.group(7);
        Inbox sender = new Inbox();
        Inbox stalled = new Inbox();
        Inbox quick = new Inbox();
        Link from = open(sender);
        open(stalled).join(group);
        Link fast = open(quick);
        fast.join(group);
        stalled.stall();
        try {
            // Far more than may wait on the way to one link; the quick one takes each before the next is sent.
            for (int i = 0; i < 500; i++) {
                ByteBuffer frame = ByteBuffer.allocate(16 * 1024).order(ByteOrder.LITTLE_ENDIAN);
                sender.deliver(from, group, frame.putInt(0, i));
                from.flush();
                assertEquals(i, number(quick.nextFrame()));
            }
            sender.deliver(from, fast.local(), number(-1));
            from.flush();
            assertEquals(-1, number(quick.nextFrame()));
        } finally {
            stalled.resume();
        }
    }

    @Test
    void what_one_link_sends_to_a_group_and_to_a_member_arrives_in_that_order() throws Exception {
        assumeHas(Feature.GROUPS);
        assumeHas(Feature.ORDERED);
        Address group = Address.group(8);
        Inbox sender = new Inbox();
        Inbox member = new Inbox();
        Link from = open(sender);
        Link in = open(member);
        in.join(group);
        for (int i = 0; i < 200; i++) {
            sender.deliver(from, i % 3 == 0 ? in.local() : group, number(i));
            if (i % 7 == 0) {
                from.flush();
            }
            if (i % 20 == 19) {
                from.flush();
                for (int k = i - 19; k <= i; k++) {
                    assertEquals(k, number(member.nextFrame()));
                }
            }
        }
    }

    @Test
    void a_group_without_other_members_reaches_nobody() throws Exception {
        assumeHas(Feature.GROUPS);
        Link from = open(new Inbox());
        assertEquals(SendResult.UNREACHABLE, from.send(Address.group(6), number(1)));
        from.join(Address.group(6));
        assertEquals(SendResult.UNREACHABLE, from.send(Address.group(6), number(1)));
    }
}

package headway.transport.afbus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.sys.Unistd;
import headway.tck.Inbox;
import headway.transport.Address;
import headway.transport.Credentials;
import headway.transport.Link;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Frames cross from one Java process to another, and the death of a process is seen by the others. */
class TwoProcessesTest {

    private static final String BUS = "two";

    private final Inbox inbox = new Inbox();
    private final List<Process> children = new ArrayList<>();
    private Link link;

    /** Says hello to everyone and sends back to its parent whatever it gets, until that is gone. */
    static final class Echo {
        private Echo() {}

        public static void main(String[] arguments) throws IOException {
            Address parent = Address.of(Long.parseLong(arguments[0], 16));
            Inbox inbox = new Inbox();
            Link link = new AfbusTransport().open(BUS, inbox);
            inbox.deliver(link, Address.EVERYONE, ByteBuffer.wrap(new byte[1]));
            link.flush();
            Inbox.Event event = inbox.next();
            while (!event.equals(new Inbox.Gone(parent))) {
                if (event instanceof Inbox.Frame frame && frame.from().equals(parent)) {
                    inbox.deliver(link, parent, frame.buffer());
                    link.flush();
                }
                event = inbox.next();
            }
            link.close();
        }
    }

    @BeforeEach
    void openLink() throws IOException {
        link = Module.transport().open(BUS, inbox);
    }

    @AfterEach
    void killChildren() throws InterruptedException {
        if (link != null) {
            link.close();
        }
        for (Process child : children) {
            child.destroyForcibly();
            assertTrue(child.waitFor(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
    }

    /** Starts an echo, perhaps by another program, and returns its hello. */
    private Inbox.Frame startEcho(String... starter) throws IOException {
        List<String> command = new ArrayList<>(Arrays.asList(starter));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                Echo.class.getName(),
                link.local().toString()));
        children.add(new ProcessBuilder(command).inheritIO().start());
        Inbox.Frame hello = inbox.nextFrame();
        assertEquals(1, hello.bytes().length);
        return hello;
    }

    private void send(Address to, byte[] bytes) {
        inbox.deliver(link, to, ByteBuffer.wrap(bytes));
    }

    @Test
    void frames_of_all_sizes_come_back_in_order() throws Exception {
        Address echo = startEcho().from();
        SplittableRandom random = new SplittableRandom(8);
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[1 + (i % 50 == 0 ? random.nextInt(link.mtu()) : random.nextInt(300))];
            random.nextBytes(bytes);
            sent.add(bytes);
            send(echo, bytes);
        }
        link.flush();
        for (byte[] each : sent) {
            Inbox.Frame frame = inbox.nextFrame();
            assertEquals(echo, frame.from());
            assertArrayEquals(each, frame.bytes());
        }
    }

    @Test
    void the_kernel_names_the_process() throws Exception {
        Credentials credentials = startEcho().credentials();
        assertEquals(children.get(0).pid(), credentials.pid());
        assertEquals(Integer.toUnsignedLong(Unistd.geteuid()), credentials.uid());
    }

    @Test
    void a_process_that_is_killed_is_gone_at_once_and_the_others_are_not() throws Exception {
        Address echo = startEcho().from();
        Address other = startEcho().from();
        children.get(0).destroyForcibly();
        assertTrue(children.get(0).waitFor(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(new Inbox.Gone(echo), inbox.next());
        send(other, new byte[] {5});
        link.flush();
        assertEquals(other, inbox.nextFrame().from());
    }

    @Test
    void a_process_that_is_killed_amid_a_stream_is_gone_after_its_frames() throws Exception {
        Address echo = startEcho().from();
        byte[] large = new byte[link.mtu()];
        for (int i = 0; i < 50; i++) {
            send(echo, large);
        }
        link.flush();
        inbox.nextFrame();
        children.get(0).destroyForcibly();
        Inbox.Event event = inbox.next();
        while (event instanceof Inbox.Frame) {
            event = inbox.next();
        }
        assertEquals(new Inbox.Gone(echo), event);
    }

    @Test
    void a_process_that_ends_when_its_peer_does_was_told_so() throws Exception {
        startEcho();
        link.close();
        assertTrue(children.get(0).waitFor(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(0, children.get(0).exitValue());
    }
}

package headway.transport.afbus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.sys.Unistd;
import headway.tck.Inbox;
import headway.transport.Address;
import headway.transport.Link;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /** Says hello to its parent and sends back whatever it gets, until that is gone. */
    static final class Echo {
        private Echo() {}

        public static void main(String[] arguments) throws IOException {
            Address parent = Address.of(Long.parseLong(arguments[0], 16));
            Inbox inbox = new Inbox();
            Link link = new AfbusTransport().open(BUS, inbox);
            inbox.deliver(link, parent, ByteBuffer.wrap(new byte[1]));
            link.flush();
            // A Java that starts in a machine with much to do takes longer than anything may take from here on.
            System.out.println();
            Inbox.Event event = inbox.next();
            while (!event.equals(new Inbox.Gone(parent))) {
                if (event instanceof Inbox.Frame frame) {
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

    /** Starts an echo, and returns its hello. */
    private Inbox.Frame startEcho() throws IOException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-XX:-UsePerfData",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Echo.class.getName(),
                        link.local().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        children.add(child);
        assertTrue(child.getInputStream().read() >= 0, "The other process has failed");
        Inbox.Frame hello = inbox.nextFrame();
        assertEquals(1, hello.bytes().length);
        return hello;
    }

    private void send(Address to, byte[] bytes) {
        inbox.deliver(link, to, ByteBuffer.wrap(bytes));
    }

    @Test
    void frames_of_all_sizes_come_back_in_order_from_the_process_the_kernel_names_until_it_is_told_to_end()
            throws Exception {
        Inbox.Frame hello = startEcho();
        assertEquals(children.get(0).pid(), hello.credentials().pid());
        assertEquals(
                Integer.toUnsignedLong(Unistd.geteuid()), hello.credentials().uid());
        SplittableRandom random = new SplittableRandom(8);
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[1 + (i % 50 == 0 ? random.nextInt(link.mtu()) : random.nextInt(300))];
            random.nextBytes(bytes);
            sent.add(bytes);
            send(hello.from(), bytes);
        }
        link.flush();
        for (byte[] each : sent) {
            Inbox.Frame frame = inbox.nextFrame();
            assertEquals(hello.from(), frame.from());
            assertArrayEquals(each, frame.bytes());
        }
        link.close();
        assertTrue(children.get(0).waitFor(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(0, children.get(0).exitValue());
    }

    @Test
    void a_process_that_is_killed_amid_a_stream_is_gone_after_its_frames_and_the_others_are_not() throws Exception {
        Address echo = startEcho().from();
        Address other = startEcho().from();
        byte[] large = new byte[link.mtu()];
        for (int i = 0; i < 50; i++) {
            send(echo, large);
        }
        link.flush();
        inbox.nextFrame();
        children.get(0).destroyForcibly();
        Inbox.Event event = inbox.next();
        while (event instanceof Inbox.Frame frame) {
            assertEquals(echo, frame.from());
            event = inbox.next();
        }
        assertEquals(new Inbox.Gone(echo), event);
        send(other, new byte[] {5});
        link.flush();
        assertEquals(other, inbox.nextFrame().from());
    }
}

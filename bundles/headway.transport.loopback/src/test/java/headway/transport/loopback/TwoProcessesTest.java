package headway.transport.loopback;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.tck.Inbox;
import headway.transport.Address;
import headway.transport.Link;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames cross from one Java process to another, and the death of a process is seen by the others. */
class TwoProcessesTest {

    private static final String BUS = "two";

    @TempDir
    Path runtime;

    private final Inbox inbox = new Inbox();
    private final List<Process> children = new ArrayList<>();
    private Link link;

    /** Says hello to one link and sends back whatever it gets from it, until one of them is gone. */
    static final class Echo {
        private Echo() {}

        public static void main(String[] arguments) throws IOException {
            Address parent = Address.of(Long.parseLong(arguments[1], 16));
            Inbox inbox = new Inbox();
            Link link = new LoopbackTransport(Path.of(arguments[0])).open(BUS, inbox);
            inbox.deliver(link, parent, ByteBuffer.wrap(new byte[] {1}));
            while (inbox.next() instanceof Inbox.Frame frame) {
                inbox.deliver(link, parent, frame.buffer());
            }
            link.close();
        }
    }

    @BeforeEach
    void openLink() throws IOException {
        link = new LoopbackTransport(runtime).open(BUS, inbox);
    }

    @AfterEach
    void killChildren() throws InterruptedException {
        link.close();
        for (Process child : children) {
            child.destroyForcibly();
            assertTrue(child.waitFor(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
    }

    /** Starts an echo and returns its address once it has said hello. */
    private Address startEcho() throws IOException {
        String java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
        ProcessBuilder builder = new ProcessBuilder(
                java,
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Echo.class.getName(),
                runtime.toString(),
                link.local().toString());
        children.add(builder.inheritIO().start());
        return inbox.nextFrame().from();
    }

    @Test
    void frames_of_all_sizes_come_back_in_order() throws Exception {
        Address echo = startEcho();
        SplittableRandom random = new SplittableRandom(8);
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[1 + (i % 50 == 0 ? random.nextInt(link.mtu()) : random.nextInt(300))];
            random.nextBytes(bytes);
            sent.add(bytes);
            inbox.deliver(link, echo, ByteBuffer.wrap(bytes));
        }
        for (byte[] each : sent) {
            Inbox.Frame frame = inbox.nextFrame();
            assertEquals(echo, frame.from());
            assertArrayEquals(each, frame.bytes());
        }
    }

    @Test
    void a_process_that_is_killed_is_gone_once_for_everybody_and_leaves_nothing() throws Exception {
        Address echo = startEcho();
        Address other = startEcho();
        assertTrue(Files.exists(runtime.resolve(BUS).resolve(echo.toString())));
        children.get(0).destroyForcibly();
        assertEquals(new Inbox.Gone(echo), inbox.next());
        assertFalse(Files.exists(runtime.resolve(BUS).resolve(echo.toString())));
        inbox.deliver(link, other, ByteBuffer.wrap(new byte[] {5}));
        assertEquals(other, inbox.nextFrame().from());
    }

    @Test
    void a_process_that_is_killed_amid_a_stream_is_gone_after_its_frames() throws Exception {
        Address echo = startEcho();
        byte[] large = new byte[link.mtu()];
        for (int i = 0; i < 50; i++) {
            inbox.deliver(link, echo, ByteBuffer.wrap(large));
        }
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

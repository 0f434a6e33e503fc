package headway.transport.afbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.tck.Inbox;
import headway.transport.Address;
import headway.transport.Link;
import headway.transport.SendResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A module that is asked to go takes the links with it, and nothing holds it back; loaded again, it works again. */
class ModuleComesAndGoesTest {

    private static void run(String... command) throws Exception {
        assertEquals("", said(command), String.join(" ", command));
    }

    /** What a program says if it fails. */
    private static String said(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? "" : said + "exit " + process.exitValue();
    }

    private static void assertLeft(Inbox.Event event) {
        assertEquals(
                KernelModule.LEAVES,
                assertInstanceOf(Inbox.Closed.class, event, event::toString)
                        .cause()
                        .getMessage());
    }

    /** What comes after this test needs the module. */
    @AfterEach
    void load() throws Exception {
        if (!new KernelModule().isLoaded()) {
            run("busybox", "insmod", Module.setting("ko"));
        }
    }

    @Test
    void links_end_after_all_they_had_received_and_the_module_goes_and_comes_back() throws Exception {
        String ctl = Module.setting("ctl");
        String ko = Module.setting("ko");
        int family = new KernelModule().family();
        CountDownLatch told = new CountDownLatch(2);
        AfbusTransport transport = Module.transport(Permission.PRIVATE, told::countDown);
        Inbox sender = new Inbox();
        Inbox receiver = new Inbox();
        Link from = transport.open("goes", sender);
        Link to = transport.open("goes", receiver);
        Address group = Address.group(1);
        to.join(group);
        receiver.stall();
        for (int i = 0; i < 10; i++) {
            sender.deliver(from, i % 2 == 0 ? to.local() : group, ByteBuffer.wrap(new byte[] {(byte) i}));
        }
        from.flush();
        assertTrue(said("busybox", "rmmod", "afbus").contains("Resource temporarily unavailable"));

        run(ctl, "drain");
        assertLeft(sender.next());
        receiver.resume();
        for (int i = 0; i < 10; i++) {
            assertEquals(i, receiver.nextFrame().bytes()[0]);
        }
        Inbox.Event last = receiver.next();
        // The other link may have ended before.
        assertLeft(last.equals(new Inbox.Gone(from.local())) ? receiver.next() : last);
        assertTrue(told.await(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(SendResult.CLOSED, from.send(to.local(), ByteBuffer.wrap(new byte[1])));
        assertEquals(
                KernelModule.LEAVES,
                assertThrows(IOException.class, () -> transport.open("goes", new Inbox()))
                        .getMessage());

        // What was closed just now is freed a moment later.
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(Inbox.PATIENCE_SECONDS);
        while (!said("busybox", "rmmod", "afbus").isEmpty()) {
            assertTrue(System.nanoTime() - until < 0, "The module does not go");
        }
        assertTrue(assertThrows(IOException.class, () -> transport.open("goes", new Inbox()))
                .getMessage()
                .startsWith("The kernel module afbus is not loaded"));

        // With another number; the transport does not mind.
        run("busybox", "insmod", ko, "family=" + (family == 22 ? 19 : 22));
        from = transport.open("goes", sender);
        to = transport.open("goes", receiver);
        sender.deliver(from, to.local(), ByteBuffer.wrap(new byte[] {42}));
        from.flush();
        assertEquals(42, receiver.nextFrame().bytes()[0]);
        transport.stop();
    }
}

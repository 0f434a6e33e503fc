package headway.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headway.kernel.KernelEvent.Module;
import headway.kernel.KernelEvent.NetAddress;
import headway.kernel.KernelEvent.NetLink;
import headway.kernel.KernelEvent.Overrun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kernel of this machine really tells; what changes it needs root and is skipped without. */
@Timeout(60)
class KernelSourceTest {

    /** Names no other test or person has. */
    private static final String PAIR = "hw" + ProcessHandle.current().pid() % 1_000_000;

    private static final Path MODULE = Path.of("/sys/module/kernel/uevent");

    private final BlockingQueue<KernelEvent> told = new LinkedBlockingQueue<>();

    @BeforeEach
    void linux() {
        assumeTrue("Linux".equals(System.getProperty("os.name")), "netlink is of Linux only");
    }

    @AfterEach
    void removeTheLinks() throws Exception {
        int ignored = run("ip", "link", "del", PAIR);
    }

    private static int run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException absent) {
            return -1;
        }
    }

    private static void assumeWorks(String... command) throws InterruptedException {
        assumeTrue(run(command) == 0, () -> "not possible here: " + String.join(" ", command));
    }

    private KernelEvent await(Predicate<KernelEvent> wanted) throws InterruptedException {
        while (true) {
            KernelEvent next = told.poll(30, TimeUnit.SECONDS);
            assertTrue(next != null, "the kernel said nothing like that");
            if (wanted.test(next)) {
                return next;
            }
        }
    }

    private static boolean isLink(KernelEvent event, boolean present) {
        return event instanceof NetLink link && link.name().equals(PAIR) && link.present() == present;
    }

    @Test
    void it_begins_with_all_interfaces_there_are() throws Exception {
        try (RouteSource source = new RouteSource(told::add)) {
            source.start();
            NetLink lo = (NetLink)
                    await(event -> event instanceof NetLink link && link.name().equals("lo"));
            assertTrue(lo.present());
        }
    }

    @Test
    void an_interface_comes_gets_an_address_and_goes() throws Exception {
        try (RouteSource source = new RouteSource(told::add)) {
            source.start();
            assumeWorks("ip", "link", "add", PAIR, "type", "veth", "peer", "name", PAIR + "p");
            NetLink added = (NetLink) await(event -> isLink(event, true));
            assertEquals(0, run("ip", "addr", "add", "192.0.2.77/24", "dev", PAIR));
            await(event -> event.equals(new NetAddress(added.index(), "192.0.2.77", 24, true)));
            assertEquals(0, run("ip", "link", "set", PAIR, "up"));
            await(event -> isLink(event, true) && ((NetLink) event).up());
            assertEquals(0, run("ip", "link", "del", PAIR));
            await(event -> event.equals(new NetAddress(added.index(), "192.0.2.77", 24, false)));
            await(event -> isLink(event, false));
        }
    }

    @Test
    void what_was_missed_is_told_as_a_gap_and_then_made_good() throws Exception {
        assumeWorks("ip", "link", "add", PAIR, "type", "veth", "peer", "name", PAIR + "p");
        CountDownLatch mayGoOn = new CountDownLatch(1);
        CountDownLatch seen = new CountDownLatch(1);
        // Room for a few messages only, and nobody takes them after the first event of our interface.
        try (RouteSource source = new RouteSource(
                event -> {
                    told.add(event);
                    if (isLink(event, true)) {
                        seen.countDown();
                        awaitQuietly(mayGoOn);
                    }
                },
                4096)) {
            source.start();
            seen.await();
            List<String> batch = new ArrayList<>();
            for (int i = 1; i <= 200; i++) {
                batch.add("addr add 198.51.100." + i + "/32 dev " + PAIR);
            }
            batch.add("link set " + PAIR + " mtu 1400");
            Path commands = Files.createTempFile("hwk", ".ip");
            Files.write(commands, batch);
            assertEquals(0, run("ip", "-batch", commands.toString()));
            Files.delete(commands);
            mayGoOn.countDown();
            await(event -> event.equals(new Overrun("net", true)));
            await(event ->
                    event instanceof NetAddress address && address.address().equals("198.51.100.200"));
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException told) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void a_module_that_the_kernel_announces_is_told() throws Exception {
        Path uevent = anyModule();
        assumeTrue(uevent != null, "no module can be announced here: /sys/module is not writable");
        try (UeventSource source = new UeventSource(told::add)) {
            source.start();
            // The kernel announces it anew, as it did when it was loaded.
            Files.writeString(uevent, "add");
            await(event ->
                    event.equals(new Module(uevent.getParent().getFileName().toString(), true)));
        }
    }

    private static Path anyModule() throws IOException {
        if (Files.isWritable(MODULE)) {
            return MODULE;
        }
        try (Stream<Path> modules = Files.list(Path.of("/sys/module"))) {
            return modules.map(each -> each.resolve("uevent"))
                    .filter(Files::isWritable)
                    .findFirst()
                    .orElse(null);
        }
    }
}

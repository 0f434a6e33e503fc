package headway.transport.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headway.tck.Inbox;
import headway.transport.Address;
import headway.transport.Link;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One port of the bus that only one link can have, in several processes. */
class MasterTest {

    private final String bus = "master-" + ProcessHandle.current().pid();
    private final Ports ports = new Ports(bus);
    private final List<Member> members = new ArrayList<>();

    /** A process with a link, which says whether it has the port whenever it is asked, until its input ends. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws IOException {
            BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            try (Link link = new NetlinkTransport(Set.of()).open(arguments[0], new Inbox())) {
                while (questions.readLine() != null) {
                    System.out.println(link.counters().get("master"));
                }
            }
        }
    }

    private record Member(Process process, BufferedReader answers) {

        boolean isMaster() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            return answers.readLine().equals("1");
        }
    }

    @BeforeEach
    void linux() {
        assumeTrue("Linux".equals(System.getProperty("os.name")), "Netlink is of Linux only");
    }

    @AfterEach
    void killAll() throws InterruptedException {
        for (Member member : members) {
            member.process.destroyForcibly();
            assertTrue(member.process.waitFor(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
    }

    /** Starts a process; its link is open when this returns. */
    private Member start() throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                bus);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Member member = new Member(process, process.inputReader(StandardCharsets.UTF_8));
        members.add(member);
        boolean ignored = member.isMaster();
        return member;
    }

    /** Whether a socket has the port; the kernel says so. */
    private boolean isTaken() throws IOException {
        String port = Integer.toUnsignedString(ports.master());
        return Files.readAllLines(Path.of("/proc/net/netlink")).stream()
                .map(line -> line.strip().split("\\s+", -1))
                .anyMatch(columns -> columns[2].equals(port));
    }

    private interface Question {
        boolean ask() throws IOException;
    }

    private static void await(Question question) throws IOException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(Inbox.PATIENCE_SECONDS);
        while (!question.ask()) {
            assertTrue(System.nanoTime() < until, "It did not happen within " + Inbox.PATIENCE_SECONDS + " s");
        }
    }

    @Test
    void the_first_has_it_and_when_it_is_killed_one_of_the_others() throws Exception {
        Member first = start();
        assertTrue(first.isMaster());
        Member second = start();
        Member third = start();
        assertFalse(second.isMaster() || third.isMaster());

        first.process.destroyForcibly();
        await(() -> second.isMaster() || third.isMaster());
        assertTrue(second.isMaster() ^ third.isMaster());

        Member heir = second.isMaster() ? second : third;
        Member last = second.isMaster() ? third : second;
        heir.process.destroyForcibly();
        await(last::isMaster);
        assertTrue(isTaken());

        last.process.destroyForcibly();
        assertTrue(last.process.waitFor(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertFalse(isTaken(), "The kernel frees it");
    }

    @Test
    @SuppressWarnings("try") // It is closed early, and closing twice does no harm.
    void who_closes_its_link_hands_it_over_at_once() throws Exception {
        Inbox inbox = new Inbox();
        NetlinkTransport transport = new NetlinkTransport(Set.of());
        try (Link first = transport.open(bus, new Inbox());
                Link second = transport.open(bus, inbox)) {
            assertEquals(1, first.counters().get("master"));
            assertEquals(0, second.counters().get("master"));
            inbox.deliver(second, first.local(), ByteBuffer.wrap(new byte[] {1}));
            second.flush();
            first.close();
            await(() -> second.counters().get("master") == 1);
        }
        assertFalse(isTaken());
    }

    @Test
    @SuppressWarnings("try") // It is closed early, and closing twice does no harm.
    void a_stranger_who_has_it_disturbs_nobody() throws Exception {
        try (Master stranger = new Master(ports)) {
            stranger.seize();
            assertTrue(stranger.isHeld());
            Inbox inbox = new Inbox();
            NetlinkTransport transport = new NetlinkTransport(Set.of());
            try (Link one = transport.open(bus, new Inbox());
                    Link other = transport.open(bus, inbox)) {
                assertEquals(0, one.counters().get("master"));
                inbox.deliver(one, Address.EVERYONE, ByteBuffer.wrap(new byte[] {7}));
                one.flush();
                assertEquals(one.local(), inbox.nextFrame().from());
                stranger.close();
                await(() -> one.counters().get("master") + other.counters().get("master") == 1);
            }
        }
    }
}

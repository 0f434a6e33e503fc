package headway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headway.bus.dto.PeerView;
import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import headway.dbus.MessageType;
import headway.transport.Transport;
import headway.transport.loopback.LoopbackTransport;
import headway.transport.netlink.NetlinkTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes move from one kernel transport to another while D-Bus programs talk across. */
class SwapUnderProgramsTest {

    private static final int SWAPS = 20;

    /** So much is said over each link at least. */
    private static final int ROUNDS = 3;

    @TempDir
    Path directory;

    private NodeBus start(String name) throws Exception {
        Transport netlink = null;
        try {
            netlink = new NetlinkTransport(Set.of());
        } catch (IOException | LinkageError absent) {
            assumeTrue(false, "there is no netlink transport: " + absent);
        }
        return new NodeBus(directory, name, new LoopbackTransport(directory.resolve("run")), netlink);
    }

    private static List<String> transports(NodeBus node) {
        return node.node().inspector().view().peers().stream()
                .map(PeerView::transport)
                .toList();
    }

    @Test
    void no_signal_and_no_answer_is_lost_or_reordered_while_the_transport_changes() throws Exception {
        try (NodeBus a = start("a");
                NodeBus b = start("b");
                RawClient service = b.connect();
                RawClient caller = a.connect()) {
            caller.call("AddMatch", "s", "type='signal',interface='org.test.Numbers'");
            while (!b.bus().wanted("org/test/Numbers/Next")
                    || !(Boolean) caller.call("NameHasOwner", "s", service.name())
                            .body()
                            .get(0)) {
                Thread.onSpinWait();
            }
            int[] swaps = new int[1];
            AtomicInteger rounds = new AtomicInteger();
            Thread swapping = new Thread(() -> {
                for (; swaps[0] < SWAPS; swaps[0]++) {
                    String next = swaps[0] % 2 == 0 ? "netlink" : "loopback";
                    a.node().linkControl().prefer(next);
                    b.node().linkControl().prefer(next);
                    while (!transports(a).equals(List.of(next))
                            || !transports(b).equals(List.of(next))) {
                        Thread.onSpinWait();
                    }
                    int before = rounds.get();
                    while (rounds.get() < before + ROUNDS) {
                        Thread.onSpinWait();
                    }
                }
            });
            swapping.setDaemon(true);
            swapping.start();
            int number = 0;
            while (swapping.isAlive()) {
                caller.send(MessageBuilder.call("/numbers", "org.test.Numbers", "Go")
                        .destination(service.name()));
                int serial = caller.lastSerial();
                Message call = receive(service);
                for (int i = 0; i < 50; i++) {
                    service.send(MessageBuilder.signal("/numbers", "org.test.Numbers", "Next")
                            .body("i", number + i));
                }
                service.send(MessageBuilder.reply(call));
                for (int i = 0; i < 50; i++) {
                    assertEquals(List.of(number++), receive(caller).body());
                }
                assertEquals(serial, receive(caller).replySerial());
                rounds.incrementAndGet();
            }
            swapping.join();
            assertEquals(SWAPS, swaps[0]);
            assertTrue(number >= SWAPS * ROUNDS * 50, "only " + number + " signals meanwhile");
        }
    }

    private static Message receive(RawClient client) throws IOException {
        while (true) {
            Message message = client.receive();
            assertTrue(message != null, "disconnected");
            if (message.type() != MessageType.SIGNAL || !"org.freedesktop.DBus".equals(message.sender())) {
                return message;
            }
        }
    }
}

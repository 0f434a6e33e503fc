package headway.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.kernel.KernelEvent.NetAddress;
import headway.kernel.KernelEvent.NetLink;
import headway.sys.Rtnetlink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What rtnetlink says, as bytes; and bytes that nobody should say. */
class RouteMessagesTest {

    /** Writes down what is read. */
    private static final class Told implements RouteMessages.Reader {
        final List<Object> all = new ArrayList<>();

        @Override
        public void onLink(NetLink link) {
            all.add(link);
        }

        @Override
        public void onAddress(NetAddress address) {
            all.add(address);
        }

        @Override
        public void onEnd(int sequence, int errno) {
            all.add("end " + sequence + " " + errno);
        }
    }

    private static final ByteBuffer OUT = ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder());

    private static void message(int type, int sequence, Runnable body) {
        int start = OUT.position();
        OUT.putInt(0)
                .putShort((short) type)
                .putShort((short) 0)
                .putInt(sequence)
                .putInt(0);
        body.run();
        OUT.putInt(start, OUT.position() - start);
        pad();
    }

    private static void pad() {
        while (OUT.position() % 4 != 0) {
            OUT.put((byte) 0);
        }
    }

    private static void attribute(int type, byte[] value) {
        OUT.putShort((short) (4 + value.length)).putShort((short) type).put(value);
        pad();
    }

    private static void link(int type, int index, String name, int flags) {
        message(type, 0, () -> {
            OUT.put((byte) 0)
                    .put((byte) 0)
                    .putShort((short) 1)
                    .putInt(index)
                    .putInt(flags)
                    .putInt(-1);
            attribute(13, new byte[4]);
            attribute(Rtnetlink.IFLA_IFNAME, (name + "\0").getBytes(StandardCharsets.UTF_8));
        });
    }

    private static void address(int type, int index, int prefix, byte[]... localThenPeer) {
        message(type, 0, () -> {
            OUT.put((byte) 2).put((byte) prefix).put((byte) 0).put((byte) 0).putInt(index);
            attribute(Rtnetlink.IFA_ADDRESS, localThenPeer[localThenPeer.length - 1]);
            if (localThenPeer.length > 1) {
                attribute(Rtnetlink.IFA_LOCAL, localThenPeer[0]);
            }
        });
    }

    private static ByteBuffer example() {
        OUT.clear();
        link(Rtnetlink.RTM_NEWLINK, 7, "eth0", 0x1043);
        link(Rtnetlink.RTM_DELLINK, 8, "wlan0", 0);
        address(Rtnetlink.RTM_NEWADDR, 7, 24, new byte[] {10, 0, 0, 1}, new byte[] {10, 0, 0, 2});
        address(Rtnetlink.RTM_DELADDR, 7, 128, new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
        message(99, 5, () -> OUT.putInt(1));
        message(3, 5, () -> OUT.putInt(0));
        message(2, 6, () -> OUT.putInt(-16));
        return OUT.flip();
    }

    @Test
    void links_addresses_and_ends_are_read_and_the_rest_is_skipped() {
        ByteBuffer bytes = example();
        Told told = new Told();
        assertTrue(RouteMessages.read(bytes, 0, bytes.limit(), told));
        assertEquals(
                List.of(
                        new NetLink(7, "eth0", true, true, true),
                        new NetLink(8, "wlan0", false, false, false),
                        new NetAddress(7, "10.0.0.1", 24, true),
                        new NetAddress(7, "0:0:0:0:0:0:0:1", 128, false),
                        "end 5 0",
                        "end 6 16"),
                told.all);
    }

    @Test
    void a_message_that_is_longer_than_its_datagram_ends_it() {
        ByteBuffer bytes = example();
        for (int length = 0; length < bytes.limit(); length++) {
            Told told = new Told();
            boolean whole = RouteMessages.read(bytes, 0, length, told);
            assertTrue(told.all.size() <= 5, "at " + length);
            assertEquals(whole, isBoundary(bytes, length), "at " + length);
        }
    }

    private static boolean isBoundary(ByteBuffer bytes, int length) {
        int at = 0;
        while (at < length) {
            int size = bytes.getInt(at);
            if (at + size == length) {
                return true;
            }
            at += (size + 3) & -4;
        }
        return at == length;
    }

    @Test
    void no_bytes_do_harm() {
        Random random = new Random(20_261_122);
        for (int round = 0; round < 200_000; round++) {
            ByteBuffer bytes = example();
            int length = bytes.limit();
            for (int k = 1 + random.nextInt(8); k > 0; k--) {
                bytes.put(random.nextInt(length), (byte) random.nextInt());
            }
            int start = random.nextInt(4) * 4;
            boolean ignored = RouteMessages.read(bytes, start, random.nextInt(length - start + 1), new Told());
        }
        byte[] noise = new byte[512];
        for (int round = 0; round < 100_000; round++) {
            random.nextBytes(noise);
            ByteBuffer bytes = ByteBuffer.wrap(noise).order(ByteOrder.nativeOrder());
            bytes.putInt(0, 16 + random.nextInt(496)).putShort(4, (short) (16 + random.nextInt(8)));
            boolean ignored = RouteMessages.read(bytes, 0, noise.length, new Told());
        }
    }

    @Test
    void a_length_of_nothing_does_not_go_round_for_ever() {
        assertFalse(RouteMessages.read(ByteBuffer.allocate(64), 0, 64, new Told()));
    }
}

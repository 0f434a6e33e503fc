package headway.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import headway.kernel.KernelEvent.Module;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UeventTest {

    private static final String ADD = "add@/module/snd\0ACTION=add\0DEVPATH=/module/snd\0SUBSYSTEM=module\0SEQNUM=1\0";

    private static Module read(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return Uevent.read(ByteBuffer.wrap(bytes), 0, bytes.length);
    }

    @Test
    void modules_come_and_go() {
        assertEquals(new Module("snd", true), read(ADD));
        assertEquals(new Module("snd", false), read(ADD.replace("ACTION=add", "ACTION=remove")));
    }

    @Test
    void what_is_about_something_else_or_not_well_formed_is_no_module() {
        assertNull(read(""));
        assertNull(read("libudev\0\u00fe\u00ed\u00ca\u00fe"));
        assertNull(read(ADD.replace("SUBSYSTEM=module", "SUBSYSTEM=net")));
        assertNull(read(ADD.replace("ACTION=add", "ACTION=change")));
        assertNull(read(ADD.replace("DEVPATH=/module/snd", "DEVPATH=/module/")));
        assertNull(read("ACTION=add\0SUBSYSTEM=module"));
    }

    @Test
    void no_bytes_do_harm() {
        Random random = new Random(20_261_122);
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = ADD.getBytes(StandardCharsets.ISO_8859_1);
            for (int k = random.nextInt(8); k > 0; k--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            int length = random.nextInt(bytes.length + 1);
            Module ignored = Uevent.read(ByteBuffer.wrap(bytes), 0, length);
        }
    }
}

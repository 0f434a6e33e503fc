package headway.gateway;

import headway.sys.Errno;
import headway.sys.Natives;
import headway.sys.OffHeap;
import headway.sys.Unistd;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A descriptor that whoever started this process has passed to be told something, as {@code dbus-daemon --print-address=FD} has
 * it: who reads at its other end waits for the line, or for the end.
 */
final class PassedDescriptor {

    /** Standard input, output and error, which are not closed. */
    private static final int STANDARD = 2;

    private final int number;

    PassedDescriptor(int number) {
        this.number = number;
    }

    /**
     * Writes a line.
     *
     * @throws IOException if nothing can be written there
     */
    void print(String line) throws IOException {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        if (!isNative()) {
            try (FileOutputStream out = new FileOutputStream(
                    Path.of("/dev/fd").resolve(Integer.toString(number)).toFile(), true)) {
                out.write(bytes);
            }
            return;
        }
        OffHeap memory = OffHeap.allocate(bytes.length);
        memory.bytes().put(0, bytes);
        try {
            for (int at = 0; at < bytes.length; ) {
                at += Errno.check("write", Unistd.write(number, memory.address() + at, bytes.length - at));
            }
        } finally {
            Reference.reachabilityFence(memory);
        }
    }

    /** Nothing more is to be said there. Without native code it stays open. */
    void close() {
        if (number > STANDARD && isNative()) {
            int ignored = Unistd.close(number);
        }
    }

    private static boolean isNative() {
        try {
            Natives.require();
            return true;
        } catch (IOException absent) {
            return false;
        }
    }
}

package headway.kernel;

import headway.kernel.KernelEvent.Module;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads what the kernel says of its devices and modules: {@code add@/module/snd}, then {@code NAME=value} texts, each ended by a
 * zero byte.
 */
final class Uevent {

    private static final String MODULES = "/module/";

    private Uevent() {}

    /**
     * Reads one datagram.
     *
     * @param in read by index
     * @return the module that came or went; null if it is about something else, or is not well-formed
     */
    static Module read(ByteBuffer in, int start, int length) {
        Map<String, String> values = new HashMap<>();
        int end = start + length;
        int at = start;
        while (at < end) {
            int zero = at;
            while (zero < end && in.get(zero) != 0) {
                zero++;
            }
            byte[] bytes = new byte[zero - at];
            in.get(at, bytes);
            String text = new String(bytes, StandardCharsets.UTF_8);
            int equals = text.indexOf('=');
            if (equals > 0) {
                values.putIfAbsent(text.substring(0, equals), text.substring(equals + 1));
            }
            at = zero + 1;
        }
        String path = values.getOrDefault("DEVPATH", "");
        if (!"module".equals(values.get("SUBSYSTEM"))
                || !path.startsWith(MODULES)
                || path.length() == MODULES.length()) {
            return null;
        }
        String name = path.substring(MODULES.length());
        return switch (values.getOrDefault("ACTION", "")) {
            case "add" -> new Module(name, true);
            case "remove" -> new Module(name, false);
            default -> null;
        };
    }
}

package headway.gateway;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a bus listens (D-Bus specification, "Server Addresses").
 *
 * @param kind how it is found
 * @param name the path, the abstract name, or for {@link Kind#INHERITED} empty
 * @param descriptor for {@link Kind#INHERITED}, the listening socket
 */
record ServerAddress(Kind kind, String name, int descriptor) {

    enum Kind {
        PATH,
        ABSTRACT,
        /** A listening socket that whoever started this process has passed on. */
        INHERITED
    }

    private static final int FIRST_INHERITED = 3;

    /**
     * The addresses in this text: several are separated by semicolons.
     *
     * @throws IllegalArgumentException if one is not understood, saying why
     */
    static List<ServerAddress> parse(String text, Map<String, String> environment, long pid) {
        List<ServerAddress> addresses = new ArrayList<>();
        for (String one : text.split(";", -1)) {
            if (!one.isEmpty()) {
                addresses.addAll(parseOne(one, environment, pid));
            }
        }
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("There is no address; one is unix:path=/run/user/1000/bus");
        }
        return addresses;
    }

    private static List<ServerAddress> parseOne(String one, Map<String, String> environment, long pid) {
        int colon = one.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("'" + one + "' is no address; one is unix:path=/run/user/1000/bus");
        }
        String transport = one.substring(0, colon);
        if (transport.equals("systemd")) {
            return inherited(environment, pid);
        }
        if (!transport.equals("unix")) {
            throw new IllegalArgumentException("'" + one + "': only unix: and systemd: are served");
        }
        Map<String, String> keys = new LinkedHashMap<>();
        for (String pair : one.substring(colon + 1).split(",", -1)) {
            int equals = pair.indexOf('=');
            if (equals <= 0 || keys.put(pair.substring(0, equals), unescape(pair.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("'" + one + "': '" + pair + "' is not one key=value");
            }
        }
        keys.remove("guid");
        if (keys.size() != 1) {
            throw new IllegalArgumentException(
                    "'" + one + "': exactly one of path, dir, tmpdir, abstract and runtime is needed");
        }
        Map.Entry<String, String> only = keys.entrySet().iterator().next();
        String value = only.getValue();
        return List.of(
                switch (only.getKey()) {
                    case "path" -> new ServerAddress(Kind.PATH, value, -1);
                    case "abstract" -> new ServerAddress(Kind.ABSTRACT, value, -1);
                    case "dir", "tmpdir" -> new ServerAddress(Kind.PATH, value + "/dbus-" + BusSettings.random(5), -1);
                    case "runtime" -> new ServerAddress(Kind.PATH, runtime(one, value, environment) + "/bus", -1);
                    default ->
                        throw new IllegalArgumentException("'" + one + "': the key '" + only.getKey() + "' is unknown");
                });
    }

    private static String runtime(String one, String value, Map<String, String> environment) {
        String directory = environment.get("XDG_RUNTIME_DIR");
        if (!value.equals("yes") || directory == null) {
            throw new IllegalArgumentException("'" + one + "' needs the value yes, and XDG_RUNTIME_DIR to be set");
        }
        return directory;
    }

    /** The sockets that systemd passed (sd_listen_fds(3)). */
    static List<ServerAddress> inherited(Map<String, String> environment, long pid) {
        if (!Long.toString(pid).equals(environment.get("LISTEN_PID"))) {
            throw new IllegalArgumentException("No socket was passed to this process: LISTEN_PID is "
                    + environment.get("LISTEN_PID") + ", and this is process " + pid);
        }
        int count;
        try {
            count = Integer.parseInt(environment.getOrDefault("LISTEN_FDS", "0"));
        } catch (NumberFormatException e) {
            count = 0;
        }
        if (count < 1) {
            throw new IllegalArgumentException("No socket was passed to this process: LISTEN_FDS says none");
        }
        List<ServerAddress> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            addresses.add(new ServerAddress(Kind.INHERITED, "", FIRST_INHERITED + i));
        }
        return addresses;
    }

    /** The path of the socket's file, or null. */
    Path path() {
        return kind == Kind.PATH ? Path.of(name) : null;
    }

    /** As clients are told it. */
    String text(String guid) {
        return "unix:" + (kind == Kind.ABSTRACT ? "abstract=" : "path=") + escape(name) + ",guid=" + guid;
    }

    /** What may not stand for itself in an address is written as percent and two hexadecimal digits. */
    static String escape(String value) {
        StringBuilder text = new StringBuilder();
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            if ((b >= '0' && b <= '9')
                    || (b >= 'A' && b <= 'Z')
                    || (b >= 'a' && b <= 'z')
                    || "-_/\\*.".indexOf(b) >= 0) {
                text.append((char) b);
            } else {
                text.append('%').append(HexFormat.of().toHexDigits(b));
            }
        }
        return text.toString();
    }

    static String unescape(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        byte[] plain = new byte[bytes.length];
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '%') {
                plain[length++] = bytes[i];
            } else if (i + 2 < bytes.length
                    && HexFormat.isHexDigit(bytes[i + 1])
                    && HexFormat.isHexDigit(bytes[i + 2])) {
                plain[length++] =
                        (byte) (HexFormat.fromHexDigit(bytes[i + 1]) << 4 | HexFormat.fromHexDigit(bytes[i + 2]));
                i += 2;
            } else {
                throw new IllegalArgumentException("'" + value + "' has a '%' without two hexadecimal digits");
            }
        }
        return new String(plain, 0, length, StandardCharsets.UTF_8);
    }
}

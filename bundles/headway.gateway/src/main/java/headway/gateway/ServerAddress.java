package headway.gateway;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where a bus listens, and where its clients find it (D-Bus specification, "Server Addresses"). */
sealed interface ServerAddress {

    /**
     * As clients are told it.
     *
     * @param guid of the bus
     */
    String text(String guid);

    /** The path of the socket's file, or null if it has none. */
    default Path path() {
        return null;
    }

    /** A socket of this machine with a path, or with a name that is none. */
    record Unix(String name, boolean isAbstract) implements ServerAddress {

        @Override
        public Path path() {
            return isAbstract ? null : Path.of(name);
        }

        @Override
        public String text(String guid) {
            return "unix:" + (isAbstract ? "abstract=" : "path=") + escape(name) + ",guid=" + guid;
        }
    }

    /**
     * A port of this machine, for programs on others.
     *
     * @param host what clients are told to connect to
     * @param bind the host whose address is listened on
     * @param port 0 lets the kernel choose
     * @param isIpv6 whether it is an IPv6 address
     */
    record Tcp(String host, String bind, int port, boolean isIpv6) implements ServerAddress {

        /**
         * Where to listen.
         *
         * @throws UnknownHostException if that host has no such address
         */
        InetSocketAddress socketAddress() throws UnknownHostException {
            for (InetAddress each : InetAddress.getAllByName(bind)) {
                if (each instanceof Inet6Address == isIpv6) {
                    return new InetSocketAddress(each, port);
                }
            }
            throw new UnknownHostException("'" + bind + "' has no " + family() + " address");
        }

        Tcp withPort(int chosen) {
            return new Tcp(host, bind, chosen, isIpv6);
        }

        private String family() {
            return isIpv6 ? "ipv6" : "ipv4";
        }

        @Override
        public String text(String guid) {
            return "tcp:host=" + escape(host) + ",port=" + port + ",family=" + family() + ",guid=" + guid;
        }
    }

    /** A listening socket that whoever started this process has passed on. */
    record Inherited(int descriptor) implements ServerAddress {

        @Override
        public String text(String guid) {
            return "the socket passed as descriptor " + descriptor;
        }
    }

    /** The first that is passed (sd_listen_fds(3)). */
    int FIRST_INHERITED = 3;

    int MOST_PORTS = 65_535;

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
        if (!transport.equals("unix") && !transport.equals("tcp")) {
            throw new IllegalArgumentException("'" + one + "': only unix:, tcp: and systemd: are served");
        }
        Map<String, String> keys = keys(one, one.substring(colon + 1));
        keys.remove("guid");
        return List.of(transport.equals("tcp") ? tcp(one, keys) : unix(one, keys, environment));
    }

    private static Map<String, String> keys(String one, String pairs) {
        Map<String, String> keys = new LinkedHashMap<>();
        if (pairs.isEmpty()) {
            return keys;
        }
        for (String pair : pairs.split(",", -1)) {
            int equals = pair.indexOf('=');
            if (equals <= 0 || keys.put(pair.substring(0, equals), unescape(pair.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("'" + one + "': '" + pair + "' is not one key=value");
            }
        }
        return keys;
    }

    private static Tcp tcp(String one, Map<String, String> keys) {
        String bind = keys.remove("bind");
        String host = keys.remove("host");
        String port = keys.getOrDefault("port", "0");
        keys.remove("port");
        String family = keys.remove("family");
        if (!keys.isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + one + "': the key '" + keys.keySet().iterator().next() + "' is unknown");
        }
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > MOST_PORTS) {
            throw new IllegalArgumentException("'" + one + "': the port '" + port + "' is none of 0 to " + MOST_PORTS);
        }
        boolean isIpv6 = "ipv6".equals(family);
        if (family != null && !isIpv6 && !family.equals("ipv4")) {
            throw new IllegalArgumentException("'" + one + "': the family is ipv4 or ipv6, and not '" + family + "'");
        }
        String to = host != null ? host : bind != null && !bind.equals("*") ? bind : "localhost";
        String on = bind == null ? to : bind.equals("*") ? (isIpv6 ? "::" : "0.0.0.0") : bind;
        return new Tcp(to, on, Integer.parseInt(port), isIpv6);
    }

    private static Unix unix(String one, Map<String, String> keys, Map<String, String> environment) {
        if (keys.size() != 1) {
            throw new IllegalArgumentException(
                    "'" + one + "': exactly one of path, dir, tmpdir, abstract and runtime is needed");
        }
        Map.Entry<String, String> only = keys.entrySet().iterator().next();
        String value = only.getValue();
        return switch (only.getKey()) {
            case "path" -> new Unix(value, false);
            case "abstract" -> new Unix(value, true);
            case "dir", "tmpdir" -> new Unix(value + "/dbus-" + BusSettings.random(5), false);
            case "runtime" -> new Unix(runtime(one, value, environment) + "/bus", false);
            default -> throw new IllegalArgumentException("'" + one + "': the key '" + only.getKey() + "' is unknown");
        };
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
            addresses.add(new Inherited(FIRST_INHERITED + i));
        }
        return addresses;
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

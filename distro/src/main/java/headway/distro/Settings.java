package headway.distro;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * How this node is set up: configurations by persistent identity (PID), and what is left of the command line once the
 * launcher's own flags are taken out. A flag beats a file of {@code --etc}, which beats a file of the installation.
 *
 * @param configurations the properties of each PID
 * @param flags the launcher's own flags, as they were given
 * @param arguments the command and its arguments
 */
record Settings(Map<String, Map<String, Object>> configurations, List<String> flags, List<String> arguments) {

    private static final String TRANSPORT = "headway.transport.";

    /** Where a flag's value goes: a property of a PID. */
    private record Place(String pid, String property, boolean list) {}

    private static final Map<String, Place> FLAGS = Map.of(
            "--bus", new Place("headway.core", "bus", false),
            "--transports", new Place("headway.core", "transports", true),
            "--runtime-dir", new Place("headway.transport.loopback", "runtime.dir", false));

    /**
     * The settings of one command line.
     *
     * @param installed the directory with the installation's own {@code <pid>.cfg} files
     */
    static Settings of(Path installed, List<String> commandLine) throws LaunchException {
        Map<String, Map<String, Object>> flagged = new TreeMap<>();
        List<String> flags = new ArrayList<>();
        List<String> arguments = new ArrayList<>();
        Path etc = null;
        for (int i = 0; i < commandLine.size(); i++) {
            String argument = commandLine.get(i);
            if (argument.equals("--")) {
                // What follows is data, whatever it looks like.
                arguments.addAll(commandLine.subList(i, commandLine.size()));
                break;
            }
            int equals = argument.indexOf('=');
            String flag = equals < 0 ? argument : argument.substring(0, equals);
            if (!flag.equals("--etc") && !FLAGS.containsKey(flag)) {
                arguments.add(argument);
                continue;
            }
            String value;
            if (equals >= 0) {
                value = argument.substring(equals + 1);
            } else if (i + 1 < commandLine.size()) {
                value = commandLine.get(++i);
            } else {
                value = "";
            }
            if (value.isBlank() || (equals < 0 && value.startsWith("--"))) {
                throw new LaunchException(LaunchException.USAGE, flag + " needs a value; try 'headway --help'");
            }
            flags.add(flag);
            flags.add(value);
            if (flag.equals("--etc")) {
                etc = Path.of(value);
            } else {
                Place place = FLAGS.get(flag);
                flagged.computeIfAbsent(place.pid, pid -> new TreeMap<>())
                        .put(place.property, place.list ? list(value) : value);
            }
        }

        Map<String, Map<String, Object>> configurations = new TreeMap<>();
        if (Files.isDirectory(installed)) {
            merge(configurations, read(installed));
        }
        if (etc != null) {
            if (!Files.isDirectory(etc)) {
                throw new LaunchException(LaunchException.USAGE, "--etc " + etc + " is not a directory");
            }
            merge(configurations, read(etc));
        }
        merge(configurations, flagged);
        return new Settings(configurations, List.copyOf(flags), List.copyOf(arguments));
    }

    /** Whether a bundle is a transport that may not be used; it need not start then, and costs nothing. */
    boolean excludes(String bundle) {
        Object allowed = configurations.getOrDefault("headway.core", Map.of()).get("transports");
        return bundle.startsWith(TRANSPORT)
                && allowed instanceof String[] names
                && !List.of(names).contains(bundle.substring(TRANSPORT.length()));
    }

    private static String[] list(String value) {
        return value.strip().split("\\s*,\\s*", -1);
    }

    /** A value of a file: text, or a list as in {@code [loopback, netlink]}. */
    private static Object value(String text) {
        return text.startsWith("[") && text.endsWith("]") ? list(text.substring(1, text.length() - 1)) : text;
    }

    /** Each {@code <pid>.cfg} of a directory: Java properties, one file for each PID. */
    private static Map<String, Map<String, Object>> read(Path directory) throws LaunchException {
        Map<String, Map<String, Object>> configurations = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.cfg")) {
            for (Path file : files) {
                Properties properties = new Properties();
                try (Reader in = Files.newBufferedReader(file)) {
                    properties.load(in);
                } catch (IOException | IllegalArgumentException unreadable) {
                    throw new LaunchException(
                            LaunchException.USAGE,
                            "The settings file " + file + " cannot be read as Java properties: "
                                    + unreadable.getMessage());
                }
                String name = file.getFileName().toString();
                Map<String, Object> values = new TreeMap<>();
                for (String key : properties.stringPropertyNames()) {
                    String text = properties.getProperty(key).strip();
                    // Nothing after the equals sign means: as if the line were not there.
                    if (!text.isEmpty()) {
                        values.put(key, value(text));
                    }
                }
                configurations.put(name.substring(0, name.length() - ".cfg".length()), values);
            }
        } catch (IOException unreadable) {
            throw new LaunchException(
                    LaunchException.USAGE,
                    "The settings directory " + directory + " cannot be read: " + unreadable.getMessage());
        }
        return configurations;
    }

    private static void merge(Map<String, Map<String, Object>> into, Map<String, Map<String, Object>> from) {
        from.forEach((pid, values) ->
                into.computeIfAbsent(pid, unused -> new TreeMap<>()).putAll(values));
    }
}

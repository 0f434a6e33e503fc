package headway.distro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script and the built installation as people and scripts use them: whole processes, exit codes, words. */
class HeadwayIT {

    private static final Path HEADWAY = Path.of(System.getProperty("headway.root"), "distro", "headway");

    @TempDir
    Path directory;

    private final List<Process> processes = new ArrayList<>();

    /** How a process ended and what it said. */
    private record Ended(int exit, String out, String err) {}

    private Process start(Path err, String... arguments) throws IOException {
        return start(err, List.of(), "", arguments);
    }

    /** Starts it by another program, and with more flags for Java. */
    private Process start(Path err, List<String> by, String flags, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(by);
        command.add(HEADWAY.toString());
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
        builder.environment().put("HEADWAY_BUILD", "never");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        // Its bundle caches belong to the test, which so sees whether any is left behind.
        builder.environment()
                .put(
                        "HEADWAY_JAVA_OPTS",
                        "-Djava.io.tmpdir=" + Files.createDirectories(directory.resolve("tmp")) + " " + flags);
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private Ended headway(String... arguments) throws Exception {
        return headway(List.of(), "", arguments);
    }

    private Ended headway(List<String> by, String flags, String... arguments) throws Exception {
        Path err = Files.createTempFile(directory, "err", ".txt");
        Process process = start(err, by, flags, arguments);
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), out, Files.readString(err));
    }

    private String runtime() {
        return directory.resolve("run").toString();
    }

    @AfterEach
    void end() throws Exception {
        for (Process process : processes) {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void help_lists_every_command() throws Exception {
        Ended ended = headway("--help", "--runtime-dir", runtime());

        assertEquals(0, ended.exit, ended.err);
        List<String> commands =
                List.of("bus", "call", "demo", "kernel", "publish", "run", "status", "subscribe", "swap");
        for (String command : commands) {
            assertTrue(ended.out.contains("\n  " + command + " "), ended.out);
        }
        assertFalse(ended.out.contains("demo-cluster"), "what is not for people is not listed");
    }

    @Test
    void wrong_flags_and_bad_input_are_exit_code_2_with_the_reason() throws Exception {
        Path drive = Files.writeString(directory.resolve("drive.csv"), "ENGINE_RPM ()\n1\n");

        assertEquals(
                new Ended(2, "", "headway: --bus needs a value; try 'headway --help'\n"), headway("status", "--bus"));
        Ended missing = headway("demo", "--drive", drive.toString(), "--runtime-dir", runtime());
        assertEquals(2, missing.exit);
        assertEquals(
                "headway demo: " + drive + ":1:ENGINE_RUN_TINE: this column is missing in the header\n", missing.err);
        Ended flag = headway("demo", "--receivers", "0", "--json", "--runtime-dir", runtime());
        assertEquals(2, flag.exit);
        assertEquals("{\"error\":\"--receivers is 1 to 64, not 0\",\"command\":\"demo\",\"exit\":2}\n", flag.err);
    }

    @Test
    void a_bus_for_dbus_programs_says_where_it_is_and_ends_with_0_when_it_is_told_to() throws Exception {
        Path socket = directory.resolve("dbus");
        Path err = directory.resolve("bus.txt");
        Process bus = start(err, "bus", "--address", "unix:path=" + socket, "--json", "--runtime-dir", runtime());
        BufferedReader out = bus.inputReader();

        String line = out.readLine();

        assertTrue(
                line != null
                        && line.matches(
                                "\\{\"address\":\"unix:path=" + socket + ",guid=[0-9a-f]{32}\",.*\"pid\":[0-9]+}"),
                line + Files.readString(err));
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            client.write(ByteBuffer.wrap("\0AUTH EXTERNAL\r\n".getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(100);
            client.read(answer);
            assertEquals("DATA\r\n", new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII));
        }
        bus.destroy();
        assertEquals(0, bus.waitFor(), Files.readString(err));
        assertFalse(Files.exists(socket));
        Ended nowhere = headway("bus", "--address", "unix:path=" + directory.resolve("no/such/directory/bus"));
        assertEquals(3, nowhere.exit, nowhere.err);
        Ended missing = headway("bus");
        assertEquals(2, missing.exit, missing.err);
        assertTrue(missing.err.contains("--address is needed"), missing.err);
    }

    @Test
    void dbus_programs_reach_an_exported_service_of_the_process_that_is_their_bus() throws Exception {
        assumeWorks("gdbus", "help");
        Path image = installationWith("greeter", Greeter.class, GreeterActivator.class);
        Path err = directory.resolve("bus.txt");
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        if (Runtime.version().feature() >= 23) {
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        command.addAll(List.of(
                "-jar",
                image.resolve("launcher.jar").toString(),
                "bus",
                "--address",
                "unix:path=" + directory.resolve("dbus"),
                "--print-address",
                "--runtime-dir",
                runtime()));
        Process bus = new ProcessBuilder(command).redirectError(err.toFile()).start();
        processes.add(bus);
        String address = bus.inputReader().readLine();
        assertTrue(address != null, Files.readString(err));
        String name = Greeter.class.getName();

        Ended there = program("gdbus", "wait", "--address", address, "--timeout", "20", name);
        Ended answer = program(
                "gdbus",
                "call",
                "--address",
                address,
                "--dest",
                name,
                "--object-path",
                "/" + name.replace('.', '/'),
                "--method",
                name + ".Greet",
                "driver");

        assertEquals(0, there.exit, there.err + Files.readString(err));
        assertEquals(new Ended(0, "('hello driver',)\n", ""), answer, Files.readString(err));
        bus.destroy();
        assertEquals(0, bus.waitFor(), Files.readString(err));
        assertEquals("", Files.readString(err));
    }

    /** A copy of the installation with one bundle more, made of these classes; the last is its activator. */
    private Path installationWith(String bundle, Class<?>... classes) throws IOException {
        Path from = HEADWAY.resolveSibling("target").resolve("headway");
        Path image = directory.resolve("headway");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path each :
                    (Iterable<Path>) files.filter(file -> !file.toString().endsWith(".jsa"))::iterator) {
                Files.copy(each, image.resolve(from.relativize(each).toString()));
            }
        }
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.putValue("Manifest-Version", "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", bundle);
        headers.putValue("Bundle-Activator", classes[classes.length - 1].getName());
        headers.putValue("Import-Package", "org.osgi.framework");
        try (JarOutputStream jar = new JarOutputStream(
                Files.newOutputStream(image.resolve("bundles").resolve(bundle + ".jar")), manifest)) {
            for (Class<?> each : classes) {
                String file = each.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new ZipEntry(file));
                try (InputStream in = each.getClassLoader().getResourceAsStream(file)) {
                    in.transferTo(jar);
                }
            }
        }
        Path list = image.resolve("head-unit.bndrun");
        Files.writeString(list, Files.readString(list).stripTrailing() + ",\\\n    " + bundle + ";startlevel=3\n");
        return image;
    }

    private static Ended program(String... command) throws Exception {
        Process process = new ProcessBuilder(command).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), out, err);
    }

    @Test
    void a_runtime_directory_that_is_not_private_is_exit_code_3_and_is_named() throws Exception {
        Path open = Files.createDirectory(directory.resolve("open"));
        assertTrue(open.toFile().setReadable(true, false) && open.toFile().setExecutable(true, false));

        Ended ended = headway("status", "--runtime-dir", open.toString());

        assertEquals(3, ended.exit, ended.err);
        assertTrue(ended.err.contains("The runtime directory " + open + " is open to others"), ended.err);
    }

    @Test
    void nodes_see_each_other_and_messages_pass_between_processes() throws Exception {
        Path err = directory.resolve("subscriber.txt");
        Process subscriber = start(err, "subscribe", "--count", "1", "--json", "Test/*", "--runtime-dir", runtime());

        Ended published = headway("publish", "--wait", "60", "Test/Topic", "{\"n\": 7}", "--runtime-dir", runtime());
        assertEquals(new Ended(0, "sent\n", ""), published);
        String line;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(subscriber.getInputStream(), StandardCharsets.UTF_8))) {
            line = out.readLine();
        }
        assertEquals(0, subscriber.waitFor(), Files.readString(err));
        assertTrue(line.contains("\"topic\":\"Test/Topic\"") && line.contains("\"body\":[{\"n\":7}]"), line);
    }

    @Test
    void a_node_runs_until_it_is_told_to_end_and_leaves_nothing_behind() throws Exception {
        Path err = directory.resolve("node.txt");
        Process node = start(err, "run", "--json", "--runtime-dir", runtime());
        BufferedReader out = new BufferedReader(new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8));
        String first = out.readLine();
        assertTrue(first != null && first.contains("\"transports\":[\"loopback\"]"), first + Files.readString(err));
        String name = first.replaceFirst(".*\"node\":\"([^\"]*)\".*", "$1");

        Ended status = headway("status", "--runtime-dir", runtime());
        assertEquals(0, status.exit, status.out + status.err);
        assertTrue(status.out.contains(name + " "), status.out);
        Ended call =
                headway("call", "--runtime-dir", runtime(), name, "/org/headway/Node", "org.headway.Node", "Status");
        assertEquals(0, call.exit, call.err);
        assertTrue(call.out.contains("\"uniqueName\":\"" + name + "\""), call.out);
        Ended wrong =
                headway("call", "--runtime-dir", runtime(), name, "/org/headway/Node", "org.headway.Node", "Dance");
        assertEquals(1, wrong.exit);
        assertTrue(wrong.err.contains("UnknownMethod"), wrong.err);

        node.destroy();
        assertEquals(0, node.waitFor(), Files.readString(err));
        try (var left = Files.list(directory.resolve("tmp"))) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void the_demonstration_loses_doubles_and_reorders_nothing() throws Exception {
        Ended ended = headway("demo", "--seconds", "1", "--receivers", "2", "--json", "--runtime-dir", runtime());

        assertEquals(0, ended.exit, ended.out + ended.err);
        assertTrue(
                ended.out.startsWith(
                        "{\"published\":16200,\"delivered\":32400,\"lost\":0,\"duplicated\":0,\"reordered\":0,"
                                + "\"transport\":\"loopback\""),
                ended.out);
    }

    @Test
    void the_demonstration_does_the_same_over_netlink() throws Exception {
        String bus = "it-" + ProcessHandle.current().pid();
        Ended ended = headway("demo", "--seconds", "1", "--json", "--transports", "netlink", "--bus", bus);

        assertEquals(0, ended.exit, ended.out + ended.err);
        assertTrue(
                ended.out.startsWith(
                        "{\"published\":16200,\"delivered\":16200,\"lost\":0,\"duplicated\":0,\"reordered\":0,"
                                + "\"transport\":\"netlink\""),
                ended.out);
    }

    @Test
    void status_says_of_each_transport_how_it_is() throws Exception {
        Ended status = headway("status", "--json", "--runtime-dir", runtime());

        assertEquals(0, status.exit, status.err);
        assertTrue(status.out.contains("\"transport\":\"loopback\",\"state\":\"open\""), status.out);
        assertTrue(
                status.out.contains("\"transport\":\"netlink\",\"state\":\"none\",\"why\":\"its bundle is not started"),
                status.out);
    }

    /** Whether a program does what it is asked here; if not, the test is skipped with a line that says so. */
    private static void assumeWorks(String... command) throws Exception {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assumeTrue(process.waitFor() == 0, () -> "not possible here: " + String.join(" ", command));
        } catch (IOException absent) {
            assumeTrue(false, () -> "not here: " + command[0]);
        }
    }

    @Test
    void it_runs_from_a_read_only_tree_and_unpacks_nothing_that_must_be_executable() throws Exception {
        assumeWorks("unshare", "-m", "true");
        Path root = HEADWAY.getParent().getParent();
        String mounts = "mount --make-rprivate / && mount --bind $1 $1 && mount -o remount,ro,bind $1 && "
                + "mount -t tmpfs -o noexec,mode=1777 tmpfs $2 && shift 2 && exec \"$@\"";
        Path tmp = Files.createDirectories(directory.resolve("tmp"));
        List<String> readOnly = List.of("unshare", "-m", "sh", "-ec", mounts, "sh", root.toString(), tmp.toString());
        Ended ended = headway(readOnly, "", "status", "--json", "--transports", "netlink");

        assertEquals(0, ended.exit, ended.out + ended.err);
        assertTrue(ended.out.contains("\"transport\":\"netlink\",\"state\":\"open\""), ended.out);
        assertEquals("", ended.err);
    }

    @Test
    void absent_natives_are_a_reason_in_status_and_no_stack_trace() throws Exception {
        Ended ended = headway(
                List.of(),
                "-Djna.boot.library.path=/nonexistent",
                "status",
                "--json",
                "--runtime-dir",
                runtime(),
                "--transports",
                "loopback,netlink");

        assertEquals(0, ended.exit, ended.err);
        assertTrue(
                ended.out.contains(
                        "\"transport\":\"netlink\",\"state\":\"none\",\"why\":\"The native library of JNA cannot be loaded"),
                ended.out);
        assertFalse(ended.err.contains("\tat "), ended.err);
    }

    @Test
    void netlink_needs_no_privilege() throws Exception {
        List<String> nobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        List<String> reads = new ArrayList<>(nobody);
        reads.addAll(List.of("test", "-x", HEADWAY.toString()));
        assumeWorks(reads.toArray(String[]::new));
        Path tmp = Files.createDirectories(directory.resolve("tmp"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(tmp, PosixFilePermissions.fromString("rwxrwxrwx"));
        String bus = "nobody-" + ProcessHandle.current().pid();
        Ended ended = headway(nobody, "", "demo", "--seconds", "1", "--json", "--transports", "netlink", "--bus", bus);

        assertEquals(0, ended.exit, ended.out + ended.err);
        assertTrue(
                ended.out.startsWith(
                        "{\"published\":16200,\"delivered\":16200,\"lost\":0,\"duplicated\":0,\"reordered\":0,"
                                + "\"transport\":\"netlink\""),
                ended.out);
    }

    @Test
    void status_says_who_reaches_whom_over_which_transport() throws Exception {
        String bus = "reach-" + ProcessHandle.current().pid();
        List<Process> nodes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Process node =
                    start(directory.resolve("node" + i), "run", "--json", "--transports", "netlink", "--bus", bus);
            nodes.add(node);
            new BufferedReader(new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8)).readLine();
        }
        Ended status = headway("status", "--json", "--transports", "netlink", "--bus", bus);

        assertEquals(0, status.exit, status.err);
        String reach = status.out.substring(status.out.indexOf("\"reach\":["), status.out.indexOf("\"links\":["));
        for (Process node : nodes) {
            String way = "\"transport\":\"netlink\",\"reachedMillis\":\\d+,\"pid\":" + node.pid() + ",\"uid\":\\d+,"
                    + "\"unacknowledgedBytes\":\\d+,\"replayed\":\\d+";
            assertTrue(Pattern.compile(way).matcher(reach).find(), reach);
        }
        assertTrue(status.out.contains("\"counters\":{"), status.out);
    }

    @Test
    void status_says_why_a_transport_does_not_work() throws Exception {
        assumeFalse(Files.exists(Path.of("/sys/module/afbus")), "The kernel module is loaded here");
        Ended status = headway("status", "--json", "--transports", "loopback,afbus", "--runtime-dir", runtime());

        assertEquals(0, status.exit, status.err);
        assertTrue(
                status.out.contains("\"transport\":\"afbus\",\"state\":\"none\",\"why\":"
                        + "\"The kernel module afbus is not loaded; as root: modprobe afbus\""),
                status.out);
    }

    @Test
    void a_receiver_that_dies_is_named_and_is_exit_code_1() throws Exception {
        Path err = directory.resolve("demo.txt");
        Process demo = start(err, "demo", "--seconds", "60", "--runtime-dir", runtime());
        BufferedReader out = new BufferedReader(new InputStreamReader(demo.getInputStream(), StandardCharsets.UTF_8));
        assertTrue(out.readLine().startsWith("instrument cluster 1: "), Files.readString(err));

        ProcessHandle cluster = demo.descendants().findFirst().orElseThrow();
        cluster.destroyForcibly();

        assertEquals(1, demo.waitFor());
        assertTrue(
                Files.readString(err)
                        .contains("instrument cluster 1 (process " + cluster.pid() + ") ended by signal 9"),
                Files.readString(err));
    }

    @Test
    void the_receivers_end_when_the_demonstration_is_killed() throws Exception {
        Path err = directory.resolve("demo.txt");
        Process demo = start(err, "demo", "--seconds", "60", "--runtime-dir", runtime());
        BufferedReader out = new BufferedReader(new InputStreamReader(demo.getInputStream(), StandardCharsets.UTF_8));
        assertTrue(out.readLine().startsWith("instrument cluster 1: "), Files.readString(err));
        ProcessHandle cluster = demo.descendants().findFirst().orElseThrow();

        demo.destroyForcibly();

        cluster.onExit().get(30, TimeUnit.SECONDS);
        assertFalse(cluster.isAlive());
    }
}

package headway.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigInteger;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers here are those of the C headers, as the committed dumps of both architectures have them. */
class AbiTest {

    private static final List<String> HEADERS = List.of(
            "Socket",
            "Inet",
            "Netlink",
            "Rtnetlink",
            "Genetlink",
            "Afbus",
            "Poll",
            "Epoll",
            "Eventfd",
            "Fcntl",
            "Mman",
            "Errno");

    private static Map<String, Long> dump(String name) throws IOException {
        Path file = Path.of(System.getProperty("headway.root"), "kmod", "abi", name);
        Map<String, Long> values = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            int space = line.lastIndexOf(' ');
            if (!line.startsWith("#") && space > 0) {
                // Some have all 64 bits.
                values.put(line.substring(0, space), new BigInteger(line.substring(space + 1)).longValue());
            }
        }
        return values;
    }

    /** All numbers of all headers, named as in the dumps, as they are on an architecture. */
    private static Map<String, Number> numbers(String arch) throws Exception {
        String here = System.getProperty("os.arch");
        List<URL> classes = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(":", -1)) {
            classes.add(Path.of(entry).toUri().toURL());
        }
        // Classes of their own, which believe that they are there.
        System.setProperty("os.arch", arch);
        try (URLClassLoader there =
                new URLClassLoader(classes.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Map<String, Number> numbers = new TreeMap<>();
            for (String header : HEADERS) {
                Class<?> type = there.loadClass("headway.sys." + header);
                collect(type, "", numbers);
                for (Class<?> struct : type.getDeclaredClasses()) {
                    collect(struct, struct.getSimpleName(), numbers);
                }
            }
            return numbers;
        } finally {
            System.setProperty("os.arch", here);
        }
    }

    private static void collect(Class<?> type, String struct, Map<String, Number> numbers) throws Exception {
        for (Field field : type.getDeclaredFields()) {
            int modifiers = field.getModifiers();
            if (Modifier.isPublic(modifiers) && Modifier.isStatic(modifiers)) {
                String name = field.getName();
                if (!struct.isEmpty()) {
                    // SockaddrNl.NL_PID is offsetof:sockaddr_nl.nl_pid.
                    String c = struct.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
                    name = name.equals("SIZEOF")
                            ? "sizeof:" + c
                            : "offsetof:" + c + "." + name.toLowerCase(Locale.ROOT);
                }
                numbers.put(name, (Number) field.get(null));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"amd64,system-x86_64.txt", "aarch64,system-aarch64.txt"})
    void every_number_is_that_of_the_headers(String arch, String file) throws Exception {
        Map<String, Long> expected = dump(file);
        expected.putAll(dump("afbus-64.txt"));
        Map<String, Number> numbers = numbers(arch);
        assertTrue(numbers.size() > 250, "Only " + numbers.size() + " numbers were found");
        numbers.forEach((name, value) -> {
            Long dumped = expected.get(name);
            assertNotNull(dumped, name);
            assertEquals(value instanceof Integer ? (Number) dumped.intValue() : dumped, value, name);
        });
    }

    @Test
    void every_error_has_its_name() throws Exception {
        for (Field field : Errno.class.getDeclaredFields()) {
            if (Modifier.isPublic(field.getModifiers())) {
                assertEquals(field.getName(), Errno.name(field.getInt(null)));
            }
        }
        assertEquals("errno 9999", Errno.name(9999));
    }

    @Test
    void where_there_is_no_native_code_the_reason_is_one_sentence() throws Exception {
        assertTrue(absence("os.arch", "riscv64").startsWith("There is native code for x86-64 and arm64 only"));
        assertTrue(absence("os.name", "Windows 11").startsWith("There is native code for Linux only"));
        // JNA looks into the directory and nowhere else, as on a read-only file system that was set up wrongly.
        String reason = absence("jna.nounpack", "true");
        assertTrue(reason.startsWith("The native library of JNA cannot be loaded"), reason);
        assertEquals(1, reason.lines().count(), reason);
        assertNull(absence("headway.nothing", "special"));
    }

    /** What this package says about itself where a system property has that value. */
    private static String absence(String property, String value) throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(
                        java.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-D" + property + "=" + value,
                        Absence.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, process.waitFor(), said);
        return said.isEmpty() ? null : said;
    }

    /** Says why there is no native code, in a process of its own. */
    static final class Absence {
        private Absence() {}

        public static void main(String[] args) throws Exception {
            Method require = Natives.class.getMethod("require");
            try {
                require.invoke(null);
            } catch (java.lang.reflect.InvocationTargetException e) {
                System.out.println(e.getCause().getMessage());
            }
        }
    }

    /** Every library call that is named here is there. */
    @Test
    void every_function_is_found() throws Exception {
        Natives.require();
        int functions = 0;
        for (String header : Stream.concat(
                        HEADERS.stream(), Stream.of("Unistd", "Socket$Jna", "Epoll$Jna", "Unistd$Jna"))
                .toList()) {
            for (Method method : Class.forName("headway.sys." + header).getDeclaredMethods()) {
                functions += Modifier.isNative(method.getModifiers()) ? 1 : 0;
            }
        }
        assertTrue(functions > 20, functions + " native methods");
    }
}

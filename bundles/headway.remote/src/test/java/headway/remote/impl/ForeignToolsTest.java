package headway.remote.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headway.dbus.Introspection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an exported object says of itself is what GLib reads, where GLib is there with its Python binding. */
class ForeignToolsTest {

    /** Reads introspection data, and says each method and property as GLib has understood it. */
    private static final String READ = """
            import sys
            from gi.repository import Gio
            for face in Gio.DBusNodeInfo.new_for_xml(sys.stdin.read()).interfaces:
                for method in face.methods:
                    ins = "".join(a.signature for a in method.in_args)
                    outs = "".join(a.signature for a in method.out_args)
                    print(face.name, method.name, "(%s)%s" % (ins, outs))
                for prop in face.properties:
                    access = {1: "read", 2: "write", 3: "readwrite"}[int(prop.flags)]
                    print(face.name, prop.name, prop.signature, access)
                    for note in prop.annotations:
                        print(face.name, note.key, note.value)
            """;

    @TempDir
    Path directory;

    @Test
    void glib_understands_what_an_object_says_of_itself() throws Exception {
        assumeTrue(glibIsThere(), "skipped: no /usr/bin/python3 with GLib (package python3-gi)");
        try (FakeNet net = new FakeNet();
                OneProcess here = new OneProcess(net, directory)) {
            here.export(Media.class, new Player());
            String xml = (String) here.call(
                            Media.class.getName(),
                            "/headway/remote/impl/Media",
                            ObjectTree.INTROSPECTABLE,
                            "Introspect",
                            "")
                    .get(0);
            assertEquals(ours(xml), python(READ, xml));
        }
    }

    private static List<String> ours(String xml) {
        return Introspection.parse(xml).interfaces().stream()
                .flatMap(each -> lines(each).stream())
                .toList();
    }

    private static List<String> lines(Introspection.Interface each) {
        List<String> lines = each.methods().stream()
                .map(method -> each.name() + " " + method.name() + " (" + method.in() + ")" + method.out())
                .collect(Collectors.toList());
        each.properties().forEach(property -> {
            lines.add(each.name() + " " + property.name() + " " + property.type() + " " + property.access());
            property.annotations().forEach(note -> lines.add(each.name() + " " + note.name() + " " + note.value()));
        });
        return lines;
    }

    private static boolean glibIsThere() throws IOException, InterruptedException {
        if (!Files.isExecutable(Path.of("/usr/bin/python3"))) {
            return false;
        }
        Process check = new ProcessBuilder("/usr/bin/python3", "-c", "from gi.repository import Gio")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return check.waitFor(30, TimeUnit.SECONDS) && check.exitValue() == 0;
    }

    private static List<String> python(String script, String input) throws IOException, InterruptedException {
        Process python = new ProcessBuilder("/usr/bin/python3", "-c", script)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        python.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        python.getOutputStream().close();
        String text = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(python.waitFor(30, TimeUnit.SECONDS) && python.exitValue() == 0, "Python failed");
        return text.lines().toList();
    }
}

package headway.dbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What we write is what GLib reads, where GLib is there with its Python binding. */
class GlibReadsUsTest {
    private static final Path SCRIPT = Path.of("src/test/golden/glib.py");

    @Test
    void glib_understands_what_we_say() throws IOException, InterruptedException {
        assumeTrue(glibIsThere(), "skipped: no /usr/bin/python3 with GLib (package python3-gi)");
        List<Message> messages = new ArrayList<>();
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            for (MessageBuilder each : messages()) {
                messages.add(each.order(order).serial(messages.size() + 1).build());
            }
        }
        List<String> theirs = read(messages);
        assertEquals(messages.stream().map(BusctlJson::of).toList(), theirs);
    }

    private static List<MessageBuilder> messages() {
        Message call = MessageBuilder.call("/a/b", "org.example.Caller", "Do")
                .sender(":1.77")
                .serial(-3)
                .build();
        Map<String, Object> dictionary = new LinkedHashMap<>();
        dictionary.put("number", Variant.of(7));
        dictionary.put("list", Variant.of("a(ys)", List.of(Struct.of(1, "ü"), Struct.of(2, "€🚗"))));
        dictionary.put("bytes", new byte[] {1, 0, (byte) 0xFF});
        return List.of(
                MessageBuilder.signal("/a", "org.example.A", "Empty").sender(":1.2"),
                MessageBuilder.signal("/", "org.example.A", "Basic")
                        .body(
                                "ybnqiuxtdsog",
                                255,
                                true,
                                -1,
                                65535,
                                -1,
                                0xFFFFFFFFL,
                                -1L,
                                -1L,
                                0.1,
                                "text \"\\\n",
                                "/a/b",
                                "a{sv}"),
                MessageBuilder.call("/a", null, "NoInterface")
                        .destination("org.example.Callee")
                        .flags(Message.NO_REPLY_EXPECTED)
                        .body("yxyqyu", 1, 2, 3, 4, 5, 6),
                MessageBuilder.reply(call).body("a{sv}aiaxa(x)", dictionary, List.of(1, 2), List.of(), List.of()),
                MessageBuilder.error(call, ErrorNames.UNKNOWN_METHOD, "no such method"),
                MessageBuilder.signal("/a", "org.example.A", "Deep")
                        .body(
                                "vaaay",
                                Variant.of(Variant.of(Variant.of("(yv)", Struct.of(1, 2)))),
                                List.of(List.of(new byte[] {5}))));
    }

    private static boolean glibIsThere() throws IOException, InterruptedException {
        if (!Files.isExecutable(Path.of("/usr/bin/python3"))) {
            return false;
        }
        Process check = new ProcessBuilder("/usr/bin/python3", "-c", "from gi.repository import Gio")
                .redirectErrorStream(true)
                .redirectOutput(Redirect.DISCARD)
                .start();
        return check.waitFor(30, TimeUnit.SECONDS) && check.exitValue() == 0;
    }

    private static List<String> read(List<Message> messages) throws IOException, InterruptedException {
        Process glib = new ProcessBuilder("/usr/bin/python3", SCRIPT.toString(), "read")
                .redirectError(Redirect.INHERIT)
                .start();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        messages.forEach(message -> bytes.writeBytes(message.bytes()));
        glib.getOutputStream().write(bytes.toByteArray());
        glib.getOutputStream().close();
        String text = new String(glib.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(glib.waitFor(30, TimeUnit.SECONDS) && glib.exitValue() == 0, "glib.py failed");
        return text.lines().toList();
    }
}

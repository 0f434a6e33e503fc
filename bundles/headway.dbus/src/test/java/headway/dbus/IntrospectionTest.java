package headway.dbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headway.dbus.Introspection.Access;
import headway.dbus.Introspection.Annotation;
import headway.dbus.Introspection.Argument;
import headway.dbus.Introspection.Direction;
import headway.dbus.Introspection.Interface;
import headway.dbus.Introspection.Method;
import headway.dbus.Introspection.Node;
import headway.dbus.Introspection.Property;
import headway.dbus.Introspection.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntrospectionTest {
    private static final Node PLAYER = new Node(
            null,
            List.of(new Interface(
                    "org.example.Player",
                    List.of(
                            new Method("Play"),
                            new Method(
                                    "Seek",
                                    Argument.in("by", "x"),
                                    Argument.out("at", "x"),
                                    Argument.out(null, "a{sv}"))),
                    List.of(new Signal("Seeked", Argument.out("at", "x"))),
                    List.of(new Property(
                            "Volume",
                            Signature.of("d"),
                            Access.READWRITE,
                            List.of(new Annotation("org.freedesktop.DBus.Property.EmitsChangedSignal", "true")))),
                    List.of(new Annotation("org.example.Odd", "a < b & \"c\"\n\t'd' ü🚗")))),
            List.of(new Node("child", List.of(), List.of()), new Node("deep/er", List.of(), List.of())));

    @Test
    void goes_to_xml_and_back() {
        String xml = Introspection.toXml(PLAYER);
        assertEquals(PLAYER, Introspection.parse(xml));
        assertEquals("""
                <!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
                 "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
                <node>
                  <interface name="org.example.Player">
                    <method name="Play"/>
                    <method name="Seek">
                      <arg name="by" type="x" direction="in"/>
                      <arg name="at" type="x" direction="out"/>
                      <arg type="a{sv}" direction="out"/>
                    </method>
                    <signal name="Seeked">
                      <arg name="at" type="x" direction="out"/>
                    </signal>
                    <property name="Volume" type="d" access="readwrite">
                      <annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="true"/>
                    </property>
                    <annotation name="org.example.Odd" value="a &lt; b &amp; &quot;c&quot;&#10;&#9;'d' ü🚗"/>
                  </interface>
                  <node name="child"/>
                  <node name="deep/er"/>
                </node>
                """, xml);
    }

    @Test
    void a_method_tells_the_types_of_call_and_return() {
        Method seek = PLAYER.find("org.example.Player").methods().get(1);
        assertEquals("x", seek.in().toString());
        assertEquals("xa{sv}", seek.out().toString());
        assertEquals(
                "x",
                PLAYER.find("org.example.Player").signals().get(0).signature().toString());
        assertNull(PLAYER.find("org.example.Recorder"));
    }

    @Test
    void direction_defaults_to_in_for_methods_and_out_for_signals() {
        Interface parsed = Introspection.parse("""
                        <node><interface name="a.b">
                          <method name="M"><arg type="s"/><arg type="u" direction="out"/></method>
                          <signal name="S"><arg type="s"/></signal>
                        </interface></node>""").find("a.b");
        assertEquals(Direction.IN, parsed.methods().get(0).arguments().get(0).direction());
        assertEquals(Direction.OUT, parsed.methods().get(0).arguments().get(1).direction());
        assertEquals(Direction.OUT, parsed.signals().get(0).arguments().get(0).direction());
    }

    @Test
    void what_the_format_does_not_know_is_passed_over() {
        Node node = Introspection.parse("""
                <?xml version="1.0"?><!-- one -->
                <!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
                 "http://does.not.exist/introspect.dtd">
                <node xmlns:doc="http://www.freedesktop.org/dbus/1.0/doc.dtd" extra="1">
                  <doc:doc><doc:para>Text <interface name="no.interface"/></doc:para></doc:doc>
                  <future><method name="no"/></future>
                  <interface name="a.b"> text <method name="M"><doc:doc/></method></interface>
                </node><!-- two -->""");
        assertEquals(
                new Node(
                        null, List.of(new Interface("a.b", List.of(new Method("M")), List.of(), List.of())), List.of()),
                node);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "                                                                | not well-formed",
                "<node>                                                          | not well-formed",
                "<nodes/>                                                        | root element is 'nodes'",
                "<node/><node/>                                                  | not well-formed",
                "<node><interface/></node>                                       | no attribute 'name'",
                "<node><interface name='a'/></node>                              | interface 'a' has only one element",
                "<node><interface name='a.b'><method name='1'/></interface></node> | member '1'",
                "<node><interface name='a.b'><method name='M'><arg type='z'/></method></interface></node> | no type 'z'",
                "<node><interface name='a.b'><method name='M'><arg type='ii'/></method></interface></node> | not one complete type",
                "<node><interface name='a.b'><method name='M'><arg/></method></interface></node> | no attribute 'type'",
                "<node><interface name='a.b'><method name='M'><arg type='i' direction='up'/></method></interface></node> | neither in nor out",
                "<node><interface name='a.b'><signal name='M'><arg type='i' direction='in'/></signal></interface></node> | signal has an argument",
                "<node><interface name='a.b'><property name='P' type='i' access='all'/></interface></node> | none of read",
                "<node><interface name='a.b'><property name='P' type='' access='read'/></interface></node> | not one complete type"
            })
    void is_refused_with_the_reason(String xml, String reason) {
        String message = assertThrows(IllegalArgumentException.class, () -> Introspection.parse(xml == null ? "" : xml))
                .getMessage();
        assertTrue(message.contains(reason), message);
    }

    @Test
    void nodes_nest_64_deep_but_not_65() {
        Introspection.parse("<node>".repeat(64) + "</node>".repeat(64));
        assertThrows(
                IllegalArgumentException.class, () -> Introspection.parse("<node>".repeat(65) + "</node>".repeat(65)));
    }

    @Test
    void nothing_outside_the_text_is_read_and_nothing_blows_up() throws IOException {
        Path secret = Files.createTempFile("headway", ".txt");
        try {
            Files.writeString(secret, "secret");
            for (String text : List.of(
                    "<!DOCTYPE node [<!ENTITY x SYSTEM '" + secret.toUri() + "'>]><node name='n'>&x;</node>",
                    "<!DOCTYPE node [<!ENTITY x SYSTEM '" + secret.toUri() + "'>]><node name='&x;'/>",
                    "<!DOCTYPE node SYSTEM '" + secret.toUri() + "'><node name='&x;'/>",
                    "<!DOCTYPE node [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><node name='&b;'/>")) {
                String outcome;
                try {
                    outcome = Introspection.parse(text).toString();
                } catch (IllegalArgumentException e) {
                    outcome = e.getMessage();
                }
                assertFalse(outcome.contains("secret"), outcome);
                assertFalse(outcome.contains("aaaa"), outcome);
            }
        } finally {
            Files.delete(secret);
        }
    }

    @Test
    void real_files_of_other_projects_round_trip() throws IOException {
        Path folder = data().resolve("dbus-xml");
        assumeTrue(Files.isDirectory(folder), () -> "skipped: no introspection files in " + folder);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".xml")).toList()) {
                Node node = Introspection.parse(Files.readString(file));
                assertFalse(node.interfaces().isEmpty(), file.toString());
                assertEquals(node, Introspection.parse(Introspection.toXml(node)), file.toString());
            }
        }
    }

    @Test
    void of_a_media_player_says_what_the_file_says() throws IOException {
        Path file = data().resolve("dbus-xml/org.mpris.MediaPlayer2.Player.xml");
        assumeTrue(Files.exists(file), () -> "skipped: there is no " + file);
        Interface player = Introspection.parse(Files.readString(file)).find("org.mpris.MediaPlayer2.Player");
        assertEquals(
                "ox",
                player.methods().stream()
                        .filter(method -> method.name().equals("SetPosition"))
                        .findFirst()
                        .orElseThrow()
                        .in()
                        .toString());
        assertEquals(
                "a{sv}",
                player.properties().stream()
                        .filter(property -> property.name().equals("Metadata"))
                        .findFirst()
                        .orElseThrow()
                        .type()
                        .toString());
    }

    /** Where data lies that nobody on this project wrote. */
    private static Path data() {
        String folder = System.getenv("HEADWAY_DATA");
        return folder != null
                ? Path.of(folder)
                : Path.of(System.getProperty("headway.root", "../.."), "../shared/data");
    }
}

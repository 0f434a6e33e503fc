package headway.remote.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.dbus.Introspection;
import headway.remote.DBusName;
import headway.remote.DBusType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a Java interface is on D-Bus. */
class RemoteInterfaceTest {

    interface Store<K, V> {
        V get(K key);

        void put(K key, V value);

        List<? extends V> all();
    }

    interface Seats extends Store<String, CodecTest.Point> {
        @Override
        CodecTest.Point get(String key);

        default int count() {
            return all().size();
        }

        static void ignored() {}

        @Override
        boolean equals(Object other);
    }

    interface Narrower extends Wider {
        @Override
        String name();
    }

    interface Wider {
        Object name();
    }

    @DBusName("org.bluez.Device1")
    interface Device {
        void connect(@DBusType("o") String adapter, @DBusType("ao") List<String> others);

        @DBusType("q")
        int getAppearance();

        @DBusName("GetUUIDs")
        List<String> uuids();

        String getName() throws java.io.IOException;

        Future<String> getAlias();

        boolean isPaired();

        Boolean isTrusted();

        String isNothing();

        String get();

        String getaway();

        int getLevel();

        void setLevel(int level);

        void setLevel(String level);

        void setAppearance(int other, int more);
    }

    private static String methods(Class<?> type) {
        return RemoteInterface.of(type).toIntrospection("a.b", List.of()).methods().stream()
                .map(method -> method.name() + "(" + method.in() + ")" + method.out())
                .collect(Collectors.joining(" "));
    }

    private static String properties(Class<?> type) {
        return RemoteInterface.of(type).toIntrospection("a.b", List.of()).properties().stream()
                .map(property -> property.name() + ":" + property.type() + ":" + property.access())
                .collect(Collectors.joining(" "));
    }

    private static String refusal(Class<?> type) {
        return assertThrows(IllegalArgumentException.class, () -> RemoteInterface.of(type))
                .getMessage();
    }

    @Test
    void members_begin_with_a_capital_and_overloads_say_their_parameters() {
        assertEquals(
                "Cover()s Echo(v)v Fade() GetNothing()s GetStatus()s GetTitle()s GetVolume()d IsMuted()b Lyrics(s)s"
                        + " Metadata()a{sv} Open(ou) Play() Rate(i)i Seek(s) Seek_long(x) Seek_String_int(si)"
                        + " SetVolume(d) Track(i)(sassai) Tracks()a(sassai)",
                methods(Media.class));
    }

    @Test
    void a_call_may_say_the_plain_name_and_its_signature_decides() {
        RemoteInterface media = RemoteInterface.of(Media.class);
        for (String signature : List.of("s", "x", "si")) {
            assertEquals(signature, media.find("Seek", signature).signature());
            assertEquals("Seek", media.memberOf(media.find("Seek", signature)));
        }
        assertEquals(media.find("Seek", "x"), media.find("Seek_long", "x"));
        assertNull(media.find("Seek_long", "s"));
        assertNull(media.find("Seek", "i"));
        assertEquals("(s) or (si) or (x)", media.signaturesOf("Seek"));
        assertEquals("", media.signaturesOf("seek"));
    }

    interface Twins {
        void tune(double to);

        void tune(float to);
    }

    @Test
    void overloads_that_d_bus_cannot_tell_apart_are_told_by_their_names() {
        RemoteInterface twins = RemoteInterface.of(Twins.class);
        assertEquals("Tune(d) Tune_float(d)", methods(Twins.class));
        assertEquals("Tune_float", twins.memberOf(twins.find("Tune_float", "d")));
    }

    @Test
    void getters_are_properties_too_and_setters_make_them_writable() {
        assertEquals("Muted:b:read Status:s:read Title:s:read Volume:d:readwrite", properties(Media.class));
        assertEquals("Appearance:q:read Level:i:readwrite Paired:b:read Trusted:b:read", properties(Device.class));
    }

    @Test
    void annotations_say_what_programs_in_other_languages_have() {
        RemoteInterface device = RemoteInterface.of(Device.class);
        assertEquals("org.bluez.Device1", device.name());
        assertNotNull(device.find("Connect", "oao"));
        assertNotNull(device.find("GetUUIDs", ""));
    }

    @Test
    void type_variables_are_what_they_stand_for() {
        assertEquals("All()a(ii) Count()i Get(s)(ii) Put(s(ii))", methods(Seats.class));
        assertEquals("All()av Get(v)v Put(vv)", methods(Store.class));
    }

    @Test
    void of_methods_that_override_each_other_the_special_one_counts() {
        assertEquals("Name()s", methods(Narrower.class));
    }

    @Test
    void an_interface_of_a_class_is_named_without_a_dollar() {
        assertEquals(
                "headway.remote.impl.RemoteInterfaceTest.Twins",
                RemoteInterface.of(Twins.class).name());
    }

    interface Unsupported {
        void fine(Map<String, Integer> map);

        void run(String name, Thread thread);
    }

    interface UnsupportedResult {
        List<Thread> all();
    }

    interface WrongAnnotation {
        void call(@DBusType("s") int number);
    }

    interface BadMember {
        void $size();
    }

    interface Same {
        void run(java.util.Date date);
    }

    @Test
    void what_has_no_d_bus_type_is_refused_and_said_where() {
        assertEquals(
                "Unsupported.run(String, Thread): java.lang.Thread has no D-Bus type: it is no value, enum, array,"
                        + " collection, map, Optional, record or DTO",
                refusal(Unsupported.class));
        assertTrue(
                refusal(UnsupportedResult.class).startsWith("what UnsupportedResult.all() answers: java.lang.Thread"));
        assertTrue(refusal(WrongAnnotation.class).contains("has another shape than i"));
        assertTrue(refusal(BadMember.class).contains("'$size'"));
        assertTrue(refusal(Same.class).contains("java.util.Date"));
        assertTrue(refusal(String.class).contains("is a class"));
    }

    @Test
    void introspection_names_parameters_and_is_read_back() {
        Introspection.Interface media = RemoteInterface.of(Media.class).toIntrospection("a.b", List.of());
        Introspection.Node node = new Introspection.Node(null, List.of(media), List.of());
        assertEquals(node, Introspection.parse(Introspection.toXml(node)));
        assertEquals(
                "offset",
                media.methods().stream()
                        .filter(each -> each.name().equals("Seek_long"))
                        .findFirst()
                        .orElseThrow()
                        .arguments()
                        .get(0)
                        .name());
    }
}

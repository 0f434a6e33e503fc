package headway.remote.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.bus.CallException;
import headway.bus.Message;
import headway.bus.Target;
import headway.dbus.ErrorNames;
import headway.dbus.Introspection;
import headway.dbus.ObjectPath;
import headway.dbus.Struct;
import headway.dbus.Variant;
import headway.remote.ErrorReplyException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceRegistration;

/** A service as a D-Bus object, asked from another process. */
class ExportTest {

    private static final String NAME = "headway.remote.impl.Media";
    private static final String PATH = "/headway/remote/impl/Media";
    private static final String PROPERTIES = "org.freedesktop.DBus.Properties";
    private static final Struct SONG = Struct.of("Song", List.of("A", "B"), "PT1M30S", List.of(3));

    @TempDir
    Path directory;

    private final Player player = new Player();
    private FakeNet net;
    private OneProcess here;
    private OneProcess there;

    @BeforeEach
    void start() throws BundleException {
        net = new FakeNet();
        here = new OneProcess(net, directory.resolve("here"));
        there = new OneProcess(net, directory.resolve("there"));
    }

    @AfterEach
    void stop() throws BundleException {
        here.close();
        there.close();
        net.close();
    }

    private List<Object> call(String member, String signature, Object... body) throws CallException {
        return there.call(NAME, PATH, NAME, member, signature, body);
    }

    private String error(String member, String signature, Object... body) {
        return assertThrows(CallException.class, () -> call(member, signature, body))
                .errorName();
    }

    private Object get(String property) throws CallException {
        return there.call(NAME, PATH, PROPERTIES, "Get", "ss", NAME, property).get(0);
    }

    // ---------------------------------------------------------------- methods

    @Test
    void methods_are_called_with_what_d_bus_programs_send() throws CallException {
        here.export(Media.class, player);
        assertEquals(List.of(), call("Play", ""));
        assertEquals(Media.Status.PLAYING, player.status);
        assertEquals(List.of(SONG), call("Track", "i", 3));
        assertEquals(List.of(List.of(SONG, Struct.of("Other", List.of(), "PT0S", List.of()))), call("Tracks", ""));
        assertEquals(Variant.of("s", "Song"), ((Map<?, ?>) call("Metadata", "").get(0)).get("title"));
        assertEquals(List.of(Variant.of("i", 7)), call("Echo", "v", Variant.of("i", 7)));
        call("Open", "ou", "/a", 0);
        call("Seek", "x", 5L);
        call("Seek", "s", "two");
        call("Seek_String_int", "si", "two", 3);
        assertEquals(List.of("open(/a)", "seek(5)", "seek('two')", "seek('two', 3)"), player.asked);
    }

    @Test
    void results_that_come_later_are_answered_later() throws Exception {
        here.export(Media.class, player);
        CompletableFuture<Message> lyrics = there.bus().call(new Target(NAME, PATH, NAME), "Lyrics", "s", "Song");
        // Others are answered meanwhile.
        assertEquals(List.of(), call("Play", ""));
        assertEquals(List.of("lyrics(Song)"), player.asked);
        assertFalse(lyrics.isDone());
        player.lyrics.complete("la la");
        assertEquals(List.of("la la"), lyrics.get(30, TimeUnit.SECONDS).body());
        assertEquals(List.of(), call("Fade", ""));
        assertEquals(List.of(8), call("Rate", "i", 4));
        assertEquals(List.of("cover.png"), call("Cover", ""));
    }

    @Test
    void exceptions_are_errors_of_their_name() {
        here.export(Media.class, player);
        CallException error = assertThrows(CallException.class, () -> call("Track", "i", 4));
        assertEquals("headway.remote.impl.Media.NoSuchTrackException", error.errorName());
        assertEquals("no track 4", error.text());
        assertEquals("java.io.IOException", error("Open", "ou", "/a", 1));
        assertEquals("org.example.Error.Busy", error("Open", "ou", "/a", 2));
        assertEquals("java.lang.IllegalStateException", error("Open", "ou", "/a", 3));
        assertEquals("java.lang.AssertionError", error("Open", "ou", "/a", 4));
        assertEquals("java.lang.StackOverflowError", error("Open", "ou", "/a", 5));
        assertEquals("java.lang.IllegalArgumentException", error("Rate", "i", 6));
        player.lyrics.completeExceptionally(
                new CompletionException(new ErrorReplyException("org.example.Error.None", "no lyrics")));
        assertEquals("org.example.Error.None", error("Lyrics", "s", "Song"));
    }

    @Test
    void a_null_is_an_error_that_says_so() {
        here.export(Media.class, player);
        CallException error = assertThrows(CallException.class, () -> call("GetNothing", ""));
        assertEquals("org.headway.Error.Null", error.errorName());
        assertTrue(error.text().contains("GetNothing"), error.text());
        player.title = null;
        assertEquals("org.headway.Error.Null", error("GetTitle", ""));
    }

    @Test
    void a_result_that_d_bus_cannot_carry_is_an_error_that_says_so() throws CallException {
        here.export(Media.class, player);
        player.title = "a\0b";
        assertEquals(ErrorNames.FAILED, error("GetTitle", ""));
        player.title = "x".repeat(1 << 20);
        assertEquals(1 << 20, ((String) call("GetTitle", "").get(0)).length());
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"}) // as such mistakes are made
    void a_list_that_holds_something_else_than_it_says_is_an_error_that_says_so() {
        here.export(Media.class, new Player() {
            @Override
            public List<Track> tracks() {
                return (List) List.of(Thread.currentThread());
            }

            @Override
            public CompletionStage<String> lyrics(String ofTitle) {
                return (CompletionStage) CompletableFuture.completedFuture(7);
            }
        });
        assertEquals(ErrorNames.FAILED, error("Tracks", ""));
        assertEquals(ErrorNames.FAILED, error("Lyrics", "s", "x"));
    }

    @Test
    void what_a_call_changed_before_it_failed_is_told() throws Exception {
        here.export(Media.class, new Player() {
            @Override
            public void play() {
                super.play();
                throw new IllegalStateException("and then it failed");
            }
        });
        assertEquals("java.lang.IllegalStateException", error("Play", ""));
        assertChanged(Map.of("Status", Variant.of("s", "PLAYING")), List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "Nothing, '', org.freedesktop.DBus.Error.UnknownMethod",
        "play, '', org.freedesktop.DBus.Error.UnknownMethod",
        "Seek, '', org.freedesktop.DBus.Error.InvalidArgs",
        "Seek, i, org.freedesktop.DBus.Error.InvalidArgs",
        "Seek_long, s, org.freedesktop.DBus.Error.InvalidArgs",
        "Play, s, org.freedesktop.DBus.Error.InvalidArgs"
    })
    void what_is_not_there_is_said_by_the_standard_errors(String member, String signature, String errorName) {
        here.export(Media.class, player);
        Object[] body =
                signature.equals("s") ? new Object[] {"x"} : signature.equals("i") ? new Object[] {1} : new Object[0];
        assertEquals(errorName, error(member, signature, body));
        assertEquals(List.of(), player.asked);
    }

    @Test
    void a_call_need_not_name_the_interface() throws CallException {
        here.export(Media.class, player);
        assertEquals(List.of("PAUSED"), there.call(NAME, PATH, null, "GetStatus", ""));
        assertEquals(
                CallException.UNKNOWN_METHOD,
                assertThrows(CallException.class, () -> there.call(NAME, PATH, null, "Nope", ""))
                        .errorName());
    }

    @Test
    void calls_are_served_one_after_the_other_whichever_interface_they_are_of() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        here.export(Media.class, new Player() {
            @Override
            public void setVolume(double to) {
                try {
                    assertTrue(go.await(30, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                super.setVolume(to);
            }
        });
        CompletableFuture<Message> set = there.bus().call(new Target(NAME, PATH, NAME), "SetVolume", "d", 0.75);
        CompletableFuture<Message> get =
                there.bus().call(new Target(NAME, PATH, PROPERTIES), "Get", "ss", NAME, "Volume");
        go.countDown();
        assertEquals(List.of(), set.get(30, TimeUnit.SECONDS).body());
        assertEquals(
                List.of(Variant.of("d", 0.75)), get.get(30, TimeUnit.SECONDS).body());
    }

    @Test
    void a_service_that_calls_itself_over_the_bus_may_have_several_threads() throws CallException {
        here.export(
                Media.class,
                new Player() {
                    @Override
                    public Object echo(Object value) {
                        try {
                            return there.call(NAME, PATH, NAME, "GetVolume", "").get(0);
                        } catch (CallException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                },
                "headway.dbus.execution",
                "parallel");
        assertEquals(List.of(Variant.of("d", 0.5)), call("Echo", "v", Variant.of(1)));
    }

    @Test
    void a_service_that_never_blocks_may_run_on_the_receiving_thread() throws CallException {
        List<String> threads = new ArrayList<>();
        here.export(
                Media.class,
                new Player() {
                    @Override
                    public void play() {
                        threads.add(Thread.currentThread().getName());
                    }
                },
                "headway.dbus.execution",
                "direct");
        call("Play", "");
        assertEquals(List.of("fake-bus"), threads);
    }

    // ---------------------------------------------------------------- properties

    @Test
    void getters_are_read_as_properties() throws CallException {
        here.export(Media.class, player);
        assertEquals(Variant.of("s", "PAUSED"), get("Status"));
        assertEquals(Variant.of("d", 0.5), get("Volume"));
        assertEquals(
                Map.of(
                        "Muted", Variant.of(false),
                        "Status", Variant.of("s", "PAUSED"),
                        "Title", Variant.of("s", "Song"),
                        "Volume", Variant.of("d", 0.5)),
                there.call(NAME, PATH, PROPERTIES, "GetAll", "s", NAME).get(0));
        // The specification lets the interface be empty.
        assertEquals(
                Variant.of(false),
                there.call(NAME, PATH, PROPERTIES, "Get", "ss", "", "Muted").get(0));
        assertEquals(
                Map.of(),
                there.call(NAME, PATH, PROPERTIES, "GetAll", "s", PROPERTIES).get(0));
    }

    @Test
    void a_getter_that_fails_or_has_nothing_is_left_out_of_all() throws CallException {
        here.export(Media.class, player);
        player.title = null;
        player.status = null;
        assertEquals(
                Map.of("Muted", Variant.of(false), "Volume", Variant.of("d", 0.5)),
                there.call(NAME, PATH, PROPERTIES, "GetAll", "s", NAME).get(0));
        assertEquals(
                "org.headway.Error.Null",
                assertThrows(CallException.class, () -> get("Title")).errorName());
    }

    @Test
    void a_setter_makes_a_property_writable() throws CallException {
        here.export(Media.class, player);
        there.call(NAME, PATH, PROPERTIES, "Set", "ssv", NAME, "Volume", Variant.of(0.25));
        assertEquals(0.25, player.volume);
        assertEquals(ErrorNames.PROPERTY_READ_ONLY, setError("Status", Variant.of("PLAYING")));
        assertEquals(ErrorNames.INVALID_ARGS, setError("Volume", Variant.of("loud")));
        assertEquals(ErrorNames.UNKNOWN_PROPERTY, setError("Colour", Variant.of(1)));
        assertEquals("java.lang.IllegalArgumentException", setError("Volume", Variant.of(2.0)));
        assertEquals(0.25, player.volume);
        assertEquals(
                ErrorNames.UNKNOWN_INTERFACE,
                assertThrows(
                                CallException.class,
                                () -> there.call(NAME, PATH, PROPERTIES, "GetAll", "s", "no.such.Interface"))
                        .errorName());
    }

    private String setError(String property, Variant value) {
        return assertThrows(
                        CallException.class,
                        () -> there.call(NAME, PATH, PROPERTIES, "Set", "ssv", NAME, property, value))
                .errorName();
    }

    private void assertChanged(Map<String, Variant> changed, List<String> invalidated) throws InterruptedException {
        assertEquals(
                new FakeNet.Signal(PATH, PROPERTIES, "PropertiesChanged", List.of(NAME, changed, invalidated)),
                net.nextSignal("PropertiesChanged"));
    }

    @Test
    void what_a_call_changed_is_told() throws Exception {
        here.export(Media.class, player);
        call("Play", "");
        assertChanged(Map.of("Status", Variant.of("s", "PLAYING")), List.of());
        there.call(NAME, PATH, PROPERTIES, "Set", "ssv", NAME, "Volume", Variant.of(0.0));
        assertChanged(Map.of("Volume", Variant.of(0.0), "Muted", Variant.of(true)), List.of());
        // Nothing changed, so nothing is told: the next signal is that of the next change.
        call("Play", "");
        call("SetVolume", "d", 1.0);
        assertChanged(Map.of("Volume", Variant.of(1.0), "Muted", Variant.of(false)), List.of());
    }

    @Test
    void what_changes_by_itself_is_told_when_the_service_says_so() throws Exception {
        here.export(Media.class, player);
        net.nextSignal("InterfacesAdded");
        player.title = "Next";
        here.changes().changed(player);
        assertChanged(Map.of("Title", Variant.of("s", "Next")), List.of());
        player.title = null;
        here.changes().changed(player);
        assertChanged(Map.of(), List.of("Title"));
        here.changes().changed(new Object());
    }

    @Test
    void a_change_of_the_services_own_properties_is_a_hint_too() throws Exception {
        ServiceRegistration<Media> registration = here.export(Media.class, player);
        net.nextSignal("InterfacesAdded");
        player.title = "Next";
        registration.setProperties(OneProcess.properties(
                "service.exported.interfaces", "*", "service.exported.configs", "headway.dbus", "title", "Next"));
        assertChanged(Map.of("Title", Variant.of("s", "Next")), List.of());
    }

    @Test
    void what_nobody_listened_to_is_told_to_whoever_does() throws Exception {
        here.export(Media.class, player);
        net.nextSignal("InterfacesAdded");
        net.wanted = false;
        call("Play", "");
        // The look comes after the answer to the call; what is called after the answer to the next one comes after the
        // look.
        call("GetStatus", "");
        call("GetStatus", "");
        net.wanted = true;
        call("SetVolume", "d", 1.0);
        assertChanged(Map.of("Status", Variant.of("s", "PLAYING"), "Volume", Variant.of(1.0)), List.of());
    }

    @ParameterizedTest
    @CsvSource({"true, true", "invalidates, invalidates", "const, const", "false, false", "found, false"})
    void a_service_says_what_it_tells_of_changes(String emits, String annotation) throws Exception {
        here.export(Media.class, player, "headway.dbus.emits", emits);
        net.nextSignal("InterfacesAdded");
        Introspection.Node node =
                Introspection.parse((String) there.call(NAME, PATH, ObjectTree.INTROSPECTABLE, "Introspect", "")
                        .get(0));
        assertEquals(
                List.of(new Introspection.Annotation("org.freedesktop.DBus.Property.EmitsChangedSignal", annotation)),
                node.find(NAME).properties().get(0).annotations());
        call("Play", "");
        if (emits.equals("invalidates")) {
            assertChanged(Map.of(), List.of("Status"));
        } else if (emits.equals("const") || emits.equals("false")) {
            call("Play", "");
            assertTrue(net.signals.isEmpty());
        } else {
            assertChanged(Map.of("Status", Variant.of("s", "PLAYING")), List.of());
        }
    }

    // ---------------------------------------------------------------- being there

    @Test
    void an_object_can_be_introspected_and_so_can_what_is_above_it() throws CallException {
        here.export(Media.class, player);
        String path = PATH;
        while (!path.isEmpty()) {
            Introspection.Node node = introspect(path);
            assertEquals(path.equals(PATH), node.find(NAME) != null, path);
            assertTrue(node.find("org.freedesktop.DBus.Peer") != null, path);
            path = path.substring(0, path.lastIndexOf('/'));
        }
        Introspection.Node root = introspect("/");
        assertEquals(
                List.of("headway"),
                root.nodes().stream().map(Introspection.Node::name).toList());
        assertTrue(root.find("org.freedesktop.DBus.ObjectManager") != null);
        assertEquals(List.of(), there.call(NAME, PATH, ObjectTree.PEER, "Ping", ""));
        assertEquals(
                CallException.UNKNOWN_METHOD,
                assertThrows(CallException.class, () -> there.call(NAME, PATH, ObjectTree.PEER, "Pong", ""))
                        .errorName());
    }

    private Introspection.Node introspect(String path) throws CallException {
        return Introspection.parse(
                (String) there.call(here.bus().uniqueName(), path, ObjectTree.INTROSPECTABLE, "Introspect", "")
                        .get(0));
    }

    @Test
    void all_objects_are_told_at_the_root_and_that_they_come_and_go() throws Exception {
        ServiceRegistration<?> first = here.export(Media.class, player, "headway.dbus.path", "/a");
        here.export(Media.class, new Player(), "headway.dbus.path", "/b/c");
        FakeNet.Signal added = net.nextSignal("InterfacesAdded");
        // Each is told of as soon as its own properties are known.
        if (added.body().get(0).equals(new ObjectPath("/b/c"))) {
            added = net.nextSignal("InterfacesAdded");
        }
        assertEquals("/", added.path());
        assertEquals(new ObjectPath("/a"), added.body().get(0));
        assertEquals(
                Variant.of("s", "Song"), ((Map<?, ?>) ((Map<?, ?>) added.body().get(1)).get(NAME)).get("Title"));
        Map<?, ?> all = (Map<?, ?>) there.call(NAME, "/", ObjectTree.MANAGER, "GetManagedObjects", "")
                .get(0);
        assertEquals(java.util.Set.of(new ObjectPath("/a"), new ObjectPath("/b/c")), all.keySet());
        first.unregister();
        assertEquals(
                new FakeNet.Signal(
                        "/", ObjectTree.MANAGER, "InterfacesRemoved", List.of(new ObjectPath("/a"), List.of(NAME))),
                net.nextSignal("InterfacesRemoved"));
        assertEquals(
                List.of("b"),
                introspect("/").nodes().stream().map(Introspection.Node::name).toList());
    }

    @Test
    void the_name_is_owned_while_an_object_needs_it() {
        assertFalse(there.bus().names().containsKey(NAME));
        ServiceRegistration<?> one = here.export(Media.class, player);
        ServiceRegistration<?> two =
                here.export(Media.class, player, "headway.dbus.path", "/two", "headway.dbus.name", NAME);
        assertEquals(here.bus().uniqueName(), there.bus().names().get(NAME));
        one.unregister();
        assertTrue(there.bus().names().containsKey(NAME));
        two.unregister();
        assertFalse(there.bus().names().containsKey(NAME));
        assertEquals(java.util.Set.of(), here.bus().exported());
    }

    @Test
    void a_service_says_where_it_is() throws CallException {
        here.export(
                Media.class,
                player,
                "headway.dbus.name",
                "org.mpris.MediaPlayer2.headway",
                "headway.dbus.path",
                "/org/mpris/MediaPlayer2",
                "headway.dbus.interface",
                "org.mpris.MediaPlayer2.Player");
        assertEquals(
                List.of("PAUSED"),
                there.call(
                        "org.mpris.MediaPlayer2.headway",
                        "/org/mpris/MediaPlayer2",
                        "org.mpris.MediaPlayer2.Player",
                        "GetStatus",
                        ""));
    }

    @Test
    void properties_that_change_move_the_object() throws CallException {
        ServiceRegistration<Media> registration = here.export(Media.class, player);
        registration.setProperties(OneProcess.properties(
                "service.exported.interfaces", Media.class.getName(), "headway.dbus.path", "/moved"));
        assertEquals(List.of("PAUSED"), there.call(NAME, "/moved", NAME, "GetStatus", ""));
        assertEquals(CallException.UNKNOWN_METHOD, error("GetStatus", ""));
        registration.setProperties(OneProcess.properties("a", "b"));
        assertEquals(CallException.SERVICE_UNKNOWN, error("GetStatus", ""));
    }

    interface Broken {
        void run(Thread thread);
    }

    @ParameterizedTest
    @CsvSource({
        "service.exported.configs, org.example.other",
        "service.intents, osgi.confidential",
        "service.exported.intents, org.example.fast",
        "service.exported.intents.extra, org.example.fast",
        "service.exported.interfaces, java.lang.Runnable",
        "headway.dbus.name, :1.5",
        "headway.dbus.name, noname",
        "headway.dbus.path, nopath",
        "headway.dbus.interface, nointerface",
        "headway.dbus.execution, sometimes",
        "headway.dbus.emits, sometimes"
    })
    void what_asks_for_what_is_not_there_is_not_exported(String property, String value) {
        here.export(Media.class, player, property, value);
        assertEquals(java.util.Set.of(), here.bus().exported());
        assertEquals(Map.of(), there.bus().names());
    }

    @Test
    void what_has_no_d_bus_form_is_not_exported_and_harms_nobody() throws CallException {
        here.export(Broken.class, thread -> {});
        here.export(Object.class, new Object());
        here.export(Media.class, player, "service.exported.interfaces", List.of("*"), "headway.dbus.path", 7);
        assertEquals(java.util.Set.of(), here.bus().exported());
        here.export(Media.class, player, "service.intents", new String[] {"osgi.basic", "osgi.async"});
        assertEquals(List.of("PAUSED"), call("GetStatus", ""));
    }

    @Test
    void a_service_without_a_configuration_type_is_exported_too() throws CallException {
        here.context().registerService(Media.class, player, OneProcess.properties("service.exported.interfaces", "*"));
        assertEquals(List.of("PAUSED"), call("GetStatus", ""));
    }

    @Test
    void a_path_is_had_by_one_and_then_by_the_next() throws CallException {
        Player second = new Player();
        second.title = "Second";
        ServiceRegistration<?> first = here.export(Media.class, player);
        here.export(Media.class, second);
        assertEquals(List.of("Song"), call("GetTitle", ""));
        first.unregister();
        assertEquals(List.of("Second"), call("GetTitle", ""));
    }

    @Test
    void a_call_that_is_under_way_when_the_service_goes_is_answered_and_those_behind_it_hear_that_it_is_gone()
            throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        ServiceRegistration<?> registration = here.export(Media.class, new Player() {
            @Override
            public void play() {
                called.countDown();
                try {
                    assertTrue(go.await(30, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        });
        Target target = new Target(NAME, PATH, NAME);
        CompletableFuture<Message> first = there.bus().call(target, "Play", "");
        CompletableFuture<Message> second = there.bus().call(target, "Play", "");
        net.settle();
        assertTrue(called.await(30, TimeUnit.SECONDS));
        registration.unregister();
        go.countDown();
        assertEquals(List.of(), first.get(30, TimeUnit.SECONDS).body());
        ExecutionException gone = assertThrows(ExecutionException.class, () -> second.get(30, TimeUnit.SECONDS));
        assertEquals(ErrorNames.UNKNOWN_OBJECT, ((CallException) gone.getCause()).errorName());
    }

    @Test
    void everything_goes_with_the_bus() {
        here.export(Media.class, player);
        here.stop();
        assertEquals(java.util.Set.of(), here.bus().exported());
        assertEquals(Map.of(), there.bus().names());
    }

    /** Any member, any signature, any body: each call gets one answer, and the next call is served. */
    @Test
    void calls_of_any_kind_get_an_answer() throws Exception {
        here.export(Media.class, player);
        player.lyrics.complete("");
        List<String> members =
                List.of("Seek", "Seek_long", "Track", "Open", "Echo", "Get", "GetAll", "Set", "Nope", "Rate");
        List<String> signatures =
                List.of("", "s", "i", "x", "v", "si", "ou", "ss", "ssv", "a{sv}", "(s)", "as", "ssvs", "aay");
        Map<Character, Object> values =
                Map.of('s', "x", 'i', 4, 'x', 7L, 'o', "/", 'u', 2L, 'v', Variant.of("(si)", Struct.of("a", 1)));
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            String signature = signatures.get(random.nextInt(signatures.size()));
            Object[] body = switch (signature) {
                case "a{sv}" -> new Object[] {Map.of("a", Variant.of(1))};
                case "(s)" -> new Object[] {Struct.of("a")};
                case "as" -> new Object[] {List.of("a")};
                case "aay" -> new Object[] {List.of(new byte[3])};
                default -> signature.chars().mapToObj(c -> values.get((char) c)).toArray();
            };
            String interfaceName = List.of(NAME, PROPERTIES).get(random.nextInt(2));
            CompletableFuture<Message> answer = there.bus()
                    .call(
                            new Target(NAME, PATH, random.nextInt(10) == 0 ? null : interfaceName),
                            members.get(random.nextInt(members.size())),
                            signature,
                            body);
            try {
                assertEquals(
                        Message.Type.RETURN, answer.get(30, TimeUnit.SECONDS).type());
            } catch (ExecutionException e) {
                String name = ((CallException) e.getCause()).errorName();
                assertFalse(name.equals(CallException.NO_REPLY), "seed " + seed);
            }
        }
        assertEquals(List.of("PAUSED"), call("GetStatus", ""));
    }
}

package headway.remote.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.bus.CallException;
import headway.bus.Execution;
import headway.dbus.ErrorNames;
import headway.dbus.Variant;
import headway.remote.DBusName;
import headway.remote.DBusType;
import headway.remote.ErrorReplyException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.util.tracker.ServiceTracker;

/** A D-Bus object as a service: what one process exports, another calls through the same Java interface. */
class ImportTest {

    private static final String MEDIA = "headway.remote.impl.Media";
    private static final String IMPORTED = "(&(objectClass=" + MEDIA + ")(service.imported=*))";

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

    private Media media() throws InterruptedException {
        here.export(Media.class, player);
        return there.await(Media.class, IMPORTED);
    }

    // ---------------------------------------------------------------- calls

    @Test
    void what_is_exported_there_is_called_here_as_if_it_were_here() throws Exception {
        Media media = media();
        assertEquals(Media.Status.PAUSED, media.getStatus());
        media.play();
        assertEquals(Media.Status.PLAYING, media.getStatus());
        media.setVolume(0.25);
        assertEquals(0.25, media.getVolume());
        assertFalse(media.isMuted());
        media.seek(5);
        media.seek("two");
        media.seek("two", 3);
        media.open("/a", 0);
        assertEquals(List.of("seek(5)", "seek('two')", "seek('two', 3)", "open(/a)"), player.asked);
        assertEquals(Player.SONG, media.track(3));
        assertEquals(player.tracks(), media.tracks());
        assertEquals(
                Map.of("title", "Song", "length", 90L, "artists", List.of("A", "B"), "status", "PAUSED"),
                media.metadata());
        assertEquals(List.of(1, "x"), media.echo(List.of(1, "x")));
    }

    @Test
    void results_that_come_later_come_later() throws Exception {
        Media media = media();
        CompletionStage<String> lyrics = media.lyrics("Song");
        assertFalse(lyrics.toCompletableFuture().isDone());
        CompletableFuture<String> thread =
                lyrics.thenApply(text -> Thread.currentThread().getName()).toCompletableFuture();
        player.lyrics.complete("la la");
        assertEquals("la la", lyrics.toCompletableFuture().get(30, TimeUnit.SECONDS));
        // Whoever goes on from here may block.
        assertNotEquals("fake-bus", thread.get(30, TimeUnit.SECONDS));
        assertNull(media.fade().get(30, TimeUnit.SECONDS));
        assertEquals(8, media.rate(4).getValue());
        assertInstanceOf(ErrorReplyException.class, media.rate(6).getFailure());
        assertEquals("cover.png", media.cover().get(30, TimeUnit.SECONDS));
    }

    @Test
    void exceptions_that_a_method_declares_are_thrown_as_themselves_and_others_with_their_name() throws Exception {
        Media media = media();
        assertEquals(
                "no track 4",
                assertThrows(Media.NoSuchTrackException.class, () -> media.track(4))
                        .getMessage());
        assertEquals(
                "no such file /a",
                assertThrows(IOException.class, () -> media.open("/a", 1)).getMessage());
        assertEquals(
                "wait",
                assertThrows(Media.BusyException.class, () -> media.open("/a", 2))
                        .getMessage());
        // A case of what is declared is caught by who catches that.
        assertEquals(
                "java.io.FileNotFoundException: gone /a",
                assertThrows(IOException.class, () -> media.open("/a", 6)).getMessage());
        ErrorReplyException other = assertThrows(ErrorReplyException.class, () -> media.open("/a", 3));
        assertEquals("java.lang.IllegalStateException", other.errorName());
        assertEquals("? and ?", other.text());
        assertEquals(
                "org.headway.Error.Null",
                assertThrows(ErrorReplyException.class, media::nothing).errorName());
        player.lyrics.completeExceptionally(new IllegalArgumentException("no"));
        ExecutionException later = assertThrows(
                ExecutionException.class,
                () -> media.lyrics("x").toCompletableFuture().get(30, TimeUnit.SECONDS));
        assertEquals(
                "java.lang.IllegalArgumentException",
                assertInstanceOf(ErrorReplyException.class, later.getCause()).errorName());
    }

    @Test
    void what_d_bus_cannot_carry_is_not_called() throws Exception {
        Media media = media();
        int before = here.bus().calls.get();
        assertThrows(IllegalArgumentException.class, () -> media.seek((String) null));
        assertThrows(IllegalArgumentException.class, () -> media.seek("\0"));
        assertThrows(IllegalArgumentException.class, () -> media.echo(Thread.currentThread()));
        assertThrows(IllegalArgumentException.class, () -> media.open("no path", 0));
        assertThrows(IllegalArgumentException.class, () -> media.open("/a", -1));
        assertEquals(before, here.bus().calls.get());
    }

    @Test
    void a_proxy_is_an_object_like_any_other() throws Exception {
        Media media = media();
        assertEquals(media, media);
        assertNotEquals(media, player);
        assertEquals(media.hashCode(), media.hashCode());
        assertEquals(MEDIA + "/headway/remote/impl/Media as " + MEDIA, media.toString());
    }

    // ---------------------------------------------------------------- life

    @Test
    void the_service_is_there_exactly_while_the_name_has_an_owner() throws Exception {
        ServiceTracker<Object, Object> tracker = there.tracker(IMPORTED);
        assertEquals(0, tracker.size());
        ServiceRegistration<?> registration = here.export(Media.class, player);
        Media media = (Media) tracker.waitForService(30_000);
        assertEquals("Song", media.getTitle());
        registration.unregister();
        there.awaitNone(IMPORTED);
        ServiceException gone = assertThrows(ServiceException.class, media::getTitle);
        assertEquals(ServiceException.REMOTE, gone.getType());
        ExecutionException later = assertThrows(
                ExecutionException.class,
                () -> media.lyrics("x").toCompletableFuture().get());
        assertEquals(
                ServiceException.REMOTE,
                assertInstanceOf(ServiceException.class, later.getCause()).getType());
        here.export(Media.class, player);
        Media again = (Media) tracker.waitForService(30_000);
        assertNotSame(media, again);
        assertEquals("Song", again.getTitle());
    }

    @Test
    void another_owner_is_another_service() throws Exception {
        OneProcess third = new OneProcess(net, directory.resolve("third"));
        Player second = new Player();
        second.title = "Second";
        Media media = media();
        ServiceReference<?> before = there.references(IMPORTED)[0];
        third.export(Media.class, second);
        here.bus().die();
        there.awaitNone("(&" + IMPORTED + "(service.id=" + before.getProperty("service.id") + "))");
        assertEquals("Second", there.await(Media.class, IMPORTED).getTitle());
        assertThrows(ServiceException.class, media::getTitle);
        third.close();
    }

    @Test
    void a_call_in_the_hands_of_somebody_who_dies_fails_with_a_service_exception() throws Exception {
        Media media = media();
        CompletionStage<String> lyrics = media.lyrics("Song");
        net.settle();
        here.bus().die();
        ExecutionException died = assertThrows(
                ExecutionException.class, () -> lyrics.toCompletableFuture().get(30, TimeUnit.SECONDS));
        ServiceException remote = assertInstanceOf(ServiceException.class, died.getCause());
        assertEquals(ServiceException.REMOTE, remote.getType());
        assertEquals(
                CallException.PEER_DIED,
                assertInstanceOf(CallException.class, remote.getCause()).errorName());
    }

    @Test
    void who_waits_no_longer_than_a_deadline_is_told_so() throws Exception {
        here.export(Media.class, player);
        ConfiguredImport configured =
                new ConfiguredImport(there.context(), there.bus(), settings(MEDIA, "", "", "", 100));
        Media media = there.await(Media.class, "(&(objectClass=" + MEDIA + ")(osgi.basic.timeout=100))");
        ExecutionException late = assertThrows(
                ExecutionException.class,
                () -> media.lyrics("x").toCompletableFuture().get());
        assertEquals(
                CallException.NO_REPLY,
                assertInstanceOf(CallException.class, late.getCause().getCause())
                        .errorName());
        configured.close();
    }

    @Test
    void a_caller_that_is_interrupted_waits_no_more() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        here.export(Media.class, new Player() {
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
        Media media = there.await(Media.class, IMPORTED);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                media.play();
                interrupted.complete(false);
            } catch (ServiceException e) {
                interrupted.complete(Thread.currentThread().isInterrupted());
            }
        });
        caller.start();
        assertTrue(called.await(30, TimeUnit.SECONDS));
        caller.interrupt();
        assertTrue(interrupted.get(30, TimeUnit.SECONDS));
        go.countDown();
    }

    @Test
    void everything_goes_with_the_bus() throws Exception {
        assertEquals("Song", media().getTitle());
        there.stop();
        there.awaitNone(IMPORTED);
    }

    // ---------------------------------------------------------------- asking for it

    @Test
    void the_service_says_what_it_is() throws Exception {
        assertEquals("Song", media().getTitle());
        ServiceReference<?> reference = there.references(IMPORTED)[0];
        assertEquals(true, reference.getProperty("service.imported"));
        assertArrayEquals(new String[] {"headway.dbus"}, (String[]) reference.getProperty("service.imported.configs"));
        assertArrayEquals(
                new String[] {"osgi.async", "osgi.basic"}, (String[]) reference.getProperty("service.intents"));
        assertEquals(25_000L, reference.getProperty("osgi.basic.timeout"));
        assertEquals(MEDIA, reference.getProperty("headway.dbus.name"));
        assertEquals("/headway/remote/impl/Media", reference.getProperty("headway.dbus.path"));
        assertNull(reference.getProperty("service.exported.interfaces"));
        ServiceReference<?> changes = there.references("(remote.configs.supported=headway.dbus)")[0];
        assertEquals(
                Set.of("osgi.basic", "osgi.async"), Set.of((String[]) changes.getProperty("remote.intents.supported")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(&(objectClass=headway.remote.impl.Media)(headway.dbus.name=headway.remote.impl.Media))",
                "(&(objectClass=headway.remote.impl.Media)(&(service.imported=true)(headway.dbus.path=/headway/remote/impl/Media)))",
                "( & (objectClass=headway.remote.impl.Media) (service.imported.configs=headway.dbus)"
                        + "(service.imported=*)(!(x=y)) )"
            })
    void a_listener_that_means_an_object_gets_it(String filter) throws Exception {
        here.export(Media.class, player);
        assertEquals("Song", there.await(Media.class, filter).getTitle());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(objectClass=headway.remote.impl.Media)",
                "(&(objectClass=headway.remote.impl.Media)(!(service.imported=true)))",
                "(&(objectClass=headway.remote.impl.Media)(|(service.imported=true)(a=b)))",
                "(&(objectClass=headway.remote.impl.Media)(service.imported=false))",
                "(&(objectClass=headway.remote.impl.*)(service.imported=true))",
                "(&(objectClass=headway.remote.impl.Media)(service.imported.configs=other)(service.imported=true))",
                "(&(objectClass=headway.remote.impl.Media)(headway.dbus.name=:1.0))",
                "(headway.dbus.name=headway.remote.impl.Media)"
            })
    void a_listener_that_means_something_else_gets_nothing(String filter) throws Exception {
        here.export(Media.class, player);
        there.tracker(filter);
        // What would come would come in the order of the demands.
        there.export(Runnable.class, () -> {});
        assertTrue(there.await(Runnable.class, "(&(objectClass=java.lang.Runnable)(service.imported=true))") != null);
        assertEquals(0, there.references(IMPORTED).length);
    }

    @Test
    void an_import_lasts_as_long_as_somebody_asks_for_it() throws Exception {
        here.export(Media.class, player);
        ServiceTracker<Object, Object> one = there.tracker(IMPORTED);
        ServiceTracker<Object, Object> other = there.tracker(IMPORTED);
        assertTrue(one.waitForService(30_000) != null);
        assertEquals(1, there.references(IMPORTED).length);
        one.close();
        assertTrue(other.waitForService(30_000) != null);
        other.close();
        there.awaitNone(IMPORTED);
    }

    private static ConfiguredImport.Settings settings(
            String type, String name, String path, String dbusInterface, long timeout) {
        return (ConfiguredImport.Settings) java.lang.reflect.Proxy.newProxyInstance(
                ImportTest.class.getClassLoader(),
                new Class<?>[] {ConfiguredImport.Settings.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "interfaces" -> new String[] {type};
                    case "name" -> name;
                    case "path" -> path;
                    case "dbus_interface" -> dbusInterface;
                    case "timeout" -> timeout;
                    default -> throw new AssertionError(method);
                });
    }

    @Test
    void an_operator_may_ask_too() throws Exception {
        here.export(
                Media.class,
                player,
                "headway.dbus.name",
                "org.example.Media",
                "headway.dbus.path",
                "/media",
                "headway.dbus.interface",
                "org.example.Player");
        ConfiguredImport configured = new ConfiguredImport(
                there.context(),
                there.bus(),
                settings(MEDIA, "org.example.Media", "/media", "org.example.Player", 25_000));
        String filter = "(&(objectClass=" + MEDIA + ")(service.imported.configs=headway.dbus))";
        ServiceTracker<Object, Object> tracker = there.tracker(filter);
        assertEquals("Song", ((Media) tracker.waitForService(30_000)).getTitle());
        configured.close();
        there.awaitNone(filter);
        assertThrows(
                IllegalArgumentException.class,
                () -> new ConfiguredImport(there.context(), there.bus(), settings(MEDIA, ":1.5", "", "", 25_000)));
    }

    // ---------------------------------------------------------------- what a service says of itself

    private static final Map<String, Object> SAID = Map.of(
            "zone",
            "rear",
            "seats",
            3,
            "since",
            5_000_000_000L,
            "gain",
            0.5,
            "on",
            true,
            "tags",
            new String[] {"a", "b"},
            "counts",
            new int[] {1, 2},
            "bytes",
            new byte[] {1, -1},
            "list",
            List.of("x", 7L),
            "service.ranking",
            9);

    private ServiceRegistration<Media> exportSaying(Map<String, ?> said) {
        List<Object> properties = new ArrayList<>();
        said.forEach((name, value) -> properties.addAll(List.of(name, value)));
        return here.export(Media.class, player, properties.toArray());
    }

    @Test
    void an_imported_service_has_the_properties_of_the_exported_one() throws Exception {
        exportSaying(SAID);
        there.await(Media.class, IMPORTED);
        ServiceReference<?> reference = there.references(IMPORTED)[0];
        SAID.forEach((name, value) -> assertTrue(Objects.deepEquals(value, reference.getProperty(name)), name));
        assertEquals(true, reference.getProperty("service.imported"));
        assertEquals(1, there.references("(&" + IMPORTED + "(zone=rear)(tags=b)(counts=2)(list=x)(seats>=3))").length);
    }

    @Test
    void what_is_private_or_about_the_exporting_framework_stays_there() throws Exception {
        exportSaying(Map.of(
                ".password", "secret", "thread", new Thread(), "headway.dbus.emits", "true", "endpoint.id", "x"));
        there.await(Media.class, IMPORTED);
        ServiceReference<?> reference = there.references(IMPORTED)[0];
        List<String> names = List.of(reference.getPropertyKeys());
        assertFalse(names.stream()
                .anyMatch(name ->
                        Set.of(".password", "thread", "headway.dbus.emits").contains(name)
                                || name.startsWith("service.exported")));
        assertEquals(MEDIA + "/headway/remote/impl/Media", reference.getProperty("endpoint.id"));
    }

    @Test
    void properties_that_change_change_at_the_imported_service_which_stays() throws Exception {
        ServiceRegistration<Media> registration = exportSaying(Map.of("zone", "rear", "seats", 3));
        Media media = there.await(Media.class, IMPORTED);
        registration.setProperties(OneProcess.properties(
                "service.exported.interfaces", "*", "service.exported.configs", "headway.dbus", "zone", "front"));
        String changed = "(&" + IMPORTED + "(zone=front)(!(seats=*)))";
        assertSame(media, there.await(Media.class, changed));
        registration.setProperties(
                OneProcess.properties("service.exported.interfaces", "*", "service.exported.configs", "headway.dbus"));
        there.awaitNone(changed);
        assertSame(media, there.await(Media.class, IMPORTED));
    }

    @Test
    void an_object_that_comes_after_its_name_has_its_properties_too() throws Exception {
        here.bus().requestName(MEDIA, Set.of()).join();
        there.await(Media.class, IMPORTED);
        exportSaying(Map.of("zone", "rear"));
        assertEquals(
                "Song",
                there.await(Media.class, "(&" + IMPORTED + "(zone=rear))").getTitle());
    }

    @Test
    void a_new_owner_says_what_its_service_is_like() throws Exception {
        exportSaying(Map.of("zone", "rear"));
        there.await(Media.class, IMPORTED);
        try (OneProcess other = new OneProcess(net, directory.resolve("other"))) {
            other.export(Media.class, new Player(), "zone", "front");
            here.bus().die();
            there.await(Media.class, "(&" + IMPORTED + "(zone=front))");
            there.awaitNone("(&" + IMPORTED + "(zone=rear))");
        }
    }

    /** What another program says must not make an import an export, nor keep the service away. */
    @Test
    void properties_that_make_no_sense_are_left_out() throws Exception {
        Map<String, Variant> said = new LinkedHashMap<>();
        said.put("service.exported.interfaces", Variant.of("*"));
        said.put("Service.Imported", Variant.of("no"));
        said.put("objectClass", Variant.of(1));
        said.put("zone", Variant.of("rear"));
        said.put("ZONE", Variant.of("front"));
        said.put("", Variant.of("empty"));
        said.put("deep", Variant.of("aas", List.of(List.of("a"))));
        here.bus()
                .export(
                        "/headway/remote/impl/Media",
                        ServiceProperties.INTERFACE,
                        Execution.DIRECT,
                        call -> call.reply("a{sv}", said));
        here.bus().requestName(MEDIA, Set.of()).join();
        there.await(Media.class, IMPORTED);
        ServiceReference<?> reference = there.references(IMPORTED)[0];
        assertNull(reference.getProperty("service.exported.interfaces"));
        assertEquals(true, reference.getProperty("service.imported"));
        assertEquals(List.of(List.of("a")), reference.getProperty("deep"));
        assertTrue(List.of("rear", "front").contains(reference.getProperty("zone")));
    }

    @Test
    void an_object_that_says_nonsense_instead_of_properties_is_a_service_all_the_same() throws Exception {
        here.bus()
                .export(
                        "/headway/remote/impl/Media",
                        ServiceProperties.INTERFACE,
                        Execution.DIRECT,
                        call -> call.reply("s", "nonsense"));
        here.bus().requestName(MEDIA, Set.of()).join();
        assertTrue(there.await(Media.class, IMPORTED) != null);
    }

    @Test
    void an_import_that_nobody_asks_for_any_more_hears_nothing_any_more() throws Exception {
        media();
        assertEquals(1, there.bus().subscriptions());
        there.stop();
        assertEquals(0, there.bus().subscriptions());
    }

    // ---------------------------------------------------------------- objects of other programs

    /** An object as a program in another language has it: properties are properties only. */
    @DBusName("org.example.Foreign1")
    interface Foreign {
        String getAlias();

        void setAlias(String alias);

        @DBusType("u")
        int getAppearance();

        List<String> getUUIDs();

        @DBusName("Pair")
        Answer pair(@DBusType("q") int pin);

        void broken();
    }

    /** Several values that a method answers. */
    record Answer(String name, int number) {}

    @Test
    void an_object_of_another_program_has_properties_where_java_has_getters() throws Exception {
        List<String> asked = new ArrayList<>();
        here.bus().export("/foreign", "org.example.Foreign1", Execution.DIRECT, call -> {
            asked.add(call.message().member());
            switch (call.message().member() + "(" + call.message().signature() + ")") {
                case "Pair(q)" -> call.reply("su", "x", call.message().body().get(0));
                case "Broken()" -> call.reply("i", 1);
                default -> throw new CallException(CallException.UNKNOWN_METHOD, "no such method");
            }
        });
        String[] alias = {"Phone"};
        here.bus().export("/foreign", ExportedObject.PROPERTIES, Execution.DIRECT, call -> {
            List<Object> body = call.message().body();
            asked.add(call.message().member() + " " + body.get(1));
            if (call.message().member().equals("Set")) {
                alias[0] = (String) ((Variant) body.get(2)).value();
                call.reply("");
                return;
            }
            switch ((String) body.get(1)) {
                case "Alias" -> call.reply("v", Variant.of(alias[0]));
                case "Appearance" -> call.reply("v", Variant.of("u", 961L));
                default -> throw new CallException(ErrorNames.UNKNOWN_PROPERTY, "no such property");
            }
        });
        here.bus().requestName("org.example.Foreign", Set.of()).join();
        Foreign foreign = there.await(
                Foreign.class,
                "(&(objectClass=" + Foreign.class.getName()
                        + ")(headway.dbus.name=org.example.Foreign)(headway.dbus.path=/foreign))");
        assertEquals("Phone", foreign.getAlias());
        assertEquals("Phone", foreign.getAlias());
        // What it does not have is asked for once.
        assertEquals(List.of("GetAlias", "Get Alias", "Get Alias"), asked);
        foreign.setAlias("Car");
        assertEquals("Car", foreign.getAlias());
        assertEquals(961, foreign.getAppearance());
        assertEquals(new Answer("x", 7), foreign.pair(7));
        foreign.broken();
        assertEquals(
                ErrorNames.UNKNOWN_PROPERTY,
                assertThrows(ErrorReplyException.class, foreign::getUUIDs).errorName());
    }

    @Test
    void an_answer_that_does_not_fit_is_a_service_exception() throws Exception {
        here.bus().export("/headway/remote/impl/Media", MEDIA, Execution.DIRECT, call -> call.reply("(i)", List.of(1)));
        here.bus().requestName(MEDIA, Set.of()).join();
        Media media = there.await(Media.class, IMPORTED);
        assertEquals(
                ServiceException.REMOTE,
                assertThrows(ServiceException.class, media::getStatus).getType());
        assertEquals(
                ServiceException.REMOTE,
                assertThrows(ServiceException.class, media::tracks).getType());
        ExecutionException later = assertThrows(
                ExecutionException.class,
                () -> media.lyrics("x").toCompletableFuture().get());
        assertInstanceOf(ServiceException.class, later.getCause());
    }

    @Test
    void within_one_process_values_are_handed_over() throws Exception {
        here.export(Media.class, player);
        Media media = here.await(Media.class, IMPORTED);
        assertSame(player.title, media.getTitle());
        assertEquals(Player.SONG, media.track(3));
        assertEquals(Map.of("a", List.of(1)), media.echo(Map.of("a", List.of(1))));
    }
}

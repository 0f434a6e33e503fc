package headway.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.bus.Bus;
import headway.bus.CallException;
import headway.bus.Delivery;
import headway.bus.Gap;
import headway.bus.Outcome;
import headway.dbus.Variant;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToIntBiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MainTest {

    private final FakeBus bus = new FakeBus();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream standardOut = System.out;
    private Supplier<Bus> way = () -> bus;

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void release() {
        System.setOut(standardOut);
    }

    private int headway(String... arguments) throws InterruptedException {
        Map<String, ToIntBiFunction<List<String>, Supplier<Bus>>> all =
                Map.of("publish", new PublishCommand(), "subscribe", new SubscribeCommand(), "call", new CallCommand());
        Commands commands = new Commands(null) {
            @Override
            ToIntBiFunction<List<String>, Supplier<Bus>> find(String name) {
                return all.get(name);
            }

            @Override
            Map<String, String> summaries() {
                return Map.of("publish", "publish one message");
            }
        };
        return new Main(
                        commands,
                        List.of(arguments),
                        System.out,
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        way)
                .call();
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void json_may_stand_before_the_command_as_the_settings_do() throws Exception {
        assertEquals(2, headway("--json", "publish", "--nonsense"));
        assertTrue(err().startsWith("{") && err().contains("\"command\":\"publish\""), err());
    }

    @Test
    void help_lists_commands_settings_and_exit_codes() throws Exception {
        assertEquals(0, headway("--help"));

        assertTrue(out().contains("publish    publish one message"), out());
        assertTrue(out().contains("--runtime-dir"), out());
        assertTrue(out().contains("Exit codes: 0 done"), out());
    }

    @Test
    void no_command_at_all_is_a_mistake_that_shows_the_help() throws Exception {
        assertEquals(2, headway());

        assertTrue(err().contains("Usage: headway COMMAND"), err());
    }

    @Test
    void an_unknown_command_is_named() throws Exception {
        assertEquals(2, headway("dance"));

        assertEquals("headway: There is no command 'dance'; 'headway --help' lists them\n", err());
    }

    @Test
    void an_error_is_JSON_for_those_who_asked_for_JSON() throws Exception {
        assertEquals(2, headway("publish", "--json"));

        assertEquals(
                Map.of(
                        "error",
                        "It takes a topic and a JSON object, and got 0 arguments; --help tells more",
                        "command",
                        "publish",
                        "exit",
                        2L),
                Json.parse(err()));
    }

    @Test
    void an_unknown_flag_is_named() throws Exception {
        assertEquals(2, headway("publish", "--colour", "T", "{}"));

        assertTrue(err().contains("colour"), err());
    }

    @Test
    void a_flag_with_the_wrong_kind_of_value_is_named() throws Exception {
        assertEquals(2, headway("subscribe", "--count", "many", "T"));

        assertTrue(err().contains("count") && err().contains("many"), err());
    }

    @Test
    void every_command_has_help_and_needs_no_bus_for_it() throws Exception {
        way = () -> {
            throw new AssertionError("help joined the bus");
        };

        for (String command : List.of("publish", "subscribe", "call")) {
            assertEquals(0, headway(command, "--help"));
            assertTrue(out().contains("Usage: headway " + command), out());
        }
    }

    @Test
    void a_bus_that_cannot_be_joined_has_an_exit_code_of_its_own() throws Exception {
        way = () -> {
            throw new CommandException(Exit.NO_BUS, "no transport works");
        };

        assertEquals(3, headway("publish", "T", "{}"));
        assertEquals("headway publish: no transport works\n", err());
    }

    @Test
    void publish_sends_the_object_and_says_so() throws Exception {
        assertEquals(0, headway("publish", "Vehicle/Speed", "{\"v\": 87.5}"));

        assertEquals("sent\n", out());
        assertEquals(List.of(List.of("Vehicle/Speed", "a{sv}", Map.of("v", Variant.of("d", 87.5)))), bus.published);
    }

    @Test
    void publish_says_when_nobody_wants_it() throws Exception {
        bus.wanted = false;
        bus.outcome = Outcome.UNWANTED;

        assertEquals(0, headway("publish", "--wait", "0", "--json", "T", "{}"));
        assertEquals("{\"outcome\":\"UNWANTED\"}\n", out());
    }

    @Test
    void publish_fails_if_it_could_not_be_sent() throws Exception {
        bus.outcome = Outcome.CLOSED;

        assertEquals(1, headway("publish", "T", "{}"));
    }

    @Test
    void publish_refuses_what_is_not_JSON_before_it_joins_the_bus() throws Exception {
        way = () -> {
            throw new AssertionError("joined the bus for nothing");
        };

        assertEquals(2, headway("publish", "T", "{\"v\": }"));
        assertTrue(err().startsWith("headway publish: This is not JSON at line 1 column"), err());
    }

    @Test
    void call_prints_the_values_of_the_answer() throws Exception {
        bus.names.put("org.example.Media", ":a.1");
        bus.answer = (member, body) -> FakeBus.message("sai", List.of(member + body, List.of(1, 2)));

        assertEquals(0, headway("call", "org.example.Media", "/p", "org.example.Player", "Seek", "xs", "-5000", "now"));
        assertEquals("Seek[-5000, now]\n[1,2]\n", out());
    }

    @Test
    void call_fails_with_the_name_of_the_error() throws Exception {
        bus.answer = (member, body) -> new CallException(CallException.UNKNOWN_METHOD, "no such thing");

        assertEquals(1, headway("call", ":a.1", "/p", "a.b", "M"));
        assertTrue(err().contains("org.freedesktop.DBus.Error.UnknownMethod: no such thing"), err());
    }

    @Test
    void call_refuses_arguments_that_do_not_fit_their_signature() throws Exception {
        assertEquals(2, headway("call", ":a.1", "/p", "a.b", "M", "i", "x"));
        assertEquals("headway call: 'x' is not a number, which type 'i' needs\n", err());
    }

    @Test
    void subscribe_prints_a_line_for_each_message_until_it_has_enough() throws Exception {
        bus.onSubscribe = subscriber -> {
            subscriber.onMessage(FakeBus.message("d", List.of(12.5)));
            subscriber.onGap(new Gap("Vehicle/Speed", ":other.7", 13, 15, 3, Gap.Cause.SLOW_SUBSCRIBER));
            subscriber.onGap(new Gap("Vehicle/*", ":other.7", 16, 0, 0, Gap.Cause.GIVEN_UP));
            subscriber.onMessage(FakeBus.message("ds", List.of(13.5, "km/h")));
            subscriber.onMessage(FakeBus.message("d", List.of(99.0)));
        };

        assertEquals(0, headway("subscribe", "--count", "2", "Vehicle/*"));
        List<String> lines = out().lines().toList();
        assertEquals(4, lines.size());
        assertTrue(lines.get(0).matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3}  :other.7  Vehicle/Speed  12.5"), lines.get(0));
        assertEquals("--- gap: 3 of Vehicle/Speed from :other.7 lost, 13 to 15 (SLOW_SUBSCRIBER)", lines.get(1));
        assertEquals(
                "--- gap: an unknown number of Vehicle/* from :other.7 may be lost, from 16 on (GIVEN_UP)",
                lines.get(2));
        assertTrue(lines.get(3).endsWith("[13.5,\"km/h\"]"), lines.get(3));
        assertEquals(Delivery.Mode.QUEUE, bus.deliveries.get(0).mode());
    }

    @Test
    void subscribe_prints_JSON_lines() throws Exception {
        bus.onSubscribe = subscriber -> subscriber.onMessage(FakeBus.message("d", List.of(12.5)));

        assertEquals(0, headway("subscribe", "--count", "1", "--json", "Vehicle/*"));
        Map<?, ?> line = (Map<?, ?>) Json.parse(out());
        assertEquals("Vehicle/Speed", line.get("topic"));
        assertEquals(List.of(12.5), line.get("body"));
        assertEquals(12L, line.get("sequence"));
    }

    @Test
    void subscribe_fails_if_too_few_came_in_time() throws Exception {
        assertEquals(1, headway("subscribe", "--count", "1", "--seconds", "0", "T"));
        assertEquals(0, headway("subscribe", "--seconds", "0", "T"));
    }

    @Test
    void subscribe_names_a_pattern_that_is_none() throws Exception {
        assertEquals(2, headway("subscribe", "a//b"));
        assertTrue(err().contains("a//b"), err());
        assertFalse(err().contains("Exception"), err());
    }
}

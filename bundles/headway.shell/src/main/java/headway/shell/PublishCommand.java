package headway.shell;

import headway.bus.Bus;
import headway.bus.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToIntBiFunction;
import joptsimple.OptionSet;
import joptsimple.OptionSpec;
import org.osgi.service.component.annotations.Component;

/** {@code headway publish}: one message to one topic. */
@Component(
        service = ToIntBiFunction.class,
        property = {"headway.command=publish", "headway.summary=publish one message to a topic"})
public final class PublishCommand implements ToIntBiFunction<List<String>, Supplier<Bus>> {

    @Override
    public int applyAsInt(List<String> arguments, Supplier<Bus> way) {
        Usage usage = new Usage("publish TOPIC JSON", """
                Publishes one JSON object as an event with D-Bus signature a{sv}: whole numbers as x, others as d, text as s,
                true and false as b, arrays as arrays, objects as a{sv}.

                  headway publish Vehicle/Cabin/Door/Row1/Left '{"isOpen": true}'

                It says sent, or unwanted if nobody on the bus wants the topic; exit code 1 if it could not be sent.""");
        OptionSpec<Double> wait = usage.flags
                .accepts("wait", "how long to wait for somebody who wants the topic")
                .withRequiredArg()
                .describedAs("SECONDS")
                .ofType(Double.class)
                .defaultsTo(0.5);
        OptionSet options = usage.parse(arguments, System.out);
        if (options == null) {
            return Exit.OK;
        }
        List<String> plain = Usage.plain(options, 2, 2, "a topic and a JSON object");
        Duration patience = Patience.seconds("--wait", options.valueOf(wait));
        // Said before the bus is joined: a mistake of the caller's costs nobody else anything.
        Values.dictionary(Json.parse(plain.get(1)));
        Operations operations = new Operations(way.get(), null);
        Outcome outcome;
        try {
            Patience.until(() -> operations.wanted(plain.get(0)), patience);
            outcome = operations.publish(plain.get(0), plain.get(1));
        } catch (InterruptedException told) {
            throw new CommandException(Exit.FAILED, "interrupted before it was sent");
        }
        System.out.println(
                options.has("json")
                        ? Json.write(Map.of("outcome", outcome.name()))
                        : outcome.name().toLowerCase(Locale.ROOT));
        return outcome == Outcome.SENT || outcome == Outcome.UNWANTED ? Exit.OK : Exit.FAILED;
    }
}

package headway.shell;

import headway.bus.Bus;
import headway.bus.CallException;
import headway.bus.Message;
import headway.bus.Target;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToIntBiFunction;
import joptsimple.OptionSet;
import joptsimple.OptionSpec;
import org.osgi.service.component.annotations.Component;

/** {@code headway call}: one method call and its answer. */
@Component(
        service = ToIntBiFunction.class,
        property = {"headway.command=call", "headway.summary=call a method of an object and print the answer"})
public final class CallCommand implements ToIntBiFunction<List<String>, Supplier<Bus>> {

    /** How long a node that has just joined may take to hear of a name. */
    private static final Duration NAME_PATIENCE = Duration.ofSeconds(1);

    @Override
    public int applyAsInt(List<String> arguments, Supplier<Bus> way) {
        Usage usage = new Usage("call [FLAGS] NAME PATH INTERFACE MEMBER [SIGNATURE VALUE...]", """
                Calls a method and prints the values of the answer, one a line. Arguments are written as for busctl: a
                signature, then its values; an array is its length and its elements, a dictionary its length and then keys and
                values, a variant its signature and its value. Flags come before NAME.

                  headway call :1.7 /org/headway/Node org.headway.Node Status
                  headway call org.example.Media /player org.example.Player Seek xs -5000 now

                Exit code 1 if the answer is an error, which is then printed.""");
        usage.flags.posixlyCorrect(true);
        OptionSpec<Double> timeout = usage.flags
                .accepts("timeout", "how long to wait for the answer")
                .withRequiredArg()
                .describedAs("SECONDS")
                .ofType(Double.class)
                .defaultsTo((double) Bus.DEFAULT_DEADLINE.toSeconds());
        OptionSet options = usage.parse(arguments, System.out);
        if (options == null) {
            return Exit.OK;
        }
        List<String> plain = Usage.plain(options, 4, Integer.MAX_VALUE, "at least NAME PATH INTERFACE MEMBER");
        Target target = new Target(plain.get(0), plain.get(1), plain.get(2));
        Duration deadline = Patience.seconds("--timeout", options.valueOf(timeout));
        String signature = plain.size() > 4 ? plain.get(4) : "";
        List<String> words = plain.size() > 4 ? plain.subList(5, plain.size()) : List.of();
        Values.fromWords(signature, words);

        Bus bus = way.get();
        try {
            if (!target.destination().startsWith(":")) {
                Patience.until(() -> bus.names().containsKey(target.destination()), NAME_PATIENCE);
            }
            Message answer = new Operations(bus, null).call(target, deadline, plain.get(3), signature, words);
            print(answer, options.has("json"));
            return Exit.OK;
        } catch (CallException error) {
            throw new CommandException(Exit.FAILED, error.getMessage());
        } catch (InterruptedException told) {
            throw new CommandException(Exit.FAILED, "interrupted before the answer came");
        }
    }

    private static void print(Message answer, boolean json) {
        List<Object> body = Values.plain(answer);
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("sender", answer.sender().uniqueName());
            line.put("signature", answer.signature());
            line.put("body", body);
            System.out.println(Json.write(line));
        } else {
            body.forEach(value -> System.out.println(value instanceof String text ? text : Json.write(value)));
        }
    }
}

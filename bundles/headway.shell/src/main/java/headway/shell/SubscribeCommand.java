package headway.shell;

import headway.bus.Bus;
import headway.bus.Delivery;
import headway.bus.Gap;
import headway.bus.Message;
import headway.bus.Subscriber;
import headway.bus.Subscription;
import java.io.PrintStream;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToIntBiFunction;
import joptsimple.OptionSet;
import joptsimple.OptionSpec;
import org.osgi.service.component.annotations.Component;

/** {@code headway subscribe}: prints what is published, a line for each message. */
@Component(
        service = ToIntBiFunction.class,
        property = {"headway.command=subscribe", "headway.summary=print what is published to topics"})
public final class SubscribeCommand implements ToIntBiFunction<List<String>, Supplier<Bus>> {

    @Override
    public int applyAsInt(List<String> arguments, Supplier<Bus> way) {
        Usage usage = new Usage("subscribe TOPIC...", """
                Prints one line for each message: when it came, from whom, its topic and its body as JSON, until interrupted.
                A topic may end in * (everything below) and have + for any one part. Messages that came faster than they could
                be printed are told as a gap, in their place.

                  headway subscribe 'Vehicle/*'
                  headway subscribe --count 10 --json Vehicle/Speed

                Exit code 1 if --seconds were over before --count messages came.""");
        OptionSpec<Long> count = usage.flags
                .accepts("count", "end after this many messages")
                .withRequiredArg()
                .describedAs("N")
                .ofType(Long.class);
        OptionSpec<Double> seconds = usage.flags
                .accepts("seconds", "end after this time")
                .withRequiredArg()
                .describedAs("SECONDS")
                .ofType(Double.class);
        OptionSet options = usage.parse(arguments, System.out);
        if (options == null) {
            return Exit.OK;
        }
        List<String> patterns = Usage.plain(options, 1, Integer.MAX_VALUE, "one topic or more");
        long wanted = options.has(count) ? options.valueOf(count) : Long.MAX_VALUE;
        if (wanted < 1) {
            throw new IllegalArgumentException("--count is 1 or more, not " + wanted);
        }
        Duration time = options.has(seconds) ? Patience.seconds("--seconds", options.valueOf(seconds)) : null;

        Bus bus = way.get();
        Printer printer = new Printer(System.out, options.has("json"), wanted);
        List<Subscription> subscriptions = new ArrayList<>();
        try {
            for (String pattern : patterns) {
                subscriptions.add(bus.subscribe(pattern, Delivery.queue(Delivery.DEFAULT_CAPACITY), printer));
            }
            printer.await(time);
        } catch (InterruptedException told) {
            // Being interrupted is how it normally ends.
            return Exit.OK;
        } finally {
            subscriptions.forEach(Subscription::close);
        }
        return options.has(count) && !printer.complete() ? Exit.FAILED : Exit.OK;
    }

    /** Writes lines until it has written enough, or nobody reads them any more. */
    static final class Printer implements Subscriber {
        private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

        private final PrintStream out;
        private final boolean json;
        private final CountDownLatch ended = new CountDownLatch(1);
        private long left;

        Printer(PrintStream out, boolean json, long left) {
            this.out = out;
            this.json = json;
            this.left = left;
        }

        void await(Duration time) throws InterruptedException {
            if (time == null) {
                ended.await();
            } else {
                boolean ignored = ended.await(time.toNanos(), TimeUnit.NANOSECONDS);
            }
        }

        synchronized boolean complete() {
            return left == 0;
        }

        // Two patterns are two subscriptions, each with a thread of its own.
        @Override
        public synchronized void onMessage(Message message) {
            if (left == 0) {
                return;
            }
            Object body = message.handedOver() == null ? Values.plain(message) : message.handedOver();
            String now = LocalTime.now(ZoneId.systemDefault()).format(TIME);
            if (json) {
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("time", now);
                line.put("sender", message.sender().uniqueName());
                line.put("topic", message.topic());
                line.put("sequence", message.sequence());
                line.put("signature", message.signature());
                line.put("body", body);
                print(Json.write(line));
            } else {
                // A body of one value is that value; brackets around it would only be in the way.
                Object shown = body instanceof List<?> values && values.size() == 1 ? values.get(0) : body;
                print(now + "  " + message.sender().uniqueName() + "  " + message.topic() + "  " + Json.write(shown));
            }
            left--;
            if (left == 0) {
                ended.countDown();
            }
        }

        @Override
        public synchronized void onGap(Gap gap) {
            if (json) {
                print(Json.write(Map.of("gap", gap)));
                return;
            }
            String what = gap.cause() == Gap.Cause.GIVEN_UP ? " may be lost, from " : " lost, ";
            String range = gap.to() > 0 ? gap.from() + " to " + gap.to() : gap.from() + " on";
            print("--- gap: " + gap.howMany() + " of " + gap.topic() + " from "
                    + (gap.sender().isEmpty() ? "several senders" : gap.sender()) + what + range + " ("
                    + gap.cause() + ")");
        }

        private void print(String line) {
            out.println(line);
            if (out.checkError()) {
                // Whoever read us, as in `| head`, has gone.
                ended.countDown();
            }
        }
    }
}

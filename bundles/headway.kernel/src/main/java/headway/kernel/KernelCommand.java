package headway.kernel;

import headway.bus.BodyWriter;
import headway.bus.Bus;
import headway.bus.Marshaller;
import headway.bus.Publication;
import headway.kernel.KernelEvent.Module;
import headway.kernel.KernelEvent.NetAddress;
import headway.kernel.KernelEvent.NetLink;
import headway.kernel.KernelEvent.Overrun;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.function.ToIntBiFunction;
import java.util.stream.Stream;
import joptsimple.OptionException;
import joptsimple.OptionParser;
import org.osgi.service.component.annotations.Component;

/** {@code headway kernel}: tells the bus what the kernel tells, until it is stopped. */
@Component(
        service = ToIntBiFunction.class,
        property = {"headway.command=kernel", "headway.summary=publish what the kernel tells of interfaces and modules"
        })
public final class KernelCommand implements ToIntBiFunction<List<String>, Supplier<Bus>> {

    private static final String HELP = """
            Usage: headway kernel

            Publishes, until it is interrupted, what the kernel tells over netlink; first everything there is:
              kernel/net/link      an interface came, changed or went: name, index, up, running, present
              kernel/net/address   an address came or went: address, prefix, index, present
              kernel/module        a module was loaded or unloaded: name, present
              kernel/overrun       the kernel said more than could be taken: source, healed

              headway kernel & headway subscribe 'kernel/*'

            Exit code 1 if the kernel cannot be listened to.""";

    /** A record's fields as {@code a{sv}}. */
    static final Marshaller<KernelEvent> FIELDS = new Marshaller<>() {
        @Override
        public String signature() {
            return "a{sv}";
        }

        @Override
        public void marshal(KernelEvent event, BodyWriter out) {
            out.beginArray("{sv}");
            event.fields().forEach((name, value) -> {
                out.beginDictEntry().putString(name);
                if (value instanceof Boolean truth) {
                    out.beginVariant("b").putBoolean(truth);
                } else if (value instanceof Integer number) {
                    out.beginVariant("i").putInt32(number);
                } else {
                    out.beginVariant("s").putString((String) value);
                }
                out.endVariant().endDictEntry();
            });
            out.endArray();
        }
    };

    @Override
    public int applyAsInt(List<String> arguments, Supplier<Bus> way) {
        OptionParser parser = new OptionParser();
        parser.accepts("json");
        parser.accepts("help");
        try {
            var options = parser.parse(arguments.toArray(String[]::new));
            if (options.has("help")) {
                System.out.println(HELP);
                return 0;
            }
            if (!options.nonOptionArguments().isEmpty()) {
                throw new IllegalArgumentException("kernel takes no arguments");
            }
        } catch (OptionException unknown) {
            throw new IllegalArgumentException(unknown.getMessage(), unknown);
        }
        Map<String, Publication<KernelEvent>> topics = topics(way.get());
        try (RouteSource route = new RouteSource(event -> publish(topics, event));
                UeventSource modules = new UeventSource(event -> publish(topics, event))) {
            route.start();
            modules.start();
            new CountDownLatch(1).await();
        } catch (InterruptedException told) {
            // Being interrupted is how it normally ends.
        } catch (IOException e) {
            System.err.println("headway: the kernel cannot be listened to: " + e.getMessage());
            return 1;
        }
        return 0;
    }

    private static Map<String, Publication<KernelEvent>> topics(Bus bus) {
        Map<String, Publication<KernelEvent>> topics = new LinkedHashMap<>();
        Stream.of(NetLink.TOPIC, NetAddress.TOPIC, Module.TOPIC, Overrun.TOPIC)
                .forEach(topic -> topics.put(topic, bus.publication(topic, FIELDS)));
        return topics;
    }

    /** A publication is used by one thread at a time, and both sources have overruns. */
    private static void publish(Map<String, Publication<KernelEvent>> topics, KernelEvent event) {
        synchronized (topics) {
            topics.get(event.topic()).send(event);
        }
    }
}

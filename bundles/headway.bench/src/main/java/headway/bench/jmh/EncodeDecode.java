package headway.bench.jmh;

import headway.dbus.BodyReader;
import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import headway.dbus.MessageTemplate;
import headway.dbus.MessageWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** The D-Bus format alone: a signal with a string, a number and 64 bytes, written and read in the ways there are. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "-XX:+UseSerialGC")
public class EncodeDecode {

    private static final String PATH = "/vehicle/cabin";
    private static final String INTERFACE = "org.headway.bench.Cabin";
    private static final String MEMBER = "Changed";
    private static final String SIGNATURE = "sxay";

    private final byte[] bytes = new byte[64];
    private final MessageWriter writer = new MessageWriter();
    private final MessageTemplate template =
            MessageBuilder.signal(PATH, INTERFACE, MEMBER).signature(SIGNATURE).template();
    private final byte[] encoded = MessageBuilder.signal(PATH, INTERFACE, MEMBER)
            .serial(1)
            .body(SIGNATURE, "temperature", 21L, bytes)
            .build()
            .bytes();

    /** With a prepared header into an array that is reused. */
    @Benchmark
    public int encodeWithTemplate() {
        template.begin(writer.reset(), 1);
        writer.expect(template.signature());
        writer.putString("temperature").putInt64(21).putBytes(bytes, 0, bytes.length);
        return template.end(writer);
    }

    /** From nothing. */
    @Benchmark
    public Message encodeWithBuilder() {
        return MessageBuilder.signal(PATH, INTERFACE, MEMBER)
                .serial(1)
                .body(SIGNATURE, "temperature", 21L, bytes)
                .build();
    }

    /** The header only. */
    @Benchmark
    public Message parse() {
        return Message.parse(encoded, 0, encoded.length);
    }

    /** The header, and the body as objects. */
    @Benchmark
    public List<Object> parseAndDecode() {
        return Message.parse(encoded, 0, encoded.length).body();
    }

    /** The header, and the body value after value. */
    @Benchmark
    public void parseAndRead(Blackhole hole) {
        BodyReader body = Message.parse(encoded, 0, encoded.length).reader();
        hole.consume(body.getString());
        hole.consume(body.getInt64());
        hole.consume(body.getBytes());
    }
}

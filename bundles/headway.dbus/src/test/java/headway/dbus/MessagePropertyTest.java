package headway.dbus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import headway.dbus.Values.Body;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class MessagePropertyTest {
    private static final String SEED = "20261122";

    @Property(tries = 500, seed = SEED)
    void any_body_comes_back_as_it_was_in_both_byte_orders(@ForAll("bodies") Body body) {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            Message message = body.message(order).validate();
            assertEquals(body.signature(), message.signature());
            assertEquals(Values.plain(body.values()), Values.plain(message.body()));
            BodyReader reader = message.reader();
            for (Object value : body.values()) {
                assertEquals(Values.plain(value), Values.plain(reader.get()));
            }
            reader.finish();
            BodyReader skipping = message.reader();
            while (skipping.hasNext()) {
                skipping.skip();
            }
            skipping.finish();
        }
    }

    @Property(tries = 300, seed = SEED)
    void both_byte_orders_say_the_same(@ForAll("bodies") Body body) {
        Message big = body.message(ByteOrder.BIG_ENDIAN);
        Message little = MessageBuilder.signal("/org/example", "org.example.Any", "Thing")
                .sender(":1.5")
                .body(big.signature(), big.body().toArray())
                .build();
        assertArrayEquals(body.message(ByteOrder.LITTLE_ENDIAN).bytes(), little.bytes());
        assertEquals(big.length(), little.length());
    }

    @Property(tries = 300, seed = SEED)
    void a_checking_writer_takes_what_fits_and_writes_the_same(@ForAll("bodies") Body body) {
        Object[] values = body.values().toArray();
        MessageWriter checked = new MessageWriter().expect(body.signature()).put(body.signature(), values);
        checked.finish();
        assertArrayEquals(new MessageWriter().put(body.signature(), values).toByteArray(), checked.toByteArray());
        byte[] array = checked.toByteArray();
        if (array.length > 0) {
            MessageWriter tight = new MessageWriter().reset(new byte[array.length], 0, array.length - 1);
            assertThrows(BufferFullException.class, () -> tight.put(body.signature(), values));
        }
    }

    @Property(tries = 1000, seed = SEED, shrinking = ShrinkingMode.BOUNDED)
    void flipped_bytes_give_a_message_or_the_one_exception(
            @ForAll("bodies") Body body,
            @ForAll boolean big,
            @ForAll @Size(min = 1, max = 4) int[] at,
            @ForAll byte flip) {
        byte[] bytes = body.message(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN)
                .bytes();
        for (int each : at) {
            bytes[Math.floorMod(each, bytes.length)] = flip;
        }
        HostileBytes.check(bytes);
    }

    @Property(tries = 500, seed = SEED)
    void what_is_cut_off_is_refused(@ForAll("bodies") Body body, @ForAll @IntRange(max = 10_000) int cut) {
        byte[] bytes = body.message(ByteOrder.LITTLE_ENDIAN).bytes();
        byte[] shorter = Arrays.copyOf(bytes, cut % bytes.length);
        assertThrows(InvalidMessageException.class, () -> Message.parse(shorter));
        HostileBytes.check(shorter);
    }

    @Property(tries = 500, seed = SEED)
    void random_bytes_behind_an_honest_length_give_a_message_or_the_one_exception(
            @ForAll @Size(min = 16, max = 200) byte[] bytes, @ForAll @IntRange(max = 64) int fields) {
        bytes[0] = 'l';
        bytes[1] = 5;
        bytes[3] = 1;
        int header = Math.min(fields, bytes.length - 16);
        Wire.putInt(bytes, 12, header, false);
        Wire.putInt(bytes, 4, Math.max(0, bytes.length - ((16 + header + 7) & ~7)), false);
        HostileBytes.check(bytes);
    }

    @Property(tries = 1000, seed = SEED)
    void any_bytes_are_text_exactly_if_the_jdk_says_so(@ForAll("textBytes") byte[] bytes) {
        boolean valid;
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            valid = true;
        } catch (CharacterCodingException e) {
            valid = false;
        }
        assertEquals(valid, Utf8.firstInvalid(bytes, 0, bytes.length) < 0);
    }

    @Property(tries = 1000, seed = SEED)
    void any_text_is_written_as_the_jdk_writes_it(@ForAll("texts") String text) {
        byte[] theirs = Utf8.bytes(text);
        assertEquals(theirs.length, Utf8.length(text));
        byte[] ours = new MessageWriter().putString(text).toByteArray();
        assertArrayEquals(theirs, Arrays.copyOfRange(ours, 4, ours.length - 1));
    }

    @Property(tries = 1000, seed = SEED)
    void any_text_is_a_match_rule_with_one_canonical_form_or_refused(@ForAll("rules") String text) {
        MatchRule rule;
        try {
            rule = MatchRule.parse(text);
        } catch (IllegalArgumentException refused) {
            return;
        }
        assertEquals(rule, MatchRule.parse(rule.toString()));
        assertEquals(rule.toString(), MatchRule.parse(rule.toString()).toString());
    }

    @Property(tries = 1000, seed = SEED)
    void any_text_is_a_signature_that_falls_apart_and_together_or_refused(@ForAll("signatures") String text) {
        if (Signature.isValid(text)) {
            StringBuilder together = new StringBuilder();
            Signature.of(text).types().forEach(together::append);
            assertEquals(text, together.toString());
        }
    }

    @Provide
    Arbitrary<Body> bodies() {
        return Values.bodies();
    }

    @Provide
    Arbitrary<String> texts() {
        return Values.strings();
    }

    /** Mostly text, of which some is damaged; no NUL, which the JDK takes for text. */
    @Provide
    Arbitrary<byte[]> textBytes() {
        return Arbitraries.oneOf(
                        Values.strings().map(Utf8::bytes),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(12))
                .flatMap(bytes -> Arbitraries.integers()
                        .between(0, 40)
                        .flatMap(at -> Arbitraries.bytes().map(value -> {
                            byte[] damaged = bytes.clone();
                            if (at < bytes.length) {
                                damaged[at] = value;
                            }
                            for (int i = 0; i < damaged.length; i++) {
                                damaged[i] = damaged[i] == 0 ? 1 : damaged[i];
                            }
                            return damaged;
                        })));
    }

    @Provide
    Arbitrary<String> rules() {
        return Arbitraries.of(
                        "type",
                        "signal",
                        "sender",
                        "arg0",
                        "arg1path",
                        "arg0namespace",
                        "path",
                        "=",
                        "=",
                        ",",
                        ",",
                        "'",
                        "'",
                        "\\",
                        " ",
                        "a.b",
                        "/a",
                        ":1.2",
                        "eavesdrop",
                        "true",
                        "member",
                        "M")
                .list()
                .ofMaxSize(12)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<String> signatures() {
        return Arbitraries.of("y", "s", "v", "a", "a", "(", ")", "{", "}", "a{s", "z")
                .list()
                .ofMaxSize(10)
                .map(parts -> String.join("", parts));
    }
}

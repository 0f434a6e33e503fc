package headway.remote.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import headway.dbus.Names;
import headway.dbus.Signature;
import headway.remote.impl.CodecTest.Pair;
import java.lang.reflect.Array;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Random types, random values of them, there and back through real bytes. A failure says the seed. */
class CodecPropertyTest {

    private static final List<TimeUnit> UNITS = List.of(TimeUnit.values());

    private static final List<Class<?>> BASIC = List.of(
            Boolean.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            Character.class,
            String.class,
            TimeUnit.class,
            Instant.class,
            Duration.class,
            UUID.class);

    @Test
    void what_is_sent_is_what_arrives() {
        for (int seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            JavaType type = type(random, 0);
            Codec codec = new Codecs().of(type);
            Object value = value(random, type);
            String what = "seed " + seed + ", " + type + " as " + codec.signature();
            Object overTheBus = CodecTest.overTheBus(codec, value);
            assertTrue(same(value, overTheBus), () -> what + ": " + value + " arrived as " + overTheBus);
            Object inTheProcess = CodecTest.inTheProcess(codec, value);
            assertTrue(same(value, inTheProcess), () -> what + ": " + value + " stayed as " + inTheProcess);
            assertTrue(WireValues.same(codec.toWire(value), codec.toWire(overTheBus)), what);
        }
    }

    /** Any body whatever, to any type whatever: a value, or one kind of refusal. */
    @Test
    void what_does_not_fit_is_refused() {
        int fitted = 0;
        for (int seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            Codec sent = new Codecs().of(type(random, 0));
            JavaType sentType = type(new Random(seed), 0);
            Object body = sent.toWire(value(random, sentType));
            Codec expected = new Codecs().of(type(random, 0));
            Object wire = Message.parse(MessageBuilder.signal("/x", "a.b", "C")
                            .serial(1)
                            .body(sent.signature(), body)
                            .build()
                            .bytes())
                    .body()
                    .get(0);
            try {
                Object value = expected.toJava(wire);
                fitted++;
                assertTrue(value != null, "seed " + seed);
            } catch (IllegalArgumentException refused) {
                assertTrue(refused.getMessage() != null, "seed " + seed);
            } catch (ClassCastException | NullPointerException e) {
                throw new AssertionError("seed " + seed + ": " + sent.signature() + " as " + expected.signature(), e);
            }
        }
        // Otherwise this would test nothing.
        assertTrue(fitted > 100, fitted + " fitted");
    }

    @Test
    void every_exception_has_an_error_name() {
        for (Class<?> each : List.of(
                Exception.class, Media.NoSuchTrackException.class, Media.BusyException.class, AssertionError.class)) {
            assertTrue(Names.isErrorName(Errors.nameOf(each)), each.getName());
        }
        assertEquals("org.example.Error.Busy", Errors.nameOf(Media.BusyException.class));
        assertEquals("headway.remote.impl.Media.NoSuchTrackException", Errors.nameOf(Media.NoSuchTrackException.class));
    }

    private static JavaType type(Random random, int depth) {
        int kind = depth > 3 ? 0 : random.nextInt(9);
        return switch (kind) {
            case 1 -> generic(List.class, random, depth, 1);
            case 2 -> new JavaType(Set.class, List.of(basic(random)));
            case 3 -> generic(Optional.class, random, depth, 1);
            case 4 -> new JavaType(Map.class, List.of(basic(random), type(random, depth + 1)));
            case 5 -> generic(Pair.class, random, depth, 2);
            case 6 -> array(type(random, depth + 1));
            case 7 -> array(JavaType.of(byte.class));
            case 8 -> array(JavaType.of(int.class));
            default -> basic(random);
        };
    }

    private static JavaType array(JavaType component) {
        return new JavaType(component.raw().arrayType(), List.of(component));
    }

    private static JavaType generic(Class<?> raw, Random random, int depth, int count) {
        List<JavaType> arguments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            arguments.add(type(random, depth + 1));
        }
        return new JavaType(raw, arguments);
    }

    private static JavaType basic(Random random) {
        return JavaType.of(BASIC.get(random.nextInt(BASIC.size())));
    }

    private static Object value(Random random, JavaType type) {
        Class<?> raw = type.raw();
        if (raw.isArray()) {
            Object array = Array.newInstance(raw.getComponentType(), random.nextInt(4));
            for (int i = 0; i < Array.getLength(array); i++) {
                Array.set(array, i, value(random, type.argument(0)));
            }
            return array;
        }
        if (raw == List.class || raw == Set.class) {
            var values = raw == List.class ? new ArrayList<>() : new LinkedHashSet<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                values.add(value(random, type.argument(0)));
            }
            return values;
        }
        if (raw == Optional.class) {
            return random.nextBoolean() ? Optional.empty() : Optional.of(value(random, type.argument(0)));
        }
        if (raw == Map.class) {
            Map<Object, Object> map = new LinkedHashMap<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                map.put(value(random, type.argument(0)), value(random, type.argument(1)));
            }
            return map;
        }
        if (raw == Pair.class) {
            return new Pair<>(value(random, type.argument(0)), value(random, type.argument(1)));
        }
        return basicValue(random, raw);
    }

    private static Object basicValue(Random random, Class<?> raw) {
        long bits = random.nextInt(4) == 0 ? random.nextInt(3) - 1 : random.nextLong();
        if (raw == Boolean.class || raw == boolean.class) {
            return (bits & 1) == 0;
        }
        if (raw == Byte.class || raw == byte.class) {
            return (byte) bits;
        }
        if (raw == Short.class) {
            return (short) bits;
        }
        if (raw == Integer.class || raw == int.class) {
            return (int) bits;
        }
        if (raw == Long.class) {
            return bits;
        }
        if (raw == Float.class) {
            return Float.intBitsToFloat((int) bits);
        }
        if (raw == Double.class) {
            return Double.longBitsToDouble(bits);
        }
        if (raw == Character.class) {
            return (char) (1 + Math.floorMod(bits, 0xD7FE));
        }
        if (raw == String.class) {
            return text(random);
        }
        if (raw == TimeUnit.class) {
            return UNITS.get(Math.floorMod(bits, UNITS.size()));
        }
        if (raw == Instant.class) {
            return Instant.ofEpochSecond(bits >> 28, bits & 0xFFFF);
        }
        return raw == Duration.class ? Duration.ofNanos(bits) : new UUID(bits, random.nextLong());
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            int c = 1 + random.nextInt(random.nextBoolean() ? 127 : Character.MAX_CODE_POINT);
            text.appendCodePoint(c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 'x' : c);
        }
        return text.toString();
    }

    private static boolean same(Object one, Object other) {
        if (one instanceof Float a && other instanceof Float b && a.isNaN()) {
            return b.isNaN();
        }
        if (one instanceof Pair<?, ?> a && other instanceof Pair<?, ?> b) {
            return same(a.first(), b.first()) && same(a.second(), b.second());
        }
        if (one instanceof Optional<?> a && other instanceof Optional<?> b) {
            return same(a.orElse(null), b.orElse(null));
        }
        if (one instanceof List<?> a && other instanceof List<?> b) {
            return same(a.toArray(), b.toArray());
        }
        if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b) {
            return same(a.keySet().toArray(), b.keySet().toArray())
                    && same(a.values().toArray(), b.values().toArray());
        }
        if (one != null && one.getClass().isArray() && other != null && one.getClass() == other.getClass()) {
            if (Array.getLength(one) != Array.getLength(other)) {
                return false;
            }
            for (int i = 0; i < Array.getLength(one); i++) {
                if (!same(Array.get(one, i), Array.get(other, i))) {
                    return false;
                }
            }
            return true;
        }
        return Objects.equals(one, other);
    }

    @Test
    void a_signature_that_d_bus_allows_comes_of_every_type() {
        for (int seed = 0; seed < 1_000; seed++) {
            Random random = new Random(seed);
            assertTrue(
                    Signature.of(new Codecs().of(type(random, 0)).signature()).isSingle(), "seed " + seed);
        }
    }
}

package headway.remote.impl;

import headway.dbus.ObjectPath;
import headway.dbus.Signature;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.osgi.framework.Version;

/** Values without parts: numbers, text, and what is written as text. They may be keys. */
final class BasicCodec extends Codec {

    /** A number of millions of digits would take hours to read. */
    private static final int LONGEST_TO_PARSE = 4096;

    private static final Map<Class<?>, BasicCodec> KNOWN = new HashMap<>();

    private final Function<Object, Object> out;
    private final Function<Object, Object> in;

    private BasicCodec(String signature, Function<Object, Object> out, Function<Object, Object> in) {
        super(signature);
        this.out = out;
        this.in = in;
    }

    static {
        put("b", BasicCodec::bool, boolean.class, Boolean.class);
        put("y", BasicCodec::octet, byte.class, Byte.class);
        put("n", wire -> (short) integer(wire, Short.MIN_VALUE, Short.MAX_VALUE), short.class, Short.class);
        put("i", wire -> (int) integer(wire, Integer.MIN_VALUE, Integer.MAX_VALUE), int.class, Integer.class);
        put("x", wire -> integer(wire, Long.MIN_VALUE, Long.MAX_VALUE), long.class, Long.class);
        put("d", BasicCodec::real, double.class, Double.class);
        BasicCodec single = new BasicCodec("d", value -> ((Float) value).doubleValue(), wire -> (float) real(wire));
        KNOWN.put(float.class, single);
        KNOWN.put(Float.class, single);
        BasicCodec text = new BasicCodec("s", BasicCodec::carried, BasicCodec::text);
        KNOWN.put(String.class, text);
        KNOWN.put(CharSequence.class, text);
        BasicCodec letter = new BasicCodec("s", BasicCodec::carried, BasicCodec::letter);
        KNOWN.put(char.class, letter);
        KNOWN.put(Character.class, letter);
        put("o", wire -> wire instanceof ObjectPath ? wire : new ObjectPath(text(wire)), ObjectPath.class);
        put("g", wire -> wire instanceof Signature ? wire : Signature.of(text(wire)), Signature.class);
        written(Instant.class, Instant::parse);
        written(Duration.class, Duration::parse);
        written(Period.class, Period::parse);
        written(LocalDate.class, LocalDate::parse);
        written(LocalTime.class, LocalTime::parse);
        written(LocalDateTime.class, LocalDateTime::parse);
        written(OffsetDateTime.class, OffsetDateTime::parse);
        written(ZonedDateTime.class, ZonedDateTime::parse);
        written(ZoneId.class, ZoneId::of);
        written(UUID.class, UUID::fromString);
        written(URI.class, URI::create);
        written(BigInteger.class, BigInteger::new);
        written(BigDecimal.class, BigDecimal::new);
        written(Version.class, Version::parseVersion);
    }

    private static void put(String signature, Function<Object, Object> in, Class<?>... types) {
        BasicCodec codec = new BasicCodec(signature, Function.identity(), in);
        for (Class<?> type : types) {
            KNOWN.put(type, codec);
        }
    }

    /** A type whose values have a text that they can be read from again. */
    private static void written(Class<?> type, Function<String, Object> parse) {
        KNOWN.put(type, new BasicCodec("s", Object::toString, wire -> parse(type, parse, text(wire))));
    }

    /** The codec of a type without parts, or null. */
    static Codec of(Class<?> type) {
        return type.isEnum() ? ofEnum(type) : KNOWN.get(type);
    }

    private static Codec ofEnum(Class<?> type) {
        Map<String, Object> constants = new HashMap<>();
        for (Object constant : type.getEnumConstants()) {
            constants.put(((Enum<?>) constant).name(), constant);
        }
        return new BasicCodec("s", value -> ((Enum<?>) value).name(), wire -> {
            Object constant = constants.get(text(wire));
            if (constant == null) {
                throw new IllegalArgumentException("'" + wire + "' is no " + type.getSimpleName());
            }
            return constant;
        });
    }

    @Override
    Object encode(Object value, int depth) {
        return out.apply(value);
    }

    @Override
    Object decode(Object wire) {
        return in.apply(wire);
    }

    /** The text of a value, which the bus can carry: it ends texts with NUL, and writes whole characters. */
    private static String carried(Object value) {
        if (!(value instanceof CharSequence || value instanceof Character)) {
            throw unfit(value, "text");
        }
        String text = value.toString();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new IllegalArgumentException("a text with a NUL in it");
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new IllegalArgumentException("a text with half a character in it");
                }
                i++;
            }
        }
        return text;
    }

    private static Object bool(Object wire) {
        if (wire instanceof Boolean) {
            return wire;
        }
        throw unfit(wire, "a boolean");
    }

    /** On the bus 0 to 255, in Java -128 to 127: the same bits. */
    private static Object octet(Object wire) {
        return wire instanceof Byte ? wire : (byte) integer(wire, 0, 255);
    }

    private static long integer(Object wire, long min, long max) {
        if (wire instanceof Long || wire instanceof Integer || wire instanceof Short || wire instanceof Byte) {
            long value = ((Number) wire).longValue();
            if (value < min || value > max) {
                throw new IllegalArgumentException(value + " is not within " + min + " and " + max);
            }
            return value;
        }
        throw unfit(wire, "an integer");
    }

    private static double real(Object wire) {
        if (wire instanceof Double || wire instanceof Float) {
            return ((Number) wire).doubleValue();
        }
        return integer(wire, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static String text(Object wire) {
        if (wire instanceof String || wire instanceof ObjectPath || wire instanceof Signature) {
            return wire.toString();
        }
        throw unfit(wire, "text");
    }

    private static Object letter(Object wire) {
        String text = text(wire);
        if (text.length() != 1) {
            throw new IllegalArgumentException("'" + text + "' is not one char");
        }
        return text.charAt(0);
    }

    private static Object parse(Class<?> type, Function<String, Object> parse, String text) {
        if (text.length() > LONGEST_TO_PARSE) {
            throw new IllegalArgumentException(
                    "a text of " + text.length() + " characters, which is no " + type.getSimpleName());
        }
        try {
            return parse.apply(text);
        } catch (RuntimeException malformed) {
            throw new IllegalArgumentException("'" + text + "' is no " + type.getSimpleName(), malformed);
        }
    }
}

package headway.dbus;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/**
 * Any signature and any value of it, for property tests. Bodies are drawn as a whole: a smaller one is not looked for.
 */
final class Values {
    private static final String BASIC = "ybnqiuxtdsogh";
    private static final long[] EDGES = {
        0, 1, -1, 127, 128, 255, 256, 65535, Integer.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE
    };

    private final Random random;

    private Values(Random random) {
        this.random = random;
    }

    /** The body of a message and its signature. */
    record Body(Signature signature, List<Object> values) {
        Message message(ByteOrder order) {
            return MessageBuilder.signal("/org/example", "org.example.Any", "Thing")
                    .order(order)
                    .sender(":1.5")
                    .body(signature, values.toArray())
                    .build();
        }
    }

    static Arbitrary<Body> bodies() {
        return Arbitraries.randomValue(random -> new Values(random).body());
    }

    static Arbitrary<String> strings() {
        return Arbitraries.randomValue(random -> new Values(random).string());
    }

    private Body body() {
        StringBuilder types = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            types.append(type(3));
        }
        Signature signature = Signature.of(types.toString());
        return new Body(signature, all(signature.types(), 2));
    }

    /** A single complete type that nests at most so deep. */
    private String type(int depth) {
        return switch (depth == 0 ? 0 : random.nextInt(8)) {
            case 4 -> "v";
            case 5 -> "a" + type(depth - 1);
            case 6 -> {
                StringBuilder members = new StringBuilder("(");
                for (int i = random.nextInt(3); i >= 0; i--) {
                    members.append(type(depth - 1));
                }
                yield members.append(')').toString();
            }
            case 7 -> "a{" + type(0) + type(depth - 1) + "}";
            default -> String.valueOf(BASIC.charAt(random.nextInt(BASIC.length())));
        };
    }

    /** @param variants how deep variants may nest in variants */
    private List<Object> all(List<Signature> types, int variants) {
        List<Object> values = new ArrayList<>();
        types.forEach(type -> values.add(value(type, variants)));
        return values;
    }

    private Object value(Signature type, int variants) {
        return switch (type.type()) {
            case BYTE -> (byte) number();
            case BOOLEAN -> random.nextBoolean();
            case INT16 -> (short) number();
            case UINT16 -> (int) (number() & 0xFFFF);
            case INT32 -> (int) number();
            case UINT32 -> number() & 0xFFFF_FFFFL;
            case INT64, UINT64 -> number();
            case DOUBLE -> Double.longBitsToDouble(number());
            case STRING -> string();
            case OBJECT_PATH -> path();
            case SIGNATURE -> Signature.of(type(2));
            case UNIX_FD -> new UnixFd((int) number());
            case VARIANT -> {
                Signature inner = Signature.of(type(variants));
                yield new Variant(inner, value(inner, Math.max(0, variants - 1)));
            }
            case STRUCT -> new Struct(all(type.inner().types(), variants));
            case ARRAY -> array(type, variants);
            case DICT_ENTRY -> throw new AssertionError(type);
        };
    }

    private Object array(Signature type, int variants) {
        int count = random.nextInt(5);
        if (type.charAt(1) == 'y') {
            byte[] bytes = new byte[count * 3];
            random.nextBytes(bytes);
            return bytes;
        }
        List<Signature> inner = type.inner().types();
        if (type.charAt(1) == '{') {
            Map<Object, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < count; i++) {
                map.put(value(inner.get(0), variants), value(inner.get(1), variants));
            }
            return map;
        }
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(value(inner.get(0), variants));
        }
        return list;
    }

    private long number() {
        return random.nextInt(3) == 0 ? EDGES[random.nextInt(EDGES.length)] : random.nextLong();
    }

    private String string() {
        StringBuilder text = new StringBuilder();
        int[] above = {0x7F, 0x7F, 0x7F, 0x7FF, 0xD7FF, 0x10FFFF};
        boolean plain = random.nextBoolean();
        for (int i = random.nextInt(20); i > 0; i--) {
            int point = 1 + random.nextInt(plain ? 0x7F : above[random.nextInt(above.length)]);
            text.appendCodePoint(point >= 0xD800 && point <= 0xDFFF ? 0xFFFF : point);
        }
        return text.toString();
    }

    private ObjectPath path() {
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            path.append('/')
                    .append(Integer.toString(random.nextInt(100_000), 36))
                    .append('_');
        }
        return new ObjectPath(path.isEmpty() ? "/" : path.toString());
    }

    /** The value with lists for arrays of bytes, which know no equality of their own. */
    static Object plain(Object value) {
        if (value instanceof byte[] bytes) {
            List<Byte> list = new ArrayList<>();
            for (byte each : bytes) {
                list.add(each);
            }
            return list;
        } else if (value instanceof List<?> list) {
            return list.stream().map(Values::plain).toList();
        } else if (value instanceof Struct struct) {
            return List.of("struct", plain(struct.members()));
        } else if (value instanceof Variant variant) {
            return List.of(variant.signature(), plain(variant.value()));
        } else if (value instanceof Double number) {
            return Double.doubleToRawLongBits(number);
        } else if (value instanceof Map<?, ?> map) {
            List<Object> entries = new ArrayList<>();
            map.forEach((key, each) -> entries.add(List.of(plain(key), plain(each))));
            return entries;
        }
        return value;
    }
}

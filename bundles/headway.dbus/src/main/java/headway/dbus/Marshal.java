package headway.dbus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Java values to and from the wire, driven by a signature. The mapping is said once, in {@link Message#body()}; on the
 * way out any integer class is accepted for any integer type whose range holds the value.
 */
final class Marshal {
    private static final long UINT32_MAX = 0xFFFF_FFFFL;

    private Marshal() {}

    static void putAll(MessageWriter writer, Signature signature, Object... values) {
        if (values.length != signature.count()) {
            throw new IllegalArgumentException(
                    "signature '" + signature + "' takes " + signature.count() + " values, not " + values.length);
        }
        int at = 0;
        for (Object value : values) {
            put(writer, signature, at, value);
            at = signature.next(at);
        }
    }

    private static void put(MessageWriter writer, Signature signature, int at, Object value) {
        switch (signature.codes()[at]) {
            case 'y' -> writer.putByte(octet(value));
            case 'b' -> writer.putBoolean(as(Boolean.class, value, 'b'));
            case 'n' -> writer.putInt16((short) integer(value, 'n', Short.MIN_VALUE, Short.MAX_VALUE));
            case 'q' -> writer.putUint16((int) integer(value, 'q', 0, 0xFFFF));
            case 'i' -> writer.putInt32((int) integer(value, 'i', Integer.MIN_VALUE, Integer.MAX_VALUE));
            case 'u' -> writer.putUint32(integer(value, 'u', 0, UINT32_MAX));
            case 'x' -> writer.putInt64(integer(value, 'x', Long.MIN_VALUE, Long.MAX_VALUE));
            case 't' -> writer.putUint64(integer(value, 't', Long.MIN_VALUE, Long.MAX_VALUE));
            case 'd' -> writer.putDouble(floating(value));
            case 's' -> writer.putString(as(String.class, value, 's'));
            case 'o' -> putObjectPath(writer, value);
            case 'g' ->
                writer.putSignature(value instanceof String s ? Signature.of(s) : as(Signature.class, value, 'g'));
            case 'h' -> writer.putUnixFd(as(UnixFd.class, value, 'h').index());
            case 'v' -> putVariant(writer, value instanceof Variant v ? v : Variant.of(notNull(value, 'v')));
            case 'a' -> putArray(writer, signature, at + 1, value);
            default -> putStruct(writer, signature, at, value);
        }
    }

    private static double floating(Object value) {
        if (value instanceof Float narrow) {
            return narrow;
        }
        return as(Double.class, value, 'd');
    }

    private static void putObjectPath(MessageWriter writer, Object value) {
        if (value instanceof String path) {
            writer.putObjectPath(path);
        } else {
            writer.putObjectPath(as(ObjectPath.class, value, 'o'));
        }
    }

    private static void putVariant(MessageWriter writer, Variant variant) {
        writer.beginVariant(variant.signature());
        put(writer, variant.signature(), 0, variant.value());
        writer.endVariant();
    }

    private static void putStruct(MessageWriter writer, Signature signature, int at, Object value) {
        List<?> members = value instanceof Struct struct ? struct.members() : as(List.class, value, '(');
        writer.beginStruct();
        int type = at + 1;
        int close = signature.next(at) - 1;
        for (Object member : members) {
            if (type >= close) {
                throw new IllegalArgumentException("struct of " + members.size() + " members is too long for '"
                        + signature.subSequence(at, close + 1) + "'");
            }
            put(writer, signature, type, member);
            type = signature.next(type);
        }
        if (type < close) {
            throw new IllegalArgumentException("struct of " + members.size() + " members is too short for '"
                    + signature.subSequence(at, close + 1) + "'");
        }
        writer.endStruct();
    }

    private static void putArray(MessageWriter writer, Signature signature, int element, Object value) {
        char code = signature.charAt(element);
        if (code == '{') {
            putDictionary(writer, signature, element, as(Map.class, value, '{'));
        } else if (code == 'y' && value instanceof byte[] bytes) {
            writer.putBytes(bytes, 0, bytes.length);
        } else if (code == 'n' && value instanceof short[] shorts) {
            writer.putInt16s(shorts);
        } else if (code == 'i' && value instanceof int[] ints) {
            writer.putInt32s(ints);
        } else if (code == 'x' && value instanceof long[] longs) {
            writer.putInt64s(longs);
        } else if (code == 'd' && value instanceof double[] doubles) {
            writer.putDoubles(doubles);
        } else {
            writer.beginArray(code);
            for (Object member : value instanceof Object[] array ? List.of(array) : as(Iterable.class, value, 'a')) {
                put(writer, signature, element, member);
            }
            writer.endArray();
        }
    }

    private static void putDictionary(MessageWriter writer, Signature signature, int entry, Map<?, ?> map) {
        writer.beginArray('{');
        for (Map.Entry<?, ?> each : map.entrySet()) {
            writer.beginDictEntry();
            put(writer, signature, entry + 1, each.getKey());
            put(writer, signature, entry + 2, each.getValue());
            writer.endDictEntry();
        }
        writer.endArray();
    }

    /** A BYTE has no sign: -1 is meant only if it is a Java byte. */
    private static byte octet(Object value) {
        if (value instanceof Byte octet) {
            return octet;
        }
        return (byte) integer(value, 'y', 0, 255);
    }

    private static long integer(Object value, char code, long min, long max) {
        if (value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte) {
            long number = ((Number) value).longValue();
            if (number < min || number > max) {
                throw new IllegalArgumentException(number + " is out of the range of type '" + code + "'");
            }
            return number;
        }
        throw new IllegalArgumentException(unfit(value, code));
    }

    private static <T> T as(Class<T> type, Object value, char code) {
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(unfit(value, code));
        }
        return type.cast(value);
    }

    private static Object notNull(Object value, char code) {
        return as(Object.class, value, code);
    }

    private static String unfit(Object value, char code) {
        return "type '" + code + "' takes no "
                + (value == null ? "null" : value.getClass().getName());
    }

    /** Decodes all values of a signature, checking them. */
    static List<Object> getAll(WireReader reader, Signature signature) {
        List<Object> values = new ArrayList<>(signature.count());
        for (int at = 0; at < signature.length(); at = signature.next(at)) {
            values.add(get(reader, signature, at, 0));
        }
        return values;
    }

    /**
     * Decodes one value.
     *
     * @param at index of its type in the signature
     * @param depth number of containers around it
     */
    static Object get(WireReader reader, Signature signature, int at, int depth) {
        return switch (signature.codes()[at]) {
            case 'y' -> reader.getByte();
            case 'b' -> reader.getBoolean();
            case 'n' -> reader.getShort();
            case 'q' -> Short.toUnsignedInt(reader.getShort());
            case 'i' -> reader.getInt();
            case 'u' -> Integer.toUnsignedLong(reader.getInt());
            case 'x', 't' -> reader.getLong();
            case 'd' -> Double.longBitsToDouble(reader.getLong());
            case 's' -> getString(reader);
            case 'o' -> getObjectPath(reader);
            case 'g' -> reader.signature();
            case 'h' -> new UnixFd(reader.getInt());
            case 'v' -> {
                reader.checkDepth(depth + 1);
                Signature inner = reader.variant();
                yield new Variant(inner, get(reader, inner, 0, depth + 1));
            }
            case 'a' -> getArray(reader, signature, at + 1, depth + 1);
            default -> getStruct(reader, signature, at, depth + 1);
        };
    }

    static String getString(WireReader reader) {
        int length = reader.string();
        return Utf8.string(reader.array(), reader.position() - 1 - length, length);
    }

    static ObjectPath getObjectPath(WireReader reader) {
        int length = reader.objectPath();
        return new ObjectPath(Utf8.string(reader.array(), reader.position() - 1 - length, length));
    }

    private static Object getArray(WireReader reader, Signature signature, int element, int depth) {
        reader.checkDepth(depth);
        byte code = signature.codes()[element];
        int to = reader.arrayEnd(code);
        int outer = reader.enter(to);
        Object value;
        if (code == 'y') {
            value = Arrays.copyOfRange(reader.array(), reader.position(), to);
            reader.moveTo(to);
        } else if (code == '{') {
            value = getDictionary(reader, signature, element, depth + 1);
        } else {
            List<Object> list = new ArrayList<>();
            while (!reader.atEnd()) {
                list.add(get(reader, signature, element, depth));
            }
            value = list;
        }
        reader.leave(outer);
        return value;
    }

    private static Map<Object, Object> getDictionary(WireReader reader, Signature signature, int entry, int depth) {
        Map<Object, Object> map = new LinkedHashMap<>();
        while (!reader.atEnd()) {
            reader.checkDepth(depth);
            reader.align(8);
            Object key = get(reader, signature, entry + 1, depth);
            map.put(key, get(reader, signature, entry + 2, depth));
        }
        return map;
    }

    private static Struct getStruct(WireReader reader, Signature signature, int at, int depth) {
        reader.checkDepth(depth);
        reader.align(8);
        int close = signature.next(at) - 1;
        int count = 0;
        for (int member = at + 1; member < close; member = signature.next(member)) {
            count++;
        }
        // Of the right size: millions of tiny structs fit into one message.
        List<Object> members = new ArrayList<>(count);
        for (int member = at + 1; member < close; member = signature.next(member)) {
            members.add(get(reader, signature, member, depth));
        }
        return new Struct(members);
    }
}

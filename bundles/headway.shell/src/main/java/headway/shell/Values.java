package headway.shell;

import headway.bus.Message;
import headway.dbus.ObjectPath;
import headway.dbus.Signature;
import headway.dbus.Struct;
import headway.dbus.Type;
import headway.dbus.UnixFd;
import headway.dbus.Variant;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** D-Bus values as people and scripts write and read them: plain values as in JSON, and words as in {@code busctl call}. */
final class Values {

    private static final BigInteger MAX_UNSIGNED = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private Values() {}

    /** The body of a message as plain values, one for each complete type of its signature. */
    static List<Object> plain(Message message) {
        List<Object> plain = new ArrayList<>();
        List<Signature> types = Signature.of(message.signature()).types();
        List<Object> body = message.body();
        for (int i = 0; i < types.size(); i++) {
            plain.add(plain(types.get(i), body.get(i)));
        }
        return plain;
    }

    private static Object plain(Signature type, Object value) {
        return switch (type.type()) {
            case BYTE -> Byte.toUnsignedInt((Byte) value);
            case UINT64 -> new BigInteger(Long.toUnsignedString((Long) value));
            case VARIANT -> plain(((Variant) value).signature(), ((Variant) value).value());
            case STRUCT -> {
                List<Object> members = new ArrayList<>();
                Iterator<Signature> types = type.inner().types().iterator();
                for (Object member : ((Struct) value).members()) {
                    members.add(plain(types.next(), member));
                }
                yield members;
            }
            case ARRAY -> plainArray(type, value);
            case UNIX_FD -> ((UnixFd) value).index();
            case OBJECT_PATH, SIGNATURE -> value.toString();
            default -> value;
        };
    }

    private static Object plainArray(Signature type, Object value) {
        if (value instanceof byte[] bytes) {
            List<Object> numbers = new ArrayList<>(bytes.length);
            for (byte each : bytes) {
                numbers.add(Byte.toUnsignedInt(each));
            }
            return numbers;
        }
        if (value instanceof Map<?, ?> map) {
            List<Signature> entry = type.inner().types();
            Map<String, Object> plain = new LinkedHashMap<>();
            map.forEach((key, each) -> plain.put(String.valueOf(plain(entry.get(0), key)), plain(entry.get(1), each)));
            return plain;
        }
        List<Object> plain = new ArrayList<>();
        for (Object each : (List<?>) value) {
            plain.add(plain(type.inner(), each));
        }
        return plain;
    }

    /**
     * A JSON object as the body of a published message, signature {@code a{sv}}.
     *
     * @throws IllegalArgumentException if it is not an object, or there is a null somewhere
     */
    static Map<String, Variant> dictionary(Object json) {
        if (!(json instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("A message is a JSON object, such as {\"speed\": 87.5}");
        }
        return dictionary(map, "");
    }

    private static Map<String, Variant> dictionary(Map<?, ?> map, String at) {
        Map<String, Variant> dictionary = new LinkedHashMap<>();
        map.forEach((key, value) -> dictionary.put((String) key, variant(value, at + "." + key)));
        return dictionary;
    }

    private static Variant variant(Object json, String at) {
        if (json == null) {
            throw new IllegalArgumentException("D-Bus has no null, as there is at " + at + "; leave it out");
        }
        if (json instanceof Map<?, ?> map) {
            return Variant.of("a{sv}", dictionary(map, at));
        }
        if (!(json instanceof List<?> list)) {
            return Variant.of(json);
        }
        List<Variant> elements = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            elements.add(variant(list.get(i), at + "[" + i + "]"));
        }
        // An array of D-Bus has one type; elements of several types go in as variants.
        List<Signature> types =
                elements.stream().map(Variant::signature).distinct().toList();
        return types.size() == 1
                ? Variant.of(
                        "a" + types.get(0),
                        elements.stream().map(Variant::value).toList())
                : Variant.of("av", elements);
    }

    /**
     * Values from words, as {@code busctl call} takes them: an array is its length and then its elements, a dictionary its
     * length and then keys and values, a variant its signature and then its value, a struct its members.
     *
     * @throws IllegalArgumentException if the words do not fit the signature, saying which
     */
    static Object[] fromWords(String signature, List<String> words) {
        Words rest = new Words(words);
        List<Object> values = new ArrayList<>();
        for (Signature type : Signature.of(signature).types()) {
            values.add(fromWords(type, rest));
        }
        if (rest.at < words.size()) {
            throw new IllegalArgumentException("'" + words.get(rest.at)
                    + "' and what follows is more than the signature '" + signature + "' takes");
        }
        return values.toArray();
    }

    /** The words that are not used yet. */
    private static final class Words {
        private final List<String> words;
        private int at;

        Words(List<String> words) {
            this.words = words;
        }

        String next(String what) {
            if (at == words.size()) {
                throw new IllegalArgumentException("There are only " + at + " values; " + what + " is missing");
            }
            return words.get(at++);
        }

        int length(String what) {
            String word = next(what);
            try {
                int length = Integer.parseInt(word);
                if (length >= 0 && length <= words.size()) {
                    return length;
                }
            } catch (NumberFormatException told) {
                // Told below, as a length that is out of range is.
            }
            throw new IllegalArgumentException("'" + word + "' is not the " + what);
        }
    }

    private static Object fromWords(Signature type, Words words) {
        return switch (type.type()) {
            case ARRAY -> type.charAt(1) == '{' ? dictionaryFromWords(type, words) : arrayFromWords(type, words);
            case STRUCT -> {
                List<Object> members = new ArrayList<>();
                for (Signature member : type.inner().types()) {
                    members.add(fromWords(member, words));
                }
                yield new Struct(members);
            }
            case VARIANT -> {
                Signature inner = Signature.of(words.next("the signature of a variant"));
                if (!inner.isSingle()) {
                    throw new IllegalArgumentException("A variant holds one value, not '" + inner + "'");
                }
                yield new Variant(inner, fromWords(inner, words));
            }
            default -> basic(type.type(), words.next("a value of type '" + type + "'"));
        };
    }

    private static Object arrayFromWords(Signature type, Words words) {
        int length = words.length("length of an array '" + type + "'");
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            elements.add(fromWords(type.inner(), words));
        }
        return elements;
    }

    private static Object dictionaryFromWords(Signature type, Words words) {
        int length = words.length("number of entries of a dictionary '" + type + "'");
        List<Signature> entry = type.inner().types();
        Map<Object, Object> dictionary = new LinkedHashMap<>();
        for (int i = 0; i < length; i++) {
            Object key = fromWords(entry.get(0), words);
            dictionary.put(key, fromWords(entry.get(1), words));
        }
        return dictionary;
    }

    private static Object basic(Type type, String word) {
        try {
            return switch (type) {
                case BYTE ->
                    (byte) whole(word, BigInteger.ZERO, BigInteger.valueOf(255)).intValue();
                case INT16 -> whole(word, Short.MIN_VALUE, Short.MAX_VALUE).shortValue();
                case UINT16 -> whole(word, 0, 0xFFFF).intValue();
                case INT32 -> whole(word, Integer.MIN_VALUE, Integer.MAX_VALUE).intValue();
                case UINT32 -> whole(word, 0, 0xFFFF_FFFFL).longValue();
                case INT64 -> whole(word, Long.MIN_VALUE, Long.MAX_VALUE).longValue();
                case UINT64 -> whole(word, BigInteger.ZERO, MAX_UNSIGNED).longValue();
                case DOUBLE -> Double.valueOf(word);
                case BOOLEAN ->
                    switch (word) {
                        case "true", "yes", "1" -> true;
                        case "false", "no", "0" -> false;
                        default -> throw new IllegalArgumentException("'" + word + "' is not true or false");
                    };
                case STRING -> word;
                case OBJECT_PATH -> new ObjectPath(word);
                case SIGNATURE -> Signature.of(word);
                default ->
                    throw new IllegalArgumentException(
                            "A value of type '" + type.code() + "' cannot be written as a word");
            };
        } catch (NumberFormatException notOne) {
            throw new IllegalArgumentException(
                    "'" + word + "' is not a number, which type '" + type.code() + "' needs", notOne);
        }
    }

    private static BigInteger whole(String word, long min, long max) {
        return whole(word, BigInteger.valueOf(min), BigInteger.valueOf(max));
    }

    private static BigInteger whole(String word, BigInteger min, BigInteger max) {
        BigInteger number = new BigInteger(word);
        if (number.compareTo(min) < 0 || number.compareTo(max) > 0) {
            throw new IllegalArgumentException(word + " is not within " + min + " to " + max);
        }
        return number;
    }
}

package headway.shell;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON text to and from plain values: Map, List, String, Long, Double, Boolean, null; on the way out also records. It uses
 * only the streaming half of the library, whose other half takes 60 ms to load.
 */
final class Json {

    /** As deep as D-Bus allows containers to nest. */
    private static final int MAX_DEPTH = 64;

    private Json() {}

    /** One line of JSON. */
    static String write(Object value) {
        StringWriter text = new StringWriter();
        JsonWriter out = new JsonWriter(text);
        out.setHtmlSafe(false);
        try {
            write(out, value);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    private static void write(JsonWriter out, Object value) throws IOException {
        if (value == null) {
            out.nullValue();
        } else if (value instanceof Boolean b) {
            out.value(b);
        } else if (value instanceof Double d && !Double.isFinite(d)) {
            // JSON has no such numbers.
            out.value(d.toString());
        } else if (value instanceof Number number) {
            out.value(number);
        } else if (value instanceof Map<?, ?> map) {
            out.beginObject();
            for (Map.Entry<?, ?> each : map.entrySet()) {
                out.name(String.valueOf(each.getKey()));
                write(out, each.getValue());
            }
            out.endObject();
        } else if (value instanceof Iterable<?> values) {
            out.beginArray();
            for (Object each : values) {
                write(out, each);
            }
            out.endArray();
        } else if (value instanceof Record each) {
            write(out, fields(each));
        } else {
            out.value(value.toString());
        }
    }

    /** A record's components by name, in order. */
    static Map<String, Object> fields(Record value) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            try {
                fields.put(component.getName(), component.getAccessor().invoke(value));
            } catch (ReflectiveOperationException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
        return fields;
    }

    /** Objects, each a record or read from JSON, as names and values. */
    @SuppressWarnings("unchecked") // parse makes maps with String keys only.
    static List<Map<String, Object>> objects(Iterable<?> values) {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (Object each : values) {
            objects.add(each instanceof Record view ? fields(view) : (Map<String, Object>) each);
        }
        return objects;
    }

    /**
     * Parses one JSON value.
     *
     * @throws IllegalArgumentException if the text is not one JSON value, saying where it goes wrong
     */
    static Object parse(String text) {
        JsonReader in = new JsonReader(new StringReader(text));
        in.setStrictness(Strictness.STRICT);
        try {
            Object value = read(in, 0);
            if (in.peek() != JsonToken.END_DOCUMENT) {
                throw new IllegalArgumentException("There is more than one JSON value");
            }
            return value;
        } catch (EOFException cut) {
            throw new IllegalArgumentException("The JSON value is cut off" + place(in), cut);
        } catch (MalformedJsonException malformed) {
            throw new IllegalArgumentException("This is not JSON" + place(in), malformed);
        } catch (IOException | NumberFormatException other) {
            throw new IllegalArgumentException("This is not JSON" + place(in) + ": " + other.getMessage(), other);
        }
    }

    private static String place(JsonReader in) {
        // Such as "JsonReader at line 1 column 5 path $.a".
        String place = in.toString().replaceFirst("^JsonReader", "");
        return place.replaceFirst(" path .*$", "");
    }

    private static Object read(JsonReader in, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("The JSON value nests deeper than " + MAX_DEPTH);
        }
        switch (in.peek()) {
            case BEGIN_OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                in.beginObject();
                while (in.hasNext()) {
                    String name = in.nextName();
                    if (map.containsKey(name)) {
                        throw new IllegalArgumentException("The JSON object has '" + name + "' twice");
                    }
                    map.put(name, read(in, depth + 1));
                }
                in.endObject();
                return map;
            }
            case BEGIN_ARRAY -> {
                List<Object> list = new ArrayList<>();
                in.beginArray();
                while (in.hasNext()) {
                    list.add(read(in, depth + 1));
                }
                in.endArray();
                return list;
            }
            case NUMBER -> {
                String number = in.nextString();
                // A whole number stays one, if 64 bits can hold it.
                return number.matches("-?[0-9]{1,19}") ? whole(number) : (Object) Double.valueOf(number);
            }
            case BOOLEAN -> {
                return in.nextBoolean();
            }
            case NULL -> {
                in.nextNull();
                return null;
            }
            default -> {
                return in.nextString();
            }
        }
    }

    private static Object whole(String number) {
        try {
            return Long.valueOf(number);
        } catch (NumberFormatException tooLarge) {
            return Double.valueOf(number);
        }
    }
}

package headway.events;

import headway.bus.BodyWriter;
import headway.bus.Marshaller;
import headway.dbus.Signature;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;

/**
 * Writes an event as D-Bus {@code a{sv}}, straight from the object and without a map in between. The README has the table
 * of types.
 *
 * <p>Throws IllegalArgumentException for an event that has no named values, is no tree, or has text that D-Bus cannot carry.
 */
final class EventMarshaller implements Marshaller<Object> {

    /** Whatever has this signature is an event, whoever published it. */
    static final String SIGNATURE = "a{sv}";

    @Override
    public String signature() {
        return SIGNATURE;
    }

    @Override
    public void marshal(Object event, BodyWriter out) {
        if (event instanceof Map<?, ?> map) {
            putEntries(map, out, 0);
        } else {
            putParts(EventData.shapeOfEvent(event), event, out, 0);
        }
    }

    private static void putParts(Shape shape, Object whole, BodyWriter out, int depth) {
        EventData.checkDepth(depth);
        out.beginArray("{sv}");
        for (int i = 0; i < shape.size(); i++) {
            putEntry(shape.name(i), shape.get(i, whole), out, depth);
        }
        out.endArray();
    }

    private static void putEntries(Map<?, ?> entries, BodyWriter out, int depth) {
        EventData.checkDepth(depth);
        out.beginArray("{sv}");
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
            putEntry(String.valueOf(EventData.simple(entry.getKey())), entry.getValue(), out, depth);
        }
        out.endArray();
    }

    /** D-Bus has no null: an entry without a value is left out. */
    private static void putEntry(String name, Object value, BodyWriter out, int depth) {
        Object present = EventData.unwrap(value);
        if (present != null) {
            out.beginDictEntry();
            out.putString(name);
            putVariant(present, out, depth + 1);
            out.endDictEntry();
        }
    }

    private static void putVariant(Object value, BodyWriter out, int depth) {
        if (value == null) {
            // In a list, where leaving it out would move the others, an empty signature stands for null.
            out.beginVariant("g").put("g", Signature.EMPTY).endVariant();
        } else if (value instanceof String s) {
            out.beginVariant("s").putString(s).endVariant();
        } else if (value instanceof Integer i) {
            out.beginVariant("i").putInt32(i).endVariant();
        } else if (value instanceof Map<?, ?> map) {
            out.beginVariant(SIGNATURE);
            putEntries(map, out, depth);
            out.endVariant();
        } else if (value instanceof Collection<?> list) {
            putList(list, out, depth);
        } else if (value.getClass().isArray()) {
            putArray(value, out, depth);
        } else if (Shape.of(value.getClass()).isComposite()) {
            out.beginVariant(SIGNATURE);
            putParts(Shape.of(value.getClass()), value, out, depth);
            out.endVariant();
        } else {
            Object simple = EventData.simple(value);
            String type = type(simple);
            out.beginVariant(type);
            putSimple(simple, type, out);
            out.endVariant();
        }
    }

    /** A list of one simple type is an array of that type, every other one an array of variants. */
    private static void putList(Collection<?> list, BodyWriter out, int depth) {
        EventData.checkDepth(depth);
        String type = commonType(list);
        out.beginVariant("a" + type);
        out.beginArray(type);
        for (Object element : list) {
            if (type.equals("v")) {
                putVariant(EventData.unwrap(element), out, depth + 1);
            } else {
                putSimple(EventData.simple(element), type, out);
            }
        }
        out.endArray().endVariant();
    }

    private static String commonType(Collection<?> list) {
        String common = null;
        for (Object element : list) {
            String type = isContainer(element) ? "v" : type(EventData.simple(element));
            // An array of bytes comes out as byte[], which a list must not.
            if ((common != null && !common.equals(type)) || type.equals("v") || type.equals("y")) {
                return "v";
            }
            common = type;
        }
        return common == null ? "v" : common;
    }

    private static boolean isContainer(Object element) {
        return element == null
                || element instanceof Map<?, ?>
                || element instanceof Collection<?>
                || EventData.unwrap(element) != element
                || element.getClass().isArray()
                || Shape.of(element.getClass()).isComposite();
    }

    private static void putArray(Object array, BodyWriter out, int depth) {
        if (array instanceof Object[] objects) {
            putList(Arrays.asList(objects), out, depth);
        } else if (array instanceof byte[] bytes) {
            out.beginVariant("ay").putBytes(bytes, 0, bytes.length).endVariant();
        } else if (array instanceof int[] ints) {
            out.beginVariant("ai").beginArray("i");
            for (int value : ints) {
                out.putInt32(value);
            }
            out.endArray().endVariant();
        } else if (array instanceof long[] longs) {
            out.beginVariant("ax").beginArray("x");
            for (long value : longs) {
                out.putInt64(value);
            }
            out.endArray().endVariant();
        } else if (array instanceof double[] doubles) {
            out.beginVariant("ad").beginArray("d");
            for (double value : doubles) {
                out.putDouble(value);
            }
            out.endArray().endVariant();
        } else if (array instanceof float[] floats) {
            out.beginVariant("ad").beginArray("d");
            for (float value : floats) {
                out.putDouble(value);
            }
            out.endArray().endVariant();
        } else if (array instanceof short[] shorts) {
            out.beginVariant("an").beginArray("n");
            for (short value : shorts) {
                out.putInt16(value);
            }
            out.endArray().endVariant();
        } else if (array instanceof boolean[] booleans) {
            out.beginVariant("ab").beginArray("b");
            for (boolean value : booleans) {
                out.putBoolean(value);
            }
            out.endArray().endVariant();
        } else {
            out.beginVariant("as").beginArray("s");
            for (char value : (char[]) array) {
                out.putString(String.valueOf(value));
            }
            out.endArray().endVariant();
        }
    }

    private static String type(Object simple) {
        if (simple instanceof String) {
            return "s";
        }
        if (simple instanceof Integer) {
            return "i";
        }
        if (simple instanceof Long) {
            return "x";
        }
        if (simple instanceof Double) {
            return "d";
        }
        if (simple instanceof Boolean) {
            return "b";
        }
        return simple instanceof Short ? "n" : "y";
    }

    private static void putSimple(Object simple, String type, BodyWriter out) {
        switch (type.charAt(0)) {
            case 's' -> out.putString((String) simple);
            case 'i' -> out.putInt32((Integer) simple);
            case 'x' -> out.putInt64((Long) simple);
            case 'd' -> out.putDouble((Double) simple);
            case 'b' -> out.putBoolean((Boolean) simple);
            case 'n' -> out.putInt16((Short) simple);
            default -> out.putByte((Byte) simple);
        }
    }
}

package headway.gateway;

import java.util.Arrays;
import java.util.function.Consumer;

/** A hash table whose keys are bytes, looked up where they stand in a message: nothing is allocated for that. */
final class ByteMap<V> {

    private byte[][] keys = new byte[16][];
    private Object[] values = new Object[16];
    private int size;

    /** The value of a key, or null. */
    V get(byte[] array, int from, int length) {
        int at = find(array, from, length);
        return keys[at] == null ? null : value(at);
    }

    V get(byte[] key) {
        return get(key, 0, key.length);
    }

    void put(byte[] key, V value) {
        int at = find(key, 0, key.length);
        if (keys[at] == null) {
            if (++size * 2 > keys.length) {
                grow();
                at = find(key, 0, key.length);
            }
            keys[at] = key;
        }
        values[at] = value;
    }

    void remove(byte[] key) {
        int hole = find(key, 0, key.length);
        if (keys[hole] == null) {
            return;
        }
        size--;
        int mask = keys.length - 1;
        // What stands behind the hole moves up, unless it would then stand before its own place.
        for (int at = (hole + 1) & mask; keys[at] != null; at = (at + 1) & mask) {
            int home = Hash.of(keys[at], 0, keys[at].length) & mask;
            if (((at - home) & mask) >= ((at - hole) & mask)) {
                keys[hole] = keys[at];
                values[hole] = values[at];
                hole = at;
            }
        }
        keys[hole] = null;
        values[hole] = null;
    }

    int size() {
        return size;
    }

    void forEach(Consumer<V> action) {
        for (int at = 0; at < keys.length; at++) {
            if (keys[at] != null) {
                action.accept(value(at));
            }
        }
    }

    @SuppressWarnings("unchecked") // Only put writes values.
    private V value(int at) {
        return (V) values[at];
    }

    private int find(byte[] array, int from, int length) {
        int mask = keys.length - 1;
        int at = Hash.of(array, from, length) & mask;
        while (keys[at] != null && !Arrays.equals(keys[at], 0, keys[at].length, array, from, from + length)) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private void grow() {
        byte[][] oldKeys = keys;
        Object[] oldValues = values;
        keys = new byte[oldKeys.length * 2][];
        values = new Object[oldKeys.length * 2];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != null) {
                int at = find(oldKeys[i], 0, oldKeys[i].length);
                keys[at] = oldKeys[i];
                values[at] = oldValues[i];
            }
        }
    }
}

package headway.gateway;

/** A hash table with numbers as keys, which are hashes themselves. */
final class LongMap<V> {

    private long[] keys = new long[16];
    private Object[] values = new Object[16];
    private int size;

    @SuppressWarnings("unchecked") // Only put writes values.
    V get(long key) {
        return (V) values[find(key)];
    }

    /** Sets a value, which is not null. */
    void put(long key, V value) {
        int at = find(key);
        if (values[at] == null) {
            if (++size * 2 > keys.length) {
                grow();
                at = find(key);
            }
            keys[at] = key;
        }
        values[at] = value;
    }

    void remove(long key) {
        int hole = find(key);
        if (values[hole] == null) {
            return;
        }
        size--;
        int mask = keys.length - 1;
        for (int at = (hole + 1) & mask; values[at] != null; at = (at + 1) & mask) {
            if (((at - home(keys[at])) & mask) >= ((at - hole) & mask)) {
                keys[hole] = keys[at];
                values[hole] = values[at];
                hole = at;
            }
        }
        values[hole] = null;
    }

    private int home(long key) {
        return (int) (key ^ (key >>> 32)) & (keys.length - 1);
    }

    private int find(long key) {
        int mask = keys.length - 1;
        int at = home(key);
        while (values[at] != null && keys[at] != key) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private void grow() {
        long[] oldKeys = keys;
        Object[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new Object[oldKeys.length * 2];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != null) {
                int at = find(oldKeys[i]);
                keys[at] = oldKeys[i];
                values[at] = oldValues[i];
            }
        }
    }
}

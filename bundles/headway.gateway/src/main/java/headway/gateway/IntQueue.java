package headway.gateway;

import java.util.Arrays;

/** Numbers, first in first out. */
final class IntQueue {

    private int[] items = new int[8];
    private int from;
    private int size;

    void add(int item) {
        if (from + size == items.length) {
            if (from > 0) {
                System.arraycopy(items, from, items, 0, size);
                from = 0;
            } else {
                items = Arrays.copyOf(items, items.length * 2);
            }
        }
        items[from + size++] = item;
    }

    int size() {
        return size;
    }

    /** Takes the first {@code count}, of which there must be so many. */
    int[] take(int count) {
        int[] taken = Arrays.copyOfRange(items, from, from + count);
        from += count;
        size -= count;
        return taken;
    }
}

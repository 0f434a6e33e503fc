package headway.gateway;

import java.util.function.Consumer;

/** Calls of one client by their serial; allocates only when it grows. */
final class CallTable {

    private PendingCall[] slots = new PendingCall[8];
    private int size;

    int size() {
        return size;
    }

    PendingCall get(int serial) {
        return slots[find(serial)];
    }

    void put(PendingCall call) {
        if (++size * 2 > slots.length) {
            grow();
        }
        slots[find(call.serial)] = call;
    }

    void remove(int serial) {
        int hole = find(serial);
        if (slots[hole] == null) {
            return;
        }
        size--;
        int mask = slots.length - 1;
        for (int at = (hole + 1) & mask; slots[at] != null; at = (at + 1) & mask) {
            if (((at - home(slots[at].serial)) & mask) >= ((at - hole) & mask)) {
                slots[hole] = slots[at];
                hole = at;
            }
        }
        slots[hole] = null;
    }

    void forEach(Consumer<PendingCall> action) {
        for (PendingCall call : slots.clone()) {
            if (call != null) {
                action.accept(call);
            }
        }
    }

    private int home(int serial) {
        return (serial * 0x9E3779B9) >>> 8 & (slots.length - 1);
    }

    private int find(int serial) {
        int mask = slots.length - 1;
        int at = home(serial);
        while (slots[at] != null && slots[at].serial != serial) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private void grow() {
        PendingCall[] old = slots;
        slots = new PendingCall[old.length * 2];
        for (PendingCall call : old) {
            if (call != null) {
                slots[find(call.serial)] = call;
            }
        }
    }
}

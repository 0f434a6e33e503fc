package headway.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** A payload that begins with its message's number. */
final class Numbered {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Numbered() {}

    static void write(byte[] payload, long number) {
        write(payload, 0, number);
    }

    /** Puts another number behind the first. */
    static void write(byte[] payload, int at, long number) {
        LONG.set(payload, at, number);
    }

    static long read(byte[] payload, int at) {
        return (long) LONG.get(payload, at);
    }

    static long read(byte[] payload) {
        return read(payload, 0);
    }
}

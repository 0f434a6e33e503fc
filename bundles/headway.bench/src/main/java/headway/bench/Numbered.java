package headway.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** A payload that begins with its message's number. */
final class Numbered {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Numbered() {}

    static void write(byte[] payload, long number) {
        LONG.set(payload, 0, number);
    }

    static long read(byte[] payload) {
        return (long) LONG.get(payload, 0);
    }
}

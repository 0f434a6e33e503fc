package headway.dbus;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Numbers in a byte array, in either byte order, and the limits of the D-Bus Specification. Alignment is not asked for:
 * a message may start anywhere in its array, its alignment counts from its own first byte.
 */
final class Wire {
    /** "Message Format": header and body together, 128 MiB. */
    static final int MAX_MESSAGE = 1 << 27;
    /** "Marshaling containers": the bytes of one array, 64 MiB. */
    static final int MAX_ARRAY = 1 << 26;
    /** "Valid signatures": bytes of one signature, and nesting of arrays and of structs, each on its own. */
    static final int MAX_SIGNATURE = 255;

    static final int MAX_SIGNATURE_DEPTH = 32;
    /** "Marshaling containers", VARIANT: nesting of all containers of a value, variants included. */
    static final int MAX_DEPTH = 64;

    static final byte LITTLE = 'l';
    static final byte BIG = 'B';
    static final byte PROTOCOL_VERSION = 1;

    private static final VarHandle SHORT_LE = view(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT_BE = view(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT_LE = view(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_BE = view(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG_LE = view(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG_BE = view(long[].class, ByteOrder.BIG_ENDIAN);

    private Wire() {}

    private static VarHandle view(Class<?> arrayType, ByteOrder order) {
        return MethodHandles.byteArrayViewVarHandle(arrayType, order);
    }

    static short getShort(byte[] array, int at, boolean big) {
        return big ? (short) SHORT_BE.get(array, at) : (short) SHORT_LE.get(array, at);
    }

    static int getInt(byte[] array, int at, boolean big) {
        return big ? (int) INT_BE.get(array, at) : (int) INT_LE.get(array, at);
    }

    static long getLong(byte[] array, int at, boolean big) {
        return big ? (long) LONG_BE.get(array, at) : (long) LONG_LE.get(array, at);
    }

    static void putShort(byte[] array, int at, short value, boolean big) {
        if (big) {
            SHORT_BE.set(array, at, value);
        } else {
            SHORT_LE.set(array, at, value);
        }
    }

    static void putInt(byte[] array, int at, int value, boolean big) {
        if (big) {
            INT_BE.set(array, at, value);
        } else {
            INT_LE.set(array, at, value);
        }
    }

    static void putLong(byte[] array, int at, long value, boolean big) {
        if (big) {
            LONG_BE.set(array, at, value);
        } else {
            LONG_LE.set(array, at, value);
        }
    }
}

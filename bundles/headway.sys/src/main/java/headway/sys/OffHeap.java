package headway.sys;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A piece of memory that Java sees as a buffer and C as an address.
 *
 * <p>It is laid out once and used for long. It lives as long as this object is reachable: whoever passes the address to C
 * must hold on to the object until the call has returned.
 */
public final class OffHeap {

    private final ByteBuffer bytes;
    private final long address;

    private OffHeap(ByteBuffer bytes) {
        this.bytes = bytes;
        this.address = Pointer.nativeValue(Native.getDirectBufferPointer(bytes));
    }

    /** New memory, all zero. */
    public static OffHeap allocate(int size) {
        return new OffHeap(ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder()));
    }

    /** All of it, in the machine's byte order; meant for access by index. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** Where it is. */
    public long address() {
        return address;
    }
}

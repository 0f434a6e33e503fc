package headway.sys;

import headway.sys.Socket.Cmsghdr;
import headway.sys.Socket.Iovec;
import headway.sys.Socket.Mmsghdr;
import headway.sys.Socket.Msghdr;
import headway.sys.Socket.Ucred;
import java.nio.ByteBuffer;

/**
 * Several messages with their addresses and control data, laid out for sendmmsg(2) and recvmmsg(2): an array of {@code
 * struct mmsghdr} and all it points to.
 *
 * <p>Each message has one piece of payload, anywhere in {@link #payload} or in other memory. One thread at a time; nothing
 * is allocated after the constructor.
 */
public final class Messages {

    /** What each control message and its data are aligned to. */
    private static final int ALIGN = 8;

    private final int count;
    private final int nameBytes;
    private final int controlBytes;
    private final int iovecs;
    private final int names;
    private final int controls;
    private final OffHeap headers;
    private final OffHeap payload;
    private final ByteBuffer h;
    /** How many have been used since they were made ready to be received into; all of them at first. */
    private int used;

    /**
     * Makes room.
     *
     * @param count for so many messages
     * @param nameBytes of the address of each
     * @param controlBytes of the control data of each; see {@link #controlSpace}
     * @param payloadBytes of all payloads together
     */
    public Messages(int count, int nameBytes, int controlBytes, int payloadBytes) {
        this.count = count;
        this.used = count;
        this.nameBytes = nameBytes;
        this.controlBytes = controlBytes;
        iovecs = count * Mmsghdr.SIZEOF;
        controls = iovecs + count * Iovec.SIZEOF;
        names = controls + count * controlBytes;
        headers = OffHeap.allocate(names + count * nameBytes);
        payload = OffHeap.allocate(payloadBytes);
        h = headers.bytes();
        for (int i = 0; i < count; i++) {
            int at = i * Mmsghdr.SIZEOF;
            h.putLong(at + Msghdr.MSG_NAME, nameBytes == 0 ? 0 : headers.address() + name(i));
            h.putLong(at + Msghdr.MSG_IOV, headers.address() + iovecs + (long) i * Iovec.SIZEOF);
            h.putLong(at + Msghdr.MSG_IOVLEN, 1);
            h.putLong(at + Msghdr.MSG_CONTROL, controlBytes == 0 ? 0 : headers.address() + control(i));
            h.putInt(at + Msghdr.MSG_NAMELEN, nameBytes);
        }
    }

    /** The bytes of control data that one control message takes. */
    public static int controlSpace(int dataBytes) {
        return Cmsghdr.SIZEOF + align(dataBytes);
    }

    private static int align(int size) {
        return (size + ALIGN - 1) & -ALIGN;
    }

    /** How many messages there is room for. */
    public int count() {
        return count;
    }

    long address(int first) {
        return headers.address() + (long) first * Mmsghdr.SIZEOF;
    }

    // ---- What a message consists of

    /** The memory for payloads. */
    public OffHeap payload() {
        return payload;
    }

    /** Says where the payload of a message is. */
    public void place(int i, int offset, int length) {
        place(i, payload, offset, length);
    }

    /** Says where the payload of a message is, in other memory, which the caller holds on to. */
    public void place(int i, OffHeap where, int offset, int length) {
        int at = iovecs + i * Iovec.SIZEOF;
        h.putLong(at + Iovec.IOV_BASE, where.address() + offset);
        h.putLong(at + Iovec.IOV_LEN, length);
    }

    /** Where the address of a message begins in {@link #headers}. */
    public int name(int i) {
        return names + i * nameBytes;
    }

    private int control(int i) {
        return controls + i * controlBytes;
    }

    /** The memory in which addresses are. */
    public ByteBuffer headers() {
        return h;
    }

    /** Sends no control data with a message. */
    public void withoutControl(int i) {
        h.putLong(i * Mmsghdr.SIZEOF + Msghdr.MSG_CONTROLLEN, 0);
    }

    /** Sends copies of open descriptors with a message. */
    public void attach(int i, int... fds) {
        int dataBytes = fds.length * Integer.BYTES;
        if (controlSpace(dataBytes) > controlBytes) {
            throw new IllegalArgumentException(
                    fds.length + " descriptors do not fit in " + controlBytes + " bytes of control data");
        }
        int at = control(i);
        h.putLong(at + Cmsghdr.CMSG_LEN, Cmsghdr.SIZEOF + dataBytes);
        h.putInt(at + Cmsghdr.CMSG_LEVEL, Socket.SOL_SOCKET);
        h.putInt(at + Cmsghdr.CMSG_TYPE, Socket.SCM_RIGHTS);
        for (int k = 0; k < fds.length; k++) {
            h.putInt(at + Cmsghdr.SIZEOF + k * Integer.BYTES, fds[k]);
        }
        h.putLong(i * Mmsghdr.SIZEOF + Msghdr.MSG_CONTROLLEN, controlSpace(dataBytes));
    }

    /** Says who sends a message; the kernel refuses what is not true, except from the privileged. */
    public void claim(int i, int pid, int uid, int gid) {
        int at = control(i);
        h.putLong(at + Cmsghdr.CMSG_LEN, Cmsghdr.SIZEOF + Ucred.SIZEOF);
        h.putInt(at + Cmsghdr.CMSG_LEVEL, Socket.SOL_SOCKET);
        h.putInt(at + Cmsghdr.CMSG_TYPE, Socket.SCM_CREDENTIALS);
        h.putInt(at + Cmsghdr.SIZEOF + Ucred.PID, pid);
        h.putInt(at + Cmsghdr.SIZEOF + Ucred.UID, uid);
        h.putInt(at + Cmsghdr.SIZEOF + Ucred.GID, gid);
        h.putLong(i * Mmsghdr.SIZEOF + Msghdr.MSG_CONTROLLEN, controlSpace(Ucred.SIZEOF));
    }

    /** Makes all messages ready to be received into; what the last call has left is forgotten. */
    void renew() {
        for (int i = 0; i < used; i++) {
            int at = i * Mmsghdr.SIZEOF;
            h.putInt(at + Msghdr.MSG_NAMELEN, nameBytes);
            h.putLong(at + Msghdr.MSG_CONTROLLEN, controlBytes);
            h.putInt(at + Msghdr.MSG_FLAGS, 0);
        }
        used = 0;
    }

    /** A message was received by itself, so many bytes. */
    void received(int i, int length) {
        h.putInt(i * Mmsghdr.SIZEOF + Mmsghdr.MSG_LEN, length);
    }

    /** So many have been received into. */
    void received(int messages) {
        used = messages;
    }

    // ---- What became of a message

    /** How many bytes were sent or received. */
    public int length(int i) {
        return h.getInt(i * Mmsghdr.SIZEOF + Mmsghdr.MSG_LEN);
    }

    /** With which flags it was received, such as {@link Socket#MSG_TRUNC}. */
    public int flags(int i) {
        return h.getInt(i * Mmsghdr.SIZEOF + Msghdr.MSG_FLAGS);
    }

    /** How long the address is that it came from. */
    public int nameLength(int i) {
        return h.getInt(i * Mmsghdr.SIZEOF + Msghdr.MSG_NAMELEN);
    }

    /**
     * Finds received control data.
     *
     * @param least so many bytes it must have
     * @return where it begins in {@link #headers}, or -1 if it did not come
     */
    public int find(int i, int level, int type, int least) {
        int at = control(i);
        int end = at + (int) Math.min(controlBytes, h.getLong(i * Mmsghdr.SIZEOF + Msghdr.MSG_CONTROLLEN));
        while (at + Cmsghdr.SIZEOF <= end) {
            long length = h.getLong(at + Cmsghdr.CMSG_LEN);
            if (length < Cmsghdr.SIZEOF || length > end - at) {
                return -1;
            }
            if (h.getInt(at + Cmsghdr.CMSG_LEVEL) == level
                    && h.getInt(at + Cmsghdr.CMSG_TYPE) == type
                    && length >= Cmsghdr.SIZEOF + least) {
                return at + Cmsghdr.SIZEOF;
            }
            at += align((int) length);
        }
        return -1;
    }

    /** How many bytes of received control data begin where {@link #find} has said. */
    public int controlLength(int found) {
        return (int) h.getLong(found - Cmsghdr.SIZEOF + Cmsghdr.CMSG_LEN) - Cmsghdr.SIZEOF;
    }

    /** Where the {@code struct ucred} of the sender is in {@link #headers}, or -1 if none came. */
    public int credentials(int i) {
        return find(i, Socket.SOL_SOCKET, Socket.SCM_CREDENTIALS, Ucred.SIZEOF);
    }

    /**
     * The open descriptors that came with a message; they belong to the caller now.
     *
     * @param into room for them
     * @return how many there are; those without room are closed
     */
    public int descriptors(int i, int[] into) {
        int at = find(i, Socket.SOL_SOCKET, Socket.SCM_RIGHTS, 0);
        if (at < 0) {
            return 0;
        }
        int came = (int) (h.getLong(at - Cmsghdr.SIZEOF + Cmsghdr.CMSG_LEN) - Cmsghdr.SIZEOF) / Integer.BYTES;
        for (int k = 0; k < came; k++) {
            int fd = h.getInt(at + k * Integer.BYTES);
            if (k < into.length) {
                into[k] = fd;
            } else {
                int ignored = Unistd.close(fd);
            }
        }
        return Math.min(came, into.length);
    }
}

package headway.core;

import headway.dbus.InvalidMessageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A large message that its sender lends: it lies on the sender's shelf, and may be read there until all borrowers have given it
 * back. The sender is another process, so what is read twice may differ. Any thread may read it and give it back.
 */
final class Loan {

    private static final int FIXED_HEADER = headway.dbus.Message.FIXED_HEADER;
    private static final int LONGEST_HEADER = 512;
    private static final byte SIGNAL = 4;

    private final ByteBuffer bytes;
    private final Runnable onReturn;
    private final AtomicInteger borrowers = new AtomicInteger();

    /**
     * A message that nobody has borrowed yet.
     *
     * @param bytes all of it, where it lies
     * @param onReturn runs on the thread of the last borrower who gives it back
     */
    Loan(ByteBuffer bytes, Runnable onReturn) {
        this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
        this.onReturn = onReturn;
    }

    int length() {
        return bytes.capacity();
    }

    /** Lends it to so many, each of whom gives it back. */
    void lend(int number) {
        borrowers.set(number);
    }

    /** One borrower is done with it, or will never get it. */
    void giveBack() {
        if (borrowers.decrementAndGet() == 0) {
            onReturn.run();
        }
    }

    /** Whether nobody borrows it any more. */
    boolean isOver() {
        return borrowers.get() == 0;
    }

    private void requireLent() {
        if (isOver()) {
            throw new IllegalStateException("The message was only borrowed, and has been given back");
        }
    }

    /** All of it, to be kept; before it is lent, or by a borrower through {@link #copyLent}. */
    byte[] copy() {
        byte[] copy = new byte[bytes.capacity()];
        bytes.get(0, copy);
        return copy;
    }

    /**
     * What {@link #copy} gives, for a borrower.
     *
     * @throws IllegalStateException if it was given back
     */
    byte[] copyLent() {
        requireLent();
        return copy();
    }

    /**
     * The header of a signal as a message without a body.
     *
     * @return a copy; null if it is something else, big-endian, or has a header too long to be lent
     */
    byte[] signalHeader() {
        byte[] fixed = new byte[FIXED_HEADER];
        bytes.get(0, fixed);
        int size = Bytes.getInt(fixed, 12) + FIXED_HEADER;
        if (fixed[0] != 'l' || fixed[1] != SIGNAL || size < FIXED_HEADER || size > LONGEST_HEADER || !isAll(fixed)) {
            return null;
        }
        byte[] header = new byte[Bytes.align8(size)];
        System.arraycopy(fixed, 0, header, 0, FIXED_HEADER);
        bytes.get(FIXED_HEADER, header, FIXED_HEADER, header.length - FIXED_HEADER);
        Bytes.putInt(header, 4, 0);
        // It was looked at before it was copied.
        return Bytes.getInt(header, 12) + FIXED_HEADER == size ? header : null;
    }

    private boolean isAll(byte[] fixed) {
        try {
            return headway.dbus.Message.length(fixed, 0, FIXED_HEADER) == length();
        } catch (InvalidMessageException e) {
            return false;
        }
    }

    /**
     * The bytes of an array {@code ay} that begins there, where they lie.
     *
     * @throws InvalidMessageException if it is longer than the message
     * @throws IllegalStateException if it was given back
     */
    ByteBuffer viewBytes(int at) {
        requireLent();
        int from = at + Integer.BYTES;
        int size = from <= length() ? bytes.getInt(at) : -1;
        if (size < 0 || size > length() - from) {
            throw new InvalidMessageException("array of " + Integer.toUnsignedLong(size) + " bytes", at);
        }
        return bytes.slice(from, size).order(ByteOrder.LITTLE_ENDIAN);
    }
}

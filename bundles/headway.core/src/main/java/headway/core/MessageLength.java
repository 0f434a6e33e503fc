package headway.core;

import headway.dbus.InvalidMessageException;
import headway.dbus.Message;

/** How long the message is that begins somewhere. */
final class MessageLength {

    private MessageLength() {}

    /** Bytes of the message, or -1 if there is none or it is longer than what is there. */
    static int at(byte[] array, int offset, int available) {
        try {
            int length = Message.length(array, offset, available);
            return length > 0 && length <= available ? length : -1;
        } catch (InvalidMessageException e) {
            return -1;
        }
    }
}

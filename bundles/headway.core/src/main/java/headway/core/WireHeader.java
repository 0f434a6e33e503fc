package headway.core;

import headway.dbus.HeaderField;
import headway.dbus.Message;
import headway.dbus.MessageType;

/**
 * The header of a message that came over a link, parsed and checked; shared by all messages whose header is the same but
 * for serial and body length.
 *
 * @param message one message with this header, perhaps without its body; only its header fields count
 * @param type its kind
 * @param topic the topic's name, if it is a signal for everybody, else null
 */
record WireHeader(Message message, headway.bus.Message.Type type, String topic) {

    /**
     * The header of that message.
     *
     * @return null if its kind is not one of the four and it is to be ignored (D-Bus specification, "Message Types")
     * @throws IllegalArgumentException if it is published to what is no topic
     */
    static WireHeader of(Message message) {
        MessageType kind = message.type();
        if (kind == null) {
            return null;
        }
        headway.bus.Message.Type type = switch (kind) {
            case METHOD_CALL -> headway.bus.Message.Type.CALL;
            case METHOD_RETURN -> headway.bus.Message.Type.RETURN;
            case ERROR -> headway.bus.Message.Type.ERROR;
            case SIGNAL -> headway.bus.Message.Type.SIGNAL;
            default -> null;
        };
        if (type == null) {
            return null;
        }
        boolean forAll = type == headway.bus.Message.Type.SIGNAL
                && !message.has(HeaderField.DESTINATION)
                && !Control.isControl(message);
        SignalName signal = forAll ? new SignalName(message.path(), message.interfaceName(), message.member()) : null;
        return new WireHeader(message, type, forAll ? signal.topic() : null);
    }
}

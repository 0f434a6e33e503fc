package headway.core;

import headway.bus.Marshaller;
import headway.dbus.MessageTemplate;
import headway.dbus.MessageWriter;
import java.util.Arrays;
import java.util.function.Consumer;

/** Writes messages into an array of its own, which is reused: each thread has one. */
final class Encoder {

    private static final ThreadLocal<Encoder> OF_THREAD = ThreadLocal.withInitial(Encoder::new);

    /** An array that grew beyond this for one large message is not kept. */
    private static final int KEPT = 1 << 18;

    private MessageWriter writer = new MessageWriter();
    private BodyOut body = new BodyOut(writer);
    private boolean busy;

    /** The encoder of this thread; a new one if a marshaller is using it right now. */
    static Encoder ofThread() {
        Encoder encoder = OF_THREAD.get();
        return encoder.busy ? new Encoder() : encoder;
    }

    /**
     * Writes one message with serial 1 and leaves it in {@link #array} from 0 on.
     *
     * @return its length
     * @throws IllegalArgumentException if the marshaller does not write what its signature says
     */
    <T> int encode(MessageTemplate template, Marshaller<T> marshaller, T value) {
        busy = true;
        try {
            template.begin(fresh(), 1);
            writer.expect(template.signature());
            marshaller.marshal(value, body);
            return template.end(writer);
        } catch (IllegalStateException e) {
            throw new IllegalArgumentException(
                    "The marshaller " + marshaller.getClass().getName() + " does not write '" + marshaller.signature()
                            + "': " + e.getMessage(),
                    e);
        } finally {
            busy = false;
        }
    }

    /**
     * One message of its own.
     *
     * @param header writes the header
     * @param values one for each type of the template's signature
     * @throws IllegalArgumentException if they do not fit
     */
    byte[] encode(Consumer<MessageWriter> header, MessageTemplate template, Object... values) {
        busy = true;
        try {
            header.accept(fresh());
            writer.put(template.signature(), values);
            return Arrays.copyOf(writer.array(), template.end(writer));
        } finally {
            busy = false;
        }
    }

    private MessageWriter fresh() {
        if (writer.array().length > KEPT) {
            writer = new MessageWriter();
            body = new BodyOut(writer);
        }
        return writer.reset();
    }

    /** The message of that length, to be kept: the array itself if it is as long and would not be used again. */
    byte[] take(int length) {
        byte[] array = writer.array();
        if (array.length > length || length <= KEPT) {
            return Arrays.copyOf(array, length);
        }
        writer = new MessageWriter();
        body = new BodyOut(writer);
        return array;
    }

    byte[] array() {
        return writer.array();
    }
}

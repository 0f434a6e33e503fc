package headway.remote.impl;

import headway.dbus.Signature;
import java.util.function.IntUnaryOperator;

/** A codec whose values travel as another type of the same shape ({@link headway.remote.DBusType}). */
final class RetypedCodec extends Codec {

    private static final String INTEGERS = "nqiuxt";
    private static final String TEXTS = "sog";

    private final Codec codec;

    /**
     * The same values as another type.
     *
     * @throws IllegalArgumentException if that is no type, or one of another shape
     */
    RetypedCodec(Codec codec, String signature) {
        super(signature);
        this.codec = codec;
        if (!Signature.of(signature).isSingle() || !shape(signature).equals(shape(codec.signature()))) {
            throw new IllegalArgumentException(
                    "@DBusType(\"" + signature + "\") has another shape than " + codec.signature());
        }
    }

    private static String shape(String signature) {
        IntUnaryOperator kind = c -> INTEGERS.indexOf(c) >= 0 ? 'i' : TEXTS.indexOf(c) >= 0 ? 's' : c;
        StringBuilder shape = new StringBuilder();
        signature.chars().map(kind).forEach(c -> shape.append((char) c));
        return shape.toString();
    }

    @Override
    boolean takesVariants() {
        return codec.takesVariants();
    }

    @Override
    Object encode(Object value, int depth) {
        return codec.toWire(value, depth);
    }

    @Override
    Object decode(Object wire) {
        return codec.toJava(wire);
    }
}

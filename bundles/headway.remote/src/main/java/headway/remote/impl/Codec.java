package headway.remote.impl;

import headway.dbus.Variant;

/**
 * How the values of one Java type travel: which D-Bus type they are, and both ways between them and the values that a message body
 * has. Immutable; any thread.
 */
abstract class Codec {

    /** D-Bus allows 64 containers around a value; whoever needs more has a list that contains itself. */
    private static final int DEEPEST = 64;

    private final String signature;

    /**
     * Values of this D-Bus type.
     *
     * @param signature one single complete type
     */
    Codec(String signature) {
        this.signature = signature;
    }

    /** Their D-Bus type: one single complete type. */
    String signature() {
        return signature;
    }

    /**
     * A Java value as a message body has it. Containers are copied: what the caller does to them later is his own affair.
     *
     * @throws IllegalArgumentException if it has no such form, saying why; null never has
     */
    final Object toWire(Object value) {
        return toWire(value, 0);
    }

    /** {@link #toWire(Object)} of a value with so many containers around it. */
    final Object toWire(Object value, int depth) {
        if (value == null) {
            throw new IllegalArgumentException("null has no D-Bus form; an Optional has one");
        }
        if (depth > DEEPEST) {
            throw new IllegalArgumentException("nested deeper than " + DEEPEST + " levels, or containing itself");
        }
        return encode(value, depth);
    }

    /**
     * A value of a message body as Java value. Takes whatever can be meant: the sender may be a program that knows better than we do
     * how many bits a number needs.
     *
     * @throws IllegalArgumentException if it does not fit, saying why
     */
    final Object toJava(Object wire) {
        Object value = wire;
        while (value instanceof Variant variant && !takesVariants()) {
            value = variant.value();
        }
        if (value == null) {
            throw new IllegalArgumentException("nothing where a " + signature + " belongs");
        }
        return decode(value);
    }

    /** Whether a variant is what it wants, and not what is in it. */
    boolean takesVariants() {
        return false;
    }

    /** The value is not null. */
    abstract Object encode(Object value, int depth);

    /** The value is not null, and no variant unless it {@link #takesVariants}. */
    abstract Object decode(Object wire);

    /** Says no to a value of a message body. */
    static IllegalArgumentException unfit(Object wire, String wanted) {
        return new IllegalArgumentException("a " + wire.getClass().getSimpleName() + " where " + wanted + " belongs");
    }
}

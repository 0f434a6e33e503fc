package headway.dbus;

import java.util.Objects;

/**
 * A value that carries its type, type {@code v}.
 *
 * @param signature one single complete type
 * @param value the Java value that the type maps to
 */
public record Variant(Signature signature, Object value) {
    /**
     * A variant; whether the value fits the signature shows when it is marshalled.
     *
     * @throws IllegalArgumentException if the signature is not one single complete type
     */
    public Variant {
        if (!signature.isSingle()) {
            throw new IllegalArgumentException(
                    "variant of signature '" + signature + "', which is not one complete type");
        }
        Objects.requireNonNull(value, "value");
    }

    /** A variant of this type; the value is only looked at when it is marshalled. */
    public static Variant of(String signature, Object value) {
        return new Variant(Signature.of(signature), value);
    }

    /**
     * A variant of the type that a decoded value of this Java class would have had: Byte y, Boolean b, Short n, Integer
     * i, Long x, Double d, String s, {@link ObjectPath} o, {@link Signature} g, {@link UnixFd} h, byte[] ay, Variant v.
     *
     * @throws IllegalArgumentException for any other class, whose type must be said
     */
    public static Variant of(Object value) {
        String signature;
        if (value instanceof String) {
            signature = "s";
        } else if (value instanceof Integer) {
            signature = "i";
        } else if (value instanceof Boolean) {
            signature = "b";
        } else if (value instanceof Double) {
            signature = "d";
        } else if (value instanceof Long) {
            signature = "x";
        } else if (value instanceof Short) {
            signature = "n";
        } else if (value instanceof Byte) {
            signature = "y";
        } else if (value instanceof ObjectPath) {
            signature = "o";
        } else if (value instanceof Signature) {
            signature = "g";
        } else if (value instanceof UnixFd) {
            signature = "h";
        } else if (value instanceof byte[]) {
            signature = "ay";
        } else if (value instanceof Variant) {
            signature = "v";
        } else {
            throw new IllegalArgumentException(
                    "the D-Bus type of a " + value.getClass().getName() + " must be said");
        }
        return of(signature, value);
    }
}

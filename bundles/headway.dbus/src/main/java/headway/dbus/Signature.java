package headway.dbus;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Zero or more single complete types, validated ("Valid Signatures"): at most 255 bytes, arrays nested at most 32 deep
 * and structs (dictionary entries count as such) at most 32 deep. Immutable; the same text mostly gives the same
 * instance.
 */
public final class Signature implements CharSequence {
    /** No types at all: the signature of an empty body. */
    public static final Signature EMPTY = new Signature("");

    // Direct-mapped and racy on purpose: a lost entry costs one more parse, and a hostile peer cannot make it grow.
    private static final Signature[] RECENT = new Signature[512];

    private final String text;
    private final byte[] codes;
    private final short[] next;
    private final int count;

    private Signature(String text) {
        this.text = text;
        if (text.length() > Wire.MAX_SIGNATURE) {
            throw new IllegalArgumentException(
                    "signature of " + text.length() + " bytes, at most " + Wire.MAX_SIGNATURE + " are allowed");
        }
        codes = new byte[text.length()];
        next = new short[codes.length];
        for (int i = 0; i < codes.length; i++) {
            char c = text.charAt(i);
            codes[i] = (byte) (c < 128 ? c : 127);
        }
        int types = 0;
        int at = 0;
        while (at < codes.length) {
            at = complete(at, 0, 0);
            types++;
        }
        count = types;
    }

    /**
     * The signature of this text.
     *
     * @throws IllegalArgumentException if it is not valid, saying what is wrong and at which character
     */
    public static Signature of(String text) {
        int hash = 0;
        for (int i = 0; i < text.length(); i++) {
            hash = 31 * hash + text.charAt(i);
        }
        int slot = slot(hash);
        Signature recent = RECENT[slot];
        if (recent == null || !recent.text.equals(text)) {
            recent = text.isEmpty() ? EMPTY : new Signature(text);
            RECENT[slot] = recent;
        }
        return recent;
    }

    /** As {@link #of}, from bytes and without garbage if the signature was seen lately. */
    static Signature of(byte[] array, int from, int length) {
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + (array[from + i] & 0xFF);
        }
        Signature recent = RECENT[slot(hash)];
        if (recent != null && recent.is(array, from, length)) {
            return recent;
        }
        return of(new String(array, from, length, StandardCharsets.ISO_8859_1));
    }

    private static int slot(int hash) {
        return (hash ^ (hash >>> 16)) & (RECENT.length - 1);
    }

    private boolean is(byte[] array, int from, int length) {
        return Arrays.equals(codes, 0, codes.length, array, from, from + length);
    }

    /** Whether {@link #of} would accept the text. */
    public static boolean isValid(String text) {
        try {
            of(text);
            return true;
        } catch (IllegalArgumentException invalid) {
            return false;
        }
    }

    /** Number of single complete types, such as 2 for {@code sa{sv}}. */
    public int count() {
        return count;
    }

    /** Whether it is exactly one complete type, as a variant needs it. */
    public boolean isSingle() {
        return count == 1;
    }

    /** The single complete types, in order. */
    public List<Signature> types() {
        List<Signature> types = new ArrayList<>(count);
        for (int at = 0; at < codes.length; at = next[at]) {
            types.add(of(text.substring(at, next[at])));
        }
        return List.copyOf(types);
    }

    /**
     * The type of a single complete type.
     *
     * @throws IllegalStateException if it is none or more than one
     */
    public Type type() {
        if (!isSingle()) {
            throw new IllegalStateException("'" + text + "' is not a single complete type");
        }
        return Type.of(text.charAt(0));
    }

    /**
     * What is inside a single type: the element of an array, key and value of a dictionary, the members of a struct;
     * {@link #EMPTY} for everything else.
     */
    public Signature inner() {
        return switch (type()) {
            case ARRAY -> codes[1] == '{' ? of(text.substring(2, text.length() - 1)) : of(text.substring(1));
            case STRUCT -> of(text.substring(1, text.length() - 1));
            default -> EMPTY;
        };
    }

    /** The type codes; do not write to them. */
    byte[] codes() {
        return codes;
    }

    /** Index after the single complete type that starts at {@code at}. */
    int next(int at) {
        return next[at];
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public char charAt(int index) {
        return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.subSequence(start, end);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Signature that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The text, such as {@code a{sv}}. */
    @Override
    public String toString() {
        return text;
    }

    private int complete(int at, int arrays, int structs) {
        if (at == codes.length) {
            throw invalid("ends where a type must follow", at);
        }
        int end = switch (codes[at]) {
            case 'y', 'b', 'n', 'q', 'i', 'u', 'x', 't', 'd', 's', 'o', 'g', 'h', 'v' -> at + 1;
            case 'a' -> array(at, arrays + 1, structs);
            case '(' -> struct(at, arrays, structs + 1);
            case '{' -> throw invalid("has a dictionary entry outside an array", at);
            case ')' -> throw invalid("has an unexpected ')'", at);
            case '}' -> throw invalid("has an unexpected '}'", at);
            default -> throw invalid("has no type '" + text.charAt(at) + "'", at);
        };
        next[at] = (short) end;
        return end;
    }

    private int array(int at, int arrays, int structs) {
        if (arrays > Wire.MAX_SIGNATURE_DEPTH) {
            throw invalid("nests more than 32 arrays", at);
        }
        int element = at + 1;
        if (element == codes.length || codes[element] != '{') {
            return complete(element, arrays, structs);
        }
        if (structs + 1 > Wire.MAX_SIGNATURE_DEPTH) {
            throw invalid("nests more than 32 structs", element);
        }
        int key = element + 1;
        int value = complete(key, arrays, structs + 1);
        if (value != key + 1 || codes[key] == 'v') {
            throw invalid("has a dictionary key that is no basic type", key);
        }
        if (value < codes.length && codes[value] == '}') {
            throw invalid("has a dictionary entry without a value", value);
        }
        int end = complete(value, arrays, structs + 1);
        if (end == codes.length || codes[end] != '}') {
            throw invalid("has a dictionary entry that is not closed after its value", end);
        }
        next[element] = (short) (end + 1);
        return end + 1;
    }

    private int struct(int at, int arrays, int structs) {
        if (structs > Wire.MAX_SIGNATURE_DEPTH) {
            throw invalid("nests more than 32 structs", at);
        }
        int member = at + 1;
        if (member < codes.length && codes[member] == ')') {
            throw invalid("has an empty struct", at);
        }
        while (member < codes.length && codes[member] != ')') {
            member = complete(member, arrays, structs);
        }
        if (member == codes.length) {
            throw invalid("has a struct that is not closed", at);
        }
        return member + 1;
    }

    private IllegalArgumentException invalid(String what, int at) {
        return new IllegalArgumentException("signature '" + text + "' " + what + " (at character " + at + ")");
    }
}

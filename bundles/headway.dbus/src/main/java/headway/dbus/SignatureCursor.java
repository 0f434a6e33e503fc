package headway.dbus;

import java.util.Arrays;

/**
 * A place in a signature that moves from value to value, into arrays, structs and variants and out again: how writer
 * and reader know what must come next. A wrong value is the caller's mistake, an IllegalStateException.
 */
final class SignatureCursor {
    private static final int NO_ARRAY = -1;

    private Signature signature = Signature.EMPTY;
    private int at;
    /** In an array the index of the element's type, to which each further element goes back. */
    private int element = NO_ARRAY;

    /** What is around the place, outermost first; made when first needed. */
    private int depth;

    private Signature[] outerSignature;
    private int[] outerAt;
    private int[] outerElement;

    void start(Signature next) {
        signature = next;
        at = 0;
        element = NO_ARRAY;
        depth = 0;
    }

    void finish() {
        if (depth != 0 || at != signature.length()) {
            throw new IllegalStateException("values of signature '" + signature + "' are missing from character " + at);
        }
    }

    /** Number of open containers. */
    int depth() {
        return depth;
    }

    /** The signature that the next value is described in. */
    Signature signature() {
        return signature;
    }

    /** Where in {@link #signature()} the type of the next value is; its length if no value follows. */
    int at() {
        if (element != NO_ARRAY) {
            at = element;
        }
        return at;
    }

    /** The type code of the next value, 0 if there is none. */
    char peek() {
        int i = at();
        return i < signature.length() ? (char) signature.codes()[i] : 0;
    }

    /** Whether the innermost open container is an array. */
    boolean inArray() {
        return element != NO_ARRAY;
    }

    void checkNext(char code) {
        if (peek() != code) {
            throw unexpected(code);
        }
    }

    /** First type code of the elements, if an array comes next. */
    byte elementCode() {
        return signature.codes()[at + 1];
    }

    /** Passes a basic value. */
    void next(char code) {
        checkNext(code);
        at++;
    }

    /** Passes a whole value of any type. */
    void skip() {
        at = signature.next(at());
    }

    void beginArray(char elementCode) {
        checkNext('a');
        if (elementCode() != elementCode) {
            at++;
            throw unexpected(elementCode);
        }
        push(signature.next(at));
        at++;
        element = at;
    }

    void endArray() {
        pop();
    }

    void beginMembers(char code) {
        checkNext(code);
        push(signature.next(at));
        at++;
    }

    void endMembers(char close) {
        if (peek() != close) {
            throw unexpected(close);
        }
        pop();
    }

    void beginVariant(Signature inner) {
        checkNext('v');
        push(at + 1);
        signature = inner;
        at = 0;
    }

    void endVariant() {
        if (depth == 0 || at != signature.length()) {
            throw new IllegalStateException("the value of a variant of '" + signature + "' is missing");
        }
        pop();
    }

    private void push(int resumeAt) {
        if (depth == Wire.MAX_DEPTH) {
            throw new IllegalArgumentException("containers nest more than 64 deep");
        }
        if (outerSignature == null) {
            grow(8);
        } else if (depth == outerSignature.length) {
            grow(Wire.MAX_DEPTH);
        }
        outerSignature[depth] = signature;
        outerAt[depth] = resumeAt;
        outerElement[depth] = element;
        depth++;
        element = NO_ARRAY;
    }

    private void grow(int size) {
        outerSignature = depth == 0 ? new Signature[size] : Arrays.copyOf(outerSignature, size);
        outerAt = depth == 0 ? new int[size] : Arrays.copyOf(outerAt, size);
        outerElement = depth == 0 ? new int[size] : Arrays.copyOf(outerElement, size);
    }

    private void pop() {
        depth--;
        signature = outerSignature[depth];
        at = outerAt[depth];
        element = outerElement[depth];
    }

    private IllegalStateException unexpected(char code) {
        String expected = at < signature.length() ? "'" + signature.charAt(at) + "'" : "no more value";
        return new IllegalStateException(
                "'" + code + "' does not fit: signature '" + signature + "' has " + expected + " at character " + at);
    }
}

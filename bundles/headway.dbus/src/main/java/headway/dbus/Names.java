package headway.dbus;

import java.util.Arrays;

/**
 * The rules for names and paths ("Valid Names", "Valid Object Paths"). Each rule comes as {@code isX}, and as {@code
 * checkX}, which returns its argument or throws an {@link IllegalArgumentException} that says what is wrong.
 */
public final class Names {
    /** "Valid Names": bytes of a bus, interface, error or member name. Object paths have no limit of their own. */
    public static final int MAX_LENGTH = 255;

    private static final String TOO_LONG = "is longer than 255 bytes";

    private static final byte LETTER = 1;
    private static final byte DIGIT = 2;
    private static final byte DASH = 4;
    private static final byte[] KIND = kinds();

    private Names() {}

    /** A unique or a well-known bus name, such as {@code :1.42} or {@code org.example.Media}. */
    public static boolean isBusName(String name) {
        return valid(name, Names::busNameProblem);
    }

    /** A bus name that starts with a colon. */
    public static boolean isUniqueName(String name) {
        return name.startsWith(":") && isBusName(name);
    }

    /** A bus name that does not start with a colon. */
    public static boolean isWellKnownName(String name) {
        return !name.startsWith(":") && isBusName(name);
    }

    public static boolean isInterface(String name) {
        return valid(name, Names::interfaceProblem);
    }

    /** Error names follow the rules of interface names. */
    public static boolean isErrorName(String name) {
        return isInterface(name);
    }

    public static boolean isMember(String name) {
        return valid(name, Names::memberProblem);
    }

    public static boolean isObjectPath(String path) {
        return valid(path, Names::objectPathProblem);
    }

    /** What {@code arg0namespace} may be: as a bus name, but one element is enough. */
    public static boolean isNamespace(String name) {
        return valid(name, Names::namespaceProblem);
    }

    public static String checkBusName(String name) {
        return check("bus name", name, Names::busNameProblem);
    }

    public static String checkInterface(String name) {
        return check("interface", name, Names::interfaceProblem);
    }

    public static String checkErrorName(String name) {
        return check("error name", name, Names::interfaceProblem);
    }

    public static String checkMember(String name) {
        return check("member", name, Names::memberProblem);
    }

    public static String checkObjectPath(String path) {
        return check("object path", path, Names::objectPathProblem);
    }

    public static String checkNamespace(String name) {
        return check("namespace", name, Names::namespaceProblem);
    }

    /** One rule on bytes: what is wrong, to follow the noun, or null if nothing is. */
    interface Rule {
        String problem(byte[] array, int from, int length);
    }

    private static boolean valid(String text, Rule rule) {
        byte[] bytes = Utf8.bytes(text);
        return rule.problem(bytes, 0, bytes.length) == null;
    }

    private static String check(String noun, String text, Rule rule) {
        byte[] bytes = Utf8.bytes(text);
        String problem = rule.problem(bytes, 0, bytes.length);
        if (problem != null) {
            throw new IllegalArgumentException(noun + " '" + text + "' " + problem);
        }
        return text;
    }

    static String busNameProblem(byte[] array, int from, int length) {
        return busName(array, from, length, 2);
    }

    static String namespaceProblem(byte[] array, int from, int length) {
        return busName(array, from, length, 1);
    }

    private static String busName(byte[] array, int from, int length, int atLeast) {
        if (length > 0 && array[from] == ':') {
            return length > MAX_LENGTH
                    ? TOO_LONG
                    : elements(array, from + 1, length - 1, atLeast, LETTER | DIGIT | DASH, LETTER | DIGIT | DASH);
        }
        return elements(array, from, length, atLeast, LETTER | DASH, LETTER | DIGIT | DASH);
    }

    static String interfaceProblem(byte[] array, int from, int length) {
        return elements(array, from, length, 2, LETTER, LETTER | DIGIT);
    }

    static String memberProblem(byte[] array, int from, int length) {
        if (length == 0) {
            return "is empty";
        }
        for (int i = from; i < from + length; i++) {
            if (array[i] == '.') {
                return "contains a '.'";
            }
        }
        return elements(array, from, length, 1, LETTER, LETTER | DIGIT);
    }

    static String objectPathProblem(byte[] array, int from, int length) {
        if (length == 0) {
            return "is empty";
        }
        if (array[from] != '/') {
            return "does not start with '/'";
        }
        if (length == 1) {
            return null;
        }
        boolean slash = true;
        for (int i = from + 1; i < from + length; i++) {
            byte c = array[i];
            if (c == '/') {
                if (slash) {
                    return "has an empty element";
                }
                slash = true;
            } else if (c >= 0 && (KIND[c] & (LETTER | DIGIT)) != 0) {
                slash = false;
            } else {
                return "contains a character other than [A-Za-z0-9_/]";
            }
        }
        return slash ? "ends with '/'" : null;
    }

    /**
     * Elements between dots: at least {@code atLeast}, none empty, each starting with {@code first} and going on with
     * {@code rest}.
     */
    private static String elements(byte[] array, int from, int length, int atLeast, int first, int rest) {
        if (length == 0) {
            return "is empty";
        }
        if (length > MAX_LENGTH) {
            return TOO_LONG;
        }
        int elements = 1;
        boolean start = true;
        for (int i = from; i < from + length; i++) {
            byte c = array[i];
            if (c == '.') {
                if (start) {
                    return "has an empty element";
                }
                elements++;
                start = true;
                continue;
            }
            int kind = c >= 0 ? KIND[c] : 0;
            if ((kind & rest) == 0) {
                return "contains a character that is not allowed";
            }
            if (start && (kind & first) == 0) {
                return "has an element that starts with a digit";
            }
            start = false;
        }
        if (start) {
            return "has an empty element";
        }
        return elements < atLeast ? "has only one element, it needs a '.'" : null;
    }

    private static byte[] kinds() {
        byte[] kinds = new byte[128];
        Arrays.fill(kinds, 'A', 'Z' + 1, LETTER);
        Arrays.fill(kinds, 'a', 'z' + 1, LETTER);
        Arrays.fill(kinds, '0', '9' + 1, DIGIT);
        kinds['_'] = LETTER;
        kinds['-'] = DASH;
        return kinds;
    }
}

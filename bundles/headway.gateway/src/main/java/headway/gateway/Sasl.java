package headway.gateway;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.LongPredicate;

/**
 * The server's side of authentication (D-Bus specification, "Authentication Protocol"), without a socket: bytes in, lines
 * out. Whoever connects may send everything up to BEGIN at once.
 */
final class Sasl {

    enum State {
        /** The first byte, a NUL, has not come. */
        START,
        WAITING_FOR_AUTH,
        WAITING_FOR_DATA,
        WAITING_FOR_BEGIN,
        /** BEGIN has come: what follows are messages. */
        DONE,
        /** It broke the protocol; there is no more to say. */
        BROKEN
    }

    private static final int LONGEST_LINE = 16 << 10;
    private static final int MOST_FAILURES = 6;
    /** Who says so much at once that is not understood does not mean to be understood. */
    private static final int MOST_ANSWERS = 16 << 10;

    private final String guid;
    private final boolean externalPossible;
    private final boolean anonymousAllowed;
    private final boolean descriptorsPossible;
    private final LongPredicate isUser;

    private final StringBuilder answers = new StringBuilder();
    private byte[] line = new byte[128];
    private int length;
    private State state = State.START;
    private int failures;
    private boolean asked;
    private boolean anonymous;
    private boolean claimsAnonymous;
    private boolean descriptors;

    /**
     * A conversation.
     *
     * @param guid of the server's address, 32 hexadecimal digits
     * @param externalPossible whether the kernel knows who is at the other end
     * @param descriptorsPossible whether descriptors can be passed here
     * @param isUser whether the kernel says that the other end is this user
     */
    Sasl(
            String guid,
            boolean externalPossible,
            boolean anonymousAllowed,
            boolean descriptorsPossible,
            LongPredicate isUser) {
        this.guid = guid;
        this.externalPossible = externalPossible;
        this.anonymousAllowed = anonymousAllowed;
        this.descriptorsPossible = descriptorsPossible;
        this.isUser = isUser;
    }

    State state() {
        return state;
    }

    /** Whether the other end may pass descriptors from BEGIN on. */
    boolean descriptors() {
        return descriptors;
    }

    /** Whether it did not say who it is. */
    boolean anonymous() {
        return anonymous;
    }

    /** What is to be sent, once. */
    byte[] answers() {
        byte[] bytes = answers.toString().getBytes(StandardCharsets.ISO_8859_1);
        answers.setLength(0);
        return bytes;
    }

    /** Takes bytes up to the end of BEGIN; returns how many. */
    int feed(byte[] array, int from, int count) {
        int at = from;
        int end = from + count;
        while (at < end && state != State.DONE && state != State.BROKEN) {
            byte b = array[at++];
            if (state == State.START) {
                state = b == 0 ? State.WAITING_FOR_AUTH : State.BROKEN;
                continue;
            }
            if (length == LONGEST_LINE) {
                state = State.BROKEN;
                break;
            }
            if (length == line.length) {
                line = java.util.Arrays.copyOf(line, length * 2);
            }
            line[length++] = b;
            if (b == '\n' && length > 1 && line[length - 2] == '\r') {
                line();
                length = 0;
                if (answers.length() > MOST_ANSWERS) {
                    state = State.BROKEN;
                }
            }
        }
        return at - from;
    }

    private void line() {
        String text = new String(line, 0, length - 2, StandardCharsets.ISO_8859_1);
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == 0 || text.charAt(i) > 127) {
                error("Command contained non-ASCII");
                return;
            }
        }
        int space = 0;
        while (space < text.length() && text.charAt(space) != ' ' && text.charAt(space) != '\t') {
            space++;
        }
        String command = text.substring(0, space);
        String rest = text.substring(space).strip();
        switch (state) {
            case WAITING_FOR_AUTH -> waitingForAuth(command, rest);
            case WAITING_FOR_DATA -> waitingForData(command, rest);
            default -> waitingForBegin(command);
        }
    }

    private void waitingForAuth(String command, String rest) {
        switch (command) {
            case "AUTH" -> auth(rest);
            case "CANCEL", "DATA" -> error("Not currently in an auth conversation");
            case "BEGIN" -> state = State.BROKEN;
            case "ERROR" -> reject();
            case "NEGOTIATE_UNIX_FD" -> error("Need to authenticate first");
            default -> error("Unknown command");
        }
    }

    private void waitingForData(String command, String rest) {
        switch (command) {
            case "AUTH" -> error("Sent AUTH while another AUTH in progress");
            case "CANCEL", "ERROR" -> reject();
            case "DATA" -> data(rest);
            case "BEGIN" -> state = State.BROKEN;
            case "NEGOTIATE_UNIX_FD" -> error("Need to authenticate first");
            default -> error("Unknown command");
        }
    }

    private void waitingForBegin(String command) {
        switch (command) {
            case "AUTH" -> error("Sent AUTH while expecting BEGIN");
            case "DATA" -> error("Sent DATA while expecting BEGIN");
            case "BEGIN" -> state = State.DONE;
            case "NEGOTIATE_UNIX_FD" -> {
                if (descriptorsPossible) {
                    descriptors = true;
                    answers.append("AGREE_UNIX_FD\r\n");
                } else {
                    error("Unix FD passing not supported, not authenticated or otherwise not possible");
                }
            }
            case "CANCEL", "ERROR" -> reject();
            default -> error("Unknown command");
        }
    }

    private void auth(String rest) {
        int space = rest.indexOf(' ');
        String mechanism = space < 0 ? rest : rest.substring(0, space);
        String response = space < 0 ? "" : rest.substring(space).strip();
        claimsAnonymous = mechanism.equals("ANONYMOUS");
        if (!(mechanism.equals("EXTERNAL") && externalPossible) && !(claimsAnonymous && anonymousAllowed)) {
            reject();
            return;
        }
        if (isHex(response)) {
            state = State.WAITING_FOR_DATA;
            asked = false;
        }
        data(response);
    }

    private static boolean isHex(String text) {
        return text.length() % 2 == 0 && text.chars().allMatch(HexFormat::isHexDigit);
    }

    private void data(String hex) {
        if (!isHex(hex)) {
            error("Invalid hex encoding");
            return;
        }
        String response = new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
        if (claimsAnonymous) {
            anonymous = true;
            accept();
        } else if (response.isEmpty() && !asked) {
            asked = true;
            answers.append("DATA\r\n");
        } else if (response.isEmpty() || isUser(response)) {
            accept();
        } else {
            reject();
        }
    }

    private boolean isUser(String response) {
        if (response.length() > 10 || !response.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return false;
        }
        return isUser.test(Long.parseLong(response));
    }

    private void accept() {
        answers.append("OK ").append(guid).append("\r\n");
        state = State.WAITING_FOR_BEGIN;
    }

    private void reject() {
        anonymous = false;
        descriptors = false;
        answers.append("REJECTED")
                .append(externalPossible ? " EXTERNAL" : "")
                .append(anonymousAllowed ? " ANONYMOUS\r\n" : "\r\n");
        state = ++failures >= MOST_FAILURES ? State.BROKEN : State.WAITING_FOR_AUTH;
    }

    private void error(String text) {
        answers.append("ERROR \"").append(text).append("\"\r\n");
    }
}

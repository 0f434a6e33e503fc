package headway.dbus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;

/** What must hold for any bytes at all; property tests and the fuzzer bring the bytes. */
final class HostileBytes {
    private HostileBytes() {}

    /** Bytes are refused with the one exception, or they are a message that can be read, asked, rebuilt and copied. */
    static void check(byte[] bytes) {
        String refused = outcome(bytes, 0, bytes.length);
        // With other bytes around it nothing changes, so nothing outside was looked at.
        byte[] around = new byte[bytes.length + 29];
        for (int fill : new int[] {0, 0xFF}) {
            Arrays.fill(around, (byte) fill);
            System.arraycopy(bytes, 0, around, 13, bytes.length);
            assertEquals(refused, outcome(around, 13, bytes.length));
        }
    }

    /** The text of the refusal, or of what the message says. */
    private static String outcome(byte[] array, int offset, int length) {
        Message message;
        try {
            message = Message.parse(array, offset, length);
        } catch (InvalidMessageException e) {
            return e.getMessage();
        }
        String line = message.toString();
        assertEquals(line, message.toString());
        readLazily(message);
        try {
            message.validate();
        } catch (InvalidMessageException e) {
            return e.getMessage();
        }
        return read(message);
    }

    /** Whatever is asked of a message that nobody validated, there is one exception. */
    private static void readLazily(Message message) {
        try {
            message.body();
        } catch (InvalidMessageException expected) {
            // As promised.
        }
        try {
            BodyReader reader = message.reader();
            while (reader.hasNext()) {
                reader.skip();
            }
            reader.finish();
        } catch (InvalidMessageException expected) {
            // As promised.
        }
        for (MatchRule rule : RULES) {
            try {
                rule.matches(message);
            } catch (InvalidMessageException expected) {
                // As promised.
            }
        }
    }

    private static String read(Message message) {
        Object body = Values.plain(message.body());
        BodyReader reader = message.reader();
        for (Object each : message.body()) {
            assertEquals(Values.plain(each), Values.plain(reader.get()));
        }
        reader.finish();
        for (int code = 1; code < 256; code++) {
            message.field(code);
        }
        if (message.type() != MessageType.UNKNOWN) {
            Message rebuilt = MessageBuilder.copyOf(message).build().validate();
            assertEquals(body, Values.plain(rebuilt.body()));
            assertArrayEquals(
                    MessageBuilder.copyOf(rebuilt).build().bytes(), rebuilt.bytes(), "a rebuilt message is canonical");
        }
        return message + " " + body;
    }

    private static final MatchRule[] RULES = {
        MatchRule.parse(""),
        MatchRule.parse("path_namespace=/org"),
        MatchRule.parse("arg0=x"),
        MatchRule.parse("arg1path=/a/"),
        MatchRule.parse("arg0namespace=org.example")
    };
}

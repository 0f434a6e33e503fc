package headway.dbus;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Says what a message says in the words of dbus-monitor 1.14, without time stamps. */
final class MonitorText {
    private final StringBuilder text = new StringBuilder();

    static String of(Message message) {
        MonitorText text = new MonitorText();
        text.header(message);
        BodyReader reader = message.reader();
        while (reader.hasNext()) {
            Signature type = message.signature().types().get(text.values++);
            text.value(type, reader.get(), 1);
        }
        return text.text.toString();
    }

    private int values;

    private void header(Message message) {
        text.append(message.type().toString().replace('_', ' '));
        text.append(" sender=").append(message.sender());
        text.append(" -> destination=")
                .append(message.destination() == null ? "(null destination)" : message.destination());
        switch (message.type()) {
            case METHOD_CALL, SIGNAL ->
                text.append(" serial=")
                        .append(message.serial())
                        .append(" path=")
                        .append(message.path())
                        .append("; interface=")
                        .append(message.interfaceName())
                        .append("; member=")
                        .append(message.member());
            case METHOD_RETURN ->
                text.append(" serial=")
                        .append(message.serial())
                        .append(" reply_serial=")
                        .append(message.replySerial());
            default ->
                text.append(" error_name=")
                        .append(message.errorName())
                        .append(" reply_serial=")
                        .append(message.replySerial());
        }
        text.append('\n');
    }

    private void value(Signature type, Object value, int depth) {
        text.append("   ".repeat(depth));
        switch (type.type()) {
            case BYTE -> line("byte " + ((Byte) value & 0xFF));
            case BOOLEAN -> line("boolean " + value);
            case INT16 -> line("int16 " + value);
            case UINT16 -> line("uint16 " + value);
            case INT32 -> line("int32 " + value);
            case UINT32 -> line("uint32 " + value);
            case INT64 -> line("int64 " + value);
            case UINT64 -> line("uint64 " + Long.toUnsignedString((Long) value));
            case DOUBLE -> line("double " + sixDigits((Double) value));
            case STRING -> line("string \"" + value + "\"");
            case OBJECT_PATH -> line("object path \"" + value + "\"");
            case SIGNATURE -> line("signature \"" + value + "\"");
            case UNIX_FD -> line("file descriptor");
            case VARIANT -> {
                text.append("variant ");
                value(((Variant) value).signature(), ((Variant) value).value(), depth + 1);
            }
            case STRUCT -> {
                line("struct {");
                List<Signature> types = type.inner().types();
                for (int i = 0; i < types.size(); i++) {
                    value(types.get(i), ((Struct) value).get(i), depth + 1);
                }
                end("}", depth);
            }
            default -> array(type.inner(), value, depth);
        }
    }

    private void array(Signature inner, Object value, int depth) {
        if (value instanceof byte[] bytes && bytes.length > 0) {
            bytes(bytes, depth);
            return;
        }
        line("array [");
        if (value instanceof Map<?, ?> map) {
            List<Signature> entry = inner.types();
            map.forEach((key, of) -> {
                text.append("   ".repeat(depth + 1));
                line("dict entry(");
                value(entry.get(0), key, depth + 2);
                value(entry.get(1), of, depth + 2);
                end(")", depth + 1);
            });
        } else if (value instanceof List<?> list) {
            list.forEach(each -> value(inner, each, depth + 1));
        }
        end("]", depth);
    }

    private void bytes(byte[] bytes, int depth) {
        boolean ended = bytes[bytes.length - 1] == 0;
        String plain = Utf8.string(bytes, 0, bytes.length - (ended ? 1 : 0));
        if (plain.chars().allMatch(c -> c >= ' ' && c < 127)) {
            line("array of bytes \"" + plain + "\"" + (ended ? " + \\0" : ""));
            return;
        }
        line("array of bytes [");
        text.append("   ".repeat(depth));
        for (byte each : bytes) {
            text.append(String.format(Locale.ROOT, "%s%02x", each == bytes[0] ? "   " : " ", each));
        }
        line("");
        end("]", depth);
    }

    /** As {@code %g} of C. */
    private static String sixDigits(double value) {
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros();
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (value == 0 || (exponent >= -4 && exponent < 6)) {
            return rounded.toPlainString();
        }
        String digits = rounded.movePointLeft(exponent).toPlainString();
        return digits + String.format(Locale.ROOT, "e%+03d", exponent);
    }

    private void end(String bracket, int depth) {
        text.append("   ".repeat(depth));
        line(bracket);
    }

    private void line(String rest) {
        text.append(rest).append('\n');
    }
}

package headway.dbus;

import java.math.BigDecimal;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Says what a message says in the words of {@code busctl --json=short monitor} (systemd 252), without time stamps. */
final class BusctlJson {
    private final StringBuilder json = new StringBuilder();

    static String of(Message message) {
        BusctlJson json = new BusctlJson();
        json.message(message);
        return json.json.toString();
    }

    private void message(Message message) {
        json.append("{\"type\":\"").append(message.type());
        json.append("\",\"endian\":\"").append(message.order() == ByteOrder.BIG_ENDIAN ? 'B' : 'l');
        json.append("\",\"flags\":").append(message.flags()).append(",\"version\":1");
        json.append(",\"cookie\":").append(Integer.toUnsignedString(message.serial()));
        if (message.replySerial() != 0) {
            json.append(",\"reply_cookie\":").append(Integer.toUnsignedString(message.replySerial()));
        }
        name("sender", message.sender());
        name("destination", message.destination());
        name("path", message.path());
        name("interface", message.interfaceName());
        name("member", message.member());
        name("error_name", message.errorName());
        json.append(",\"payload\":{\"type\":\"").append(message.signature()).append("\",\"data\":");
        members(message.signature().types(), message.body());
        json.append("}}");
    }

    private void name(String key, String value) {
        if (value != null) {
            json.append(",\"").append(key).append("\":\"").append(value).append('"');
        }
    }

    private void members(List<Signature> types, List<?> values) {
        json.append('[');
        for (int i = 0; i < types.size(); i++) {
            json.append(i == 0 ? "" : ",");
            value(types.get(i), values.get(i));
        }
        json.append(']');
    }

    private void value(Signature type, Object value) {
        switch (type.type()) {
            case BYTE -> json.append((Byte) value & 0xFF);
            case UINT64 -> json.append(Long.toUnsignedString((Long) value));
            case DOUBLE -> json.append(String.format(Locale.ROOT, "%.21e", new BigDecimal((Double) value)));
            case STRING, OBJECT_PATH, SIGNATURE -> string(value.toString());
            case UNIX_FD -> json.append("null");
            case VARIANT -> {
                Variant variant = (Variant) value;
                json.append("{\"type\":\"").append(variant.signature()).append("\",\"data\":");
                value(variant.signature(), variant.value());
                json.append('}');
            }
            case STRUCT -> members(type.inner().types(), ((Struct) value).members());
            case ARRAY -> array(type.inner(), value);
            default -> json.append(value);
        }
    }

    private void array(Signature inner, Object value) {
        if (value instanceof Map<?, ?> map) {
            Signature type = inner.types().get(1);
            json.append('{');
            for (Iterator<? extends Map.Entry<?, ?>> i = map.entrySet().iterator(); i.hasNext(); ) {
                Map.Entry<?, ?> entry = i.next();
                string(entry.getKey().toString());
                json.append(':');
                value(type, entry.getValue());
                json.append(i.hasNext() ? "," : "");
            }
            json.append('}');
            return;
        }
        json.append('[');
        String comma = "";
        if (value instanceof byte[] bytes) {
            for (byte each : bytes) {
                json.append(comma).append(each & 0xFF);
                comma = ",";
            }
        } else {
            for (Object each : (List<?>) value) {
                json.append(comma);
                value(inner, each);
                comma = ",";
            }
        }
        json.append(']');
    }

    private void string(String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\t' -> json.append("\\t");
                default -> json.append(c);
            }
        }
        json.append('"');
    }
}

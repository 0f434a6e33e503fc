package headway.events;

import headway.bus.Delivery;
import java.time.Duration;
import java.util.Locale;

/** Reads the delivery contract of a handler from its service property {@value #PROPERTY}. */
final class Contract {

    /** {@code queue:n}, {@code latest}, {@code block:time} or {@code disconnect:n}; time in {@code ms} or {@code s}. */
    static final String PROPERTY = "headway.delivery";

    private Contract() {}

    /**
     * The contract that a text names.
     *
     * @throws IllegalArgumentException if it names none
     */
    static Delivery parse(String text) {
        String wish = text.trim().toLowerCase(Locale.ROOT);
        int colon = wish.indexOf(':');
        String mode = colon < 0 ? wish : wish.substring(0, colon);
        String value = colon < 0 ? null : wish.substring(colon + 1).trim();
        try {
            return switch (mode) {
                case "queue" -> Delivery.queue(value == null ? Delivery.DEFAULT_CAPACITY : Integer.parseInt(value));
                case "disconnect" -> Delivery.disconnect(Integer.parseInt(String.valueOf(value)));
                case "block" -> Delivery.block(duration(String.valueOf(value)));
                case "latest" -> latest(value);
                default -> throw new IllegalArgumentException("there is no '" + mode + "'");
            };
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    PROPERTY + " is queue:<n>, latest, block:<n>s, block:<n>ms or disconnect:<n>, not '" + text + "'",
                    e);
        }
    }

    private static Delivery latest(String value) {
        if (value != null) {
            throw new IllegalArgumentException("latest takes no value");
        }
        return Delivery.latest();
    }

    private static Duration duration(String value) {
        if (value.endsWith("ms")) {
            return Duration.ofMillis(
                    Long.parseLong(value.substring(0, value.length() - 2).trim()));
        }
        if (value.endsWith("s")) {
            return Duration.ofSeconds(
                    Long.parseLong(value.substring(0, value.length() - 1).trim()));
        }
        throw new IllegalArgumentException("no unit");
    }
}

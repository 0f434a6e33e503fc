package headway.demo;

import java.util.Locale;

/** The picture of one moment of an instrument cluster, as text. */
final class Dashboard {

    /** Lines of {@link #panel}. */
    static final int HEIGHT = 10;

    private static final int WIDTH = 74;
    private static final int GAUGE = 40;

    /** Eighths of a character cell. */
    private static final String BLOCKS = " ▏▎▍▌▋▊▉";

    private final String title;
    private final boolean unicode;

    /**
     * @param unicode whether the terminal shows more than ASCII
     */
    Dashboard(String title, boolean unicode) {
        this.title = title;
        this.unicode = unicode;
    }

    /** All of it: gauges, and what the bus is doing; {@link #HEIGHT} lines. */
    String panel(double[] values, Tally tally, String transport, long perSecond) {
        StringBuilder text = new StringBuilder();
        String right = transport + "   " + String.format(Locale.ROOT, "%,d messages/s", perSecond);
        String left = " Headway   " + title;
        text.append(left)
                .append(" ".repeat(Math.max(1, WIDTH - left.length() - right.length())))
                .append(right)
                .append('\n');
        text.append(rule());
        gauge(text, "speed", value(values, Signal.SPEED), 160, "km/h");
        gauge(text, "engine", value(values, Signal.ENGINE_SPEED), 6000, "rpm");
        gauge(text, "fuel", value(values, Signal.FUEL), 100, "%");
        gauge(text, "coolant", value(values, Signal.COOLANT), 130, degrees());
        gauge(text, "intake air", value(values, Signal.INTAKE_AIR), 130, degrees());
        gauge(text, "catalyst", value(values, Signal.CATALYST), 900, degrees());
        text.append(rule());
        text.append(String.format(
                Locale.ROOT,
                " delivered %,d   lost %d   duplicated %d   reordered %d   p50 %.0f us  p99 %.0f us%n",
                tally.delivered(),
                tally.lost(),
                tally.duplicated(),
                tally.reordered(),
                tally.micros(50),
                tally.micros(99)));
        return text.toString();
    }

    /** The same in one line, for a file or a log. */
    String line(double[] values, Tally tally, String transport, long perSecond) {
        return String.format(
                Locale.ROOT,
                "%s: %3s km/h  %4s rpm  coolant %s C  intake %s C  catalyst %s C  fuel %s %%  %s  %d messages/s"
                        + "  lost %d",
                title,
                number(value(values, Signal.SPEED)),
                number(value(values, Signal.ENGINE_SPEED)),
                number(value(values, Signal.COOLANT)),
                number(value(values, Signal.INTAKE_AIR)),
                number(value(values, Signal.CATALYST)),
                number(value(values, Signal.FUEL)),
                transport,
                perSecond,
                tally.lost());
    }

    private static double value(double[] values, Signal signal) {
        return values[signal.place()];
    }

    private String degrees() {
        return unicode ? "°C" : "C";
    }

    private String rule() {
        return (unicode ? "─" : "-").repeat(WIDTH) + "\n";
    }

    private void gauge(StringBuilder text, String name, double value, double full, String unit) {
        text.append(String.format(Locale.ROOT, " %-10s  %s  %6s %s%n", name, bar(value / full), number(value), unit));
    }

    /** A value, or a dash before there is one. */
    private static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.0f", value);
    }

    private String bar(double fraction) {
        // NaN becomes 0 in the conversion.
        int eighths = (int) Math.round(Math.max(0, Math.min(1, fraction)) * GAUGE * 8);
        int whole = eighths / 8;
        if (!unicode) {
            return "#".repeat(whole) + ".".repeat(GAUGE - whole);
        }
        String bar = "█".repeat(whole) + (eighths % 8 == 0 ? "" : BLOCKS.charAt(eighths % 8));
        return bar + " ".repeat(GAUGE - bar.length());
    }
}

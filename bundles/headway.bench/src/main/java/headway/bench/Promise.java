package headway.bench;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A figure that was promised, and what was measured.
 *
 * @param text the promise in words
 * @param least whether the limit is the least that is good, not the most
 * @param limit the promise
 * @param unit of the limit and of the figure
 * @param figure empty if it was not measured
 */
record Promise(String text, boolean least, double limit, String unit, OptionalDouble figure) {

    /** What became of a promise. */
    enum Verdict {
        MET("met"),
        NOT_MET("not met"),
        NOT_MEASURED("not measured");

        private final String text;

        Verdict(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** What became of it. */
    Verdict verdict() {
        if (figure.isEmpty()) {
            return Verdict.NOT_MEASURED;
        }
        double value = figure.getAsDouble();
        return (least ? value >= limit : value <= limit) ? Verdict.MET : Verdict.NOT_MET;
    }

    /** One line for people. */
    String line() {
        return String.format(
                "%-12s %s: %s, promised at %s %s %s",
                verdict(),
                text,
                figure.isPresent() ? number(figure.getAsDouble()) + " " + unit : "-",
                least ? "least" : "most",
                number(limit),
                unit);
    }

    /** The limit, for programs. */
    String bound() {
        return (least ? ">= " : "<= ") + limit;
    }

    /** The figure, for programs; empty if there is none. */
    String value() {
        return figure.isPresent() ? Double.toString(figure.getAsDouble()) : "";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= 1000 ? "%,.0f" : "%.3g", value);
    }
}

package headway.tck;

/**
 * How often a {@link FaultyTransport} misbehaves, each a probability for one send.
 *
 * <p>Start from {@link #NONE} and name what should go wrong: {@code Faults.NONE.lose(0.01).delay(0.1, 20)}.
 *
 * @param lose the frame vanishes although the answer is {@code SENT}
 * @param duplicate it arrives twice
 * @param reorder it changes places with the one sent next
 * @param delay it leaves some sends later
 * @param delaySends at most so many
 * @param full the answer is {@code FULL} although there is room
 * @param close the link ends by itself
 */
public record Faults(
        double lose, double duplicate, double reorder, double delay, int delaySends, double full, double close) {

    /** Nothing goes wrong. */
    public static final Faults NONE = new Faults(0, 0, 0, 0, 1, 0, 0);

    /** Checks that these are probabilities. */
    public Faults {
        for (double each : new double[] {lose, duplicate, reorder, delay, full, close}) {
            if (!(each >= 0 && each <= 1)) {
                throw new IllegalArgumentException(each + " is not a probability");
            }
        }
        if (delaySends < 1) {
            throw new IllegalArgumentException("A delay lasts at least one send, not " + delaySends);
        }
    }

    /** The same, losing frames that often. */
    public Faults lose(double probability) {
        return new Faults(probability, duplicate, reorder, delay, delaySends, full, close);
    }

    /** The same, doubling frames that often. */
    public Faults duplicate(double probability) {
        return new Faults(lose, probability, reorder, delay, delaySends, full, close);
    }

    /** The same, swapping neighbours that often. */
    public Faults reorder(double probability) {
        return new Faults(lose, duplicate, probability, delay, delaySends, full, close);
    }

    /** The same, delaying frames that often, each by at most so many sends. */
    public Faults delay(double probability, int sends) {
        return new Faults(lose, duplicate, reorder, probability, sends, full, close);
    }

    /** The same, claiming that often to have no room. */
    public Faults full(double probability) {
        return new Faults(lose, duplicate, reorder, delay, delaySends, probability, close);
    }

    /** The same, ending links that often. */
    public Faults close(double probability) {
        return new Faults(lose, duplicate, reorder, delay, delaySends, full, probability);
    }
}

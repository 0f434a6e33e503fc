package headway.events;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The event classes of the tests. */
final class Vehicle {

    private Vehicle() {}

    record Speed(double value, String unit) {}

    /** The same data for somebody with classes of his own. */
    record OtherSpeed(float value, String unit, int axle) {}

    enum Seat {
        LEFT,
        RIGHT
    }

    public static class Belt {
        public Seat seat;
        public boolean closed;
    }

    public static class SpecialBelt extends Belt {
        public int force = 7;
    }

    /** A record of everything an event may have. */
    @SuppressWarnings("ArrayRecordComponent") // events may have arrays
    record Everything(
            boolean flag,
            byte small,
            short medium,
            int number,
            long big,
            float real,
            double precise,
            char letter,
            String text,
            Seat seat,
            Instant when,
            Belt belt,
            Speed speed,
            List<String> names,
            List<Speed> speeds,
            int[] numbers,
            byte[] bytes,
            String[] words,
            Map<String, Integer> counts,
            Map<Seat, Belt> belts) {}

    public static class Bean {
        private String message = "hello";

        public String getMessage() {
            return message;
        }

        public boolean isOpen() {
            return true;
        }

        public void setMessage(String message) {
            this.message = message;
        }
    }

    static Belt belt(Seat seat, boolean closed) {
        Belt belt = new Belt();
        belt.seat = seat;
        belt.closed = closed;
        return belt;
    }
}

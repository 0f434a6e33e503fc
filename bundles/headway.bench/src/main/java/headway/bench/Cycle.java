package headway.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One message of a car's bus that comes again and again.
 *
 * @param message its name
 * @param millis from one to the next
 */
record Cycle(String message, int millis) {

    private static final String SOURCE = "ford_lincoln_base_pt.cycles";

    /** All of a real powertrain bus: together some 2,750 a second. */
    static List<Cycle> all() throws IOException {
        List<Cycle> all = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(Cycle.class.getResourceAsStream(SOURCE)), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.startsWith("#")) {
                    String[] fields = line.split(" ", -1);
                    all.add(new Cycle(fields[0], Integer.parseInt(fields[1])));
                }
            }
        }
        return all;
    }
}

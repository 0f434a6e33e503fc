package headway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * When a car's messages are due: after a boot storm each of a real bus in its cycle time, its topics in turn. Messages of the same
 * cycle time do not come together: each has its own phase, in milliseconds, from a seed.
 *
 * @param topics of all messages together
 * @param storm messages at the start, as fast as they go
 * @param rasterMillis what is due is sent together at the next multiple of this, and is due then
 */
record Timetable(int topics, int storm, int rasterMillis, List<Entry> entries) {

    private static final long SEED = 2750;

    /** A message of a bus, and when it comes for the first time after the storm. */
    record Entry(Cycle cycle, int phaseMillis) {}

    /** The table of a real powertrain bus. */
    static Timetable of(int topics, int storm, int rasterMillis) throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        List<Entry> entries = new ArrayList<>();
        for (Cycle cycle : Cycle.all()) {
            entries.add(new Entry(cycle, random.nextInt(cycle.millis())));
        }
        return new Timetable(topics, storm, rasterMillis, entries);
    }

    /** The message that a topic belongs to, and which of its topics it is: {@code MESSAGE/3}. */
    String topic(int number) {
        return entries.get(number % entries.size()).cycle().message() + "/" + number / entries.size();
    }

    /** The next multiple of the raster. */
    long onRaster(long millis) {
        return (millis + rasterMillis - 1) / rasterMillis * rasterMillis;
    }

    /** Writes it where programs in C read it ({@code station.h}), a message each line after one with the numbers. */
    void write(Path meeting) throws IOException {
        List<String> lines = new ArrayList<>(List.of(topics + " " + storm + " " + rasterMillis));
        for (Entry entry : entries) {
            lines.add(entry.cycle().message() + " " + entry.cycle().millis() + " " + entry.phaseMillis());
        }
        Files.write(meeting.resolve("timetable"), lines);
    }
}

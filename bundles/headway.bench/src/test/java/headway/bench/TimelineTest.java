package headway.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimelineTest {

    private static final long WINDOW = 1000;

    private final Timeline timeline = new Timeline(WINDOW);

    @Test
    void a_pause_belongs_to_the_window_it_is_in() {
        timeline.arrived(5000, 1);
        timeline.arrived(5300, 1);
        timeline.arrived(5400, 1);
        assertEquals(300, timeline.pause(5));
    }

    @Test
    void a_pause_belongs_to_every_window_that_it_touches() {
        timeline.arrived(5100, 1);
        timeline.arrived(7200, 1);
        timeline.arrived(8000, 1);
        for (long window = 5; window <= 7; window++) {
            assertEquals(2100, timeline.pause(window));
        }
        assertEquals(800, timeline.pause(8));
    }

    @Test
    void the_oldest_message_of_each_bin_is_remembered() {
        timeline.arrived(5000, 10);
        timeline.arrived(5001, 30);
        timeline.arrived(5002, 20);
        timeline.arrived(5999, 7);
        assertEquals(30, timeline.worst(5, 0));
        assertEquals(0, timeline.worst(5, 1));
        assertEquals(7, timeline.worst(5, Timeline.BINS - 1));
    }

    @Test
    void windows_before_and_after_have_nothing() {
        timeline.arrived(5000, 10);
        assertEquals(0, timeline.pause(4));
        assertEquals(0, timeline.pause(6));
        assertEquals(0, timeline.worst(6, 0));
    }

    @Test
    void another_process_reads_the_same(@TempDir Path directory) throws IOException {
        for (int i = 0; i < 10_000; i++) {
            timeline.arrived(5000 + i * 700L, i);
        }
        Path file = directory.resolve("timeline");
        timeline.write(file);
        Timeline read = Timeline.read(WINDOW, file);
        for (long window = 4; window < 7100; window++) {
            assertEquals(timeline.pause(window), read.pause(window));
            assertEquals(timeline.worst(window, 3), read.worst(window, 3));
        }
    }
}

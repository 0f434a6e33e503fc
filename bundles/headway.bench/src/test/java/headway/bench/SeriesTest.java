package headway.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesTest {

    @Test
    void the_median_is_the_round_in_the_middle() {
        assertEquals(3, new Series(List.of(9.0, 1.0, 3.0)).median());
    }

    @Test
    void of_an_even_number_of_rounds_it_is_between_the_two_in_the_middle() {
        assertEquals(2.5, new Series(List.of(4.0, 2.0, 1.0, 3.0)).median());
    }

    @Test
    void the_spread_is_in_percent_of_the_median() {
        Series series = new Series(List.of(90.0, 100.0, 120.0));
        assertEquals(90, series.least());
        assertEquals(120, series.most());
        assertEquals(30, series.spread(), 1e-9);
    }

    @Test
    void there_is_no_series_of_no_rounds() {
        assertThrows(IllegalArgumentException.class, () -> new Series(List.of()));
    }
}

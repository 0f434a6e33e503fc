package headway.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class PictureTest {

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    @Test
    void lines_and_marks_are_drawn_and_words_are_text() throws Exception {
        double[] xs = {0, 1, 2};
        double[] ys = {1, 10, 100};
        String without = Picture.logarithmic("Age", "ms", "of messages")
                .line("first", xs, ys)
                .svg();
        String with = Picture.logarithmic("Age", "ms", "of messages")
                .line("first", xs, ys)
                .mark(1)
                .svg();
        assertEquals("svg", parse(with).getDocumentElement().getTagName());
        assertTrue(with.contains(">Age</text>") && with.contains(">first</text>"), with);
        int lines = parse(without).getElementsByTagName("line").getLength();
        assertEquals(lines + 1, parse(with).getElementsByTagName("line").getLength());
    }

    @Test
    void a_distribution_has_percentiles_at_its_axis() throws Exception {
        Histogram values = new Histogram(3);
        for (int i = 1; i <= 10_000; i++) {
            values.recordValue(i);
        }
        String svg = Picture.distributions("Pauses", "ms")
                .curve("planned", values, 1000)
                .svg();
        parse(svg);
        for (String percentile : new String[] {"90", "99", "99.9"}) {
            assertTrue(svg.contains(">" + percentile + "</text>"), svg);
        }
    }

    @Test
    void bars_say_their_figures() throws Exception {
        String svg = Picture.bars("Rate", "messages/s", Map.of("ours", 4.5));
        parse(svg);
        assertTrue(svg.contains(">ours</text>") && svg.contains(">4.5</text>"), svg);
    }

    @Test
    void a_picture_needs_nothing_beside_it() {
        String svg = Picture.logarithmic("Age", "s", "ms")
                .line("first", new double[] {0, 1}, new double[] {1, 2})
                .svg();
        assertFalse(svg.contains("href=") || svg.contains("<image") || svg.contains("<!DOCTYPE"), svg);
    }
}

package headway.bench;

import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.text.FieldPosition;
import java.text.NumberFormat;
import java.text.ParsePosition;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.StandardChartTheme;
import org.jfree.chart.axis.LogarithmicAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.labels.StandardCategoryItemLabelGenerator;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.category.DefaultCategoryDataset;
import org.jfree.data.xy.DefaultXYDataset;

/** A picture as SVG that needs nothing beside it: lines with marked moments, distributions, bars. */
final class Picture {

    private static final int WIDTH = 1000;
    private static final int HEIGHT = 420;
    private static final float LINE = 1.3f;
    /** For whoever has a colour again. */
    private static final BasicStroke DASHED =
            new BasicStroke(LINE, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 1, new float[] {6, 4}, 0);

    private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 15);
    private static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    private static final Color GRID = new Color(0xE0E0E0);
    private static final Color MARK = new Color(0xA0A0A0);

    /** Told apart by those who do not see all colours as well. */
    private static final List<Color> COLORS = List.of(
            new Color(0x0072B2),
            new Color(0xD55E00),
            new Color(0x56B4E9),
            new Color(0xE69F00),
            new Color(0x009E73),
            new Color(0xCC79A7),
            new Color(0x000000),
            new Color(0x999999),
            new Color(0x882255),
            new Color(0x44AA99));

    /** A curve of a distribution goes up to so many nines at most; and as far as there are values. */
    private static final double MOST_NINES = 5;

    private static final int POINTS_PER_NINE = 20;

    /** Beyond the longest bar. */
    private static final double ROOM_FOR_FIGURES = 0.12;

    /** More digits than that nobody reads at a bar. */
    private static final MathContext DIGITS = new MathContext(3);

    /** More than anybody sees. */
    private static final Pattern DECIMALS = Pattern.compile("([0-9]\\.[0-9]{2})[0-9]+");

    /** Whoever looks may have other fonts. */
    private static final Pattern FONT = Pattern.compile("font-family:&quot;[^&]*&quot;");

    private final JFreeChart chart;
    private final XYPlot plot;
    private final DefaultXYDataset lines = new DefaultXYDataset();

    private Picture(String title, String xAxis, String yAxis) {
        chart = ChartFactory.createXYLineChart(title, xAxis, yAxis, lines);
        plot = chart.getXYPlot();
        dress(chart);
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
        renderer.setDrawSeriesLineAsPath(true);
        plot.setRenderer(renderer);
        plot.setBackgroundPaint(Color.WHITE);
        plot.setDomainGridlinePaint(GRID);
        plot.setRangeGridlinePaint(GRID);
    }

    private static void dress(JFreeChart chart) {
        StandardChartTheme theme = new StandardChartTheme("Headway");
        theme.setExtraLargeFont(TITLE);
        theme.setLargeFont(TEXT);
        theme.setRegularFont(TEXT);
        theme.setSmallFont(TEXT);
        theme.apply(chart);
        chart.setBackgroundPaint(Color.WHITE);
    }

    /** A picture of lines with a vertical axis on which each step is ten times the one before. */
    static Picture logarithmic(String title, String xAxis, String yAxis) {
        Picture picture = new Picture(title, xAxis, yAxis);
        LogarithmicAxis axis = new LogarithmicAxis(yAxis);
        axis.setExpTickLabelsFlag(false);
        axis.setNumberFormatOverride(format(Picture::plain));
        axis.setLabelFont(TEXT);
        axis.setTickLabelFont(TEXT);
        picture.plot.setRangeAxis(axis);
        return picture;
    }

    /** A picture of distributions: up to which percentile values are at most how high. */
    static Picture distributions(String title, String yAxis) {
        Picture picture = logarithmic(title, "percentile", yAxis);
        NumberAxis axis = (NumberAxis) picture.plot.getDomainAxis();
        axis.setTickUnit(new NumberTickUnit(1));
        axis.setNumberFormatOverride(format(nines -> plain(100 - 100 * Math.pow(10, -nines))));
        return picture;
    }

    /** A picture of what depends on the size of messages, both by powers. */
    static Picture bySize(String title, String yAxis) {
        Picture picture = logarithmic(title, "size of each message", yAxis);
        NumberAxis axis = (NumberAxis) picture.plot.getDomainAxis();
        axis.setTickUnit(new NumberTickUnit(2));
        axis.setAutoRangeIncludesZero(false);
        axis.setNumberFormatOverride(format(Picture::bytes));
        return picture;
    }

    /** Where a size is on the axis of {@link #bySize}. */
    static double place(int bytes) {
        return Math.log(bytes) / Math.log(2);
    }

    private static String bytes(double power) {
        double size = Math.pow(2, power);
        return size >= 1 << 20
                ? plain(size / (1 << 20)) + " MiB"
                : size >= 1 << 10 ? plain(size / (1 << 10)) + " KiB" : plain(size) + " B";
    }

    private interface Words {
        String of(double number);
    }

    private static NumberFormat format(Words words) {
        return new NumberFormat() {
            private static final long serialVersionUID = 1;

            @Override
            public StringBuffer format(double number, StringBuffer to, FieldPosition position) {
                return to.append(words.of(number));
            }

            @Override
            public StringBuffer format(long number, StringBuffer to, FieldPosition position) {
                return format((double) number, to, position);
            }

            @Override
            public Number parse(String source, ParsePosition position) {
                throw new UnsupportedOperationException("Only written, never read");
            }
        };
    }

    private static String plain(double number) {
        return plain(number, new MathContext(6));
    }

    private static String plain(double number, MathContext digits) {
        return new BigDecimal(number, digits).stripTrailingZeros().toPlainString();
    }

    /** Adds a line. */
    Picture line(String name, double[] xs, double[] ys) {
        int place = lines.getSeriesCount();
        lines.addSeries(name, new double[][] {xs, ys});
        plot.getRenderer().setSeriesStroke(place, place < COLORS.size() ? new BasicStroke(LINE) : DASHED);
        plot.getRenderer().setSeriesPaint(place, COLORS.get(place % COLORS.size()));
        return this;
    }

    /**
     * Adds the curve of a distribution.
     *
     * @param unit so much of the values is one on the axis
     */
    Picture curve(String name, Histogram values, double unit) {
        double nines = Math.min(MOST_NINES, Math.log10((double) Math.max(1, values.getTotalCount())));
        int points = (int) (nines * POINTS_PER_NINE) + 1;
        double[] xs = new double[points];
        double[] ys = new double[points];
        for (int i = 0; i < points; i++) {
            xs[i] = (double) i / POINTS_PER_NINE;
            ys[i] = values.getValueAtPercentile(100 - 100 * Math.pow(10, -xs[i])) / unit;
        }
        return line(name, xs, ys);
    }

    /**
     * Adds the curve of a distribution of which only some percentiles are known.
     *
     * @param percentiles ascending, below or at 100; 100 itself has no place on the axis
     */
    Picture curve(String name, double[] percentiles, double[] values) {
        int points = percentiles.length;
        while (points > 0 && percentiles[points - 1] >= 100) {
            points--;
        }
        double[] xs = new double[points];
        for (int i = 0; i < points; i++) {
            xs[i] = -Math.log10(1 - percentiles[i] / 100);
        }
        return line(name, xs, Arrays.copyOf(values, points));
    }

    /** Marks a moment by a line from top to bottom. */
    Picture mark(double x) {
        plot.addDomainMarker(new ValueMarker(x, MARK, new BasicStroke(1)));
        return this;
    }

    /** The picture as an SVG document. */
    String svg() {
        return svg(chart);
    }

    /** A picture of bars, each with its figure, as an SVG document. */
    static String bars(String title, String yAxis, Map<String, Double> values) {
        DefaultCategoryDataset bars = new DefaultCategoryDataset();
        values.forEach((name, value) -> bars.addValue(value, yAxis, name));
        JFreeChart chart =
                ChartFactory.createBarChart(title, null, yAxis, bars, PlotOrientation.HORIZONTAL, false, false, false);
        dress(chart);
        CategoryPlot plot = chart.getCategoryPlot();
        plot.setBackgroundPaint(Color.WHITE);
        plot.setRangeGridlinePaint(GRID);
        plot.getRangeAxis().setUpperMargin(ROOM_FOR_FIGURES);
        BarRenderer renderer = (BarRenderer) plot.getRenderer();
        renderer.setBarPainter(new StandardBarPainter());
        renderer.setShadowVisible(false);
        renderer.setSeriesPaint(0, COLORS.get(0));
        renderer.setDefaultItemLabelGenerator(
                new StandardCategoryItemLabelGenerator("{2}", format(number -> plain(number, DIGITS))));
        renderer.setDefaultItemLabelsVisible(true);
        return svg(chart);
    }

    private static String svg(JFreeChart chart) {
        VectorGraphics2D graphics = new VectorGraphics2D();
        chart.draw(graphics, new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            Processors.get("svg")
                    .getDocument(graphics.getCommands(), new PageSize(0, 0, WIDTH, HEIGHT))
                    .writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String text = bytes.toString(StandardCharsets.UTF_8);
        text = text.substring(text.indexOf("<svg"));
        text = DECIMALS.matcher(text).replaceAll("$1");
        return FONT.matcher(text).replaceAll("font-family:sans-serif");
    }
}

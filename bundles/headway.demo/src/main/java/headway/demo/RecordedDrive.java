package headway.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a drive from its CSV form: a header that names every {@link Signal} in any order, a unit in parentheses after the name
 * being no part of it; then one row for each second, numbers separated by commas. Columns of other names are left alone.
 *
 * <p>It is strict: the first fault ends the reading, with its place. A row that was quietly skipped would make the drive
 * another one.
 */
final class RecordedDrive {

    /** A line is at most so long, a drive at most a day; more is not a drive but a mistake. */
    private static final int MAX_LINE = 1 << 16;

    private static final int MAX_ROWS = 24 * 60 * 60;

    private final String file;
    private int line;

    private RecordedDrive(String file) {
        this.file = file;
    }

    /**
     * @throws DriveFormatException if it cannot be read, or is not a drive
     */
    static Drive read(Path file) throws DriveFormatException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in);
        } catch (NoSuchFileException absent) {
            throw new DriveFormatException(file.toString(), 0, "", "there is no such file");
        } catch (IOException unreadable) {
            throw new DriveFormatException(file.toString(), 0, "", "it cannot be read: " + unreadable.getMessage());
        }
    }

    /**
     * @param file the name to tell in a fault
     */
    static Drive read(String file, InputStream in) throws DriveFormatException {
        RecordedDrive reader = new RecordedDrive(file);
        try {
            return reader.read(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder())));
        } catch (CharacterCodingException binary) {
            reader.line++;
            throw reader.fault("", "this is not text");
        } catch (IOException unreadable) {
            throw reader.fault("", "it cannot be read: " + unreadable.getMessage());
        }
    }

    private Drive read(BufferedReader in) throws IOException, DriveFormatException {
        String header = nextLine(in);
        if (header == null) {
            throw fault("", "the file is empty; its first line names the columns");
        }
        List<String> names = new ArrayList<>();
        for (String cell : cells(header)) {
            names.add(cell.replaceFirst("\\s*\\(.*\\)$", ""));
        }
        Map<Signal, Integer> places = places(names);
        List<double[]> rows = new ArrayList<>();
        for (String text = nextLine(in); text != null; text = nextLine(in)) {
            if (!text.isBlank()) {
                rows.add(row(cells(text), names, places));
            }
            if (rows.size() > MAX_ROWS) {
                throw fault("", "this is longer than a day, at one row a second");
            }
        }
        if (rows.isEmpty()) {
            throw fault("", "there is a header but no row");
        }
        return new Drive(rows);
    }

    private Map<Signal, Integer> places(List<String> names) throws DriveFormatException {
        Map<Signal, Integer> places = new EnumMap<>(Signal.class);
        for (Signal signal : Signal.values()) {
            int place = names.indexOf(signal.column());
            if (place < 0) {
                throw fault(signal.column(), "this column is missing in the header");
            }
            if (place != names.lastIndexOf(signal.column())) {
                throw fault(signal.column(), "this column is twice in the header");
            }
            places.put(signal, place);
        }
        return places;
    }

    private double[] row(List<String> cells, List<String> names, Map<Signal, Integer> places)
            throws DriveFormatException {
        if (cells.size() != names.size()) {
            throw fault("", "the row has " + cells.size() + " values, the header " + names.size() + " columns");
        }
        double[] row = new double[Signal.values().length];
        for (Map.Entry<Signal, Integer> each : places.entrySet()) {
            row[each.getKey().place()] = number(each.getKey().column(), cells.get(each.getValue()));
        }
        return row;
    }

    private double number(String column, String cell) throws DriveFormatException {
        try {
            // Java's own syntax for numbers has more than a recorder writes: hexadecimal, NaN, a trailing d.
            if (cell.matches("[-+0-9.eE]{1,40}")) {
                double number = Double.parseDouble(cell);
                if (Double.isFinite(number)) {
                    return number;
                }
            }
        } catch (NumberFormatException told) {
            // Told below.
        }
        throw fault(column, cell.isEmpty() ? "the value is missing" : "'" + shortened(cell) + "' is not a number");
    }

    /** The cells of a line; a comma at its end, as recorders write it, ends the last cell and starts no other. */
    private static List<String> cells(String text) {
        List<String> cells = new ArrayList<>();
        for (String cell : text.split(",", -1)) {
            cells.add(cell.strip());
        }
        if (cells.size() > 1 && cells.get(cells.size() - 1).isEmpty()) {
            cells.remove(cells.size() - 1);
        }
        return cells;
    }

    /** The next line without its end, or null; a line that never ends is refused before it fills the memory. */
    private String nextLine(BufferedReader in) throws IOException, DriveFormatException {
        StringBuilder text = new StringBuilder();
        for (int c = in.read(); ; c = in.read()) {
            if (c < 0 && text.length() == 0) {
                return null;
            }
            if (c < 0 || c == '\n') {
                line++;
                return text.toString();
            }
            if (text.length() == MAX_LINE) {
                line++;
                throw fault("", "the line is longer than " + MAX_LINE + " characters; this is not a recorded drive");
            }
            text.append((char) c);
        }
    }

    private DriveFormatException fault(String column, String what) {
        return new DriveFormatException(file, line, column, what);
    }

    private static String shortened(String cell) {
        String printable = cell.replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= 20 ? printable : printable.substring(0, 20) + "...";
    }
}

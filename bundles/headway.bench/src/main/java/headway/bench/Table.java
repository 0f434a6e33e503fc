package headway.bench;

import java.util.ArrayList;
import java.util.List;

/** Text in columns: numbers, aligned right, between words, aligned left, in the first and the last column. */
final class Table {

    private final List<List<String>> rows = new ArrayList<>();

    /** Adds a row; the first one is the heading. */
    void add(List<String> cells) {
        rows.add(List.copyOf(cells));
    }

    @Override
    public String toString() {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                String padding = " ".repeat(widths[i] - row.get(i).length());
                boolean words = i == 0 || i == columns - 1;
                line.append(i == 0 ? "" : "  ").append(words ? row.get(i) + padding : padding + row.get(i));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}

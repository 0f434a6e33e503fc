package headway.shell;

import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns, each as wide as it needs to be; numbers to the right. */
final class Table {

    private final List<String[]> rows = new ArrayList<>();

    Table(String... head) {
        rows.add(head);
    }

    void add(Object... cells) {
        String[] row = new String[cells.length];
        for (int i = 0; i < cells.length; i++) {
            row[i] = String.valueOf(cells[i]);
        }
        rows.add(row);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.length; column++) {
                String cell = row[column];
                String space = " ".repeat(width(column) - cell.length());
                line.append(column == 0 ? "" : "  ").append(isNumber(column) ? space + cell : cell + space);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row[column].length()).max().orElse(0);
    }

    private boolean isNumber(int column) {
        return rows.size() > 1 && rows.stream().skip(1).allMatch(row -> row[column].matches("-?[0-9.]*"));
    }
}

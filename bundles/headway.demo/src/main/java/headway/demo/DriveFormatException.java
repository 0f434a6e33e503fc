package headway.demo;

/** A file that is not a recorded drive: which file, which line, which column, and what is wrong there. */
final class DriveFormatException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * @param line 1 for the first, 0 for the file as a whole
     * @param column the column's name, or empty for the line as a whole
     */
    DriveFormatException(String file, int line, String column, String what) {
        super(file + (line == 0 ? "" : ":" + line) + (column.isEmpty() ? "" : ":" + column) + ": " + what);
    }
}

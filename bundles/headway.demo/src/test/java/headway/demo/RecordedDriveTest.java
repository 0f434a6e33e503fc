package headway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedDriveTest {

    @TempDir
    Path directory;

    private static final String HEADER =
            Arrays.stream(Signal.values()).map(each -> each.column() + " ()").collect(Collectors.joining(","));

    private static String row(double first) {
        StringBuilder row = new StringBuilder();
        for (int i = 0; i < Signal.values().length; i++) {
            row.append(first + i).append(", ");
        }
        return row.toString();
    }

    private Path file(String... lines) throws IOException {
        return Files.write(
                directory.resolve("drive.csv"), String.join("\r\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    private String fault(String... lines) throws IOException {
        Path file = file(lines);
        String message = assertThrows(DriveFormatException.class, () -> RecordedDrive.read(file))
                .getMessage();
        assertTrue(message.startsWith(file.toString()), message);
        return message.substring(file.toString().length());
    }

    @Test
    void rows_are_read_in_order() throws Exception {
        Drive drive = RecordedDrive.read(file(HEADER, row(0), "", row(100)));

        assertEquals(2, drive.rows().size());
        assertEquals(0, drive.value(0, Signal.RUN_TIME));
        assertEquals(102, drive.value(1, Signal.SPEED));
    }

    @Test
    void columns_may_be_in_any_order_and_others_beside_them() throws Exception {
        List<String> names = new ArrayList<>(List.of(HEADER.split(",", -1)));
        Collections.reverse(names);
        names.add(0, "GEAR");

        Drive drive = RecordedDrive.read(file(String.join(",", names), "3," + row(0)));

        assertEquals(26, drive.value(0, Signal.RUN_TIME));
        assertEquals(0, drive.value(0, Signal.WARM_UPS));
    }

    @Test
    void a_missing_column_is_named() throws Exception {
        assertEquals(
                ":1:VEHICLE_SPEED: this column is missing in the header",
                fault(HEADER.replace("VEHICLE_SPEED", "SPEED"), row(0)));
    }

    @Test
    void a_column_that_is_there_twice_is_named() throws Exception {
        assertEquals(":1:FUEL_TANK: this column is twice in the header", fault(HEADER + ",FUEL_TANK", row(0)));
    }

    @Test
    void a_value_that_is_no_number_is_told_with_its_line_and_column() throws Exception {
        assertEquals(
                ":3:ENGINE_RPM: 'fast' is not a number", fault(HEADER, row(0), row(0).replaceFirst("1\\.0", "fast")));
        assertEquals(":2:ENGINE_RPM: the value is missing", fault(HEADER, row(0).replaceFirst("1\\.0", "")));
        assertEquals(":2:ENGINE_RPM: 'NaN' is not a number", fault(HEADER, row(0).replaceFirst("1\\.0", "NaN")));
        assertEquals(":2:ENGINE_RPM: '1e999' is not a number", fault(HEADER, row(0).replaceFirst("1\\.0", "1e999")));
    }

    @Test
    void a_row_that_is_too_short_or_too_long_is_told() throws Exception {
        assertEquals(":2: the row has 2 values, the header 27 columns", fault(HEADER, "1,2"));
        assertEquals(":2: the row has 28 values, the header 27 columns", fault(HEADER, row(0) + "5"));
    }

    @Test
    void an_empty_file_a_mere_header_and_no_file_are_told_apart() throws Exception {
        assertEquals(": the file is empty; its first line names the columns", fault(""));
        assertEquals(":1: there is a header but no row", fault(HEADER));
        Path absent = directory.resolve("absent.csv");
        assertEquals(
                absent + ": there is no such file",
                assertThrows(DriveFormatException.class, () -> RecordedDrive.read(absent))
                        .getMessage());
        assertTrue(assertThrows(DriveFormatException.class, () -> RecordedDrive.read(directory))
                .getMessage()
                .startsWith(directory + ": it cannot be read"));
    }

    @Test
    void bytes_that_are_no_text_are_told() throws Exception {
        Path file = Files.write(directory.resolve("drive.csv"), new byte[] {(byte) 0xC3, (byte) 0x28, '\n'});

        assertTrue(assertThrows(DriveFormatException.class, () -> RecordedDrive.read(file))
                .getMessage()
                .endsWith(":1: this is not text"));
    }

    @Test
    void a_line_without_end_is_refused() throws Exception {
        assertEquals(
                ":1: the line is longer than 65536 characters; this is not a recorded drive",
                fault("x".repeat(70_000)));
    }

    @Test
    void random_bytes_are_refused_clearly_and_never_otherwise() throws Exception {
        Random random = new Random(11);
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            assertThrows(
                    DriveFormatException.class, () -> RecordedDrive.read("random", new ByteArrayInputStream(bytes)));
        }
    }

    @Test
    void a_drive_with_any_byte_changed_is_read_or_refused_clearly() throws Exception {
        Random random = new Random(12);
        byte[] good = Files.readAllBytes(file(HEADER, row(0), row(1)));
        int read = 0;
        int refused = 0;
        for (int round = 0; round < 2_000; round++) {
            byte[] changed = good.clone();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            try {
                RecordedDrive.read("changed", new ByteArrayInputStream(changed));
                read++;
            } catch (DriveFormatException clear) {
                refused++;
            }
        }
        assertTrue(read > 0 && refused > 0, read + " read, " + refused + " refused");
    }

    @Test
    void the_recorded_drive_that_nobody_here_wrote_is_read() throws Exception {
        String data =
                System.getenv().getOrDefault("HEADWAY_DATA", System.getProperty("headway.root") + "/../shared/data");
        Path file = Path.of(data, "obd", "drive4.csv");
        assumeTrue(Files.exists(file), file + " is not here; HEADWAY_DATA says where such data is");

        Drive drive = RecordedDrive.read(file);

        assertEquals(4389, drive.rows().size());
        assertEquals(
                74,
                drive.rows().stream()
                        .mapToDouble(row -> row[Signal.SPEED.place()])
                        .max()
                        .orElse(0));
    }
}

package headway.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SimulatedDriveTest {

    @Test
    void the_same_seed_gives_the_same_drive() {
        Drive one = SimulatedDrive.of(5, 100);
        Drive other = SimulatedDrive.of(5, 100);

        for (int second = 0; second < 100; second++) {
            assertArrayEquals(one.rows().get(second), other.rows().get(second));
        }
    }

    @Test
    void it_stays_within_what_a_car_does() {
        Drive drive = SimulatedDrive.of(1, 600);

        double last = 0;
        double fastest = 0;
        for (int second = 0; second < 600; second++) {
            double speed = drive.value(second, Signal.SPEED);
            assertTrue(speed >= 0 && speed < 135, "speed " + speed);
            assertTrue(Math.abs(speed - last) < 15, "from " + last + " to " + speed + " in a second");
            assertTrue(drive.value(second, Signal.ENGINE_SPEED) < 6000);
            assertTrue(drive.value(second, Signal.COOLANT) < 110);
            assertTrue(drive.value(second, Signal.FUEL) > 0);
            last = speed;
            fastest = Math.max(fastest, speed);
        }
        assertTrue(fastest > 110, "the motorway at " + fastest);
    }
}

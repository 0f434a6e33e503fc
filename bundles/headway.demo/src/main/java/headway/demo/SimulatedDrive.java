package headway.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes up a drive: through a town with its lights, then along a motorway, then home. The same seed gives the same drive. */
final class SimulatedDrive {

    /** Speeds that the driver aims at, in km/h, one after the other; 0 is a light or a junction. */
    private static final int[] AIMS = {0, 30, 50, 0, 50, 30, 0, 50, 70, 100, 120, 118, 120, 80, 50, 0, 50, 30, 0};

    private static final double IDLE_RPM = 780;

    /** Engine revolutions per minute and km/h, in each gear. */
    private static final double[] GEARS = {120, 66, 43, 32, 25};

    private final Random random;
    private double speed;
    private double coolant = 21;
    private double catalyst = 40;
    private double fuel = 62;
    private double rpm;

    private SimulatedDrive(long seed) {
        random = new Random(seed);
    }

    /** A drive of so many seconds. */
    static Drive of(long seed, int seconds) {
        SimulatedDrive car = new SimulatedDrive(seed);
        List<double[]> rows = new ArrayList<>();
        for (int second = 0; second < seconds; second++) {
            rows.add(car.second(second, AIMS[(int) ((long) second * AIMS.length / seconds)]));
        }
        return new Drive(rows);
    }

    private double[] second(int second, double aim) {
        // A driver brakes harder than the engine pulls, and never holds a speed quite steady.
        double change = Math.max(-9, Math.min(7 - speed / 25, aim - speed));
        speed = Math.max(0, speed + change + (speed > 5 ? random.nextGaussian() * 0.4 : 0));
        double pull = Math.max(0, change) * 8 + speed * 0.25;
        double aimRpm = speed < 4 ? IDLE_RPM : Math.max(IDLE_RPM, speed * GEARS[gear()]);
        rpm += (aimRpm - rpm) * 0.7 + random.nextGaussian() * 12;
        coolant += (91 - coolant) * 0.012 + random.nextGaussian() * 0.05;
        catalyst += (380 + pull * 4 - catalyst) * 0.03;
        fuel = Math.max(0, fuel - (0.4 + pull / 20) * 0.0016);

        double throttle = Math.min(95, 15 + pull * 0.8);
        double load = Math.min(100, 22 + pull * 1.1);
        double[] row = new double[Signal.values().length];
        for (Signal signal : Signal.values()) {
            row[signal.place()] = switch (signal) {
                case RUN_TIME -> second;
                case ENGINE_SPEED -> rpm;
                case SPEED -> speed;
                case THROTTLE, THROTTLE_ACTUATOR -> throttle;
                case ENGINE_LOAD -> load;
                case COOLANT -> coolant;
                case LONG_FUEL_TRIM -> -1.5;
                case SHORT_FUEL_TRIM -> random.nextGaussian() * 2;
                case MANIFOLD -> Math.min(101, 28 + pull * 0.9);
                case FUEL -> fuel;
                case THROTTLE_B -> throttle + 31;
                case PEDAL_D -> throttle;
                case PEDAL_E -> throttle * 2;
                case EQUIVALENCE_RATIO -> 1;
                case BAROMETER -> 101;
                case RELATIVE_THROTTLE -> throttle - 15;
                case INTAKE_AIR -> 24 + (coolant - 21) * 0.2;
                case TIMING -> 10 + rpm / 200 - load / 20;
                case CATALYST -> catalyst;
                case CATALYST_2 -> catalyst * 0.8;
                case VOLTAGE -> 14.1 + random.nextGaussian() * 0.03;
                case PURGE -> coolant > 60 ? load / 3 : 0;
                case CLEARED_TIME -> 10_068 + second / 60;
                case MIL_TIME, MIL_DISTANCE -> 0;
                case WARM_UPS -> 255;
            };
        }
        return row;
    }

    private int gear() {
        return speed < 18 ? 0 : speed < 35 ? 1 : speed < 55 ? 2 : speed < 80 ? 3 : 4;
    }
}

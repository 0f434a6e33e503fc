package headway.demo;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a drive records: the 27 OBD-II parameters, each with its column in the CSV form and the topic it is published to. A
 * topic is the signal's path in the Vehicle Signal Specification 6.0 where that has it, else {@code Vehicle/OBD/...} as
 * earlier versions had.
 */
enum Signal {
    RUN_TIME("ENGINE_RUN_TINE", "Vehicle/TripDuration"),
    ENGINE_SPEED("ENGINE_RPM", "Vehicle/Powertrain/CombustionEngine/Speed"),
    SPEED("VEHICLE_SPEED", "Vehicle/Speed"),
    THROTTLE("THROTTLE", "Vehicle/Powertrain/CombustionEngine/TPS"),
    ENGINE_LOAD("ENGINE_LOAD", "Vehicle/OBD/EngineLoad"),
    COOLANT("COOLANT_TEMPERATURE", "Vehicle/Powertrain/CombustionEngine/EngineCoolant/Temperature"),
    LONG_FUEL_TRIM("LONG_TERM_FUEL_TRIM_BANK_1", "Vehicle/OBD/LongTermFuelTrim1"),
    SHORT_FUEL_TRIM("SHORT_TERM_FUEL_TRIM_BANK_1", "Vehicle/OBD/ShortTermFuelTrim1"),
    MANIFOLD("INTAKE_MANIFOLD_PRESSURE", "Vehicle/Powertrain/CombustionEngine/MAP"),
    FUEL("FUEL_TANK", "Vehicle/Powertrain/FuelSystem/RelativeLevel"),
    THROTTLE_B("ABSOLUTE_THROTTLE_B", "Vehicle/OBD/ThrottlePositionB"),
    PEDAL_D("PEDAL_D", "Vehicle/Chassis/Accelerator/PedalPosition"),
    PEDAL_E("PEDAL_E", "Vehicle/OBD/AcceleratorPositionE"),
    THROTTLE_ACTUATOR("COMMANDED_THROTTLE_ACTUATOR", "Vehicle/OBD/ThrottleActuator"),
    EQUIVALENCE_RATIO("FUEL_AIR_COMMANDED_EQUIV_RATIO", "Vehicle/OBD/CommandedEquivalenceRatio"),
    BAROMETER("ABSOLUTE_BAROMETRIC_PRESSURE", "Vehicle/OBD/BarometricPressure"),
    RELATIVE_THROTTLE("RELATIVE_THROTTLE_POSITION", "Vehicle/OBD/RelativeThrottlePosition"),
    INTAKE_AIR("INTAKE_AIR_TEMP", "Vehicle/OBD/IntakeTemp"),
    TIMING("TIMING_ADVANCE", "Vehicle/OBD/TimingAdvance"),
    CATALYST("CATALYST_TEMPERATURE_BANK1_SENSOR1", "Vehicle/OBD/Catalyst/Bank1/Temperature1"),
    CATALYST_2("CATALYST_TEMPERATURE_BANK1_SENSOR2", "Vehicle/OBD/Catalyst/Bank1/Temperature2"),
    VOLTAGE("CONTROL_MODULE_VOLTAGE", "Vehicle/LowVoltageBattery/CurrentVoltage"),
    PURGE("COMMANDED_EVAPORATIVE_PURGE", "Vehicle/OBD/CommandedEVAP"),
    MIL_TIME("TIME_RUN_WITH_MIL_ON", "Vehicle/OBD/RunTimeMIL"),
    CLEARED_TIME("TIME_SINCE_TROUBLE_CODES_CLEARED", "Vehicle/OBD/TimeSinceDTCCleared"),
    MIL_DISTANCE("DISTANCE_TRAVELED_WITH_MIL_ON", "Vehicle/OBD/DistanceWithMIL"),
    WARM_UPS("WARM_UPS_SINCE_CODES_CLEARED", "Vehicle/OBD/WarmupsSinceDTCClear");

    /** All topics of a drive, and nothing else of this bus. */
    static final String PATTERN = "Vehicle/*";

    private static final Map<String, Signal> BY_TOPIC = byTopic();

    private final String column;
    private final String topic;

    Signal(String column, String topic) {
        this.column = column;
        this.topic = topic;
    }

    /** Its column in the CSV form; the spelling is the recorder's. */
    String column() {
        return column;
    }

    String topic() {
        return topic;
    }

    /** Its place among all signals, 0 for the first. */
    @SuppressWarnings("EnumOrdinal") // The place only orders arrays in memory; it is never stored or sent.
    int place() {
        return ordinal();
    }

    /** The signal of a topic, or null. */
    static Signal of(String topic) {
        return BY_TOPIC.get(topic);
    }

    private static Map<String, Signal> byTopic() {
        Map<String, Signal> byTopic = new LinkedHashMap<>();
        for (Signal each : values()) {
            byTopic.put(each.topic, each);
        }
        return Collections.unmodifiableMap(byTopic);
    }
}

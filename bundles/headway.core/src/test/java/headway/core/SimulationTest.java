package headway.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whole buses in virtual time. To replay one schedule: {@code -Dheadway.sim.seed=}, as the failure says; to try more of
 * them: {@code -Dheadway.sim.schedules=}.
 */
class SimulationTest {

    private static final Long SEED = Long.getLong("headway.sim.seed");
    private static final long SCHEDULES = Long.getLong("headway.sim.schedules", 600);

    @ParameterizedTest
    @EnumSource
    void every_subscriber_gets_everything_once_and_in_order_and_every_call_one_answer(Schedule.Kind kind) {
        long first = SEED != null ? SEED : 1;
        long last = SEED != null ? SEED : SCHEDULES;
        for (long seed = first; seed <= last; seed++) {
            List<String> complaints = new Schedule(kind, seed).run();
            assertEquals(List.of(), complaints, "replay with -Dheadway.sim.seed=" + seed);
        }
    }

    @Test
    void the_same_seed_is_the_same_life() {
        for (Schedule.Kind kind : Schedule.Kind.values()) {
            Schedule one = new Schedule(kind, 42);
            Schedule other = new Schedule(kind, 42);
            one.run();
            other.run();
            assertEquals(one.simulation().count(), other.simulation().count());
            assertEquals(one.oracle().messages(), other.oracle().messages());
        }
    }

    /** What breaks the promise if a frame is changed so on its way. */
    enum Sabotage {
        /** Somebody says that it has what it has not. */
        ACKNOWLEDGES_TOO_MUCH {
            @Override
            void apply(byte[] frame) {
                Bytes.putLong(frame, 32, Frame.ack(frame, 0) + 1);
            }
        },
        /** The same messages come again under the next number. */
        REPEATS_UNDER_ANOTHER_NUMBER {
            private byte[] last;

            @Override
            void apply(byte[] frame) {
                if (Frame.kind(frame, 0) == Frame.Kind.DATA) {
                    if (last != null && last.length == frame.length) {
                        System.arraycopy(last, Frame.HEADER, frame, Frame.HEADER, frame.length - Frame.HEADER);
                    }
                    last = frame.clone();
                }
            }
        },
        /** A frame loses its messages but not its number. */
        LOSES_WHAT_IT_CARRIES {
            @Override
            void apply(byte[] frame) {
                if (Frame.kind(frame, 0) == Frame.Kind.DATA) {
                    frame[Frame.HEADER] = 0;
                }
            }
        },
        /** Numbers are given twice. */
        EXCHANGES_NUMBERS {
            @Override
            void apply(byte[] frame) {
                if (Frame.kind(frame, 0) == Frame.Kind.DATA) {
                    Bytes.putLong(frame, 24, Frame.sequence(frame, 0) ^ 1);
                }
            }
        };

        abstract void apply(byte[] frame);
    }

    @ParameterizedTest
    @EnumSource
    void the_oracle_sees_that_the_bus(Sabotage sabotage) {
        List<Long> seen = new ArrayList<>();
        for (long seed = 1; seed <= 30; seed++) {
            Schedule schedule = new Schedule(Schedule.Kind.SWAPS, seed);
            SplittableRandom random = new SplittableRandom(seed);
            UnaryOperator<byte[]> often = frame -> {
                if (schedule.hasFaults() && random.nextInt(20) == 0) {
                    sabotage.apply(frame);
                }
                return frame;
            };
            schedule.steady().sabotage(often);
            schedule.fickle().sabotage(often);
            try {
                if (!schedule.run().isEmpty()) {
                    seen.add(seed);
                }
            } catch (IllegalStateException inCircles) {
                seen.add(seed);
            }
        }
        assertTrue(seen.size() >= 3, "seen only with the seeds " + seen);
    }
}

package headway.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whole buses in virtual time. To replay one schedule: {@code -Dheadway.sim.seed=}, as the failure says; to try more of
 * them: {@code -Dheadway.sim.schedules=}.
 */
class SimulationTest {

    private static final Long SEED = Long.getLong("headway.sim.seed");
    private static final long SCHEDULES = Long.getLong("headway.sim.schedules", 20_000);

    /** Faults by the thousand, each with a line in the log. */
    private static final Logger LOG = Logger.getLogger("headway.core");

    @BeforeAll
    static void beQuiet() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        LOG.setLevel(null);
    }

    @ParameterizedTest
    @EnumSource
    void every_subscriber_gets_everything_once_and_in_order_and_every_call_one_answer(Schedule.Kind kind) {
        long first = SEED != null ? SEED : 1;
        long last = SEED != null ? SEED : kind.of(SCHEDULES);
        Optional<String> wrong = LongStream.rangeClosed(first, last)
                .parallel()
                .mapToObj(seed -> judged(kind, seed))
                .flatMap(Optional::stream)
                .findFirst();
        assertEquals(Optional.empty(), wrong);
    }

    /** What was wrong in that schedule, and how to see it again. */
    private static Optional<String> judged(Schedule.Kind kind, long seed) {
        List<String> complaints = new Schedule(kind, seed).run();
        return complaints.isEmpty()
                ? Optional.empty()
                : Optional.of("replay with -Dheadway.sim.seed=" + seed + ": " + complaints);
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
        /** Messages come under the next number, which is then missing. */
        SKIPS_A_NUMBER {
            @Override
            void apply(byte[] frame) {
                if (Frame.kind(frame, 0) == Frame.Kind.DATA) {
                    // Taken for the next one, so that the real one is taken for a duplicate.
                    Bytes.putLong(frame, 24, Frame.sequence(frame, 0) + 1);
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

    /** The same for what goes through groups: what becomes of a frame. */
    enum GroupSabotage {
        /** One member finds the number of the next frame in its envelope. */
        MISNUMBERS_ONE_ENVELOPE {
            @Override
            byte[] apply(byte[] frame) {
                if (Frame.kind(frame, 0) == Frame.Kind.GROUP) {
                    Bytes.putLong(
                            frame, GroupFrame.payload(0) + 16, Bytes.getLong(frame, GroupFrame.payload(0) + 16) + 1);
                }
                return frame;
            }
        },
        /** Two members have each other's envelopes. */
        EXCHANGES_ENVELOPES {
            @Override
            byte[] apply(byte[] frame) {
                if (Frame.kind(frame, 0) == Frame.Kind.GROUP && Frame.sequence(frame, 0) > 1) {
                    int one = GroupFrame.payload(0);
                    int other = GroupFrame.payload(1);
                    long receiver = Bytes.getLong(frame, one);
                    Bytes.putLong(frame, one, Bytes.getLong(frame, other));
                    Bytes.putLong(frame, other, receiver);
                }
                return frame;
            }
        },
        /** Nobody asks for what it has missed, and nobody is asked what it has. */
        LETS_LOSSES_BE {
            @Override
            byte[] apply(byte[] frame) {
                Frame.Kind kind = Frame.kind(frame, 0);
                return kind == Frame.Kind.RESEND || kind == Frame.Kind.PROBE ? null : frame;
            }
        },
        /** The first message of what goes to a group is lost on its way to some. */
        LOSES_WHAT_IS_SHARED {
            @Override
            byte[] apply(byte[] frame) {
                if (Frame.kind(frame, 0) == Frame.Kind.GROUP) {
                    frame[GroupFrame.payload((int) Frame.sequence(frame, 0))] = 0;
                }
                return frame;
            }
        };

        abstract byte[] apply(byte[] frame);
    }

    @ParameterizedTest
    @EnumSource
    void the_oracle_sees_that_a_group(GroupSabotage sabotage) {
        List<Long> seen = new ArrayList<>();
        for (long seed = 1; seed <= 30; seed++) {
            Schedule schedule = new Schedule(Schedule.Kind.GROUPS, seed);
            schedule.steady().sabotage(sabotage::apply);
            schedule.fickle().sabotage(sabotage::apply);
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

    @Test
    void most_schedules_with_groups_use_them_and_many_lose_some_of_what_they_carry() {
        int used = 0;
        int lost = 0;
        for (long seed = 1; seed <= 40; seed++) {
            Schedule schedule = new Schedule(Schedule.Kind.GROUPS, seed);
            schedule.run();
            used += schedule.steady().groupFrames() + schedule.fickle().groupFrames() > 10 ? 1 : 0;
            lost += schedule.steady().groupLosses() + schedule.fickle().groupLosses() > 0 ? 1 : 0;
        }
        assertTrue(used >= 20, "used only in " + used);
        assertTrue(lost >= 10, "lost only in " + lost);
    }

    @Test
    void in_many_schedules_with_outages_nodes_are_given_up_and_return() {
        int returned = 0;
        for (long seed = 1; seed <= 40; seed++) {
            Schedule schedule = new Schedule(Schedule.Kind.OUTAGES, seed);
            schedule.run();
            returned += schedule.oracle().returns() > 0 ? 1 : 0;
        }
        assertTrue(returned >= 10, "returned only in " + returned);
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

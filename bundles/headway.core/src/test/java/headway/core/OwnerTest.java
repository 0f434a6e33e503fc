package headway.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OwnerTest {

    private static final long A_SECOND = 1_000_000_000;

    private final Thread poster = Thread.currentThread();
    private final CountDownLatch willing = new CountDownLatch(1);
    private final AtomicLong time = new AtomicLong();
    private final Owner owner = new Owner("test", () -> time.addAndGet(A_SECOND), this::work, new DirectRunner());

    /** How often this thread did the work itself. */
    private int done;

    private long work(long now) {
        if (Thread.currentThread() == poster) {
            done++;
        } else {
            willing.countDown();
        }
        return Long.MAX_VALUE;
    }

    /** The willing thread sleeps, and nothing has happened for a second. */
    @BeforeEach
    void allIsQuiet() throws InterruptedException {
        owner.start();
        willing.await();
        owner.enter();
        owner.leave();
    }

    @AfterEach
    void close() {
        owner.close();
    }

    @Test
    void what_is_posted_into_quiet_is_done_by_its_poster_each_time() {
        owner.posted();
        owner.posted();
        assertEquals(2, done);
    }

    @Test
    void what_is_posted_together_is_done_once_and_afterwards() {
        owner.gather(() -> {
            owner.posted();
            owner.gather(owner::posted);
            owner.posted();
            assertEquals(0, done);
        });
        assertEquals(1, done);
    }

    @Test
    void what_somebody_waits_for_is_done_at_once_also_there() {
        owner.gather(() -> {
            owner.posted();
            owner.postedUrgently();
            assertEquals(1, done);
        });
    }

    @Test
    void what_was_posted_before_a_failure_is_done_all_the_same() {
        assertThrows(
                IllegalStateException.class,
                () -> owner.gather(() -> {
                    owner.posted();
                    throw new IllegalStateException("on purpose");
                }));
        assertEquals(1, done);
        owner.posted();
        assertEquals(2, done);
    }
}

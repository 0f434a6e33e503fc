package headway.remote.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** The order in which an object does what it is asked, on threads that the test plays. */
class TurnsTest {

    private final Queue<Runnable> threads = new ArrayDeque<>();
    private final List<Integer> done = new ArrayList<>();

    @Test
    void one_after_the_other_on_one_thread() {
        Turns turns = new Turns(threads::add, 1);
        for (int i = 0; i < 3; i++) {
            int number = i;
            assertTrue(turns.execute(() -> done.add(number)));
        }
        assertEquals(1, threads.size());
        threads.remove().run();
        assertEquals(List.of(0, 1, 2), done);
    }

    @Test
    void after_sixteen_others_on_that_thread_have_their_turn() {
        Turns turns = new Turns(threads::add, 1);
        for (int i = 0; i < 17; i++) {
            int number = i;
            assertTrue(turns.execute(() -> done.add(number)));
        }
        threads.remove().run();
        assertEquals(16, done.size());
        assertEquals(1, threads.size());
        threads.remove().run();
        assertEquals(17, done.size());
        assertTrue(threads.isEmpty());
    }

    @Test
    void what_fails_does_not_keep_the_next() {
        Turns turns = new Turns(threads::add, 1);
        assertTrue(turns.execute(() -> {
            throw new IllegalStateException("meant");
        }));
        assertTrue(turns.execute(() -> done.add(1)));
        threads.remove().run();
        assertEquals(List.of(1), done);
    }

    /** What comes while a thread is asked for is not forgotten if there is none, nor is what comes later. */
    @Test
    void where_there_is_no_thread_the_one_that_brings_it_does_all_that_waits() {
        List<Turns> it = new ArrayList<>();
        it.add(new Turns(
                task -> {
                    if (done.isEmpty() && threads.isEmpty()) {
                        threads.add(() -> {});
                        assertTrue(it.get(0).execute(() -> done.add(2)));
                    }
                    if (done.size() < 2) {
                        throw new OutOfMemoryError("no thread");
                    }
                    throw new RejectedExecutionException();
                },
                1));
        assertTrue(it.get(0).execute(() -> done.add(1)));
        assertEquals(List.of(1, 2), done);
        assertTrue(it.get(0).execute(() -> done.add(3)));
        assertTrue(it.get(0).execute(() -> done.add(4)));
        assertEquals(List.of(1, 2, 3, 4), done);
    }

    @Test
    void too_much_is_refused() {
        Turns turns = new Turns(threads::add, 1);
        for (int i = 0; i < Turns.MOST_WAITING; i++) {
            assertTrue(turns.execute(() -> {}));
        }
        assertFalse(turns.execute(() -> done.add(1)));
        threads.remove().run();
        assertEquals(List.of(), done);
        assertTrue(turns.execute(() -> done.add(2)));
    }
}

package headway.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class CourierTest {

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<String> got = new ArrayList<>();

    private Courier<String> courier(int capacity, boolean endsWhenFull) {
        return new Courier<>(tasks::add, capacity, endsWhenFull, new Courier.Receiver<>() {
            @Override
            public void receive(String item) {
                got.add(item);
                if (item.equals("bad")) {
                    throw new IllegalStateException("on purpose");
                }
            }

            @Override
            public void lost(long count, String first, String last) {
                got.add(count + " lost, " + first + " to " + last);
            }
        });
    }

    private void run() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    @Test
    void items_come_in_order_and_one_thread_is_enough_for_all() {
        Courier<String> courier = courier(10, false);
        courier.offer("a");
        courier.offer("bad");
        courier.offer("c");

        assertEquals(1, tasks.size());
        run();
        courier.offer("d");
        run();

        assertEquals(List.of("a", "bad", "c", "d"), got);
    }

    @Test
    void the_oldest_are_given_up_and_told_in_their_place() {
        Courier<String> courier = courier(2, false);
        for (String item : List.of("a", "b", "c", "d", "e")) {
            courier.offer(item);
        }
        run();

        assertEquals(List.of("3 lost, a to c", "d", "e"), got);
    }

    @Test
    void or_all_ends_with_the_gap() {
        Courier<String> courier = courier(2, true);
        for (String item : List.of("a", "b", "c", "d")) {
            courier.offer(item);
        }
        run();
        courier.offer("e");
        run();

        assertEquals(List.of("3 lost, a to c"), got);
    }

    @Test
    void after_close_nothing_comes() {
        Courier<String> courier = courier(2, false);
        courier.offer("a");
        courier.close();
        courier.offer("b");
        run();

        assertEquals(List.of(), got);
    }
}

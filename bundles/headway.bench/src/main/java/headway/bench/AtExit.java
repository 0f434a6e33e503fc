package headway.bench;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/** What must not outlive this process, however it ends: on Ctrl-C too, processes are ended, and then directories removed. */
final class AtExit {

    private static final Deque<AutoCloseable> OPEN = new ConcurrentLinkedDeque<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(AtExit::closeAll, "at exit"));
    }

    private AtExit() {}

    /** To be closed, before all that is there already. */
    static void add(AutoCloseable each) {
        OPEN.addFirst(each);
    }

    /** It needs no closing any more. */
    static void remove(AutoCloseable each) {
        OPEN.remove(each);
    }

    private static void closeAll() {
        for (AutoCloseable each : OPEN) {
            try {
                each.close();
            } catch (Exception e) {
                System.err.println("headway.bench: " + e);
            }
        }
    }
}

package headway.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** The processes of one measurement, in the order they were started; they end in the opposite order. */
final class Children implements AutoCloseable {

    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private final List<Child> all = new ArrayList<>();
    private final List<Child> attendants = new ArrayList<>();
    private final Meeting meeting;

    Children(Meeting meeting) {
        this.meeting = meeting;
    }

    /** Where they meet. */
    Path directory() {
        return meeting.directory();
    }

    /**
     * Starts a process that runs beside the others, on any of their CPUs, and waits until it is ready. Its CPU time counts, that
     * of its children too.
     */
    void attend(Plan plan, String name, List<String> command, Map<String, String> environment, BooleanSupplier ready)
            throws IOException, InterruptedException {
        Child attendant = Child.start(name, plan.besides(command), environment);
        attendants.add(attendant);
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!ready.getAsBoolean()) {
            if (!attendant.isAlive() || System.nanoTime() > until) {
                throw new IOException(name + " did not start");
            }
            Thread.sleep(10);
        }
    }

    /** Starts one part and waits until it is ready. */
    Child play(Plan plan, Staged workload, String part) throws IOException, InterruptedException {
        List<String> command = plan.placed(all.size(), workload.command(plan, part, meeting.directory()));
        Child child = Child.ready(workload.name() + " " + part, command);
        all.add(child);
        return child;
    }

    /** Lets all of them run warm, and then measures them. */
    Span measure(Plan plan) throws IOException, InterruptedException {
        Warmth.await(all.stream().map(Child::pid).toList(), plan.warmUp(all.size()));
        List<Mark> from = marks();
        Thread.sleep(plan.measured().toMillis());
        return new Span(from, marks());
    }

    private List<Mark> marks() throws IOException, InterruptedException {
        List<Mark> marks = Child.marks(all);
        for (Child attendant : attendants) {
            marks.add(Mark.ofProcess(attendant.pid()));
        }
        return marks;
    }

    @Override
    public void close() {
        Collections.reverse(all);
        all.forEach(Child::close);
        attendants.forEach(Child::end);
    }
}

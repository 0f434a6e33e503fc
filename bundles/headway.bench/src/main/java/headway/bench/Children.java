package headway.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The processes of one measurement, in the order they were started; they end in the opposite order. */
final class Children implements AutoCloseable {

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

    /** Takes care of a process that runs beside the others; its CPU time counts, that of its children too. */
    Child attend(Child attendant) {
        attendants.add(attendant);
        return attendant;
    }

    /** Starts one part and waits until it is ready. */
    Child play(Plan plan, Staged workload, String part) throws IOException, InterruptedException {
        List<String> command = plan.placed(all.size(), workload.command(plan, part, meeting.directory()));
        Child child = Child.ready(workload.name() + " " + part, command);
        all.add(child);
        return child;
    }

    /** How far each of them is, in the order they were started; then what ran beside them, of which only CPU time is known. */
    List<Mark> marks() throws IOException, InterruptedException {
        List<Mark> marks = Child.marks(all);
        for (Child attendant : attendants) {
            marks.add(Mark.ofProcess(attendant.pid()));
        }
        return marks;
    }

    /** CPU time of all of them together between two rows of marks. */
    static long cpuNanos(List<Mark> from, List<Mark> to) {
        long sum = 0;
        for (int i = 0; i < from.size(); i++) {
            sum += to.get(i).cpuNanos() - from.get(i).cpuNanos();
        }
        return sum;
    }

    @Override
    public void close() {
        Collections.reverse(all);
        all.forEach(Child::close);
        attendants.forEach(Child::end);
    }
}

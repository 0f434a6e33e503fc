package headway.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A side whose ends are a program in another language, which takes orders as a {@link Station} does. */
interface ForeignSide extends Side {

    /** The program. */
    Path program(Path meeting);

    @Override
    default List<String> command(Plan plan, Workload workload, String part, Path meeting, Load load) {
        List<String> command = new ArrayList<>(List.of(
                program(meeting).toString(),
                part,
                meeting.toString(),
                Integer.toString(load.payload()),
                Integer.toString(load.receivers()),
                Long.toString(load.intervalNanos())));
        if (load.timed()) {
            command.add("timetable");
        }
        return command;
    }

    @Override
    default Receiver receive(Path meeting, int index, int payload, Tally tally)
            throws IOException, InterruptedException {
        throw elsewhere();
    }

    @Override
    default Sender send(Path meeting, int receivers, int payload) throws IOException, InterruptedException {
        throw elsewhere();
    }

    @Override
    default Closeable serve(Path meeting, int payload) throws IOException, InterruptedException {
        throw elsewhere();
    }

    @Override
    default Caller call(Path meeting, int payload) throws IOException, InterruptedException {
        throw elsewhere();
    }

    /** Of a part that no class here plays. */
    static UnsupportedOperationException elsewhere() {
        return new UnsupportedOperationException("Another program plays it");
    }
}

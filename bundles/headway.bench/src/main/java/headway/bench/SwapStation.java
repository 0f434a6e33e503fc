package headway.bench;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The program of one process of {@link SwapBench}: publishes or receives, and does what its standard input says, a line each.
 * It answers as a {@link Station} does, and ends when its standard input does.
 */
public final class SwapStation {

    static final String PUBLISH = "publish";
    static final String RECEIVE = "receive";

    private SwapStation() {}

    /** What a process does. */
    interface Part extends Closeable {

        /** Carries out an order and answers with one line. */
        String obey(String order, String argument) throws Exception;
    }

    /** The command line of a process that plays a part. */
    static List<String> command(Plan plan, String part, Path meeting, SwapLoad load) {
        List<String> command = Child.java(plan, SwapStation.class);
        command.addAll(List.of(part, meeting.toString(), load.line()));
        return command;
    }

    /** Arguments: the part, the directory where the processes meet, the load. */
    public static void main(String[] args) throws Exception {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Path meeting = Path.of(args[1]);
        SwapLoad load = SwapLoad.parse(args[2]);
        try (Part part = args[0].equals(PUBLISH) ? new SwapPublisher(meeting, load) : new SwapReceiver(meeting, load)) {
            say(Station.READY);
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                String[] words = order.split(" ", 2);
                say(part.obey(words[0], words.length > 1 ? words[1] : ""));
            }
        } catch (Exception e) {
            Station.fail(e);
        }
        System.exit(0);
    }

    private static void say(String line) {
        System.out.println(Station.SAYS + line);
    }

    static IOException unknown(String order) {
        return new IOException("unknown order " + order);
    }
}

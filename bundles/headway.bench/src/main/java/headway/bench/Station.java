package headway.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The program of one measured process: plays a role in a workload and does what its standard input says, a line each.
 *
 * <pre>
 *  mark       says how far it is, see {@link Mark#line}
 *  stop       stops and says how far it came
 *  (its end)  ends the process
 * </pre>
 *
 * Its answers begin with {@link #SAYS}; the JVM may say things too. It says {@code ready} when it has begun, and {@code failed} with the reason if something is wrong.
 */
public final class Station {

    static final String SAYS = "> ";
    static final String READY = "ready";
    static final String MARK = "mark";
    static final String STOP = "stop";
    static final String FAILED = "failed";

    private Station() {}

    /** Arguments: the workload's name, the part in it, the directory where the processes meet. */
    public static void main(String[] args) throws Exception {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Role role = Workloads.staged(args[0]).play(args[1], Path.of(args[2]))) {
            say(READY);
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                if (order.equals(STOP)) {
                    role.stop();
                } else if (!order.equals(MARK)) {
                    throw new IOException("unknown order " + order);
                }
                say(role.mark().line());
            }
        } catch (Exception e) {
            fail(e);
        }
        // Threads of a side that is being closed do not keep the process.
        System.exit(0);
    }

    private static void say(String line) {
        System.out.println(SAYS + line);
    }

    /** Tells why this process cannot go on, and ends it. */
    static void fail(Throwable e) {
        say(FAILED + " " + e);
        e.printStackTrace();
        Runtime.getRuntime().halt(1);
    }
}

package headway.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The processes of the receivers. Each ends by itself when its standard input ends, so also when this process is killed. */
final class Children implements AutoCloseable {

    private static final long ENDING_SECONDS = 5;

    private final List<String> program;
    private final List<Process> processes = new CopyOnWriteArrayList<>();
    private final List<List<String>> commands = new ArrayList<>();

    /** The numbers of those that were killed on purpose and do not live again. */
    private final Set<Integer> killed = new ConcurrentSkipListSet<>();

    /**
     * @param program the command line of a node like this one, up to its command
     */
    Children(List<String> program) {
        this.program = program;
    }

    /** Starts one; it gets the next number, the first is 1. */
    void start(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(program);
        command.add("demo-cluster");
        command.add("--number");
        command.add(Integer.toString(processes.size() + 1));
        command.addAll(arguments);
        commands.add(command);
        processes.add(launch(command));
    }

    private static Process launch(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Kills the last one on purpose and starts it again, with the same number: it joins while the drive goes on. */
    void rebearLast() throws IOException, InterruptedException {
        int number = processes.size();
        killed.add(number);
        processes.get(number - 1).destroyForcibly().waitFor();
        List<String> command = new ArrayList<>(commands.get(number - 1));
        command.add("--late");
        processes.set(number - 1, launch(command));
        killed.remove(number);
    }

    /** The numbers of those that were killed on purpose and do not live again. */
    Set<Integer> killed() {
        return killed;
    }

    /** Sends the last one a signal that Java has no word for, and every shell has. */
    void signalLast(String signal) throws IOException, InterruptedException {
        long pid = processes.get(processes.size() - 1).pid();
        int exit = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pid)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (exit != 0 && !killed.contains(processes.size())) {
            throw new IOException("kill -" + signal + " " + pid + " ended with " + exit);
        }
    }

    /** The numbers of those that have ended by themselves. */
    List<Integer> ended() {
        List<Integer> ended = new ArrayList<>();
        for (int i = 0; i < processes.size(); i++) {
            if (!processes.get(i).isAlive() && !killed.contains(i + 1)) {
                ended.add(i + 1);
            }
        }
        return ended;
    }

    /** Who ended how, in words. */
    String obituary(int number) {
        Process process = processes.get(number - 1);
        int exit = process.exitValue();
        // A shell and Java report a signal alike: 128 and its number.
        return "instrument cluster " + number + " (process " + process.pid() + ") ended "
                + (exit > 128 ? "by signal " + (exit - 128) : "with exit code " + exit);
    }

    @Override
    public void close() {
        end();
    }

    /** Ends all, gently first. */
    void end() {
        boolean interrupted = Thread.interrupted();
        for (Process process : processes) {
            try {
                process.getOutputStream().close();
            } catch (IOException gone) {
                // It has ended already.
            }
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ENDING_SECONDS);
        for (Process process : processes) {
            try {
                if (!process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException told) {
                interrupted = true;
                process.destroyForcibly();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

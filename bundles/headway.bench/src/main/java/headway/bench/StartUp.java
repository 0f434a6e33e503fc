package headway.bench;

import headway.bus.Delivery;
import headway.core.RunningNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * From just before a process is started until a receiver that has long been there gets its first message. Each round is the
 * median of a few starts.
 */
record StartUp(String name, Launch launch) implements Workload {

    private static final int STARTS = 3;
    private static final long PATIENCE_SECONDS = 30;

    @Override
    public String description() {
        return "exec to first message delivered, " + launch.description();
    }

    @Override
    public String obstacle(Plan plan) {
        return launch.obstacle(plan);
    }

    @Override
    public Map<Metric, Double> measure(Plan plan) throws IOException, InterruptedException {
        try (Meeting meeting = Meeting.arrange();
                RunningNode receiver = HeadwaySide.join(meeting.directory())) {
            BlockingQueue<Long> arrivals = new LinkedBlockingQueue<>();
            String topic = "bench/start";
            receiver.bus().subscribe(topic, Delivery.onReceivingThread(), message -> arrivals.add(System.nanoTime()));
            double[] seconds = new double[STARTS];
            for (int i = 0; i < STARTS; i++) {
                long begin = System.nanoTime();
                try (Child child = launch.publish(plan, meeting.directory(), topic)) {
                    Long end = arrivals.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                    if (end == null) {
                        throw new IOException(child + ": no message within " + PATIENCE_SECONDS + " s");
                    }
                    seconds[i] = (end - begin) / 1e9;
                }
            }
            Arrays.sort(seconds);
            return Map.of(Metric.SECONDS, seconds[STARTS / 2]);
        }
    }
}

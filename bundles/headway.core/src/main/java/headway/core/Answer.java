package headway.core;

import headway.bus.Message;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The answer that a caller waits for. A thread that waits for it receives from the link itself if the transport lets it:
 * then nobody has to wake it.
 */
final class Answer extends CompletableFuture<Message> {

    private final Clock clock;

    /** Over which link it will come; null while that is not known, or if it comes from this process. */
    private volatile LinkSlot link;

    Answer(Clock clock) {
        this.clock = clock;
    }

    void comesOver(LinkSlot itsLink) {
        link = itsLink;
    }

    @Override
    public Message get() throws InterruptedException, ExecutionException {
        receive(Long.MAX_VALUE / 2);
        return super.get();
    }

    @Override
    public Message get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        long until = clock.nanos() + Math.min(unit.toNanos(timeout), Long.MAX_VALUE / 2);
        receive(until - clock.nanos());
        return super.get(Math.max(0, until - clock.nanos()), TimeUnit.NANOSECONDS);
    }

    @Override
    public Message join() {
        receive(Long.MAX_VALUE / 2);
        return super.join();
    }

    private void receive(long nanos) {
        LinkSlot over = link;
        if (over != null && !isDone() && !DirectRunner.isRunningHere()) {
            boolean ignored = over.receive(this::isDone, nanos);
        }
    }
}

package headway.demo;

import headway.bus.BodyWriter;
import headway.bus.Marshaller;
import headway.bus.Message;
import java.util.List;

/**
 * One value of one signal, as it travels: D-Bus signature {@code txd}. It carries its own number, so that whether all arrived,
 * once and in order, does not depend on anything the bus says about itself.
 *
 * @param sequence 1 for the first of its topic; in an end marker, how many there were
 * @param sentAt {@link System#nanoTime} when it was sent (the processes of one Linux machine share that clock), or {@link
 *     #END}
 * @param value what it was
 */
record Sample(long sequence, long sentAt, double value) {

    /** In place of the time: this topic has ended. */
    static final long END = Long.MIN_VALUE;

    static final Marshaller<Sample> MARSHALLER = new Marshaller<>() {
        @Override
        public String signature() {
            return "txd";
        }

        @Override
        public void marshal(Sample sample, BodyWriter out) {
            out.putInt64(sample.sequence).putInt64(sample.sentAt).putDouble(sample.value);
        }
    };

    static Sample of(Message message) {
        if (message.handedOver() instanceof Sample sample) {
            return sample;
        }
        List<Object> body = message.body();
        return new Sample((Long) body.get(0), (Long) body.get(1), (Double) body.get(2));
    }
}

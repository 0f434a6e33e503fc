package headway.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import headway.bus.Outcome;
import org.junit.jupiter.api.Test;

/** That the benchmarks of the two paths measure what they say. */
class NodePairTest {

    @Test
    void a_sender_whose_frames_are_swallowed_never_runs_out_of_room() throws Exception {
        SendPath path = new SendPath();
        path.payload = 64;
        path.start();
        try {
            // Some ten windows full.
            for (int i = 0; i < 200_000; i++) {
                assertEquals(Outcome.SENT, path.send());
            }
        } finally {
            path.stop();
        }
    }

    @Test
    void every_message_of_an_injected_frame_reaches_the_subscriber() throws Exception {
        for (String delivery : new String[] {"direct", "queued"}) {
            ReceivePath path = new ReceivePath();
            path.delivery = delivery;
            path.start();
            try {
                for (int i = 0; i < 100; i++) {
                    // Returns when all of them have arrived.
                    path.receive();
                }
            } finally {
                path.stop();
            }
        }
    }
}

package headway.itest.radio;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A service of an application, as both processes know it. */
public interface Radio {

    /** Where it receives. */
    enum Band {
        FM,
        DAB
    }

    /** Something to listen to. */
    record Station(String name, double frequency, Optional<String> song) {}

    /** There is nothing there. */
    class SilenceException extends Exception {
        private static final long serialVersionUID = 1L;

        public SilenceException(String message) {
            super(message);
        }
    }

    double getFrequency();

    void setFrequency(double frequency);

    Band getBand();

    List<Station> stations();

    Station find(String name) throws SilenceException;

    Map<String, Object> details(Station station);

    CompletionStage<String> nextSong();

    CompletionStage<String> never();
}

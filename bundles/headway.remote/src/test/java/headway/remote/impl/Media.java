package headway.remote.impl;

import headway.remote.DBusName;
import headway.remote.DBusType;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.osgi.util.promise.Promise;

/** A service with something of everything. */
public interface Media {

    /** Whether it plays. */
    enum Status {
        PLAYING,
        PAUSED
    }

    /** A piece of music. */
    record Track(String title, List<String> artists, Duration length, Optional<Integer> number) {}

    /** There is no such track. */
    class NoSuchTrackException extends Exception {
        private static final long serialVersionUID = 1L;

        public NoSuchTrackException(String message) {
            super(message);
        }
    }

    /** As another program calls it. */
    @DBusName("org.example.Error.Busy")
    class BusyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public BusyException(String message) {
            super(message);
        }
    }

    Status getStatus();

    double getVolume();

    void setVolume(double volume);

    boolean isMuted();

    String getTitle();

    void play();

    void seek(long offset);

    void seek(String chapter);

    void seek(String chapter, int offset);

    Track track(int index) throws NoSuchTrackException;

    List<Track> tracks();

    Map<String, Object> metadata();

    void open(@DBusType("o") String path, @DBusType("u") int flags) throws IOException, BusyException;

    CompletionStage<String> lyrics(String title);

    CompletableFuture<Void> fade();

    Promise<Integer> rate(int stars);

    Future<String> cover();

    Object echo(Object value);

    @DBusName("GetNothing")
    String nothing();
}

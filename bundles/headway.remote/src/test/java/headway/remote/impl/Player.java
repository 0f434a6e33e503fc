package headway.remote.impl;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.osgi.util.promise.Promise;
import org.osgi.util.promise.Promises;

/** A {@link Media} that remembers what it was asked. */
class Player implements Media {

    static final Track SONG = new Track("Song", List.of("A", "B"), Duration.ofSeconds(90), Optional.of(3));

    final List<String> asked = new ArrayList<>();
    final CompletableFuture<String> lyrics = new CompletableFuture<>();
    volatile Status status = Status.PAUSED;
    volatile double volume = 0.5;
    volatile String title = "Song";

    synchronized void ask(String what) {
        asked.add(what);
    }

    @Override
    public Status getStatus() {
        return status;
    }

    @Override
    public double getVolume() {
        return volume;
    }

    @Override
    public void setVolume(double volume) {
        if (volume > 1) {
            throw new IllegalArgumentException("too loud");
        }
        this.volume = volume;
    }

    @Override
    public boolean isMuted() {
        return volume == 0;
    }

    @Override
    public String getTitle() {
        return title;
    }

    @Override
    public void play() {
        status = Status.PLAYING;
    }

    @Override
    public void seek(long offset) {
        ask("seek(" + offset + ")");
    }

    @Override
    public void seek(String chapter) {
        ask("seek('" + chapter + "')");
    }

    @Override
    public void seek(String chapter, int offset) {
        ask("seek('" + chapter + "', " + offset + ")");
    }

    @Override
    public Track track(int index) throws NoSuchTrackException {
        if (index != 3) {
            throw new NoSuchTrackException("no track " + index);
        }
        return SONG;
    }

    @Override
    public List<Track> tracks() {
        return List.of(SONG, new Track("Other", List.of(), Duration.ZERO, Optional.empty()));
    }

    @Override
    public Map<String, Object> metadata() {
        return Map.of("title", "Song", "length", 90L, "artists", List.of("A", "B"), "status", Status.PAUSED);
    }

    @Override
    public void open(String path, int flags) throws IOException {
        switch (flags) {
            case 0 -> ask("open(" + path + ")");
            case 1 -> throw new IOException("no such file " + path);
            case 2 -> throw new BusyException("wait");
            case 3 -> throw new IllegalStateException("\0 and \uD800");
            case 6 -> throw new FileNotFoundException("gone " + path);
            case 4 -> throw new AssertionError("a mistake");
            default -> throw new StackOverflowError();
        }
    }

    @Override
    public CompletionStage<String> lyrics(String ofTitle) {
        ask("lyrics(" + ofTitle + ")");
        return lyrics;
    }

    @Override
    public CompletableFuture<Void> fade() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Promise<Integer> rate(int stars) {
        return stars > 5 ? Promises.failed(new IllegalArgumentException("too many")) : Promises.resolved(stars * 2);
    }

    @Override
    public Future<String> cover() {
        return CompletableFuture.completedFuture("cover.png");
    }

    @Override
    public Object echo(Object value) {
        return value;
    }

    @Override
    public String nothing() {
        return null;
    }
}

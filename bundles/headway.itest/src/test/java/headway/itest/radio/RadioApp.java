package headway.itest.radio;

import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** An application that knows nothing of D-Bus: it registers a service and says that others may have it. */
public final class RadioApp implements BundleActivator, Radio {

    private static final Station NEWS = new Station("News", 98.5, Optional.empty());
    private static final Station MUSIC = new Station("Music", 101.25, Optional.of("Song"));

    private volatile double frequency = 98.5;

    @Override
    @SuppressWarnings("JdkObsolete") // the service registry wants it
    public void start(BundleContext context) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put("service.exported.interfaces", "*");
        properties.put("service.exported.configs", "headway.dbus");
        properties.put("tuners", 2);
        context.registerService(Radio.class, this, properties);
    }

    @Override
    public void stop(BundleContext context) {}

    @Override
    public double getFrequency() {
        return frequency;
    }

    @Override
    public void setFrequency(double frequency) {
        this.frequency = frequency;
    }

    @Override
    public Band getBand() {
        return Band.FM;
    }

    @Override
    public List<Station> stations() {
        return List.of(NEWS, MUSIC);
    }

    @Override
    public Station find(String name) throws SilenceException {
        return stations().stream()
                .filter(station -> station.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new SilenceException("no " + name));
    }

    @Override
    public Map<String, Object> details(Station station) {
        return Map.of("name", station.name(), "bands", List.of(Band.FM, Band.DAB));
    }

    @Override
    public CompletionStage<String> nextSong() {
        return CompletableFuture.supplyAsync(() -> "Next");
    }

    @Override
    public CompletionStage<String> never() {
        return new CompletableFuture<>();
    }
}

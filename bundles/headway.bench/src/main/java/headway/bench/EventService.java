package headway.bench;

import java.util.List;

/** An implementation of the OSGi Typed Event Service, as the bundles it needs. */
enum EventService {
    HEADWAY(
            "Headway",
            "org.osgi.util.function",
            "org.osgi.util.promise",
            "org.osgi.util.converter",
            "org.osgi.util.pushstream",
            "org.osgi.service.component",
            "org.osgi.service.event",
            "org.apache.felix.scr",
            "headway.api",
            "headway.dbus",
            "headway.core",
            "headway.events"),
    ARIES(
            "Aries 0.0.2",
            "org.osgi.util.function",
            "org.osgi.util.promise",
            "org.osgi.util.converter",
            "org.osgi.util.pushstream",
            "org.osgi.service.cm",
            "org.apache.felix.configadmin",
            "org.apache.aries.component-dsl.component-dsl",
            "org.apache.aries.typedevent.bus");

    private final String title;
    private final String bundles;

    EventService(String title, String... bundles) {
        this.title = title;
        this.bundles = String.join(",", bundles);
    }

    /** For people. */
    String title() {
        return title;
    }

    /** Symbolic names, in the order they are started. */
    List<String> bundles() {
        return List.of(bundles.split(",", -1));
    }
}

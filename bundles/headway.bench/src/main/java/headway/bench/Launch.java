package headway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A way to start a node from nothing. */
enum Launch {
    /** The node's classes on a class path, without OSGi. */
    CLASS_PATH("class path, no OSGi") {
        @Override
        Child publish(Plan plan, Path meeting, String topic) throws IOException {
            return start(plan, meeting, topic);
        }

        @Override
        Child rest(Plan plan, Path meeting) throws IOException {
            return start(plan, meeting, "");
        }

        private Child start(Plan plan, Path meeting, String topic) throws IOException {
            List<String> command = Child.java(plan, FreshNode.class);
            command.addAll(List.of(meeting.toString(), topic));
            return Child.start("fresh node", command, Map.of());
        }
    },
    /** The head unit as it is installed. */
    DISTRO("distro/headway") {
        @Override
        String obstacle(Plan plan) {
            Path distro = plan.distro();
            return distro == null || !Files.exists(distro.resolve("target/headway/launcher.jar"))
                    ? "distro/target is not built"
                    : null;
        }

        @Override
        Child publish(Plan plan, Path meeting, String topic) throws IOException {
            return start(plan, meeting, "publish", "--wait", "10", topic, "{\"n\": 1}");
        }

        @Override
        Child rest(Plan plan, Path meeting) throws IOException {
            return start(plan, meeting, "run");
        }

        private Child start(Plan plan, Path meeting, String... arguments) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    plan.distro().resolve("headway").toString(),
                    "--bus",
                    HeadwaySide.BUS,
                    "--runtime-dir",
                    meeting.toString()));
            command.addAll(List.of(arguments));
            return Child.start("distro/headway", command, Map.of("HEADWAY_BUILD", "never"));
        }
    };

    private final String description;

    Launch(String description) {
        this.description = description;
    }

    /** For the table. */
    String description() {
        return description;
    }

    /** Why it cannot be started, or null if it can. */
    String obstacle(Plan plan) {
        return null;
    }

    /** Starts a node that publishes one message as soon as it is wanted. */
    abstract Child publish(Plan plan, Path meeting, String topic) throws IOException;

    /** Starts a node that does nothing. */
    abstract Child rest(Plan plan, Path meeting) throws IOException;
}

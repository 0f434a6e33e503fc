package headway.shell;

import headway.bus.dto.LinkView;
import headway.bus.dto.NodeView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.startlevel.BundleStartLevel;

/** How each transport of this container is: {@code open} with a link, or why there is none. */
final class Links {

    private static final String TRANSPORT = "headway.transport.";

    private Links() {}

    /**
     * One entry for each transport: its name, state and reason; of open links also what a {@link LinkView} has, and who is
     * reached over it.
     *
     * @param here this node as it sees itself
     */
    static List<Map<String, Object>> of(BundleContext context, NodeView here) {
        Map<String, LinkView> open = new LinkedHashMap<>();
        here.transports().forEach(link -> open.put(link.transport(), link));
        Map<String, String> failures = Failures.of(context);
        List<Map<String, Object>> links = new ArrayList<>();
        for (Bundle bundle : context.getBundles()) {
            String symbolic = String.valueOf(bundle.getSymbolicName());
            if (symbolic.startsWith(TRANSPORT)) {
                String name = symbolic.substring(TRANSPORT.length());
                LinkView link = open.remove(name);
                links.add(link != null ? used(link, here) : unused(name, why(bundle, failures.get(symbolic))));
            }
        }
        // Of transports that came in other bundles.
        open.values().forEach(link -> links.add(used(link, here)));
        return links;
    }

    private static Map<String, Object> used(LinkView link, NodeView here) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("transport", link.transport());
        fields.put("state", "open");
        fields.putAll(Json.fields(link));
        List<Map<String, Object>> reached = Reach.of(List.of(Json.fields(here)), here.names(), "");
        reached.removeIf(way -> !link.transport().equals(way.get("transport")));
        fields.put("reaches", reached);
        return fields;
    }

    /** Links of another node, as it told of them. */
    static List<Map<String, Object>> open(Iterable<?> links) {
        List<Map<String, Object>> all = Json.objects(links);
        all.forEach(link -> link.put("state", "open"));
        return all;
    }

    private static Map<String, Object> unused(String name, String why) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("transport", name);
        fields.put("state", "none");
        fields.put("why", why);
        return fields;
    }

    private static String why(Bundle bundle, String failure) {
        if (failure != null) {
            return failure;
        }
        if (!bundle.adapt(BundleStartLevel.class).isPersistentlyStarted()) {
            return "its bundle is not started; the settings may exclude it (transports)";
        }
        return bundle.getState() == Bundle.INSTALLED
                ? "its bundle cannot be resolved"
                : "the settings exclude it (transports), or its link has ended";
    }

    /** The same as a table for people. */
    static Table table(List<Map<String, Object>> links) {
        Table table = new Table(
                "TRANSPORT",
                "STATE",
                "RANKING",
                "FRAMES OUT",
                "IN",
                "BYTES OUT",
                "IN",
                "FULL",
                "FEATURES; WHAT IT COUNTED; OR WHY NOT");
        for (Map<String, Object> link : links) {
            if (link.containsKey("why")) {
                table.add(link.get("transport"), link.get("state"), "", "", "", "", "", "", link.get("why"));
            } else {
                table.add(
                        link.get("transport"),
                        link.get("state"),
                        link.get("ranking"),
                        link.get("framesSent"),
                        link.get("framesReceived"),
                        link.get("bytesSent"),
                        link.get("bytesReceived"),
                        link.get("full"),
                        String.join(" ", features(link)) + counters(link));
            }
        }
        return table;
    }

    /** What it counted and is not zero. */
    private static String counters(Map<String, Object> link) {
        StringBuilder text = new StringBuilder();
        ((Map<?, ?>) link.get("counters")).forEach((name, count) -> {
            if (((Number) count).longValue() != 0) {
                text.append("; ").append(name).append(' ').append(count);
            }
        });
        return text.toString();
    }

    private static List<String> features(Map<String, Object> link) {
        return ((List<?>) link.get("features")).stream().map(String::valueOf).toList();
    }
}

package headway.shell;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who is reached over which transport: for each node what it knows of the way to each other one. */
final class Reach {

    private Reach() {}

    /**
     * One entry for each pair of nodes, as the first of them sees it.
     *
     * @param nodes as {@link Operations#status} gives them
     * @param names the well-known names and their owners
     * @param self the node that asks: where others know each other it is left out, for it is there only to ask; empty if it stays
     */
    static List<Map<String, Object>> of(List<Map<String, Object>> nodes, Map<String, String> names, String self) {
        boolean amongOthers = nodes.stream()
                .anyMatch(node -> !self.equals(node.get("uniqueName"))
                        && peers(node).stream().anyMatch(peer -> !self.equals(peer.get("uniqueName"))));
        String hidden = amongOthers ? self : "";
        List<Map<String, Object>> all = new ArrayList<>();
        for (Map<String, Object> node : nodes) {
            if (!hidden.equals(node.get("uniqueName"))) {
                for (Map<String, Object> peer : peers(node)) {
                    if (!hidden.equals(peer.get("uniqueName")) && !"GONE".equals(peer.get("state"))) {
                        all.add(way(node, peer, names));
                    }
                }
            }
        }
        return all;
    }

    private static List<Map<String, Object>> peers(Map<String, Object> node) {
        return node.get("peers") instanceof Iterable<?> peers ? Json.objects(peers) : List.of();
    }

    private static Map<String, Object> way(
            Map<String, Object> node, Map<String, Object> peer, Map<String, String> names) {
        Map<String, Object> way = new LinkedHashMap<>();
        way.put("from", node.get("uniqueName"));
        way.put("to", peer.get("uniqueName"));
        way.put("names", names(names, peer.get("uniqueName")));
        way.put("state", peer.get("state"));
        way.put("transport", peer.get("transport"));
        way.put("reachedMillis", peer.get("reachedMillis"));
        way.put("pid", peer.get("pid"));
        way.put("uid", peer.get("uid"));
        way.put("unacknowledgedBytes", peer.get("windowBytes"));
        way.put("replayed", peer.get("replayed"));
        way.put("switches", peer.get("switches"));
        return way;
    }

    private static List<String> names(Map<String, String> owners, Object owner) {
        return owners.entrySet().stream()
                .filter(each -> each.getValue().equals(owner))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** The same as a table for people. */
    static Table table(List<Map<String, Object>> reach) {
        Table table = new Table(
                "FROM", "REACHES", "NAMES", "OVER", "SINCE", "PID", "UID", "UNACKED BYTES", "FRAMES REPLAYED");
        for (Map<String, Object> way : reach) {
            boolean reached = !"".equals(way.get("transport"));
            table.add(
                    way.get("from"),
                    way.get("to"),
                    String.join(
                            ",",
                            ((List<?>) way.get("names"))
                                    .stream().map(String::valueOf).toList()),
                    reached ? way.get("transport") : way.get("state"),
                    reached && way.get("reachedMillis") instanceof Number since
                            ? StatusCommand.duration(since.longValue())
                            : "",
                    way.get("pid"),
                    way.get("uid"),
                    way.get("unacknowledgedBytes"),
                    way.get("replayed"));
        }
        return table;
    }
}

package headway.uplink;

import java.util.ArrayList;
import java.util.List;

/** Chosen names: {@code org.bluez}, {@code org.bluez.*} for that and all below it, or {@code *}. */
final class NameFilter {

    private final List<String> exact = new ArrayList<>();
    private final List<String> below = new ArrayList<>();

    /**
     * The names of a list.
     *
     * @param list separated by commas
     */
    NameFilter(String list) {
        for (String one : list.split(",", -1)) {
            String name = one.strip();
            if (name.equals("*")) {
                below.add("");
            } else if (name.endsWith(".*")) {
                exact.add(name.substring(0, name.length() - 2));
                below.add(name.substring(0, name.length() - 1));
            } else if (!name.isEmpty()) {
                exact.add(name);
            }
        }
    }

    boolean isEmpty() {
        return exact.isEmpty() && below.isEmpty();
    }

    /** Whether a well-known name is chosen; a bus's own name never is. */
    boolean chooses(String name) {
        return !name.startsWith(":")
                && !name.equals(DaemonConnection.BUS)
                && (exact.contains(name) || below.stream().anyMatch(name::startsWith));
    }
}

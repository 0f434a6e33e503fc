package headway.remote.impl;

import headway.bus.Bus;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.osgi.framework.hooks.service.ListenerHook;

/**
 * Imports what somebody asks for: a service listener, such as a component's reference makes it, whose filter names one interface and says
 * that it means a D-Bus object, {@code (&(objectClass=org.example.Player)(headway.dbus.name=org.example.Media))}. What the filter leaves
 * open is as for an exported service that says nothing of it; {@code (service.imported=true)} is enough. The import lasts as long as
 * somebody asks.
 */
final class Demand implements ListenerHook {

    private static final System.Logger LOG = System.getLogger(Demand.class.getName());

    private static final Set<String> MEANS_US = Set.of("service.imported", Wish.NAME, Wish.PATH);

    /** An import and who asks for it. */
    private static final class Asked {
        private final Import opened;
        private final Set<ListenerInfo> listeners = new HashSet<>();

        private Asked(Import opened) {
            this.opened = opened;
        }
    }

    private final Function<Endpoint, Import> imports;
    private final Duration deadline;

    // Guarded by this.
    private final Map<Endpoint, Asked> asked = new HashMap<>();
    private boolean closed;

    /**
     * Nobody asks yet.
     *
     * @param imports imports until closed
     */
    Demand(Function<Endpoint, Import> imports) {
        this(imports, Bus.DEFAULT_DEADLINE);
    }

    private Demand(Function<Endpoint, Import> imports, Duration deadline) {
        this.imports = imports;
        this.deadline = deadline;
    }

    @Override
    public synchronized void added(Collection<ListenerInfo> listeners) {
        for (ListenerInfo listener : listeners) {
            Endpoint endpoint = listener.isRemoved() || closed ? null : endpoint(listener.getFilter());
            if (endpoint != null) {
                asked.computeIfAbsent(endpoint, each -> new Asked(imports.apply(each)))
                        .listeners
                        .add(listener);
            }
        }
    }

    @Override
    public synchronized void removed(Collection<ListenerInfo> listeners) {
        List<Endpoint> over = new ArrayList<>();
        asked.forEach((endpoint, each) -> {
            if (each.listeners.removeAll(listeners) && each.listeners.isEmpty()) {
                over.add(endpoint);
            }
        });
        over.forEach(endpoint -> asked.remove(endpoint).opened.close());
    }

    synchronized void close() {
        closed = true;
        asked.values().forEach(each -> each.opened.close());
        asked.clear();
    }

    /** What a filter asks for, or null if it does not ask us. */
    private Endpoint endpoint(String filter) {
        if (filter == null || MEANS_US.stream().noneMatch(filter::contains)) {
            return null;
        }
        Map<String, String> terms = new HashMap<>();
        collect(filter.strip(), terms);
        String type = terms.get("objectclass");
        if (type == null || MEANS_US.stream().noneMatch(terms::containsKey)) {
            return null;
        }
        if (!"headway.dbus".equals(terms.getOrDefault("service.imported.configs", "headway.dbus"))) {
            return null;
        }
        try {
            return new Endpoint(
                    List.of(type), terms.get(Wish.NAME), terms.get(Wish.PATH), terms.get(Wish.INTERFACE), deadline);
        } catch (IllegalArgumentException e) {
            LOG.log(Level.WARNING, "Nothing can be imported for " + filter + ": " + e.getMessage());
            return null;
        }
    }

    /** The equalities that must hold for a filter to: those of a conjunction, and of conjunctions in it. */
    private static void collect(String filter, Map<String, String> terms) {
        String inner = filter.startsWith("(") && filter.endsWith(")")
                ? filter.substring(1, filter.length() - 1).strip()
                : "";
        if (inner.startsWith("&")) {
            for (String each : split(inner.substring(1))) {
                collect(each, terms);
            }
        } else if (!inner.startsWith("|") && !inner.startsWith("!")) {
            int equals = inner.indexOf('=');
            if (equals > 0 && "<>~".indexOf(inner.charAt(equals - 1)) < 0) {
                String attribute = inner.substring(0, equals).strip().toLowerCase(java.util.Locale.ROOT);
                String value = inner.substring(equals + 1);
                boolean wild = value.indexOf('*') >= 0 || value.indexOf('\\') >= 0;
                if (attribute.equals("service.imported") ? value.equals("*") || value.equals("true") : !wild) {
                    terms.put(attribute, value);
                }
            }
        }
    }

    /** The filters of a conjunction. */
    private static List<String> split(String filters) {
        List<String> found = new ArrayList<>();
        int depth = 0;
        int begin = 0;
        for (int i = 0; i < filters.length(); i++) {
            char c = filters.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '(' && depth++ == 0) {
                begin = i;
            } else if (c == ')' && --depth == 0) {
                found.add(filters.substring(begin, i + 1));
            }
        }
        return found;
    }
}

package headway.uplink;

import headway.bus.port.Port;
import headway.dbus.Message;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The chosen names of Headway, as they are shown at the daemon: who owns one has a connection of its own there for as long as it
 * does. Belongs to the uplink's thread.
 */
final class HeadwayNames {

    private static final Logger LOG = System.getLogger(HeadwayNames.class.getName());

    private static final String EVERYTHING = "*";

    /** Opens connections to the daemon. */
    interface Opener {

        /** Opens one, and does one of both by the uplink's thread. */
        void open(Consumer<DaemonConnection> then, Consumer<Exception> otherwise);

        /** Does something by the uplink's thread, a while later. */
        void later(Runnable what);
    }

    private final NameFilter chosen;
    private final Port port;
    private final Opener opener;
    private final Map<String, String> owners = new LinkedHashMap<>();
    private final Map<String, Offered> offered = new LinkedHashMap<>();
    private final Map<String, Offered> byDaemonName = new HashMap<>();

    /** Whether the daemon is there. */
    private boolean there;

    HeadwayNames(NameFilter chosen, Port port, Opener opener) {
        this.chosen = chosen;
        this.port = port;
        this.opener = opener;
    }

    /** Who is called so on Headway, or null if it is not shown. */
    Offered ofHeadway(String participant) {
        return offered.get(participant);
    }

    /** Who is called so at the daemon, or null if it is nobody of Headway. */
    Offered ofDaemon(String daemonName) {
        return byDaemonName.get(daemonName);
    }

    /** The daemon is there. */
    void begin() {
        there = true;
        offered.values().forEach(this::offer);
    }

    /** The daemon is away. */
    void end() {
        there = false;
        offered.values().forEach(Offered::disconnect);
    }

    boolean chooses(String name) {
        return chosen.chooses(name);
    }

    /** Somebody to be shown owns a chosen name now; nobody does if that is empty. */
    void owner(String name, String owner) {
        String before = owner.isEmpty() ? owners.remove(name) : owners.put(name, owner);
        if (owner.equals(before)) {
            return;
        }
        if (before != null) {
            withdraw(offered.get(before), name);
        }
        if (!owner.isEmpty()) {
            show(owner, name);
        }
    }

    private void show(String owner, String name) {
        if (offered.isEmpty()) {
            // Which signals its owner emits nobody can tell.
            port.want(EVERYTHING);
        }
        Offered its = offered.get(owner);
        if (its == null) {
            its = new Offered(owner);
            offered.put(owner, its);
            its.names.add(name);
            if (there) {
                offer(its);
            }
        } else if (its.names.add(name) && its.connection != null) {
            request(its, name);
        }
    }

    private void withdraw(Offered its, String name) {
        its.names.remove(name);
        if (its.names.isEmpty()) {
            offered.remove(its.participant);
            its.disconnect();
            if (offered.isEmpty()) {
                port.unwant(EVERYTHING);
            }
        } else if (its.connection != null) {
            CompletableFuture<Message> unused = its.connection.call("ReleaseName", "s", name);
        }
    }

    private void offer(Offered its) {
        opener.open(
                connection -> {
                    if (!isWanting(its)) {
                        connection.close();
                        return;
                    }
                    its.connection = connection;
                    byDaemonName.put(connection.name(), its);
                    its.names.forEach(name -> request(its, name));
                },
                why -> offerAgain(its));
    }

    /** Unless the daemon is away; then it is offered when that is back. */
    private void offerAgain(Offered its) {
        opener.later(() -> {
            if (isWanting(its)) {
                offer(its);
            }
        });
    }

    private boolean isWanting(Offered its) {
        return there && offered.get(its.participant) == its && its.connection == null;
    }

    /** A connection is over, perhaps of one of them. */
    void ended(DaemonConnection connection) {
        Offered its = byDaemonName.remove(connection.name());
        if (its != null && its.connection == connection) {
            its.connection = null;
            offerAgain(its);
        }
    }

    private static void request(Offered its, String name) {
        CompletableFuture<Message> unused = its.connection
                .call("RequestName", "su", name, 0L)
                .whenComplete((reply, failure) -> {
                    if (failure != null || !reply.body().get(0).equals(1L)) {
                        LOG.log(
                                Level.WARNING,
                                "{0} of Headway is not shown at the daemon: {1}",
                                name,
                                failure != null ? failure.getMessage() : "somebody there has it");
                    }
                });
    }
}

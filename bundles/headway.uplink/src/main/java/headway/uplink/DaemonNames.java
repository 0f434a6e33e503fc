package headway.uplink;

import headway.bus.NameReply;
import headway.bus.port.Port;
import headway.dbus.Message;
import headway.dbus.Variant;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The chosen names of the daemon, as they are shown on Headway: who owns one is a participant for as long as it does. Belongs
 * to the uplink's thread.
 */
final class DaemonNames {

    private static final Logger LOG = System.getLogger(DaemonNames.class.getName());

    private static final String OWNER_CHANGES = "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'";

    private final NameFilter chosen;
    private final Port port;
    private final Executor thread;

    /** Told of somebody who is shown no more; it leaves Headway by that. */
    private final Consumer<Shown> onHidden;

    private final Map<String, String> owners = new LinkedHashMap<>();
    private final Map<String, Shown> byDaemonName = new HashMap<>();
    private final Map<String, Shown> byParticipant = new HashMap<>();

    /** Null while the daemon is away. */
    private DaemonConnection daemon;

    DaemonNames(NameFilter chosen, Port port, Executor thread, Consumer<Shown> onHidden) {
        this.chosen = chosen;
        this.port = port;
        this.thread = thread;
        this.onHidden = onHidden;
    }

    /** Who is called so at the daemon, or null if it is not shown. */
    Shown ofDaemon(String daemonName) {
        return byDaemonName.get(daemonName);
    }

    /** Who is called so on Headway, or null if it is nobody of the daemon. */
    Shown ofHeadway(String participant) {
        return byParticipant.get(participant);
    }

    /** Who of the daemon owns a chosen name, by its unique name there; or null. */
    String ownerOf(String name) {
        return owners.get(name);
    }

    /** The daemon is there: looks who has which name, and listens for changes. */
    void begin(DaemonConnection connection) {
        daemon = connection;
        CompletableFuture<Message> unused = connection
                .call("AddMatch", "s", OWNER_CHANGES)
                .thenCompose(added -> connection.call("ListNames", ""))
                .whenCompleteAsync(
                        (list, failure) -> {
                            if (failure == null && connection == daemon) {
                                ((List<?>) list.body().get(0)).forEach(name -> lookUp(connection, (String) name));
                            }
                        },
                        thread);
    }

    /** The daemon is away, and its names vanish. */
    void end() {
        daemon = null;
        List.copyOf(owners.keySet()).forEach(name -> owner(name, ""));
    }

    private void lookUp(DaemonConnection connection, String name) {
        if (chosen.chooses(name)) {
            CompletableFuture<Message> unused = connection
                    .call("GetNameOwner", "s", name)
                    .whenCompleteAsync(
                            (owner, failure) -> {
                                if (failure == null && connection == daemon) {
                                    owner(name, (String) owner.body().get(0));
                                }
                            },
                            thread);
        }
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
            takeBack(byDaemonName.get(before), name);
        }
        if (!owner.isEmpty()) {
            show(owner, name);
        }
    }

    private void takeBack(Shown shown, String name) {
        shown.names.remove(name);
        if (shown.names.isEmpty()) {
            hide(shown);
        } else if (shown.participant != null) {
            CompletableFuture<Boolean> unused = port.releaseName(shown.participant, name);
        }
    }

    private void show(String owner, String name) {
        Shown known = byDaemonName.get(owner);
        if (known != null) {
            known.names.add(name);
            if (known.participant != null) {
                request(known, name);
            }
            return;
        }
        Shown shown = new Shown(owner);
        shown.names.add(name);
        byDaemonName.put(owner, shown);
        DaemonConnection connection = daemon;
        CompletableFuture<Message> unused = connection
                .call("GetConnectionCredentials", "s", owner)
                .whenCompleteAsync(
                        (credentials, failure) -> {
                            if (byDaemonName.get(owner) == shown && connection == daemon) {
                                Map<?, ?> who = failure == null
                                        ? (Map<?, ?>) credentials.body().get(0)
                                        : Map.of();
                                join(shown, number(who.get("ProcessID")), number(who.get("UnixUserID")));
                            }
                        },
                        thread);
    }

    private static long number(Object value) {
        return value instanceof Variant variant && variant.value() instanceof Long number ? number : -1;
    }

    private void join(Shown shown, long pid, long uid) {
        shown.participant = port.join(pid, uid);
        byParticipant.put(shown.participant, shown);
        CompletableFuture<Message> unused = daemon.call("AddMatch", "s", signalsOf(shown))
                .whenCompleteAsync(
                        (added, failure) -> {
                            if (byDaemonName.get(shown.daemonName) == shown) {
                                shown.names.forEach(name -> request(shown, name));
                            }
                        },
                        thread);
    }

    private static String signalsOf(Shown shown) {
        return "type='signal',sender='" + shown.daemonName + "'";
    }

    private void request(Shown shown, String name) {
        CompletableFuture<NameReply> unused = port.requestName(shown.participant, name, Set.of())
                .whenComplete((reply, failure) -> {
                    if (failure == null && reply == NameReply.IN_QUEUE) {
                        LOG.log(Level.WARNING, "{0} of the daemon waits: somebody on Headway has that name", name);
                    }
                });
    }

    private void hide(Shown shown) {
        byDaemonName.remove(shown.daemonName);
        if (shown.participant == null) {
            return;
        }
        byParticipant.remove(shown.participant);
        onHidden.accept(shown);
        if (daemon != null) {
            CompletableFuture<Message> unused = daemon.call("RemoveMatch", "s", signalsOf(shown));
        }
    }
}

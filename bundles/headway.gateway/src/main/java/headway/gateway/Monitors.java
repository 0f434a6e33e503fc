package headway.gateway;

import headway.dbus.MatchRule;
import headway.dbus.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * The clients that hear what others say (D-Bus specification, "org.freedesktop.DBus.Monitoring.BecomeMonitor"). Belongs to the
 * broker's thread.
 */
final class Monitors {

    private final Broker broker;
    private final List<Client> monitors = new ArrayList<>();

    Monitors(Broker broker) {
        this.broker = broker;
    }

    /** From now on it hears what fits. */
    void add(Client client, List<MatchRule> wanted) {
        client.monitored = wanted;
        monitors.add(client);
        wanted.forEach(broker::onRuleAdded);
    }

    void remove(Client client) {
        monitors.remove(client);
        client.monitored.forEach(broker::onRuleRemoved);
    }

    List<Client> all() {
        return List.copyOf(monitors);
    }

    /**
     * Shows a message, whose header is written already, to the monitors that want it.
     *
     * @param from who sent it; null is the bus itself
     * @param to who gets it; null is the bus itself, or nobody that is known
     */
    void capture(Client from, Client to, Message message, Descriptors descriptors) {
        for (int i = 0; i < monitors.size(); i++) {
            Client monitor = monitors.get(i);
            if (monitor.isThere() && wants(monitor, message, from, to)) {
                broker.delivery.offer(from, monitor, message, descriptors, "it does not read what it monitors");
            }
        }
    }

    private boolean wants(Client monitor, Message message, Client from, Client to) {
        for (MatchRule rule : monitor.monitored) {
            if (broker.rules.fits(rule, message, from, to)) {
                return true;
            }
        }
        return false;
    }
}

package headway.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import headway.dbus.Introspection;
import headway.dbus.Introspection.Interface;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The object of every node, as D-Bus tools see it. */
class NodeObjectTest {

    @Test
    void what_it_says_of_itself_is_introspection_data() throws Exception {
        Introspection.Node node = Introspection.parse(NodeObject.XML);
        assertEquals(
                List.of("org.headway.Node", "org.freedesktop.DBus.Introspectable", "org.freedesktop.DBus.Peer"),
                node.interfaces().stream().map(Interface::name).toList());
        assertEquals(
                List.of("Status", "Prefer"),
                node.interfaces().get(0).methods().stream()
                        .map(Introspection.Method::name)
                        .toList());
    }
}

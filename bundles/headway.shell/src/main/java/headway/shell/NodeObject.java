package headway.shell;

import headway.bus.Bus;
import headway.bus.Call;
import headway.bus.CallException;
import headway.bus.CallHandler;
import headway.bus.Execution;
import headway.bus.Registration;
import headway.bus.Target;
import headway.bus.dto.Inspector;
import headway.bus.dto.LinkControl;
import headway.dbus.Introspection;
import headway.dbus.Introspection.Argument;
import headway.dbus.Introspection.Interface;
import headway.dbus.Introspection.Method;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * What every node does for operators elsewhere on the bus, as object {@code org.headway.Node}: {@code Status() -> s}, how it is,
 * a NodeView as JSON; {@code Prefer(s) -> b}, as {@link LinkControl#prefer};
 * and what they are called, for D-Bus tools ({@code Introspectable}, {@code Peer}).
 */
@Component(
        service = {},
        immediate = true)
public final class NodeObject {

    private static final String PATH = "/org/headway/Node";
    private static final String INTERFACE = "org.headway.Node";

    private static final String INTROSPECTABLE = "org.freedesktop.DBus.Introspectable";
    private static final String PEER = "org.freedesktop.DBus.Peer";

    private static final Interface ITSELF = new Interface(
            INTERFACE,
            List.of(
                    new Method("Status", Argument.out("view", "s")),
                    new Method("Prefer", Argument.in("transport", "s"), Argument.out("known", "b"))),
            List.of(),
            List.of());
    private static final Interface INTROSPECTABLE_INTERFACE = new Interface(
            INTROSPECTABLE, List.of(new Method("Introspect", Argument.out("xml_data", "s"))), List.of(), List.of());
    private static final Interface PEER_INTERFACE =
            new Interface(PEER, List.of(new Method("Ping")), List.of(), List.of());

    /** What {@code busctl introspect} and {@code gdbus introspect} show of it. */
    static final String XML = Introspection.toXml(
            new Introspection.Node(null, List.of(ITSELF, INTROSPECTABLE_INTERFACE, PEER_INTERFACE), List.of()));

    private final List<Registration> registrations;

    @Activate
    public NodeObject(@Reference Bus bus, @Reference Inspector inspector, @Reference LinkControl links) {
        registrations = List.of(
                bus.export(PATH, INTERFACE, Execution.SERIAL, call -> {
                    switch (asked(call)) {
                        case "Status()" -> call.reply("s", Json.write(inspector.view()));
                        case "Prefer(s)" ->
                            call.reply("b", links.prefer((String)
                                    call.message().body().get(0)));
                        default -> throw unknown(call, INTERFACE);
                    }
                }),
                export(bus, INTROSPECTABLE, "Introspect()", call -> call.reply("s", XML)),
                export(bus, PEER, "Ping()", call -> call.reply("")));
    }

    private static Registration export(Bus bus, String interfaceName, String method, CallHandler handler) {
        return bus.export(PATH, interfaceName, Execution.DIRECT, call -> {
            if (!asked(call).equals(method)) {
                throw unknown(call, interfaceName);
            }
            handler.onCall(call);
        });
    }

    private static String asked(Call call) {
        return call.message().member() + "(" + call.message().signature() + ")";
    }

    private static CallException unknown(Call call, String interfaceName) {
        return new CallException(CallException.UNKNOWN_METHOD, interfaceName + " has no method " + asked(call));
    }

    @Deactivate
    void close() {
        registrations.forEach(Registration::close);
    }

    /** The object of a node. */
    static Target of(String uniqueName) {
        return new Target(uniqueName, PATH, INTERFACE);
    }
}

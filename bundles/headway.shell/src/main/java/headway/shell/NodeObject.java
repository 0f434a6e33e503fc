package headway.shell;

import headway.bus.Bus;
import headway.bus.CallException;
import headway.bus.Execution;
import headway.bus.Registration;
import headway.bus.Target;
import headway.bus.dto.Inspector;
import headway.bus.dto.LinkControl;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * What every node does for operators elsewhere on the bus, as object {@code org.headway.Node}: {@code Status() -> s}, how it is,
 * a NodeView as JSON; {@code Prefer(s) -> b}, as {@link LinkControl#prefer}.
 */
@Component(
        service = {},
        immediate = true)
public final class NodeObject {

    private static final String PATH = "/org/headway/Node";
    private static final String INTERFACE = "org.headway.Node";

    private final Registration registration;

    @Activate
    public NodeObject(@Reference Bus bus, @Reference Inspector inspector, @Reference LinkControl links) {
        registration = bus.export(PATH, INTERFACE, Execution.SERIAL, call -> {
            String method = call.message().member() + "(" + call.message().signature() + ")";
            switch (method) {
                case "Status()" -> call.reply("s", Json.write(inspector.view()));
                case "Prefer(s)" ->
                    call.reply("b", links.prefer((String) call.message().body().get(0)));
                default ->
                    throw new CallException(CallException.UNKNOWN_METHOD, INTERFACE + " has no method " + method);
            }
        });
    }

    @Deactivate
    void close() {
        registration.close();
    }

    /** The object of a node. */
    static Target of(String uniqueName) {
        return new Target(uniqueName, PATH, INTERFACE);
    }
}

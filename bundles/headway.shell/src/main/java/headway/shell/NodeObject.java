package headway.shell;

import headway.bus.Bus;
import headway.bus.CallException;
import headway.bus.Execution;
import headway.bus.Registration;
import headway.bus.Target;
import headway.bus.dto.Inspector;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Every node tells everybody on the bus how it is: {@code org.headway.Node.Status() -> s}, a NodeView as JSON. */
@Component(
        service = {},
        immediate = true)
public final class NodeObject {

    private static final String PATH = "/org/headway/Node";
    private static final String INTERFACE = "org.headway.Node";

    private final Registration registration;

    @Activate
    public NodeObject(@Reference Bus bus, @Reference Inspector inspector) {
        registration = bus.export(PATH, INTERFACE, Execution.SERIAL, call -> {
            String member = call.message().member();
            if (!member.equals("Status")) {
                throw new CallException(CallException.UNKNOWN_METHOD, INTERFACE + " has no method " + member);
            }
            call.reply("s", Json.write(inspector.view()));
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

package headway.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToIntBiFunction;

/**
 * An OSGi service that headway.remote has made a D-Bus object, in the JVM that also has headway.gateway's socket; a D-Bus program,
 * the same as on other buses, calls it.
 *
 * @param execution on which thread it is called, as {@code headway.dbus.execution} says
 */
record ServiceSide(String execution) implements ForeignSide {

    /** What {@code headway bus} needs, and headway.remote. */
    private static final List<String> BUNDLES = List.of(
            "org.osgi.util.function",
            "org.osgi.util.promise",
            "org.osgi.service.component",
            "org.apache.felix.scr",
            "com.sun.jna",
            "net.sf.jopt-simple.jopt-simple",
            "headway.api",
            "headway.dbus",
            "headway.sys",
            "headway.transport.loopback",
            "headway.core",
            "headway.remote",
            "headway.gateway");

    @Override
    public String name() {
        return "service";
    }

    @Override
    public String description() {
        return "sd-bus client in C to an OSGi service in the gateway's JVM";
    }

    @Override
    public String obstacle(Plan plan) {
        return SdBusSide.PROGRAM.obstacle();
    }

    @Override
    public void prepare(Plan plan, Children children) throws IOException, InterruptedException {
        SdBusSide.PROGRAM.compile(children.directory());
    }

    @Override
    public Path program(Path meeting) {
        return SdBusSide.PROGRAM.in(meeting);
    }

    /** The bus's own sockets are where this user's are. */
    @Override
    public List<String> command(Plan plan, Workload workload, String part, Path meeting, Load load) {
        if (part.equals(RoundTrip.CALL)) {
            return ForeignSide.super.command(plan, workload, part, meeting, load);
        }
        List<String> command = new ArrayList<>(List.of("env", "XDG_RUNTIME_DIR=" + meeting));
        command.addAll(Child.station(plan, workload, part, meeting));
        return command;
    }

    @Override
    @SuppressWarnings("JdkObsolete") // the service registry wants it
    public Closeable serve(Path meeting, int payload) throws IOException, InterruptedException {
        Container container = Container.start(meeting.resolve("storage"), BUNDLES, "");
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put("service.exported.interfaces", Echo.class.getName());
        properties.put("service.exported.configs", "headway.dbus");
        properties.put("headway.dbus.name", DbusBus.ECHO);
        properties.put("headway.dbus.path", DbusBus.ECHO_PATH);
        properties.put("headway.dbus.interface", DbusBus.ECHO);
        properties.put("headway.dbus.execution", execution);
        Echo echo = bytes -> bytes;
        container.context().registerService(Echo.class, echo, properties);
        List<String> arguments = List.of("--address", "unix:path=" + DbusBus.socket(meeting));
        @SuppressWarnings("unchecked") // it is the only one there: headway bus
        ToIntBiFunction<List<String>, Supplier<?>> command =
                (ToIntBiFunction<List<String>, Supplier<?>>) container.service(ToIntBiFunction.class);
        Thread bus = new Thread(() -> serve(command, arguments), "headway bus");
        bus.setDaemon(true);
        bus.start();
        DbusBus.awaitSocket(meeting);
        return container;
    }

    private static void serve(ToIntBiFunction<List<String>, Supplier<?>> command, List<String> arguments) {
        int exitCode = command.applyAsInt(arguments, () -> null);
        if (exitCode != 0) {
            Station.fail(new IOException("headway bus has ended with " + exitCode));
        }
    }
}

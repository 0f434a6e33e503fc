package headway.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.freedesktop.dbus.annotations.DBusInterfaceName;
import org.freedesktop.dbus.connections.impl.DBusConnection;
import org.freedesktop.dbus.connections.impl.DBusConnectionBuilder;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.interfaces.DBusInterface;
import org.freedesktop.dbus.messages.DBusSignal;

/** A bus for D-Bus programs with clients of dbus-java. */
record DbusJavaSide(DbusBus bus) implements Side {

    private static final String NAME = DbusBus.ECHO;
    private static final String PATH = DbusBus.ECHO_PATH;

    /** What is called and what is signalled. */
    @DBusInterfaceName("org.headway.bench.Java")
    public interface Bench extends DBusInterface {

        /** Gives back what it gets. */
        byte[] echo(byte[] bytes);

        /** A numbered signal. */
        final class Tick extends DBusSignal {

            private final byte[] bytes;

            /** The constructor that dbus-java looks for. */
            public Tick(String path, byte[] bytes) throws DBusException {
                super(path, bytes);
                this.bytes = bytes;
            }
        }
    }

    private record Echo() implements Bench {

        @Override
        public byte[] echo(byte[] bytes) {
            return bytes;
        }

        @Override
        public boolean isRemote() {
            return false;
        }

        @Override
        public String getObjectPath() {
            return PATH;
        }
    }

    @Override
    public String name() {
        return "dbus-java";
    }

    @Override
    public String description() {
        return bus.label() + ", dbus-java clients";
    }

    @Override
    public String obstacle(Plan plan) {
        return bus.obstacle(plan);
    }

    @Override
    public boolean needsCredit(int payload) {
        return true;
    }

    @Override
    public void prepare(Plan plan, Children children) throws IOException, InterruptedException {
        bus.start(plan, children);
    }

    private static DBusConnection join(Path meeting) throws IOException {
        try {
            return DBusConnectionBuilder.forAddress("unix:path=" + DbusBus.socket(meeting))
                    .withShared(false)
                    .build();
        } catch (DBusException e) {
            throw new IOException("dbus-java cannot join", e);
        }
    }

    @Override
    public Receiver receive(Path meeting, int index, int payload, Tally tally) throws IOException {
        DBusConnection connection = join(meeting);
        try {
            connection.addSigHandler(Bench.Tick.class, tick -> tally.take(Numbered.read(tick.bytes)));
        } catch (DBusException e) {
            throw new IOException("dbus-java cannot listen", e);
        }
        return connection::close;
    }

    @Override
    public Sender send(Path meeting, int receivers, int payload) throws IOException {
        DBusConnection connection = join(meeting);
        byte[] bytes = new byte[payload];
        return Sender.of(
                number -> {
                    Numbered.write(bytes, number);
                    try {
                        connection.sendMessage(new Bench.Tick(PATH, bytes.clone()));
                    } catch (DBusException e) {
                        throw new IOException("dbus-java cannot send", e);
                    }
                },
                connection);
    }

    @Override
    public Closeable serve(Path meeting, int payload) throws IOException {
        DBusConnection connection = join(meeting);
        try {
            connection.exportObject(PATH, new Echo());
            connection.requestBusName(NAME);
        } catch (DBusException e) {
            throw new IOException("dbus-java cannot serve", e);
        }
        return connection;
    }

    @Override
    public Caller call(Path meeting, int payload) throws IOException {
        DBusConnection connection = join(meeting);
        byte[] bytes = new byte[payload];
        Bench echo;
        try {
            echo = connection.getRemoteObject(NAME, PATH, Bench.class);
        } catch (DBusException e) {
            throw new IOException("dbus-java cannot call", e);
        }
        return Caller.of(
                () -> {
                    if (echo.echo(bytes).length != payload) {
                        throw new IOException("A reply of another size");
                    }
                },
                connection);
    }
}

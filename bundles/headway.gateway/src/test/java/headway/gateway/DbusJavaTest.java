package headway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.freedesktop.dbus.annotations.DBusInterfaceName;
import org.freedesktop.dbus.connections.impl.DBusConnection;
import org.freedesktop.dbus.connections.impl.DBusConnectionBuilder;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.exceptions.DBusExecutionException;
import org.freedesktop.dbus.interfaces.DBusInterface;
import org.freedesktop.dbus.messages.DBusSignal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** dbus-java on our bus: two connections, an object, a signal. */
class DbusJavaTest {

    @TempDir
    Path directory;

    /** What is exported. */
    @DBusInterfaceName("org.example.Greeter")
    public interface Greeter extends DBusInterface {

        String greet(String whom, List<String> titles);

        /** Somebody was greeted. */
        class Greeted extends DBusSignal {
            public final String whom;

            public Greeted(String path, String whom) throws DBusException {
                super(path, whom);
                this.whom = whom;
            }
        }
    }

    @Test
    void dbus_java_exports_calls_and_hears_signals() throws Exception {
        try (TestBus bus = TestBus.ofEpoll(directory)) {
            String address = "unix:path=" + bus.socket();
            try (DBusConnection service = DBusConnectionBuilder.forAddress(address)
                            .withShared(false)
                            .build();
                    DBusConnection client = DBusConnectionBuilder.forAddress(address)
                            .withShared(false)
                            .build()) {
                service.requestBusName("org.example.Greeter");
                service.exportObject("/greeter", new Greeter() {
                    @Override
                    public String greet(String whom, List<String> titles) {
                        if (whom.isEmpty()) {
                            throw new DBusExecutionException("whom?");
                        }
                        return "Hello " + String.join(" ", titles) + " " + whom;
                    }

                    @Override
                    public boolean isRemote() {
                        return false;
                    }

                    @Override
                    public String getObjectPath() {
                        return "/greeter";
                    }
                });
                assertEquals(service.getUniqueName(), client.getDBusOwnerName("org.example.Greeter"));
                LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
                client.addSigHandler(Greeter.Greeted.class, signal -> heard.add(signal.whom));
                Greeter greeter = client.getRemoteObject("org.example.Greeter", "/greeter", Greeter.class);
                assertEquals("Hello Dr med Grau", greeter.greet("Grau", List.of("Dr", "med")));
                assertThrows(DBusExecutionException.class, () -> greeter.greet("", List.of()));
                service.sendMessage(new Greeter.Greeted("/greeter", "Grau"));
                assertEquals("Grau", heard.poll(20, TimeUnit.SECONDS));
            }
        }
    }
}

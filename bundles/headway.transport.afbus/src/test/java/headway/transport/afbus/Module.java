package headway.transport.afbus;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

/** What the tests need of the kernel. Where it is not there they are skipped and say so, except where it must be. */
final class Module {

    private static final boolean REQUIRED = Boolean.getBoolean("headway.afbus.required");

    private Module() {}

    /** A transport over the module of this machine. */
    static AfbusTransport transport() throws IOException {
        return transport(Permission.PRIVATE);
    }

    static AfbusTransport transport(Permission permission) throws IOException {
        return transport(permission, () -> {});
    }

    static AfbusTransport transport(Permission permission, Runnable onModuleLeaves) throws IOException {
        assumeTrue("Linux".equals(System.getProperty("os.name")), "AF_BUS is of Linux only");
        try {
            return new AfbusTransport(new KernelModule(), permission, onModuleLeaves);
        } catch (IOException e) {
            if (REQUIRED) {
                throw e;
            }
            return Assumptions.abort(e.getMessage());
        }
    }

    /** A setting of the machine that loads modules for tests, or skips. */
    static String setting(String name) {
        String value = System.getProperty("headway.afbus." + name);
        Assumptions.assumeTrue(
                value != null,
                "The module is loaded and unloaded only in the virtual machine: make -C kmod run PART=java");
        return value;
    }

    /** Users beside this one whose buses are joined. */
    static Permission trusting(long... owners) {
        return new Permission(
                0600,
                Permission.OWN,
                Set.copyOf(java.util.Arrays.stream(owners).boxed().toList()));
    }
}

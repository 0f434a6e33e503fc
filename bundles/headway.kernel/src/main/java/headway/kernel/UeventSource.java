package headway.kernel;

import headway.kernel.KernelEvent.Module;
import headway.kernel.KernelEvent.Overrun;
import headway.sys.Netlink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Modules, told by the kernel's object events. There is nobody to ask for what was missed, so a gap stays one. */
final class UeventSource extends KernelSource {

    /** The group in which the kernel itself speaks. */
    private static final int KERNEL_GROUP = 1;

    private final Consumer<KernelEvent> events;

    UeventSource(Consumer<KernelEvent> events) throws IOException {
        super("module", Netlink.NETLINK_KOBJECT_UEVENT, KERNEL_GROUP, 0);
        this.events = events;
    }

    @Override
    void begin() {
        // Nothing is asked for.
    }

    @Override
    void take(ByteBuffer bytes, int at, int length) {
        Module module = Uevent.read(bytes, at, length);
        if (module != null) {
            events.accept(module);
        }
    }

    @Override
    void overrun() {
        events.accept(new Overrun("module", false));
    }
}

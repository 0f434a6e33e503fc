package headway.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import headway.kernel.KernelEvent.NetAddress;
import headway.kernel.KernelEvent.NetLink;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InterfacesTest {

    private static final NetLink LO = new NetLink(1, "lo", true, true, true);
    private static final NetLink ETH = new NetLink(2, "eth0", true, false, true);
    private static final NetAddress HOME = new NetAddress(1, "127.0.0.1", 8, true);
    private static final NetAddress STREET = new NetAddress(2, "10.0.0.1", 24, true);

    private final List<KernelEvent> told = new ArrayList<>();
    private final Interfaces interfaces = new Interfaces(told::add);

    private List<KernelEvent> told() {
        List<KernelEvent> all = List.copyOf(told);
        told.clear();
        return all;
    }

    @Test
    void what_does_not_change_is_told_once() {
        interfaces.take(LO);
        interfaces.take(LO);
        interfaces.take(HOME);
        interfaces.take(HOME);
        assertEquals(List.of(LO, HOME), told());
        NetLink down = new NetLink(1, "lo", false, false, true);
        interfaces.take(down);
        assertEquals(List.of(down), told());
        interfaces.take(new NetAddress(9, "10.9.9.9", 8, false));
        assertEquals(List.of(), told());
    }

    @Test
    void what_the_kernel_no_longer_names_after_a_gap_is_gone() {
        interfaces.take(LO);
        interfaces.take(ETH);
        interfaces.take(HOME);
        interfaces.take(STREET);
        told.clear();
        interfaces.beginOfAll();
        interfaces.take(LO);
        interfaces.take(HOME);
        interfaces.endOfAll();
        assertEquals(
                List.of(new NetAddress(2, "10.0.0.1", 24, false), new NetLink(2, "eth0", false, false, false)), told());
        interfaces.beginOfAll();
        interfaces.take(LO);
        interfaces.take(HOME);
        interfaces.endOfAll();
        assertEquals(List.of(), told());
    }
}

package headway.transport.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.transport.Address;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The kernel's list of sockets is read for what belongs to the bus. */
class CensusTest {

    private static final String HEAD =
            "sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n";
    private final Ports ports = new Ports("bus");

    private static String line(int protocol, int port) {
        return "00000000bddd34cc " + protocol + "   " + port
                + " 80000001 0        0        0     2        0        731661  \n";
    }

    @Test
    void only_ports_of_the_bus_on_the_protocol_count() throws Exception {
        int port = Ports.of(ports.draw());
        int other = Ports.of(new Ports("another").draw());
        String text = HEAD + line(0, port) + line(2, port) + line(2, other) + line(2, 4711) + line(2, -4097);
        assertEquals(List.of(new Census.Entry(port, 0x80000001, 731661)), Census.read(text, ports));
        assertEquals(List.of(), Census.read("", ports));
        assertEquals(List.of(), Census.read(HEAD, ports));
    }

    @Test
    void a_list_that_looks_different_is_not_guessed_at() {
        assertThrows(IOException.class, () -> Census.read(HEAD + "something else\n", ports));
    }

    @Test
    void ports_say_which_bus_they_are_of_and_never_are_those_the_kernel_gives() {
        Ports other = new Ports("other");
        for (int i = 0; i < 1000; i++) {
            Address address = ports.draw();
            assertTrue(address.value() > 0);
            assertTrue(ports.isOurs(address.value()));
            assertFalse(other.isOurs(address.value()));
            assertTrue(Ports.of(address) > 1 << 22, "Not the number of a process");
        }
        assertFalse(ports.isOurs(Ports.of(ports.draw())), "A port alone is no address");
    }

    @Test
    void no_link_has_the_port_of_the_master_and_the_census_leaves_it_out() throws Exception {
        Ports ports = new Ports("master");
        for (int i = 0; i < 200_000; i++) {
            assertTrue(Ports.of(ports.draw()) != ports.master());
        }
        assertTrue(!ports.isOurPort(ports.master()) && ports.isOurPort(ports.master() + 1));
        assertTrue(ports.master() != new Ports("other").master());
    }

    @Test
    void groups_spread_over_all_of_the_kernels() {
        int seen = 0;
        for (long id = 0; id < 1000; id++) {
            seen |= Ports.mask(ports.kernelGroup(Address.group(id).value()));
        }
        assertEquals(-1, seen);
    }
}

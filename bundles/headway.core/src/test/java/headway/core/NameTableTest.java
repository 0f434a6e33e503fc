package headway.core;

import static headway.bus.NameFlag.ALLOW_REPLACEMENT;
import static headway.bus.NameFlag.DO_NOT_QUEUE;
import static headway.bus.NameFlag.REPLACE_EXISTING;
import static headway.bus.NameReply.ALREADY_OWNER;
import static headway.bus.NameReply.EXISTS;
import static headway.bus.NameReply.IN_QUEUE;
import static headway.bus.NameReply.PRIMARY_OWNER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.bus.NameFlag;
import headway.bus.NameReply;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The cases of the D-Bus specification, {@code RequestName} and {@code ReleaseName}. */
class NameTableTest {

    private static final String NAME = "org.example.Media";

    private final NameTable table = new NameTable();

    private NameReply request(String asker, NameFlag... flags) {
        return table.request(NAME, asker, Set.of(flags));
    }

    private List<String> queue() {
        return table.queue(NAME).stream().map(NameTable.Claim::owner).toList();
    }

    @Test
    void who_asks_first_owns_and_others_wait_in_order() {
        assertEquals(PRIMARY_OWNER, request("a"));
        assertEquals(IN_QUEUE, request("b"));
        assertEquals(IN_QUEUE, request("c"));
        assertEquals(IN_QUEUE, request("b"), "keeps its place");
        assertEquals(ALREADY_OWNER, request("a"));
        assertEquals(List.of("a", "b", "c"), queue());
        assertTrue(table.release(NAME, "a"));
        assertEquals("b", table.owner(NAME));
    }

    @Test
    void who_does_not_want_to_wait_is_told_that_it_exists_and_leaves_the_queue() {
        request("a");
        request("b");
        assertEquals(EXISTS, request("b", DO_NOT_QUEUE));
        assertEquals(List.of("a"), queue());
    }

    @Test
    void an_owner_that_allows_it_is_replaced_and_is_the_next_in_the_queue() {
        request("a", ALLOW_REPLACEMENT);
        request("b");
        assertEquals(PRIMARY_OWNER, request("c", REPLACE_EXISTING));
        assertEquals(List.of("c", "a", "b"), queue());
    }

    @Test
    void an_owner_that_allows_it_and_does_not_want_to_wait_is_replaced_and_out() {
        request("a", ALLOW_REPLACEMENT, DO_NOT_QUEUE);
        assertEquals(PRIMARY_OWNER, request("b", REPLACE_EXISTING));
        assertEquals(List.of("b"), queue());
    }

    @Test
    void an_owner_that_does_not_allow_it_stays() {
        request("a");
        assertEquals(IN_QUEUE, request("b", REPLACE_EXISTING));
        assertEquals(EXISTS, request("c", REPLACE_EXISTING, DO_NOT_QUEUE));
        assertEquals(List.of("a", "b"), queue());
    }

    @Test
    void who_waits_and_replaces_does_not_wait_any_more() {
        request("a", ALLOW_REPLACEMENT);
        request("b");
        assertEquals(PRIMARY_OWNER, request("b", REPLACE_EXISTING));
        assertEquals(List.of("b", "a"), queue());
    }

    @Test
    void an_owner_that_asks_again_changes_its_flags() {
        request("a");
        request("a", ALLOW_REPLACEMENT);
        assertEquals(PRIMARY_OWNER, request("b", REPLACE_EXISTING));
    }

    @Test
    void only_who_has_a_place_can_give_it_up() {
        assertFalse(table.release(NAME, "a"));
        request("a");
        assertFalse(table.release(NAME, "b"));
        assertTrue(table.release(NAME, "a"));
        assertEquals("", table.owner(NAME));
        assertEquals(Set.of(), table.names());
    }

    @Test
    void who_leaves_gives_up_all_places() {
        request("a");
        request("b");
        table.request("org.example.Other", "b", Set.of());
        assertEquals(Set.of(NAME, "org.example.Other"), Set.copyOf(table.releaseAll("b")));
        assertEquals(List.of("a"), queue());
        assertEquals("", table.owner("org.example.Other"));
    }
}

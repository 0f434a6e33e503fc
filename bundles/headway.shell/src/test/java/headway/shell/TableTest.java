package headway.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void columns_are_as_wide_as_they_need_to_be_and_numbers_are_to_the_right() {
        Table table = new Table("NODE", "PID");
        table.add(":a.1 *", 7);
        table.add(":b.12345", 1234);

        assertEquals("""
                NODE       PID
                :a.1 *       7
                :b.12345  1234
                """, table.toString());
    }

    @Test
    void the_reason_of_a_stack_trace_is_its_innermost_cause() {
        assertEquals("/run/x belongs to user 7", Failures.firstReason("""
                        java.lang.IllegalStateException: cannot start
                        \tat a.B.c(B.java)
                        Caused by: java.io.IOException: /run/x belongs to user 7
                        \tat d.E.f(E.java)
                        """));
    }
}

package headway.dbus;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A value of type {@code (...)}.
 *
 * @param members the Java values of its members, in order; at least one
 */
public record Struct(List<Object> members) {
    /**
     * A struct of a list that nobody changes any more.
     *
     * @throws IllegalArgumentException if there is no member
     */
    public Struct {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("a struct has at least one member");
        }
        members = Collections.unmodifiableList(members);
    }

    /** A struct of these members. */
    public static Struct of(Object... members) {
        return new Struct(Arrays.asList(members.clone()));
    }

    /** The member at this place, 0 for the first. */
    public Object get(int index) {
        return members.get(index);
    }

    /** Number of members. */
    public int size() {
        return members.size();
    }
}

package headway.core;

import java.util.Comparator;

/**
 * Which of two links is the better one: of the transport that operators ask for; then by rank; then by name, so that all
 * nodes choose alike. Belongs to the bus's owner.
 */
final class Preference implements Comparator<LinkSlot> {

    private static final Comparator<LinkSlot> BY_RANK = Comparator.comparingInt(LinkSlot::ranking)
            .reversed()
            .thenComparing(slot -> slot.transport().name());

    private String transport = "";

    /**
     * @param name of a transport, or empty: then the rank decides alone
     */
    void prefer(String name) {
        transport = name;
    }

    @Override
    public int compare(LinkSlot one, LinkSlot other) {
        boolean first = one.transport().name().equals(transport);
        boolean second = other.transport().name().equals(transport);
        return first == second ? BY_RANK.compare(one, other) : first ? -1 : 1;
    }
}

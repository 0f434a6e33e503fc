/**
 * The bus itself: sessions over links, names, subscriptions, calls. Private to its bundle; applications see {@code
 * headway.bus}, media see {@code headway.transport}.
 *
 * <p>Read in this order: {@link headway.core.Frame} (the wire), {@link headway.core.Session} (what outlives a link), {@link
 * headway.core.Membership} (who is on the bus), {@link headway.core.Arrivals} (what becomes of a message), {@link
 * headway.core.Node} (which holds all this), {@link headway.core.NodeBus} (what applications call), {@link
 * headway.core.Owner} (which thread may touch what).
 */
package headway.core;

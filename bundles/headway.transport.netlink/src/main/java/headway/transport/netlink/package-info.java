/**
 * The netlink transport: datagrams of protocol {@code NETLINK_USERSOCK}, which the kernel carries from process to process on
 * every stock system.
 *
 * <p>A link is a socket with a port of its own; its address is that port and 31 random bits. The kernel says who is there
 * ({@link headway.transport.netlink.Census}), who sent what, and when a receiver has no room.
 */
package headway.transport.netlink;

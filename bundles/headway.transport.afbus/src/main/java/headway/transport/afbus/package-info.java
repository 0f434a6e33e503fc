/**
 * The AF_BUS transport: sockets of our own kernel module, which carries a frame to one link or to a group with one call, in one
 * order for all who hear it.
 *
 * <p>A link is a member of the kernel's bus of the same name; its address is the member's. A frame is a message, with nothing
 * before it: who sent it, for whom and what was lost before it the kernel says beside it ({@code <linux/afbus.h>}).
 */
package headway.transport.afbus;

/** What the kernel tells over netlink, as events of the bus. */
package headway.kernel;

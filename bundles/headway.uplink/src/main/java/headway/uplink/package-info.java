/** A client of somebody else's D-Bus daemon that shows chosen names of it here, and chosen names of here there. */
package headway.uplink;

/**
 * The loopback transport: AF_UNIX stream sockets in a runtime directory, in pure Java, without any privilege.
 *
 * <p>Every link listens on its own socket, {@code <runtime>/<bus>/<address>}. Connections are made on demand and carry
 * frames one way only, from the one who connected; so whoever looks into the directory sees the bus.
 */
package headway.transport.loopback;

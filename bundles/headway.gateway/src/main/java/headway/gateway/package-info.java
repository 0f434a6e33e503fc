/**
 * The standard D-Bus socket: a bus for programs that never heard of Headway.
 *
 * <p>One thread owns everything: it waits for the sockets ({@link headway.gateway.Sockets}), reads what came, routes it
 * ({@link headway.gateway.Broker}) and writes what is due. Messages are routed as bytes: the header is looked at and written
 * anew with the sender that the bus knows, the body is checked and copied.
 */
package headway.gateway;

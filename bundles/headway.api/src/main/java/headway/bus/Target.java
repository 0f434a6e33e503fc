package headway.bus;

/**
 * An interface of an object of somebody on the bus.
 *
 * @param destination a well-known or unique name
 * @param path the object's path
 * @param interfaceName the interface
 */
public record Target(String destination, String path, String interfaceName) {}

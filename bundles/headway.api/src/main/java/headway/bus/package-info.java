/**
 * What applications hold: publish, subscribe, call, export.
 *
 * <p>The values in message bodies are Java values as the bundle {@code headway.dbus} maps D-Bus types to them. In this
 * package a <em>topic</em> is {@code token ( '/' token )*} with tokens of {@code [A-Za-z0-9_-]}; a <em>pattern</em> is a topic
 * whose last token may be {@code *} (everything below) and whose other tokens may be {@code +} (any one token).
 *
 * <p>A message that is published to a topic is a D-Bus signal {@code org.headway.Topic.Published} of the path {@code
 * /Vehicle/Speed}; and a D-Bus signal of any other interface is a message to the topic {@code interface/parts/Member}.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.5.0")
package headway.bus;

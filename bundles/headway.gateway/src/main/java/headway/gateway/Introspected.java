package headway.gateway;

import headway.dbus.Signature;

/** What the bus says about itself, as introspection XML. */
final class Introspected {

    static final String HEAD = """
            <!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
            "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
            """;

    static final String BUS_SIGNALS = """
                <signal name="NameOwnerChanged">
                  <arg type="s"/>
                  <arg type="s"/>
                  <arg type="s"/>
                </signal>
                <signal name="NameLost">
                  <arg type="s"/>
                </signal>
                <signal name="NameAcquired">
                  <arg type="s"/>
                </signal>
                <signal name="ActivatableServicesChanged">
                </signal>
            """;

    static final String BUS_PROPERTIES = property("Features") + property("Interfaces");

    static final String PROPERTIES_SIGNALS = """
                <signal name="PropertiesChanged">
                  <arg type="s" name="interface_name"/>
                  <arg type="a{sv}" name="changed_properties"/>
                  <arg type="as" name="invalidated_properties"/>
                </signal>
            """;

    private Introspected() {}

    private static String property(String name) {
        return "    <property name=\"" + name + "\" type=\"as\" access=\"read\">\n" + """
                  <annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="const"/>
                </property>
            """;
    }

    static void method(StringBuilder xml, String name, String in, String out) {
        xml.append("    <method name=\"").append(name).append("\">\n");
        arguments(xml, in, "in");
        arguments(xml, out, "out");
        xml.append("    </method>\n");
    }

    private static void arguments(StringBuilder xml, String signature, String direction) {
        for (Signature type : Signature.of(signature).types()) {
            xml.append("      <arg direction=\"")
                    .append(direction)
                    .append("\" type=\"")
                    .append(type)
                    .append("\"/>\n");
        }
    }

    /** What is below a path, so that whoever starts at the root finds the bus. */
    static String children(String path) {
        return switch (path) {
            case "/" -> "  <node name=\"org/freedesktop/DBus\"/>\n";
            case "/org" -> "  <node name=\"freedesktop/DBus\"/>\n";
            case "/org/freedesktop" -> "  <node name=\"DBus\"/>\n";
            default -> "";
        };
    }
}

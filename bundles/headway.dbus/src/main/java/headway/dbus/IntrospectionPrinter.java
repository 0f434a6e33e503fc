package headway.dbus;

import headway.dbus.Introspection.Annotation;
import headway.dbus.Introspection.Argument;
import headway.dbus.Introspection.Interface;
import headway.dbus.Introspection.Method;
import headway.dbus.Introspection.Node;
import headway.dbus.Introspection.Property;
import headway.dbus.Introspection.Signal;
import java.util.List;

/** Writes introspection XML; see {@link Introspection#toXml}. */
final class IntrospectionPrinter {
    private static final String DOCTYPE = """
            <!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
             "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
            """;

    private final StringBuilder xml = new StringBuilder(DOCTYPE);
    private int depth;
    /** Whether the tag written last may still become an empty element. */
    private boolean inTag;

    String print(Node node) {
        element(node);
        return xml.toString();
    }

    private void element(Node node) {
        open("node", "name", node.name());
        print(node.annotations());
        for (Interface each : node.interfaces()) {
            print(each);
        }
        for (Node each : node.nodes()) {
            element(each);
        }
        close("node");
    }

    private void print(Interface each) {
        open("interface", "name", each.name());
        for (Method method : each.methods()) {
            open("method", "name", method.name());
            method.arguments().forEach(this::print);
            print(method.annotations());
            close("method");
        }
        for (Signal signal : each.signals()) {
            open("signal", "name", signal.name());
            signal.arguments().forEach(this::print);
            print(signal.annotations());
            close("signal");
        }
        for (Property property : each.properties()) {
            open("property", "name", property.name(), "type", property.type(), "access", property.access());
            print(property.annotations());
            close("property");
        }
        print(each.annotations());
        close("interface");
    }

    private void print(Argument argument) {
        open("arg", "name", argument.name(), "type", argument.type(), "direction", argument.direction());
        print(argument.annotations());
        close("arg");
    }

    private void print(List<Annotation> annotations) {
        for (Annotation annotation : annotations) {
            open("annotation", "name", annotation.name(), "value", annotation.value());
            close("annotation");
        }
    }

    /** Starts an element; attributes that are null are left out. */
    private void open(String element, Object... attributes) {
        endTag();
        xml.append("  ".repeat(depth)).append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            if (attributes[i + 1] != null) {
                xml.append(' ').append(attributes[i]).append("=\"");
                escape(attributes[i + 1].toString());
                xml.append('"');
            }
        }
        inTag = true;
        depth++;
    }

    private void endTag() {
        if (inTag) {
            xml.append(">\n");
            inTag = false;
        }
    }

    /** Ends an element, in one tag if nothing is in it. */
    private void close(String element) {
        depth--;
        if (inTag) {
            xml.append("/>\n");
            inTag = false;
        } else {
            xml.append("  ".repeat(depth)).append("</").append(element).append(">\n");
        }
    }

    private void escape(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '&' -> xml.append("&amp;");
                case '<' -> xml.append("&lt;");
                case '>' -> xml.append("&gt;");
                case '"' -> xml.append("&quot;");
                // Else an attribute's value would come back with blanks instead.
                case '\n', '\r', '\t' -> xml.append("&#").append((int) c).append(';');
                default -> {
                    if (c < ' ' || c == 0xFFFE || c == 0xFFFF) {
                        throw new IllegalArgumentException("XML has no character " + (int) c);
                    }
                    xml.append(c);
                }
            }
        }
    }
}

package headway.dbus;

import headway.dbus.Introspection.Access;
import headway.dbus.Introspection.Annotation;
import headway.dbus.Introspection.Argument;
import headway.dbus.Introspection.Direction;
import headway.dbus.Introspection.Interface;
import headway.dbus.Introspection.Method;
import headway.dbus.Introspection.Node;
import headway.dbus.Introspection.Property;
import headway.dbus.Introspection.Signal;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.MissingResourceException;
import java.util.function.Supplier;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads introspection XML, element by element; see {@link Introspection#parse}. */
final class IntrospectionParser {
    /** Nodes inside nodes; a tree of objects is never that deep, a hostile text may be. */
    private static final int MAX_DEPTH = 64;

    private final String text;
    private XMLStreamReader xml;

    IntrospectionParser(String text) {
        this.text = text;
    }

    Node parse() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        // No document type, so no entity but the five of XML, and nothing outside the text is ever looked at.
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("entities are not resolved");
        });
        try {
            xml = factory.createXMLStreamReader(new StringReader(text));
            while (!xml.isStartElement()) {
                xml.next();
            }
            if (!isOurs() || !xml.getLocalName().equals("node")) {
                throw invalid("the root element is '" + xml.getLocalName() + "', not 'node'");
            }
            Node node = node(0);
            while (xml.hasNext()) {
                xml.next();
            }
            return node;
        } catch (XMLStreamException | MissingResourceException e) {
            // The JDK lacks the text of some complaints and then throws the latter instead (JDK 17 and 25).
            throw new IllegalArgumentException("introspection data is not well-formed XML: " + e.getMessage(), e);
        }
    }

    private Node node(int depth) throws XMLStreamException {
        if (depth == MAX_DEPTH) {
            throw invalid("nodes nest more than " + MAX_DEPTH + " deep");
        }
        String name = xml.getAttributeValue(null, "name");
        List<Interface> interfaces = new ArrayList<>();
        List<Node> nodes = new ArrayList<>();
        List<Annotation> annotations = new ArrayList<>();
        while (nextChild()) {
            switch (xml.getLocalName()) {
                case "interface" -> interfaces.add(interfaceElement());
                case "node" -> nodes.add(node(depth + 1));
                case "annotation" -> annotations.add(annotation());
                default -> skip();
            }
        }
        return new Node(name, interfaces, nodes, annotations);
    }

    private Interface interfaceElement() throws XMLStreamException {
        String name = attribute("name");
        List<Method> methods = new ArrayList<>();
        List<Signal> signals = new ArrayList<>();
        List<Property> properties = new ArrayList<>();
        List<Annotation> annotations = new ArrayList<>();
        while (nextChild()) {
            switch (xml.getLocalName()) {
                case "method" -> {
                    String method = attribute("name");
                    List<Annotation> about = new ArrayList<>();
                    List<Argument> arguments = arguments(Direction.IN, about);
                    methods.add(checked(() -> new Method(method, arguments, about)));
                }
                case "signal" -> {
                    String signal = attribute("name");
                    List<Annotation> about = new ArrayList<>();
                    List<Argument> arguments = arguments(Direction.OUT, about);
                    signals.add(checked(() -> new Signal(signal, arguments, about)));
                }
                case "property" -> properties.add(property());
                case "annotation" -> annotations.add(annotation());
                default -> skip();
            }
        }
        return checked(() -> new Interface(name, methods, signals, properties, annotations));
    }

    private List<Argument> arguments(Direction usual, List<Annotation> about) throws XMLStreamException {
        List<Argument> arguments = new ArrayList<>();
        while (nextChild()) {
            switch (xml.getLocalName()) {
                case "arg" -> arguments.add(argument(usual));
                case "annotation" -> about.add(annotation());
                default -> skip();
            }
        }
        return arguments;
    }

    private Argument argument(Direction usual) throws XMLStreamException {
        String name = xml.getAttributeValue(null, "name");
        String type = attribute("type");
        String direction = xml.getAttributeValue(null, "direction");
        if (direction != null && !direction.equals("in") && !direction.equals("out")) {
            throw invalid("direction '" + direction + "' is neither in nor out");
        }
        if (usual == Direction.OUT && "in".equals(direction)) {
            throw invalid("a signal has an argument of direction in");
        }
        Direction way = direction == null ? usual : direction.equals("in") ? Direction.IN : Direction.OUT;
        List<Annotation> annotations = annotations();
        return checked(() -> new Argument(name, Signature.of(type), way, annotations));
    }

    private Property property() throws XMLStreamException {
        String name = attribute("name");
        String type = attribute("type");
        String allowed = attribute("access");
        Access access = switch (allowed) {
            case "read" -> Access.READ;
            case "write" -> Access.WRITE;
            case "readwrite" -> Access.READWRITE;
            default -> throw invalid("access '" + allowed + "' is none of read, write, readwrite");
        };
        List<Annotation> annotations = annotations();
        return checked(() -> new Property(name, Signature.of(type), access, annotations));
    }

    private List<Annotation> annotations() throws XMLStreamException {
        List<Annotation> annotations = new ArrayList<>();
        while (nextChild()) {
            if (xml.getLocalName().equals("annotation")) {
                annotations.add(annotation());
            } else {
                skip();
            }
        }
        return annotations;
    }

    private Annotation annotation() throws XMLStreamException {
        Annotation annotation = new Annotation(attribute("name"), attribute("value"));
        skip();
        return annotation;
    }

    /** Goes to the next child element of the format, or to the end of the element that is open; false for the end. */
    private boolean nextChild() throws XMLStreamException {
        while (true) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    if (isOurs()) {
                        return true;
                    }
                    skip();
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    return false;
                }
                default -> {
                    // Text, comments and instructions say nothing here.
                }
            }
        }
    }

    /** Elements of another namespace are documentation and the like. */
    private boolean isOurs() {
        return xml.getNamespaceURI() == null || xml.getNamespaceURI().isEmpty();
    }

    /** Goes to the end of the element that has just started. */
    private void skip() throws XMLStreamException {
        for (int open = 1; open > 0; ) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                open++;
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                open--;
            }
        }
    }

    private String attribute(String name) {
        String value = xml.getAttributeValue(null, name);
        if (value == null) {
            throw invalid("element '" + xml.getLocalName() + "' has no attribute '" + name + "'");
        }
        return value;
    }

    /** Makes a record, whose complaint is told with its line. */
    private <T> T checked(Supplier<T> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            throw invalid(e.getMessage());
        }
    }

    private IllegalArgumentException invalid(String what) {
        return new IllegalArgumentException(
                "introspection data, line " + xml.getLocation().getLineNumber() + ": " + what);
    }
}

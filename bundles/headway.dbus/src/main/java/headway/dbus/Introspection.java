package headway.dbus;

import java.util.List;
import java.util.Objects;

/**
 * What an object says it can do ("Introspection Data Format"), as a tree of plain records. {@link #parse} and {@link
 * #toXml} go between it and the XML that tools understand.
 */
public final class Introspection {
    private Introspection() {}

    /**
     * An object and what is below it.
     *
     * @param name null for the object asked; else the path of a child relative to its parent
     */
    public record Node(String name, List<Interface> interfaces, List<Node> nodes, List<Annotation> annotations) {
        /** A node of lists that are copied. */
        public Node {
            interfaces = List.copyOf(interfaces);
            nodes = List.copyOf(nodes);
            annotations = List.copyOf(annotations);
        }

        /** A node without annotations. */
        public Node(String name, List<Interface> interfaces, List<Node> nodes) {
            this(name, interfaces, nodes, List.of());
        }

        /** The interface of this name, or null. */
        public Interface find(String interfaceName) {
            return interfaces.stream()
                    .filter(each -> each.name().equals(interfaceName))
                    .findFirst()
                    .orElse(null);
        }
    }

    /** An interface of an object. */
    public record Interface(
            String name,
            List<Method> methods,
            List<Signal> signals,
            List<Property> properties,
            List<Annotation> annotations) {
        /** An interface of lists that are copied. */
        public Interface {
            Names.checkInterface(name);
            methods = List.copyOf(methods);
            signals = List.copyOf(signals);
            properties = List.copyOf(properties);
            annotations = List.copyOf(annotations);
        }

        /** An interface without annotations. */
        public Interface(String name, List<Method> methods, List<Signal> signals, List<Property> properties) {
            this(name, methods, signals, properties, List.of());
        }
    }

    /** A method; its arguments in order, those in and those out. */
    public record Method(String name, List<Argument> arguments, List<Annotation> annotations) {
        /** A method of lists that are copied. */
        public Method {
            Names.checkMember(name);
            arguments = List.copyOf(arguments);
            annotations = List.copyOf(annotations);
        }

        /** A method without annotations. */
        public Method(String name, Argument... arguments) {
            this(name, List.of(arguments), List.of());
        }

        /** The types of a call's body. */
        public Signature in() {
            return join(arguments, Direction.IN);
        }

        /** The types of a return's body. */
        public Signature out() {
            return join(arguments, Direction.OUT);
        }
    }

    /** A signal; the direction of its arguments is always out. */
    public record Signal(String name, List<Argument> arguments, List<Annotation> annotations) {
        /** A signal of lists that are copied. */
        public Signal {
            Names.checkMember(name);
            arguments = List.copyOf(arguments);
            annotations = List.copyOf(annotations);
        }

        /** A signal without annotations. */
        public Signal(String name, Argument... arguments) {
            this(name, List.of(arguments), List.of());
        }

        /** The types of its body. */
        public Signature signature() {
            return join(arguments, Direction.OUT);
        }
    }

    /** A property; its name need not be a valid member name. */
    public record Property(String name, Signature type, Access access, List<Annotation> annotations) {
        /** A property of a list that is copied. */
        public Property {
            Objects.requireNonNull(name, "name");
            single(type, "property", name);
            Objects.requireNonNull(access, "access");
            annotations = List.copyOf(annotations);
        }

        /** A property without annotations. */
        public Property(String name, String type, Access access) {
            this(name, Signature.of(type), access, List.of());
        }
    }

    /**
     * An argument of a method or a signal.
     *
     * @param name for people; null if there is none
     */
    public record Argument(String name, Signature type, Direction direction, List<Annotation> annotations) {
        /** An argument of a list that is copied. */
        public Argument {
            single(type, "argument", name);
            Objects.requireNonNull(direction, "direction");
            annotations = List.copyOf(annotations);
        }

        /** An argument that goes to the object. */
        public static Argument in(String name, String type) {
            return new Argument(name, Signature.of(type), Direction.IN, List.of());
        }

        /** An argument that comes from the object. */
        public static Argument out(String name, String type) {
            return new Argument(name, Signature.of(type), Direction.OUT, List.of());
        }
    }

    /** Something said about the element it is in, such as {@code org.freedesktop.DBus.Deprecated}. */
    public record Annotation(String name, String value) {
        /** An annotation; neither may be null. */
        public Annotation {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(value, "value");
        }
    }

    /** Which way an argument goes. */
    public enum Direction {
        IN,
        OUT;

        /** As the attribute has it. */
        @Override
        public String toString() {
            return this == IN ? "in" : "out";
        }
    }

    /** What can be done with a property. */
    public enum Access {
        READ,
        WRITE,
        READWRITE;

        /** As the attribute has it. */
        @Override
        public String toString() {
            return switch (this) {
                case READ -> "read";
                case WRITE -> "write";
                case READWRITE -> "readwrite";
            };
        }
    }

    /**
     * The tree in this XML. Elements and attributes that the format does not know, such as documentation, are passed
     * over; a document type is not read and no entity is resolved.
     *
     * @throws IllegalArgumentException if it is not well-formed or not introspection data, saying what and where
     */
    public static Node parse(String xml) {
        return new IntrospectionParser(xml).parse();
    }

    /** The XML of a tree, with the document type, indented; {@link #parse} gives an equal tree. */
    public static String toXml(Node node) {
        return new IntrospectionPrinter().print(node);
    }

    private static void single(Signature type, String what, String name) {
        if (!type.isSingle()) {
            throw new IllegalArgumentException(
                    what + " '" + name + "' has the type '" + type + "', which is not one complete type");
        }
    }

    private static Signature join(List<Argument> arguments, Direction direction) {
        StringBuilder types = new StringBuilder();
        for (Argument argument : arguments) {
            if (argument.direction() == direction) {
                types.append(argument.type());
            }
        }
        return Signature.of(types.toString());
    }
}

package headway.core;

/**
 * What a signal that is for everybody is called on the wire, and the topic it is to subscribers: a published message is a
 * signal of an interface of ours whose path is the topic, any other signal has the topic of its interface and member.
 *
 * @param path the object that emits it
 * @param interfaceName its interface
 * @param member the signal
 */
record SignalName(String path, String interfaceName, String member) {

    /** The interface and member of the signals that published messages travel as. */
    static final String INTERFACE = "org.headway.Topic";

    static final String MEMBER = "Published";

    /** What messages published to a well-formed topic travel as. */
    static SignalName published(String topic) {
        return new SignalName(TopicName.toPath(topic), INTERFACE, MEMBER);
    }

    /**
     * A signal of an object of an application.
     *
     * @throws IllegalArgumentException if its interface is one of the bus's own
     */
    static SignalName emitted(String path, String interfaceName, String member) {
        if (interfaceName.equals(INTERFACE) || interfaceName.equals(Control.INTERFACE)) {
            throw new IllegalArgumentException("Signals of the interface " + interfaceName
                    + " are the bus's own; publish to a topic, or name another interface");
        }
        return new SignalName(path, interfaceName, member);
    }

    /**
     * The topic of a well-formed name.
     *
     * @throws IllegalArgumentException if it is published to what is no topic
     */
    String topic() {
        return INTERFACE.equals(interfaceName) && MEMBER.equals(member)
                ? TopicName.check(TopicName.fromPath(path))
                : interfaceName.replace('.', '/') + '/' + member;
    }
}

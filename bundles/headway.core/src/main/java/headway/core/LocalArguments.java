package headway.core;

import headway.bus.Peer;
import java.util.List;

/** A call or its answer between two parts of this JVM: the values are handed over as they are. */
final class LocalArguments extends BusMessage {

    private final Type type;
    private final String path;
    private final String interfaceName;
    private final String member;
    private final String errorName;
    private final String signature;
    private final List<Object> body;

    private LocalArguments(
            Type type,
            Peer sender,
            String path,
            String interfaceName,
            String member,
            String errorName,
            String signature,
            List<Object> body) {
        super(sender, 0);
        this.type = type;
        this.path = path;
        this.interfaceName = interfaceName;
        this.member = member;
        this.errorName = errorName;
        this.signature = signature;
        this.body = body;
    }

    static LocalArguments call(
            Peer sender, String path, String interfaceName, String member, String signature, List<Object> body) {
        return new LocalArguments(Type.CALL, sender, path, interfaceName, member, null, signature, body);
    }

    static LocalArguments reply(Peer sender, String signature, List<Object> body) {
        return new LocalArguments(Type.RETURN, sender, null, null, null, null, signature, body);
    }

    @Override
    public Type type() {
        return type;
    }

    @Override
    public String topic() {
        return null;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String interfaceName() {
        return interfaceName;
    }

    @Override
    public String member() {
        return member;
    }

    @Override
    public String errorName() {
        return errorName;
    }

    @Override
    public String signature() {
        return signature;
    }

    @Override
    public List<Object> body() {
        return body;
    }

    @Override
    headway.dbus.Message wire() {
        throw new UnsupportedOperationException("What stays among applications here has no bytes");
    }

    @Override
    public Object handedOver() {
        return null;
    }
}

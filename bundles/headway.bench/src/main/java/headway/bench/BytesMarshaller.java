package headway.bench;

import headway.bus.BodyWriter;
import headway.bus.Marshaller;

/** Bytes as the D-Bus body {@code ay}. */
public final class BytesMarshaller implements Marshaller<byte[]> {

    /** The marshaller. */
    public BytesMarshaller() {}

    @Override
    public String signature() {
        return "ay";
    }

    @Override
    public void marshal(byte[] value, BodyWriter out) {
        out.putBytes(value, 0, value.length);
    }
}

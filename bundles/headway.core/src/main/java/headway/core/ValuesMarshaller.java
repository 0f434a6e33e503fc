package headway.core;

import headway.bus.BodyWriter;
import headway.bus.Marshaller;
import headway.dbus.Signature;
import java.util.List;

/** Writes Java values by a signature: for messages that are published once. */
record ValuesMarshaller(String signature) implements Marshaller<Object[]> {

    @Override
    public void marshal(Object[] values, BodyWriter out) {
        List<Signature> types = Signature.of(signature).types();
        if (types.size() != values.length) {
            throw new IllegalArgumentException(
                    "The signature '" + signature + "' wants " + types.size() + " values, not " + values.length);
        }
        for (int i = 0; i < values.length; i++) {
            out.put(types.get(i).toString(), values[i]);
        }
    }
}

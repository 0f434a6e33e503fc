package headway.remote.impl;

import headway.dbus.Struct;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Records, as structs of their components in order. */
final class RecordCodec extends Codec {

    private final Class<?> type;
    private final List<String> names;
    private final List<MethodHandle> getters;
    private final List<Codec> codecs;
    private final MethodHandle maker;

    /** A record of components of these codecs; there is at least one. */
    RecordCodec(Class<?> type, List<Codec> codecs) {
        super(codecs.stream().map(Codec::signature).collect(Collectors.joining("", "(", ")")));
        this.type = type;
        this.codecs = codecs;
        this.names = Arrays.stream(type.getRecordComponents())
                .map(component -> component.getName())
                .toList();
        this.getters = Arrays.stream(type.getRecordComponents())
                .map(component -> Handles.getter(component.getAccessor()))
                .toList();
        this.maker = Handles.maker(
                type,
                Arrays.stream(type.getRecordComponents())
                        .map(component -> component.getType())
                        .toArray(Class<?>[]::new));
    }

    @Override
    Object encode(Object value, int depth) {
        Object[] members = new Object[codecs.size()];
        for (int i = 0; i < members.length; i++) {
            try {
                members[i] = codecs.get(i).toWire(Handles.get(getters.get(i), value), depth + 1);
            } catch (IllegalArgumentException e) {
                throw in(i, e);
            }
        }
        return new Struct(Arrays.asList(members));
    }

    @Override
    Object decode(Object wire) {
        List<?> members = wire instanceof Struct struct ? struct.members() : wire instanceof List<?> list ? list : null;
        if (members == null) {
            throw unfit(wire, "a struct");
        }
        if (members.size() != codecs.size()) {
            throw new IllegalArgumentException("a struct of " + members.size() + " members where " + codecs.size()
                    + " of a " + type.getSimpleName() + " belong");
        }
        List<Object> values = new ArrayList<>(members.size());
        for (int i = 0; i < codecs.size(); i++) {
            try {
                values.add(codecs.get(i).toJava(members.get(i)));
            } catch (IllegalArgumentException e) {
                throw in(i, e);
            }
        }
        return Handles.make(maker, type, values.toArray());
    }

    private IllegalArgumentException in(int component, IllegalArgumentException cause) {
        return new IllegalArgumentException(
                type.getSimpleName() + "." + names.get(component) + ": " + cause.getMessage(), cause);
    }
}

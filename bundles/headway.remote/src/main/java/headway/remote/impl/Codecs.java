package headway.remote.impl;

import headway.dbus.Signature;
import headway.dbus.Struct;
import headway.dbus.UnixFd;
import headway.dbus.Variant;
import headway.remote.DBusType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the {@link Codec} of a Java type. For one thread. */
final class Codecs {

    /** The shortest signature that D-Bus refuses has 33 of one container; so has a type that contains itself. */
    private static final int DEEPEST = 32;

    private final Map<JavaType, DtoCodec> dtos = new HashMap<>();
    private final Deque<JavaType> records = new ArrayDeque<>();
    private int depth;

    /**
     * The codec of a type.
     *
     * @throws IllegalArgumentException if it has no D-Bus type, saying why
     */
    Codec of(JavaType type) {
        if (++depth > DEEPEST) {
            throw new IllegalArgumentException(type + " is nested deeper than D-Bus allows");
        }
        try {
            Codec codec = find(type);
            Signature.of(codec.signature());
            return codec;
        } finally {
            depth--;
        }
    }

    /** The codec of a type where it is declared: a {@link DBusType} says which of those that fit. */
    Codec of(JavaType type, AnnotatedElement declared) {
        DBusType annotation = declared.getAnnotation(DBusType.class);
        Codec codec = of(type);
        return annotation == null ? codec : new RetypedCodec(codec, annotation.value());
    }

    private Codec find(JavaType type) {
        Class<?> raw = type.raw();
        Codec basic = BasicCodec.of(raw);
        if (basic != null) {
            return basic;
        }
        if (raw == Object.class) {
            return VariantCodec.ANY;
        }
        if (raw == Variant.class) {
            return VariantCodec.AS_IS;
        }
        if (SequenceCodec.knows(raw)) {
            return SequenceCodec.of(raw, of(SequenceCodec.elementOf(type)));
        }
        if (MapCodec.knows(raw)) {
            Codec key = of(type.argument(0));
            if (!(key instanceof BasicCodec)) {
                throw new IllegalArgumentException(
                        type + " has keys of D-Bus type " + key.signature() + ", which only values may have");
            }
            return new MapCodec(raw, key, of(type.argument(1)));
        }
        if (raw == UnixFd.class || raw == Struct.class) {
            throw new IllegalArgumentException(type
                    + (raw == Struct.class
                            ? " does not say its type"
                            : " is a descriptor, which stays in its process"));
        }
        if (raw.isRecord()) {
            return ofRecord(type);
        }
        if (DtoCodec.knows(raw)) {
            return ofDto(type);
        }
        throw new IllegalArgumentException(
                type + " has no D-Bus type: it is no value, enum, array, collection, map, Optional, record or DTO");
    }

    private Codec ofRecord(JavaType type) {
        RecordComponent[] components = type.raw().getRecordComponents();
        if (components.length == 0) {
            throw new IllegalArgumentException(type + " has no components, and D-Bus no empty struct");
        }
        if (records.contains(type)) {
            throw new IllegalArgumentException(type + " contains itself; a DTO may");
        }
        records.push(type);
        try {
            JavaType.Bindings bindings = type.bindings();
            List<Codec> codecs = new ArrayList<>();
            for (RecordComponent component : components) {
                codecs.add(of(JavaType.of(component.getGenericType(), bindings), component));
            }
            return new RecordCodec(type.raw(), codecs);
        } finally {
            records.pop();
        }
    }

    private Codec ofDto(JavaType type) {
        DtoCodec known = dtos.get(type);
        if (known != null) {
            return known;
        }
        DtoCodec codec = new DtoCodec(type.raw());
        dtos.put(type, codec);
        JavaType.Bindings bindings = type.bindings();
        // What is inside travels in variants, so a record around it may come again.
        Deque<JavaType> around = new ArrayDeque<>(records);
        records.clear();
        for (Field field : type.raw().getFields()) {
            if (DtoCodec.isPart(field)) {
                codec.add(field, of(JavaType.of(field.getGenericType(), bindings)));
            }
        }
        records.addAll(around);
        return codec;
    }
}

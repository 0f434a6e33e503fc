package headway.bus;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Writes a message body in place, value after value, each aligned as the D-Bus specification ("Marshalling") says.
 *
 * <p>Containers are opened and closed in pairs. Belongs to one message and one thread; never kept.
 */
@ProviderType
public interface BodyWriter {

    /** BYTE {@code y}. */
    BodyWriter putByte(int value);

    /** BOOLEAN {@code b}. */
    BodyWriter putBoolean(boolean value);

    /** INT16 {@code n} or UINT16 {@code q}. */
    BodyWriter putInt16(int value);

    /** INT32 {@code i} or UINT32 {@code u}. */
    BodyWriter putInt32(int value);

    /** INT64 {@code x} or UINT64 {@code t}. */
    BodyWriter putInt64(long value);

    /** DOUBLE {@code d}. */
    BodyWriter putDouble(double value);

    /** STRING {@code s}. */
    BodyWriter putString(String value);

    /** OBJECT_PATH {@code o}. */
    BodyWriter putObjectPath(String value);

    /** ARRAY of BYTE {@code ay}. */
    BodyWriter putBytes(byte[] value, int offset, int length);

    /** Opens an ARRAY whose elements have this signature. */
    BodyWriter beginArray(String elementSignature);

    /** Closes the innermost ARRAY. */
    BodyWriter endArray();

    /** Opens a STRUCT. */
    BodyWriter beginStruct();

    /** Closes the innermost STRUCT. */
    BodyWriter endStruct();

    /** Opens a DICT_ENTRY of the innermost ARRAY. */
    BodyWriter beginDictEntry();

    /** Closes the innermost DICT_ENTRY. */
    BodyWriter endDictEntry();

    /** Opens a VARIANT that holds one value of this signature. */
    BodyWriter beginVariant(String signature);

    /** Closes the innermost VARIANT. */
    BodyWriter endVariant();

    /** Any value of the Java mapping, as this signature. */
    BodyWriter put(String signature, Object value);
}

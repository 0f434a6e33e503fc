package headway.remote;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The D-Bus type of a parameter, of what a method answers, or of a record's component, where the usual one does not fit: {@code
 * u} or {@code t} for an {@code int} or {@code long}, {@code o} for a String, {@code ao} for a list of them. Only types of the same
 * shape: an integer as another integer, text as other text.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.PARAMETER, ElementType.METHOD, ElementType.RECORD_COMPONENT})
public @interface DBusType {

    /** A single complete D-Bus type. */
    String value();
}

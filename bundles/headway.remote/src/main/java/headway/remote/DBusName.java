package headway.remote;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What D-Bus calls it, where that is not what Java calls it: an interface, a method (for a getter also its property), or an
 * exception (then it is the name of an error). For objects of programs that were not written in Java.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface DBusName {

    /** A valid D-Bus name of its kind. */
    String value();
}

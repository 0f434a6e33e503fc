package headway.remote.impl;

import headway.bus.CallException;
import headway.dbus.ErrorNames;
import headway.dbus.Names;
import headway.remote.DBusName;
import headway.remote.ErrorReplyException;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.InvocationTargetException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.osgi.framework.ServiceException;

/** Exceptions and the D-Bus errors that they are: an exception's class is the error's name, its message the text. */
final class Errors {

    /** What an exception is called whose class cannot be a D-Bus name. */
    static final String UNNAMED = "org.headway.Error.Failed";

    /** A result of null where a value was declared. */
    static final String NULL = "org.headway.Error.Null";

    private static final int LONGEST_TEXT = 1 << 16;

    /** The call did not get through, nobody will answer it, or what it was for is not there (any more). */
    private static final Set<String> OUT_OF_REACH = Set.of(
            CallException.NO_REPLY,
            CallException.SERVICE_UNKNOWN,
            CallException.PEER_DIED,
            CallException.UNREACHABLE,
            CallException.CLOSED,
            ErrorNames.NAME_HAS_NO_OWNER,
            ErrorNames.DISCONNECTED,
            ErrorNames.TIMEOUT,
            ErrorNames.UNKNOWN_OBJECT,
            ErrorNames.UNKNOWN_INTERFACE,
            ErrorNames.UNKNOWN_METHOD);

    /** An exception that a method declares, and how to make one of a text. */
    private record Declared(Class<?> type, MethodHandle maker) {}

    private final Map<String, Declared> declared = new HashMap<>();

    /** The exceptions that a method declares. Those without a constructor for a text are thrown by nobody here. */
    Errors(Class<?>... exceptions) {
        for (Class<?> type : exceptions) {
            try {
                declared.put(nameOf(type), new Declared(type, Handles.maker(type, String.class)));
            } catch (IllegalArgumentException e) {
                declared.remove(nameOf(type));
            }
        }
    }

    /** The name of the error that an exception is. */
    static String nameOf(Class<?> exception) {
        DBusName annotation = exception.getAnnotation(DBusName.class);
        String name =
                annotation != null ? annotation.value() : exception.getName().replace('$', '.');
        return Names.isErrorName(name) ? name : UNNAMED;
    }

    /**
     * The error that answers a call of this method. An exception that is a special case of one that the method declares has that one's
     * name: it is the one that callers know and catch.
     */
    CallException ofFailure(Throwable failure) {
        Throwable cause = unwrap(failure);
        Class<?> nearest = null;
        for (Declared each : declared.values()) {
            if (each.type.isInstance(cause) && (nearest == null || nearest.isAssignableFrom(each.type))) {
                nearest = each.type;
            }
        }
        // These two say nothing.
        boolean says = nearest != null && nearest != Exception.class && nearest != Throwable.class;
        return says && nearest != cause.getClass()
                ? new CallException(nameOf(nearest), text(cause.toString()))
                : of(cause);
    }

    private static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null
                && (cause instanceof CompletionException
                        || cause instanceof ExecutionException
                        || cause instanceof InvocationTargetException)) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** The error that an exception is. */
    static CallException of(Throwable failure) {
        Throwable cause = unwrap(failure);
        if (cause instanceof CallException e) {
            return new CallException(valid(e.errorName()), text(e.text()));
        }
        if (cause instanceof ErrorReplyException e) {
            return new CallException(valid(e.errorName()), text(e.text()));
        }
        return new CallException(nameOf(cause.getClass()), text(cause.getMessage()));
    }

    private static String valid(String errorName) {
        return errorName != null && Names.isErrorName(errorName) ? errorName : UNNAMED;
    }

    /** A text that D-Bus can carry: without NUL and halves of characters, and of a length somebody may want to read. */
    private static String text(String message) {
        if (message == null) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        message.codePoints()
                .limit(LONGEST_TEXT)
                .map(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) ? '?' : c)
                .forEach(text::appendCodePoint);
        return text.toString();
    }

    /** What the caller of a method is thrown when its call failed: what the method declares, or something unchecked. */
    Throwable toException(CallException error) {
        Declared match = declared.get(error.errorName());
        if (match != null) {
            try {
                return because(error, (Throwable) Handles.make(match.maker, match.type, error.text()));
            } catch (IllegalArgumentException | IllegalStateException e) {
                // An abstract class, or a constructor that does not like the text.
                return because(error, new ErrorReplyException(error.errorName(), error.text()));
            }
        }
        if (OUT_OF_REACH.contains(error.errorName())) {
            return new ServiceException(error.getMessage(), ServiceException.REMOTE, error);
        }
        return because(error, new ErrorReplyException(error.errorName(), error.text()));
    }

    private static Throwable because(CallException error, Throwable exception) {
        try {
            return exception.initCause(error);
        } catch (IllegalStateException itHasOne) {
            exception.addSuppressed(error);
            return exception;
        }
    }
}

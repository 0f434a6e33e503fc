package headway.sys;

import com.sun.jna.Native;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The quicker way to libc's functions, where the platform has one: method handles of {@code java.lang.foreign}, from Java 22 on.
 *
 * <p>They are made by reflection, because the compiler is of Java 17 and must not see a name of that package. A handle's first
 * argument is where the error is to be written, one of each thread.
 *
 * <p>To make them takes longer than a short program has to live, so it begins with JNA. After some thousand calls a thread of
 * its own makes and tries all of them, meanwhile nobody waits; if anything is missing JNA stays.
 */
final class Foreign {

    /** Set to {@code jna} it keeps everything with JNA: to compare, and as a way out. */
    static final String PROPERTY = "headway.native";

    private static final int FIRST_VERSION = 22;
    private static final int MANY = 4000;
    // An older platform does not even count.
    private static final boolean POSSIBLE = Runtime.version().feature() >= FIRST_VERSION
            && !"jna".equals(System.getProperty(PROPERTY))
            && Natives.present();

    /** Of all functions together, up to many. */
    private static final AtomicInteger CALLS = new AtomicInteger();

    private static volatile boolean ready;

    private Foreign() {}

    /** Whether to take the handles now; asked before each call. */
    static boolean ready() {
        if (ready) {
            return true;
        }
        if (POSSIBLE && CALLS.get() < MANY && CALLS.incrementAndGet() == MANY) {
            Thread binder = new Thread(Foreign::bind, "headway-foreign");
            binder.setDaemon(true);
            try {
                binder.start();
            } catch (OutOfMemoryError e) {
                // No more threads. There is always JNA.
            }
        }
        return false;
    }

    /** Makes the handles and calls each once, so that nobody else waits for what a first call does; for tests too. */
    static void bind() {
        if (!POSSIBLE) {
            return;
        }
        try {
            // Asked first: to use it without leave is refused, or at least complained about on the console.
            if ((boolean) Module.class.getMethod("isNativeAccessEnabled").invoke(Foreign.class.getModule())) {
                ready = Socket.Quick.works() && Epoll.Quick.works() && Unistd.Quick.works();
            }
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            // There is always JNA.
        }
    }

    /** Whether a call has failed as it does for a descriptor that is none. */
    static boolean refused(long result) {
        return result == -1 && Errno.last() == Errno.EBADF;
    }

    /**
     * A function of libc.
     *
     * @param result {@code int.class} or {@code long.class}
     * @param parameters the same; an address is a long
     * @return to be called with the {@link Thrown#place() place of the error}, an Object, and the arguments
     * @throws LinkageError if there is none
     */
    static MethodHandle function(String name, Class<?> result, Class<?>... parameters) {
        return Linker.HERE.function(name, result, parameters);
    }

    /** For who called a handle: they throw nothing that is checked, but Java does not know. */
    static RuntimeException unexpected(Throwable thrown) {
        if (thrown instanceof RuntimeException exception) {
            return exception;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        throw new AssertionError(thrown);
    }

    /** The platform's linker, as far as it is used here. */
    private static final class Linker {

        static final Linker HERE = find();

        private final Object linker;
        private final Object lookup;
        private final Method find;
        private final Method downcallHandle;
        private final Method describe;
        private final Class<?> layout;
        private final Object ofInt;
        private final Object ofLong;
        /** An array: what is asked of the linker for each function. */
        private final Object options;

        private Linker() throws ReflectiveOperationException {
            Class<?> type = named("Linker");
            Class<?> option = named("Linker$Option");
            Class<?> descriptor = named("FunctionDescriptor");
            Class<?> values = named("ValueLayout");
            layout = named("MemoryLayout");
            linker = type.getMethod("nativeLinker").invoke(null);
            lookup = type.getMethod("defaultLookup").invoke(linker);
            find = named("SymbolLookup").getMethod("find", String.class);
            describe = descriptor.getMethod("of", layout, layout.arrayType());
            ofInt = values.getField("JAVA_INT").get(null);
            ofLong = values.getField("JAVA_LONG").get(null);
            options = Array.newInstance(option, 1);
            Array.set(
                    options,
                    0,
                    option.getMethod("captureCallState", String[].class).invoke(null, (Object) new String[] {"errno"}));
            downcallHandle = type.getMethod("downcallHandle", named("MemorySegment"), descriptor, option.arrayType());
            long size = (long) layout.getMethod("byteSize")
                    .invoke(option.getMethod("captureStateLayout").invoke(null));
            if (size > Thrown.SIZEOF) {
                throw new ReflectiveOperationException("The state of a call has " + size + " bytes");
            }
        }

        private static Linker find() {
            try {
                return new Linker();
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("There is no linker", e);
            }
        }

        private Object layout(Class<?> type) {
            return type == long.class ? ofLong : ofInt;
        }

        MethodHandle function(String name, Class<?> result, Class<?>... parameters) {
            try {
                Object arguments = Array.newInstance(layout, parameters.length);
                for (int i = 0; i < parameters.length; i++) {
                    Array.set(arguments, i, layout(parameters[i]));
                }
                Optional<?> address = (Optional<?>) find.invoke(lookup, name);
                MethodHandle handle = (MethodHandle) downcallHandle.invoke(
                        linker, address.orElseThrow(), describe.invoke(null, layout(result), arguments), options);
                // What names a MemorySegment cannot be called exactly by classes of Java 17.
                return handle.asType(handle.type().changeParameterType(0, Object.class));
            } catch (ReflectiveOperationException | RuntimeException e) {
                throw new LinkageError("There is no " + name, e);
            }
        }
    }

    private static Class<?> named(String name) throws ClassNotFoundException {
        return Class.forName("java.lang.foreign." + name);
    }

    /** The error of a thread's last call through a handle. */
    static final class Thrown {

        static final int SIZEOF = 8;

        private static final ThreadLocal<Thrown> OF_THREAD = ThreadLocal.withInitial(Thrown::new);

        private final ByteBuffer bytes = ByteBuffer.allocateDirect(SIZEOF).order(ByteOrder.nativeOrder());
        private final Object segment = segment(bytes);

        private Thrown() {}

        private static Object segment(ByteBuffer bytes) {
            try {
                return named("MemorySegment")
                        .getMethod("ofBuffer", java.nio.Buffer.class)
                        .invoke(null, bytes);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("There is no place for errors", e);
            }
        }

        /** This thread's. */
        static Thrown here() {
            return OF_THREAD.get();
        }

        /** The first argument of a handle. */
        Object place() {
            return segment;
        }

        /** The result of the call; if it says that it failed, {@link Errno#last} says why, as after JNA's. */
        long after(long result) {
            if (result < 0) {
                Native.setLastError(bytes.getInt(0));
            }
            return result;
        }

        /** The same for an int. */
        int after(int result) {
            return (int) after((long) result);
        }
    }
}

package headway.sys;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.IOException;

/** Whether there is native code here; if not, why. */
public final class Natives {

    /** Whether this is x86-64, where a few numbers differ from all other architectures. */
    static final boolean X86_64 = "amd64".equals(System.getProperty("os.arch"));

    private static final String ABSENCE = load();

    private Natives() {}

    private static String load() {
        if (!"Linux".equals(System.getProperty("os.name"))) {
            return "There is native code for Linux only, and this is " + System.getProperty("os.name") + ".";
        }
        if (!X86_64 && !"aarch64".equals(System.getProperty("os.arch"))) {
            return "There is native code for x86-64 and arm64 only, and this is " + System.getProperty("os.arch") + ".";
        }
        try {
            NativeLibrary.getInstance("c");
            return null;
        } catch (LinkageError e) {
            // The first line says it; the others list where it was looked for.
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            return "The native library of JNA cannot be loaded (" + reason
                    + "); on a read-only file system set jna.nounpack=true and jna.boot.library.path.";
        }
    }

    /**
     * Makes sure that the functions of this package can be called.
     *
     * @throws IOException why not; a sentence for people
     */
    public static void require() throws IOException {
        if (ABSENCE != null) {
            throw new IOException(ABSENCE);
        }
    }

    /** Whether the functions of this package can be called. */
    static boolean present() {
        return ABSENCE == null;
    }

    /** Binds the native methods of a class to libc's functions of the same names, where there is native code. */
    static void bind(Class<?> header) {
        if (ABSENCE == null) {
            Native.register(header, NativeLibrary.getInstance("c"));
        }
    }
}

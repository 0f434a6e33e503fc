package headway.transport.afbus;

import headway.sys.Errno;
import headway.sys.ErrnoException;
import headway.sys.NativeSocket;
import headway.sys.Natives;
import headway.sys.Socket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The kernel module as this process sees it: whether it is there, and its sockets. */
final class KernelModule {

    /** Why links end and none are made when it goes. */
    static final String LEAVES = "The kernel module afbus is about to be unloaded.";

    private static final String ABSENT = "The kernel module afbus is not loaded; as root: modprobe afbus";

    private final Path parameter;

    KernelModule() {
        this(Path.of("/sys/module/afbus/parameters/family"));
    }

    /**
     * The same, looked for elsewhere.
     *
     * @param parameter the file where it tells its family number while it is loaded
     */
    KernelModule(Path parameter) {
        this.parameter = parameter;
    }

    /** Whether it is loaded, perhaps to be unloaded soon. */
    boolean isLoaded() {
        return Files.exists(parameter);
    }

    /** The number of its socket family, which who loaded it may have chosen. */
    int family() throws IOException {
        String text;
        try {
            text = Files.readString(parameter).strip();
        } catch (NoSuchFileException e) {
            throw new IOException(ABSENT, e);
        }
        try {
            int family = Integer.parseInt(text);
            if (family > 0 && family <= Character.MAX_VALUE) {
                return family;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IOException(parameter + " holds no number of a socket family, but \"" + text + '"');
    }

    /**
     * A new socket of the family.
     *
     * @throws IOException why there is none; a sentence for people
     */
    NativeSocket socket(int family) throws IOException {
        try {
            return NativeSocket.open(family, Socket.SOCK_SEQPACKET, 0);
        } catch (ErrnoException e) {
            throw switch (e.errno()) {
                case Errno.ESHUTDOWN -> new IOException(LEAVES, e);
                case Errno.EAFNOSUPPORT -> new IOException(ABSENT, e);
                default -> new IOException("The kernel makes no AF_BUS sockets here (" + e.getMessage() + ").", e);
            };
        }
    }

    /**
     * Makes sure that there is native code here and that the module makes sockets.
     *
     * @throws IOException why not; a sentence for people
     */
    void require() throws IOException {
        Natives.require();
        socket(family()).close();
    }
}

package headway.transport.loopback;

import headway.transport.Address;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * The directory of one bus: one socket for each link that is open, named by its address.
 *
 * <p>Only its owner may look into it, so the file system keeps the other users of the machine out. A socket gets its
 * name only when it accepts connections; therefore one that refuses them is dead.
 */
final class BusDirectory {

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");
    private static final int ADDRESS_DIGITS = 16;
    /** What the JDK takes of the 108 bytes the kernel has for a path. */
    private static final int LONGEST_PATH = 106;

    private static final int BACKLOG = 1024;

    private final Path runtime;
    private final Path path;

    private BusDirectory(Path runtime, Path path) {
        this.runtime = runtime;
        this.path = path;
    }

    /**
     * Makes sure that the directory of a bus is there and is private.
     *
     * @throws IOException what is wrong with it and what to do; a sentence for people
     */
    static BusDirectory open(Path runtime, String bus) throws IOException {
        Path parent = runtime.toAbsolutePath();
        Path path = parent.resolve(bus);
        // One more for the dot of a socket that is being made.
        int longest = path.toString().getBytes(Charset.defaultCharset()).length + 2 + ADDRESS_DIGITS;
        if (longest > LONGEST_PATH) {
            throw new IOException("The path of a socket in " + path + " would be " + longest + " bytes long, the system"
                    + " takes " + LONGEST_PATH + "; choose a shorter runtime.dir.");
        }
        prepare(parent);
        prepare(path);
        return new BusDirectory(parent, path);
    }

    /** Makes sure that a directory is there and is private; ownership shows in {@link #bind}. */
    static void prepare(Path directory) throws IOException {
        FileAttribute<?> mode = PosixFilePermissions.asFileAttribute(PRIVATE);
        try {
            Files.createDirectories(directory, mode);
        } catch (FileAlreadyExistsException e) {
            throw unusable(directory, "is not a directory", "Remove it", e);
        } catch (IOException e) {
            throw unusable(directory, "cannot be created (" + e + ")", "Make its parent writable for this user", e);
        }
        PosixFileAttributes found =
                Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (found.isSymbolicLink()) {
            throw unusable(directory, "is a symbolic link", "Name the directory it points to", null);
        }
        Set<PosixFilePermission> others = EnumSet.copyOf(found.permissions());
        others.removeAll(PRIVATE);
        if (!others.isEmpty()) {
            throw unusable(
                    directory,
                    "is open to others (" + PosixFilePermissions.toString(found.permissions()) + ")",
                    "Say chmod 700",
                    null);
        }
    }

    private static IOException unusable(Path directory, String what, String remedy, Exception cause) {
        return new IOException(
                "The runtime directory " + directory + " " + what + ". " + remedy + ", or set runtime.dir to another.",
                cause);
    }

    Path path() {
        return path;
    }

    Path socket(Address address) {
        return path.resolve(address.toString());
    }

    UnixDomainSocketAddress where(Address address) {
        return UnixDomainSocketAddress.of(socket(address));
    }

    /** Makes the socket of a link. Its name appears when it accepts connections, not before. */
    ServerSocketChannel bind(Address address) throws IOException {
        Path hidden = path.resolve("." + address);
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            try {
                channel.bind(UnixDomainSocketAddress.of(hidden), BACKLOG);
            } catch (IOException e) {
                throw unusable(path, "takes no socket (" + e + ")", "See whom it belongs to", e);
            }
            // A new file belongs to whoever we are; there is no other way to know that without native code.
            checkOwner(runtime, hidden);
            checkOwner(path, hidden);
            Files.move(hidden, socket(address), StandardCopyOption.ATOMIC_MOVE);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            Files.deleteIfExists(hidden);
            throw e;
        }
    }

    private static void checkOwner(Path directory, Path ours) throws IOException {
        var owner = Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS);
        var self = Files.getOwner(ours, LinkOption.NOFOLLOW_LINKS);
        if (!owner.equals(self)) {
            throw unusable(
                    directory,
                    "belongs to " + owner.getName() + " and not to " + self.getName() + ", who runs this process",
                    "Say chown " + self.getName(),
                    null);
        }
    }

    /** The directory or a socket in it was removed while it was in use. */
    static final class GoneException extends IOException {
        private static final long serialVersionUID = 1L;

        GoneException(String message, IOException cause) {
            super(message, cause);
        }
    }

    /**
     * The sockets there are now, except one.
     *
     * @param own the socket of the link that asks
     * @throws GoneException if nobody can find that link any more; a sentence for people
     */
    List<Address> list(Address own) throws IOException {
        List<Address> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                Address address = parse(path.relativize(entry).toString());
                if (address != null && !address.equals(own)) {
                    found.add(address);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (NoSuchFileException | NotDirectoryException | AccessDeniedException e) {
            throw new GoneException(
                    "The runtime directory " + path + " was removed or closed to this user while it was in use (" + e
                            + ").",
                    e);
        }
        if (!has(own)) {
            throw new GoneException("Somebody removed the socket " + socket(own) + " while it was in use.", null);
        }
        return found;
    }

    /** Whether there is a socket of that address. */
    boolean has(Address address) {
        return Files.exists(socket(address), LinkOption.NOFOLLOW_LINKS);
    }

    private static Address parse(String name) {
        if (name.length() != ADDRESS_DIGITS || !name.chars().allMatch(BusDirectory::isDigit)) {
            return null;
        }
        long value = HexFormat.fromHexDigitsToLong(name);
        return value > 0 ? Address.of(value) : null;
    }

    private static boolean isDigit(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }

    /** Removes the socket of a link that ended; does nothing if it is not there or may not be removed. */
    void remove(Address address) {
        try {
            Files.deleteIfExists(socket(address));
        } catch (IOException e) {
            // It stays and refuses; whoever may remove it will.
        }
    }
}

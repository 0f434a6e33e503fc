package headway.core;

import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Shared memory as files that only this user can open. Where they are in memory, as in {@link #DIRECTORY}, a file takes as
 * much as was ever written to it. What a killed process left behind goes when the next file is made.
 */
final class SharedFiles implements SharedMemory.Provider {

    /** Where Linux keeps shared memory that has names, shm_overview(7). */
    static final Path DIRECTORY = Path.of("/dev/shm");

    private static final int CHUNK = 1 << 16;
    private static final System.Logger LOG = System.getLogger(SharedFiles.class.getName());

    private final Path directory;
    private final String bus;

    /** What is copied goes through here, so that it stays in the cache; null if nothing was so far. */
    private ByteBuffer chunk;

    SharedFiles(Path directory, String bus) {
        this.directory = directory;
        this.bus = bus;
    }

    private ByteBuffer chunk(int size) {
        if (chunk == null) {
            chunk = ByteBuffer.allocateDirect(CHUNK);
        }
        return chunk.clear().limit(Math.min(CHUNK, size));
    }

    private Path path(long incarnation, long pid) {
        return directory.resolve("headway-" + bus + "-" + pid + "-" + Long.toUnsignedString(incarnation, 36));
    }

    @Override
    public SharedMemory create(long incarnation, long bytes) throws IOException {
        removeLeftovers();
        Path path = path(incarnation, ProcessHandle.current().pid());
        FileChannel channel = FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        SharedFile file = new SharedFile(path, channel, true);
        try {
            channel.write(ByteBuffer.allocate(1), bytes - 1);
        } catch (IOException e) {
            file.close();
            throw e;
        }
        return file;
    }

    private void removeLeftovers() throws IOException {
        Pattern name = Pattern.compile("headway-" + bus + "-([0-9]{1,18})-[0-9a-z]+");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "headway-" + bus + "-*")) {
            for (Path file : files) {
                Matcher matcher = name.matcher(file.getFileName().toString());
                if (matcher.matches()
                        && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()) {
                    // Another user's cannot be removed; if the process was only out of our sight, who has it open keeps
                    // it.
                    boolean ignored = file.toFile().delete();
                }
            }
        }
    }

    @Override
    public SharedMemory open(long incarnation, long pid) throws IOException {
        Path path = path(incarnation, pid);
        FileChannel channel = FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        return new SharedFile(path, channel, false);
    }

    /** Memory of a node, as long as the file is open. Not mapped: where there is too little of it an access would be a fault. */
    private final class SharedFile implements SharedMemory {

        private final Path path;
        private final FileChannel channel;
        private final boolean ours;

        SharedFile(Path path, FileChannel channel, boolean ours) {
            this.path = path;
            this.channel = channel;
            this.ours = ours;
        }

        @Override
        public void write(long at, byte[] data) throws IOException {
            long to = at;
            for (int done = 0; done < data.length; done += CHUNK) {
                ByteBuffer part = chunk(data.length - done);
                part.put(data, done, part.remaining()).flip();
                while (part.hasRemaining()) {
                    to += channel.write(part, to);
                }
            }
        }

        @Override
        public byte[] read(long at, int length) throws IOException {
            if (at < 0 || length < 0 || at > channel.size() - length) {
                throw new EOFException("Of " + channel.size() + " bytes " + length + " at " + at);
            }
            byte[] data = new byte[length];
            int done = 0;
            while (done < length) {
                ByteBuffer part = chunk(length - done);
                if (channel.read(part, at + done) < 0) {
                    throw new EOFException("It has become shorter");
                }
                int got = part.flip().remaining();
                part.get(data, done, got);
                done += got;
            }
            return data;
        }

        @Override
        public void close() {
            try {
                channel.close();
                if (ours) {
                    Files.deleteIfExists(path);
                }
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "{0} cannot be closed: {1}", path, e.getMessage());
            }
        }
    }
}

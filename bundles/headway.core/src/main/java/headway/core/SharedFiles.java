package headway.core;

import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
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
 * Shared memory as files that only this user can read, and only who made them can write. Where they are in memory, as in {@link #DIRECTORY}, a file takes as
 * much as was ever written to it. What a killed process left behind goes when the next file is made.
 */
final class SharedFiles implements SharedMemory.Provider {

    /** Where Linux keeps shared memory that has names, shm_overview(7). */
    static final Path DIRECTORY = Path.of("/dev/shm");

    private static final int CHUNK = 1 << 16;
    private static final long MOST = 1 << 30;
    private static final System.Logger LOG = System.getLogger(SharedFiles.class.getName());

    private final Path directory;
    private final String bus;

    SharedFiles(Path directory, String bus) {
        this.directory = directory;
        this.bus = bus;
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
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r--------")));
        try {
            channel.write(ByteBuffer.allocate(1), bytes - 1);
            return new Written(path, channel);
        } catch (IOException e) {
            remove(path, channel);
            throw e;
        }
    }

    private static void remove(Path path, FileChannel channel) {
        try {
            channel.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0} cannot be removed: {1}", path, e.getMessage());
        }
    }

    private void removeLeftovers() throws IOException {
        Pattern name = Pattern.compile("headway-" + bus + "-([0-9]{1,18})-[0-9a-z]+");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "headway-" + bus + "-*")) {
            for (Path file : files) {
                Matcher matcher = name.matcher(directory.relativize(file).toString());
                if (matcher.matches()
                        && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()) {
                    // Another user's cannot be removed; and who has it open may read on.
                    boolean ignored = file.toFile().delete();
                }
            }
        }
    }

    @Override
    public SharedMemory open(long incarnation, long pid) throws IOException {
        Path path = path(incarnation, pid);
        FileChannel channel = FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        try {
            return new Read(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Ours. What was never written before is written as a file: where there is too little memory for it a store to a mapping
     * would be a fault. Memory that is there stays, and is written at half the cost.
     */
    private static final class Written implements SharedMemory {

        private static final int PAGE = 4096;

        private final Path path;
        private final FileChannel channel;

        /** What is copied goes through here, so that it stays in the cache. */
        private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);

        private final MappedByteBuffer mapping;

        /** Up to here there is memory. */
        private long there;

        Written(Path path, FileChannel channel) throws IOException {
            this.path = path;
            this.channel = channel;
            mapping = channel.map(MapMode.READ_WRITE, 0, Math.min(MOST, channel.size()));
        }

        @Override
        public void write(long at, byte[] data) throws IOException {
            if (at + data.length <= Math.min(there, mapping.capacity())) {
                store((int) at, data);
                return;
            }
            append(at, data);
            if (at <= there) {
                there = Math.max(there, (at + data.length + PAGE - 1) & -PAGE);
            }
        }

        private void store(int at, byte[] data) throws IOException {
            try {
                mapping.put(at, data);
            } catch (InternalError e) {
                throw new IOException("Somebody has taken the memory away", e);
            }
        }

        private void append(long at, byte[] data) throws IOException {
            long to = at;
            for (int done = 0; done < data.length; done += CHUNK) {
                chunk.clear()
                        .put(data, done, Math.min(CHUNK, data.length - done))
                        .flip();
                while (chunk.hasRemaining()) {
                    to += channel.write(chunk, to);
                }
            }
        }

        @Override
        public ByteBuffer read(long at, int length) {
            throw new UnsupportedOperationException("Who writes has what it wrote");
        }

        @Override
        public void close() {
            remove(path, channel);
        }
    }

    /** Another process's, mapped: what is read is copied by who wants to keep it. */
    private static final class Read implements SharedMemory {

        private final FileChannel channel;
        private final MappedByteBuffer mapping;

        Read(FileChannel channel) throws IOException {
            this.channel = channel;
            mapping = channel.map(MapMode.READ_ONLY, 0, Math.min(MOST, channel.size()));
        }

        @Override
        public ByteBuffer read(long at, int length) throws IOException {
            // An access behind the end would be a fault. Its mode keeps everybody from making it shorter meanwhile.
            long size = Math.min(mapping.capacity(), channel.size());
            if (at < 0 || length < 0 || at > size - length) {
                throw new EOFException("Of " + size + " bytes " + length + " at " + at);
            }
            return mapping.slice((int) at, length);
        }

        @Override
        public void write(long at, byte[] data) {
            throw new UnsupportedOperationException("Only who made it writes");
        }

        @Override
        public void close() {
            try {
                // The mapping goes when nothing refers to it any more; Java has no other end for it.
                channel.close();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "Shared memory cannot be closed: {0}", e.getMessage());
            }
        }
    }
}

package headway.sys;

/** {@code <sys/mman.h>}. */
@SuppressWarnings("MemberName") // Names are C's.
public final class Mman {

    public static final int MFD_CLOEXEC = 1;
    public static final int MFD_ALLOW_SEALING = 2;

    public static final int PROT_READ = 1;
    public static final int PROT_WRITE = 2;
    public static final int MAP_SHARED = 1;
    public static final int MAP_PRIVATE = 2;
    public static final int MAP_ANONYMOUS = 32;

    static {
        Natives.bind(Mman.class);
    }

    private Mman() {}

    /** Returns -1 where C has {@code MAP_FAILED}. */
    public static native long mmap(long address, long length, int protection, int flags, int fd, long offset);

    public static native int munmap(long address, long length);

    public static native int memfd_create(String name, int flags);
}

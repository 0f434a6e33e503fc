package headway.gateway;

import java.util.concurrent.ThreadLocalRandom;

/** Hashes of bytes, different in every process so that nobody outside can choose names that collide. */
final class Hash {

    private static final long SEED = ThreadLocalRandom.current().nextLong() | 1;

    private Hash() {}

    static int of(byte[] array, int from, int length) {
        long hash = wide(array, from, length);
        return (int) (hash ^ (hash >>> 32));
    }

    /** 64 bits; never 0. */
    static long wide(byte[] array, int from, int length) {
        long hash = SEED;
        for (int i = from; i < from + length; i++) {
            hash = step(hash, array[i]);
        }
        return end(hash);
    }

    // The same byte by byte, for whoever wants the hashes of all beginnings of a text.

    static long begin() {
        return SEED;
    }

    static long step(long hash, byte next) {
        long mixed = (hash ^ (next & 0xFF)) * 0x9E3779B97F4A7C15L;
        return mixed ^ (mixed >>> 29);
    }

    static long end(long hash) {
        return hash == 0 ? 1 : hash;
    }

    /** The hash of two things in this order. */
    static long mix(long hash, long next) {
        long mixed = (hash ^ next) * 0x9E3779B97F4A7C15L;
        return mixed ^ (mixed >>> 31);
    }
}

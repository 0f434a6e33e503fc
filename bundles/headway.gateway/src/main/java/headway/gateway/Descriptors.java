package headway.gateway;

/** File descriptors that travel with one message, perhaps to several receivers; closed when the last has them. */
final class Descriptors {

    private final int[] fds;
    private final Sockets sockets;
    private int users = 1;

    Descriptors(int[] fds, Sockets sockets) {
        this.fds = fds;
        this.sockets = sockets;
    }

    int[] fds() {
        return fds;
    }

    int count() {
        return fds.length;
    }

    void use() {
        users++;
    }

    void release() {
        if (--users == 0) {
            for (int fd : fds) {
                sockets.closeDescriptor(fd);
            }
        }
    }
}

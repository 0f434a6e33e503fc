package headway.transport.netlink;

import headway.sys.Epoll;
import headway.sys.Errno;
import headway.sys.NativeSocket;
import headway.sys.Unistd;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Hears from the kernel when the process of a peer ends: a pidfd for each process, waited for together with the socket. A
 * kernel or sandbox without pidfds costs a second: then the census tells. Belongs to whoever has the turn.
 */
final class Deaths {

    private static final Logger LOG = System.getLogger(Deaths.class.getPackageName());

    private static final int ESRCH = 3;

    private record Watched(int pidfd, List<Peer> peers) {}

    private final NativeSocket socket;
    private final Map<Long, Watched> processes = new HashMap<>();

    Deaths(NativeSocket socket) {
        this.socket = socket;
    }

    /**
     * Watches the process of a peer whose credentials are known.
     *
     * @return false if it has ended already
     */
    boolean watch(Peer peer) {
        long pid = peer.credentials.pid();
        if (pid <= 0 || pid == ProcessHandle.current().pid()) {
            return true;
        }
        Watched known = processes.get(pid);
        if (known != null) {
            known.peers.add(peer);
            return true;
        }
        int pidfd = (int) Unistd.syscall(Unistd.SYS_pidfd_open, pid, 0);
        if (pidfd < 0) {
            int errno = Errno.last();
            LOG.log(Level.DEBUG, "No pidfd for process {0}: {1}", Long.toString(pid), Errno.name(errno));
            return errno != ESRCH;
        }
        try {
            socket.watch(pidfd, Epoll.EPOLLIN, pid);
            processes.put(pid, new Watched(pidfd, new ArrayList<>(List.of(peer))));
        } catch (IOException e) {
            int ignored = Unistd.close(pidfd);
            LOG.log(Level.DEBUG, "Process {0} cannot be watched: {1}", Long.toString(pid), e.getMessage());
        }
        return true;
    }

    /** A process has ended: its peers, no longer watched. */
    List<Peer> ended(long pid) {
        Watched watched = processes.remove(pid);
        if (watched == null) {
            return List.of();
        }
        release(watched);
        return watched.peers;
    }

    /** A peer is gone; nobody need watch its process for it. */
    void forget(Peer peer) {
        if (peer.credentials != null) {
            Watched watched = processes.get(peer.credentials.pid());
            if (watched != null && watched.peers.remove(peer) && watched.peers.isEmpty()) {
                processes.remove(peer.credentials.pid());
                release(watched);
            }
        }
    }

    /** Watches nobody any more. */
    void close() {
        processes.values().forEach(this::release);
        processes.clear();
    }

    private void release(Watched watched) {
        try {
            if (!socket.isClosed()) {
                socket.unwatch(watched.pidfd);
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "The socket is closed already: {0}", e.getMessage());
        }
        // A descriptor that is closed is no longer waited for either.
        int ignored = Unistd.close(watched.pidfd);
    }
}

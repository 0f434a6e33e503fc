package headway.gateway;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import jdk.net.ExtendedSocketOptions;

/**
 * Sockets in pure Java, for where there is no native code: no descriptors, no abstract addresses, no inherited sockets; of
 * who connected, the user is known and not the process.
 */
final class SelectorSockets implements Sockets {

    /** How long nobody is accepted when there are no descriptors left. */
    private static final long EXHAUSTED_MILLIS = 100;

    private static final int BACKLOG = 256;

    private final Selector selector;
    private final List<ServerSocketChannel> listening = new ArrayList<>();
    private boolean exhausted;

    SelectorSockets() throws IOException {
        selector = Selector.open();
    }

    @Override
    public ServerAddress listen(ServerAddress address) throws IOException {
        ServerSocketChannel server;
        ServerAddress found = address;
        if (address instanceof ServerAddress.Tcp tcp) {
            server = opened(tcp.isIpv6() ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true).bind(tcp.socketAddress(), BACKLOG);
            found = tcp.withPort(((InetSocketAddress) server.getLocalAddress()).getPort());
        } else if (address.path() != null) {
            server = opened(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(address.path()), BACKLOG);
        } else {
            throw new IOException("Only unix:path= and tcp: are served without native code");
        }
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
        return found;
    }

    private ServerSocketChannel opened(ProtocolFamily family) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(family);
        listening.add(server);
        return server;
    }

    @Override
    public void await(long millis, Events to) throws IOException {
        long wait = exhausted ? (millis < 0 ? EXHAUSTED_MILLIS : Math.min(millis, EXHAUSTED_MILLIS)) : millis;
        if (wait < 0) {
            selector.select();
        } else if (wait == 0) {
            selector.selectNow();
        } else {
            selector.select(wait);
        }
        if (exhausted) {
            exhausted = false;
            acceptFrom(SelectionKey.OP_ACCEPT);
        }
        for (SelectionKey key : selector.selectedKeys()) {
            if (!key.isValid()) {
                continue;
            }
            if (key.isAcceptable()) {
                accept((ServerSocketChannel) key.channel(), to);
            } else {
                to.onReady((SelectorStream) key.attachment(), key.isReadable(), key.isWritable());
            }
        }
        selector.selectedKeys().clear();
    }

    private void accept(ServerSocketChannel server, Events to) {
        try {
            for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
                channel.configureBlocking(false);
                boolean isLocal = !(channel.getLocalAddress() instanceof InetSocketAddress);
                if (!isLocal) {
                    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    // A machine that has gone says nothing.
                    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
                }
                SelectorStream stream = new SelectorStream(channel, isLocal);
                stream.key = channel.register(selector, 0, stream);
                to.onConnection(stream);
            }
        } catch (IOException noDescriptors) {
            // Who waits to connect goes on waiting; those who are connected are not disturbed.
            exhausted = true;
            acceptFrom(0);
        }
    }

    private void acceptFrom(int interest) {
        listening.forEach(server -> server.keyFor(selector).interestOps(interest));
    }

    @Override
    public void wake() {
        selector.wakeup();
    }

    @Override
    public Chunk chunk(int size) {
        return new Chunk(ByteBuffer.allocateDirect(size), 0);
    }

    @Override
    public void closeDescriptor(int fd) {
        throw new IllegalStateException("There are no descriptors without native code");
    }

    @Override
    public void close() {
        try {
            for (ServerSocketChannel server : listening) {
                server.close();
            }
            selector.close();
        } catch (IOException ending) {
            throw new java.io.UncheckedIOException(ending);
        }
    }

    private static final class SelectorStream implements Stream {

        private final SocketChannel channel;
        private final boolean isLocal;
        private SelectionKey key;
        private Client client;
        private long user = Identity.UNKNOWN;

        SelectorStream(SocketChannel channel, boolean isLocal) {
            this.channel = channel;
            this.isLocal = isLocal;
        }

        @Override
        public Client client() {
            return client;
        }

        @Override
        public void client(Client owner) {
            client = owner;
        }

        @Override
        public int read(Chunk into, IntQueue arrived) {
            try {
                int count = channel.read(into.view.clear());
                return count < 0 ? ENDED : count;
            } catch (IOException broken) {
                return ENDED;
            }
        }

        @Override
        public int write(Chunk from, int offset, int length, int[] fds) {
            try {
                return channel.write(from.view.clear().position(offset).limit(offset + length));
            } catch (IOException broken) {
                return ENDED;
            }
        }

        @Override
        public void interest(boolean readable, boolean writable) {
            int wanted = (readable ? SelectionKey.OP_READ : 0) | (writable ? SelectionKey.OP_WRITE : 0);
            if (key.isValid() && key.interestOps() != wanted) {
                key.interestOps(wanted);
            }
        }

        @Override
        public boolean passesDescriptors() {
            return false;
        }

        @Override
        public boolean isLocal() {
            return isLocal;
        }

        /** Java knows who connected as a principal; two of them are equal if their numbers are. */
        @Override
        public boolean isUser(long uid) {
            if (!isLocal) {
                return false;
            }
            try {
                UserPrincipal peer =
                        channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
                UserPrincipal claimed = FileSystems.getDefault()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName(Long.toString(uid));
                if (peer.equals(claimed)) {
                    user = uid;
                    return true;
                }
                return false;
            } catch (IOException | LinkageError unknown) {
                return false;
            }
        }

        @Override
        public Identity identity() throws IOException {
            if (!isLocal) {
                return Identity.NOBODY;
            }
            if (user == Identity.UNKNOWN) {
                // It did not say who it is; only whether it is who the bus is can be told.
                long own = Integer.toUnsignedLong(
                        (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid", LinkOption.NOFOLLOW_LINKS));
                if (!isUser(own)) {
                    throw new IOException("without native code it must say its user id");
                }
            }
            return new Identity(Identity.UNKNOWN, user, null, null);
        }

        @Override
        public int processDescriptor() {
            return -1;
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException closing) {
                // It is over either way.
                key.cancel();
            }
        }
    }
}

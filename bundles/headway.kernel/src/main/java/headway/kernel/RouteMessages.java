package headway.kernel;

import headway.kernel.KernelEvent.NetAddress;
import headway.kernel.KernelEvent.NetLink;
import headway.sys.Netlink;
import headway.sys.Netlink.Nlattr;
import headway.sys.Netlink.Nlmsghdr;
import headway.sys.Rtnetlink;
import headway.sys.Rtnetlink.Ifaddrmsg;
import headway.sys.Rtnetlink.Ifinfomsg;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads what rtnetlink says: a datagram is a row of messages, each a header, a fixed part and attributes; everything aligned to
 * four bytes, in the machine's byte order. What is not understood is skipped, what is not well-formed ends the datagram.
 */
final class RouteMessages {

    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    /** Who is told what a datagram says. */
    interface Reader {

        /** An interface is so, or is gone. */
        void onLink(NetLink link);

        /** An interface has that address, or has it no more. */
        void onAddress(NetAddress address);

        /**
         * An answer is complete.
         *
         * @param sequence of the question
         * @param errno why there is none, positive; 0 if there is
         */
        void onEnd(int sequence, int errno);
    }

    private RouteMessages() {}

    /**
     * Reads one datagram.
     *
     * @param in in the machine's byte order; read by index
     * @return whether it was well-formed to its end
     */
    static boolean read(ByteBuffer in, int start, int length, Reader reader) {
        int end = start + length;
        int at = start;
        while (end - at >= Nlmsghdr.SIZEOF) {
            int size = in.getInt(at + Nlmsghdr.NLMSG_LEN);
            if (size < Nlmsghdr.SIZEOF || size > end - at) {
                return false;
            }
            if (!message(in, at, size, reader)) {
                return false;
            }
            // The last message need not be padded.
            at += Math.min(align(size), end - at);
        }
        return at == end;
    }

    private static boolean message(ByteBuffer in, int at, int size, Reader reader) {
        int body = at + Nlmsghdr.SIZEOF;
        int bodySize = size - Nlmsghdr.SIZEOF;
        int sequence = in.getInt(at + Nlmsghdr.NLMSG_SEQ);
        int type = in.getShort(at + Nlmsghdr.NLMSG_TYPE) & 0xffff;
        switch (type) {
            case Rtnetlink.RTM_NEWLINK, Rtnetlink.RTM_DELLINK -> {
                return link(in, body, bodySize, type == Rtnetlink.RTM_NEWLINK, reader);
            }
            case Rtnetlink.RTM_NEWADDR, Rtnetlink.RTM_DELADDR -> {
                return address(in, body, bodySize, type == Rtnetlink.RTM_NEWADDR, reader);
            }
            case Netlink.NLMSG_DONE -> reader.onEnd(sequence, bodySize < Integer.BYTES ? 0 : -in.getInt(body));
            case Netlink.NLMSG_ERROR -> {
                if (bodySize < Integer.BYTES) {
                    return false;
                }
                reader.onEnd(sequence, -in.getInt(body));
            }
            default -> {
                // Not asked for.
            }
        }
        return true;
    }

    private static boolean link(ByteBuffer in, int at, int size, boolean present, Reader reader) {
        if (size < Ifinfomsg.SIZEOF) {
            return false;
        }
        int name = attribute(in, at + Ifinfomsg.SIZEOF, size - Ifinfomsg.SIZEOF, Rtnetlink.IFLA_IFNAME);
        if (name < 0) {
            return false;
        }
        int flags = in.getInt(at + Ifinfomsg.IFI_FLAGS);
        reader.onLink(new NetLink(
                in.getInt(at + Ifinfomsg.IFI_INDEX),
                text(in, name),
                (flags & Rtnetlink.IFF_UP) != 0,
                (flags & Rtnetlink.IFF_RUNNING) != 0,
                present));
        return true;
    }

    private static boolean address(ByteBuffer in, int at, int size, boolean present, Reader reader) {
        if (size < Ifaddrmsg.SIZEOF) {
            return false;
        }
        int attributes = at + Ifaddrmsg.SIZEOF;
        int attributesSize = size - Ifaddrmsg.SIZEOF;
        // With a peer at the other end our own address is the local one.
        int value = attribute(in, attributes, attributesSize, Rtnetlink.IFA_LOCAL);
        if (value < 0) {
            value = attribute(in, attributes, attributesSize, Rtnetlink.IFA_ADDRESS);
        }
        if (value < 0) {
            return false;
        }
        byte[] bytes = new byte[(in.getShort(value + Nlattr.NLA_LEN) & 0xffff) - Nlattr.SIZEOF];
        if (bytes.length != IPV4_BYTES && bytes.length != IPV6_BYTES) {
            return false;
        }
        in.get(value + Nlattr.SIZEOF, bytes);
        try {
            reader.onAddress(new NetAddress(
                    in.getInt(at + Ifaddrmsg.IFA_INDEX),
                    InetAddress.getByAddress(bytes).getHostAddress(),
                    in.get(at + Ifaddrmsg.IFA_PREFIXLEN) & 0xff,
                    present));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
        return true;
    }

    /** Where the attribute of that type begins; -1 if there is none, or the attributes are not well-formed before it. */
    private static int attribute(ByteBuffer in, int start, int size, int type) {
        int at = start;
        int end = start + size;
        while (end - at >= Nlattr.SIZEOF) {
            int length = in.getShort(at + Nlattr.NLA_LEN) & 0xffff;
            if (length < Nlattr.SIZEOF || length > end - at) {
                return -1;
            }
            if ((in.getShort(at + Nlattr.NLA_TYPE) & 0xffff & Rtnetlink.NLA_TYPE_MASK) == type) {
                return at;
            }
            at += align(length);
        }
        return -1;
    }

    /** The text in an attribute, up to its zero. */
    private static String text(ByteBuffer in, int attribute) {
        byte[] bytes = new byte[(in.getShort(attribute + Nlattr.NLA_LEN) & 0xffff) - Nlattr.SIZEOF];
        in.get(attribute + Nlattr.SIZEOF, bytes);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static int align(int size) {
        return (size + Netlink.NLMSG_ALIGNTO - 1) & -Netlink.NLMSG_ALIGNTO;
    }
}

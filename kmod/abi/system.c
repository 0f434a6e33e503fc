// SPDX-License-Identifier: Apache-2.0
/* What a binding of another language needs of libc and kernel beside AF_BUS. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <linux/filter.h>
#include <linux/genetlink.h>
#include <linux/if.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>

#include "dump.h"

/* Since Linux 6.5; older headers do not have it. */
#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

ABI = {
	/* families and types */
	VALUE(AF_UNSPEC),
	VALUE(AF_UNIX),
	VALUE(AF_INET),
	VALUE(AF_INET6),
	VALUE(AF_NETLINK),
	VALUE(SOCK_STREAM),
	VALUE(SOCK_DGRAM),
	VALUE(SOCK_RAW),
	VALUE(SOCK_SEQPACKET),
	VALUE(SOCK_CLOEXEC),
	VALUE(SOCK_NONBLOCK),
	VALUE(SHUT_RD),
	VALUE(SHUT_WR),
	VALUE(SHUT_RDWR),

	/* options */
	VALUE(SOL_SOCKET),
	VALUE(SOL_NETLINK),
	VALUE(SO_REUSEADDR),
	VALUE(SO_TYPE),
	VALUE(SO_ERROR),
	VALUE(SO_KEEPALIVE),
	VALUE(SO_SNDBUF),
	VALUE(SO_RCVBUF),
	VALUE(SO_SNDBUFFORCE),
	VALUE(SO_RCVBUFFORCE),
	VALUE(SO_RCVTIMEO),
	VALUE(SO_SNDTIMEO),
	VALUE(SO_ATTACH_FILTER),
	VALUE(SO_DETACH_FILTER),
	VALUE(SO_DOMAIN),
	VALUE(SO_PROTOCOL),
	VALUE(SO_PASSCRED),
	VALUE(SO_PEERCRED),
	VALUE(SO_PEERSEC),
	VALUE(SO_PEERGROUPS),
	VALUE(SO_PEERPIDFD),
	VALUE(SO_MEMINFO),
	VALUE(IPPROTO_TCP),
	VALUE(TCP_NODELAY),
	VALUE(IPPROTO_IPV6),
	VALUE(IPV6_V6ONLY),

	/* messages */
	VALUE(MSG_PEEK),
	VALUE(MSG_CTRUNC),
	VALUE(MSG_TRUNC),
	VALUE(MSG_DONTWAIT),
	VALUE(MSG_NOSIGNAL),
	VALUE(MSG_WAITFORONE),
	VALUE(MSG_CMSG_CLOEXEC),
	VALUE(SCM_RIGHTS),
	VALUE(SCM_CREDENTIALS),
	VALUE(SIOCINQ),
	VALUE(SIOCOUTQ),
	VALUE(FIONREAD),

	/* netlink */
	VALUE(NETLINK_USERSOCK),
	VALUE(NETLINK_GENERIC),
	VALUE(NETLINK_ROUTE),
	VALUE(NETLINK_KOBJECT_UEVENT),
	VALUE(NETLINK_ADD_MEMBERSHIP),
	VALUE(NETLINK_DROP_MEMBERSHIP),
	VALUE(NETLINK_PKTINFO),
	VALUE(NETLINK_BROADCAST_ERROR),
	VALUE(NETLINK_NO_ENOBUFS),
	VALUE(NETLINK_EXT_ACK),
	VALUE(NLM_F_REQUEST),
	VALUE(NLM_F_MULTI),
	VALUE(NLM_F_ACK),
	VALUE(NLM_F_DUMP),
	VALUE(NLMSG_ERROR),
	VALUE(NLMSG_DONE),
	VALUE(NLMSG_MIN_TYPE),
	VALUE(NLMSG_ALIGNTO),
	VALUE(NLA_ALIGNTO),
	VALUE(GENL_ID_CTRL),
	VALUE(CTRL_CMD_GETFAMILY),
	VALUE(CTRL_ATTR_FAMILY_ID),
	VALUE(CTRL_ATTR_FAMILY_NAME),

	/* waiting */
	VALUE(POLLIN),
	VALUE(POLLOUT),
	VALUE(POLLERR),
	VALUE(POLLHUP),
	VALUE(POLLNVAL),
	VALUE(EPOLLIN),
	VALUE(EPOLLOUT),
	VALUE(EPOLLERR),
	VALUE(EPOLLHUP),
	VALUE(EPOLLRDHUP),
	VALUE(EPOLLET),
	VALUE(EPOLLONESHOT),
	VALUE(EPOLLEXCLUSIVE),
	VALUE(EPOLL_CTL_ADD),
	VALUE(EPOLL_CTL_DEL),
	VALUE(EPOLL_CTL_MOD),
	VALUE(EPOLL_CLOEXEC),
	VALUE(EFD_CLOEXEC),
	VALUE(EFD_NONBLOCK),
	VALUE(EFD_SEMAPHORE),

	/* files and memory */
	VALUE(O_RDONLY),
	VALUE(O_WRONLY),
	VALUE(O_RDWR),
	VALUE(O_CREAT),
	VALUE(O_EXCL),
	VALUE(O_TRUNC),
	VALUE(O_NONBLOCK),
	VALUE(O_CLOEXEC),
	VALUE(O_DIRECTORY),
	VALUE(O_NOFOLLOW),
	VALUE(O_PATH),
	VALUE(F_GETFD),
	VALUE(F_SETFD),
	VALUE(F_GETFL),
	VALUE(F_SETFL),
	VALUE(F_DUPFD_CLOEXEC),
	VALUE(F_ADD_SEALS),
	VALUE(F_GET_SEALS),
	VALUE(F_SEAL_SEAL),
	VALUE(F_SEAL_SHRINK),
	VALUE(F_SEAL_GROW),
	VALUE(F_SEAL_WRITE),
	VALUE(FD_CLOEXEC),
	VALUE(MFD_CLOEXEC),
	VALUE(MFD_ALLOW_SEALING),
	VALUE(PROT_READ),
	VALUE(PROT_WRITE),
	VALUE(MAP_SHARED),
	VALUE(MAP_PRIVATE),
	VALUE(MAP_ANONYMOUS),

	/* errors */
	VALUE(EPERM),
	VALUE(ENOENT),
	VALUE(EINTR),
	VALUE(EIO),
	VALUE(EBADF),
	VALUE(EAGAIN),
	VALUE(ENOMEM),
	VALUE(EACCES),
	VALUE(EFAULT),
	VALUE(EBUSY),
	VALUE(EEXIST),
	VALUE(ENODEV),
	VALUE(EINVAL),
	VALUE(ENFILE),
	VALUE(EMFILE),
	VALUE(ENOSPC),
	VALUE(EPIPE),
	VALUE(ERANGE),
	VALUE(EPROTO),
	VALUE(EOVERFLOW),
	VALUE(ENOSYS),
	VALUE(ENOTSOCK),
	VALUE(EDESTADDRREQ),
	VALUE(EMSGSIZE),
	VALUE(ENOPROTOOPT),
	VALUE(EPROTONOSUPPORT),
	VALUE(ESOCKTNOSUPPORT),
	VALUE(EOPNOTSUPP),
	VALUE(EAFNOSUPPORT),
	VALUE(EADDRINUSE),
	VALUE(EADDRNOTAVAIL),
	VALUE(ENETDOWN),
	VALUE(ECONNABORTED),
	VALUE(ECONNRESET),
	VALUE(ENOBUFS),
	VALUE(EISCONN),
	VALUE(ENOTCONN),
	VALUE(ESHUTDOWN),
	VALUE(ETIMEDOUT),
	VALUE(ECONNREFUSED),
	VALUE(EHOSTUNREACH),
	VALUE(EALREADY),
	VALUE(EINPROGRESS),
	VALUE(EDQUOT),

	/* structures */
	SIZE(iovec),
	FIELD(iovec, iov_base),
	FIELD(iovec, iov_len),

	SIZE(msghdr),
	FIELD(msghdr, msg_name),
	FIELD(msghdr, msg_namelen),
	FIELD(msghdr, msg_iov),
	FIELD(msghdr, msg_iovlen),
	FIELD(msghdr, msg_control),
	FIELD(msghdr, msg_controllen),
	FIELD(msghdr, msg_flags),

	SIZE(mmsghdr),
	FIELD(mmsghdr, msg_hdr),
	FIELD(mmsghdr, msg_len),

	SIZE(cmsghdr),
	FIELD(cmsghdr, cmsg_len),
	FIELD(cmsghdr, cmsg_level),
	FIELD(cmsghdr, cmsg_type),
	VALUE(CMSG_LEN(0)),
	VALUE(CMSG_ALIGN(1)),

	SIZE(ucred),
	FIELD(ucred, pid),
	FIELD(ucred, uid),
	FIELD(ucred, gid),

	SIZE(sockaddr_un),
	FIELD(sockaddr_un, sun_family),
	FIELD(sockaddr_un, sun_path),

	SIZE(sockaddr_in),
	FIELD(sockaddr_in, sin_family),
	FIELD(sockaddr_in, sin_port),
	FIELD(sockaddr_in, sin_addr),

	SIZE(sockaddr_in6),
	FIELD(sockaddr_in6, sin6_family),
	FIELD(sockaddr_in6, sin6_port),
	FIELD(sockaddr_in6, sin6_addr),
	FIELD(sockaddr_in6, sin6_scope_id),

	SIZE(sockaddr_nl),
	FIELD(sockaddr_nl, nl_family),
	FIELD(sockaddr_nl, nl_pad),
	FIELD(sockaddr_nl, nl_pid),
	FIELD(sockaddr_nl, nl_groups),

	SIZE(nlmsghdr),
	FIELD(nlmsghdr, nlmsg_len),
	FIELD(nlmsghdr, nlmsg_type),
	FIELD(nlmsghdr, nlmsg_flags),
	FIELD(nlmsghdr, nlmsg_seq),
	FIELD(nlmsghdr, nlmsg_pid),

	SIZE(nlattr),
	FIELD(nlattr, nla_len),
	FIELD(nlattr, nla_type),

	VALUE(RTMGRP_LINK),
	VALUE(RTMGRP_IPV4_IFADDR),
	VALUE(RTMGRP_IPV6_IFADDR),
	VALUE(RTM_NEWLINK),
	VALUE(RTM_DELLINK),
	VALUE(RTM_GETLINK),
	VALUE(RTM_NEWADDR),
	VALUE(RTM_DELADDR),
	VALUE(RTM_GETADDR),
	VALUE(NLA_TYPE_MASK),
	VALUE(IFLA_IFNAME),
	VALUE(IFA_ADDRESS),
	VALUE(IFA_LOCAL),
	VALUE(IFF_UP),
	VALUE(IFF_RUNNING),

	SIZE(ifinfomsg),
	FIELD(ifinfomsg, ifi_family),
	FIELD(ifinfomsg, ifi_index),
	FIELD(ifinfomsg, ifi_flags),

	SIZE(ifaddrmsg),
	FIELD(ifaddrmsg, ifa_family),
	FIELD(ifaddrmsg, ifa_prefixlen),
	FIELD(ifaddrmsg, ifa_index),

	SIZE(genlmsghdr),
	FIELD(genlmsghdr, cmd),
	FIELD(genlmsghdr, version),
	FIELD(genlmsghdr, reserved),

	SIZE(nl_pktinfo),
	FIELD(nl_pktinfo, group),

	SIZE(epoll_event),
	FIELD(epoll_event, events),
	FIELD(epoll_event, data),

	SIZE(pollfd),
	FIELD(pollfd, fd),
	FIELD(pollfd, events),
	FIELD(pollfd, revents),

	SIZE(timeval),
	FIELD(timeval, tv_sec),
	FIELD(timeval, tv_usec),

	SIZE(sock_filter),
	FIELD(sock_filter, code),
	FIELD(sock_filter, jt),
	FIELD(sock_filter, jf),
	FIELD(sock_filter, k),

	SIZE(sock_fprog),
	FIELD(sock_fprog, len),
	FIELD(sock_fprog, filter),
};

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls that nobody checks: any call, any argument.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/filter.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <linux/sockios.h>
#include "packet.h"
#include "wild.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static const uint64_t addresses[] = {
	0, 1, 2, 3, 1ULL << 63, (1ULL << 63) | 1, (1ULL << 63) | 2, ~0ULL, ~0ULL >> 1,
	1ULL << 32, 0xffffffffULL, (1ULL << 62),
};

void wild_open(struct wild *w, int family)
{
	int i;

	memset(w, 0, sizeof(*w));
	w->family = family;
	w->page_size = sysconf(_SC_PAGESIZE);
	w->page = mmap(NULL, 3 * w->page_size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(w->page + 2 * w->page_size, w->page_size);
	w->epoll = epoll_create1(0);
	w->event = eventfd(0, EFD_NONBLOCK);
	for (i = 0; i < WILD_SOCKETS; i++)
		w->fd[i] = i < WILD_SHARED ?
			   socket(family, SOCK_SEQPACKET | SOCK_NONBLOCK, 0) : -1;
	w->floor = w->fd[WILD_SHARED - 1] + 1;
}

/* Somewhere in the two pages, or where there is nothing. */
static void *pointer(struct wild *w, struct random *r, size_t len)
{
	size_t span = 2 * w->page_size;

	switch (below(r, 24)) {
	case 0: return NULL;
	case 1: return (void *)1;
	case 2: return (void *)-4096L;
	case 3: return w->page + span - below(r, 8);
	case 4: return w->page + span - len / 2;
	case 5: return w->page + 1 + below(r, 8);
	case 6: return len <= span ? w->page + span - len : w->page;
	default: return w->page;
	}
}

static size_t length(struct random *r, size_t right)
{
	switch (below(r, 16)) {
	case 0: return 0;
	case 1: return right - 1;
	case 2: return right + 1;
	case 3: return (size_t)-1;
	case 4: return 0x7fffffff;
	case 5: return below(r, 300);
	default: return right;
	}
}

static uint64_t address(struct wild *w, struct random *r)
{
	struct sockaddr_bus sa = {};
	socklen_t len = sizeof(sa);

	if (one_in(r, 4))
		return addresses[below(r, COUNT(addresses))];
	if (one_in(r, 16))
		return random_u64(r);
	/* Somebody's own, if that one is bound. */
	if (getsockname(w->fd[below(r, WILD_SOCKETS)], (void *)&sa, &len))
		return addresses[below(r, COUNT(addresses))];
	return sa.sbus_addr + one_in(r, 16);
}

static void *sockaddr(struct wild *w, struct random *r, bool bind)
{
	struct sockaddr_bus *sa = pointer(w, r, sizeof(*sa));
	struct sockaddr_bus valid = {
		.sbus_family = one_in(r, 32) ? below(r, 48) : (unsigned int)w->family,
		.sbus_reserved = one_in(r, 64),
		.sbus_flags = one_in(r, 32) ? random_u64(r) : below(r, 3),
		.sbus_addr = bind && !one_in(r, 32) ? 0 : address(w, r),
	};

	snprintf(valid.sbus_name, sizeof(valid.sbus_name), "wild%u", below(r, 3));
	if (one_in(r, 64))
		valid.sbus_name[below(r, BUS_NAME_MAX)] = random_u64(r);
	if ((char *)sa >= w->page && (char *)sa + sizeof(*sa) <= w->page + 2 * w->page_size)
		memcpy(sa, &valid, sizeof(valid));
	return sa;
}

static void do_option(struct wild *w, struct random *r, int fd)
{
	static const int levels[] = { SOL_BUS, SOL_BUS, SOL_BUS, SOL_SOCKET, 0, 6, 255 };
	static const unsigned int sizes[] = { 4, 16, 8, 8, 4, 4, 4, 4, 264, 8, 64, 4 };
	struct sock_filter code[] = {
		{ BPF_LD | BPF_B | BPF_ABS, 0, 0, below(r, 40) },
		{ BPF_JMP | BPF_JGT | BPF_K, 0, 1, below(r, 256) },
		{ BPF_RET | BPF_K, 0, 0, below(r, 3) ? below(r, 2000) : ~0u },
		{ BPF_RET | BPF_K, 0, 0, 0 },
	};
	struct sock_fprog program = { one_in(r, 16) ? below(r, 5000) : COUNT(code), code };
	int level = levels[below(r, COUNT(levels))];
	int option = level == SOL_BUS ? below(r, COUNT(sizes)) : below(r, 80);
	size_t size = level == SOL_BUS ? sizes[option] : 4u << below(r, 3);
	void *value = pointer(w, r, size);
	union {
		struct bus_perm perm;
		struct bus_name name;
		struct bus_ring ring;
		uint64_t word;
		char all[512];
	} fill = { .all = "" };
	socklen_t len = length(r, size);
	unsigned int i;

	if (one_in(r, 12)) {
		setsockopt(fd, SOL_SOCKET, one_in(r, 3) ? SO_DETACH_FILTER : SO_ATTACH_FILTER,
			   &program, sizeof(program));
		return;
	}
	switch (level == SOL_BUS ? option : 0) {
	case BUS_PERM:
		fill.perm.mode = one_in(r, 8) ? random_u64(r) : 0600;
		fill.perm.uid = one_in(r, 8) ? random_u64(r) : ~0u;
		fill.perm.gid = one_in(r, 8) ? random_u64(r) : ~0u;
		break;
	case BUS_NAME:
		fill.name.addr = address(w, r);
		snprintf(fill.name.name, 16, "name%u", below(r, 5));
		break;
	case BUS_RING:
		fill.ring.slots = one_in(r, 4) ? random_u64(r) : 1u << below(r, 8);
		fill.ring.slot_size = one_in(r, 4) ? random_u64(r) :
						       128u << below(r, 6);
		break;
	case BUS_JOIN:
	case BUS_LEAVE:
		fill.word = one_in(r, 8) ? random_u64(r) : BUS_ADDR_GROUP | below(r, 5);
		break;
	default:
		fill.word = one_in(r, 8) ? random_u64(r) : below(r, 130);
	}
	if ((char *)value >= w->page && (char *)value + sizeof(fill) <= w->page + 2 * w->page_size)
		memcpy(value, &fill, sizeof(fill));
	if (one_in(r, 3)) {
		for (i = 0; i < 1 + below(r, 2); i++)
			getsockopt(fd, level, option, value, &len);
	} else {
		setsockopt(fd, level, option, value, len);
	}
}

static int passable(struct wild *w, struct random *r)
{
	switch (below(r, 12)) {
	case 0: return w->fd[below(r, WILD_SOCKETS)];
	case 1: return -1;
	case 2: return 9999;
	case 3: return w->epoll;
	default: return w->event;
	}
}

static void do_send(struct wild *w, struct random *r, int fd)
{
	static const int flags[] = { 0, MSG_DONTROUTE, MSG_OOB, MSG_EOR, MSG_MORE, MSG_CONFIRM,
				     MSG_NOSIGNAL, MSG_PEEK, MSG_ZEROCOPY, MSG_FASTOPEN };
	size_t size = one_in(r, 200) ? BUS_MESSAGE_MAX + below(r, 2) : below(r, 2048);
	static char big[BUS_MESSAGE_MAX + 1];
	struct outgoing out;
	struct mmsghdr many[4];
	struct msghdr *msg = &many[0].msg_hdr;
	int flag = MSG_NOSIGNAL | (one_in(r, 64) ? 0 : MSG_DONTWAIT) |
		   (one_in(r, 4) ? flags[below(r, COUNT(flags))] : 0);
	unsigned int i;

	if (one_in(r, 64))
		flag |= 1 << below(r, 32);
	outgoing_init(&out, one_in(r, 8) ? pointer(w, r, size) : big, size);
	outgoing_to(&out, w->family, address(w, r), one_in(r, 32) ? random_u64(r) : below(r, 3));
	if (one_in(r, 8))
		out.to_len = 0;
	if (one_in(r, 4)) {
		out.to.sbus_addr = 0;
		out.list = one_in(r, 8) ? below(r, BUS_DESTS_MAX + 2) : below(r, 6);
		for (i = 0; i < (unsigned int)out.list; i++)
			out.dests[i] = address(w, r);
	}
	if (one_in(r, 8)) {
		out.files = one_in(r, 8) ? below(r, BUS_FDS_MAX + 2) : below(r, 4);
		for (i = 0; i < (unsigned int)out.files; i++)
			out.fds[i] = passable(w, r);
	}
	outgoing_prepare(&out, msg);
	if (one_in(r, 16)) {
		msg->msg_name = sockaddr(w, r, false);
		msg->msg_namelen = length(r, BUS_SOCKADDR_SHORT);
	}
	if (one_in(r, 32))
		out.iov[below(r, 2)].iov_len = length(r, size);
	if (one_in(r, 64))
		msg->msg_iovlen = length(r, 2);
	if (msg->msg_controllen && one_in(r, 8)) {
		struct cmsghdr *c = msg->msg_control;

		switch (below(r, 5)) {
		case 0: c->cmsg_len = length(r, c->cmsg_len); break;
		case 1: c->cmsg_level = below(r, 3) ? SOL_SOCKET : SOL_BUS; break;
		case 2: c->cmsg_type = below(r, 6); break;
		case 3: msg->msg_controllen = length(r, msg->msg_controllen); break;
		case 4: msg->msg_control = pointer(w, r, msg->msg_controllen); break;
		}
	}
	if (!one_in(r, 8)) {
		sendmsg(fd, msg, flag);
		return;
	}
	for (i = 1; i < COUNT(many); i++)
		many[i] = many[0];
	sendmmsg(fd, many, below(r, COUNT(many) + 1), flag);
}

static void do_receive(struct wild *w, struct random *r, int fd)
{
	static const int flags[] = { 0, MSG_PEEK, MSG_TRUNC, MSG_WAITALL, MSG_OOB, MSG_ERRQUEUE,
				     MSG_CMSG_CLOEXEC, MSG_WAITFORONE };
	struct incoming in[4];
	struct mmsghdr many[4];
	struct timespec soon = { 0, 1000000 };
	unsigned int i, n = one_in(r, 8) ? below(r, COUNT(many) + 1) : 1;
	int flag = (one_in(r, 64) ? 0 : MSG_DONTWAIT) | flags[below(r, COUNT(flags))];
	size_t room = one_in(r, 4) ? below(r, 64) : 2048;
	int got;

	if (one_in(r, 64))
		flag |= 1 << below(r, 32);
	for (i = 0; i < COUNT(many); i++) {
		incoming_prepare(&in[i], &many[i].msg_hdr, pointer(w, r, room), room,
				 one_in(r, 4) ? below(r, 200) : sizeof(in[i].control));
		if (one_in(r, 32))
			many[i].msg_hdr.msg_name = pointer(w, r, 16);
		if (one_in(r, 32))
			many[i].msg_hdr.msg_namelen = length(r, 16);
		if (one_in(r, 32))
			many[i].msg_hdr.msg_control = pointer(w, r, 200);
	}
	got = recvmmsg(fd, many, n, flag, one_in(r, 4) ? &soon : NULL);
	for (i = 0; (int)i < got; i++) {
		if (many[i].msg_hdr.msg_control != in[i].control)
			continue;
		incoming_parse(&in[i], &many[i].msg_hdr, many[i].msg_len);
		incoming_close(&in[i]);
	}
}

/* Descriptors that came where nobody looked for them: all but our own from floor on. */
static void sweep(const struct wild *w)
{
	int next = w->floor, lowest, i;

	for (;;) {
		lowest = -1;
		for (i = 0; i < WILD_SOCKETS; i++)
			if (w->fd[i] >= next && (lowest < 0 || w->fd[i] < lowest))
				lowest = w->fd[i];
		if (lowest < 0)
			break;
		if (lowest > next)
			close_range(next, lowest - 1, 0);
		next = lowest + 1;
	}
	close_range(next, ~0u, 0);
}

static void do_map(struct wild *w, struct random *r, int fd)
{
	size_t size = one_in(r, 4) ? length(r, w->page_size) & 0xffffff :
		      w->page_size << below(r, 7);
	uint64_t sum = 0;
	size_t i;

	if (w->map) {
		for (i = 0; i < w->map_size; i += w->page_size)
			sum += ((volatile char *)w->map)[i];
		if (one_in(r, 8))
			mprotect(w->map, w->map_size, PROT_READ | PROT_WRITE);
		munmap(w->map, one_in(r, 4) ? w->page_size : w->map_size);
		w->map = NULL;
		return;
	}
	w->map = mmap(NULL, size, one_in(r, 8) ? PROT_READ | PROT_WRITE : PROT_READ,
		      one_in(r, 8) ? MAP_PRIVATE : MAP_SHARED, fd,
		      one_in(r, 8) ? w->page_size * below(r, 3) : 0);
	if (w->map == MAP_FAILED)
		w->map = NULL;
	w->map_size = size;
	/* A mapping larger than the area must have been refused: read all. */
	for (i = 0; w->map && i < size; i += w->page_size)
		sum += ((volatile char *)w->map)[i];
}

static void do_ioctl(struct wild *w, struct random *r, int fd)
{
	static const unsigned long requests[] = { SIOCINQ, SIOCOUTQ, SIOCBUSTURN, SIOCBUSTURN,
						  FIONBIO, SIOCBUSTURN + 1, 0, ~0ul };
	struct bus_turn *turn = pointer(w, r, sizeof(*turn));
	unsigned long request = requests[below(r, COUNT(requests))];

	if ((char *)turn >= w->page && (char *)(turn + 1) <= w->page + 2 * w->page_size)
		turn->done = one_in(r, 4) ? random_u64(r) : below(r, 300);
	if (request != FIONBIO)
		ioctl(fd, request, turn);
}

static void do_wait(struct wild *w, struct random *r, int fd)
{
	struct epoll_event e = { .events = random_u64(r) & ~EPOLLWAKEUP, .data.fd = fd };
	struct pollfd p = { fd, random_u64(r), 0 };
	struct epoll_event got[8];

	switch (below(r, 5)) {
	case 0: epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &e); break;
	case 1: epoll_ctl(w->epoll, EPOLL_CTL_MOD, fd, &e); break;
	case 2: epoll_ctl(w->epoll, EPOLL_CTL_DEL, fd, &e); break;
	case 3: epoll_wait(w->epoll, got, COUNT(got), 0); break;
	default: poll(&p, 1, 0);
	}
}

static void do_name(struct wild *w, struct random *r, int fd)
{
	socklen_t len = length(r, sizeof(struct sockaddr_bus));
	void *where = pointer(w, r, sizeof(struct sockaddr_bus));

	switch (below(r, 6)) {
	case 0: getsockname(fd, where, &len); break;
	case 1: getpeername(fd, where, &len); break;
	case 2: listen(fd, 1); break;
	case 3: accept4(fd, where, &len, SOCK_NONBLOCK); break;
	case 4: connect(fd, sockaddr(w, r, false), length(r, BUS_SOCKADDR_SHORT)); break;
	case 5: bind(fd, sockaddr(w, r, true), length(r, sizeof(struct sockaddr_bus))); break;
	}
}

/* A child with the same sockets, at times in a network namespace of its own. */
static void do_fork(struct wild *w, struct random *r)
{
	struct itimerval often = { { 0, 5000 }, { 0, 5000 } };
	uint64_t seed = random_u64(r);
	bool apart = one_in(r, 4), killed = one_in(r, 4);
	unsigned int i;
	pid_t child;

	if (w->depth)
		return;
	child = fork();
	if (!child) {
		setitimer(ITIMER_REAL, &often, NULL);
		w->depth++;
		if (apart && !unshare(CLONE_NEWNET)) {
			for (i = WILD_SHARED; i < WILD_SOCKETS; i++)
				close(w->fd[i]);
			for (i = WILD_SHARED; i < WILD_SOCKETS; i++)
				w->fd[i] = socket(w->family, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);
		}
		for (i = 0; i < 64; i++) {
			struct random step = random_of(seed, 0, i);

			wild_step(w, &step);
		}
		if (killed)
			raise(SIGKILL);
		_exit(0);
	}
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
}

static void do_open(struct wild *w, struct random *r)
{
	struct sockaddr_bus sa = { .sbus_family = w->family };
	int *slot = &w->fd[WILD_SHARED + below(r, WILD_SOCKETS - WILD_SHARED)];

	if (*slot >= 0)
		close(*slot);
	*slot = -1;
	if (one_in(r, 8))
		return;
	if (one_in(r, 32)) {
		*slot = dup(w->fd[below(r, WILD_SOCKETS)]);
		return;
	}
	if (one_in(r, 64))
		*slot = socket(w->family, below(r, 12), below(r, 3));
	else
		*slot = socket(w->family, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);
	if (*slot >= 0 && !one_in(r, 4)) {
		snprintf(sa.sbus_name, sizeof(sa.sbus_name), "wild%u", below(r, 3));
		bind(*slot, (void *)&sa, sizeof(sa));
	}
}

void wild_step(struct wild *w, struct random *r)
{
	int fd = w->fd[below(r, WILD_SOCKETS)];
	unsigned int what = below(r, 100);

	w->calls++;
	if (what < 35)
		do_send(w, r, fd);
	else if (what < 58)
		do_receive(w, r, fd);
	else if (what < 75)
		do_option(w, r, fd);
	else if (what < 80)
		do_open(w, r);
	else if (what < 84)
		do_ioctl(w, r, fd);
	else if (what < 90)
		do_wait(w, r, fd);
	else if (what < 94)
		do_map(w, r, fd);
	else if (what < 99)
		do_name(w, r, fd);
	else if (one_in(r, 8))
		shutdown(fd, below(r, 4));
	else if (one_in(r, 16))
		do_fork(w, r);
	if (one_in(r, 256))
		sweep(w);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whatever is passed to a call, however wrong: the right errno, and no effect.
 *
 * Everything is tried on one member, beside a receiver and a witness who would
 * hear of any effect. After each call all that can be asked is asked, and has
 * to be as it was before.
 */
#include <limits.h>
#include <linux/sockios.h>

#include "bus_test.h"

#define BUS	"bad-input"
#define G	GROUP(1)
#define NOBODY	(~0ULL)		/* in a table: address 0, where 0 is the default */

static int actor, receiver, witness;
static char *edge;		/* the end of a page, behind which there is none */

#define UNMAPPED	((void *)8)
#define KERNEL		((void *)(~0UL << 12))

/* All that can be asked of the actor and the receiver. */
struct state {
	struct bus_stats stats[2];
	struct sockaddr_bus name, peer;
	struct bus_perm	perm;
	__u64		directory;
	__u32		option[2][4];
	int		next, unread;
};

static struct state before;

static void look(struct state *s)
{
	static const int options[] = { BUS_QUEUE, BUS_META, BUS_EVENTS, BUS_MASTER };
	struct bus_name name = { .name = "known" };
	socklen_t len;
	unsigned int i, j;

	memset(s, 0, sizeof(*s));
	s->stats[0] = stats_of(actor);
	s->stats[1] = stats_of(receiver);
	for (i = 0; i < ARRAY_SIZE(options); i++)
		for (j = 0; j < 2; j++) {
			len = sizeof(s->option[j][i]);
			must(!getsockopt(j ? receiver : actor, SOL_BUS,
					 options[i], &s->option[j][i], &len));
		}
	len = sizeof(s->perm);
	must(!getsockopt(actor, SOL_BUS, BUS_PERM, &s->perm, &len));
	len = sizeof(s->name);
	must(!getsockname(actor, (struct sockaddr *)&s->name, &len));
	len = sizeof(s->peer);
	if (getpeername(actor, (struct sockaddr *)&s->peer, &len))
		s->peer.sbus_addr = 0;
	len = sizeof(name);
	must(!getsockopt(actor, SOL_BUS, BUS_NAME, &name, &len));
	s->directory = name.addr;
	must(!ioctl(receiver, SIOCINQ, &s->next));
	must(!ioctl(actor, SIOCOUTQ, &s->unread));
}

static bool no_effect(void)
{
	struct state now;

	look(&now);
	return empty(witness) && empty(actor) &&
	       !memcmp(&now, &before, sizeof(now));
}

/* One wrong call. */
#define wrong(call, error, ...) do {					\
	long result;							\
									\
	errno = 0;							\
	result = (long)(call);						\
	tap_ok(result == -1 && errno == (error) && no_effect(),		\
	       __FILE__, __LINE__, #call " gives " #error " and no effect", \
	       __VA_ARGS__);						\
} while (0)

/* As much of @p as fits before the unmapped page; the rest is missing. */
static void *half_mapped(const void *p, size_t size)
{
	memcpy(edge - size / 2, p, size / 2);
	return edge - size / 2;
}

static void sockets(void)
{
	static const struct {
		int		type, protocol, error;
		const char	*what;
	} table[] = {
		{ SOCK_STREAM, 0, ESOCKTNOSUPPORT, "a stream" },
		{ SOCK_DGRAM, 0, ESOCKTNOSUPPORT, "datagrams" },
		{ SOCK_RAW, 0, ESOCKTNOSUPPORT, "a raw socket" },
		{ SOCK_RDM, 0, ESOCKTNOSUPPORT, "SOCK_RDM" },
		{ 0, 0, ESOCKTNOSUPPORT, "type 0" },
		{ 11, 0, EINVAL, "a type there is not" },
		{ -1, 0, EINVAL, "a negative type" },
		{ SOCK_SEQPACKET | 0x100, 0, EINVAL, "an unknown flag" },
		{ SOCK_SEQPACKET, 1, EPROTONOSUPPORT, "protocol 1" },
		{ SOCK_SEQPACKET, -1, EPROTONOSUPPORT, "a negative protocol" },
		{ SOCK_SEQPACKET, INT_MAX, EPROTONOSUPPORT, "a huge protocol" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(table); i++)
		wrong(socket(bus_family(), table[i].type, table[i].protocol),
		      table[i].error, "socket(): %s", table[i].what);
}

static void binds(void)
{
	static const struct {
		socklen_t	len;
		int		error;
		int		family;		/* 0: ours */
		__u16		reserved;
		__u32		flags;
		__u64		addr;
		const char	*what;
	} addresses[] = {
		{ .len = 0, EINVAL, .what = "no address at all" },
		{ .len = 1, EINVAL, .what = "half a family" },
		{ .len = 2, EINVAL, .what = "a family alone" },
		{ .len = BUS_SOCKADDR_SHORT, EINVAL, .what = "no name" },
		{ .len = 79, EINVAL, .what = "an address one byte short" },
		{ .len = 81, EINVAL, .what = "an address one byte long" },
		{ .len = 128, EINVAL, .what = "as long as can be" },
		{ .len = 129, EINVAL, .what = "longer" },
		{ .len = INT_MAX, EINVAL, .what = "a huge length" },
		{ .len = -1, EINVAL, .what = "a negative length" },
		{ .len = 80, EAFNOSUPPORT, .family = AF_UNIX,
		  .what = "another family" },
		{ .len = 80, EAFNOSUPPORT, .family = 0xffff,
		  .what = "a family there is not" },
		{ .len = 80, EINVAL, .reserved = 1, .what = "reserved bits" },
		{ .len = 80, EINVAL, .flags = 3,
		  .what = "BUS_CREATE and BUS_EXISTING" },
		{ .len = 80, EINVAL, .flags = 4, .what = "an unknown flag" },
		{ .len = 80, EINVAL, .flags = 1U << 31,
		  .what = "another unknown flag" },
		{ .len = 80, EADDRNOTAVAIL, .addr = 7, .what = "an address" },
		{ .len = 80, EADDRNOTAVAIL, .addr = G, .what = "a group" },
	};
	static const struct {
		char		name[BUS_NAME_MAX + 1];
		const char	*what;
	} names[] = {
		{ "", "an empty name" },
		{ "a/b", "a slash" },
		{ "a b", "a blank" },
		{ "a\nb", "a line feed" },
		{ "\xe4", "a letter of Latin-1" },
		{ "\xc3\xa4", "a letter of UTF-8" },
		{ "\x80", "a byte above ASCII" },
		{ "a\0b", "something behind the name" },
		{ "\0a", "something behind no name" },
		{ "0123456789012345678901234567890123456789012345678901234567890123",
		  "a name without its end" },
	};
	struct sockaddr_bus sa;
	struct sockaddr *p = (struct sockaddr *)&sa;
	unsigned int i;
	int fd = open_socket();

	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		sa = bus_named("bad-input-new", addresses[i].flags);
		if (addresses[i].family)
			sa.sbus_family = addresses[i].family;
		sa.sbus_reserved = addresses[i].reserved;
		sa.sbus_addr = addresses[i].addr;
		wrong(bind(fd, p, addresses[i].len), addresses[i].error,
		      "bind(): %s", addresses[i].what);
	}
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		sa = bus_named("", 0);
		memcpy(sa.sbus_name, names[i].name, sizeof(sa.sbus_name));
		wrong(bind(fd, p, sizeof(sa)), EINVAL, "bind(): %s",
		      names[i].what);
	}
	sa = bus_named(BUS, 0);
	wrong(bind(fd, NULL, sizeof(sa)), EFAULT, "bind(): NULL");
	wrong(bind(fd, UNMAPPED, sizeof(sa)), EFAULT, "bind(): unmapped memory");
	wrong(bind(fd, KERNEL, sizeof(sa)), EFAULT, "bind(): kernel memory");
	wrong(bind(fd, half_mapped(&sa, sizeof(sa)), sizeof(sa)), EFAULT,
	      "bind(): half mapped memory");
	wrong(bind(actor, p, sizeof(sa)), EINVAL, "bind(): a bound socket");
	sa = bus_named("bad-input-new", BUS_EXISTING);
	wrong(bind(fd, p, sizeof(sa)), ENOENT,
	      "after all of them there is no new bus");
	close(fd);
}

/* Addresses of sends and of connect(). */
static void destinations(void)
{
	static const struct {
		int		len;
		int		error;		/* of a send */
		int		connect;	/* of connect(); 0: it is allowed */
		int		family;
		__u16		reserved;
		__u32		flags;
		__u64		addr;
		const char	*what;
	} table[] = {
		{ 1, EINVAL, EINVAL, .what = "half a family" },
		{ 2, EINVAL, EINVAL, .what = "a family alone" },
		{ 15, EINVAL, EINVAL, .what = "one byte short" },
		{ 17, EINVAL, EINVAL, .what = "one byte long" },
		{ 79, EINVAL, EINVAL, .what = "one byte short of all" },
		{ 81, EINVAL, EINVAL, .what = "one byte more than all" },
		{ -1, EINVAL, EINVAL, .what = "a negative length" },
		{ INT_MIN, EINVAL, EINVAL, .what = "a very negative length" },
		{ INT_MAX, EINVAL, EINVAL, .what = "a huge length" },
		{ 16, EAFNOSUPPORT, EAFNOSUPPORT, .family = AF_INET,
		  .what = "another family" },
		{ 16, EINVAL, EINVAL, .reserved = 0x8000, .what = "reserved bits" },
		{ 16, EINVAL, EINVAL, .flags = 3, .what = "an unknown policy" },
		{ 16, EINVAL, EINVAL, .flags = ~0U, .what = "all flags" },
		{ 16, EINVAL, 0, .addr = NOBODY, .what = "the kernel's address" },
	};
	struct sockaddr_bus sa;
	struct sockaddr *p = (struct sockaddr *)&sa;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		sa = bus_addr(table[i].addr == NOBODY ? 0 : addr_of(receiver),
			      table[i].flags);
		if (table[i].family)
			sa.sbus_family = table[i].family;
		sa.sbus_reserved = table[i].reserved;
		wrong(sendto(actor, "x", 1, MSG_DONTWAIT, p, table[i].len),
		      table[i].error, "sendto(): %s", table[i].what);
		if (table[i].connect)
			wrong(connect(actor, p, table[i].len), table[i].connect,
			      "connect(): %s", table[i].what);
	}
	sa = bus_addr(addr_of(receiver), BUS_FAIL);
	wrong(connect(actor, p, BUS_SOCKADDR_SHORT), EINVAL, "connect(): a policy");
	wrong(connect(actor, NULL, BUS_SOCKADDR_SHORT), EFAULT, "connect(): NULL");
	wrong(connect(actor, p, 0), EINVAL, "connect(): no address");
	sa = bus_addr(addr_of(receiver), 0);
	wrong(sendto(actor, "x", 1, 0, UNMAPPED, BUS_SOCKADDR_SHORT), EFAULT,
	      "sendto(): unmapped memory");
	wrong(sendto(actor, "x", 1, 0, half_mapped(&sa, 16), 16), EFAULT,
	      "sendto(): half mapped memory");
	wrong(sendto(actor, "x", 1, 0, NULL, 0), EDESTADDRREQ,
	      "sendto(): nobody, and not connected");
	wrong(send_to(actor, 2, "x"), EHOSTUNREACH, "sendto(): nobody's address");
	wrong(send_to(actor, ~BUS_ADDR_GROUP, "x"), EHOSTUNREACH,
	      "sendto(): the largest address");
	wrong(send_to(actor, ~0ULL, "x"), EHOSTUNREACH,
	      "sendto(): the largest group");
}

static ssize_t send_parts(struct iovec *iov, size_t count)
{
	struct sockaddr_bus sa = bus_addr(addr_of(receiver), 0);
	struct msghdr msg = {
		.msg_name = &sa, .msg_namelen = BUS_SOCKADDR_SHORT,
		.msg_iov = iov, .msg_iovlen = count,
	};

	return sendmsg(actor, &msg, MSG_DONTWAIT);
}

static void payloads(void)
{
	static char large[BUS_MESSAGE_MAX + 1];
	static struct iovec many[1025];
	const struct {
		struct iovec	iov[2];
		size_t		count;
		int		error;
		const char	*what;
	} table[] = {
		{ { { NULL, 1 } }, 1, EFAULT, "NULL" },
		{ { { UNMAPPED, 1 } }, 1, EFAULT, "unmapped memory" },
		{ { { KERNEL, 1 } }, 1, EFAULT, "kernel memory" },
		{ { { edge - 1, 2 } }, 1, EFAULT, "half mapped memory" },
		{ { { large, 1 }, { UNMAPPED, 1 } }, 2, EFAULT,
		  "unmapped memory behind good" },
		{ { { large, 60000 }, { edge - 1, 2 } }, 2, EFAULT,
		  "much good and one bad byte" },
		{ { { large, BUS_MESSAGE_MAX + 1 } }, 1, EMSGSIZE,
		  "a byte too many" },
		{ { { large, BUS_MESSAGE_MAX }, { large, 1 } }, 2, EMSGSIZE,
		  "a byte too many, in parts" },
		{ { { large, INT_MAX } }, 1, EMSGSIZE, "a huge length" },
		{ { { large, -1 } }, 1, EINVAL, "a negative length" },
		{ { { large, LONG_MIN } }, 1, EINVAL, "a very negative length" },
		{ { { large, 1 }, { large, -1 } }, 2, EINVAL,
		  "a negative length behind a good one" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(table); i++)
		wrong(send_parts((struct iovec *)table[i].iov, table[i].count),
		      table[i].error, "sendmsg(): %s", table[i].what);
	wrong(send_parts(UNMAPPED, 1), EFAULT, "sendmsg(): unmapped parts");
	wrong(send_parts(many, ARRAY_SIZE(many)), EMSGSIZE,
	      "sendmsg(): too many parts");
	wrong(send_parts(many, -1), EMSGSIZE, "sendmsg(): negative parts");
	wrong(sendmsg(actor, NULL, 0), EFAULT, "sendmsg(): no message");
	wrong(sendmsg(actor, UNMAPPED, 0), EFAULT, "sendmsg(): unmapped message");
}

static void flags(void)
{
	/* What the socket core takes for itself or makes of it. */
	const unsigned int core = 0x80000000 | 0x08000000 | 0x00100000 |
				  0x00080000 | 0x00040000 | 0x00010000;
	const unsigned int sends = MSG_DONTWAIT | MSG_NOSIGNAL | MSG_EOR;
	const unsigned int receives = MSG_DONTWAIT | MSG_PEEK | MSG_TRUNC |
				      MSG_WAITALL | MSG_NOSIGNAL |
				      MSG_CMSG_CLOEXEC;
	struct sockaddr_bus sa = bus_addr(addr_of(receiver), 0);
	unsigned int bit;
	char c;

	must(send_to(actor, addr_of(receiver), "stays") == 5);
	look(&before);
	for (bit = 1; bit; bit <<= 1) {
		int error = bit == MSG_OOB ? EOPNOTSUPP : EINVAL;

		if (!(bit & (core | sends)))
			wrong(sendto(actor, "x", 1, bit | MSG_DONTWAIT,
				     (struct sockaddr *)&sa, BUS_SOCKADDR_SHORT),
			      error, "sendto(): flag 0x%x", bit);
		if (bit == MSG_ERRQUEUE)
			error = EOPNOTSUPP;
		if (!(bit & (core | receives)))
			wrong(recv(receiver, &c, 1, bit | MSG_DONTWAIT), error,
			      "recv(): flag 0x%x", bit);
	}
	must(took(receiver, "stays"));
	look(&before);
}

/* A send with these bytes of control messages. */
static ssize_t send_control(const void *control, size_t len, __u64 to)
{
	struct sockaddr_bus sa = bus_addr(to, 0);
	struct iovec iov = { "x", 1 };
	struct msghdr msg = {
		.msg_name = &sa, .msg_namelen = BUS_SOCKADDR_SHORT,
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = (void *)control, .msg_controllen = len,
	};

	return sendmsg(actor, &msg, MSG_DONTWAIT);
}

struct control {
	size_t	len;
	int	level;
	int	type;
	__u64	data[2];
};

static void controls(void)
{
	const __u64 to = addr_of(receiver);
	const struct {
		struct control	c;
		int		error;
		const char	*what;
	} table[] = {
		{ { 0, SOL_BUS, BUS_CMSG_DESTS, { to } }, EINVAL,
		  "without a length" },
		{ { 15, SOL_BUS, BUS_CMSG_DESTS, { to } }, EINVAL,
		  "shorter than its header" },
		{ { 16, SOL_BUS, BUS_CMSG_DESTS, { to } }, EINVAL,
		  "an empty list" },
		{ { 20, SOL_BUS, BUS_CMSG_DESTS, { to } }, EINVAL,
		  "half a destination" },
		{ { 31, SOL_BUS, BUS_CMSG_DESTS, { to, to } }, EINVAL,
		  "a destination and most of one" },
		{ { 33, SOL_BUS, BUS_CMSG_DESTS, { to, to } }, EINVAL,
		  "longer than the rest" },
		{ { -1, SOL_BUS, BUS_CMSG_DESTS, { to, to } }, EINVAL,
		  "a negative length" },
		{ { 24, SOL_BUS, BUS_CMSG_DESTS, { 0 } }, EINVAL,
		  "the kernel in the list" },
		{ { 24, SOL_BUS, BUS_CMSG_DESTS, { 12345 } }, EHOSTUNREACH,
		  "nobody in the list" },
		{ { 24, SOL_BUS, BUS_CMSG_META, { 0 } }, EINVAL,
		  "what is only received" },
		{ { 24, SOL_BUS, BUS_CMSG_LABEL, { 0 } }, EINVAL,
		  "a label of one's own" },
		{ { 24, SOL_BUS, 0, { 0 } }, EINVAL, "type 0" },
		{ { 24, SOL_BUS, -1, { 0 } }, EINVAL, "a negative type" },
		{ { 24, 0, BUS_CMSG_DESTS, { to } }, EINVAL, "another level" },
		{ { 28, SOL_SOCKET, SCM_CREDENTIALS, { 0 } }, EINVAL,
		  "credentials of one's own" },
		{ { 20, SOL_SOCKET, SCM_RIGHTS, { ~0 } }, EBADF,
		  "descriptor -1" },
		{ { 20, SOL_SOCKET, SCM_RIGHTS, { 1 << 20 } }, EBADF,
		  "a descriptor that is not open" },
		{ { 20, SOL_SOCKET, 77, { 0 } }, EINVAL, "an unknown type" },
	};
	struct control two[2] = {
		{ 32, SOL_BUS, BUS_CMSG_DESTS, { to, to } },
		{ 32, SOL_BUS, BUS_CMSG_DESTS, { to, to } },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(table); i++)
		wrong(send_control(&table[i].c, sizeof(table[i].c),
				   table[i].c.level == SOL_SOCKET ? to : 0),
		      table[i].error, "control message: %s", table[i].what);
	wrong(send_control(two, sizeof(two), 0), EINVAL, "two lists");
	wrong(send_control(two, sizeof(two[0]), to), EINVAL,
	      "a list and an address");
	for (i = 0; i < 2; i++)
		two[i] = (struct control){ 20, SOL_SOCKET, SCM_RIGHTS, { 0 } };
	wrong(send_control(two, sizeof(two), to), EINVAL,
	      "two lists of descriptors");
	wrong(send_control(NULL, 32, to), EFAULT, "control messages at NULL");
	wrong(send_control(UNMAPPED, 32, to), EFAULT,
	      "control messages in unmapped memory");
	wrong(send_control(half_mapped(two, 64), 64, to), EFAULT,
	      "control messages half mapped");
	wrong(send_control(two, 1UL << 30, to), ENOBUFS,
	      "a huge length of control messages");
	wrong(send_control(two, -1, to), ENOBUFS,
	      "a negative length of control messages");
}

static int set(int option, const void *value, socklen_t len)
{
	return setsockopt(actor, SOL_BUS, option, value, len);
}

static void option_values(void)
{
	static const struct bus_perm perms[] = {
		{ .mode = 01000 }, { .mode = 02777 }, { .mode = ~0U },
		{ .reserved = 1 },
	};
	static const __u32 events[] = {
		1, 1 << BUS_EVENT_LOST, 1 << 8, 1 << 30, 1U << 31, ~0U,
	};
	static const struct bus_ring rings[] = {
		{ 0, 0 }, { 0, 128 }, { 1, 128 }, { 3, 128 }, { 2, 0 },
		{ 2, 64 }, { 2, 127 }, { 2, 129 }, { 2, 192 }, { 6, 4096 },
		{ 1U << 31, 128 }, { 2, 1U << 31 }, { 1U << 31, 1U << 31 },
		{ ~0U, ~0U }, { 2, BUS_RING_MAX }, { 1 << 17, 128 },
		{ 1 << 16, 2048 },
	};
	struct bus_name name = { .addr = addr_of(receiver) };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(perms); i++) {
		int fd = open_socket();

		wrong(setsockopt(fd, SOL_BUS, BUS_PERM, &perms[i],
				 sizeof(perms[i])), EINVAL,
		      "BUS_PERM: mode 0%o, reserved %u", perms[i].mode,
		      perms[i].reserved);
		close(fd);
	}
	wrong(set_perm(actor, 0600, ~0, ~0), EISCONN, "BUS_PERM after bind()");
	wrong(set_u32(actor, BUS_QUEUE, 0), EINVAL, "BUS_QUEUE: 0");
	wrong(set_u32(actor, BUS_QUEUE, BUS_QUEUE_MAX + 1), EINVAL,
	      "BUS_QUEUE: one more than BUS_QUEUE_MAX");
	wrong(set_u32(actor, BUS_QUEUE, ~0), EINVAL, "BUS_QUEUE: negative");
	wrong(set_u32(actor, BUS_META, 4), EINVAL, "BUS_META: an unknown bit");
	wrong(set_u32(actor, BUS_META, 1U << 31), EINVAL, "BUS_META: the last bit");
	for (i = 0; i < ARRAY_SIZE(events); i++)
		wrong(set_u32(actor, BUS_EVENTS, events[i]), EINVAL,
		      "BUS_EVENTS: 0x%x", events[i]);
	wrong(set_u32(receiver, BUS_MASTER, 2), EINVAL, "BUS_MASTER: 2");
	wrong(set_u32(receiver, BUS_MASTER, ~0), EINVAL, "BUS_MASTER: negative");
	wrong(join(actor, 0), EINVAL, "BUS_JOIN: 0");
	wrong(join(actor, addr_of(actor)), EINVAL, "BUS_JOIN: a member");
	wrong(join(actor, ~BUS_ADDR_GROUP), EINVAL, "BUS_JOIN: no group");
	wrong(leave(actor, 0), ENOENT, "BUS_LEAVE: 0");
	wrong(leave(actor, G), ENOENT, "BUS_LEAVE: what was not joined");
	for (i = 0; i < ARRAY_SIZE(rings); i++)
		wrong(set(BUS_RING, &rings[i], sizeof(rings[i])), EINVAL,
		      "BUS_RING: %u slots of %u", rings[i].slots,
		      rings[i].slot_size);
	memset(name.name, 'n', sizeof(name.name));
	wrong(set(BUS_NAME, &name, sizeof(name)), EINVAL,
	      "BUS_NAME: a name without its end");
	memset(name.name, 0, sizeof(name.name));
	wrong(set(BUS_NAME, &name, sizeof(name)), EINVAL, "BUS_NAME: no name");
	strcpy(name.name, "known");
	name.name[7] = 'x';
	wrong(set(BUS_NAME, &name, sizeof(name)), EINVAL,
	      "BUS_NAME: something behind the name");
	name.name[7] = 0;
	name.addr = 12345;
	wrong(set(BUS_NAME, &name, sizeof(name)), EHOSTUNREACH,
	      "BUS_NAME: nobody");
	name.addr = 0;
	name.name[0] = 'u';
	wrong(set(BUS_NAME, &name, sizeof(name)), ENOENT,
	      "BUS_NAME: nothing to remove");
}

/* Each option at each length and address that is not its own. */
static void option_sizes(void)
{
	static const struct {
		int		option;
		socklen_t	size;
		bool		set, get;
	} table[] = {
		{ BUS_PERM, sizeof(struct bus_perm), true, true },
		{ BUS_JOIN, sizeof(__u64), true, false },
		{ BUS_LEAVE, sizeof(__u64), true, false },
		{ BUS_QUEUE, sizeof(__u32), true, true },
		{ BUS_META, sizeof(__u32), true, true },
		{ BUS_EVENTS, sizeof(__u32), true, true },
		{ BUS_MASTER, sizeof(__u32), true, true },
		{ BUS_NAME, sizeof(struct bus_name), true, true },
		{ BUS_RING, sizeof(struct bus_ring), true, false },
		{ BUS_STATS, sizeof(struct bus_stats), false, true },
	};
	static const socklen_t lengths[] = { 0, 1, 3, 5, 7, 9, 4096, INT_MAX };
	static char value[8192] __attribute__((aligned(8)));
	socklen_t len;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		int option = table[i].option;
		socklen_t size = table[i].size;

		for (j = 0; j < ARRAY_SIZE(lengths); j++) {
			len = lengths[j];
			if (table[i].set)
				wrong(set(option, value, len), EINVAL,
				      "setsockopt(): option %d of %d bytes",
				      option, len);
			if (table[i].get)
				wrong(getsockopt(actor, SOL_BUS, option, value,
						 &len), EINVAL,
				      "getsockopt(): option %d of %d bytes",
				      option, lengths[j]);
		}
		if (table[i].set) {
			wrong(set(option, value, -1), EINVAL,
			      "setsockopt(): option %d of -1 bytes", option);
			wrong(set(option, NULL, size), EFAULT,
			      "setsockopt(): option %d at NULL", option);
			wrong(set(option, UNMAPPED, size), EFAULT,
			      "setsockopt(): option %d unmapped", option);
			wrong(set(option, half_mapped(value, size), size),
			      EFAULT, "setsockopt(): option %d half mapped",
			      option);
		} else {
			wrong(set(option, value, size), ENOPROTOOPT,
			      "setsockopt(): option %d cannot be set", option);
		}
		len = size;
		if (table[i].get) {
			wrong(getsockopt(actor, SOL_BUS, option, NULL, &len),
			      EFAULT, "getsockopt(): option %d at NULL", option);
			wrong(getsockopt(actor, SOL_BUS, option, value, NULL),
			      EFAULT, "getsockopt(): option %d without length",
			      option);
			len = -1;
			wrong(getsockopt(actor, SOL_BUS, option, value, &len),
			      EINVAL, "getsockopt(): option %d of -1 bytes",
			      option);
		} else {
			wrong(getsockopt(actor, SOL_BUS, option, value, &len),
			      ENOPROTOOPT,
			      "getsockopt(): option %d cannot be read", option);
		}
	}
}

static void unknown_options(void)
{
	static const struct {
		int level, option;
	} table[] = {
		{ SOL_BUS, 0 }, { SOL_BUS, 11 }, { SOL_BUS, -1 },
		{ SOL_BUS, INT_MAX }, { SOL_BUS, INT_MIN },
		{ SOL_BUS + 1, BUS_QUEUE }, { 0, BUS_QUEUE }, { -1, BUS_QUEUE },
		{ 6, 1 }, { SOL_SOCKET, 9999 },
	};
	__u64 value = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		socklen_t len = sizeof(value);

		wrong(setsockopt(actor, table[i].level, table[i].option, &value,
				 len), ENOPROTOOPT,
		      "setsockopt(): level %d, option %d", table[i].level,
		      table[i].option);
		wrong(getsockopt(actor, table[i].level, table[i].option, &value,
				 &len), ENOPROTOOPT,
		      "getsockopt(): level %d, option %d", table[i].level,
		      table[i].option);
	}
}

static ssize_t receive_into(struct iovec *iov, size_t count)
{
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = count };

	return recvmsg(receiver, &msg, MSG_DONTWAIT);
}

static ssize_t peek_into(struct iovec *iov)
{
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 1 };

	return recvmsg(receiver, &msg, MSG_DONTWAIT | MSG_PEEK);
}

/* What cannot be handed over stays in the queue. */
static void receives(void)
{
	char good[8];
	struct iovec null = { NULL, 8 }, unmapped = { UNMAPPED, 8 };
	/* The kernel cuts a huge length to 2 GiB: they are to fit behind it. */
	static char low[8];
	struct iovec half = { edge - 2, 8 }, negative = { good, -1 };
	struct iovec second[] = { { good, 2 }, { UNMAPPED, 6 } };
	struct received r;

	must(send_to(actor, addr_of(receiver), "stays") == 5);
	must(send_to(actor, addr_of(receiver), "second") == 6);
	look(&before);
	wrong(receive_into(&null, 1), EFAULT, "recvmsg(): NULL");
	wrong(receive_into(&unmapped, 1), EFAULT, "recvmsg(): unmapped memory");
	wrong(receive_into(&half, 1), EFAULT, "recvmsg(): half mapped memory");
	wrong(receive_into(second, 2), EFAULT,
	      "recvmsg(): unmapped memory behind good");
	wrong(peek_into(&unmapped), EFAULT, "recvmsg(): a peek into nowhere");
	wrong(receive_into(&negative, 1), EINVAL, "recvmsg(): a negative length");
	wrong(receive_into(UNMAPPED, 1), EFAULT, "recvmsg(): unmapped parts");
	wrong(receive_into(&null, 1025), EMSGSIZE, "recvmsg(): too many parts");
	wrong(recvmsg(receiver, NULL, 0), EFAULT, "recvmsg(): no message");
	ok(take(receiver, MSG_DONTWAIT, &r) == 5 && !strcmp(r.text, "stays") &&
	   took(receiver, "second"), "what could not be received was still first");
	ok(send_to(actor, addr_of(receiver), "x") == 1 &&
	   recv(receiver, low, ~0UL, MSG_DONTWAIT) == 1 && low[0] == 'x',
	   "a huge length is only too large");
	look(&before);
}

static void other_calls(void)
{
	static const struct bus_turn turn;
	int n;
	char c;
	int unbound = open_socket();

	wrong(ioctl(actor, SIOCBUSTURN, &turn), EINVAL, "SIOCBUSTURN: no ring");
	wrong(ioctl(actor, SIOCBUSTURN, NULL), EFAULT, "SIOCBUSTURN: NULL");
	wrong(ioctl(actor, SIOCBUSTURN, half_mapped(&turn, sizeof(turn))), EFAULT,
	      "SIOCBUSTURN: half mapped");
	wrong(ioctl(actor, SIOCINQ, UNMAPPED), EFAULT, "SIOCINQ: unmapped");
	wrong(ioctl(actor, SIOCOUTQ, UNMAPPED), EFAULT, "SIOCOUTQ: unmapped");
	wrong(ioctl(actor, TCGETS, &n), ENOTTY, "ioctl(): of a terminal");
	wrong(shutdown(actor, 3), EINVAL, "shutdown(): 3");
	wrong(shutdown(actor, INT_MIN), EINVAL, "shutdown(): negative");
	wrong(listen(actor, 1), EOPNOTSUPP, "listen()");
	wrong(accept(actor, NULL, NULL), EOPNOTSUPP, "accept()");
	wrong(mmap(NULL, 4096, PROT_READ, MAP_SHARED, actor, 0), ENODEV,
	      "mmap() without a ring");
	wrong(getsockname(actor, NULL, NULL), EFAULT, "getsockname(): NULL");
	wrong(recv(unbound, &c, 1, 0), ENOTCONN, "recv() before bind()");
	wrong(send_to(unbound, addr_of(receiver), "x"), ENOTCONN,
	      "sendto() before bind()");
	wrong(try_connect(unbound, addr_of(receiver)), ENOTCONN,
	      "connect() before bind()");
	wrong(join(unbound, G), ENOTCONN, "BUS_JOIN before bind()");
	wrong(leave(unbound, G), ENOTCONN, "BUS_LEAVE before bind()");
	wrong(set_u32(unbound, BUS_MASTER, 1), ENOTCONN,
	      "BUS_MASTER before bind()");
	wrong(set_u32(unbound, BUS_EVENTS, 2), ENOTCONN,
	      "BUS_EVENTS before bind()");
	wrong(shutdown(unbound, SHUT_RD), ENOTCONN, "shutdown() before bind()");
	wrong(ioctl(unbound, SIOCBUSTURN, &turn), EINVAL,
	      "SIOCBUSTURN before bind()");
	wrong(mmap(NULL, 4096, PROT_READ, MAP_SHARED, unbound, 0), ENODEV,
	      "mmap() before bind()");
	close(unbound);
}

static void descriptors(void)
{
	int fds[BUS_FDS_MAX + 1] = { 0 };
	struct message m = {
		.to = addr_of(receiver), .text = "x",
		.fds = fds, .fd_count = BUS_FDS_MAX + 1,
	};

	wrong(send_message(actor, &m), EINVAL, "too many descriptors");
	m.fd_count = BUS_FDS_MAX;
	fds[BUS_FDS_MAX - 1] = -1;
	wrong(send_message(actor, &m), EBADF, "a bad descriptor behind good ones");
	fds[BUS_FDS_MAX - 1] = actor;
	wrong(send_message(actor, &m), EOPNOTSUPP, "a socket behind good ones");
	m.to = 12345;
	m.fd_count = 1;
	wrong(send_message(actor, &m), EHOSTUNREACH, "a descriptor for nobody");
}

static int without_rights(void *arg)
{
	int fd = open_socket();

	(void)arg;
	expect(!become(1000, 1000));
	expect(try_bind(fd, BUS, 0) < 0 && errno == EACCES && no_effect());
	expect(!set_perm(fd, 0666, 0, ~0));
	expect(try_bind(fd, BUS "-new", 0) < 0 && errno == EPERM);
	expect(try_bind(fd, BUS "-new", BUS_EXISTING) < 0 && errno == ENOENT);
	expect(!set_perm(fd, 0077, ~0, ~0));
	expect(try_bind(fd, BUS "-new", 0) < 0 && errno == EACCES);
	expect(try_bind(fd, BUS "-new", BUS_EXISTING) < 0 && errno == ENOENT);
	/* Another's socket, where claiming is judged by who does it. */
	expect(set_u32(receiver, BUS_MASTER, 1) < 0 && errno == EPERM);
	expect(no_effect());
	return 0;
}

static int in_other_net(void *arg)
{
	struct sockaddr_bus sa = bus_addr(addr_of(receiver), BUS_SKIP);
	int fd;

	(void)arg;
	expect(!unshare(CLONE_NEWNET));
	fd = open_socket();
	expect(try_bind(fd, BUS, BUS_EXISTING) < 0 && errno == ENOENT);
	expect(!try_bind(fd, BUS, BUS_CREATE));
	expect(sendto(fd, "x", 1, 0, (struct sockaddr *)&sa,
		      BUS_SOCKADDR_SHORT) < 0 && errno == EHOSTUNREACH);
	expect(send_to(fd, G, "x") < 0 && errno == EHOSTUNREACH);
	expect(no_effect());
	return 0;
}

/* Nothing needs to be aligned. */
static void unaligned(void)
{
	static char place[256] __attribute__((aligned(8)));
	struct sockaddr_bus sa = bus_named(BUS, 0);
	struct bus_stats stats;
	socklen_t len = sizeof(stats);
	__u64 group = G;
	int fd = open_socket();

	memcpy(place + 1, &sa, sizeof(sa));
	ok(!bind(fd, (struct sockaddr *)(place + 1), sizeof(sa)),
	   "bind() reads an unaligned address");
	sa = bus_addr(addr_of(fd), 0);
	memcpy(place + 3, &sa, BUS_SOCKADDR_SHORT);
	ok(sendto(fd, place + 1, 5, 0, (struct sockaddr *)(place + 3),
		  BUS_SOCKADDR_SHORT) == 5 && recv(fd, place + 33, 9, 0) == 5,
	   "so do sends, and receives of unaligned payloads");
	memcpy(place + 5, &group, sizeof(group));
	ok(!setsockopt(fd, SOL_BUS, BUS_JOIN, place + 5, sizeof(group)) &&
	   !leave(fd, G), "options may be unaligned");
	ok(!getsockopt(fd, SOL_BUS, BUS_STATS, place + 7, &len),
	   "and so may what is asked for");
	memcpy(&stats, place + 7, sizeof(stats));
	ok(stats.addr == addr_of(fd), "which is right all the same");
	close(fd);
}

int main(void)
{
	struct bus_name name = { .name = "known" };

	tap_begin();
	need_root();
	actor = open_bus(BUS);
	receiver = open_bus(BUS);
	witness = open_witness(BUS, 0x7e);
	must(!join(receiver, G) && !set_u32(actor, BUS_MASTER, 1));
	name.addr = addr_of(receiver);
	must(!set(BUS_NAME, &name, sizeof(name)));
	drain(witness);
	edge = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(edge != MAP_FAILED && !munmap(edge + 4096, 4096));
	edge += 4096;
	look(&before);

	sockets();
	binds();
	destinations();
	payloads();
	flags();
	controls();
	option_values();
	option_sizes();
	unknown_options();
	receives();
	other_calls();
	descriptors();
	ok(!in_child(without_rights, NULL), "no permission has no effect");
	ok(!in_child(in_other_net, NULL), "nor has the wrong namespace");
	drain(witness);
	unaligned();
	return tap_end();
}

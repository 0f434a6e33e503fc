// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions per message of AF_BUS and, beside it, of AF_UNIX SOCK_SEQPACKET.
 *
 * "pair" is one process that sends a message and receives it: two system calls,
 * no switch. "stream" is a process that sends what another receives, as fast as
 * it goes; "pingpong" is half a round trip of two processes.
 *
 * What one process does is counted in rounds short enough to lie between two
 * timer interrupts, and the least of them is told: it is the message's own. Two
 * processes are counted as a whole, after a while unseen, until the kernel's
 * caches were filled.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/afbus.h>

#include "bench.h"
#include "headway-bus.h"

#define ROUNDS		20
#define MESSAGES	64		/* in a round */
#define BURST		8		/* sent before any is received */
#define STREAM		5000		/* messages between two processes */
#define UNSEEN		500		/* and before them */
#define SIZE		1024
#define RECEIVERS	8
#define MEMBERS_MAX	1024
#define GROUPS_MAX	4000
#define RING_SLOTS	64

static const char *const bus_name = "bench";
static int family = AF_BUS_DEFAULT;
static char payload[BUS_MESSAGE_MAX];
static char buffer[BUS_MESSAGE_MAX];

/* Sockets */

static int bus_open(uint64_t *address)
{
	struct sockaddr_bus sa = { .sbus_family = (sa_family_t)family };
	struct bus_perm perm = { .mode = 0666, .uid = ~0U, .gid = ~0U };
	socklen_t size = sizeof(sa);
	int fd = socket(family, SOCK_SEQPACKET, 0);

	expect(fd >= 0, "socket(AF_BUS)");
	strcpy(sa.sbus_name, bus_name);
	expect(!setsockopt(fd, SOL_BUS, BUS_PERM, &perm, sizeof(perm)), "BUS_PERM");
	expect(!bind(fd, (struct sockaddr *)&sa, sizeof(sa)), "bind");
	expect(!getsockname(fd, (struct sockaddr *)&sa, &size), "getsockname");
	if (address)
		*address = sa.sbus_addr;
	return fd;
}

static void bus_connect(int fd, uint64_t to)
{
	struct sockaddr_bus sa = { .sbus_family = (sa_family_t)family, .sbus_addr = to };

	expect(!connect(fd, (struct sockaddr *)&sa, BUS_SOCKADDR_SHORT), "connect");
}

static void bus_join(int fd, uint64_t group)
{
	expect(!setsockopt(fd, SOL_BUS, BUS_JOIN, &group, sizeof(group)), "BUS_JOIN");
}

/* Two that are connected to each other, as socketpair() makes them. */
static void bus_pair(int *fd)
{
	uint64_t address[2];

	fd[0] = bus_open(&address[0]);
	fd[1] = bus_open(&address[1]);
	bus_connect(fd[0], address[1]);
	bus_connect(fd[1], address[0]);
}

static void unix_pair(int *fd)
{
	expect(!socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd), "socketpair");
}

static void pair_close(const int *fd)
{
	close(fd[0]);
	close(fd[1]);
}

/* One message each way, to be counted. */

static void one_send(int fd, size_t size)
{
	expect(send(fd, payload, size, 0) == (ssize_t)size, "send");
}

static void one_sendto(int fd, uint64_t to, size_t size)
{
	struct sockaddr_bus sa = { .sbus_family = (sa_family_t)family, .sbus_addr = to };

	expect(sendto(fd, payload, size, 0, (struct sockaddr *)&sa, BUS_SOCKADDR_SHORT) ==
	       (ssize_t)size, "sendto");
}

static void one_recv(int fd, size_t size)
{
	expect(recv(fd, buffer, sizeof(buffer), 0) == (ssize_t)size, "recv");
}

/* With the sender's address and what the kernel says of it. */
static void one_recvmsg(int fd, size_t size)
{
	struct iovec iov = { .iov_base = buffer, .iov_len = sizeof(buffer) };
	struct sockaddr_bus from;
	union {
		struct cmsghdr align;
		char bytes[128];
	} control;
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from),
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.bytes, .msg_controllen = sizeof(control),
	};

	expect(recvmsg(fd, &msg, 0) == (ssize_t)size, "recvmsg");
	expect(CMSG_FIRSTHDR(&msg) != NULL, "control message");
}

/* Rounds in one process */

/* One message of some kind: what is sent, what receives it, and how. */
struct way {
	void		(*send)(const struct way *way);
	void		(*receive)(const struct way *way);
	const int	*from;
	const int	*to;		/* as many as there are receivers */
	const uint64_t	*address;	/* of each receiver, or of their group */
	unsigned int	sends;
	unsigned int	receives;
	size_t		size;
	struct headway_bus *bus;
};

static void by_send(const struct way *way)
{
	unsigned int i;

	for (i = 0; i < way->sends; i++)
		one_send(way->from[i], way->size);
}

static void by_sendto(const struct way *way)
{
	unsigned int i;

	for (i = 0; i < way->sends; i++)
		one_sendto(way->from[0], way->address[i], way->size);
}

static void by_recv(const struct way *way)
{
	unsigned int i;

	for (i = 0; i < way->receives; i++)
		one_recv(way->to[i], way->size);
}

static void by_recvmsg(const struct way *way)
{
	one_recvmsg(way->to[0], way->size);
}

static void by_library(const struct way *way)
{
	struct headway_message m;

	expect(headway_bus_receive(way->bus, &m) == 1 && m.size == way->size, "receive");
}

/* Each message is received when it was sent. */
static void count_pair(const char *name, const struct way *way)
{
	uint64_t least = UINT64_MAX;
	uint64_t start, took;
	int round, i;

	rest();
	for (round = 0; round < ROUNDS; round++) {
		start = now();
		for (i = 0; i < MESSAGES; i++) {
			way->send(way);
			way->receive(way);
		}
		took = now() - start;
		if (took < least)
			least = took;
	}
	count(name, least, MESSAGES);
}

/* Only the sending is counted: a burst, received when it was sent. */
static void count_sends(const char *name, const struct way *way)
{
	uint64_t least = UINT64_MAX;
	uint64_t start, took;
	int round, i;

	rest();
	for (round = 0; round < ROUNDS; round++) {
		start = now();
		for (i = 0; i < BURST; i++)
			way->send(way);
		took = now() - start;
		if (took < least)
			least = took;
		for (i = 0; i < BURST; i++)
			way->receive(way);
	}
	count(name, least, BURST);
}

static void pair(const char *name, const int *fd, size_t size)
{
	const struct way way = {
		.send = by_send, .sends = 1, .from = &fd[0],
		.receive = by_recv, .receives = 1, .to = &fd[1], .size = size,
	};

	count_pair(name, &way);
}

/* With what the kernel says of the sender. */
static void pair_told(const char *name, const int *fd)
{
	const struct way way = {
		.send = by_send, .sends = 1, .from = &fd[0],
		.receive = by_recvmsg, .to = &fd[1], .size = SIZE,
	};

	count_pair(name, &way);
}

static void pairs(void)
{
	const uint32_t stamp = BUS_META_STAMP;
	const int yes = 1;
	int bus[2], un[2];

	bus_pair(bus);
	unix_pair(un);
	pair("bus-pair", bus, SIZE);
	pair("unix-pair", un, SIZE);
	pair("bus-pair-64", bus, 64);
	pair("unix-pair-64", un, 64);
	expect(!setsockopt(bus[1], SOL_BUS, BUS_META, &stamp, sizeof(stamp)), "BUS_META");
	expect(!setsockopt(un[1], SOL_SOCKET, SO_PASSCRED, &yes, sizeof(yes)), "SO_PASSCRED");
	pair_told("bus-pair-meta", bus);
	pair_told("unix-pair-cred", un);
	pair_close(bus);
	pair_close(un);
}

/* Two processes */

static void stream(const char *name, const int *fd)
{
	uint64_t start = 0;
	int i, status;
	pid_t pid;

	rest();
	pid = fork();
	expect(pid >= 0, "fork");
	if (!pid) {
		for (i = -UNSEEN; i < STREAM; i++)
			one_recv(fd[1], SIZE);
		_exit(0);
	}
	for (i = -UNSEEN; i < STREAM; i++) {
		if (!i)
			start = now();
		one_send(fd[0], SIZE);
	}
	expect(waitpid(pid, &status, 0) == pid && !status, "receiver");
	count(name, now() - start, STREAM);
}

static void pingpong(const char *name, const int *fd)
{
	uint64_t start = 0;
	int i, status;
	pid_t pid;

	rest();
	pid = fork();
	expect(pid >= 0, "fork");
	if (!pid) {
		for (i = -UNSEEN; i < STREAM; i++) {
			one_recv(fd[1], SIZE);
			one_send(fd[1], SIZE);
		}
		_exit(0);
	}
	for (i = -UNSEEN; i < STREAM; i++) {
		if (!i)
			start = now();
		one_send(fd[0], SIZE);
		one_recv(fd[0], SIZE);
	}
	count(name, now() - start, 2 * STREAM);
	expect(waitpid(pid, &status, 0) == pid && !status, "receiver");
}

static void processes(void)
{
	int bus[2], un[2];

	bus_pair(bus);
	unix_pair(un);
	stream("bus-stream", bus);
	stream("unix-stream", un);
	pingpong("bus-pingpong", bus);
	pingpong("unix-pingpong", un);
	pair_close(bus);
	pair_close(un);
}

/* One to eight: what the sender's calls cost, and what all calls do. */

static void fan_out(const char *name, const struct way *way)
{
	char all[64];

	snprintf(all, sizeof(all), "%s-and-receive", name);
	count_sends(name, way);
	count_pair(all, way);
}

static void one_to_many(void)
{
	const uint64_t group = HEADWAY_GROUP(1);
	uint64_t address[RECEIVERS];
	int to[RECEIVERS];
	int from, i;
	struct way way = {
		.send = by_sendto, .sends = 1, .from = &from, .address = &group,
		.receive = by_recv, .receives = RECEIVERS, .to = to, .size = SIZE,
	};

	from = bus_open(NULL);
	for (i = 0; i < RECEIVERS; i++) {
		to[i] = bus_open(&address[i]);
		bus_join(to[i], group);
	}
	fan_out("bus-group-8", &way);
	way.sends = RECEIVERS;
	way.address = address;
	fan_out("bus-unicast-8", &way);
	for (i = 0; i < RECEIVERS; i++)
		close(to[i]);
	close(from);
}

static void one_to_many_unix(void)
{
	int from[RECEIVERS], to[RECEIVERS];
	const struct way way = {
		.send = by_send, .sends = RECEIVERS, .from = from,
		.receive = by_recv, .receives = RECEIVERS, .to = to, .size = SIZE,
	};
	int fd[2];
	int i;

	for (i = 0; i < RECEIVERS; i++) {
		unix_pair(fd);
		from[i] = fd[0];
		to[i] = fd[1];
	}
	fan_out("unix-unicast-8", &way);
	for (i = 0; i < RECEIVERS; i++) {
		close(from[i]);
		close(to[i]);
	}
}

/* What does not concern a message must not slow it down. */

static void unconcerned(const char *what, int n, int from, int to, uint64_t address)
{
	const uint64_t group = HEADWAY_GROUP(1);
	struct way way = {
		.send = by_sendto, .sends = 1, .from = &from, .address = &address,
		.receive = by_recv, .receives = 1, .to = &to, .size = SIZE,
	};
	char name[64];

	snprintf(name, sizeof(name), "bus-unicast-%s-%d", what, n);
	count_pair(name, &way);
	way.address = &group;
	snprintf(name, sizeof(name), "bus-group-%s-%d", what, n);
	count_pair(name, &way);
}

static void members(void)
{
	static const int sizes[] = { 2, 64, MEMBERS_MAX };
	static int other[MEMBERS_MAX];
	unsigned int step;
	uint64_t address;
	int from, to;
	int n = 2;

	from = bus_open(NULL);
	to = bus_open(&address);
	bus_join(to, HEADWAY_GROUP(1));
	/* Of another user: one may not have so many. */
	expect(!seteuid(1), "seteuid");
	for (step = 0; step < sizeof(sizes) / sizeof(sizes[0]); step++) {
		for (; n < sizes[step]; n++) {
			other[n] = bus_open(NULL);
			bus_join(other[n], HEADWAY_GROUP(2));
		}
		unconcerned("members", n, from, to, address);
	}
	while (--n >= 2)
		close(other[n]);
	expect(!seteuid(0), "seteuid");
	close(to);
	close(from);
}

static void groups(void)
{
	static const int sizes[] = { 0, 1000, GROUPS_MAX };
	unsigned int step;
	uint64_t address;
	int from, to, other;
	int n = 0;

	from = bus_open(NULL);
	to = bus_open(&address);
	other = bus_open(NULL);
	bus_join(to, HEADWAY_GROUP(1));
	for (step = 0; step < sizeof(sizes) / sizeof(sizes[0]); step++) {
		for (; n < sizes[step]; n++)
			bus_join(other, HEADWAY_GROUP(1000 + n));
		unconcerned("groups", n, from, to, address);
	}
	close(other);
	close(to);
	close(from);
}

/* Receiving through a ring, with the library as a program would. */

static void receive(const char *how, struct headway_bus *bus, int from, size_t size)
{
	uint64_t address = headway_bus_address(bus);
	const struct way way = {
		.send = by_sendto, .sends = 1, .from = &from, .address = &address,
		.receive = by_library, .bus = bus, .size = size,
	};
	char name[64];

	snprintf(name, sizeof(name), "bus-%s-%zu", how, size);
	count_pair(name, &way);
	headway_bus_close(bus);
}

static void rings(void)
{
	static const unsigned int sizes[] = { 64, 1024, 16384 };
	struct headway_bus *bus;
	unsigned int i;
	int from;

	from = bus_open(NULL);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		expect(!headway_bus_open(&bus, bus_name, 0, NULL), "open");
		receive("queue", bus, from, sizes[i]);
		expect(!headway_bus_open(&bus, bus_name, 0, NULL), "open");
		expect(!headway_bus_ring(bus, RING_SLOTS, 2 * sizes[i] < 256 ? 256 : 2 * sizes[i]),
		       "ring");
		receive("ring", bus, from, sizes[i]);
	}
	close(from);
}

int main(int argc, char **argv)
{
	static const struct {
		const char	*name;
		void		(*run)(void);
	} parts[] = {
		{ "pairs", pairs }, { "processes", processes }, { "one-to-many", one_to_many },
		{ "one-to-many-unix", one_to_many_unix }, { "members", members },
		{ "groups", groups }, { "rings", rings },
	};
	const struct rlimit files = { 4096, 4096 };
	const char *number = getenv("AFBUS_FAMILY");
	unsigned int i;

	if (number)
		family = atoi(number);
	expect(!setrlimit(RLIMIT_NOFILE, &files), "setrlimit");
	memset(payload, 'x', sizeof(payload));
	run_until_waiting();
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (argc < 2 || !strcmp(argv[1], parts[i].name))
			parts[i].run();
	return 0;
}

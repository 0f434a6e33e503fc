// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many processes on one bus. A port is a member that keeps the rules: what it
 * sends says who sent it, its number and to whom, so that the receiving port
 * can check that
 *
 *   stamps strictly increase and time never falls,
 *   a sender's messages come in the order of their numbers, none twice,
 *   a message comes after everything its sender had received,
 *   whoever gets the same message sees the same stamp, and nobody else does,
 *   nothing comes from a member before it entered or after it was told dead,
 *   payload, source, destination, size and descriptors are right,
 *
 * and, when all is over, that each port received what was sent to it, but for
 * what it was told to have lost.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include "crowd.h"
#include "history.h"
#include "packet.h"
#include "random.h"
#include "wild.h"

#define PORTS		3	/* of each process */
#define ROWS		(CROWD_MAX * (PORTS + 1))	/* senders: ports and visitors */
#define GROUPS		4
#define GROUP(g)	(BUS_ADDR_GROUP | (0x100 + (g)))
#define LETTER_MAX	3000
#define STAMPS		65536
#define NUMBERS		4096
#define EXITED		256
#define MAGIC		0x4c45545445523031
#define HANG_SECONDS	60
#define SLOTS		16
#define SLOT_SIZE	512

static const char bus_name[BUS_NAME_MAX] = "crowd";

struct letter {
	uint64_t magic;
	uint64_t from;		/* address of the sender */
	uint64_t dest;		/* zero: a list */
	uint64_t seen;		/* the last stamp its sender received */
	uint32_t row;
	uint32_t number;
	uint32_t size;
	uint32_t files;
};

/* What all processes see. */
struct shared {
	_Atomic unsigned int ready;
	_Atomic unsigned int sent;	/* processes that send no more */
	_Atomic unsigned int drained;	/* whose queues are empty: nobody waits for room */
	_Atomic uint64_t steps[CROWD_MAX];
	_Atomic uint64_t calls, received, lost, agreed;
	_Atomic uint64_t addr[ROWS];
	_Atomic uint64_t expected[ROWS];
	/* Stamp and message, in brief, by either: each must have one other. */
	_Atomic uint64_t by_stamp[STAMPS];
	_Atomic uint64_t by_message[ROWS][NUMBERS];
};

struct port {
	int fd;
	unsigned int row;
	uint64_t addr;
	bool stamps;
	bool listens;
	const char *ring;	/* mapped, or NULL */
	uint64_t done;		/* messages read from it */
	uint32_t number;	/* of the last letter sent */
	uint64_t calls;
	uint64_t received;
	uint64_t told;		/* lost */
	uint64_t last_stamp;
	uint64_t last_time;
	uint32_t last_number[ROWS];
	uint64_t exited[EXITED];
	unsigned int exits;
	bool peeked;
	struct letter peek;
};

static struct shared *shared;
static unsigned int rows, ports;	/* rows: ports first, then visitors */
static int family, passed;
static uint64_t seed;
static char buffer[LETTER_MAX];

static unsigned char byte_of(const struct letter *l, size_t i)
{
	return l->row * 37 + l->number * 11 + i * 5;
}

static bool in_group(unsigned int row, unsigned int g)
{
	return row < ports && (row + g) % GROUPS < 2;
}

static void write_letter(struct letter *l)
{
	size_t i;

	memcpy(buffer, l, sizeof(*l));
	for (i = sizeof(*l); i < l->size; i++)
		buffer[i] = byte_of(l, i);
}

/* Stamp and message, each in 32 bits, kept where the other finds it. */
static void agree(uint64_t stamp, const struct letter *l)
{
	uint32_t message = l->row << 24 | (l->number & 0xffffff);
	uint64_t pair = stamp << 32 | message, other;

	other = atomic_exchange(&shared->by_stamp[stamp % STAMPS], pair);
	if (other >> 32 == pair >> 32) {
		if (other != pair)
			fail("stamp %llx is of message %x and of %x", (long long)stamp,
			     message, (uint32_t)other);
		atomic_fetch_add(&shared->agreed, 1);
	}
	other = atomic_exchange(&shared->by_message[l->row][l->number % NUMBERS], pair);
	if ((uint32_t)other == message && other != pair)
		fail("message %x has stamps %x and %x", message, (uint32_t)(pair >> 32),
		     (uint32_t)(other >> 32));
}

static void check_event(struct port *p, const struct incoming *in)
{
	const struct bus_event *e = (void *)buffer;

	if (in->size != sizeof(*e) || e->reserved)
		fail("event of %zd bytes, reserved %u", in->size, e->reserved);
	if (in->has_meta && !(in->meta.flags & BUS_META_EVENT))
		fail("event %u without BUS_META_EVENT", e->type);
	if (e->type == BUS_EVENT_LOST) {
		if (!p->stamps || !in->meta.lost)
			fail("loss of %llu told by an event", (long long)in->meta.lost);
	} else if (!p->listens) {
		fail("event %u that nobody asked for", e->type);
	} else if (e->type == BUS_EVENT_EXIT) {
		p->exited[p->exits++ % EXITED] = e->addr;
	} else if (e->type < BUS_EVENT_ENTER || e->type > BUS_EVENT_LOST) {
		fail("event of type %u", e->type);
	}
}

static void check_letter(struct port *p, const struct incoming *in, bool peek, size_t room)
{
	struct letter l;
	size_t i, have = room < (size_t)in->size ? room : (size_t)in->size;

	if (have < sizeof(l))
		return;		/* a short buffer: only its length is known */
	memcpy(&l, buffer, sizeof(l));
	if (l.magic != MAGIC || l.row >= rows || l.size > LETTER_MAX)
		fail("a letter of nobody: magic %llx row %u size %u", (long long)l.magic,
		     l.row, l.size);
	if (in->from.sbus_addr != l.from || (l.row < ports && l.from != shared->addr[l.row]))
		fail("from %llx, but it says %llx, row %u", (long long)in->from.sbus_addr,
		     (long long)l.from, l.row);
	for (i = sizeof(l); i < have; i++)
		if ((unsigned char)buffer[i] != byte_of(&l, i))
			fail("byte %zu of letter %u/%u is wrong", i, l.row, l.number);
	if (p->peeked && (p->peek.row != l.row || p->peek.number != l.number))
		fail("peeked at %u/%u, then got %u/%u", p->peek.row, p->peek.number,
		     l.row, l.number);
	p->peeked = peek;
	p->peek = l;
	if (!(in->flags & MSG_CTRUNC) && in->files != l.files)
		fail("%u descriptors, not %u", in->files, l.files);
	for (i = 0; i < EXITED && i < p->exits; i++)
		if (p->exited[i] == l.from)
			fail("a letter of %llx, which was told dead", (long long)l.from);
	if (peek)
		return;
	if (l.number <= p->last_number[l.row])
		fail("letter %u of %u after %u", l.number, l.row, p->last_number[l.row]);
	p->last_number[l.row] = l.number;
	if (!in->has_meta)
		return;
	if (in->meta.order <= l.seen)
		fail("stamp %llx, but its sender had seen %llx", (long long)in->meta.order,
		     (long long)l.seen);
	if (in->meta.size != l.size || in->meta.flags)
		fail("meta says %llu bytes, flags %x; sent were %u", (long long)in->meta.size,
		     in->meta.flags, l.size);
	if (l.dest ? in->meta.dest != l.dest :
	    in->meta.dest != p->addr && !(in->meta.dest & BUS_ADDR_GROUP))
		fail("meta says to %llx, sent to %llx", (long long)in->meta.dest,
		     (long long)l.dest);
	if (in->meta.dest & BUS_ADDR_GROUP && !in_group(p->row, in->meta.dest & 0xff))
		fail("got a letter to group %llx", (long long)in->meta.dest);
	agree(in->meta.order, &l);
}

static void check_incoming(struct port *p, const struct incoming *in, int flags, size_t room)
{
	bool peek = flags & MSG_PEEK;

	if (in->odd)
		fail("a control message that nobody asked for");
	if (in->from_len != BUS_SOCKADDR_SHORT || in->from.sbus_family != family)
		fail("source address of %u bytes, family %u", in->from_len,
		     in->from.sbus_family);
	if (p->stamps && !in->has_meta && !(in->flags & MSG_CTRUNC))
		fail("no BUS_CMSG_META");
	if (in->has_meta) {
		if (in->meta.order <= p->last_stamp)
			fail("stamp %llx after %llx", (long long)in->meta.order,
			     (long long)p->last_stamp);
		if (in->meta.time < p->last_time)
			fail("time %llu after %llu", (long long)in->meta.time,
			     (long long)p->last_time);
	}
	if (!in->from.sbus_addr) {
		if (p->peeked)
			fail("peeked at letter %u/%u, then got an event", p->peek.row,
			     p->peek.number);
		if (!peek && room >= sizeof(struct bus_event))
			check_event(p, in);
	} else {
		check_letter(p, in, peek, room);
		p->received += !peek;
	}
	if (in->has_meta && !peek) {
		p->told += in->meta.lost;
		p->last_stamp = in->meta.order;
		p->last_time = in->meta.time;
	}
	if (!peek && room < sizeof(struct letter))
		p->peeked = false;
}

/* A slot says what recvmsg() would have said, or that recvmsg() says it. */
static void read_slot(struct port *p, const struct bus_slot *slot)
{
	struct incoming in = {
		.size = slot->length, .has_meta = true, .meta = slot->meta, .label_len = -1,
		.from = { .sbus_family = family, .sbus_addr = slot->src },
		.from_len = BUS_SOCKADDR_SHORT,
	};
	int file;

	if (slot->ready != p->done + 1 || slot->length > SLOT_SIZE - sizeof(*slot))
		fail("slot %llu: ready %llu, length %u", (long long)p->done,
		     (long long)slot->ready, slot->length);
	if (slot->flags & BUS_SLOT_QUEUED) {
		if (incoming_receive(&in, p->fd, buffer, LETTER_MAX, sizeof(in.control),
				     MSG_DONTWAIT) < 0)
			fail("recvmsg() of slot %llu: %s", (long long)p->done,
			     strerror(errno));
		if (!in.has_meta || in.meta.order != slot->meta.order)
			fail("slot %llu has another message than the queue",
			     (long long)p->done);
		in.meta.lost = slot->meta.lost;
		if (in.meta.flags & BUS_META_MEMFD) {
			file = in.fds[--in.files];
			in.size = pread(file, buffer, LETTER_MAX, 0);
			in.meta.flags &= ~BUS_META_MEMFD;
			close(file);
		}
	} else {
		memcpy(buffer, slot + 1, slot->length);
	}
	check_incoming(p, &in, 0, LETTER_MAX);
	incoming_close(&in);
	p->done++;
}

/* Return: whether there was something. */
static bool receive_ring(struct port *p, struct random *r)
{
	struct bus_turn turn = { .done = p->done };
	uint64_t n;

	p->calls++;
	if (ioctl(p->fd, SIOCBUSTURN, &turn)) {
		if (errno != EAGAIN)
			fail("SIOCBUSTURN: %s", strerror(errno));
		return false;
	}
	note("turn port %ld: done %ld ready %ld", p->row, turn.done, turn.ready);
	if (turn.ready <= p->done || turn.ready > p->done + SLOTS)
		fail("SIOCBUSTURN: %llu ready after %llu", (long long)turn.ready,
		     (long long)p->done);
	for (n = 1 + below(r, turn.ready - p->done); n; n--)
		read_slot(p, (const void *)(p->ring + p->done % SLOTS * SLOT_SIZE));
	return true;
}

/* Return: whether there was something. */
static bool receive(struct port *p, struct random *r)
{
	struct incoming in;
	int flags = MSG_DONTWAIT | MSG_TRUNC;
	size_t room = one_in(r, 32) ? below(r, LETTER_MAX) : LETTER_MAX;
	size_t control = sizeof(in.control);

	if (p->ring)
		return receive_ring(p, r);
	if (one_in(r, 8))
		flags |= MSG_PEEK;
	/* Without its meta the count of losses would be gone. */
	if (one_in(r, 64) && !p->stamps)
		control = below(r, 100);
	if (one_in(r, 64)) {
		struct iovec iov = { (void *)1, room };
		struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

		if (recvmsg(p->fd, &msg, MSG_DONTWAIT) >= 0)
			fail("received at address 1");
		if (errno == ENOBUFS && !p->stamps)
			p->peeked = false;
		else if (errno != EAGAIN && errno != EFAULT)
			fail("recvmsg() at address 1: %s", strerror(errno));
	}
	p->calls++;
	incoming_receive(&in, p->fd, buffer, room, control, flags);
	note("recv port %ld flags %lx: %ld order %lx from %lx", p->row, flags, in.size,
	     in.has_meta ? in.meta.order : 0, in.size < 0 ? 0 : in.from.sbus_addr);
	if (in.size == -EAGAIN)
		return false;
	if (in.size == -EINTR || (in.size == -ENOBUFS && !p->stamps))
		return true;
	if (in.size < 0)
		fail("recvmsg(): %s", strerror(-in.size));
	check_incoming(p, &in, flags, room);
	incoming_close(&in);
	return true;
}

/* Who of the ports gets what goes to @dest. */
static void mark(bool *gets, unsigned int from, uint64_t dest, bool list)
{
	unsigned int row;

	for (row = 0; row < ports; row++)
		if (dest & BUS_ADDR_GROUP ? row != from && in_group(row, dest & 0xff) :
		    dest == shared->addr[row] && !(list && row == from))
			gets[row] = true;
}

static uint64_t any_dest(struct random *r)
{
	return one_in(r, 3) ? GROUP(below(r, GROUPS)) : shared->addr[below(r, ports)];
}

static void send_letter(struct port *p, struct random *r)
{
	bool gets[ROWS] = { false }, list = one_in(r, 6);
	uint32_t policy = below(r, 3);
	struct outgoing out;
	struct letter l = {
		.magic = MAGIC, .from = p->addr, .row = p->row, .number = p->number + 1,
		.seen = p->last_stamp, .files = one_in(r, 32) ? 1 + below(r, 3) : 0,
		.size = sizeof(l) + below(r, one_in(r, 8) ? LETTER_MAX - sizeof(l) : 200),
	};
	int flags = MSG_NOSIGNAL | (one_in(r, 32) ? 0 : MSG_DONTWAIT);
	unsigned int row, i;
	ssize_t size;

	outgoing_init(&out, buffer, l.size);
	if (list) {
		outgoing_to(&out, family, 0, policy);
		out.list = 1 + below(r, 6);
		for (i = 0; (int)i < out.list; i++) {
			out.dests[i] = any_dest(r);
			mark(gets, p->row, out.dests[i], true);
		}
	} else {
		l.dest = any_dest(r);
		mark(gets, p->row, l.dest, false);
		outgoing_to(&out, family, l.dest, policy);
	}
	if (l.files) {
		out.files = l.files;
		for (i = 0; i < l.files; i++)
			out.fds[i] = passed;
	}
	write_letter(&l);
	p->calls++;
	size = outgoing_send(&out, p->fd, flags);
	note("send port %ld number %ld to %lx policy %ld: %ld errno %ld", p->row, l.number, l.dest,
	     policy, size, size < 0 ? errno : 0);
	if (size < 0) {
		/* A list may name its sender alone. */
		for (row = 0; errno == EHOSTUNREACH && row < ports; row++)
			if (gets[row])
				fail("sendmsg(): a port is not there, or its process has failed");
		if (!(errno == EAGAIN && policy == BUS_WAIT) &&
		    !(errno == ENOBUFS && policy == BUS_FAIL) &&
		    !(errno == EINTR && policy == BUS_WAIT && !(flags & MSG_DONTWAIT)) &&
		    errno != EDQUOT && errno != EHOSTUNREACH)
			fail("sendmsg(): %s, policy %u", strerror(errno), policy);
		return;
	}
	if (size != l.size)
		fail("sendmsg() took %zd of %u", size, l.size);
	p->number = l.number;
	for (row = 0; row < ports; row++)
		if (gets[row])
			atomic_fetch_add(&shared->expected[row], 1);
}

static int option(int fd, int name, uint32_t value)
{
	return setsockopt(fd, SOL_BUS, name, &value, sizeof(value));
}

/* A member of the bus. It joins groups later, once all are there. */
static void enter(struct port *p, unsigned int row)
{
	struct sockaddr_bus sa = { .sbus_family = family };
	struct timeval soon = { 0, 20000 };
	socklen_t len = sizeof(sa);

	memcpy(sa.sbus_name, bus_name, sizeof(sa.sbus_name));
	p->row = row;
	p->fd = socket(family, SOCK_SEQPACKET, 0);
	if (p->fd < 0)
		fail("socket(): %s", strerror(errno));
	setsockopt(p->fd, SOL_SOCKET, SO_SNDTIMEO, &soon, sizeof(soon));
	if (bind(p->fd, (void *)&sa, sizeof(sa)) ||
	    getsockname(p->fd, (void *)&sa, &len))
		fail("bind(): %s", strerror(errno));
	p->addr = sa.sbus_addr;
	if (!p->addr || p->addr & BUS_ADDR_GROUP)
		fail("member address %llx", (long long)p->addr);
	shared->addr[row] = p->addr;
}

static void open_ring(struct port *p)
{
	struct bus_ring ring = { SLOTS, SLOT_SIZE };

	if (setsockopt(p->fd, SOL_BUS, BUS_RING, &ring, sizeof(ring)) ||
	    fcntl(p->fd, F_SETFL, O_NONBLOCK))
		fail("BUS_RING: %s", strerror(errno));
	p->ring = mmap(NULL, SLOTS * SLOT_SIZE, PROT_READ, MAP_SHARED, p->fd, 0);
	if (p->ring == MAP_FAILED)
		fail("mmap(): %s", strerror(errno));
}

static void open_port(struct port *p, unsigned int row)
{
	uint64_t group;
	unsigned int g;

	enter(p, row);
	if (row % 5 == 3)
		open_ring(p);
	p->stamps = row % 4 || p->ring;
	p->listens = row % 4 >= 2;
	if (option(p->fd, BUS_QUEUE, 4 << row % 5) ||
	    option(p->fd, BUS_META, p->stamps ? BUS_META_STAMP : 0) ||
	    (p->listens && option(p->fd, BUS_EVENTS,
				  1 << BUS_EVENT_ENTER | 1 << BUS_EVENT_EXIT |
				  1 << BUS_EVENT_JOIN | 1 << BUS_EVENT_LEAVE |
				  1 << BUS_EVENT_ROOM)))
		fail("setsockopt(): %s", strerror(errno));
	for (g = 0; g < GROUPS; g++) {
		group = GROUP(g);
		if (in_group(row, g) &&
		    setsockopt(p->fd, SOL_BUS, BUS_JOIN, &group, sizeof(group)))
			fail("joining group %u: %s", g, strerror(errno));
	}
}

/* A member that comes, sends a little, and goes; its number and row stay. */
static void visit(struct port *p, unsigned int row, struct random *r)
{
	uint64_t group = GROUP(below(r, GROUPS));
	unsigned int i, n = below(r, 8);

	enter(p, row);
	p->last_stamp = 0;
	if (one_in(r, 2))
		setsockopt(p->fd, SOL_BUS, BUS_JOIN, &group, sizeof(group));
	for (i = 0; i < n; i++)
		send_letter(p, r);
	p->calls += 5;
	close(p->fd);
}

static void on_alarm(int signal)
{
	(void)signal;
}

/* All processes have to be there; a bounded number of them, and each comes. */
static void wait_for(_Atomic unsigned int *count, unsigned int all)
{
	while (atomic_load(count) < all)
		usleep(1000);
}

static void drain(struct port *p)
{
	struct random none = { 0 };

	while (receive(p, &none))
		;
}

static void settle(struct port *p)
{
	struct bus_stats s;
	socklen_t len = sizeof(s);
	uint64_t lost;

	drain(p);
	if (getsockopt(p->fd, SOL_BUS, BUS_STATS, &s, &len))
		fail("BUS_STATS: %s", strerror(errno));
	lost = p->stamps ? p->told : s.lost;
	if (lost != s.lost)
		fail("port %u: told of %llu lost, BUS_STATS says %llu", p->row,
		     (long long)p->told, (long long)s.lost);
	if (s.queued || s.queued_bytes)
		fail("port %u: %llu messages, %llu bytes left in an empty queue", p->row,
		     (long long)s.queued, (long long)s.queued_bytes);
	if (p->received > shared->expected[p->row] ||
	    p->received + lost < shared->expected[p->row] ||
	    (!p->listens && p->received + lost != shared->expected[p->row]))
		fail("port %u: %llu were sent to it, it received %llu and lost %llu", p->row,
		     (long long)shared->expected[p->row], (long long)p->received,
		     (long long)lost);
	atomic_fetch_add(&shared->received, p->received);
	atomic_fetch_add(&shared->lost, lost);
	atomic_fetch_add(&shared->calls, p->calls);
}

static void run(unsigned int process, unsigned int processes, uint64_t steps,
		struct wild *wild)
{
	struct itimerval often = { { 0, 5000 }, { 0, 5000 } };
	struct sigaction ignore = { .sa_handler = on_alarm };
	static struct port port[PORTS], visitor;
	uint64_t step;
	unsigned int i;

	history = (struct history){ .seed = seed, .process = process };
	signal(SIGPIPE, SIG_IGN);
	sigaction(SIGALRM, &ignore, NULL);
	passed = eventfd(0, 0);
	for (i = 0; i < PORTS; i++)
		open_port(&port[i], process * PORTS + i);
	wild->floor = port[PORTS - 1].fd + 1;
	atomic_fetch_add(&shared->ready, 1);
	wait_for(&shared->ready, processes);

	setitimer(ITIMER_REAL, &often, NULL);
	for (step = 0; step < steps; step++) {
		struct random r = random_of(seed, process, step);
		struct port *p = &port[below(&r, PORTS)];
		unsigned int what = below(&r, 100);

		history.step = step;
		if (what < 45)
			wild_step(wild, &r);
		else if (what < 65)
			send_letter(p, &r);
		else if (what < 99)
			for (i = below(&r, 8); receive(p, &r) && i; i--)
				;
		else if (one_in(&r, 4))
			visit(&visitor, ports + process, &r);
		atomic_store_explicit(&shared->steps[process], step + 1, memory_order_relaxed);
	}
	setitimer(ITIMER_REAL, &(struct itimerval){ 0 }, NULL);
	atomic_fetch_add(&shared->calls, wild->calls + visitor.calls);
	for (i = 0; i < PORTS; i++)
		option(port[i].fd, BUS_EVENTS, 0);
	atomic_fetch_add(&shared->sent, 1);
	wait_for(&shared->sent, processes);
	for (i = 0; i < PORTS; i++)
		drain(&port[i]);
	atomic_fetch_add(&shared->drained, 1);
	wait_for(&shared->drained, processes);
	for (i = 0; i < PORTS; i++)
		settle(&port[i]);
	_exit(0);
}

static uint64_t progress(unsigned int processes)
{
	uint64_t sum = shared->ready + shared->sent + shared->drained;
	unsigned int i;

	for (i = 0; i < processes; i++)
		sum += atomic_load_explicit(&shared->steps[i], memory_order_relaxed);
	return sum;
}

/* Until some steps were made or time is up; stopping needs no exact moment. */
static void let_run(unsigned int processes, uint64_t steps)
{
	uint64_t goal = progress(processes) + steps;
	unsigned int i;

	for (i = 0; i < 100 && progress(processes) < goal; i++)
		usleep(1000);
}

/* Return: whether all ended well. Stops one now and then, with full queues. */
static bool watch(pid_t *pid, unsigned int processes, struct crowd_result *result)
{
	unsigned int left = processes, i;
	time_t since = time(NULL);
	uint64_t last = 0, round;
	bool good = true;
	int status;

	for (round = 0; left; round++) {
		struct random r = random_of(seed, CROWD_MAX, round);
		unsigned int victim = below(&r, processes);

		if (!shared->sent && pid[victim] && good) {
			kill(pid[victim], SIGSTOP);
			let_run(processes, 200 + below(&r, 2000));
			kill(pid[victim], SIGCONT);
			result->stops++;
		}
		let_run(processes, below(&r, 20000));
		for (i = 0; i < processes; i++) {
			if (!pid[i] || waitpid(pid[i], &status, WNOHANG) != pid[i])
				continue;
			pid[i] = 0;
			left--;
			if (status) {
				printf("# process %u of seed %llu at step %llu: status %x\n", i,
				       (long long)seed, (long long)shared->steps[i], status);
				good = false;
			}
			since = time(NULL);
		}
		if (progress(processes) != last)
			since = time(NULL);
		last = progress(processes);
		if (good && time(NULL) - since > HANG_SECONDS) {
			for (i = 0; i < processes; i++)
				if (pid[i])
					printf("# process %u of seed %llu hangs at step %llu\n", i,
					       (long long)seed, (long long)shared->steps[i]);
			good = false;
		}
		for (i = 0; !good && i < processes; i++)
			if (pid[i])
				kill(pid[i], SIGKILL);
	}
	return good;
}

bool crowd_run(uint64_t run_seed, uint64_t calls, unsigned int processes,
	       struct crowd_result *result)
{
	static struct wild wild;
	pid_t pid[CROWD_MAX];
	unsigned int i;
	bool good;

	seed = run_seed;
	family = bus_family_number();
	ports = processes * PORTS;
	rows = ports + processes;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		fail("mmap(): %s", strerror(errno));
	wild_open(&wild, family);
	fflush(stdout);
	for (i = 0; i < processes; i++) {
		pid[i] = fork();
		if (!pid[i])
			run(i, processes, calls / processes, &wild);
	}
	good = watch(pid, processes, result);
	result->calls = shared->calls;
	result->received = shared->received;
	result->lost = shared->lost;
	result->agreed = shared->agreed;
	munmap(shared, sizeof(*shared));
	return good;
}

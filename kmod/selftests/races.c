// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens at the same time: ends, deaths and storms leave nobody waiting
 * for ever, nothing counted wrong, and the rest undisturbed.
 */
#include "bus_test.h"

#define BUS	"races"
#define G	GROUP(1)

static int events_of_life(void)
{
	return 1 << BUS_EVENT_ENTER | 1 << BUS_EVENT_EXIT;
}

static void deep(int fd)
{
	int most = 1 << 24;

	must(!set_u32(fd, BUS_QUEUE, BUS_QUEUE_MAX));
	must(!setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &most, sizeof(most)));
}

/* Receivers come and go below the hands of senders that wait for them. */

struct meeting {
	struct gate	gate;
	unsigned int	rounds;
	__u64		target;		/* address of who receives now */
	unsigned int	over;
};

static int sends_to_target(void *arg)
{
	struct meeting *m = arg;
	int fd = open_bus(BUS);
	struct message msg = { .text = "x", .waits = true };
	unsigned int sent = 0;

	gate_wait(&m->gate);
	while (!__atomic_load_n(&m->over, __ATOMIC_ACQUIRE)) {
		msg.to = __atomic_load_n(&m->target, __ATOMIC_ACQUIRE);
		if (send_message(fd, &msg) == 1)
			sent++;
		else
			expect(errno == EHOSTUNREACH);
	}
	expect(stats_of(fd).sent == sent);
	return 0;
}

static void close_while_sending(void)
{
	enum { SENDERS = 4 };
	struct meeting *m = shared_memory(sizeof(*m));
	unsigned int i, n, got = 0, bad = 0;
	int w = open_bus(BUS), fd, next;
	struct received r;
	pid_t pid[SENDERS];

	m->rounds = scaled(25);
	gate_make(&m->gate);
	for (i = 0; i < SENDERS; i++)
		pid[i] = spawn(sends_to_target, m);
	/* Not before, or the children had it, too. */
	fd = open_bus(BUS);
	must(!set_u32(fd, BUS_QUEUE, 2));
	m->target = addr_of(fd);
	gate_open(&m->gate, SENDERS);
	for (i = 0; i < m->rounds; i++) {
		for (n = 0; n < i % 7; n++)
			got += take(fd, 0, &r) == 1;
		next = open_bus(BUS);
		must(!set_u32(next, BUS_QUEUE, 2));
		__atomic_store_n(&m->target, addr_of(next), __ATOMIC_RELEASE);
		if (i % 2)
			must(!shutdown(fd, SHUT_RD));
		close(fd);
		fd = next;
	}
	__atomic_store_n(&m->over, 1, __ATOMIC_RELEASE);
	close(fd);
	for (i = 0; i < SENDERS; i++)
		bad += !!reap(pid[i]);
	ok(!bad && got, "senders survive %u receivers that close while they wait",
	   m->rounds);
	close(w);
}

/* Several processes receive from one socket. */

struct shared_queue {
	int		fd;
	unsigned int	count;
	unsigned char	*had;		/* how often each was received */
};

static int takes_its_share(void *arg)
{
	struct shared_queue *q = arg;
	unsigned int n, last = 0;
	ssize_t size;

	while ((size = recv(q->fd, &n, sizeof(n), 0)) == sizeof(n)) {
		expect(n < q->count && n >= last);
		__atomic_add_fetch(&q->had[n], 1, __ATOMIC_RELAXED);
		last = n;
	}
	expect(size == 0);
	return 0;
}

static void many_receivers(void)
{
	enum { RECEIVERS = 3 };
	struct shared_queue q = { .fd = open_bus(BUS), .count = scaled(200) };
	struct message m = { .to = addr_of(q.fd), .size = sizeof(unsigned int),
			     .waits = true };
	unsigned int i, bad = 0;
	int a = open_bus(BUS);
	pid_t pid[RECEIVERS];

	q.had = shared_memory(q.count);
	must(!set_u32(q.fd, BUS_QUEUE, 5));
	for (i = 0; i < RECEIVERS; i++)
		pid[i] = spawn(takes_its_share, &q);
	m.bytes = &i;
	for (i = 0; i < q.count; i++)
		must(send_message(a, &m) == sizeof(i));
	must(!shutdown(q.fd, SHUT_RD));
	for (i = 0; i < RECEIVERS; i++)
		bad += !!reap(pid[i]);
	for (i = 0; i < q.count; i++)
		bad += q.had[i] != 1;
	ok(!bad, "%d processes receive from one socket, each message once",
	   RECEIVERS);
	close(a);
	close(q.fd);
}

/* Masters that are killed; the witness hears of each, one after the other. */

static int claims(void *arg)
{
	const struct gate *g = arg;
	int fd = open_bus(BUS);

	while (set_u32(fd, BUS_MASTER, 1))
		expect(errno == EBUSY);
	gate_wait(g);
	return 1;
}

static void death_of_masters(void)
{
	unsigned int i, n = scaled(12), bad = 0, claimed = 0, freed = 0;
	int w = open_witness(BUS, 1 << BUS_EVENT_MASTER);
	struct gate gate[2];
	struct received r;
	pid_t pid[2];
	__u64 master = 0;

	gate_make(&gate[0]);
	pid[0] = spawn(claims, &gate[0]);
	for (i = 0; i < n; i++) {
		unsigned int old = i % 2, new = !old;

		gate_ready(&gate[old], 1);
		/* The next one is trying when this one is killed. */
		gate_make(&gate[new]);
		pid[new] = spawn(claims, &gate[new]);
		must(!kill(pid[old], SIGKILL));
		bad += reap(pid[old]) != 128 + SIGKILL;
		gate_open(&gate[old], 0);
	}
	gate_ready(&gate[n % 2], 1);
	kill(pid[n % 2], SIGKILL);
	reap(pid[n % 2]);
	gate_open(&gate[n % 2], 0);
	while (take(w, MSG_DONTWAIT, &r) >= 0) {
		bad += !!master == !!r.event.addr;
		master = r.event.addr;
		claimed += !!master;
		freed += !master;
	}
	ok(!bad && claimed == n + 1 && freed == n + 1,
	   "%u masters that die free the place for the next, each once", n + 1);
	close(w);
}

/* Everybody joins and leaves while others send to the group. */

static int joins_and_leaves(void *arg)
{
	struct meeting *m = arg;
	int fd = open_bus(BUS);
	unsigned int i;

	deep(fd);
	gate_wait(&m->gate);
	for (i = 0; i < m->rounds; i++) {
		expect(!join(fd, G));
		if (i % 3 == 0)
			drain(fd);
		expect(!leave(fd, G));
	}
	drain(fd);
	expect(empty(fd));
	return 0;
}

static int sends_to_group(void *arg)
{
	struct meeting *m = arg;
	int fd = open_bus(BUS);
	unsigned int i;

	gate_wait(&m->gate);
	for (i = 0; i < m->rounds; i++)
		if (send_policy(fd, G, BUS_SKIP, "x") < 0)
			expect(errno == EHOSTUNREACH);
	return 0;
}

static void join_and_leave_storm(void)
{
	enum { JOINERS = 4, SENDERS = 2 };
	struct meeting *m = shared_memory(sizeof(*m));
	pid_t pid[JOINERS + SENDERS];
	unsigned int i, bad = 0, joins = 0, leaves = 0;
	int w = open_witness(BUS, 1 << BUS_EVENT_JOIN | 1 << BUS_EVENT_LEAVE);
	struct received r;

	deep(w);
	m->rounds = scaled(50);
	gate_make(&m->gate);
	for (i = 0; i < JOINERS; i++)
		pid[i] = spawn(joins_and_leaves, m);
	for (; i < JOINERS + SENDERS; i++)
		pid[i] = spawn(sends_to_group, m);
	gate_open(&m->gate, JOINERS + SENDERS);
	for (i = 0; i < JOINERS + SENDERS; i++)
		bad += !!reap(pid[i]);
	while (take(w, MSG_DONTWAIT, &r) >= 0) {
		joins += r.event.type == BUS_EVENT_JOIN;
		leaves += r.event.type == BUS_EVENT_LEAVE;
		bad += r.meta.lost != 0;
	}
	ok(!bad && joins == leaves && joins == JOINERS * m->rounds,
	   "%u joins and as many leaves beside senders, all of them told", joins);
	is_errno(send_to(w, G, "x"), EHOSTUNREACH, "after all nobody is left");
	close(w);
}

static int binds_and_dies(void *arg)
{
	__u64 to = *(__u64 *)arg;
	int fd = open_bus(BUS);

	expect(!join(fd, G) && send_to(fd, to, "born") == 4);
	if (to % 2)
		raise(SIGKILL);
	return 0;
}

static int forks(void *arg)
{
	pid_t pid[4];
	unsigned int i, bad = 0;

	for (i = 0; i < ARRAY_SIZE(pid); i++)
		pid[i] = spawn(binds_and_dies, arg);
	for (i = 0; i < ARRAY_SIZE(pid); i++) {
		int status = reap(pid[i]);

		bad += status && status != 128 + SIGKILL;
	}
	return !!bad;
}

static void fork_storm(void)
{
	enum { PARENTS = 6 };
	int w = open_witness(BUS, events_of_life());
	unsigned int i, bad = 0, born = 0, entered = 0, left = 0;
	__u64 addr = addr_of(w);
	struct received r;
	pid_t pid[PARENTS];

	deep(w);
	for (i = 0; i < PARENTS; i++)
		pid[i] = spawn(forks, &addr);
	for (i = 0; i < PARENTS; i++)
		bad += !!reap(pid[i]);
	while (take(w, MSG_DONTWAIT, &r) >= 0) {
		born += !strcmp(r.text, "born");
		entered += !r.src && r.event.type == BUS_EVENT_ENTER;
		left += !r.src && r.event.type == BUS_EVENT_EXIT;
	}
	ok(!bad && born == PARENTS * 4 && entered == born && left == born,
	   "a storm of forks: %u come, send and go, each told", born);
	is_errno(send_to(w, G, "x"), EHOSTUNREACH, "nothing of them remains");
	close(w);
}

/* A receiver is frozen with a full queue; it alone is late. */

static int frozen(void *arg)
{
	struct meeting *m = arg;
	int fd = open_witness(BUS, 0);
	unsigned int got = 0, lost = 0;
	struct received r;

	must(!join(fd, G) && !set_u32(fd, BUS_QUEUE, 8));
	m->target = addr_of(fd);
	gate_wait(&m->gate);
	raise(SIGSTOP);
	while (got + lost < m->rounds) {
		expect(take(fd, 0, &r) >= 0);
		lost += r.meta.lost;
		got += !!r.src;
	}
	expect(lost && got >= 8 && empty(fd));
	return 0;
}

static void frozen_receiver(void)
{
	struct meeting *m = shared_memory(sizeof(*m));
	int a = open_bus(BUS), b = open_bus(BUS);
	unsigned int i, got = 0;
	pid_t pid;

	m->rounds = scaled(200);
	gate_make(&m->gate);
	pid = spawn(frozen, m);
	must(!join(b, G));
	gate_open(&m->gate, 1);
	must(reaches_state(pid, 'T'));
	for (i = 0; i < m->rounds; i++)
		if (send_policy(a, G, BUS_SKIP, "x") == 1)
			got += took(b, "x");
	ok(got == m->rounds, "beside a frozen receiver the rest of a group gets all");
	is_errno(send_to(a, m->target, "x"), EAGAIN, "only it is full");
	ok(send_to(a, addr_of(b), "y") == 1 && took(b, "y") &&
	   (events_of(a) & POLLOUT), "senders stay writable");
	kill(pid, SIGCONT);
	ok(!reap(pid), "thawed it has what fitted, and is told of all the rest");

	/* One that never thaws. */
	gate_make(&m->gate);
	pid = spawn(frozen, m);
	gate_open(&m->gate, 1);
	must(reaches_state(pid, 'T'));
	while (send_to(a, m->target, "x") == 1)
		;
	must(!kill(pid, SIGKILL));
	reap(pid);
	is_errno(send_to(a, m->target, "x"), EHOSTUNREACH,
		 "killed while frozen it is gone");
	close(a);
	close(b);
}

/* A network namespace ends with buses in it, full and waited for. */

static int fills_and_waits(void *arg)
{
	const struct gate *g = arg;
	int a, b;
	struct message m = { .text = "x", .waits = true };

	expect(!unshare(CLONE_NEWNET));
	a = open_bus(BUS);
	b = open_bus(BUS);
	expect(!set_u32(b, BUS_QUEUE, 1) && !join(b, G));
	expect(!set_u32(a, BUS_EVENTS, 0x7e) && !set_u32(a, BUS_MASTER, 1));
	m.to = addr_of(b);
	expect(send_message(a, &m) == 1);
	expect(send_to(a, m.to, "x") < 0 && errno == EAGAIN);
	gate_wait(g);
	send_message(a, &m);
	return 1;
}

static void namespaces_end(void)
{
	unsigned int i, n = scaled(3), bad = 0;
	struct gate gate;
	pid_t pid;

	for (i = 0; i < n; i++) {
		gate_make(&gate);
		pid = spawn(fills_and_waits, &gate);
		gate_open(&gate, 1);
		must(falls_asleep(pid) && !kill(pid, SIGKILL));
		bad += reap(pid) != 128 + SIGKILL;
	}
	ok(!bad, "%u network namespaces end with waiting senders in them", n);
}

int main(void)
{
	tap_begin();
	need_root();
	close_while_sending();
	many_receivers();
	death_of_masters();
	join_and_leave_storm();
	fork_storm();
	frozen_receiver();
	namespaces_end();
	return tap_end();
}

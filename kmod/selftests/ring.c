// SPDX-License-Identifier: GPL-2.0-only
/* A receiver can map a ring that the kernel fills and that nobody else writes. */
#include <sys/uio.h>

#include "bus_test.h"

#define BUS	"ring"
#define SEALS	(F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

enum { SLOTS = 8, SLOT_SIZE = 512, MAX = SLOT_SIZE - sizeof(struct bus_slot) };

struct ring {
	int		fd;
	const char	*map;
	__u64		done;	/* given back */
	__u64		ready;	/* known to be delivered */
};

static int set_ring(int fd, __u32 slots, __u32 slot_size)
{
	struct bus_ring ring = { .slots = slots, .slot_size = slot_size };

	return setsockopt(fd, SOL_BUS, BUS_RING, &ring, sizeof(ring));
}

static void *map_ring(int fd, int prot, int flags)
{
	return mmap(NULL, SLOTS * SLOT_SIZE, prot, flags, fd, 0);
}

static struct ring open_ring(void)
{
	struct ring r = { .fd = open_witness(BUS, 0) };

	must(!set_ring(r.fd, SLOTS, SLOT_SIZE));
	r.map = map_ring(r.fd, PROT_READ, MAP_SHARED);
	must(r.map != MAP_FAILED);
	return r;
}

static void close_ring(struct ring *r)
{
	close(r->fd);
	munmap((void *)r->map, SLOTS * SLOT_SIZE);
}

static const struct bus_slot *slot(const struct ring *r, __u64 n)
{
	return (const void *)(r->map + n % SLOTS * SLOT_SIZE);
}

static bool is_ready(const struct ring *r, __u64 n)
{
	return __atomic_load_n(&slot(r, n)->ready, __ATOMIC_ACQUIRE) == n + 1;
}

static const char *payload(const struct ring *r, __u64 n)
{
	return (const char *)(slot(r, n) + 1);
}

static int turn_to(struct ring *r, __u64 done)
{
	struct bus_turn turn = { .done = done };

	if (ioctl(r->fd, SIOCBUSTURN, &turn))
		return -1;
	r->done = done;
	r->ready = turn.ready;
	return 0;
}

static void set_nonblock(int fd, bool on)
{
	must(!fcntl(fd, F_SETFL, on ? O_NONBLOCK : 0));
}

/* Give all that was delivered back; without waiting. */
static void give_all(struct ring *r)
{
	__u64 n = r->done;

	while (is_ready(r, n))
		n++;
	set_nonblock(r->fd, true);
	must(turn_to(r, n) < 0 && errno == EAGAIN);
	set_nonblock(r->fd, false);
	r->done = n;
}

static bool has_text(const struct ring *r, __u64 n, const char *text)
{
	const struct bus_slot *s = slot(r, n);

	return is_ready(r, n) && !s->flags && s->length == strlen(text) &&
	       s->meta.size == s->length && !memcmp(payload(r, n), text, s->length);
}

static void delivered(void)
{
	int a = open_bus(BUS), i, bad = 0;
	struct ring r = open_ring();
	const struct bus_slot *s = slot(&r, 0);
	char text[MAX + 1];
	__u64 order = 0;

	ok(!is_ready(&r, 0), "a new ring is empty");
	must(send_to(a, addr_of(r.fd), "hello") == 5);
	ok(has_text(&r, 0, "hello"), "a message is in the slot when it was sent");
	ok(s->src == addr_of(a) && s->meta.dest == addr_of(r.fd) &&
	   s->meta.order && s->meta.time && s->meta.pid == (__u32)getpid() &&
	   !s->meta.flags && !s->meta.lost,
	   "with its sender and all that the kernel vouches for");
	ok(!turn_to(&r, 0) && r.ready == 1, "SIOCBUSTURN says what is there");
	ok(empty(r.fd), "it is not in the queue besides");
	must(!join(r.fd, GROUP(1)) && !set_u32(r.fd, BUS_EVENTS, 2));
	must(send_to(a, GROUP(1), "group") == 5);
	ok(has_text(&r, 1, "group") && slot(&r, 1)->meta.dest == GROUP(1),
	   "a group's message follows");
	close(open_bus(BUS));
	s = slot(&r, 2);
	ok(is_ready(&r, 2) && s->src == 0 && s->meta.flags == BUS_META_EVENT &&
	   s->length == sizeof(struct bus_event), "and so does an event");
	ok(!turn_to(&r, 1) && r.ready == 3, "what is done is given back");
	give_all(&r);

	memset(text, 'x', sizeof(text));
	for (i = 0; i < 5 * SLOTS; i++) {
		unsigned int n = i * 31 % MAX;

		text[n] = 0;
		bad += send_to(a, addr_of(r.fd), text) < 0;
		bad += !has_text(&r, r.done, text);
		bad += slot(&r, r.done)->meta.order <= order;
		order = slot(&r, r.done)->meta.order;
		text[n] = 'x';
		give_all(&r);
	}
	ok(!bad && r.done == 5 * SLOTS + 3,
	   "slots are used again in turn, %d messages in %d slots", i, SLOTS);
	text[MAX] = 0;
	must(send_to(a, addr_of(r.fd), text) == MAX);
	ok(has_text(&r, r.done, text), "a message may fill its slot");
	close_ring(&r);
	close(a);
}

static int sends(void *arg)
{
	const struct ring *r = arg;
	int fd = open_bus(BUS);
	struct message m = {
		.to = addr_of(r->fd), .text = "waited", .waits = true,
	};

	expect(send_message(fd, &m) == 6);
	return 0;
}

static void full(void)
{
	int a = open_bus(BUS), i, n = 0;
	struct ring r = open_ring();
	__u64 to = addr_of(r.fd);
	pid_t pid;

	while (send_to(a, to, "x") == 1)
		n++;
	ok(n == SLOTS && errno == EAGAIN, "a ring takes as many as it has slots");
	is_errno(send_policy(a, to, BUS_FAIL, "x"), ENOBUFS,
		 "then it is full for BUS_FAIL");
	ok(send_policy(a, to, BUS_SKIP, "x") == 1 &&
	   send_policy(a, to, BUS_SKIP, "x") == 1, "and left out by BUS_SKIP");
	pid = spawn(sends, &r);
	must(falls_asleep(pid));
	/* Not all: with an empty ring an event would tell the loss at once. */
	ok(!turn_to(&r, SLOTS - 1), "slots given back make room");
	ok(!reap(pid) && has_text(&r, SLOTS, "waited"), "for who waited");
	ok(slot(&r, SLOTS)->meta.lost == 2, "which tells what was lost before");

	give_all(&r);
	for (i = 0; i < SLOTS; i++)
		must(send_to(a, to, "x") == 1);
	must(send_policy(a, to, BUS_SKIP, "x") == 1);
	ok(!turn_to(&r, r.done + SLOTS) && r.ready == r.done + 1 &&
	   slot(&r, r.done)->meta.lost == 1 &&
	   slot(&r, r.done)->meta.flags == BUS_META_EVENT &&
	   ((struct bus_event *)payload(&r, r.done))->type == BUS_EVENT_LOST,
	   "a loss that nothing follows is told by an event");
	close_ring(&r);
	close(a);
}

enum { NUMBERED = 3000, WORDS = MAX / sizeof(__u64) };

static int sends_numbered(void *arg)
{
	const struct ring *r = arg;
	__u64 words[WORDS], n;
	int fd = open_bus(BUS), i;
	struct message m = {
		.to = addr_of(r->fd), .bytes = words, .size = sizeof(words), .waits = true,
	};

	for (n = 0; n < NUMBERED; n++) {
		for (i = 0; i < WORDS; i++)
			words[i] = n;
		expect(send_message(fd, &m) == sizeof(words));
	}
	return 0;
}

/* A slot as its reader finds it in the moment in which it is ready. */
static bool is_whole(const struct ring *r, __u64 n)
{
	const __u64 *words = (const __u64 *)payload(r, n);
	int i;

	for (i = WORDS; i-- > 0;)
		if (words[i] != n)
			return false;
	return slot(r, n)->src && slot(r, n)->length == WORDS * sizeof(__u64);
}

static void whole(void)
{
	struct ring r = open_ring();
	pid_t pid = spawn(sends_numbered, &r);
	int torn = 0;
	__u64 n;

	set_nonblock(r.fd, true);
	for (n = 0; n < NUMBERED && !torn; n++) {
		while (!is_ready(&r, n))
			;
		torn += !is_whole(&r, n);
		must(!turn_to(&r, n + 1) || errno == EAGAIN);
		r.done = n + 1;
	}
	ok(!torn, "who looks all the time finds only whole messages, %d of them", NUMBERED);
	close_ring(&r);
	ok(!reap(pid) || torn, "and their sender waited for slots");
}

static int waits(void *arg)
{
	struct ring *r = arg;
	__u64 had = r->done;

	catch_signal(0);
	if (turn_to(r, r->done))
		return errno;
	return r->ready > had ? 0 : EXIT_SKIP;
}

static void waited_for(void)
{
	int a = open_bus(BUS);
	struct ring r = open_ring();
	struct timeval t = { .tv_usec = 20000 }, never = { 0 };
	pid_t pid;

	ok(!(events_of(r.fd) & POLLIN), "an empty ring is not readable");
	set_nonblock(r.fd, true);
	is_errno(turn_to(&r, 0), EAGAIN, "O_NONBLOCK does not wait for more");
	set_nonblock(r.fd, false);
	must(!setsockopt(r.fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)));
	is_errno(turn_to(&r, 0), EAGAIN, "SO_RCVTIMEO ends the wait");
	must(!setsockopt(r.fd, SOL_SOCKET, SO_RCVTIMEO, &never, sizeof(never)));
	pid = spawn(waits, &r);
	must(falls_asleep(pid) && !kill(pid, SIGUSR1));
	ok(reap(pid) == EINTR, "a signal ends it");
	pid = spawn(waits, &r);
	ok(falls_asleep(pid), "SIOCBUSTURN sleeps while there is nothing");
	must(send_to(a, addr_of(r.fd), "x") == 1);
	ok(!reap(pid), "and is woken by a message");
	ok(events_of(r.fd) & POLLIN, "a ring with a message is readable");
	give_all(&r);
	ok(!(events_of(r.fd) & POLLIN), "until that is given back");
	pid = spawn(waits, &r);
	must(falls_asleep(pid) && !shutdown(r.fd, SHUT_RD));
	ok(reap(pid) == EXIT_SKIP, "after shutdown() there is no more");
	close_ring(&r);
	close(a);
}

static bool holds(int fd, const unsigned char *bytes, size_t size)
{
	const void *p = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	bool same = p != MAP_FAILED && !memcmp(p, bytes, size) &&
		    lseek(fd, 0, SEEK_END) == (off_t)size;

	if (p != MAP_FAILED)
		munmap((void *)p, size);
	return same;
}

static void queued(void)
{
	static const unsigned int sizes[] = {
		MAX + 1, 4096, 4097, 100000, BUS_MESSAGE_MAX,
	};
	static unsigned char bytes[BUS_MESSAGE_MAX];
	int a = open_bus(BUS), fd, size = 1 << 20;
	struct ring r = open_ring();
	struct message m = { .to = addr_of(r.fd), .bytes = bytes };
	struct received got;
	unsigned int i;

	must(!setsockopt(r.fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)));
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = i * 13 + (i >> 8);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		const struct bus_slot *s = slot(&r, r.done);

		m.size = sizes[i];
		must(send_message(a, &m) == (ssize_t)m.size);
		ok(is_ready(&r, r.done) && s->flags == BUS_SLOT_QUEUED &&
		   !s->length && s->meta.size == m.size && s->src == addr_of(a),
		   "%u bytes do not fit: the slot says so", sizes[i]);
		ok(take(r.fd, MSG_DONTWAIT, &got) == 0 && got.fd_count == 1 &&
		   got.meta.flags == BUS_META_MEMFD && got.meta.size == m.size &&
		   got.meta.order == s->meta.order && got.src == addr_of(a) &&
		   holds(got.fds[0], bytes, m.size), "they come as a memfd");
		ok(fcntl(got.fds[0], F_GET_SEALS) == SEALS &&
		   write(got.fds[0], "x", 1) < 0 && ftruncate(got.fds[0], 1) < 0,
		   "which is sealed");
		close(got.fds[0]);
		give_all(&r);
	}

	fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	m = (struct message){
		.to = addr_of(r.fd), .text = "small", .fds = &fd, .fd_count = 1,
	};
	must(send_message(a, &m) == 5);
	ok(is_ready(&r, r.done) && slot(&r, r.done)->flags == BUS_SLOT_QUEUED,
	   "descriptors do not fit either");
	ok(take(r.fd, MSG_DONTWAIT, &got) == 5 && !strcmp(got.text, "small") &&
	   got.fd_count == 1 && !got.meta.flags, "they come with the payload");
	close(got.fds[0]);
	give_all(&r);
	m = (struct message){
		.to = addr_of(r.fd), .bytes = bytes, .size = 5000,
		.fds = &fd, .fd_count = 1,
	};
	must(send_message(a, &m) == 5000);
	ok(take(r.fd, MSG_DONTWAIT, &got) == 0 && got.fd_count == 2 &&
	   holds(got.fds[1], bytes, 5000),
	   "with both the payload is the last descriptor");
	close(got.fds[0]);
	close(got.fds[1]);
	must(send_message(a, &m) == 5000);
	ok(take(r.fd, MSG_DONTWAIT | MSG_PEEK, &got) == 0 && got.fd_count == 2,
	   "it can be peeked at");
	close(got.fds[0]);
	close(got.fds[1]);
	close(fd);
	close_ring(&r);
	close(a);
}

static void read_only(void)
{
	int a = open_bus(BUS), mem = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
	struct ring r = open_ring();
	struct iovec from = { "evil", 4 }, to = { (void *)r.map, 4 };
	size_t size = SLOTS * SLOT_SIZE;
	void *p;

	is_errno((long)map_ring(r.fd, PROT_READ | PROT_WRITE, MAP_SHARED), EACCES,
		 "a ring cannot be mapped to be written");
	is_errno((long)map_ring(r.fd, PROT_READ | PROT_EXEC, MAP_SHARED), EACCES,
		 "nor to be executed");
	is_errno((long)map_ring(r.fd, PROT_READ, MAP_PRIVATE), EINVAL,
		 "nor privately");
	is_errno(mprotect((void *)r.map, size, PROT_READ | PROT_WRITE), EACCES,
		 "nor made writable afterwards");
	is_errno(mprotect((void *)r.map, size, PROT_READ | PROT_EXEC), EACCES,
		 "nor executable");
	if (process_vm_writev(getpid(), &from, 1, &to, 1, 0) < 0 &&
	    errno == ENOSYS)
		skip("no process_vm_writev() in this kernel", "nor from outside");
	else
		ok(errno == EFAULT, "nor written from outside");
	ok(mem >= 0 && pwrite(mem, "evil", 4, (off_t)(long)r.map) < 0,
	   "nor by /proc/self/mem");
	ok(!slot(&r, 0)->ready, "it is as it was");
	is_errno((long)mmap(NULL, 2 * size, PROT_READ, MAP_SHARED, r.fd, 0),
		 EINVAL, "no more can be mapped than there is");
	is_errno((long)mmap(NULL, size, PROT_READ, MAP_SHARED, r.fd, 4096),
		 EINVAL, "nor at an offset");
	ok(mremap((void *)r.map, size, 4 * size, MREMAP_MAYMOVE) == MAP_FAILED,
	   "nor can the mapping grow");
	p = map_ring(r.fd, PROT_READ, MAP_SHARED);
	must(p != MAP_FAILED && send_to(a, addr_of(r.fd), "x") == 1);
	ok(*(__u64 *)p == 1 && is_ready(&r, 0), "it can be mapped twice");
	munmap(p, size);
	close(mem);
	close_ring(&r);
	close(a);
}

static void hostile_turns(void)
{
	static const __u64 wrong[] = {
		4, SLOTS, SLOTS + 1, 1ULL << 32, 1ULL << 63, ~0ULL, ~0ULL - SLOTS,
	};
	int a = open_bus(BUS);
	struct ring r = open_ring();
	unsigned int i;

	for (i = 0; i < 3; i++)
		must(send_to(a, addr_of(r.fd), "x") == 1);
	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		is_errno(turn_to(&r, wrong[i]), EINVAL,
			 "%llx slots that were never filled cannot be given back",
			 wrong[i]);
	ok(!turn_to(&r, 2) && r.ready == 3, "those that were can");
	is_errno(turn_to(&r, 1), EINVAL, "but not twice");
	is_errno(turn_to(&r, 0), EINVAL, "nor all at once again");
	for (i = 0; i < SLOTS - 1; i++)
		must(send_to(a, addr_of(r.fd), "x") == 1);
	is_errno(send_to(a, addr_of(r.fd), "x"), EAGAIN,
		 "what was refused made no room");
	ok(!turn_to(&r, SLOTS + 1) && r.ready == SLOTS + 2,
	   "and what was given back did");
	close_ring(&r);
	close(a);
}

static int looks(void *arg)
{
	const struct ring *r = arg;

	expect(has_text(r, 0, "kept"));
	return 0;
}

static void outlives(void)
{
	int a = open_bus(BUS);
	struct ring r = open_ring();

	must(send_to(a, addr_of(r.fd), "kept") == 4);
	ok(!in_child(looks, &r), "a child sees its parent's mapping");
	close(r.fd);
	ok(has_text(&r, 0, "kept"), "a mapping outlives its socket");
	munmap((void *)r.map, SLOTS * SLOT_SIZE);
	close(a);
}

static void set_once(void)
{
	int a = open_bus(BUS), b = open_bus(BUS);

	is_errno((long)map_ring(a, PROT_READ, MAP_SHARED), ENODEV,
		 "without a ring there is nothing to map");
	is_errno(ioctl(a, SIOCBUSTURN, &(struct bus_turn){ 0 }), EINVAL,
		 "nor to turn");
	must(send_to(a, addr_of(b), "x") == 1);
	is_errno(set_ring(b, SLOTS, SLOT_SIZE), EBUSY,
		 "a ring is set before anything is queued");
	must(drain(b) == 1 && !set_ring(b, 2, 128));
	is_errno(set_ring(b, 2, 128), EBUSY, "and once");
	close(a);
	close(b);
}

int main(void)
{
	tap_begin();
	delivered();
	full();
	whole();
	waited_for();
	queued();
	read_only();
	hostile_turns();
	outlives();
	set_once();
	return tap_end();
}

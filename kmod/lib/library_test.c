// SPDX-License-Identifier: GPL-2.0-only
/* Every function of libheadway-bus does what its comment in headway-bus.h says. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dirent.h>
#include <libgen.h>

#include "../selftests/bus_test.h"
#include "headway-bus.h"

#define SPEEDS		HEADWAY_GROUP(42)
#define OTHERS		HEADWAY_GROUP(43)

static struct headway_bus *member(const char *name, unsigned int flags)
{
	struct headway_bus *bus;
	int r = headway_bus_open(&bus, name, flags, NULL);

	if (r < 0) {
		errno = -r;
		bail("headway_bus_open()");
	}
	return bus;
}

static bool says(const struct headway_message *m, const char *text)
{
	return m->size == strlen(text) && !memcmp(m->data, text, m->size);
}

static int say(struct headway_bus *from, uint64_t to, const char *text)
{
	return headway_bus_send(from, to, text, strlen(text));
}

static int open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	must(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static int memfd(const char *text)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	must(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	return fd;
}

static void opening(void)
{
	const struct bus_perm mine = { .mode = 0600, .uid = ~0U, .gid = ~0U };
	struct headway_bus *bus = NULL, *other;
	char *family = getenv("AFBUS_FAMILY");
	char kept[16];

	ok(headway_bus_open(&bus, "", 0, NULL) == -EINVAL && !bus, "a bus has a name");
	ok(headway_bus_open(&bus, "a/b", 0, NULL) == -EINVAL, "of certain letters");
	ok(headway_bus_open(&bus, "0123456789012345678901234567890123456789012345678901234567890123",
			    0, NULL) == -EINVAL, "of at most 63 bytes");
	ok(headway_bus_open(&bus, "lib", 0x40, NULL) == -EINVAL, "unknown flags are refused");
	ok(headway_bus_open(&bus, "lib", BUS_EXISTING, NULL) == -ENOENT,
	   "a bus that must exist and does not is told");
	ok(!headway_bus_open(&bus, "lib", BUS_CREATE, &mine), "a bus is created");
	ok(headway_bus_open(&other, "lib", BUS_CREATE, NULL) == -EEXIST, "only once");
	ok(!headway_bus_open(&other, "lib", BUS_EXISTING, NULL), "and joined");
	ok(headway_bus_address(bus) && headway_bus_address(bus) != headway_bus_address(other),
	   "each member has an address of its own");
	ok(fcntl(headway_bus_fd(bus), F_GETFD) == FD_CLOEXEC, "the descriptor is close-on-exec");
	headway_bus_close(other);
	must(!seteuid(1));
	ok(headway_bus_open(&other, "lib", 0, NULL) == -EACCES, "the mode of a bus keeps others out");
	must(!seteuid(0));
	headway_bus_close(bus);
	headway_bus_close(NULL);

	snprintf(kept, sizeof(kept), "%s", family ? family : "");
	setenv("AFBUS_FAMILY", "many", 1);
	ok(headway_bus_open(&bus, "lib", 0, NULL) == -EINVAL, "a family is a number");
	setenv("AFBUS_FAMILY", "22", 1);
	ok(headway_bus_open(&bus, "lib", 0, NULL) == -EAFNOSUPPORT,
	   "a family that nobody serves is told");
	unsetenv("AFBUS_FAMILY");
	ok(!headway_bus_open(&bus, "lib", 0, NULL), "the family is found without being told");
	headway_bus_close(bus);
	if (kept[0])
		setenv("AFBUS_FAMILY", kept, 1);
}

/* What holds with and without a ring, told by @how. */

static struct headway_bus *receiver(bool ring)
{
	struct headway_bus *bus = member("lib", HEADWAY_NONBLOCK);

	must(!ring || !headway_bus_ring(bus, 16, 256));
	return bus;
}

static void receiving(bool ring, const char *how)
{
	struct headway_bus *a = member("lib", 0);
	struct headway_bus *b = receiver(ring);
	struct headway_message m, before;
	char small[32];

	ok(headway_bus_receive(b, &m) == -EAGAIN, "%s: nothing is there yet", how);
	must(!say(a, headway_bus_address(b), "one") && !say(a, headway_bus_address(b), "two"));
	ok(headway_bus_receive(b, &m) == 1 && says(&m, "one"), "%s: a message is received", how);
	ok(m.from == headway_bus_address(a) && m.to == headway_bus_address(b) &&
	   m.pid == (uint32_t)getpid() && m.uid == geteuid() && m.gid == getegid() &&
	   m.full == 3 && !m.lost && !m.event && !m.fd_count && !m.label && !m.cut,
	   "%s: with what the kernel says of it", how);
	before = m;
	ok(headway_bus_receive(b, &m) == 1 && says(&m, "two") && m.order > before.order &&
	   m.time >= before.time, "%s: one after the other", how);
	must(!headway_bus_send(a, headway_bus_address(b), NULL, 0));
	ok(headway_bus_receive(b, &m) == 1 && !m.size && !m.full, "%s: also an empty one", how);

	must(!say(a, headway_bus_address(b), "0123456789012345678901234567890123456789"));
	memset(small, 0, sizeof(small));
	ok(headway_bus_receive_into(b, &m, small, sizeof(struct bus_event)) == 1 &&
	   m.data == small && m.size == sizeof(struct bus_event) && m.full == 40 &&
	   !memcmp(small, "012345678901234567890123", 25),
	   "%s: a buffer gets what it has room for", how);
	ok(headway_bus_receive_into(b, &m, small, sizeof(struct bus_event) - 1) == -EINVAL,
	   "%s: an event must fit it", how);
	ok(headway_bus_receive(b, &m) == -EAGAIN, "%s: and then nothing is left", how);
	must(!say(a, headway_bus_address(b), "last") && !shutdown(headway_bus_fd(b), SHUT_RD));
	ok(headway_bus_receive(b, &m) == 1 && says(&m, "last"),
	   "%s: what is queued at shutdown is received", how);
	ok(headway_bus_receive(b, &m) == 0, "%s: then it is the end", how);
	headway_bus_close(b);
	headway_bus_close(a);
}

static void large(bool ring, const char *how)
{
	static char bytes[BUS_MESSAGE_MAX], into[BUS_MESSAGE_MAX];
	struct headway_bus *a = member("lib", 0);
	struct headway_bus *b = receiver(ring);
	uint64_t to = headway_bus_address(b);
	struct headway_message m;
	size_t size = 60000;
	size_t i;
	int fds;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7 + i / 256);
	fds = open_descriptors();
	must(!headway_bus_send(a, to, bytes, size));
	ok(headway_bus_receive(b, &m) == 1 && m.size == size && !memcmp(m.data, bytes, size) &&
	   !m.fd_count, "%s: a large message is received like any other", how);
	must(!headway_bus_send(a, to, bytes, size));
	ok(headway_bus_receive_into(b, &m, into, sizeof(into)) == 1 && m.size == size &&
	   !memcmp(into, bytes, size), "%s: also into a buffer", how);
	must(!headway_bus_send(a, to, bytes, size) && !say(a, to, "small"));
	ok(headway_bus_receive_into(b, &m, into, 1000) == 1 && m.size == 1000 && m.full == size,
	   "%s: of which it has too little", how);
	ok(headway_bus_receive(b, &m) == 1 && says(&m, "small"), "%s: the next is whole again", how);
	ok(open_descriptors() == fds, "%s: no descriptor stays", how);
	ok(headway_bus_send(a, to, bytes, BUS_MESSAGE_MAX + 1) == -EMSGSIZE,
	   "%s: there is a largest message", how);
	headway_bus_close(b);
	headway_bus_close(a);
}

static void descriptors(bool ring, const char *how)
{
	struct headway_bus *a = member("lib", 0);
	struct headway_bus *b = receiver(ring);
	int sent[2] = { memfd("first"), memfd("second") };
	const struct headway_send send = {
		.to = headway_bus_address(b), .data = "two files", .size = 9,
		.fds = sent, .fd_count = 2,
	};
	const int sock = socket(AF_UNIX, SOCK_STREAM, 0);
	struct headway_send bad = send;
	struct headway_message m;
	char text[8] = "";
	int before, fd;

	before = open_descriptors();
	must(!headway_bus_send_message(a, &send));
	ok(headway_bus_receive(b, &m) == 1 && says(&m, "two files") && m.fd_count == 2,
	   "%s: descriptors come along", how);
	fd = headway_bus_take(&m, 1);
	ok(fd >= 0 && pread(fd, text, sizeof(text), 0) == 6 && !strcmp(text, "second"),
	   "%s: one is taken", how);
	ok(fcntl(fd, F_GETFD) == FD_CLOEXEC, "%s: it is close-on-exec", how);
	ok(headway_bus_take(&m, 1) == -ENOENT && headway_bus_take(&m, 2) == -ENOENT,
	   "%s: only once", how);
	ok(open_descriptors() == before + 2, "%s: the other is open meanwhile", how);
	ok(headway_bus_receive(b, &m) == -EAGAIN && open_descriptors() == before + 1,
	   "%s: what nobody took is closed by the next receive call", how);
	close(fd);

	bad.fds = &sock;
	bad.fd_count = 1;
	ok(headway_bus_send_message(a, &bad) == -EOPNOTSUPP, "%s: no sockets are sent", how);
	bad.fds = sent;
	bad.fd_count = BUS_FDS_MAX + 1;
	ok(headway_bus_send_message(a, &bad) == -EINVAL, "%s: and not too many", how);
	must(!headway_bus_send_message(a, &send));
	must(headway_bus_receive(b, &m) == 1);
	headway_bus_close(b);
	close(sock);
	ok(open_descriptors() == before - 2, "%s: closing the bus closes them, too", how);
	headway_bus_close(a);
	close(sent[0]);
	close(sent[1]);
}

static void all_at_once(bool ring, const char *how)
{
	static char bytes[5000];
	struct headway_bus *a = member("lib", 0);
	struct headway_bus *b = receiver(ring);
	int file = memfd("file");
	int fds[BUS_FDS_MAX];
	const struct headway_send send = {
		.to = headway_bus_address(b), .data = bytes, .size = sizeof(bytes),
		.fds = fds, .fd_count = BUS_FDS_MAX,
	};
	struct headway_message m;
	char text[8] = "";
	unsigned int i;

	for (i = 0; i < BUS_FDS_MAX; i++)
		fds[i] = file;
	memset(bytes, 'b', sizeof(bytes));
	must(!headway_bus_send_message(a, &send));
	ok(headway_bus_receive(b, &m) == 1 && m.size == sizeof(bytes) && !m.cut &&
	   !memcmp(m.data, bytes, sizeof(bytes)) && m.fd_count == BUS_FDS_MAX &&
	   pread(m.fds[BUS_FDS_MAX - 1], text, sizeof(text), 0) == 4 && !strcmp(text, "file"),
	   "%s: the most descriptors and a large payload come together", how);
	headway_bus_close(b);
	headway_bus_close(a);
	close(file);
}

static void events(bool ring, const char *how)
{
	struct headway_bus *b = receiver(ring);
	struct headway_message m;
	struct headway_bus *a;
	uint64_t address;

	ok(headway_bus_events(b, 1) == -EINVAL, "%s: unknown events are refused", how);
	must(!headway_bus_events(b, 1U << BUS_EVENT_ENTER | 1U << BUS_EVENT_EXIT |
				 1U << BUS_EVENT_JOIN));
	a = member("lib", 0);
	address = headway_bus_address(a);
	must(!headway_bus_join(a, SPEEDS));
	headway_bus_close(a);
	ok(headway_bus_receive(b, &m) == 1 && m.event && m.event->type == BUS_EVENT_ENTER &&
	   m.event->addr == address && m.from == BUS_ADDR_KERNEL, "%s: who enters is told", how);
	ok(headway_bus_receive(b, &m) == 1 && m.event && m.event->type == BUS_EVENT_JOIN &&
	   m.event->group == SPEEDS, "%s: who joins a group", how);
	ok(headway_bus_receive(b, &m) == 1 && m.event && m.event->type == BUS_EVENT_EXIT &&
	   m.event->addr == address, "%s: and who leaves", how);
	headway_bus_close(b);
}

static void batches(bool ring, const char *how)
{
	struct headway_bus *a = member("lib", 0);
	struct headway_bus *b = receiver(ring);
	const unsigned int count = ring ? 12 : 60;
	struct headway_message got[HEADWAY_BATCH + 1];
	struct headway_send send[60];
	uint64_t list[BUS_DESTS_MAX];
	char text[60][4];
	unsigned int i, seen = 0;
	bool in_order = true;
	int n;

	for (i = 0; i < BUS_DESTS_MAX; i++)
		list[i] = headway_bus_address(b);
	for (i = 0; i < count; i++) {
		snprintf(text[i], sizeof(text[i]), "%u", i);
		send[i] = (struct headway_send){ .data = text[i], .size = strlen(text[i]) };
		/* Long lists do not fit beside each other; another policy needs another call. */
		if (i % 3)
			send[i].to = headway_bus_address(b);
		else
			send[i].list = list;
		send[i].list_count = i % 3 ? 0 : BUS_DESTS_MAX;
		send[i].policy = i % 5 ? BUS_WAIT : BUS_WAIT | HEADWAY_TRY;
	}
	ok(headway_bus_send_many(a, send, count) == (int)count, "%s: many are sent at once", how);
	while ((n = headway_bus_receive_many(b, got, HEADWAY_BATCH + 1)) > 0) {
		in_order &= n <= HEADWAY_BATCH;
		for (i = 0; i < (unsigned int)n; i++, seen++)
			in_order &= says(&got[i], text[seen]);
	}
	ok(n == -EAGAIN && seen == count && in_order,
	   "%s: and received at once, in order, each once", how);
	ok(headway_bus_receive_many(b, got, 0) == -EINVAL, "%s: nothing cannot be received", how);

	send[1].to = 1234567;
	ok(headway_bus_send_many(a, send, 3) == 1, "%s: those before a bad one are sent", how);
	ok(headway_bus_send_many(a, send + 1, 2) == -EHOSTUNREACH, "%s: then it is told why", how);
	ok(headway_bus_send_many(a, send, 0) == 0, "%s: none is none", how);
	headway_bus_close(b);
	headway_bus_close(a);
}

/* Round and round: slots are used again, nothing is overtaken. */
static void turning(bool ring, const char *how)
{
	static char bytes[1000];
	struct headway_bus *a = member("lib", 0);
	struct headway_bus *b = receiver(ring);
	struct headway_message got[4];
	unsigned int sent = 0, seen = 0, i;
	bool good = true;
	int n;

	while (seen < 2000) {
		for (i = 0; i < 1 + sent % 7; i++, sent++) {
			/* Every ninth does not fit a slot. */
			memcpy(bytes, &sent, sizeof(sent));
			must(!headway_bus_send(a, headway_bus_address(b), bytes,
					       sent % 9 ? 100 : sizeof(bytes)));
		}
		while ((n = headway_bus_receive_many(b, got, 1 + seen % 4)) > 0) {
			for (i = 0; i < (unsigned int)n; i++, seen++)
				good &= !memcmp(got[i].data, &seen, sizeof(seen)) &&
					got[i].size == (seen % 9 ? 100 : sizeof(bytes)) && !got[i].lost;
		}
		good &= n == -EAGAIN;
	}
	ok(good && seen == sent, "%s: thousands come in order and whole", how);
	headway_bus_close(b);
	headway_bus_close(a);
}

static void full(bool ring, const char *how)
{
	struct headway_bus *a = member("lib", 0);
	struct headway_bus *b = receiver(ring);
	struct headway_send send = {
		.to = headway_bus_address(b), .policy = BUS_FAIL, .data = "x", .size = 1,
	};
	struct pollfd writable = { .fd = headway_bus_fd(a), .events = POLLOUT };
	struct headway_message m;
	uint64_t lost = 0;
	int sent = 0, r;

	ok(headway_bus_queue(b, 1, 8192) == 0 && headway_bus_queue(b, 0, 0) == 0 &&
	   headway_bus_queue(b, BUS_QUEUE_MAX + 1, 0) == -EINVAL, "%s: a queue has a size", how);
	must(!headway_bus_queue(b, 8, 0) && !headway_bus_connect(a, headway_bus_address(b)));
	while (!(r = headway_bus_send_message(a, &send)))
		sent++;
	ok(r == -ENOBUFS && sent == (ring ? 16 : 8), "%s: a full receiver fails a send", how);
	send.policy = BUS_WAIT | HEADWAY_TRY;
	ok(headway_bus_send_message(a, &send) == -EAGAIN, "%s: or makes it wait", how);
	ok(!poll(&writable, 1, 0), "%s: the socket is not writable meanwhile", how);
	send.policy = BUS_SKIP;
	ok(!headway_bus_send_message(a, &send), "%s: or is left out", how);
	while (headway_bus_receive(b, &m) == 1)
		lost += m.lost;
	ok(poll(&writable, 1, 1000) == 1, "%s: writable when there is room", how);
	send.to = 0;
	send.policy = BUS_WAIT;
	must(!headway_bus_send_message(a, &send));
	while (headway_bus_receive(b, &m) == 1)
		lost += m.lost;
	ok(lost == 1, "%s: what was left out is told", how);
	ok(!headway_bus_connect(a, 0) && headway_bus_send_message(a, &send) == -EDESTADDRREQ,
	   "%s: without a destination it goes nowhere", how);
	headway_bus_close(b);
	headway_bus_close(a);
}

static void groups(void)
{
	struct headway_bus *a = member("lib", 0);
	struct headway_bus *b = member("lib", HEADWAY_NONBLOCK);
	struct headway_message m;

	ok(say(a, SPEEDS, "x") == -EHOSTUNREACH, "a group without members is told");
	ok(headway_bus_join(b, 42) == -EINVAL, "a group's address has the top bit set");
	ok(!headway_bus_join(b, SPEEDS) && headway_bus_join(b, SPEEDS) == -EALREADY,
	   "a group is joined once");
	must(!say(a, SPEEDS, "x"));
	ok(headway_bus_receive(b, &m) == 1 && m.to == SPEEDS, "and its messages come");
	ok(!headway_bus_leave(b, SPEEDS) && headway_bus_leave(b, SPEEDS) == -ENOENT,
	   "until it is left");
	ok(headway_bus_leave(b, OTHERS) == -ENOENT, "one that was joined");
	headway_bus_close(b);
	headway_bus_close(a);
}

static void directory(void)
{
	struct headway_bus *a = member("lib", 0);
	struct headway_bus *b = member("lib", HEADWAY_NONBLOCK);
	uint64_t found = 7;
	struct bus_stats stats;
	struct headway_message m;

	ok(headway_bus_set_name(b, "org.example.B", headway_bus_address(b)) == -EPERM,
	   "only a master keeps names");
	ok(!headway_bus_claim(b, true) && headway_bus_claim(a, true) == -EBUSY,
	   "there is one master");
	ok(headway_bus_lookup(a, "org.example.B", &found) == -ENOENT && found == 7,
	   "a name that nobody has is told");
	ok(!headway_bus_set_name(b, "org.example.B", headway_bus_address(b)) &&
	   !headway_bus_lookup(a, "org.example.B", &found) && found == headway_bus_address(b),
	   "a name is found by every member");
	ok(!headway_bus_set_name(b, "org.example.B", 0) &&
	   headway_bus_lookup(a, "org.example.B", &found) == -ENOENT, "and taken away");
	ok(headway_bus_lookup(a, "", &found) == -EINVAL, "a name is not empty");
	ok(!say(a, BUS_ADDR_MASTER, "x") && headway_bus_receive(b, &m) == 1 &&
	   m.to == BUS_ADDR_MASTER, "the master has an address of that name");
	ok(!headway_bus_stats(a, &stats) && stats.addr == headway_bus_address(a) &&
	   stats.master == headway_bus_address(b) && stats.sent == 1,
	   "a member knows its counters");
	ok(!headway_bus_claim(b, false) && headway_bus_claim(b, false) == -EPERM,
	   "a master ceases to be");
	headway_bus_close(b);
	headway_bus_close(a);
}

static void labels(void)
{
	struct headway_bus *a = member("lib", 0);
	struct headway_bus *b = member("lib", HEADWAY_NONBLOCK | HEADWAY_LABELS);
	struct headway_message m;
	char mine[256] = "";
	int fd = open("/proc/self/attr/current", O_RDONLY);

	if (fd >= 0 && read(fd, mine, sizeof(mine) - 1) <= 0)
		mine[0] = '\0';
	close(fd);
	mine[strcspn(mine, "\n")] = '\0';
	must(!say(a, headway_bus_address(b), "x") && headway_bus_receive(b, &m) == 1);
	if (mine[0] && m.label)
		ok(!strcmp(m.label, mine), "a message has its sender's label");
	else
		skip("no security module labels processes", "a message has its sender's label");
	headway_bus_close(b);
	headway_bus_close(a);
}

static void texts(void)
{
	const char *unknown = headway_bus_strerror(-EXDEV);
	static const int told[] = {
		EAFNOSUPPORT, ESHUTDOWN, EACCES, EPERM, EEXIST, ENOENT, EALREADY, EBUSY,
		EDQUOT, EHOSTUNREACH, EDESTADDRREQ, EMSGSIZE, EAGAIN, EINTR, ENOBUFS, EPIPE,
		EOPNOTSUPP, EBADF, EINVAL, ENOMEM, EMFILE,
	};
	bool all = true;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(told); i++)
		all &= headway_bus_strerror(-told[i]) != unknown &&
		       headway_bus_strerror(-told[i]) == headway_bus_strerror(told[i]);
	ok(all, "every error has its explanation");
	ok(strstr(headway_bus_strerror(-EAFNOSUPPORT), "modprobe afbus"),
	   "a missing module is explained with what to do");
}

/* The examples, where they lie beside this program. */
static void examples(const char *self)
{
	char path[256], line[128] = "";
	char *dir = strdup(self);
	int out[2], speeds = 0;
	pid_t subscriber, publisher;
	FILE *said;

	must(dir);
	snprintf(path, sizeof(path), "%s/subscriber", dirname(dir));
	free(dir);
	if (access(path, X_OK)) {
		skip("they are not here", "the examples understand each other");
		return;
	}
	must(!pipe(out));
	publisher = fork();
	must(publisher >= 0);
	if (!publisher) {
		memcpy(strstr(path, "subscriber"), "publisher", sizeof("publisher"));
		close(out[0]);
		close(out[1]);
		dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
		execl(path, "publisher", "lib-example", "300", NULL);
		_exit(1);
	}
	subscriber = fork();
	must(subscriber >= 0);
	if (!subscriber) {
		dup2(out[1], STDOUT_FILENO);
		execl(path, "subscriber", "lib-example", "3", NULL);
		_exit(1);
	}
	close(out[1]);
	said = fdopen(out[0], "r");
	must(said);
	while (fgets(line, sizeof(line), said))
		speeds += !!strstr(line, "m/s from process");
	fclose(said);
	ok(!reap(subscriber) && speeds == 3, "the examples understand each other");
	kill(publisher, SIGKILL);
	reap(publisher);
}

int main(int argc, char **argv)
{
	static const struct {
		bool		ring;
		const char	*how;
	} ways[] = { { false, "queue" }, { true, "ring" } };
	size_t i;

	(void)argc;
	need_root();
	tap_begin();
	opening();
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		receiving(ways[i].ring, ways[i].how);
		large(ways[i].ring, ways[i].how);
		descriptors(ways[i].ring, ways[i].how);
		all_at_once(ways[i].ring, ways[i].how);
		events(ways[i].ring, ways[i].how);
		batches(ways[i].ring, ways[i].how);
		turning(ways[i].ring, ways[i].how);
		full(ways[i].ring, ways[i].how);
	}
	groups();
	directory();
	labels();
	texts();
	examples(argv[0]);
	return tap_end();
}

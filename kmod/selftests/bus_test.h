/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the selftests of AF_BUS share: TAP, processes, buses, messages.
 *
 * A test is a condition and the sentence it proves: ok(condition, "promise").
 * Messages are in their queues when sendmsg() returns, so tests take them with
 * MSG_DONTWAIT. What has to wait is watched until it sleeps; no test sleeps for
 * a while and hopes. A program ends with 0 (kept), 1 (broken) or 4 (skipped).
 */
#ifndef BUS_TEST_H
#define BUS_TEST_H

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/afbus.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* Functions here are for those who want them. */
#pragma GCC diagnostic ignored "-Wunused-function"

/* TAP */

#define TEST_SECONDS	30	/* a test that takes longer hangs */
#define EXIT_SKIP	4

static struct {
	unsigned int	count;
	unsigned int	failed;
	char		last[160];
} tap;

static void tap_hangs(int sig)
{
	static const char text[] = "Bail out! hangs after: ";

	(void)sig;
	if (write(STDOUT_FILENO, text, sizeof(text) - 1) < 0 ||
	    write(STDOUT_FILENO, tap.last, strlen(tap.last)) < 0 ||
	    write(STDOUT_FILENO, "\n", 1) < 0)
		_exit(2);
	_exit(1);
}

static void tap_begin(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGALRM, tap_hangs);
	strcpy(tap.last, "the beginning");
	puts("TAP version 13");
	alarm(TEST_SECONDS);
}

static bool tap_ok(bool good, const char *file, int line, const char *what,
		   const char *promise, ...)
	__attribute__((format(printf, 5, 6)));

static bool tap_ok(bool good, const char *file, int line, const char *what,
		   const char *promise, ...)
{
	int error = errno;
	va_list args;

	va_start(args, promise);
	vsnprintf(tap.last, sizeof(tap.last), promise, args);
	va_end(args);
	printf("%sok %u - %s\n", good ? "" : "not ", ++tap.count, tap.last);
	if (!good) {
		tap.failed++;
		printf("# %s:%d: %s; errno %d, %s\n", file, line, what, error,
		       strerror(error));
	}
	alarm(TEST_SECONDS);
	return good;
}

#define ok(condition, ...) \
	tap_ok(condition, __FILE__, __LINE__, #condition, __VA_ARGS__)

/* The call fails with that error, and no other. */
#define is_errno(call, error, ...) ({					\
	errno = 0;							\
	tap_ok((call) == -1 && errno == (error), __FILE__, __LINE__,	\
	       #call " gives " #error, __VA_ARGS__);			\
})

/* One test of a program cannot be made here. */
#define skip(why, ...) do {						\
	printf("ok %u - ", ++tap.count);				\
	printf(__VA_ARGS__);						\
	printf(" # SKIP %s\n", why);					\
} while (0)

static int tap_end(void)
{
	printf("1..%u\n", tap.count);
	return tap.failed ? 1 : 0;
}

static void __attribute__((noreturn)) skip_all(const char *why)
{
	printf("1..0 # SKIP %s\n", why);
	exit(EXIT_SKIP);
}

/* The test itself cannot go on: neither kept nor broken is known. */
#define bail(what) do {							\
	printf("Bail out! %s:%d: %s: %s\n", __FILE__, __LINE__, what,	\
	       strerror(errno));					\
	exit(1);							\
} while (0)

#define must(condition) do {						\
	if (!(condition))						\
		bail(#condition);					\
} while (0)

/* Counts grow with BUS_TEST_SCALE, for machines with time. */
static unsigned int scaled(unsigned int n)
{
	const char *scale = getenv("BUS_TEST_SCALE");
	int factor = scale ? atoi(scale) : 1;

	return factor > 1 ? n * factor : n;
}

static void need_root(void)
{
	if (geteuid())
		skip_all("needs root");
}

/* Processes: a body returns 0, or says with expect() what was wrong. */

#define expect(condition) do {						\
	if (!(condition)) {						\
		printf("# %s:%d: %s; errno %d, %s\n", __FILE__, __LINE__, \
		       #condition, errno, strerror(errno));		\
		return 1;						\
	}								\
} while (0)

static pid_t spawn(int (*body)(void *arg), void *arg)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	must(pid >= 0);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGALRM, SIG_DFL);
		alarm(TEST_SECONDS);
		exit(body(arg));
	}
	return pid;
}

/* The exit status, or 128 and the signal. */
static int reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		must(errno == EINTR);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* A child has all that its parent has, and would keep members alive by it. */
static void keep_only(int fd)
{
	int i;

	for (i = STDERR_FILENO + 1; i < 256; i++)
		if (i != fd)
			close(i);
}

static int in_child(int (*body)(void *arg), void *arg)
{
	return reap(spawn(body, arg));
}

/* R, S, T, Z ... of a process, as /proc shows it. */
static char state_of(pid_t pid)
{
	char path[32], line[256];
	const char *end;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, line, sizeof(line) - 1);
	close(fd);
	line[n > 0 ? n : 0] = 0;
	end = strrchr(line, ')');
	return end ? end[2] : 0;
}

static bool reaches_state(pid_t pid, char state)
{
	while (state_of(pid) != state) {
		if (!state_of(pid) || state_of(pid) == 'Z')
			return false;	/* it ended */
		usleep(1000);
	}
	return true;
}

/* It waits inside a system call; false if it ended instead. */
static bool falls_asleep(pid_t pid)
{
	return reaches_state(pid, 'S');
}

static void tap_signal(int sig)
{
	(void)sig;
}

/* SIGUSR1 interrupts what waits, which then goes on with SA_RESTART. */
static void catch_signal(int flags)
{
	struct sigaction sa = { .sa_handler = tap_signal, .sa_flags = flags };

	sigaction(SIGUSR1, &sa, NULL);
}

static int become(uid_t uid, gid_t gid)
{
	return setgroups(0, NULL) || setresgid(gid, gid, gid) ||
	       setresuid(uid, uid, uid) ? -1 : 0;
}

static void *shared_memory(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	must(p != MAP_FAILED);
	return p;
}

/* Where processes wait for each other before they start. */
struct gate {
	int	ready[2];
	int	go[2];
};

static void gate_make(struct gate *g)
{
	must(!pipe2(g->ready, O_CLOEXEC) && !pipe2(g->go, O_CLOEXEC));
}

static void gate_wait(const struct gate *g)
{
	char c = 0;

	close(g->go[1]);
	must(write(g->ready[1], &c, 1) == 1);
	must(read(g->go[0], &c, 1) == 0);
}

static void gate_ready(const struct gate *g, unsigned int n)
{
	char c;

	while (n--)
		must(read(g->ready[0], &c, 1) == 1);
}

static void gate_open(struct gate *g, unsigned int n)
{
	gate_ready(g, n);
	close(g->go[1]);
	close(g->go[0]);
	close(g->ready[0]);
	close(g->ready[1]);
}

/* Buses */

/* The module may have been loaded with another family number. */
static int bus_family(void)
{
	static int family;
	FILE *f;

	if (family)
		return family;
	family = AF_BUS_DEFAULT;
	f = fopen("/sys/module/afbus/parameters/family", "r");
	if (f) {
		if (fscanf(f, "%d", &family) != 1)
			family = AF_BUS_DEFAULT;
		fclose(f);
	}
	return family;
}

static int try_socket(void)
{
	return socket(bus_family(), SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
}

static int open_socket(void)
{
	int fd = try_socket();

	if (fd < 0 && errno == EAFNOSUPPORT)
		skip_all("no AF_BUS in this kernel: insmod afbus.ko");
	must(fd >= 0);
	return fd;
}

static struct sockaddr_bus bus_named(const char *name, __u32 flags)
{
	struct sockaddr_bus sa = {
		.sbus_family = bus_family(),
		.sbus_flags = flags,
	};

	strncpy(sa.sbus_name, name, sizeof(sa.sbus_name) - 1);
	return sa;
}

static struct sockaddr_bus bus_addr(__u64 addr, __u32 flags)
{
	struct sockaddr_bus sa = {
		.sbus_family = bus_family(),
		.sbus_flags = flags,
		.sbus_addr = addr,
	};

	return sa;
}

static int try_bind(int fd, const char *name, __u32 flags)
{
	struct sockaddr_bus sa = bus_named(name, flags);

	return bind(fd, (struct sockaddr *)&sa, sizeof(sa));
}

static int open_bus(const char *name)
{
	int fd = open_socket();

	must(!try_bind(fd, name, 0));
	return fd;
}

static int try_connect(int fd, __u64 addr)
{
	struct sockaddr_bus sa = bus_addr(addr, 0);

	return connect(fd, (struct sockaddr *)&sa, BUS_SOCKADDR_SHORT);
}

static __u64 addr_of(int fd)
{
	struct sockaddr_bus sa;
	socklen_t len = sizeof(sa);

	must(!getsockname(fd, (struct sockaddr *)&sa, &len));
	return sa.sbus_addr;
}

static int set_u32(int fd, int option, __u32 value)
{
	return setsockopt(fd, SOL_BUS, option, &value, sizeof(value));
}

static int set_u64(int fd, int option, __u64 value)
{
	return setsockopt(fd, SOL_BUS, option, &value, sizeof(value));
}

static int join(int fd, __u64 group)
{
	return set_u64(fd, BUS_JOIN, group);
}

static int leave(int fd, __u64 group)
{
	return set_u64(fd, BUS_LEAVE, group);
}

static int set_perm(int fd, __u32 mode, __u32 uid, __u32 gid)
{
	struct bus_perm perm = { .mode = mode, .uid = uid, .gid = gid };

	return setsockopt(fd, SOL_BUS, BUS_PERM, &perm, sizeof(perm));
}

/* A member that hears all that the kernel says: stamps and those events. */
static int open_witness(const char *name, __u32 events)
{
	int fd = open_bus(name);

	must(!set_u32(fd, BUS_META, BUS_META_STAMP));
	must(!set_u32(fd, BUS_EVENTS, events));
	return fd;
}

static struct bus_stats stats_of(int fd)
{
	struct bus_stats stats;
	socklen_t len = sizeof(stats);

	must(!getsockopt(fd, SOL_BUS, BUS_STATS, &stats, &len));
	return stats;
}

/* The module, for the tests that load it anew: AFBUS_KO says where it is. */

static bool unload_module(void)
{
	int tries;

	for (tries = 0; tries < 1000; tries++) {
		if (!syscall(SYS_delete_module, "afbus", O_NONBLOCK))
			return true;
		if (errno != EBUSY && errno != EAGAIN)
			return false;
		usleep(10000);	/* sockets are freed after a grace period of RCU */
	}
	return false;
}

static int load_module(const char *path, int family)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = -1;
	char options[32];

	snprintf(options, sizeof(options), "family=%d", family);
	if (fd >= 0) {
		err = syscall(SYS_finit_module, fd, options, 0);
		close(fd);
	}
	return err;
}

/* Messages */

#define GROUP(n)	(BUS_ADDR_GROUP | (n))

struct message {
	__u64		to;
	const __u64	*list;
	unsigned int	list_count;
	__u32		policy;		/* BUS_WAIT, BUS_FAIL, BUS_SKIP */
	const char	*text;
	const void	*bytes;		/* instead of text */
	size_t		size;
	const int	*fds;
	unsigned int	fd_count;
	bool		waits;		/* without MSG_DONTWAIT */
};

static ssize_t send_message(int fd, const struct message *m)
{
	static __thread char control[4096] __attribute__((aligned(8)));
	struct sockaddr_bus sa = bus_addr(m->to, m->policy);
	struct iovec iov = {
		.iov_base = (void *)(m->text ? m->text : m->bytes),
		.iov_len = m->text ? strlen(m->text) : m->size,
	};
	struct msghdr msg = {
		.msg_name = &sa,
		.msg_namelen = BUS_SOCKADDR_SHORT,
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);
	size_t used = 0;

	memset(control, 0, sizeof(control));
	if (m->list) {
		size_t size = m->list_count * sizeof(*m->list);

		cmsg->cmsg_level = SOL_BUS;
		cmsg->cmsg_type = BUS_CMSG_DESTS;
		cmsg->cmsg_len = CMSG_LEN(size);
		memcpy(CMSG_DATA(cmsg), m->list, size);
		used += CMSG_SPACE(size);
		cmsg = CMSG_NXTHDR(&msg, cmsg);
	}
	if (m->fds) {
		size_t size = m->fd_count * sizeof(*m->fds);

		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(size);
		memcpy(CMSG_DATA(cmsg), m->fds, size);
		used += CMSG_SPACE(size);
	}
	msg.msg_controllen = used;
	return sendmsg(fd, &msg, m->waits ? 0 : MSG_DONTWAIT);
}

static ssize_t send_policy(int fd, __u64 to, __u32 policy, const char *text)
{
	struct message m = { .to = to, .policy = policy, .text = text };

	return send_message(fd, &m);
}

static ssize_t send_to(int fd, __u64 to, const char *text)
{
	return send_policy(fd, to, BUS_WAIT, text);
}

static ssize_t send_list(int fd, __u32 policy, const char *text,
			 unsigned int count, const __u64 *list)
{
	struct message m = {
		.list = list, .list_count = count,
		.policy = policy, .text = text,
	};

	return send_message(fd, &m);
}

struct received {
	ssize_t		size;		/* what recvmsg() returned */
	int		flags;		/* of the msghdr */
	__u64		src;
	bool		has_meta;
	bool		has_label;
	struct bus_meta	meta;
	char		label[256];
	int		fds[BUS_FDS_MAX];
	unsigned int	fd_count;
	union {
		char		text[4096];
		struct bus_event event;
	};
};

static void read_control(struct msghdr *msg, struct received *r)
{
	struct cmsghdr *cmsg;

	for (cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR(msg, cmsg)) {
		size_t size = cmsg->cmsg_len - CMSG_LEN(0);

		if (cmsg->cmsg_level == SOL_SOCKET &&
		    cmsg->cmsg_type == SCM_RIGHTS) {
			must(size <= sizeof(r->fds));
			r->fd_count = size / sizeof(r->fds[0]);
			memcpy(r->fds, CMSG_DATA(cmsg), size);
		} else if (cmsg->cmsg_level == SOL_BUS &&
			   cmsg->cmsg_type == BUS_CMSG_META) {
			must(size == sizeof(r->meta));
			r->has_meta = true;
			memcpy(&r->meta, CMSG_DATA(cmsg), size);
		} else if (cmsg->cmsg_level == SOL_BUS &&
			   cmsg->cmsg_type == BUS_CMSG_LABEL) {
			must(size < sizeof(r->label));
			r->has_label = true;
			memcpy(r->label, CMSG_DATA(cmsg), size);
		} else {
			errno = EPROTO;
			bail("unknown control message");
		}
	}
}

static ssize_t take(int fd, int flags, struct received *r)
{
	char control[1024] __attribute__((aligned(8)));
	struct sockaddr_bus sa;
	struct iovec iov = { r->text, sizeof(r->text) - 1 };
	struct msghdr msg = {
		.msg_name = &sa,
		.msg_namelen = sizeof(sa),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};

	memset(r, 0, sizeof(*r));
	r->size = recvmsg(fd, &msg, flags);
	if (r->size < 0)
		return r->size;
	r->flags = msg.msg_flags;
	if (msg.msg_namelen) {
		must(msg.msg_namelen == BUS_SOCKADDR_SHORT);
		must(sa.sbus_family == bus_family());
		r->src = sa.sbus_addr;
	}
	read_control(&msg, r);
	return r->size;
}

/* The next message is this text. */
static bool took(int fd, const char *text)
{
	struct received r;

	if (take(fd, MSG_DONTWAIT, &r) < 0)
		return false;
	if (!strcmp(r.text, text))
		return true;
	printf("# took \"%.40s\", not \"%.40s\"\n", r.text, text);
	return false;
}

static bool took_event(int fd, __u32 type, __u64 addr, __u64 group)
{
	struct received r;

	if (take(fd, MSG_DONTWAIT, &r) < 0)
		return false;
	if (r.size == sizeof(r.event) && r.src == BUS_ADDR_KERNEL &&
	    r.event.type == type && !r.event.reserved &&
	    r.event.addr == addr && r.event.group == group &&
	    (!r.has_meta || r.meta.flags == BUS_META_EVENT))
		return true;
	printf("# took %zd bytes of %llx: event %u of %llx, group %llx\n",
	       r.size, r.src, r.event.type, r.event.addr, r.event.group);
	return false;
}

static bool empty(int fd)
{
	char c;
	ssize_t n = recv(fd, &c, 1, MSG_DONTWAIT | MSG_PEEK);

	if (n < 0 && errno == EAGAIN)
		return true;
	printf("# not empty: %zd\n", n);
	return false;
}

static unsigned int drain(int fd)
{
	struct received r;
	unsigned int n = 0;

	while (take(fd, MSG_DONTWAIT, &r) >= 0) {
		while (r.fd_count)
			close(r.fds[--r.fd_count]);
		n++;
	}
	return n;
}

/* What poll() says at once. */
static short events_of(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLOUT | POLLPRI };

	must(poll(&p, 1, 0) >= 0);
	return p.revents;
}

#endif

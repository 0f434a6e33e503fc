// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every system call of the interface, with every allocation and every copy from
 * or to the caller failing in turn.
 *
 * The kernel is told to fail the n-th (/proc/thread-self/fail-nth); n grows
 * until the call gets by without meeting it. Each failure must be an errno that
 * says so, have no effect (members, queues, the user's account, descriptors are
 * as before) and leave nothing behind; where the call cannot fail, what was
 * lost must be told.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/afbus_netlink.h>
#include <linux/sockios.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include "../tools/genl.h"
#include "packet.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define CROWD		12	/* more receivers than a plan holds by itself */
#define GROUP		(BUS_ADDR_GROUP | 1)
#define OTHER_GROUP	(BUS_ADDR_GROUP | 2)
#define SMALL		100
#define LARGE		60000
#define HANG_SECONDS	30
#define NTH_MAX		2000

enum { ME, PEER, LISTENER, FIRST_OF_CROWD, MEMBERS = FIRST_OF_CROWD + CROWD };

/* All that a call without effect leaves alone. */
struct state {
	struct bus_stats stats[MEMBERS];
	uint32_t queue, meta, events;
	struct sockaddr_bus own, peer;
	int unread, next_fd;
	uint64_t used[AFBUS_A_QUOTA_MAX + 1];
};

struct scenario {
	const char *name;
	void (*before)(void);
	long (*call)(void);		/* as a system call: -1 and errno */
	void (*undo)(long result);	/* after success; checks what it did */
};

static int family, nth, fd[MEMBERS], file, extra = -1;
static uint64_t addr[MEMBERS];
static char buffer[BUS_MESSAGE_MAX], text[256];
static struct incoming in;
static struct outgoing out;
static const char *scenario = "the beginning";
static bool may_queue;		/* what the peer lost becomes an event in its queue */

/* TAP */

static void __attribute__((format(printf, 1, 2), noreturn)) bail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	printf("Bail out! %s: %s (errno %d, %s)\n", scenario, text, errno, strerror(errno));
	exit(1);
}

static void on_alarm(int sig)
{
	static const char hangs[] = "Bail out! hangs: ";

	(void)sig;
	if (write(1, hangs, sizeof(hangs) - 1) < 0 || write(1, scenario, strlen(scenario)) < 0 ||
	    write(1, "\n", 1) < 0)
		_exit(2);
	_exit(1);
}

/* Faults */

static void arm(unsigned int n)
{
	char number[16];
	int len = snprintf(number, sizeof(number), "%u", n);

	/* What is armed still may hit this very write, once. */
	if (pwrite(nth, number, len, 0) != len && pwrite(nth, number, len, 0) != len)
		bail("arming fail-nth");
}

/* Whether the fault that was armed was met. */
static bool disarm(void)
{
	char number[16] = "";
	ssize_t len = pread(nth, number, sizeof(number) - 1, 0);
	bool met = len > 0 && !atoi(number);	/* the read may meet it itself */

	arm(0);
	return met;
}

static bool write_file(const char *path, const char *value)
{
	int f = open(path, O_WRONLY);
	bool good = f >= 0 && write(f, value, strlen(value)) >= 0;

	if (f >= 0)
		close(f);
	return good;
}

/* Return: whether this kernel can. */
static bool faults_on(void)
{
	static const char *const kinds[] = { "failslab", "fail_page_alloc", "fail_usercopy" };
	char path[128];
	unsigned int i;

	nth = open("/proc/thread-self/fail-nth", O_RDWR);
	if (nth < 0)
		return false;
	for (i = 0; i < COUNT(kinds); i++) {
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/verbose", kinds[i]);
		if (!write_file(path, "0"))
			printf("# no %s here\n", kinds[i]);
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/ignore-gfp-wait", kinds[i]);
		write_file(path, "N");
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/ignore-gfp-highmem", kinds[i]);
		write_file(path, "N");
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/min-order", kinds[i]);
		write_file(path, "0");
	}
	return true;
}

/* Members */

static int bus_socket(void)
{
	return socket(family, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);
}

static int enter(int s)
{
	struct sockaddr_bus sa = { .sbus_family = family, .sbus_name = "fault" };

	return bind(s, (void *)&sa, sizeof(sa));
}

static long set_word(int s, int option, uint32_t value)
{
	return setsockopt(s, SOL_BUS, option, &value, sizeof(value));
}

static long join(int s, int option, uint64_t group)
{
	return setsockopt(s, SOL_BUS, option, &group, sizeof(group));
}

static void must(bool good, const char *what)
{
	if (!good)
		bail("%s", what);
}

static void begin_members(void)
{
	struct sockaddr_bus sa;
	socklen_t len;
	int i;

	for (i = 0; i < MEMBERS; i++) {
		fd[i] = bus_socket();
		must(fd[i] >= 0 && !enter(fd[i]), "bind()");
		len = sizeof(sa);
		must(!getsockname(fd[i], (void *)&sa, &len), "getsockname()");
		addr[i] = sa.sbus_addr;
		must(!set_word(fd[i], BUS_META, BUS_META_STAMP | BUS_META_LABEL), "BUS_META");
		must(i == ME || !join(fd[i], BUS_JOIN, GROUP), "BUS_JOIN");
	}
	must(!set_word(fd[PEER], BUS_QUEUE, 2), "BUS_QUEUE");
}

/* As used by this process's user, who is alone here. */
static void count_used(void *arg, __u8 cmd, const struct nlattr *attrs, size_t len)
{
	const struct nlattr *table[AFBUS_A_QUOTA_MAX + 1];
	struct state *s = arg;
	int i;

	(void)cmd;
	genl_parse(table, AFBUS_A_QUOTA_MAX, attrs, len);
	for (i = AFBUS_A_QUOTA_BYTES; i <= AFBUS_A_QUOTA_MAX; i++)
		s->used[i] += genl_u64(table[i]);
}

static void look(struct state *s)
{
	struct genl_request request;
	struct genl genl;
	socklen_t len;
	int i;

	memset(s, 0, sizeof(*s));
	for (i = 0; i < MEMBERS; i++) {
		len = sizeof(s->stats[i]);
		must(!getsockopt(fd[i], SOL_BUS, BUS_STATS, &s->stats[i], &len), "BUS_STATS");
	}
	len = sizeof(s->queue);
	must(!getsockopt(fd[ME], SOL_BUS, BUS_QUEUE, &s->queue, &len), "BUS_QUEUE");
	must(!getsockopt(fd[ME], SOL_BUS, BUS_META, &s->meta, &len), "BUS_META");
	must(!getsockopt(fd[ME], SOL_BUS, BUS_EVENTS, &s->events, &len), "BUS_EVENTS");
	len = sizeof(s->own);
	must(!getsockname(fd[ME], (void *)&s->own, &len), "getsockname()");
	len = sizeof(s->peer);
	getpeername(fd[ME], (void *)&s->peer, &len);
	must(!ioctl(fd[ME], SIOCOUTQ, &s->unread), "SIOCOUTQ");
	must(!genl_open(&genl, AFBUS_FAMILY_NAME), "generic netlink");
	genl_begin(&request, AFBUS_CMD_USER_GET, NLM_F_DUMP);
	must(!genl_call(&genl, &request, count_used, s), "AFBUS_CMD_USER_GET");
	genl_close(&genl);
	s->next_fd = dup(0);
	close(s->next_fd);
}

static const char *difference(const struct state *a, const struct state *b)
{
	int i;

	for (i = 0; i < MEMBERS; i++) {
		if (!memcmp(&a->stats[i], &b->stats[i], sizeof(a->stats[i])))
			continue;
		snprintf(text, sizeof(text),
			 "member %d: sent %lld received %lld lost %lld skipped %lld queued %lld bytes %lld more",
			 i, (long long)(b->stats[i].sent - a->stats[i].sent),
			 (long long)(b->stats[i].received - a->stats[i].received),
			 (long long)(b->stats[i].lost - a->stats[i].lost),
			 (long long)(b->stats[i].skipped - a->stats[i].skipped),
			 (long long)(b->stats[i].queued - a->stats[i].queued),
			 (long long)(b->stats[i].queued_bytes - a->stats[i].queued_bytes));
		return text;
	}
	for (i = AFBUS_A_QUOTA_BYTES; i <= AFBUS_A_QUOTA_MAX; i++) {
		if (a->used[i] == b->used[i])
			continue;
		snprintf(text, sizeof(text), "the user's account %d: %lld more", i,
			 (long long)(b->used[i] - a->used[i]));
		return text;
	}
	if (a->next_fd != b->next_fd)
		return "a descriptor is left";
	if (a->unread != b->unread)
		return "SIOCOUTQ differs";
	return memcmp(a, b, sizeof(*a)) ? "an option or a name differs" : NULL;
}

/* Taking what should be in a queue */

static unsigned int drain(int member, uint64_t *lost)
{
	unsigned int n = 0;

	while (incoming_receive(&in, fd[member], buffer, sizeof(buffer), sizeof(in.control),
				0) >= 0) {
		if (in.has_meta && lost)
			*lost += in.meta.lost;
		incoming_close(&in);
		n++;
	}
	must(in.size == -EAGAIN, "draining");
	return n;
}

static void expect(int member, unsigned int n)
{
	must(drain(member, NULL) == n, "a member got another number of messages");
}

static void fill(void)
{
	outgoing_init(&out, buffer, SMALL);
	outgoing_to(&out, family, addr[PEER], BUS_FAIL);
	while (outgoing_send(&out, fd[ME], 0) == SMALL)
		;
	must(errno == ENOBUFS, "filling the peer's queue");
}

/* Sockets */

static long do_socket(void)
{
	return bus_socket();
}

static void close_it(long s)
{
	close(s);
}

static void new_socket(void)
{
	if (extra < 0)
		extra = bus_socket();
	must(extra >= 0, "socket()");
}

static void close_extra(long result)
{
	(void)result;
	close(extra);
	extra = -1;
}

static long do_create(void)
{
	struct sockaddr_bus sa = { .sbus_family = family, .sbus_flags = BUS_CREATE,
				   .sbus_name = "fault-new" };

	return bind(extra, (void *)&sa, sizeof(sa));
}

static long do_bind(void)
{
	return enter(extra);
}

static void listen_to_events(void)
{
	must(!set_word(fd[LISTENER], BUS_EVENTS, 0x7e), "BUS_EVENTS");
}

static void listen_no_more(void)
{
	must(!set_word(fd[LISTENER], BUS_EVENTS, 0), "BUS_EVENTS");
}

static void new_socket_heard(void)
{
	new_socket();
	listen_to_events();
}

static void close_extra_heard(long result)
{
	close_extra(result);
	expect(LISTENER, 2);
	listen_no_more();
}

/* Nobody can be told that close() failed, so whoever asked is told of losses. */
static void new_member_heard(void)
{
	struct bus_name name = { .name = "doomed" };
	struct sockaddr_bus sa;
	socklen_t len = sizeof(sa);

	new_socket();
	must(!enter(extra) && !getsockname(extra, (void *)&sa, &len), "bind()");
	must(!join(extra, BUS_JOIN, GROUP) && !join(extra, BUS_JOIN, OTHER_GROUP), "BUS_JOIN");
	must(!set_word(extra, BUS_MASTER, 1), "BUS_MASTER");
	name.addr = addr[PEER];
	must(!setsockopt(extra, SOL_BUS, BUS_NAME, &name, sizeof(name)), "BUS_NAME");
	outgoing_init(&out, buffer, SMALL);
	outgoing_to(&out, family, sa.sbus_addr, BUS_FAIL);
	out.files = 1;
	out.fds[0] = file;
	must(outgoing_send(&out, fd[ME], 0) == SMALL, "sendmsg()");
	must(outgoing_send(&out, extra, 0) == SMALL, "sendmsg()");
	listen_to_events();
}

static long do_close(void)
{
	int s = extra;

	extra = -1;
	return close(s);
}

static void check_told(long result)
{
	uint64_t lost = 0;
	unsigned int n = drain(LISTENER, &lost);

	(void)result;
	/* Two LEAVE, MASTER, EXIT; an event LOST may stand for the last. */
	must(n + lost == 4 || n + lost == 5, "events were lost without a word");
	listen_no_more();
}

static long do_connect(void)
{
	struct sockaddr_bus sa = { .sbus_family = family, .sbus_addr = addr[PEER] };

	return connect(fd[ME], (void *)&sa, BUS_SOCKADDR_SHORT);
}

static void disconnect(long result)
{
	struct sockaddr_bus sa = { .sbus_family = family };

	(void)result;
	must(!connect(fd[ME], (void *)&sa, BUS_SOCKADDR_SHORT), "dissolving connect()");
}

static long do_getsockname(void)
{
	struct sockaddr_bus sa;
	socklen_t len = sizeof(sa);

	return getsockname(fd[ME], (void *)&sa, &len);
}

static void connected(void)
{
	must(!do_connect(), "connect()");
}

static long do_getpeername(void)
{
	struct sockaddr_bus sa;
	socklen_t len = sizeof(sa);

	return getpeername(fd[ME], (void *)&sa, &len);
}

static void bound_socket(void)
{
	new_socket();
	enter(extra);
}

static long do_shutdown(void)
{
	return shutdown(extra, SHUT_RDWR);
}

/* Options */

static long do_perm(void)
{
	struct bus_perm perm = { .mode = 0640, .uid = ~0u, .gid = ~0u };

	return setsockopt(extra, SOL_BUS, BUS_PERM, &perm, sizeof(perm));
}

static long do_join_new(void)
{
	return join(fd[ME], BUS_JOIN, OTHER_GROUP);
}

static void leave_other(long result)
{
	(void)result;
	must(!join(fd[ME], BUS_LEAVE, OTHER_GROUP), "BUS_LEAVE");
}

static long do_join(void)
{
	return join(fd[ME], BUS_JOIN, GROUP);
}

static void leave_group(long result)
{
	(void)result;
	must(!join(fd[ME], BUS_LEAVE, GROUP), "BUS_LEAVE");
}

static void in_other(void)
{
	join(fd[ME], BUS_JOIN, OTHER_GROUP);
}

static long do_leave(void)
{
	return join(fd[ME], BUS_LEAVE, OTHER_GROUP);
}

static void heard(long result)
{
	(void)result;
	expect(LISTENER, 1);
	listen_no_more();
}

static void in_other_heard(void)
{
	in_other();
	listen_to_events();
}

static long do_queue(void)
{
	return set_word(fd[ME], BUS_QUEUE, 7);
}

static void queue_back(long result)
{
	(void)result;
	set_word(fd[ME], BUS_QUEUE, BUS_QUEUE_DEFAULT);
}

static long do_meta(void)
{
	return set_word(fd[ME], BUS_META, 0);
}

static void meta_back(long result)
{
	(void)result;
	set_word(fd[ME], BUS_META, BUS_META_STAMP | BUS_META_LABEL);
}

static long do_events(void)
{
	return set_word(fd[ME], BUS_EVENTS, 0x7e);
}

static void events_back(long result)
{
	(void)result;
	set_word(fd[ME], BUS_EVENTS, 0);
}

static long do_claim(void)
{
	return set_word(fd[ME], BUS_MASTER, 1);
}

static void release(long result)
{
	(void)result;
	must(!set_word(fd[ME], BUS_MASTER, 0), "releasing BUS_MASTER");
}

static void master(void)
{
	do_claim();
}

static long do_release(void)
{
	return set_word(fd[ME], BUS_MASTER, 0);
}

static long name_to(uint64_t to)
{
	struct bus_name name = { .addr = to, .name = "org.example.Fault" };

	return setsockopt(fd[ME], SOL_BUS, BUS_NAME, &name, sizeof(name));
}

static uint64_t named(void)
{
	struct bus_name name = { .name = "org.example.Fault" };
	socklen_t len = sizeof(name);

	return getsockopt(fd[ME], SOL_BUS, BUS_NAME, &name, &len) ? 0 : name.addr;
}

static void master_no_name(void)
{
	do_claim();
	must(!named(), "a name that nobody set");
}

static long do_name(void)
{
	return name_to(addr[PEER]);
}

static void unname(long result)
{
	(void)result;
	must(named() == addr[PEER] && !name_to(0), "BUS_NAME");
	release(0);
}

static void master_and_name(void)
{
	if (do_claim() < 0) {
		must(named() == addr[PEER], "the old name is gone");
		return;
	}
	must(!name_to(addr[PEER]), "BUS_NAME");
}

static long do_rename(void)
{
	return name_to(addr[LISTENER]);
}

static void renamed(long result)
{
	(void)result;
	must(named() == addr[LISTENER], "BUS_NAME");
	release(0);
}

static long do_lookup(void)
{
	struct bus_name name = { .name = "org.example.Fault" };
	socklen_t len = sizeof(name);

	return getsockopt(fd[LISTENER], SOL_BUS, BUS_NAME, &name, &len);
}

static long get_option(int option, size_t size)
{
	char value[sizeof(struct bus_name)];
	socklen_t len = size;

	return getsockopt(fd[ME], SOL_BUS, option, value, &len);
}

static long do_get_stats(void)
{
	return get_option(BUS_STATS, sizeof(struct bus_stats));
}

static long do_get_perm(void)
{
	return get_option(BUS_PERM, sizeof(struct bus_perm));
}

static long do_get_queue(void)
{
	return get_option(BUS_QUEUE, sizeof(uint32_t));
}

/* Sends */

static void to(uint64_t dest, size_t size, uint32_t policy)
{
	outgoing_init(&out, buffer, size);
	outgoing_to(&out, family, dest, policy);
}

static long do_send(void)
{
	to(addr[PEER], SMALL, BUS_FAIL);
	return outgoing_send(&out, fd[ME], 0);
}

static void peer_got_one(long result)
{
	must(result == SMALL, "sendmsg()");
	expect(PEER, 1);
}

static long do_send_large(void)
{
	to(addr[PEER], LARGE, BUS_FAIL);
	return outgoing_send(&out, fd[ME], 0);
}

static void peer_got_large(long result)
{
	must(result == LARGE, "sendmsg()");
	expect(PEER, 1);
}

static long do_send_connected(void)
{
	return send(fd[ME], buffer, SMALL, 0);
}

static long do_send_group(void)
{
	to(GROUP, SMALL, BUS_FAIL);
	return outgoing_send(&out, fd[ME], 0);
}

static void all_got_one(long result)
{
	int i;

	must(result == SMALL, "sendmsg()");
	for (i = PEER; i < MEMBERS; i++)
		expect(i, 1);
}

static long do_send_list(void)
{
	int i;

	to(0, SMALL, BUS_FAIL);
	out.list = MEMBERS - 1;
	for (i = PEER; i < MEMBERS; i++)
		out.dests[i - PEER] = addr[i];
	return outgoing_send(&out, fd[ME], 0);
}

static long do_send_files(void)
{
	to(addr[PEER], SMALL, BUS_FAIL);
	out.files = 3;
	out.fds[0] = file;
	out.fds[1] = file;
	out.fds[2] = file;
	return outgoing_send(&out, fd[ME], 0);
}

static void peer_full(void)
{
	events_back(0);
	fill();
	do_events();
}

/* The refusal it ends with is success here: it leaves word with the peer. */
static long do_send_refused(void)
{
	long result;

	to(addr[PEER], SMALL, BUS_WAIT);
	result = outgoing_send(&out, fd[ME], MSG_DONTWAIT);
	return result < 0 && errno == EAGAIN ? 0 : result;
}

static void room_told(long result)
{
	(void)result;
	expect(PEER, 2);
	expect(ME, 1);
	events_back(0);
}

static long do_send_skipped(void)
{
	to(GROUP, SMALL, BUS_SKIP);
	return outgoing_send(&out, fd[ME], 0);
}

static void all_but_peer(long result)
{
	uint64_t lost = 0;
	int i;

	must(result == SMALL, "sendmsg()");
	must(drain(PEER, &lost) == 3 && lost == 1, "the loss was not told");
	for (i = LISTENER; i < MEMBERS; i++)
		expect(i, 1);
}

static void peer_just_full(void)
{
	fill();
}

static long do_sendmmsg(void)
{
	struct mmsghdr many[2];

	to(addr[PEER], SMALL, BUS_FAIL);
	outgoing_prepare(&out, &many[0].msg_hdr);
	many[1] = many[0];
	return sendmmsg(fd[ME], many, 2, 0);
}

static void peer_got_some(long result)
{
	/* With one sent, copying its length out may have failed. */
	unsigned int n = drain(PEER, NULL);

	must(n == result, "sendmmsg()");
}

/* Receives */

static void one_for_peer(void)
{
	struct bus_stats stats;
	socklen_t len = sizeof(stats);

	must(!getsockopt(fd[PEER], SOL_BUS, BUS_STATS, &stats, &len), "BUS_STATS");
	if (!stats.queued)
		must(do_send_files() == SMALL, "sendmsg()");
}

/*
 * Without the source: the socket core writes it, in any family, when the message
 * is taken already, and gives up both if it cannot.
 */
static long receive_from(int s, int flags)
{
	struct msghdr msg;
	ssize_t size;

	incoming_prepare(&in, &msg, buffer, sizeof(buffer), sizeof(in.control));
	msg.msg_name = NULL;
	size = recvmsg(s, &msg, flags);
	incoming_parse(&in, &msg, size);
	return size;
}

static long receive(int flags)
{
	return receive_from(fd[PEER], flags);
}

static long do_receive(void)
{
	return receive(0);
}

static void got_all(long result)
{
	must(result == SMALL && in.has_meta && in.meta.size == SMALL, "recvmsg()");
	must(in.files == 3 || in.flags & MSG_CTRUNC, "descriptors are lost without MSG_CTRUNC");
	incoming_close(&in);
	expect(PEER, 0);
}

static long do_peek(void)
{
	return receive(MSG_PEEK);
}

static void peeked(long result)
{
	must(result == SMALL, "recvmsg()");
	incoming_close(&in);
}

static void one_lost(void)
{
	struct bus_stats stats;
	socklen_t len = sizeof(stats);

	may_queue = true;
	must(!getsockopt(fd[PEER], SOL_BUS, BUS_STATS, &stats, &len), "BUS_STATS");
	if (stats.queued)
		return;		/* its event, from the call before */
	fill();
	to(addr[PEER], SMALL, BUS_SKIP);
	must(outgoing_send(&out, fd[ME], 0) == SMALL, "sendmsg()");
	receive(0);
	receive(0);
}

static void lost_told(long result)
{
	must(result == sizeof(struct bus_event) && in.meta.lost == 1, "BUS_EVENT_LOST");
	expect(PEER, 0);
}

static long do_recvmmsg(void)
{
	struct mmsghdr many[2];
	static struct incoming two[2];
	int got;

	incoming_prepare(&two[0], &many[0].msg_hdr, buffer, SMALL, sizeof(in.control));
	incoming_prepare(&two[1], &many[1].msg_hdr, buffer, SMALL, sizeof(in.control));
	many[0].msg_hdr.msg_name = NULL;
	many[1].msg_hdr.msg_name = NULL;
	got = recvmmsg(fd[PEER], many, 2, MSG_DONTWAIT, NULL);
	if (got > 0) {
		incoming_parse(&two[0], &many[0].msg_hdr, many[0].msg_len);
		incoming_close(&two[0]);
	}
	return got;
}

static void got_one(long result)
{
	int error;
	socklen_t len = sizeof(error);

	/* The fault of a second message waits there for the next receive. */
	getsockopt(fd[PEER], SOL_SOCKET, SO_ERROR, &error, &len);
	must(result == 1, "recvmmsg()");
	expect(PEER, 0);
}

/* The ring: extra has it */

static const struct bus_ring ring = { .slots = 8, .slot_size = 512 };

static long do_ring(void)
{
	return setsockopt(extra, SOL_BUS, BUS_RING, &ring, sizeof(ring));
}

static uint64_t ring_addr;

static void ring_socket(void)
{
	struct sockaddr_bus sa;
	socklen_t len = sizeof(sa);

	if (extra >= 0)
		return;
	bound_socket();
	must(!do_ring() && !getsockname(extra, (void *)&sa, &len), "BUS_RING");
	ring_addr = sa.sbus_addr;
}

static long do_mmap(void)
{
	void *map = mmap(NULL, ring.slots * ring.slot_size, PROT_READ, MAP_SHARED, extra, 0);

	if (map == MAP_FAILED)
		return -1;
	must(!((struct bus_slot *)map)->ready, "a slot is ready in an empty ring");
	if (!munmap(map, ring.slots * ring.slot_size))
		return 0;
	/* It met the fault, and has still to be done. */
	must(!munmap(map, ring.slots * ring.slot_size), "munmap()");
	errno = ENOMEM;
	return -1;
}

static long turn(uint64_t done)
{
	struct bus_turn t = { .done = done };

	return ioctl(extra, SIOCBUSTURN, &t) ? -1 : (long)t.ready;
}

static void ring_with_one(void)
{
	if (extra >= 0)
		return;
	ring_socket();
	to(ring_addr, SMALL, BUS_FAIL);
	must(outgoing_send(&out, fd[ME], 0) == SMALL, "sendmsg()");
}

static long do_turn(void)
{
	return turn(0);
}

static void turned(long result)
{
	must(result == 1, "SIOCBUSTURN");
	close_extra(0);
}

static long do_send_to_ring(void)
{
	to(ring_addr, LARGE, BUS_FAIL);
	return outgoing_send(&out, fd[ME], 0);
}

static void ring_with_large(void)
{
	if (extra >= 0)
		return;
	ring_socket();
	must(!set_word(extra, BUS_META, BUS_META_STAMP), "BUS_META");
	must(do_send_to_ring() == LARGE, "sendmsg()");
}

static long do_receive_memfd(void)
{
	return receive_from(extra, 0);
}

static void got_memfd(long result)
{
	(void)result;
	if (!(in.flags & MSG_CTRUNC))
		must(in.files == 1 && in.meta.flags & BUS_META_MEMFD &&
		     lseek(in.fds[0], 0, SEEK_END) == LARGE, "the memory file");
	incoming_close(&in);
	close_extra(0);
}

/* Readiness, and what looks on */

static long ioctl_number(unsigned long request)
{
	int number;

	return ioctl(fd[ME], request, &number);
}

static long do_inq(void)
{
	return ioctl_number(SIOCINQ);
}

static long do_outq(void)
{
	return ioctl_number(SIOCOUTQ);
}

static long do_poll(void)
{
	struct pollfd p = { fd[ME], POLLIN | POLLOUT, 0 };

	return poll(&p, 1, 0);
}

static int epoll = -1;

static long do_epoll(void)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLOUT | EPOLLET };

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd[ME], &e);
}

static void epoll_removed(long result)
{
	struct epoll_event e;

	(void)result;
	must(epoll_wait(epoll, &e, 1, 0) == 1, "epoll_wait()");
	must(!epoll_ctl(epoll, EPOLL_CTL_DEL, fd[ME], NULL), "epoll_ctl()");
}

static long do_proc(void)
{
	int f = open("/proc/net/af_bus", O_RDONLY), error;
	ssize_t len;

	if (f < 0)
		return -1;
	len = read(f, buffer, 4096);
	error = errno;
	close(f);
	errno = error;
	return len;
}

static void ignore(void *arg, __u8 cmd, const struct nlattr *attrs, size_t len)
{
	(void)arg;
	(void)cmd;
	(void)attrs;
	(void)len;
}

static long ask(uint8_t command, uint16_t flags)
{
	struct genl_request request;
	struct genl genl;
	int error = genl_open(&genl, AFBUS_FAMILY_NAME);

	if (!error) {
		genl_begin(&request, command, flags);
		error = genl_call(&genl, &request, ignore, NULL);
		genl_close(&genl);
	}
	errno = -error;
	return error ? -1 : 0;
}

static long do_ask_limits(void)
{
	return ask(AFBUS_CMD_LIMITS_GET, 0);
}

static long do_ask_buses(void)
{
	return ask(AFBUS_CMD_BUS_GET, NLM_F_DUMP);
}

static long do_ask_members(void)
{
	return ask(AFBUS_CMD_MEMBER_GET, NLM_F_DUMP);
}

static long do_ask_groups(void)
{
	return ask(AFBUS_CMD_GROUP_GET, NLM_F_DUMP);
}

static const struct scenario scenarios[] = {
	{ "socket()", NULL, do_socket, close_it },
	{ "bind() that makes a bus", new_socket, do_create, close_extra },
	{ "bind() to a bus", new_socket, do_bind, close_extra },
	{ "bind(), told to a listener", new_socket_heard, do_bind, close_extra_heard },
	{ "close() of a master in groups", new_member_heard, do_close, check_told },
	{ "connect()", NULL, do_connect, disconnect },
	{ "getsockname()", NULL, do_getsockname, NULL },
	{ "getpeername()", connected, do_getpeername, NULL },
	{ "send() to the peer", connected, do_send_connected, peer_got_one },
	{ "shutdown()", bound_socket, do_shutdown, close_extra },
	{ "BUS_PERM", new_socket, do_perm, close_extra },
	{ "BUS_JOIN of a new group", NULL, do_join_new, leave_other },
	{ "BUS_JOIN", NULL, do_join, leave_group },
	{ "BUS_LEAVE", in_other, do_leave, NULL },
	{ "BUS_LEAVE, told to a listener", in_other_heard, do_leave, heard },
	{ "BUS_QUEUE", NULL, do_queue, queue_back },
	{ "BUS_META", NULL, do_meta, meta_back },
	{ "BUS_EVENTS", NULL, do_events, events_back },
	{ "BUS_MASTER claimed", NULL, do_claim, release },
	{ "BUS_MASTER released", master, do_release, NULL },
	{ "BUS_NAME", master_no_name, do_name, unname },
	{ "BUS_NAME of another", master_and_name, do_rename, renamed },
	{ "BUS_NAME asked", master_and_name, do_lookup, release },
	{ "BUS_RING", bound_socket, do_ring, close_extra },
	{ "BUS_STATS", NULL, do_get_stats, NULL },
	{ "BUS_PERM asked", NULL, do_get_perm, NULL },
	{ "BUS_QUEUE asked", NULL, do_get_queue, NULL },
	{ "sendmsg()", NULL, do_send, peer_got_one },
	{ "sendmsg() of a large message", NULL, do_send_large, peer_got_large },
	{ "sendmsg() to a group", NULL, do_send_group, all_got_one },
	{ "sendmsg() to a list", NULL, do_send_list, all_got_one },
	{ "sendmsg() with descriptors", NULL, do_send_files, peer_got_one },
	{ "sendmsg() that is refused", peer_full, do_send_refused, room_told },
	{ "sendmsg() that skips", peer_just_full, do_send_skipped, all_but_peer },
	{ "sendmmsg()", NULL, do_sendmmsg, peer_got_some },
	{ "recvmsg()", one_for_peer, do_receive, got_all },
	{ "recvmsg() of a loss", one_lost, do_receive, lost_told },
	{ "recvmsg() with MSG_PEEK", one_for_peer, do_peek, peeked },
	{ "recvmmsg()", one_for_peer, do_recvmmsg, got_one },
	{ "mmap() and munmap()", ring_socket, do_mmap, close_extra },
	{ "sendmsg() to a ring", ring_socket, do_send_to_ring, close_extra },
	{ "SIOCBUSTURN", ring_with_one, do_turn, turned },
	{ "recvmsg() of a memory file", ring_with_large, do_receive_memfd, got_memfd },
	{ "SIOCINQ", NULL, do_inq, NULL },
	{ "SIOCOUTQ", NULL, do_outq, NULL },
	{ "poll()", NULL, do_poll, NULL },
	{ "epoll_ctl()", NULL, do_epoll, epoll_removed },
	{ "/proc/net/af_bus", NULL, do_proc, NULL },
	{ "generic netlink, limits", NULL, do_ask_limits, NULL },
	{ "generic netlink, buses", NULL, do_ask_buses, NULL },
	{ "generic netlink, members", NULL, do_ask_members, NULL },
	{ "generic netlink, groups", NULL, do_ask_groups, NULL },
};

static bool is_fault(int error)
{
	/* ENFILE is what socket() says without memory for an inode. */
	return error == ENOMEM || error == ENOBUFS || error == EFAULT || error == ENFILE;
}

static bool run(const struct scenario *s, unsigned int number)
{
	unsigned int n, failed = 0, survived = 0;
	struct state was, is;
	const char *wrong = NULL;
	bool met = true;
	long result;
	int error = 0;

	scenario = s->name;
	for (n = 1; met && !wrong; n++) {
		if (n > NTH_MAX)
			bail("%u faults and no end", n);
		alarm(HANG_SECONDS);
		may_queue = false;
		if (s->before)
			s->before();
		look(&was);
		arm(n);
		result = s->call();
		error = errno;
		met = disarm();
		if (result < 0) {
			failed++;
			look(&is);
			if (may_queue)
				was.stats[PEER] = is.stats[PEER];
			wrong = difference(&was, &is);
			if (!is_fault(error) || !met)
				wrong = "an errno that is no fault's, or without a fault";
		} else {
			survived += met;
			if (s->undo)
				s->undo(result);
		}
	}
	alarm(0);
	printf("%sok %u - %s: %u faults failed it without effect, %u did it no harm\n",
	       wrong ? "not " : "", number, s->name, failed, survived);
	if (wrong)
		printf("# fault %u, %s: %s\n", n - 1, result < 0 ? strerror(error) : "success",
		       wrong);
	fflush(stdout);
	return !wrong;
}

int main(void)
{
	struct state was, is;
	unsigned int i;
	bool good = true;
	const char *wrong;

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGALRM, on_alarm);
	signal(SIGPIPE, SIG_IGN);
	puts("TAP version 13");
	if (!faults_on()) {
		puts("1..0 # SKIP this kernel has no fault injection");
		return 4;
	}
	printf("1..%zu\n", COUNT(scenarios) + 1);
	family = bus_family_number();
	file = eventfd(0, 0);
	epoll = epoll_create1(0);
	begin_members();
	look(&was);
	for (i = 0; i < COUNT(scenarios); i++)
		good &= run(&scenarios[i], i + 1);

	scenario = "the end";
	if (extra >= 0)
		close_extra(0);
	disconnect(0);
	events_back(0);
	for (i = 0; i < MEMBERS; i++)
		drain(i, NULL);
	look(&is);
	/* What was sent and received is no leak. */
	for (i = 0; i < MEMBERS; i++) {
		is.stats[i].sent = was.stats[i].sent;
		is.stats[i].received = was.stats[i].received;
		is.stats[i].lost = was.stats[i].lost;
		is.stats[i].skipped = was.stats[i].skipped;
	}
	wrong = difference(&was, &is);
	printf("%sok %zu - in the end all is as in the beginning\n", wrong ? "not " : "",
	       COUNT(scenarios) + 1);
	if (wrong)
		printf("# %s\n", wrong);
	return !good || wrong;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a user has in flight is limited, however many sockets and processes it
 * spreads it over, and only that user feels it.
 *
 * The limits are made small in a network namespace of the test's own.
 */
#include <linux/afbus_netlink.h>

#include "../tools/genl.h"
#include "bus_test.h"

#define BUS	"quota"

enum { SPENDER = 1000, OTHER = 1001 };

static const struct {
	int	attr;
	__u64	limit;
} limits[] = {
	{ AFBUS_A_QUOTA_BYTES, 1 << 20 },
	{ AFBUS_A_QUOTA_DESCRIPTORS, 2 * BUS_FDS_MAX },
	{ AFBUS_A_QUOTA_MEMBERS, 10 },
	{ AFBUS_A_QUOTA_JOINS, 50 },
	{ AFBUS_A_QUOTA_NAMES, 20 },
};

static void set_limits(void)
{
	struct genl_request r;
	struct genl g;
	unsigned int i;

	must(!genl_open(&g, AFBUS_FAMILY_NAME));
	genl_begin(&r, AFBUS_CMD_LIMITS_SET, 0);
	for (i = 0; i < ARRAY_SIZE(limits); i++)
		genl_put_u64(&r, limits[i].attr, limits[i].limit);
	must(!genl_call(&g, &r, NULL, NULL));
	genl_close(&g);
}

static int open_to_all(void)
{
	int most = 1 << 30, fd = open_socket();

	must(!set_perm(fd, 0666, ~0, ~0) && !try_bind(fd, BUS, 0));
	must(!set_u32(fd, BUS_QUEUE, BUS_QUEUE_MAX));
	must(!setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &most, sizeof(most)));
	return fd;
}

/* Somebody with a member of its own, who goes on until the kernel says no. */
struct spender {
	uid_t		uid;
	__u64		to;
	int		error;		/* what the kernel is to say */
	unsigned int	done;		/* result */
};

static int enter(const struct spender *s)
{
	return become(s->uid, s->uid) ? -1 : open_bus(BUS);
}

static int spends_bytes(void *arg)
{
	static char bytes[32 << 10];
	struct spender *s = arg;
	struct message m = {
		.to = s->to, .bytes = bytes, .size = sizeof(bytes),
	};
	int fd = enter(s);

	while (s->done < 4096 && send_message(fd, &m) > 0)
		s->done++;
	expect(errno == s->error);
	return 0;
}

static int sends_one(void *arg)
{
	struct spender *s = arg;
	int fd = enter(s);

	expect(send_to(fd, s->to, "x") == 1);
	return 0;
}

static void bytes(struct spender *s)
{
	int fd = open_to_all();
	struct received r;

	*s = (struct spender){
		.uid = SPENDER, .to = addr_of(fd), .error = EDQUOT,
	};
	ok(!in_child(spends_bytes, s) && s->done >= 16 && s->done <= 32,
	   "bytes in flight are limited per user: %u times 32 KiB of 1 MiB",
	   s->done);
	s->uid = OTHER;
	ok(!in_child(sends_one, s), "another user sends meanwhile");
	s->uid = SPENDER;
	s->done = 0;
	ok(!in_child(spends_bytes, s) && !s->done,
	   "another process of the same user does not");
	must(take(fd, MSG_DONTWAIT, &r) > 0);
	ok(!in_child(sends_one, s), "what is received is given back");
	close(fd);
	fd = open_to_all();
	s->to = addr_of(fd);
	ok(!in_child(spends_bytes, s) && s->done >= 16,
	   "and so is all that was queued for who is gone");
	close(fd);
}

static int spends_members(void *arg)
{
	struct spender *s = arg;

	expect(!become(s->uid, s->uid));
	while (s->done < 1000) {
		int fd = open_socket();

		if (try_bind(fd, BUS, 0)) {
			expect(errno == s->error);
			/* Nothing of it remains: it can be tried again. */
			expect(try_bind(fd, BUS, 0) < 0 && errno == s->error);
			break;
		}
		s->done++;
	}
	return 0;
}

static void members(struct spender *s)
{
	int fd = open_to_all();

	*s = (struct spender){
		.uid = SPENDER, .to = addr_of(fd), .error = EDQUOT,
	};
	ok(!in_child(spends_members, s) && s->done == 10,
	   "members are limited per user: %u", s->done);
	ok(!in_child(sends_one, s), "who ends gives them back");
	close(fd);
}

static int spends_descriptors(void *arg)
{
	struct spender *s = arg;
	int fds[BUS_FDS_MAX], fd = enter(s);
	struct message m = {
		.to = s->to, .text = "x", .fds = fds, .fd_count = BUS_FDS_MAX,
	};
	unsigned int i;

	fds[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	expect(fds[0] >= 0);
	for (i = 1; i < BUS_FDS_MAX; i++)
		fds[i] = fds[0];
	while (s->done < 1000 && send_message(fd, &m) > 0)
		s->done++;
	expect(errno == s->error);
	m.fd_count = 1;
	expect(send_message(fd, &m) < 0 && errno == s->error);
	expect(send_to(fd, s->to, "x") == 1);
	return 0;
}

static void descriptors(struct spender *s)
{
	int fd = open_to_all();

	*s = (struct spender){
		.uid = SPENDER, .to = addr_of(fd), .error = EDQUOT,
	};
	ok(!in_child(spends_descriptors, s) && s->done == 2,
	   "descriptors in flight are limited per user: %u times %u", s->done,
	   BUS_FDS_MAX);
	drain(fd);
	s->done = 0;
	ok(!in_child(spends_descriptors, s) && s->done == 2,
	   "what is received is given back");
	close(fd);
}

static int spends_joins(void *arg)
{
	struct spender *s = arg;
	int fd = enter(s);

	while (s->done < 1000 && !join(fd, GROUP(s->done)))
		s->done++;
	expect(errno == s->error);
	expect(!leave(fd, GROUP(0)) && !join(fd, GROUP(0)));
	return 0;
}

static void joins(struct spender *s)
{
	int fd = open_to_all();

	*s = (struct spender){ .uid = SPENDER, .error = EDQUOT };
	ok(!in_child(spends_joins, s) && s->done == 50,
	   "groups joined are limited per user: %u", s->done);
	s->done = 0;
	ok(!in_child(spends_joins, s) && s->done == 50,
	   "who ends gives them back");
	close(fd);
}

static int set_name(int fd, unsigned int number, __u64 addr)
{
	struct bus_name name = { .addr = addr };

	sprintf(name.name, "n%06u", number);
	return setsockopt(fd, SOL_BUS, BUS_NAME, &name, sizeof(name));
}

static int spends_names(void *arg)
{
	struct spender *s = arg;
	int fd = enter(s);

	expect(!set_u32(fd, BUS_MASTER, 1));
	while (s->done < 1000 && !set_name(fd, s->done, addr_of(fd)))
		s->done++;
	expect(errno == s->error);
	expect(!set_name(fd, 0, addr_of(fd)));	/* it can still be changed */
	expect(!set_name(fd, 0, 0));		/* and removed */
	expect(!set_name(fd, s->done, addr_of(fd)));
	return 0;
}

static void names(struct spender *s)
{
	*s = (struct spender){ .uid = SPENDER, .error = EDQUOT };
	ok(!in_child(spends_names, s) && s->done == 20,
	   "names are limited per user: %u", s->done);
}

static int spends_on_rings(void *arg)
{
	struct bus_ring ring = { .slots = 256, .slot_size = 1024 };
	struct spender *s = arg;

	expect(!become(s->uid, s->uid));
	for (s->done = 0; s->done < 9; s->done++) {
		int fd = open_bus(BUS);

		if (setsockopt(fd, SOL_BUS, BUS_RING, &ring, sizeof(ring)))
			break;
	}
	expect(errno == s->error);
	return 0;
}

/* What fails, whyever, is charged for nothing. */
static int fails_often(void *arg)
{
	static char bytes[32 << 10];
	struct bus_ring ring = { .slots = 256, .slot_size = 1024 };
	struct spender *s = arg;
	int fd = enter(s), full = open_bus(BUS), bad = -1, null, other;
	struct message fails[] = {
		{ .to = 12345 },			/* EHOSTUNREACH */
		{ .to = addr_of(full) },		/* EAGAIN */
		{ .to = addr_of(full), .policy = BUS_FAIL },
		{ .to = addr_of(full), .policy = BUS_SKIP },
		{ .to = s->to, .fds = &bad },		/* EBADF */
		{ .to = s->to, .fds = &fd },		/* EOPNOTSUPP */
		{ .to = 12345, .fds = &null },
	};
	unsigned int i, j;

	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	expect(null >= 0 && !join(fd, GROUP(1)) && !set_u32(full, BUS_QUEUE, 1));
	expect(send_to(fd, addr_of(full), "x") == 1);
	for (i = 0; i < ARRAY_SIZE(fails); i++) {
		fails[i].bytes = bytes;
		fails[i].size = sizeof(bytes);
		fails[i].fd_count = !!fails[i].fds;
		for (j = 0; j < 40; j++)
			expect(send_message(fd, &fails[i]) < 0 ||
			       fails[i].policy == BUS_SKIP);
	}
	for (j = 0; j < 60; j++) {
		expect(join(fd, GROUP(1)) < 0 && errno == EALREADY);
		expect(leave(fd, GROUP(2)) < 0 && errno == ENOENT);
		expect(set_name(fd, j, 12345) < 0 && errno == EPERM);
		expect(setsockopt(full, SOL_BUS, BUS_RING, &ring,
				  sizeof(ring)) < 0 && errno == EBUSY);
		other = open_socket();
		expect(try_bind(other, BUS, BUS_CREATE) < 0 && errno == EEXIST);
		close(other);
	}
	return 0;
}

/* After it each limit is as far away as it was, to the same process. */
static int fails_then_spends(void *arg)
{
	struct spender *s = arg;
	int fd;

	expect(!fails_often(arg));
	fd = open_bus(BUS);
	while (s->done < 1000 && !join(fd, GROUP(s->done)))
		s->done++;
	expect(s->done == 50 - 1);	/* one is joined */
	for (s->done = 0; s->done < 1000; s->done++)
		if (try_bind(open_socket(), BUS, 0))
			break;
	expect(s->done == 10 - 3);
	s->done = 0;
	return 0;
}

static void failures(struct spender *s)
{
	int fd = open_to_all();

	*s = (struct spender){
		.uid = SPENDER, .to = addr_of(fd), .error = EDQUOT,
	};
	ok(!in_child(fails_then_spends, s) && !in_child(spends_bytes, s) &&
	   s->done >= 16, "what fails is charged for nothing");
	drain(fd);
	s->done = 0;
	ok(!in_child(spends_descriptors, s) && s->done == 2,
	   "also with descriptors");
	close(fd);
}

static void rings(struct spender *s)
{
	int fd = open_to_all();

	*s = (struct spender){ .uid = SPENDER, .error = EDQUOT };
	ok(!in_child(spends_on_rings, s) && s->done == 4,
	   "rings are charged to who has them: %u of 256 KiB", s->done);
	ok(!in_child(spends_on_rings, s) && s->done == 4,
	   "until it ends");
	close(fd);
}

int main(void)
{
	struct spender *s;

	tap_begin();
	need_root();
	close(open_socket());
	must(!unshare(CLONE_NEWNET));
	set_limits();
	s = shared_memory(sizeof(*s));
	bytes(s);
	members(s);
	descriptors(s);
	joins(s);
	names(s);
	rings(s);
	failures(s);
	return tap_end();
}

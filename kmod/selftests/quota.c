// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a user has in flight is limited, however many sockets and processes it
 * spreads it over, and only that user feels it.
 */
#include <sys/resource.h>

#include "bus_test.h"

#define BUS	"quota"

enum { SPENDER = 1000, OTHER = 1001 };

static int open_to_all(void)
{
	int fd = open_socket();

	must(!set_perm(fd, 0666, ~0, ~0) && !try_bind(fd, BUS, 0));
	return fd;
}

static void deep(int fd)
{
	int most = 1 << 30;

	must(!set_u32(fd, BUS_QUEUE, BUS_QUEUE_MAX));
	must(!setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &most, sizeof(most)));
}

struct spender {
	uid_t		uid;
	__u64		to;
	int		error;
	unsigned int	done;		/* result */
};

/* Send the largest messages until the kernel says no more. */
static int spends_bytes(void *arg)
{
	static char bytes[BUS_MESSAGE_MAX];
	struct spender *s = arg;
	struct message m = {
		.to = s->to, .bytes = bytes, .size = sizeof(bytes),
	};
	int fd;

	expect(!become(s->uid, s->uid));
	fd = open_bus(BUS);
	while (s->done < 4096 && send_message(fd, &m) > 0)
		s->done++;
	expect(errno == s->error);
	return 0;
}

static int sends_one(void *arg)
{
	struct spender *s = arg;
	int fd;

	expect(!become(s->uid, s->uid));
	fd = open_bus(BUS);
	if (s->error)
		expect(send_to(fd, s->to, "x") < 0 && errno == s->error);
	else
		expect(send_to(fd, s->to, "x") == 1);
	return 0;
}

static void bytes(struct spender *s)
{
	int fd = open_to_all();
	struct received r;

	deep(fd);
	*s = (struct spender){
		.uid = SPENDER, .to = addr_of(fd), .error = EDQUOT,
	};
	ok(!in_child(spends_bytes, s) && s->done > 1,
	   "bytes in flight are limited per user: %u times %u fit", s->done,
	   BUS_MESSAGE_MAX);
	s->uid = OTHER;
	s->error = 0;
	ok(!in_child(sends_one, s), "another user sends meanwhile");
	s->uid = SPENDER;
	s->error = EDQUOT;
	s->done = 0;
	ok(!in_child(spends_bytes, s) && s->done <= 1,
	   "another process of the same user does not");
	must(take(fd, MSG_DONTWAIT, &r) > 0);
	s->error = 0;
	ok(!in_child(sends_one, s), "what is received is given back");
	close(fd);
	fd = open_to_all();
	s->to = addr_of(fd);
	ok(!in_child(sends_one, s) && took(fd, "x"),
	   "and so is all that was queued for who is gone");
	close(fd);
}

static int spends_members(void *arg)
{
	struct spender *s = arg;
	struct rlimit files = { 8192, 8192 };

	expect(!setrlimit(RLIMIT_NOFILE, &files));
	expect(!become(s->uid, s->uid));
	while (s->done < 8000) {
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

	*s = (struct spender){ .uid = SPENDER, .error = EDQUOT };
	ok(!in_child(spends_members, s) && s->done > 100 && s->done < 8000,
	   "members are limited per user: %u", s->done);
	s->to = addr_of(fd);
	s->error = 0;
	ok(!in_child(sends_one, s), "who ends gives them back");
	close(fd);
}

static int spends_descriptors(void *arg)
{
	struct spender *s = arg;
	int fds[BUS_FDS_MAX], fd;
	struct message m = {
		.to = s->to, .text = "x", .fds = fds, .fd_count = BUS_FDS_MAX,
	};
	unsigned int i;

	expect(!become(s->uid, s->uid));
	fd = open_bus(BUS);
	fds[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	expect(fds[0] >= 0);
	for (i = 1; i < BUS_FDS_MAX; i++)
		fds[i] = fds[0];
	while (s->done < 1000 && send_message(fd, &m) > 0)
		s->done++;
	expect(errno == s->error);
	expect(send_to(fd, s->to, "x") == 1);
	return 0;
}

static void descriptors(struct spender *s)
{
	int fd = open_to_all();

	deep(fd);
	*s = (struct spender){
		.uid = SPENDER, .to = addr_of(fd), .error = EDQUOT,
	};
	ok(!in_child(spends_descriptors, s) && s->done >= 1 && s->done < 1000,
	   "descriptors in flight are limited per user: %u times %u", s->done,
	   BUS_FDS_MAX);
	drain(fd);
	s->done = 0;
	ok(!in_child(spends_descriptors, s) && s->done >= 1,
	   "what is received is given back");
	close(fd);
}

static int spends_joins(void *arg)
{
	struct spender *s = arg;
	int fd;

	expect(!become(s->uid, s->uid));
	fd = open_bus(BUS);
	while (s->done < 1000000 && !join(fd, GROUP(s->done)))
		s->done++;
	expect(errno == s->error);
	expect(!leave(fd, GROUP(0)) && !join(fd, GROUP(0)));
	return 0;
}

static void joins(struct spender *s)
{
	int fd = open_to_all();

	*s = (struct spender){ .uid = SPENDER, .error = EDQUOT };
	ok(!in_child(spends_joins, s) && s->done > 1000 && s->done < 1000000,
	   "groups joined are limited per user: %u", s->done);
	close(fd);
}

static int spends_names(void *arg)
{
	struct spender *s = arg;
	struct bus_name name = { .addr = 0 };
	int fd;

	expect(!become(s->uid, s->uid));
	fd = open_socket();
	expect(!try_bind(fd, BUS, BUS_CREATE) && !set_u32(fd, BUS_MASTER, 1));
	name.addr = addr_of(fd);
	while (s->done < 100000) {
		sprintf(name.name, "n%06u", s->done);
		if (setsockopt(fd, SOL_BUS, BUS_NAME, &name, sizeof(name)))
			break;
		s->done++;
	}
	expect(errno == s->error);
	strcpy(name.name, "n000000");
	expect(!setsockopt(fd, SOL_BUS, BUS_NAME, &name, sizeof(name)));
	return 0;
}

static void names(struct spender *s)
{
	*s = (struct spender){ .uid = SPENDER, .error = EDQUOT };
	ok(!in_child(spends_names, s) && s->done > 100 && s->done < 100000,
	   "names are limited per user: %u, and each can still be changed",
	   s->done);
}

static int rings_too_large(void *arg)
{
	struct bus_ring ring = { .slots = BUS_RING_MAX / 4096, .slot_size = 4096 };
	struct spender *s = arg;
	int fd[8];

	expect(!become(s->uid, s->uid));
	for (s->done = 0; s->done < ARRAY_SIZE(fd); s->done++) {
		fd[s->done] = open_bus(BUS);
		if (setsockopt(fd[s->done], SOL_BUS, BUS_RING, &ring,
			       sizeof(ring)))
			break;
	}
	expect(s->done < ARRAY_SIZE(fd) && errno == EDQUOT);
	return 0;
}

static void rings(struct spender *s)
{
	int fd = open_to_all();

	*s = (struct spender){ .uid = SPENDER };
	ok(!in_child(rings_too_large, s),
	   "rings are charged to who has them: %u of the largest", s->done);
	close(fd);
}

int main(void)
{
	struct spender *s;

	tap_begin();
	need_root();
	s = shared_memory(sizeof(*s));
	bytes(s);
	members(s);
	descriptors(s);
	joins(s);
	names(s);
	rings(s);
	return tap_end();
}

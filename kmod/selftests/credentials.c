// SPDX-License-Identifier: GPL-2.0-only
/* Each message says who sent it: the process and user of that very send. */
#include "bus_test.h"

struct from {
	int	fd;
	__u64	to;
	uid_t	uid;
	gid_t	gid;
	uid_t	real;
};

static int sends_as(void *arg)
{
	struct from *f = arg;

	expect(!setgroups(0, NULL) && !setresgid(f->real, f->gid, f->gid) &&
	       !setresuid(f->real, f->uid, 0));
	expect(send_to(f->fd, f->to, "child") == 5);
	return 0;
}

static int binds_and_sends(void *arg)
{
	__u64 to = *(__u64 *)arg;
	int fd = open_bus("credentials");

	expect(send_to(fd, to, "own") == 3);
	return 0;
}

static bool from(int fd, pid_t pid, uid_t uid, gid_t gid)
{
	struct received r;

	if (take(fd, MSG_DONTWAIT, &r) < 0)
		return false;
	if (r.has_meta && r.meta.pid == (__u32)pid && r.meta.uid == uid &&
	    r.meta.gid == gid)
		return true;
	printf("# pid %u uid %u gid %u, not %d %u %u\n", r.meta.pid, r.meta.uid,
	       r.meta.gid, pid, uid, gid);
	return false;
}

int main(void)
{
	struct from f = { .uid = 1000, .gid = 1001, .real = 1002 };
	struct received r;
	pid_t pid;
	__u64 to;
	int a, b;

	tap_begin();
	need_root();
	a = open_bus("credentials");
	b = open_witness("credentials", 0);
	to = addr_of(b);
	must(send_to(a, to, "self") == 4);
	ok(from(b, getpid(), 0, 0), "a message names the process that sent it");

	f.fd = a;
	f.to = to;
	pid = spawn(sends_as, &f);
	must(!reap(pid));
	ok(from(b, pid, 1000, 1001),
	   "who sends over another's socket is named, by its effective user");
	pid = spawn(binds_and_sends, &to);
	must(!reap(pid));
	ok(from(b, pid, 0, 0), "a process that is gone is still named");

	must(!set_u32(b, BUS_META, 0) && send_to(a, to, "x") == 1);
	ok(take(b, MSG_DONTWAIT, &r) == 1 && !r.has_meta,
	   "who did not ask is not told");
	must(send_to(a, to, "x") == 1 && !set_u32(b, BUS_META, BUS_META_STAMP));
	ok(from(b, getpid(), 0, 0), "the receiver asks, also after the send");

	must(!set_u32(b, BUS_EVENTS, 1 << BUS_EVENT_ENTER));
	close(open_bus("credentials"));
	ok(take(b, MSG_DONTWAIT, &r) > 0 && !r.src && !r.meta.pid,
	   "an event is of no process");
	close(a);
	close(b);
	return tap_end();
}

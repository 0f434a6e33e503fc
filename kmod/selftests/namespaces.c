// SPDX-License-Identifier: GPL-2.0-only
/* Buses are of one network namespace; credentials are told in the receiver's. */
#include "bus_test.h"

#define BUS	"namespaces"

static int in_other_net(void *arg)
{
	int existing = open_socket(), fd;

	(void)arg;
	expect(!unshare(CLONE_NEWNET));
	/* A socket stays where it was made. */
	expect(!try_bind(existing, BUS, BUS_EXISTING));
	fd = open_socket();
	expect(try_bind(fd, BUS, BUS_EXISTING) < 0 && errno == ENOENT);
	expect(!try_bind(fd, BUS, BUS_CREATE));
	expect(send_to(fd, addr_of(existing), "x") < 0 && errno == EHOSTUNREACH);
	expect(send_to(fd, addr_of(fd), "x") == 1 && took(fd, "x"));
	return 0;
}

static int sends(void *arg)
{
	const int *fd = arg;

	expect(send_to(fd[0], addr_of(fd[1]), "x") == 1);
	return 0;
}

/* A new pid namespace counts for children. */
static int in_other_pids(void *arg)
{
	const int *fd = arg;
	struct received r;
	pid_t pid;

	if (unshare(CLONE_NEWPID))
		return EXIT_SKIP;
	pid = spawn(sends, arg);
	expect(pid > 0 && !reap(pid));
	expect(take(fd[1], MSG_DONTWAIT, &r) == 1);
	expect(r.meta.pid == (__u32)pid);
	return 0;
}

static int receives_inside(void *arg)
{
	const int *fd = arg;
	struct received r;

	expect(getpid() == 1);
	expect(take(fd[1], MSG_DONTWAIT, &r) == 1 && r.meta.pid == 0);
	expect(!sends(arg));
	expect(take(fd[1], MSG_DONTWAIT, &r) == 1 && r.meta.pid == 1);
	return 0;
}

static int from_outside(void *arg)
{
	if (unshare(CLONE_NEWPID))
		return EXIT_SKIP;
	return in_child(receives_inside, arg);
}

static int write_map(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err = fd < 0 || write(fd, text, strlen(text)) < 0;

	if (fd >= 0)
		close(fd);
	return err;
}

/* Inside, uid 0 is 5000 outside and nobody else is there. */
static int in_other_users(void *arg)
{
	const int *fd = arg;
	struct received r;
	int own;

	expect(send_to(fd[0], addr_of(fd[1]), "root") == 4);
	expect(!become(5000, 5000));
	expect(!prctl(PR_SET_DUMPABLE, 1));
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return EXIT_SKIP;
	expect(!write_map("/proc/self/uid_map", "0 5000 1"));
	expect(!write_map("/proc/self/setgroups", "deny"));
	expect(!write_map("/proc/self/gid_map", "0 5000 1"));

	expect(take(fd[1], MSG_DONTWAIT, &r) == 4);
	expect(r.meta.uid == 65534 && r.meta.gid == 65534);
	expect(!sends(arg));
	expect(take(fd[1], MSG_DONTWAIT, &r) == 1);
	expect(r.meta.uid == 0 && r.meta.gid == 0);

	/* Its own namespaces are its own: owner, mode, master. */
	own = open_socket();
	expect(set_perm(own, 0600, 1, ~0) ||
	       (try_bind(own, BUS, 0) < 0 && errno == EINVAL));
	expect(!set_perm(own, 0600, 0, 0) && !try_bind(own, BUS, 0));
	expect(!set_u32(own, BUS_MASTER, 1));
	expect(!sends(arg));
	return 0;
}

/* To the bus of another's namespace privilege does not reach. */
static int privileged_elsewhere(void *arg)
{
	int fd = open_socket();

	(void)arg;
	expect(!become(5000, 5000) && !prctl(PR_SET_DUMPABLE, 1));
	if (unshare(CLONE_NEWUSER))
		return EXIT_SKIP;
	expect(!write_map("/proc/self/uid_map", "0 5000 1"));
	expect(try_bind(fd, BUS, BUS_EXISTING) < 0 && errno == EACCES);
	return 0;
}

/* A namespace goes with its last socket, not before. */
static int outlives_process(void *arg)
{
	int *fd = arg;

	expect(!unshare(CLONE_NEWNET));
	fd[0] = open_bus(BUS);
	fd[1] = open_bus(BUS);
	expect(!setns(fd[2], CLONE_NEWNET));
	expect(send_to(fd[0], addr_of(fd[1]), "x") == 1 && took(fd[1], "x"));
	close(fd[0]);
	close(fd[1]);
	return 0;
}

static void told(int status, const char *promise)
{
	if (status == EXIT_SKIP)
		skip("no such namespaces here", "%s", promise);
	else
		ok(!status, "%s", promise);
}

int main(void)
{
	struct received r;
	int fd[3];
	pid_t pid;

	tap_begin();
	need_root();
	fd[0] = open_bus(BUS);
	fd[1] = open_witness(BUS, 0);
	ok(!in_child(in_other_net, NULL),
	   "a bus is not seen from another network namespace");
	told(in_child(in_other_pids, fd),
	     "a sender in an inner pid namespace has its outer pid outside");
	must(!sends(fd));
	told(in_child(from_outside, fd),
	     "a receiver is not told pids its namespace does not have");
	drain(fd[1]);
	told(in_child(in_other_users, fd),
	     "users are told in the receiver's user namespace");
	if (take(fd[1], MSG_DONTWAIT, &r) == 1)
		ok(r.meta.uid == 5000 && r.meta.gid == 5000,
		   "and an inner user has its outer uid outside");
	told(in_child(privileged_elsewhere, NULL),
	     "privilege in another user namespace is none here");
	fd[2] = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	must(fd[2] >= 0);
	pid = spawn(outlives_process, fd);
	ok(!reap(pid), "a network namespace lives while it has a bus");
	close(fd[0]);
	close(fd[1]);
	return tap_end();
}

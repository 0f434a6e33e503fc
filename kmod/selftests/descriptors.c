// SPDX-License-Identifier: GPL-2.0-only
/* A message can carry descriptors; each receiver opens its own of them. */
#include "bus_test.h"

#define G	GROUP(1)

static ssize_t send_fds(int fd, __u64 to, const int *fds, unsigned int n)
{
	struct message m = { .to = to, .text = "f", .fds = fds, .fd_count = n };

	return send_message(fd, &m);
}

/* A pipe's reading end, told from others by what is in it. */
static int pipe_with(const char *text)
{
	int p[2];

	must(!pipe2(p, O_CLOEXEC) && write(p[1], text, 1) == 1);
	close(p[1]);
	return p[0];
}

static bool reads(int fd, const char *text)
{
	char c = 0;

	return read(fd, &c, 1) == 1 && c == *text;
}

static unsigned int open_files(void)
{
	unsigned int fd, n = 0;

	for (fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void passed(void)
{
	int a = open_bus("descriptors"), b = open_bus("descriptors");
	int fds[] = { pipe_with("1"), pipe_with("2") };
	struct received r;

	ok(send_fds(a, addr_of(b), fds, 2) == 1, "a message takes descriptors");
	close(fds[0]);
	close(fds[1]);
	ok(take(b, MSG_DONTWAIT | MSG_CMSG_CLOEXEC, &r) == 1 &&
	   r.fd_count == 2 && reads(r.fds[0], "1") && reads(r.fds[1], "2"),
	   "they arrive in their order, also when the sender closed its own");
	ok(fcntl(r.fds[0], F_GETFD) == FD_CLOEXEC,
	   "MSG_CMSG_CLOEXEC closes them on exec");
	close(r.fds[0]);
	close(r.fds[1]);
	fds[0] = pipe_with("3");
	must(send_fds(a, addr_of(b), fds, 1) == 1);
	ok(take(b, MSG_DONTWAIT, &r) == 1 && r.fd_count == 1 &&
	   !fcntl(r.fds[0], F_GETFD), "without it they stay");
	close(r.fds[0]);
	must(send_fds(a, addr_of(b), fds, 0) == 1);
	ok(take(b, MSG_DONTWAIT, &r) == 1 && !r.fd_count, "none is none");
	close(fds[0]);
	close(a);
	close(b);
}

static void to_many(void)
{
	int a = open_bus("descriptors"), b = open_bus("descriptors");
	int c = open_bus("descriptors"), p[2], held[2];
	unsigned int before = open_files();
	struct received r;

	must(!join(b, G) && !join(c, G) && !pipe2(p, O_CLOEXEC));
	must(send_fds(a, G, &p[1], 1) == 1);
	close(p[1]);
	must(take(b, MSG_DONTWAIT, &r) == 1 && r.fd_count == 1);
	held[0] = r.fds[0];
	must(take(c, MSG_DONTWAIT, &r) == 1 && r.fd_count == 1);
	held[1] = r.fds[0];
	ok(write(held[0], "b", 1) == 1 && write(held[1], "c", 1) == 1 &&
	   reads(p[0], "b") && reads(p[0], "c"),
	   "each member of a group gets its own");
	close(held[0]);
	close(held[1]);
	ok(read(p[0], held, 1) == 0 && open_files() == before + 1,
	   "with the last one closed the file is closed");
	close(p[0]);
	close(a);
	close(b);
	close(c);
}

static void peeked(void)
{
	int a = open_bus("descriptors"), b = open_bus("descriptors");
	int fd = pipe_with("1");
	struct received r;

	must(send_fds(a, addr_of(b), &fd, 1) == 1);
	ok(take(b, MSG_DONTWAIT | MSG_PEEK, &r) == 1 && r.fd_count == 1 &&
	   reads(r.fds[0], "1"), "a peek opens them, too");
	close(r.fds[0]);
	ok(take(b, MSG_DONTWAIT, &r) == 1 && r.fd_count == 1,
	   "and leaves them for the receive");
	close(r.fds[0]);
	close(fd);
	close(a);
	close(b);
}

/* Not taken: whatever happens to the message, the file is closed at its end. */
static void dropped(void)
{
	int a = open_bus("descriptors"), b = open_bus("descriptors"), p[2];
	unsigned int before;
	char control[CMSG_LEN(sizeof(int))], c;
	struct iovec iov = { &c, 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	int two[2];

	must(!pipe2(p, O_CLOEXEC) && send_fds(a, addr_of(b), &p[1], 1) == 1);
	close(p[1]);
	must(recv(b, &c, 1, 0) == 1);
	ok(read(p[0], &c, 1) == 0, "who takes no descriptors gets none");
	close(p[0]);

	must(!pipe2(p, O_CLOEXEC));
	two[0] = p[1];
	two[1] = p[1];
	must(send_fds(a, addr_of(b), two, 2) == 1);
	close(p[1]);
	before = open_files();
	ok(recvmsg(b, &msg, 0) == 1 && (msg.msg_flags & MSG_CTRUNC),
	   "without room for all of them MSG_CTRUNC says so");
	ok(open_files() <= before + 2 && CMSG_FIRSTHDR(&msg),
	   "and only what fits is opened");
	while (open_files() > before)
		close(*(int *)CMSG_DATA(CMSG_FIRSTHDR(&msg)) +
		      open_files() - before - 1);
	ok(read(p[0], &c, 1) == 0, "the rest is closed");
	close(p[0]);

	must(!pipe2(p, O_CLOEXEC) && send_fds(a, addr_of(b), &p[1], 1) == 1);
	close(p[1]);
	close(b);
	ok(read(p[0], &c, 1) == 0, "a receiver that closes drops its messages");
	close(p[0]);

	must(!pipe2(p, O_CLOEXEC));
	is_errno(send_fds(a, 12345, &p[1], 1), EHOSTUNREACH, "a failed send");
	close(p[1]);
	ok(read(p[0], &c, 1) == 0, "keeps nothing");
	close(p[0]);
	close(a);
}

static void refused(void)
{
	int a = open_bus("descriptors"), b = open_bus("descriptors");
	int fds[BUS_FDS_MAX + 1], sv[2], i, fd;
	struct received r;

	fds[0] = pipe_with("1");
	for (i = 1; i <= BUS_FDS_MAX; i++)
		fds[i] = fds[0];
	ok(send_fds(a, addr_of(b), fds, BUS_FDS_MAX) == 1 &&
	   take(b, MSG_DONTWAIT, &r) == 1 && r.fd_count == BUS_FDS_MAX,
	   "a message takes BUS_FDS_MAX descriptors");
	while (r.fd_count)
		close(r.fds[--r.fd_count]);
	is_errno(send_fds(a, addr_of(b), fds, BUS_FDS_MAX + 1), EINVAL,
		 "and no more");
	is_errno(send_fds(a, addr_of(b), &a, 1), EOPNOTSUPP,
		 "a socket of its own family is refused");
	is_errno(send_fds(a, addr_of(b), &b, 1), EOPNOTSUPP, "each of them");
	must(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv));
	fds[1] = sv[0];
	is_errno(send_fds(a, addr_of(b), fds, 2), EOPNOTSUPP,
		 "an AF_UNIX socket is refused, so that nothing goes in circles");
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ok(fd < 0 || (send_fds(a, addr_of(b), &fd, 1) == 1 && drain(b) == 1),
	   "other sockets are passed");
	close(fd);
	close(sv[0]);
	close(sv[1]);
	is_errno(send_fds(a, addr_of(b), sv, 1), EBADF,
		 "a closed descriptor is none");
	fds[1] = -1;
	is_errno(send_fds(a, addr_of(b), fds, 2), EBADF, "nor is -1");
	fd = open("/", O_PATH | O_CLOEXEC);
	is_errno(send_fds(a, addr_of(b), &fd, 1), EBADF, "nor O_PATH");
	close(fd);
#ifdef __NR_io_uring_setup
	{
		char params[120] = "";

		fd = syscall(__NR_io_uring_setup, 1, params);
		if (fd < 0)
			skip("no io_uring in this kernel", "io_uring is refused");
		else
			is_errno(send_fds(a, addr_of(b), &fd, 1), EOPNOTSUPP,
				 "io_uring is refused: it can hold sockets");
		close(fd);
	}
#endif
	ok(empty(b), "nothing of what was refused arrived");
	close(fds[0]);
	close(a);
	close(b);
}

int main(void)
{
	tap_begin();
	passed();
	to_many();
	peeked();
	dropped();
	refused();
	return tap_end();
}

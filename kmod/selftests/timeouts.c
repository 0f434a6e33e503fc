// SPDX-License-Identifier: GPL-2.0-only
/* SO_RCVTIMEO and SO_SNDTIMEO end a wait with EAGAIN; signals end it, too. */
#include "bus_test.h"

enum { MILLISECONDS = 60 };

static int set_timeout(int fd, int option)
{
	struct timeval t = { .tv_usec = MILLISECONDS * 1000 };

	return setsockopt(fd, SOL_SOCKET, option, &t, sizeof(t));
}

static unsigned int milliseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct receiver {
	int	fd;
	int	flags;
	int	error;
};

static int receives(void *arg)
{
	const struct receiver *r = arg;
	char c;
	ssize_t n;

	keep_only(r->fd);
	catch_signal(r->flags);
	n = recv(r->fd, &c, 1, 0);
	if (r->error)
		expect(n < 0 && errno == r->error);
	else
		expect(n == 1);
	return 0;
}

int main(void)
{
	struct message m = { .text = "x", .waits = true };
	struct receiver r = { .error = EINTR };
	unsigned int begin;
	int a, b;
	pid_t pid;
	char c;

	tap_begin();
	a = open_bus("timeouts");
	b = open_bus("timeouts");
	m.to = addr_of(b);
	must(!set_timeout(b, SO_RCVTIMEO));
	begin = milliseconds();
	is_errno(recv(b, &c, 1, 0), EAGAIN, "SO_RCVTIMEO ends a receive");
	ok(milliseconds() - begin >= MILLISECONDS / 2, "not at once");
	must(send_message(a, &m) == 1);
	ok(recv(b, &c, 1, 0) == 1, "what is there is received at once");

	must(!set_u32(b, BUS_QUEUE, 1) && send_message(a, &m) == 1);
	must(!set_timeout(a, SO_SNDTIMEO));
	begin = milliseconds();
	is_errno(send_message(a, &m), EAGAIN, "SO_SNDTIMEO ends a send");
	ok(milliseconds() - begin >= MILLISECONDS / 2, "not at once");
	ok(took(b, "x") && empty(b), "and nothing was sent");

	r.fd = a;
	pid = spawn(receives, &r);
	must(falls_asleep(pid) && !kill(pid, SIGUSR1));
	ok(!reap(pid), "a signal ends a receive with EINTR");
	r.flags = SA_RESTART;
	r.error = 0;
	pid = spawn(receives, &r);
	must(falls_asleep(pid) && !kill(pid, SIGUSR1) && falls_asleep(pid));
	must(send_to(b, addr_of(a), "x") == 1);
	ok(!reap(pid), "after a signal with SA_RESTART it goes on");
	r.fd = b;
	r.error = EINTR;
	must(!set_timeout(b, SO_RCVTIMEO));
	pid = spawn(receives, &(struct receiver){ .fd = b, .error = EAGAIN });
	ok(!reap(pid), "a socket's timeout is that of all who use it");
	close(a);
	close(b);
	return tap_end();
}

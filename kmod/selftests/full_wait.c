// SPDX-License-Identifier: GPL-2.0-only
/* BUS_WAIT: a sender waits for who has no room, and nobody else waits. */
#include "bus_test.h"

#define G	GROUP(1)

/* A sender, and what it is to be told in the end: 0, or an errno. */
struct sender {
	int		fd;
	__u64		to;
	const __u64	*list;
	unsigned int	list_count;
	int		error;
	int		flags;		/* SA_RESTART for SIGUSR1 */
	struct timeval	timeout;
};

static int sends(void *arg)
{
	struct sender *s = arg;
	struct message m = {
		.to = s->to, .list = s->list, .list_count = s->list_count,
		.text = "waited", .waits = true,
	};
	ssize_t n;

	keep_only(s->fd);
	catch_signal(s->flags);
	setsockopt(s->fd, SOL_SOCKET, SO_SNDTIMEO, &s->timeout,
		   sizeof(s->timeout));
	n = send_message(s->fd, &m);
	if (s->error)
		expect(n < 0 && errno == s->error);
	else
		expect(n == 6);
	return 0;
}

/* A member whose queue takes two, and has them. */
static int full(int sender)
{
	int fd = open_witness("full-wait", 0);

	must(!set_u32(fd, BUS_QUEUE, 2));
	must(send_to(sender, addr_of(fd), "1") == 1);
	must(send_to(sender, addr_of(fd), "2") == 1);
	return fd;
}

static void waits(void)
{
	int a = open_bus("full-wait"), b = full(a);
	struct sender s = { .fd = a, .to = addr_of(b) };
	struct received r;
	pid_t pid;

	is_errno(send_to(a, addr_of(b), "x"), EAGAIN,
		 "MSG_DONTWAIT does not wait");
	must(!fcntl(a, F_SETFL, O_NONBLOCK));
	s.error = EAGAIN;
	ok(!in_child(sends, &s), "nor does a socket with O_NONBLOCK");
	s.error = 0;
	must(!fcntl(a, F_SETFL, 0));
	pid = spawn(sends, &s);
	ok(falls_asleep(pid), "a sender sleeps while there is no room");
	ok(took(b, "1") && took(b, "2") && !reap(pid),
	   "and sends when room was made");
	ok(take(b, MSG_DONTWAIT, &r) == 6 && !strcmp(r.text, "waited") &&
	   !r.meta.lost && empty(b), "once, and nothing was lost");
	close(a);
	close(b);
}

static void bytes_count(void)
{
	int a = open_bus("full-wait"), b = open_bus("full-wait");
	int size = 8192, n = 0;
	char big[1024] = "";
	struct message m = {
		.to = addr_of(b), .bytes = big, .size = sizeof(big),
	};

	must(!setsockopt(b, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)));
	while (n < 1000 && send_message(a, &m) > 0)
		n++;
	ok(n > 1 && n <= 17, "bytes are limited by SO_RCVBUF: %d messages", n);
	ok(errno == EAGAIN && stats_of(b).queued_bytes >= 2 * 8192,
	   "the sender is told to wait when they are used up");
	must(recv(b, big, sizeof(big), 0) == sizeof(big));
	ok(send_message(a, &m) > 0, "what is received makes room");
	close(a);
	close(b);
}

static void told_otherwise(void)
{
	int a = open_bus("full-wait"), b = full(a), c = full(a);
	struct sender s = { .fd = a, .to = addr_of(b) };
	pid_t pid;

	s.timeout.tv_usec = 50000;
	s.error = EAGAIN;
	ok(!in_child(sends, &s), "SO_SNDTIMEO ends the wait with EAGAIN");

	s.timeout.tv_usec = 0;
	s.error = EINTR;
	pid = spawn(sends, &s);
	must(falls_asleep(pid) && !kill(pid, SIGUSR1));
	ok(!reap(pid), "a signal ends the wait with EINTR");

	s.flags = SA_RESTART;
	s.error = 0;
	pid = spawn(sends, &s);
	must(falls_asleep(pid) && !kill(pid, SIGUSR1));
	must(falls_asleep(pid) && took(b, "1") && took(b, "2"));
	ok(!reap(pid) && took(b, "waited"),
	   "after a signal with SA_RESTART it goes on");

	s.to = addr_of(c);
	s.error = EHOSTUNREACH;
	pid = spawn(sends, &s);
	must(falls_asleep(pid));
	close(c);
	ok(!reap(pid), "the receiver's end ends it with EHOSTUNREACH");

	c = full(a);
	s.to = addr_of(c);
	pid = spawn(sends, &s);
	must(falls_asleep(pid) && !shutdown(c, SHUT_RD));
	ok(!reap(pid), "and so does its shutdown");

	s.to = addr_of(b);
	must(send_to(a, addr_of(b), "1") == 1 && send_to(a, s.to, "2") == 1);
	s.error = EPIPE;
	pid = spawn(sends, &s);
	must(falls_asleep(pid) && !shutdown(a, SHUT_WR));
	ok(!reap(pid), "the sender's own shutdown ends it with EPIPE");
	ok(took(b, "1") && took(b, "2") && empty(b),
	   "no message arrived whose send failed");
	close(a);
	close(b);
	close(c);
}

static void others_go_on(void)
{
	int a = open_bus("full-wait"), b = full(a), c = open_bus("full-wait");
	int d = open_bus("full-wait"), i, done = 0;
	__u64 both[] = { addr_of(c), addr_of(b) };
	struct sender s = { .fd = a, .list = both, .list_count = 2 };
	pid_t pid;

	must(!join(b, G) && !join(c, G));
	pid = spawn(sends, &s);
	must(falls_asleep(pid));
	ok(empty(c), "a list waits for all of its receivers");
	for (i = 0; i < 20; i++)
		done += send_to(d, addr_of(c), "go") == 2 && took(c, "go");
	ok(done == 20, "others send to others meanwhile");
	ok(send_to(a, addr_of(c), "go") == 2 && took(c, "go"),
	   "also over the same socket");
	ok(send_policy(d, G, BUS_SKIP, "skip") == 4 && took(c, "skip"),
	   "also to a group with the full one in it");
	ok(took(b, "1") && took(b, "2") && !reap(pid) && took(b, "waited") &&
	   took(c, "waited"), "with room in all of them the list is sent");

	must(send_to(d, addr_of(b), "1") == 1 && send_to(d, addr_of(b), "2") == 1);
	s = (struct sender){ .fd = a, .to = G };
	pid = spawn(sends, &s);
	must(falls_asleep(pid));
	ok(empty(c), "a group is waited for in the same way");
	must(!leave(b, G));
	ok(!reap(pid) && took(c, "waited") && drain(b) == 2,
	   "who leaves it is waited for no more, and gets nothing");
	close(a);
	close(b);
	close(c);
	close(d);
}

/* Several wait for one: all of them get their turn. */
static void many_wait(void)
{
	enum { SENDERS = 6 };
	int a = open_bus("full-wait"), b = full(a), i, bad = 0;
	struct sender s = { .to = addr_of(b) };
	struct received r;
	pid_t pid[SENDERS];

	for (i = 0; i < SENDERS; i++) {
		s.fd = open_bus("full-wait");
		pid[i] = spawn(sends, &s);
		close(s.fd);
	}
	for (i = 0; i < SENDERS; i++)
		must(falls_asleep(pid[i]));
	for (i = 0; i < SENDERS + 2; i++)
		bad += take(b, 0, &r) < 0;
	for (i = 0; i < SENDERS; i++)
		bad += reap(pid[i]);
	ok(!bad && empty(b), "%d senders that wait for one all get through",
	   SENDERS);
	close(a);
	close(b);
}

int main(void)
{
	tap_begin();
	waits();
	bytes_count();
	told_otherwise();
	others_go_on();
	many_wait();
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0-only
/* Writability is told per destination; a full one makes only itself unwritable. */
#include <linux/membarrier.h>
#include <sys/epoll.h>
#include <sys/syscall.h>

#include "bus_test.h"

#define G	GROUP(1)

enum { QUEUE = 8 };

static void fill(int sender, int fd)
{
	while (send_policy(sender, addr_of(fd), BUS_FAIL, "x") == 1)
		;
	must(errno == ENOBUFS);
}

static int full(int sender)
{
	int fd = open_bus("writable");

	must(!set_u32(fd, BUS_QUEUE, QUEUE));
	fill(sender, fd);
	return fd;
}

static int watch(int fd, __u32 events)
{
	struct epoll_event e = { .events = events };
	int ep = epoll_create1(EPOLL_CLOEXEC);

	must(ep >= 0 && !epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e));
	return ep;
}

static __u32 woken(int ep)
{
	struct epoll_event e = { .events = 0 };

	must(epoll_wait(ep, &e, 1, 0) >= 0);
	return e.events;
}

static void unconnected(void)
{
	int a = open_bus("writable"), b = full(a), c = open_bus("writable");
	int ep;

	ok(events_of(a) & POLLOUT,
	   "an unconnected socket is writable whoever is full");
	ep = watch(a, EPOLLOUT | EPOLLET);
	must(woken(ep) & EPOLLOUT);
	ok(!woken(ep), "edge-triggered epoll is told once");
	is_errno(send_to(a, addr_of(b), "x"), EAGAIN,
		 "a full member refuses a send");
	ok(send_to(a, addr_of(c), "ok") == 2, "while another takes one");
	must(took(c, "ok") && !woken(ep));
	ok(took(b, "x") && !woken(ep),
	   "the refused sender is not woken for room for one");
	ok(drain(b) == QUEUE - 1 && (woken(ep) & EPOLLOUT),
	   "but when the full one has plenty");
	ok(!woken(ep), "once");
	ok(send_to(a, addr_of(b), "3") == 1 && took(b, "3") && !woken(ep),
	   "who was not refused is not woken");
	fill(a, b);
	must(send_to(a, addr_of(b), "x") < 0 && !try_connect(a, addr_of(c)));
	woken(ep);
	must(!woken(ep) && drain(b) == QUEUE);
	ok(woken(ep) & EPOLLOUT, "also when it connected elsewhere meanwhile");
	close(ep);
	close(a);
	close(b);
	close(c);
}

static void room_event(void)
{
	int a = open_witness("writable", 1 << BUS_EVENT_ROOM);
	int b = full(a), c = full(a), d = open_bus("writable");

	must(send_to(a, addr_of(b), "x") < 0 && send_to(a, addr_of(b), "x") < 0);
	must(send_to(a, addr_of(c), "x") < 0 && send_to(d, addr_of(c), "x") < 0);
	ok(empty(a), "nothing is told while all are full");
	drain(c);
	ok(took_event(a, BUS_EVENT_ROOM, addr_of(c), 0) && empty(a),
	   "an event says which one has room now");
	ok(empty(d), "to who asked for it");
	drain(b);
	ok(took_event(a, BUS_EVENT_ROOM, addr_of(b), 0) && empty(a),
	   "once, however often one was refused");
	must(send_to(a, addr_of(b), "1") == 1 && drain(b) == 1);
	ok(empty(a), "and not again without another refusal");
	must(!join(b, G) && !join(c, G));
	fill(d, b);
	is_errno(send_to(a, G, "x"), EAGAIN,
		 "one full member of a group refuses the group");
	drain(b);
	ok(took_event(a, BUS_EVENT_ROOM, addr_of(b), 0) && empty(a) && empty(c),
	   "and the event names that member");
	close(a);
	close(b);
	close(c);
	close(d);
}

static void connected(void)
{
	int a = open_bus("writable"), b = full(a), c = open_bus("writable");
	int ep;

	must(!try_connect(a, addr_of(b)));
	ok(!(events_of(a) & POLLOUT),
	   "a connected socket is not writable while its peer is full");
	ok(events_of(c) & POLLOUT, "others are");
	ep = watch(a, EPOLLOUT | EPOLLET);
	ok(!woken(ep), "epoll waits for the peer");
	drain(b);
	ok(woken(ep) & EPOLLOUT, "and is woken when it has plenty of room");
	ok(events_of(a) & POLLOUT, "the socket is writable again");
	fill(c, b);
	ok(!(events_of(a) & POLLOUT), "whoever filled it");
	must(!try_connect(a, addr_of(c)));
	ok(events_of(a) & POLLOUT, "another peer is another answer");
	must(!try_connect(a, addr_of(b)) && !(events_of(a) & POLLOUT));
	close(b);
	ok(events_of(a) & POLLOUT,
	   "a peer that has left needs not be waited for");
	is_errno(send(a, "x", 1, MSG_DONTWAIT), EHOSTUNREACH,
		 "the send then says why");
	must(!try_connect(a, G) && !join(c, G));
	ok(events_of(a) & POLLOUT, "a group is always worth a try");
	must(!try_connect(a, BUS_ADDR_MASTER) && !set_u32(c, BUS_MASTER, 1));
	must(!set_u32(c, BUS_QUEUE, 1));
	fill(a, c);
	ok(!(events_of(a) & POLLOUT), "the master can be connected to");
	drain(c);
	ok(events_of(a) & POLLOUT, "and makes room like any other");

	/* Another master, also full: the first one's room is no more of interest. */
	b = full(a);
	must(!set_u32(c, BUS_MASTER, 0) && !set_u32(b, BUS_MASTER, 1));
	fill(a, c);
	ok(!(events_of(a) & POLLOUT), "a new master is another destination");
	must(!set_u32(b, BUS_MASTER, 0) && !set_u32(c, BUS_MASTER, 1));
	ok(!(events_of(a) & POLLOUT), "and so is the next");
	close(ep);
	ep = watch(a, EPOLLOUT | EPOLLET);
	must(!woken(ep));
	drain(b);
	must(!(woken(ep) & EPOLLOUT));
	drain(c);
	ok(woken(ep) & EPOLLOUT, "which makes it writable by its own room");
	close(ep);
	close(a);
	close(b);
	close(c);
}

static void larger(void)
{
	int a = open_bus("writable"), b = full(a), ep;

	must(!try_connect(a, addr_of(b)));
	ep = watch(a, EPOLLOUT | EPOLLET);
	must(!woken(ep));
	ok(!set_u32(b, BUS_QUEUE, 16 * QUEUE) && (woken(ep) & EPOLLOUT),
	   "a queue that is made larger has room");
	close(ep);
	close(a);
	close(b);
}

static int polls(void *arg)
{
	struct pollfd p = { .fd = *(int *)arg, .events = POLLOUT };

	keep_only(p.fd);
	expect(poll(&p, 1, -1) == 1 && (p.revents & POLLOUT));
	return 0;
}

static void sleeping(void)
{
	int a = open_bus("writable"), b = full(a);
	pid_t pid;

	must(!try_connect(a, addr_of(b)));
	pid = spawn(polls, &a);
	ok(falls_asleep(pid), "poll() sleeps while the peer is full");
	drain(b);
	ok(!reap(pid), "and wakes when it has room");
	fill(a, b);
	pid = spawn(polls, &a);
	must(falls_asleep(pid));
	close(b);
	ok(!reap(pid), "and when it leaves");
	close(a);
}

/* What was closed is freed after a grace period: of two, one is over. */
static void grace_period(void)
{
	syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

/* Who asked to be told goes first. */
static void gone(void)
{
	int a = open_witness("writable", 1 << BUS_EVENT_ROOM);
	int b = full(a), c = open_bus("writable");

	must(send_to(a, addr_of(b), "x") < 0 && send_to(c, addr_of(b), "x") < 0);
	close(c);
	grace_period();
	drain(b);
	ok(took_event(a, BUS_EVENT_ROOM, addr_of(b), 0),
	   "who has left in the meantime does not matter");
	close(b);
	b = full(a);
	must(send_to(a, addr_of(b), "x") < 0);
	close(b);
	ok(drain(a) <= 1, "nor does a full one that leaves");
	close(a);
}

int main(void)
{
	tap_begin();
	unconnected();
	room_event();
	connected();
	larger();
	sleeping();
	gone();
	return tap_end();
}

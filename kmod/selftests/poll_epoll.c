// SPDX-License-Identifier: GPL-2.0-only
/* poll(), select() and epoll say what a call would find, and wake who waits. */
#include <sys/epoll.h>
#include <sys/select.h>

#include "bus_test.h"

static __u32 woken(int ep, int timeout)
{
	struct epoll_event e = { .events = 0 };

	must(epoll_wait(ep, &e, 1, timeout) >= 0);
	return e.events;
}

static int watch(int fd, __u32 events)
{
	struct epoll_event e = { .events = events };
	int ep = epoll_create1(EPOLL_CLOEXEC);

	must(ep >= 0 && !epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e));
	return ep;
}

struct waiter {
	int	fd;
	short	events;
	short	expected;
};

static int waits(void *arg)
{
	const struct waiter *w = arg;
	struct pollfd p = { .fd = w->fd, .events = w->events };

	expect(poll(&p, 1, -1) == 1 && (p.revents & w->expected));
	return 0;
}

int main(void)
{
	struct waiter w = { .events = POLLIN, .expected = POLLIN };
	struct timeval now = { 0 };
	int a, b, ep, edge, unbound;
	fd_set in;
	pid_t pid;

	tap_begin();
	a = open_bus("poll");
	b = open_bus("poll");
	unbound = open_socket();
	ok(!(events_of(unbound) & POLLIN), "an unbound socket has nothing to read");
	ok(events_of(b) == POLLOUT, "an empty member is only writable");
	must(send_to(a, addr_of(b), "1") == 1);
	ok(events_of(b) == (POLLIN | POLLOUT), "with a message it is readable");
	FD_ZERO(&in);
	FD_SET(b, &in);
	ok(select(b + 1, &in, NULL, NULL, &now) == 1 && FD_ISSET(b, &in),
	   "select() sees it");
	ep = watch(b, EPOLLIN);
	edge = watch(b, EPOLLIN | EPOLLET);
	ok((woken(ep, 0) & EPOLLIN) && (woken(edge, 0) & EPOLLIN),
	   "and epoll, level- and edge-triggered");
	ok((woken(ep, 0) & EPOLLIN) && !woken(edge, 0),
	   "which tells an edge once");
	must(send_to(a, addr_of(b), "2") == 1);
	ok(woken(edge, 0) & EPOLLIN, "and again for the next message");
	ok(took(b, "1") && (woken(ep, 0) & EPOLLIN) && took(b, "2") &&
	   !woken(ep, 0), "until it is empty");

	w.fd = b;
	pid = spawn(waits, &w);
	ok(falls_asleep(pid), "poll() sleeps until there is something");
	must(send_to(a, addr_of(b), "3") == 1);
	ok(!reap(pid) && took(b, "3"), "and is woken by a message");

	pid = spawn(waits, &w);
	must(falls_asleep(pid));
	must(!set_u32(b, BUS_EVENTS, 1 << BUS_EVENT_ENTER));
	close(open_bus("poll"));
	ok(!reap(pid) && drain(b) == 1, "and by an event");

	w.events = POLLRDHUP;
	w.expected = POLLRDHUP;
	pid = spawn(waits, &w);
	must(falls_asleep(pid) && !shutdown(b, SHUT_RD));
	ok(!reap(pid), "and by a shutdown");
	ok((events_of(b) & POLLIN) && (woken(ep, 0) & EPOLLIN),
	   "the end of what can be read is readable");
	must(!shutdown(b, SHUT_WR));
	ok(events_of(b) & POLLHUP, "with both directions shut it hangs up");
	close(ep);
	close(edge);
	close(unbound);
	close(a);
	close(b);
	return tap_end();
}

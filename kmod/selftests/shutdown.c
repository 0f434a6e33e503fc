// SPDX-License-Identifier: GPL-2.0-only
/* shutdown() ends one direction; what is queued can still be read. */
#include "bus_test.h"

static int receives_end(void *arg)
{
	char c;

	expect(recv(*(int *)arg, &c, 1, 0) == 0);
	return 0;
}

int main(void)
{
	int a, b, c, unbound;
	pid_t pid;
	char byte;

	tap_begin();
	a = open_bus("shutdown");
	b = open_bus("shutdown");
	c = open_bus("shutdown");
	unbound = open_socket();
	must(!join(b, GROUP(1)) && !join(c, GROUP(1)));
	is_errno(shutdown(unbound, SHUT_RD), ENOTCONN,
		 "what is not bound cannot be shut");
	is_errno(shutdown(a, 3), EINVAL, "there are three ways to shut");
	is_errno(shutdown(a, -1), EINVAL, "and no more");

	must(send_to(a, addr_of(b), "queued") == 6);
	ok(!shutdown(b, SHUT_RD), "a receiver shuts down");
	is_errno(send_to(a, addr_of(b), "x"), EHOSTUNREACH,
		 "it takes no more");
	ok(send_to(a, GROUP(1), "rest") == 4 && took(c, "rest"),
	   "the rest of its group does");
	ok(took(b, "queued") && recv(b, &byte, 1, 0) == 0,
	   "it reads what was queued, then the end");
	ok(send_to(b, addr_of(c), "still") == 5 && took(c, "still"),
	   "it can still send");
	ok(!shutdown(b, SHUT_WR), "until it shuts that, too");
	is_errno(send_to(b, addr_of(c), "x"), EPIPE, "then it cannot");
	ok(empty(c), "and nothing arrives");

	ok(!shutdown(a, SHUT_WR), "a sender shuts down");
	is_errno(send_to(a, addr_of(c), "x"), EPIPE, "it cannot send");
	ok(send_to(c, addr_of(a), "in") == 2 && took(a, "in"),
	   "but it receives");
	pid = spawn(receives_end, &a);
	must(falls_asleep(pid) && !shutdown(a, SHUT_RDWR));
	ok(!reap(pid), "who waits to receive is told the end");
	ok(!shutdown(a, SHUT_RDWR), "it can be said again");

	must(!set_u32(c, BUS_EVENTS, 1 << BUS_EVENT_EXIT));
	close(a);
	ok(drain(c) == 1, "a member that is shut is one until it is closed");
	close(b);
	close(c);
	close(unbound);
	return tap_end();
}

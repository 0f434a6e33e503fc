// SPDX-License-Identifier: GPL-2.0-only
/* SIOCINQ tells the size of the next message, SIOCOUTQ what is not yet received. */
#include <linux/sockios.h>

#include "bus_test.h"

static int value(int fd, unsigned long request)
{
	int n = -7;

	return ioctl(fd, request, &n) ? -1 : n;
}

int main(void)
{
	int a, b, c, unbound;

	tap_begin();
	a = open_bus("ioctl");
	b = open_bus("ioctl");
	c = open_bus("ioctl");
	unbound = open_socket();
	ok(value(b, SIOCINQ) == 0 && value(a, SIOCOUTQ) == 0,
	   "with nothing sent both are zero");
	must(send_to(a, addr_of(b), "12345") == 5);
	must(send_to(a, addr_of(b), "123") == 3);
	ok(value(b, SIOCINQ) == 5, "SIOCINQ is the size of the next message");
	ok(value(a, SIOCOUTQ) == 8, "SIOCOUTQ is all that was not received");
	ok(value(a, SIOCINQ) == 0 && value(b, SIOCOUTQ) == 0,
	   "each in its own direction");
	must(took(b, "12345"));
	ok(value(b, FIONREAD) == 3 && value(a, TIOCOUTQ) == 3,
	   "they fall with each receive, under their other names, too");
	must(took(b, "123"));
	ok(value(b, SIOCINQ) == 0 && value(a, SIOCOUTQ) == 0, "to zero again");

	must(!join(b, GROUP(1)) && !join(c, GROUP(1)));
	must(send_to(a, GROUP(1), "group") == 5 && took(b, "group"));
	ok(value(a, SIOCOUTQ) == 5,
	   "what went to many counts until the last has it");
	must(took(c, "group"));
	ok(value(a, SIOCOUTQ) == 0, "and once");
	must(send_to(a, addr_of(b), "gone") == 4);
	close(b);
	ok(value(a, SIOCOUTQ) == 0, "what is dropped is not waited for");

	is_errno(ioctl(a, SIOCINQ, NULL), EFAULT, "they need an address");
	is_errno(ioctl(a, SIOCOUTQ, (void *)8), EFAULT, "a good one");
	is_errno(value(a, TCGETS), ENOTTY, "it is no terminal");
	is_errno(ioctl(a, SIOCBUSTURN, NULL), EFAULT,
		 "SIOCBUSTURN needs its argument");
	ok(value(unbound, SIOCINQ) == 0 && value(unbound, SIOCOUTQ) == 0,
	   "an unbound socket has nothing");
	close(a);
	close(c);
	close(unbound);
	return tap_end();
}

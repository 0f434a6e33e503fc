// SPDX-License-Identifier: GPL-2.0-only
/* BUS_FAIL: one receiver without room, and nobody gets the message. */
#include "bus_test.h"

#define G	GROUP(1)

int main(void)
{
	int a, b, c, i;
	__u64 list[2];

	tap_begin();
	a = open_bus("full-fail");
	b = open_bus("full-fail");
	c = open_bus("full-fail");
	must(!join(b, G) && !join(c, G) && !set_u32(b, BUS_QUEUE, 2));
	ok(send_policy(a, G, BUS_FAIL, "1") == 1 &&
	   send_policy(a, G, BUS_FAIL, "2") == 1 && took(c, "1") &&
	   took(c, "2"), "with room for all a message is sent to all");
	is_errno(send_policy(a, addr_of(b), BUS_FAIL, "x"), ENOBUFS,
		 "a full receiver fails a message to it");
	is_errno(send_policy(a, G, BUS_FAIL, "x"), ENOBUFS,
		 "and a message to a group it is in");
	list[0] = addr_of(c);
	list[1] = addr_of(b);
	is_errno(send_list(a, BUS_FAIL, "x", 2, list), ENOBUFS,
		 "and a list it is in");
	ok(empty(c), "the others of the group and the list get nothing");
	for (i = 0; i < 3; i++)
		must(send_policy(a, addr_of(c), BUS_FAIL, "other") == 5);
	ok(took(c, "other") && drain(c) == 2, "a message to others is sent");
	ok(took(b, "1") && took(b, "2") && empty(b),
	   "the full one has what it had, without a loss");
	ok(send_policy(a, G, BUS_FAIL, "3") == 1 && took(b, "3") &&
	   took(c, "3"), "with room again all get it again");
	ok(stats_of(b).lost == 0 && stats_of(a).skipped == 0,
	   "nothing is counted as lost or skipped");
	ok(stats_of(a).sent == 6, "what failed is not counted as sent");
	close(a);
	close(b);
	close(c);
	return tap_end();
}

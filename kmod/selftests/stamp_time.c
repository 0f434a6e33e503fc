// SPDX-License-Identifier: GPL-2.0-only
/* The kernel stamps each message with its place in the order and its time. */
#include "bus_test.h"

static __u64 now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

int main(void)
{
	unsigned int i, n = scaled(100), bad_time = 0, bad_order = 0;
	__u64 before, order = 0, time = 0, others;
	struct received r, s;
	int a, b, c;

	tap_begin();
	a = open_bus("stamp-time");
	b = open_witness("stamp-time", 0);
	c = open_witness("stamp-time", 0);
	must(!join(b, GROUP(1)) && !join(c, GROUP(1)));
	for (i = 0; i < n; i++) {
		before = now();
		must(send_to(a, i % 2 ? addr_of(b) : GROUP(1), "x") == 1);
		must(take(b, MSG_DONTWAIT, &r) == 1 && r.has_meta);
		drain(c);
		bad_time += r.meta.time < before || r.meta.time > now() ||
			    r.meta.time < time;
		bad_order += r.meta.order <= order;
		time = r.meta.time;
		order = r.meta.order;
	}
	ok(!bad_time, "the time is that of the send, by CLOCK_MONOTONIC");
	ok(!bad_order, "the stamp grows with each message");

	must(send_to(a, GROUP(1), "x") == 1 && take(b, MSG_DONTWAIT, &r) == 1 &&
	     take(c, MSG_DONTWAIT, &s) == 1);
	ok(r.meta.order == s.meta.order && r.meta.time == s.meta.time,
	   "all receivers of a message get the same stamp");
	others = r.meta.order;
	must(send_to(a, addr_of(b), "b") == 1 && send_to(a, addr_of(c), "c") == 1);
	must(take(b, MSG_DONTWAIT, &r) == 1 && take(c, MSG_DONTWAIT, &s) == 1);
	ok(others < r.meta.order && r.meta.order < s.meta.order,
	   "messages to different members have their places in one order");

	must(!set_u32(b, BUS_META, 0) && send_to(a, addr_of(b), "x") == 1);
	ok(take(b, MSG_DONTWAIT, &r) == 1 && !r.has_meta,
	   "who did not ask gets no stamp");
	close(a);
	close(b);
	close(c);
	return tap_end();
}

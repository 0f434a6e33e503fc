// SPDX-License-Identifier: GPL-2.0-only
/* BUS_SKIP: who has no room is left out, counted, and told in its next receive. */
#include "bus_test.h"

#define G	GROUP(1)

static void told_by_meta(void)
{
	int a = open_bus("full-skip"), b = open_witness("full-skip", 0);
	int c = open_bus("full-skip");
	struct received r;
	__u64 order;

	must(!join(b, G) && !join(c, G) && !set_u32(b, BUS_QUEUE, 2));
	must(send_policy(a, G, BUS_SKIP, "1") == 1);
	must(send_policy(a, G, BUS_SKIP, "2") == 1);
	ok(send_policy(a, G, BUS_SKIP, "3") == 1 &&
	   send_policy(a, G, BUS_SKIP, "4") == 1,
	   "a send with BUS_SKIP goes on without who is full");
	ok(took(c, "1") && took(c, "2") && took(c, "3") && took(c, "4"),
	   "the others get everything");
	ok(stats_of(a).skipped == 2 && stats_of(b).lost == 2 &&
	   stats_of(c).lost == 0, "both sides can ask how many were left out");

	ok(take(b, MSG_DONTWAIT, &r) == 1 && !r.meta.lost,
	   "nothing was lost before what is still queued");
	order = r.meta.order;
	must(send_policy(a, G, BUS_SKIP, "5") == 1);
	ok(take(b, MSG_DONTWAIT, &r) == 1 && !strcmp(r.text, "2") &&
	   !r.meta.lost, "nor before this");
	ok(take(b, MSG_DONTWAIT, &r) == 1 && !strcmp(r.text, "5") &&
	   r.meta.lost == 2 && r.meta.order > order,
	   "the next message says how many are missing in front of it");
	must(send_policy(a, G, BUS_SKIP, "6") == 1);
	ok(take(b, MSG_DONTWAIT, &r) == 1 && !r.meta.lost,
	   "and the one after it that none is");
	close(a);
	close(b);
	close(c);
}

static void told_at_once(void)
{
	int a = open_bus("full-skip"), b = open_witness("full-skip", 0);
	struct received r;

	must(!set_u32(b, BUS_QUEUE, 1));
	must(send_policy(a, addr_of(b), BUS_SKIP, "1") == 1);
	ok(send_policy(a, addr_of(b), BUS_SKIP, "x") == 1 &&
	   send_policy(a, addr_of(b), BUS_SKIP, "y") == 1,
	   "one full receiver alone is left out, too");
	must(took(b, "1"));
	ok(events_of(b) & POLLIN, "a loss alone makes a receiver readable");
	ok(take(b, MSG_DONTWAIT | MSG_PEEK, &r) >= 0 && r.meta.lost == 2,
	   "it can be peeked at");
	ok(take(b, MSG_DONTWAIT, &r) == sizeof(r.event) && !r.src &&
	   r.event.type == BUS_EVENT_LOST && r.meta.lost == 2 &&
	   r.meta.flags == BUS_META_EVENT,
	   "it is told by an event where no message follows");
	ok(empty(b) && !(events_of(b) & POLLIN), "once");
	must(send_policy(a, addr_of(b), BUS_SKIP, "2") == 1);
	ok(take(b, MSG_DONTWAIT, &r) == 1 && !r.meta.lost,
	   "and not again by the next message");
	close(a);
	close(b);
}

static void told_by_errno(void)
{
	int a = open_bus("full-skip"), b = open_bus("full-skip");
	char c;

	must(!set_u32(b, BUS_QUEUE, 1));
	must(send_policy(a, addr_of(b), BUS_SKIP, "1") == 1);
	must(send_policy(a, addr_of(b), BUS_SKIP, "x") == 1);
	ok(took(b, "1"), "without BUS_META_STAMP what was queued comes first");
	is_errno(recv(b, &c, 1, MSG_DONTWAIT), ENOBUFS,
		 "then the loss is told by ENOBUFS");
	ok(empty(b), "once");
	must(send_policy(a, addr_of(b), BUS_SKIP, "2") == 1);
	must(send_policy(a, addr_of(b), BUS_SKIP, "x") == 1);
	must(took(b, "2"));
	must(send_policy(a, addr_of(b), BUS_SKIP, "3") == 1);
	is_errno(recv(b, &c, 1, MSG_DONTWAIT), ENOBUFS,
		 "also in front of a message");
	ok(took(b, "3") && empty(b), "which then is received");
	close(a);
	close(b);
}

/* Whatever is kept and lost: together it is all that was sent. */
static void adds_up(void)
{
	int a = open_bus("full-skip"), b = open_witness("full-skip", 0);
	unsigned int i, n = scaled(300), got = 0, lost = 0, gaps = 0, next = 0;
	struct received r;

	must(!set_u32(b, BUS_QUEUE, 4));
	for (i = 0; i < n; i++) {
		struct message m = {
			.to = addr_of(b), .policy = BUS_SKIP,
			.bytes = &i, .size = sizeof(i),
		};

		must(send_message(a, &m) == sizeof(i));
		if (i % 7 == 3) {
			unsigned int number;

			must(take(b, MSG_DONTWAIT, &r) == sizeof(number));
			memcpy(&number, r.text, sizeof(number));
			gaps += number != next + r.meta.lost;
			next = number + 1;
			lost += r.meta.lost;
			got++;
		}
	}
	while (take(b, MSG_DONTWAIT, &r) >= 0) {
		lost += r.meta.lost;
		got += r.size == sizeof(i) && r.src;
	}
	ok(got + lost == n && lost, "%u received and %u lost are all %u sent",
	   got, lost, n);
	ok(!gaps, "each loss is told exactly where it happened");
	ok(stats_of(b).lost == lost && stats_of(b).received >= got &&
	   stats_of(a).skipped == lost && stats_of(a).sent == n,
	   "the counters say the same");
	close(a);
	close(b);
}

int main(void)
{
	tap_begin();
	told_by_meta();
	told_at_once();
	told_by_errno();
	adds_up();
	return tap_end();
}

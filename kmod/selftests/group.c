// SPDX-License-Identifier: GPL-2.0-only
/* A message to a group reaches its members, once each, and not its sender. */
#include "bus_test.h"

#define G	GROUP(7)
#define H	GROUP(8)

static void reaches_members(void)
{
	int a = open_bus("group"), b = open_witness("group", 0);
	int c = open_bus("group"), d = open_bus("group");
	struct received r;

	is_errno(send_to(a, G, "x"), EHOSTUNREACH,
		 "a group nobody joined cannot be sent to");
	must(!join(b, G) && !join(c, G) && !join(d, H));
	ok(send_to(a, G, "all") == 3, "who is not in a group can send to it");
	ok(take(b, MSG_DONTWAIT, &r) == 3 && r.meta.dest == G &&
	   r.src == addr_of(a) && took(c, "all"),
	   "every member of the group gets the message");
	ok(empty(d) && empty(a), "nobody else does");
	must(!join(a, G));
	ok(send_to(a, G, "rest") == 4 && took(b, "rest") && took(c, "rest") &&
	   empty(a), "a sender does not get its own");
	must(!leave(b, G) && !leave(c, G));
	is_errno(send_to(a, G, "x"), EHOSTUNREACH,
		 "a group with only the sender in it cannot be sent to");
	close(a);
	close(b);
	close(c);
	close(d);
}

static void joins_and_leaves(void)
{
	int a = open_bus("group"), b = open_bus("group");
	int c = open_bus("group"), unbound = open_socket();

	must(!join(c, G));
	must(send_to(a, G, "before") == 6);
	ok(!join(b, G) && empty(b), "who joins gets nothing sent before");
	is_errno(join(b, G), EALREADY, "a group is joined once");
	must(send_to(a, G, "during") == 6);
	ok(!leave(b, G), "a group can be left");
	must(send_to(a, G, "after") == 5);
	ok(took(b, "during") && empty(b),
	   "who leaves keeps what was queued and gets no more");
	is_errno(leave(b, G), ENOENT, "what was not joined cannot be left");
	is_errno(leave(b, H), ENOENT, "nor what nobody joined");
	is_errno(join(b, addr_of(a)), EINVAL, "a member is not a group");
	is_errno(leave(b, addr_of(a)), ENOENT, "also not to leave");
	is_errno(join(unbound, G), ENOTCONN, "only members join");
	is_errno(leave(unbound, G), ENOTCONN, "and leave");
	ok(!join(b, GROUP(0)) && !join(b, ~0ULL) &&
	   send_to(a, GROUP(0), "0") == 1 && send_to(a, ~0ULL, "1") == 1 &&
	   took(b, "0") && took(b, "1"),
	   "every address with the top bit is a group");
	drain(c);
	close(c);
	is_errno(send_to(a, G, "x"), EHOSTUNREACH,
		 "who closes leaves its groups");
	close(a);
	close(b);
	close(unbound);
}

static void many(void)
{
	enum { GROUPS = 200 };
	int a = open_bus("group"), b = open_bus("group");
	unsigned int i, bad = 0;
	char text[16];

	for (i = 0; i < GROUPS; i++)
		bad += !!join(b, GROUP(i * 0x10001));
	for (i = 0; i < GROUPS; i++) {
		snprintf(text, sizeof(text), "%u", i);
		if (send_to(a, GROUP(i * 0x10001), text) < 0 || !took(b, text))
			bad++;
	}
	ok(!bad, "a member can be in %d groups", GROUPS);
	for (i = 0; i < GROUPS; i += 2)
		bad += !!leave(b, GROUP(i * 0x10001));
	for (i = 0; i < GROUPS; i++)
		if ((send_to(a, GROUP(i * 0x10001), "x") == 1) != (i % 2))
			bad++;
	ok(!bad, "and leave each of them alone");
	close(a);
	close(b);
}

static void separate(void)
{
	int a = open_bus("group"), b = open_bus("group-other");

	must(!join(b, G));
	is_errno(send_to(a, G, "x"), EHOSTUNREACH,
		 "a group of one bus is none of another");
	ok(empty(b), "its members hear nothing");
	close(a);
	close(b);
}

int main(void)
{
	tap_begin();
	reaches_members();
	joins_and_leaves();
	many();
	separate();
	return tap_end();
}

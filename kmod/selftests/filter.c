// SPDX-License-Identifier: GPL-2.0-only
/* A receiver's own filter (SO_ATTACH_FILTER) sees each message before it is queued. */
#include <linux/filter.h>

#include "bus_test.h"

#define G	GROUP(1)

static int attach(int fd, struct sock_filter *code, unsigned short len)
{
	struct sock_fprog prog = { .len = len, .filter = code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog));
}

static int keep_bytes(int fd, unsigned int n)
{
	struct sock_filter code[] = { BPF_STMT(BPF_RET | BPF_K, n) };

	return attach(fd, code, ARRAY_SIZE(code));
}

/* Messages that begin with @c, whole; nothing else. */
static int only(int fd, char c)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, c, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, ~0U),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};

	return attach(fd, code, ARRAY_SIZE(code));
}

int main(void)
{
	int a, b, c, one = 1;
	struct received r;

	tap_begin();
	a = open_bus("filter");
	b = open_witness("filter", 0);
	c = open_bus("filter");
	must(!join(b, G) && !join(c, G));
	ok(!only(b, 'y'), "a receiver attaches a filter");
	ok(send_to(a, G, "yes") == 3 && took(b, "yes") && took(c, "yes"),
	   "what it lets through arrives whole");
	ok(send_to(a, G, "no") == 2 && empty(b), "what it does not is not queued");
	ok(took(c, "no"), "others get it");
	ok(send_to(a, addr_of(b), "no") == 2 && empty(b),
	   "a sender does not see that a receiver filters");
	ok(send_to(a, addr_of(b), "") == 0 && empty(b),
	   "a message too short for the filter is not let through");
	must(send_to(a, addr_of(b), "yes") == 3);
	ok(take(b, MSG_DONTWAIT, &r) == 3 && !r.meta.lost && !stats_of(b).lost,
	   "what was filtered is not a loss");

	must(!set_u32(b, BUS_QUEUE, 1) && send_to(a, addr_of(b), "yes") == 3);
	ok(send_policy(a, addr_of(b), BUS_FAIL, "no") == 2,
	   "what would not be queued needs no room");
	is_errno(send_policy(a, addr_of(b), BUS_FAIL, "y"), ENOBUFS,
		 "what would be does");
	must(drain(b) == 1);

	must(!keep_bytes(b, 3));
	ok(send_to(a, G, "abcdef") == 6 && take(b, MSG_DONTWAIT, &r) == 3 &&
	   !strcmp(r.text, "abc") && took(c, "abcdef"),
	   "a filter can shorten a message, for its receiver alone");
	ok(r.meta.size == 3, "which is then all there is of it");
	must(send_to(a, addr_of(b), "ab") == 2);
	ok(took(b, "ab"), "what is shorter stays as it is");
	must(!keep_bytes(b, 0));
	must(!set_u32(b, BUS_EVENTS, 1 << BUS_EVENT_JOIN) && !leave(c, G) &&
	     !join(c, G));
	ok(took_event(b, BUS_EVENT_JOIN, addr_of(c), G),
	   "events are not filtered");
	ok(!setsockopt(b, SOL_SOCKET, SO_DETACH_FILTER, &one, sizeof(one)) &&
	   send_to(a, addr_of(b), "no") == 2 && took(b, "no"),
	   "without the filter everything arrives again");
	close(a);
	close(b);
	close(c);
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0-only
/* A message to a list reaches each receiver once, all of them or nobody. */
#include "bus_test.h"

#define G	GROUP(1)
#define H	GROUP(2)

static void each_once(void)
{
	int a = open_bus("list"), b = open_witness("list", 0);
	int c = open_witness("list", 0), d = open_witness("list", 0);
	__u64 list[] = { H, addr_of(b), G, addr_of(c), addr_of(b), G };
	struct received r;

	must(!join(b, G) && !join(c, G) && !join(d, H) && !join(a, G));
	ok(send_list(a, BUS_WAIT, "list", 6, list) == 4,
	   "a list may name members and groups, and some twice");
	ok(take(b, MSG_DONTWAIT, &r) == 4 && r.meta.dest == addr_of(b),
	   "a member is told the entry that named it first");
	ok(take(c, MSG_DONTWAIT, &r) == 4 && r.meta.dest == G,
	   "also where that was a group");
	ok(take(d, MSG_DONTWAIT, &r) == 4 && r.meta.dest == H,
	   "a member of a group in the list gets it");
	ok(empty(a) && empty(b) && empty(c) && empty(d),
	   "each gets it once, the sender not at all");
	list[0] = addr_of(a);
	ok(send_list(a, BUS_WAIT, "me", 2, list) == 2 && took(b, "me") &&
	   empty(a), "a sender that names itself gets nothing");
	must(!set_u32(c, BUS_MASTER, 1));
	list[0] = BUS_ADDR_MASTER;
	ok(send_list(a, BUS_WAIT, "master", 1, list) == 6 &&
	   take(c, MSG_DONTWAIT, &r) == 6 && r.meta.dest == BUS_ADDR_MASTER,
	   "a list may name the master");
	close(a);
	close(b);
	close(c);
	close(d);
}

static void unknown(void)
{
	int a = open_bus("list"), b = open_bus("list");
	__u64 list[] = { addr_of(b), 12345 };

	is_errno(send_list(a, BUS_WAIT, "x", 2, list), EHOSTUNREACH,
		 "with BUS_WAIT one unknown member stops the whole");
	is_errno(send_list(a, BUS_FAIL, "x", 2, list), EHOSTUNREACH,
		 "and so with BUS_FAIL");
	ok(empty(b), "nobody got anything");
	ok(send_list(a, BUS_SKIP, "skip", 2, list) == 4 && took(b, "skip"),
	   "with BUS_SKIP who is unknown is left out");
	list[0] = 54321;
	is_errno(send_list(a, BUS_SKIP, "x", 2, list), EHOSTUNREACH,
		 "unless nobody is left");
	list[0] = G;
	is_errno(send_list(a, BUS_SKIP, "x", 1, list), EHOSTUNREACH,
		 "an empty group is nobody");
	list[1] = addr_of(b);
	ok(send_list(a, BUS_WAIT, "some", 2, list) == 4 && took(b, "some"),
	   "beside others it is no error");
	list[0] = addr_of(a);
	is_errno(send_list(a, BUS_SKIP, "x", 1, list), EHOSTUNREACH,
		 "and so is the sender itself");
	close(a);
	close(b);
}

static void without_address(void)
{
	int a = open_bus("list"), b = open_bus("list");
	__u64 addr = addr_of(b);
	char control[CMSG_SPACE(sizeof(addr))] __attribute__((aligned(8)));
	struct iovec iov = { "x", 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_BUS;
	cmsg->cmsg_type = BUS_CMSG_DESTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(addr));
	memcpy(CMSG_DATA(cmsg), &addr, sizeof(addr));
	ok(sendmsg(a, &msg, 0) == 1 && took(b, "x"),
	   "a list needs no address besides");
	close(a);
	close(b);
}

static void longest(void)
{
	enum { MEMBERS = 24 };
	int a = open_bus("list"), fd[MEMBERS], i, got = 0;
	__u64 list[BUS_DESTS_MAX + 1];

	for (i = 0; i < MEMBERS; i++)
		fd[i] = open_bus("list");
	for (i = 0; i <= BUS_DESTS_MAX; i++)
		list[i] = addr_of(fd[i % MEMBERS]);
	ok(send_list(a, BUS_WAIT, "all", BUS_DESTS_MAX, list) == 3,
	   "a list may be BUS_DESTS_MAX long");
	for (i = 0; i < MEMBERS; i++)
		got += took(fd[i], "all") && empty(fd[i]);
	ok(got == MEMBERS, "and each in it gets one message");
	is_errno(send_list(a, BUS_WAIT, "x", BUS_DESTS_MAX + 1, list), EINVAL,
		 "and no longer");
	is_errno(send_list(a, BUS_WAIT, "x", 0, list), EINVAL,
		 "nor can it be empty");
	list[0] = BUS_ADDR_KERNEL;
	is_errno(send_list(a, BUS_WAIT, "x", 2, list), EINVAL,
		 "the kernel is nobody to send to");
	for (i = 0; i < MEMBERS; i++) {
		must(empty(fd[i]));
		close(fd[i]);
	}
	close(a);
}

static void all_or_nobody(void)
{
	int a = open_bus("list"), b = open_bus("list"), c = open_bus("list");
	__u64 list[] = { addr_of(b), addr_of(c) };

	must(!set_u32(c, BUS_QUEUE, 1) && send_to(a, addr_of(c), "full") == 4);
	is_errno(send_list(a, BUS_FAIL, "x", 2, list), ENOBUFS,
		 "with BUS_FAIL one without room stops the whole");
	is_errno(send_list(a, BUS_WAIT, "x", 2, list), EAGAIN,
		 "with BUS_WAIT it has to be waited for");
	ok(empty(b), "nobody got anything");
	ok(send_list(a, BUS_SKIP, "skip", 2, list) == 4 && took(b, "skip"),
	   "with BUS_SKIP the others get it");
	ok(took(c, "full"), "who was full keeps what it had");
	close(a);
	close(b);
	close(c);
}

int main(void)
{
	tap_begin();
	each_once();
	unknown();
	without_address();
	longest();
	all_or_nobody();
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0-only
/* Each message carries the security label its sender had when it sent it. */
#include "bus_test.h"

static bool own_label(char *label, size_t size)
{
	int fd = open("/proc/self/attr/current", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, label, size - 1);

	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return false;
	label[n] = 0;
	label[strcspn(label, "\n")] = 0;
	return *label;
}

static int relabels_and_sends(void *arg)
{
	int fd = open("/proc/self/attr/current", O_WRONLY | O_CLOEXEC);
	int bus = open_bus("label");
	__u64 to = *(__u64 *)arg;

	if (fd < 0 || write(fd, "headway-test", 12) != 12)
		return EXIT_SKIP;
	expect(send_to(bus, to, "x") == 1);
	return 0;
}

int main(void)
{
	static const char promise[] = "a sender with another label is told apart";
	char label[256], small[CMSG_LEN(0)];
	struct iovec iov = { small, 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = small, .msg_controllen = sizeof(small),
	};
	struct received r;
	int a, b, status;
	__u64 to;

	tap_begin();
	a = open_bus("label");
	b = open_bus("label");
	to = addr_of(b);
	if (!own_label(label, sizeof(label))) {
		must(!set_u32(b, BUS_META, BUS_META_LABEL));
		must(send_to(a, to, "x") == 1);
		ok(take(b, MSG_DONTWAIT, &r) == 1 && !r.has_label,
		   "without a security module there is no label");
		return tap_end();
	}
	must(send_to(a, to, "x") == 1);
	ok(take(b, MSG_DONTWAIT, &r) == 1 && !r.has_label,
	   "who did not ask gets no label");
	must(!set_u32(b, BUS_META, BUS_META_LABEL) && send_to(a, to, "x") == 1);
	ok(take(b, MSG_DONTWAIT, &r) == 1 && r.has_label && !r.has_meta &&
	   !strcmp(r.label, label), "who asked gets the sender's label, %s",
	   label);
	must(!set_u32(b, BUS_META, BUS_META_LABEL | BUS_META_STAMP));
	must(send_to(a, to, "x") == 1);
	ok(take(b, MSG_DONTWAIT, &r) == 1 && r.has_label && r.has_meta,
	   "and the stamp besides");
	must(!set_u32(b, BUS_EVENTS, 1 << BUS_EVENT_JOIN) && !join(a, GROUP(1)));
	ok(take(b, MSG_DONTWAIT, &r) > 0 && !r.src && r.has_meta && !r.has_label,
	   "an event has no label");
	must(!set_u32(b, BUS_META, BUS_META_LABEL) && send_to(a, to, "x") == 1);
	ok(recvmsg(b, &msg, MSG_DONTWAIT) == 1 && (msg.msg_flags & MSG_CTRUNC),
	   "a label that does not fit is marked by MSG_CTRUNC");

	status = in_child(relabels_and_sends, &to);
	if (status == EXIT_SKIP)
		skip("the label of a process cannot be set", "%s", promise);
	else
		ok(!status && take(b, MSG_DONTWAIT, &r) == 1 && r.has_label &&
		   !strcmp(r.label, "headway-test"), "%s", promise);
	close(a);
	close(b);
	return tap_end();
}

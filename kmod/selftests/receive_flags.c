// SPDX-License-Identifier: GPL-2.0-only
/* MSG_PEEK, MSG_TRUNC, MSG_CTRUNC, MSG_DONTWAIT and the ways to receive. */
#include "bus_test.h"

static ssize_t receive(int fd, size_t size, size_t control_size, int flags,
		       struct msghdr *msg)
{
	static char bytes[64], control[256];
	static struct iovec iov;

	iov = (struct iovec){ bytes, size };
	memset(bytes, 0, sizeof(bytes));
	*msg = (struct msghdr){
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = control_size,
	};
	return recvmsg(fd, msg, flags);
}

int main(void)
{
	char c[16] = "";
	struct received r;
	struct msghdr msg;
	__u64 order;
	int a, b;

	tap_begin();
	a = open_bus("receive-flags");
	b = open_witness("receive-flags", 0);
	is_errno(recv(b, c, 1, MSG_DONTWAIT), EAGAIN,
		 "MSG_DONTWAIT does not wait");
	must(!fcntl(b, F_SETFL, O_NONBLOCK));
	is_errno(recv(b, c, 1, 0), EAGAIN, "nor does O_NONBLOCK");
	must(!fcntl(b, F_SETFL, 0));

	must(send_to(a, addr_of(b), "peek") == 4);
	ok(take(b, MSG_PEEK, &r) == 4 && !strcmp(r.text, "peek"),
	   "MSG_PEEK shows a message");
	order = r.meta.order;
	ok(take(b, MSG_PEEK, &r) == 4 && r.meta.order == order && r.src &&
	   stats_of(b).queued == 1 && !stats_of(b).received,
	   "and leaves it there");
	ok(take(b, 0, &r) == 4 && r.meta.order == order && empty(b),
	   "the receive after it takes it");

	must(send_to(a, addr_of(b), "truncated") == 9);
	ok(receive(b, 5, 256, MSG_PEEK, &msg) == 5 &&
	   (msg.msg_flags & MSG_TRUNC), "a short buffer is told by MSG_TRUNC");
	ok(receive(b, 5, 256, MSG_PEEK | MSG_TRUNC, &msg) == 9,
	   "with MSG_TRUNC asked for the size is that of the message");
	ok(recv(b, NULL, 0, MSG_PEEK | MSG_TRUNC) == 9,
	   "also without any buffer");
	ok(receive(b, 5, 256, 0, &msg) == 5 &&
	   !memcmp(msg.msg_iov->iov_base, "trunc", 6) && empty(b),
	   "what did not fit is gone with the message");
	must(send_to(a, addr_of(b), "whole") == 5);
	ok(receive(b, 5, 256, 0, &msg) == 5 && !(msg.msg_flags & MSG_TRUNC),
	   "what fits is not marked");

	must(send_to(a, addr_of(b), "short") == 5);
	ok(receive(b, 3, 256, 0, &msg) == 3 && (msg.msg_flags & MSG_TRUNC) &&
	   ((struct bus_meta *)CMSG_DATA(CMSG_FIRSTHDR(&msg)))->size == 5,
	   "the meta knows the whole size");
	must(send_to(a, addr_of(b), "control") == 7);
	ok(receive(b, 16, 8, 0, &msg) == 7 && (msg.msg_flags & MSG_CTRUNC),
	   "no room for the meta is told by MSG_CTRUNC");
	must(send_to(a, addr_of(b), "none") == 4);
	ok(receive(b, 16, 0, 0, &msg) == 4 && (msg.msg_flags & MSG_CTRUNC),
	   "also where there was none at all");
	must(send_to(a, addr_of(b), "c") == 1 && send_to(a, addr_of(b), "d") == 1);
	ok(receive(b, 16, 256, MSG_CMSG_CLOEXEC, &msg) == 1 &&
	   !(msg.msg_flags & MSG_CMSG_CLOEXEC & MSG_CTRUNC),
	   "MSG_CMSG_CLOEXEC is for descriptors only");
	must(drain(b) == 1);

	must(send_to(a, addr_of(b), "read") == 4);
	ok(read(b, c, sizeof(c)) == 4 && !strcmp(c, "read"), "read() receives");
	must(!try_connect(a, addr_of(b)));
	ok(write(a, "write", 5) == 5 && took(b, "write"), "write() sends");
	is_errno(recv(b, c, 1, MSG_OOB), EOPNOTSUPP,
		 "there is nothing out of band");
	ok(send(a, "eor", 3, MSG_EOR | MSG_NOSIGNAL) == 3 && took(b, "eor"),
	   "MSG_EOR and MSG_NOSIGNAL are allowed: every message ends");
	close(a);
	close(b);
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0-only
/* A member is its socket, however many processes have it: it ends with the last. */
#include "bus_test.h"

#define BUS	"fork-and-passing"

struct shared {
	int		fd;
	__u64		to;
	struct gate	gate;
};

static int holds(void *arg)
{
	const struct shared *s = arg;

	expect(send_to(s->fd, s->to, "child") == 5);
	gate_wait(&s->gate);
	return 0;
}

static int receives_own(void *arg)
{
	expect(took(*(int *)arg, "for either"));
	return 0;
}

/* Over AF_UNIX it can be passed, as any socket. */
static int passes(int to, int fd)
{
	char control[CMSG_SPACE(sizeof(fd))] = "";
	struct iovec iov = { "x", 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	return sendmsg(to, &msg, 0) == 1 ? 0 : -1;
}

static int accept_passed(int from)
{
	char control[CMSG_SPACE(sizeof(int))], c;
	struct iovec iov = { &c, 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	int fd = -1;

	if (recvmsg(from, &msg, 0) == 1 && CMSG_FIRSTHDR(&msg))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(fd));
	return fd;
}

int main(void)
{
	struct shared s = { 0 };
	struct received r;
	int w, a, b, sv[2];
	__u64 addr;
	pid_t pid;

	tap_begin();
	w = open_witness(BUS, 1 << BUS_EVENT_EXIT | 1 << BUS_EVENT_ENTER);
	a = open_bus(BUS);
	addr = addr_of(a);
	must(took_event(w, BUS_EVENT_ENTER, addr, 0));
	s.fd = a;
	s.to = addr_of(w);
	gate_make(&s.gate);
	pid = spawn(holds, &s);
	gate_ready(&s.gate, 1);
	ok(take(w, MSG_DONTWAIT, &r) == 5 && r.src == addr &&
	   r.meta.pid == (__u32)pid,
	   "a child sends from its parent's address, in its own name");
	must(send_to(w, addr, "for either") == 10);
	ok(!in_child(receives_own, &a) && empty(a),
	   "a message is received by one of those who share a socket");
	close(a);
	ok(send_to(w, addr, "kept") == 4 && empty(w),
	   "the member stays while the child has it");
	gate_open(&s.gate, 0);
	must(!reap(pid));
	ok(took_event(w, BUS_EVENT_EXIT, addr, 0), "and ends with the child");

	a = open_bus(BUS);
	addr = addr_of(a);
	b = dup(a);
	must(took_event(w, BUS_EVENT_ENTER, addr, 0) && b >= 0);
	close(a);
	ok(send_to(b, s.to, "dup") == 3 && took(w, "dup"),
	   "a duplicate is the same member");
	must(!socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, sv));
	ok(!passes(sv[0], b), "AF_UNIX passes the socket");
	close(b);
	b = accept_passed(sv[1]);
	ok(send_to(b, s.to, "passed") == 6 && took(w, "passed"),
	   "who gets it has the member");
	must(!passes(sv[0], b));
	close(b);
	ok(send_to(w, addr, "x") == 1, "one in flight is one");
	close(sv[0]);
	close(sv[1]);
	/* The last reference is dropped by whoever closes the AF_UNIX socket. */
	ok(took_event(w, BUS_EVENT_EXIT, addr, 0), "until it is dropped there");
	a = open_bus(BUS);
	must(took_event(w, BUS_EVENT_ENTER, addr_of(a), 0));
	is_errno(send_message(w, &(struct message){
			.to = addr_of(a), .text = "x", .fds = &a, .fd_count = 1 }),
		 EOPNOTSUPP, "over a bus it cannot be passed");
	close(a);
	close(w);
	return tap_end();
}

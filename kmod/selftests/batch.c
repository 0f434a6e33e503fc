// SPDX-License-Identifier: GPL-2.0-only
/* sendmmsg() and recvmmsg() send and receive many messages by one call. */
#include "bus_test.h"

enum { N = 32 };

int main(void)
{
	static char control[N][CMSG_SPACE(sizeof(struct bus_meta))];
	static struct sockaddr_bus from[N], to[N];
	static struct mmsghdr out[N], in[N];
	static struct iovec iov[2][N];
	static int number[2][N];
	int a, b, c, i, n, bad = 0;
	__u64 order = 0;

	tap_begin();
	a = open_bus("batch");
	b = open_witness("batch", 0);
	c = open_bus("batch");
	for (i = 0; i < N; i++) {
		number[0][i] = i;
		iov[0][i] = (struct iovec){ &number[0][i], sizeof(int) };
		iov[1][i] = (struct iovec){ &number[1][i], sizeof(int) };
		to[i] = bus_addr(addr_of(b), BUS_WAIT);
		out[i].msg_hdr = (struct msghdr){
			.msg_name = &to[i], .msg_namelen = BUS_SOCKADDR_SHORT,
			.msg_iov = &iov[0][i], .msg_iovlen = 1,
		};
		in[i].msg_hdr = (struct msghdr){
			.msg_name = &from[i], .msg_namelen = sizeof(from[i]),
			.msg_iov = &iov[1][i], .msg_iovlen = 1,
			.msg_control = control[i],
			.msg_controllen = sizeof(control[i]),
		};
	}
	ok(sendmmsg(a, out, N, 0) == N, "sendmmsg() sends all");
	n = recvmmsg(b, in, N, MSG_WAITFORONE, NULL);
	ok(n == N, "recvmmsg() receives all");
	for (i = 0; i < n; i++) {
		struct cmsghdr *cmsg = CMSG_FIRSTHDR(&in[i].msg_hdr);
		struct bus_meta meta;

		if (!cmsg || in[i].msg_len != sizeof(int) ||
		    number[1][i] != i || from[i].sbus_addr != addr_of(a)) {
			bad++;
			continue;
		}
		memcpy(&meta, CMSG_DATA(cmsg), sizeof(meta));
		bad += meta.order <= order;
		order = meta.order;
	}
	ok(!bad, "each whole, in order, with its sender and its stamp");

	must(!set_u32(b, BUS_QUEUE, 5));
	ok(sendmmsg(a, out, N, MSG_DONTWAIT) == 5,
	   "a full receiver ends the batch, what fitted is sent");
	is_errno(sendmmsg(a, out, N, MSG_DONTWAIT), EAGAIN,
		 "and nothing where nothing fits");
	must(drain(b) == 5);
	to[1] = bus_addr(addr_of(c), BUS_WAIT);
	to[2] = bus_addr(12345, BUS_WAIT);
	ok(sendmmsg(a, out, N, 0) == 2 && drain(b) == 1 && drain(c) == 1,
	   "a message that cannot be sent ends it, too");

	/* Without stamps a loss is an error, which comes after what was taken. */
	must(!set_u32(b, BUS_META, 0) && !set_u32(b, BUS_QUEUE, 2));
	for (i = 0; i < 3; i++)
		must(send_policy(a, addr_of(b), BUS_SKIP, "1") == 1);
	must(took(b, "1") && send_policy(a, addr_of(b), BUS_SKIP, "2") == 1);
	ok(recvmmsg(b, in, N, MSG_DONTWAIT, NULL) == 1,
	   "a loss ends a batch of receives");
	ok(events_of(b) & POLLERR, "poll() tells of it as an error");
	is_errno(recvmmsg(b, in, N, MSG_DONTWAIT, NULL), ENOBUFS,
		 "the next call says which");
	ok(!(events_of(b) & POLLERR) && took(b, "2") && empty(b),
	   "and then it goes on behind the gap");
	close(a);
	close(b);
	close(c);
	return tap_end();
}

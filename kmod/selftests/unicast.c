// SPDX-License-Identifier: GPL-2.0-only
/* A message to one address reaches that member, whole, and nobody else. */
#include "bus_test.h"

static void arrives(void)
{
	int a = open_bus("unicast"), b = open_witness("unicast", 0);
	int c = open_bus("unicast");
	struct received r;

	ok(send_to(a, addr_of(b), "hello") == 5,
	   "a send says how many bytes it took");
	ok(take(b, MSG_DONTWAIT, &r) == 5 && !strcmp(r.text, "hello"),
	   "the member addressed gets the message");
	ok(r.src == addr_of(a), "it is told who sent it");
	ok(r.has_meta && r.meta.dest == addr_of(b) && r.meta.size == 5 &&
	   !r.meta.flags && !r.meta.lost,
	   "it is told that the message was for it alone");
	ok(empty(c) && empty(a), "nobody else gets it");
	ok(send_to(a, addr_of(a), "self") == 4 && took(a, "self"),
	   "a member can send to itself");
	ok(send_to(a, addr_of(b), "") == 0 && take(b, MSG_DONTWAIT, &r) == 0 &&
	   r.src == addr_of(a), "a message may be empty");
	send_to(a, addr_of(b), "one");
	send_to(a, addr_of(b), "two");
	ok(took(b, "one") && took(b, "two"), "each receive gives one message");
	close(a);
	close(b);
	close(c);
}

static void large(void)
{
	int a = open_bus("unicast"), b = open_bus("unicast");
	unsigned char *out = malloc(BUS_MESSAGE_MAX + 1);
	unsigned char *in = calloc(1, BUS_MESSAGE_MAX + 1);
	struct message m = { .to = addr_of(b), .bytes = out };
	unsigned int i;
	size_t size;

	must(out && in);
	for (i = 0; i <= BUS_MESSAGE_MAX; i++)
		out[i] = i * 7 + (i >> 8);
	for (size = 1; size <= BUS_MESSAGE_MAX; size *= 8) {
		m.size = size;
		ok(send_message(a, &m) == (ssize_t)size &&
		   recv(b, in, BUS_MESSAGE_MAX + 1, MSG_DONTWAIT) == (ssize_t)size &&
		   !memcmp(in, out, size), "%zu bytes arrive unchanged", size);
	}
	m.size = BUS_MESSAGE_MAX - 1;
	ok(send_message(a, &m) == (ssize_t)m.size &&
	   recv(b, in, BUS_MESSAGE_MAX, 0) == (ssize_t)m.size &&
	   !memcmp(in, out, m.size), "%zu bytes arrive unchanged", m.size);
	m.size = BUS_MESSAGE_MAX + 1;
	is_errno(send_message(a, &m), EMSGSIZE,
		 "more than BUS_MESSAGE_MAX is refused");
	ok(empty(b), "and nothing of it arrives");
	free(out);
	free(in);
	close(a);
	close(b);
}

static void gathers(void)
{
	int a = open_bus("unicast"), b = open_bus("unicast");
	struct iovec out[] = { { "con", 3 }, { NULL, 0 }, { "cat", 3 } };
	char x[2], y[9] = "";
	struct iovec in[] = { { x, 2 }, { y, 8 } };
	struct msghdr msg = { .msg_iov = out, .msg_iovlen = 3 };

	must(!try_connect(a, addr_of(b)));
	ok(sendmsg(a, &msg, 0) == 6, "a message is gathered from its parts");
	msg.msg_iov = in;
	msg.msg_iovlen = 2;
	ok(recvmsg(b, &msg, 0) == 6 && !memcmp(x, "co", 2) && !strcmp(y, "ncat"),
	   "and scattered to others");
	close(a);
	close(b);
}

static void absent(void)
{
	int a = open_bus("unicast"), b = open_bus("unicast"), c;
	int other = open_bus("unicast-other");
	__u64 gone = addr_of(b);

	is_errno(send_to(a, gone + 12345, "x"), EHOSTUNREACH,
		 "an address nobody has cannot be sent to");
	is_errno(send_to(a, addr_of(other), "x"), EHOSTUNREACH,
		 "nor can a member of another bus");
	is_errno(send_to(a, BUS_ADDR_MASTER, "x"), EHOSTUNREACH,
		 "nor the master where there is none");
	close(b);
	is_errno(send_to(a, gone, "x"), EHOSTUNREACH, "nor who has left");
	c = open_bus("unicast");
	ok(addr_of(c) > gone, "an address is not given again");
	ok(!(addr_of(c) & BUS_ADDR_GROUP), "and is not a group's");
	ok(empty(c), "the next member gets nothing meant for the one before");
	close(a);
	close(c);
	close(other);
	c = open_bus("unicast");
	ok(addr_of(c) > gone, "not even after the bus was gone");
	close(c);
}

static void connected(void)
{
	int a = open_bus("unicast"), b = open_bus("unicast");
	int c = open_bus("unicast");
	struct sockaddr off = { .sa_family = AF_UNSPEC };

	is_errno(send(a, "x", 1, 0), EDESTADDRREQ,
		 "a send without a destination is refused");
	ok(!try_connect(a, addr_of(b)) && send(a, "b", 1, 0) == 1 &&
	   took(b, "b"), "connect() gives sends a destination");
	ok(send_to(a, addr_of(c), "c") == 1 && took(c, "c") && empty(b),
	   "a destination in the send goes before it");
	ok(!try_connect(a, addr_of(c)) && send(a, "c", 1, 0) == 1 &&
	   took(c, "c"), "connect() again changes it");
	ok(!try_connect(a, 0) && send(a, "x", 1, 0) < 0 &&
	   errno == EDESTADDRREQ, "connect() to address 0 takes it away");
	ok(!try_connect(a, GROUP(1)) && !join(b, GROUP(1)) &&
	   send(a, "g", 1, 0) == 1 && took(b, "g"),
	   "a group can be connected to");
	ok(!connect(a, &off, sizeof(off)) && send(a, "x", 1, 0) < 0 &&
	   errno == EDESTADDRREQ, "AF_UNSPEC takes it away, too");
	must(!try_connect(a, addr_of(b)));
	close(b);
	is_errno(send(a, "x", 1, 0), EHOSTUNREACH,
		 "a peer that has left cannot be sent to");
	close(a);
	close(c);
}

int main(void)
{
	tap_begin();
	arrives();
	large();
	gathers();
	absent();
	connected();
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0-only
/* A message never overtakes an earlier one of its sender, however it is sent. */
#include "bus_test.h"

#define G	GROUP(1)
#define H	GROUP(2)

/* Message number i, by another kind of send each time. */
static ssize_t send_ith(int fd, __u64 to, unsigned int i, bool waits)
{
	__u64 both[] = { G, to };
	struct message m = { .bytes = &i, .size = sizeof(i), .waits = waits };

	switch (i % 5) {
	case 0:
		m.to = to;
		break;
	case 1:
		m.to = G;
		break;
	case 2:
		m.list = both;
		m.list_count = 2;
		break;
	case 3:
		m.to = H;
		m.policy = BUS_FAIL;
		break;
	case 4:
		m.to = BUS_ADDR_MASTER;
		break;
	}
	/* A refusal of BUS_FAIL would be the receiver's room, not the order. */
	if (waits)
		m.policy = BUS_WAIT;
	return send_message(fd, &m);
}

struct sender {
	int		fd;
	__u64		to;
	unsigned int	count;
};

static int sends_all(void *arg)
{
	struct sender *s = arg;
	unsigned int i;

	for (i = 0; i < s->count; i++)
		expect(send_ith(s->fd, s->to, i, true) == sizeof(i));
	return 0;
}

static bool in_sequence(int fd, unsigned int count)
{
	unsigned int i, n;

	for (i = 0; i < count; i++)
		if (recv(fd, &n, sizeof(n), 0) != sizeof(n) || n != i) {
			printf("# place %u has message %u\n", i, n);
			return false;
		}
	return true;
}

int main(void)
{
	struct sender s = { .count = scaled(400) };
	unsigned int i, bad = 0;
	int a, b;
	pid_t pid;

	tap_begin();
	a = open_bus("no-overtaking");
	b = open_bus("no-overtaking");
	must(!join(b, G) && !join(b, H) && !set_u32(b, BUS_MASTER, 1));
	for (i = 0; i < 100; i++)
		bad += send_ith(a, addr_of(b), i, false) != sizeof(i);
	ok(!bad && in_sequence(b, 100),
	   "unicast, group, list and master arrive as they were sent");

	must(!set_u32(b, BUS_QUEUE, 3));
	s.fd = a;
	s.to = addr_of(b);
	pid = spawn(sends_all, &s);
	ok(falls_asleep(pid), "a sender waits for a queue of three");
	ok(in_sequence(b, s.count),
	   "also where each had to wait for room they arrive as they were sent");
	ok(!reap(pid), "and the sender sent them all");
	close(a);
	close(b);
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0-only
/* Who asks is told of members that enter and leave, groups, and the master. */
#include "bus_test.h"

#define G	GROUP(9)
#define BUS	"events"

static int dies(void *arg)
{
	__u64 to = *(__u64 *)arg;
	int fd = open_bus(BUS);

	expect(!join(fd, G) && send_to(fd, to, "last words") == 10);
	raise(SIGKILL);
	return 1;
}

static void told(void)
{
	int w = open_witness(BUS, 0x3e), a, b;
	__u64 addr;

	a = open_bus(BUS);
	addr = addr_of(a);
	ok(took_event(w, BUS_EVENT_ENTER, addr, 0), "a new member is told");
	must(!join(a, G));
	ok(took_event(w, BUS_EVENT_JOIN, addr, G), "and that it joined a group");
	must(join(a, G) < 0);
	ok(empty(w), "not that it could not");
	must(!leave(a, G));
	ok(took_event(w, BUS_EVENT_LEAVE, addr, G), "and that it left it");
	must(!set_u32(a, BUS_MASTER, 1));
	ok(took_event(w, BUS_EVENT_MASTER, addr, 0), "and that it is the master");
	must(!set_u32(a, BUS_MASTER, 0));
	ok(took_event(w, BUS_EVENT_MASTER, 0, 0), "and that there is none");
	must(!join(a, G) && !join(a, G + 1) && !set_u32(a, BUS_MASTER, 1));
	must(drain(w) == 3);
	close(a);
	b = drain(w);
	ok(b >= 2, "its end is told, with what it held: %d events", b);
	ok(empty(w), "and then no more");
	close(w);
}

static void exit_comes_last(void)
{
	int w = open_witness(BUS, 0x3e), heard = 0, exits = 0, after = 0;
	__u64 addr = addr_of(w), dead = 0;
	struct received r;

	must(in_child(dies, &addr) == 128 + SIGKILL);
	while (take(w, MSG_DONTWAIT, &r) >= 0) {
		if (r.src) {
			dead = r.src;
			heard++;
			after += exits;
		} else if (r.event.type == BUS_EVENT_EXIT) {
			exits += r.event.addr == dead;
		} else {
			after += exits;
		}
	}
	ok(heard == 1 && exits == 1 && !after,
	   "a death is told after all that the dead one sent and held");
	close(w);
}

static void asked(void)
{
	int w = open_bus(BUS), a;

	a = open_bus(BUS);
	must(!join(a, G));
	ok(empty(w), "who does not ask is not told");
	must(!set_u32(w, BUS_EVENTS, 1 << BUS_EVENT_JOIN));
	must(!leave(a, G));
	ok(empty(w), "nor of what it did not ask for");
	must(!join(a, G));
	ok(took_event(w, BUS_EVENT_JOIN, addr_of(a), G),
	   "an event comes also without a stamp");
	must(!set_u32(w, BUS_EVENTS, 0) && !leave(a, G) && !join(a, G));
	ok(empty(w), "and no more when it is not asked for any more");
	is_errno(set_u32(w, BUS_EVENTS, 1 << BUS_EVENT_LOST), EINVAL,
		 "there is no asking for losses");
	is_errno(set_u32(w, BUS_EVENTS, 1), EINVAL, "nor for event 0");
	is_errno(set_u32(w, BUS_EVENTS, 1U << 31), EINVAL,
		 "nor for one that does not exist");
	close(a);
	close(w);
}

/* An event without room is a message lost. */
static void lost(void)
{
	int w = open_witness(BUS, 1 << BUS_EVENT_JOIN), a = open_bus(BUS);
	struct received r;
	int full, last;

	must(!set_u32(w, BUS_QUEUE, 1));
	must(!join(a, G) && !join(a, G + 1) && !join(a, G + 2));
	ok(took_event(w, BUS_EVENT_JOIN, addr_of(a), G), "the first event fits");
	ok(take(w, MSG_DONTWAIT, &r) > 0 && r.meta.lost == 2 &&
	   r.event.type == BUS_EVENT_LOST, "those without room are counted");
	must(!leave(a, G) && !leave(a, G + 1) && !leave(a, G + 2));
	close(w);

	w = open_witness(BUS, 1 << BUS_EVENT_JOIN);
	full = open_witness(BUS, 1 << BUS_EVENT_JOIN);
	last = open_witness(BUS, 1 << BUS_EVENT_JOIN);
	must(!set_u32(full, BUS_QUEUE, 1) && !join(a, G) && !join(a, G + 1));
	ok(drain(w) == 2 && drain(last) == 2 && stats_of(full).lost == 1 &&
	   !stats_of(w).lost && !stats_of(last).lost,
	   "one listener without room is not the others' loss");
	close(a);
	close(w);
	close(full);
	close(last);
}

static void rights(void)
{
	struct sockaddr_bus sa = bus_named(BUS, 0);
	int w = open_socket();

	is_errno(set_u32(w, BUS_EVENTS, 1 << BUS_EVENT_JOIN), ENOTCONN,
		 "only a member can ask");
	must(!bind(w, (struct sockaddr *)&sa, sizeof(sa)));
	ok(!set_u32(w, BUS_EVENTS, 0x7e), "all events can be asked for");
	close(w);
}

int main(void)
{
	tap_begin();
	told();
	exit_comes_last();
	asked();
	lost();
	rights();
	return tap_end();
}

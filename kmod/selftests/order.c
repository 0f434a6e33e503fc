// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ordering promise of afbus.h, each sentence of it, with several processes
 * that send to one, to many and to groups at the same time.
 *
 * The receivers write down all they get; their notes are compared afterwards.
 * Receiver 0 also reacts to every message of group ALL by a message to
 * receiver 1, who is in that group, too, and must have had the cause before.
 *
 * All of it is done twice: with deep queues, where the senders die while what
 * they sent is still queued, and with short ones, where they wait for room all
 * the time. Nobody waits for the room of an event: there they die afterwards.
 */
#include "bus_test.h"

#define BUS	"order"
#define ALL	GROUP(1)	/* every receiver */
#define SOME	GROUP(2)	/* receivers 1 and 2 */

enum { SENDERS = 4, RECEIVERS = 3, NOTES = 8192 };

struct payload {
	__u32	sender;		/* SENDERS: the reaction of receiver 0 */
	__u32	number;		/* counts what this sender sent */
	__u32	to_all;		/* group ALL was meant */
	__u32	cause_sender;
	__u32	cause_number;
};

struct note {
	__u64		order;
	__u64		time;
	struct payload	payload;
	bool		exit;	/* of payload.sender */
};

static struct shared {
	__u64		sender[SENDERS + 1];	/* addresses */
	__u64		receiver[RECEIVERS];
	unsigned int	count[RECEIVERS];
	struct note	note[RECEIVERS][NOTES];
} *shared;

static unsigned int rounds;
static bool deep;
static struct gate receivers_ready, senders_ready, all_received;

/* Of every eight messages, who gets which. */
static const struct {
	__u64		group;
	unsigned int	receivers;	/* mask; unicast or list where no group */
} kinds[] = {
	{ ALL, 7 }, { 0, 1 }, { SOME, 6 }, { 0, 5 },
	{ 0, 2 }, { ALL, 7 }, { 0, 6 }, { 0, 4 },
};

static int sender(void *arg)
{
	unsigned int me = (long)arg, i, r;
	int fd = open_bus(BUS);

	shared->sender[me] = addr_of(fd);
	gate_wait(&senders_ready);
	for (i = 0; i < rounds * ARRAY_SIZE(kinds); i++) {
		unsigned int kind = (i + me) % ARRAY_SIZE(kinds);
		struct payload p = {
			.sender = me, .number = i,
			.to_all = kinds[kind].group == ALL,
		};
		struct message m = {
			.to = kinds[kind].group,
			.bytes = &p, .size = sizeof(p), .waits = true,
		};
		__u64 list[RECEIVERS];

		if (!m.to) {
			for (r = 0; r < RECEIVERS; r++)
				if (kinds[kind].receivers & 1 << r)
					list[m.list_count++] = shared->receiver[r];
			if (m.list_count == 1) {
				m.to = list[0];
				m.list_count = 0;
			} else {
				m.list = list;
			}
		}
		expect(send_message(fd, &m) == sizeof(p));
	}
	if (!deep)
		gate_wait(&all_received);
	return 0;
}

static int sender_at(__u64 addr)
{
	int i;

	for (i = 0; i <= SENDERS; i++)
		if (shared->sender[i] == addr)
			return i;
	return -1;
}

static int react(int fd, const struct payload *cause, unsigned int number)
{
	struct payload p = {
		.sender = SENDERS, .number = number,
		.cause_sender = cause->sender, .cause_number = cause->number,
	};
	struct message m = {
		.to = shared->receiver[1],
		.bytes = &p, .size = sizeof(p), .waits = true,
	};

	return send_message(fd, &m) == sizeof(p) ? 0 : -1;
}

static int receiver(void *arg)
{
	unsigned int me = (long)arg, reactions = 0, exits = 0;
	int fd = open_witness(BUS, 1 << BUS_EVENT_EXIT);
	int most = 1 << 24;
	struct received r;

	must(!set_u32(fd, BUS_QUEUE, deep ? BUS_QUEUE_MAX : 8));
	must(!setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &most, sizeof(most)));
	must(!join(fd, ALL) && (!me || !join(fd, SOME)));
	shared->receiver[me] = addr_of(fd);
	if (!me)
		shared->sender[SENDERS] = addr_of(fd);
	gate_wait(&receivers_ready);
	/* Receiver 1 also waits for the death of receiver 0. */
	while (exits < SENDERS + (me == 1)) {
		struct note *n = &shared->note[me][shared->count[me]];
		int who;

		expect(take(fd, 0, &r) >= 0);
		expect(shared->count[me] < NOTES);
		expect(r.has_meta && !r.meta.lost);
		n->order = r.meta.order;
		n->time = r.meta.time;
		if (r.src) {
			expect(r.size == sizeof(n->payload));
			memcpy(&n->payload, r.text, sizeof(n->payload));
			expect(r.src == shared->sender[n->payload.sender]);
			if (!me && n->payload.to_all)
				expect(!react(fd, &n->payload, reactions++));
		} else {
			expect(r.event.type == BUS_EVENT_EXIT);
			who = sender_at(r.event.addr);
			if (who < 0)
				continue;	/* a receiver that was done */
			n->exit = true;
			n->payload.sender = who;
			exits += who < SENDERS || me == 1;
		}
		__atomic_add_fetch(&shared->count[me], 1, __ATOMIC_RELEASE);
	}
	return 0;
}

#define for_each_note(n, r) \
	for ((n) = shared->note[r]; (n) < shared->note[r] + shared->count[r]; (n)++)

static bool stamps_increase(unsigned int r)
{
	const struct note *n;
	__u64 order = 0, time = 0;

	for_each_note(n, r) {
		if (n->order <= order || n->time < time)
			return false;
		order = n->order;
		time = n->time;
	}
	return true;
}

static bool senders_in_sequence(unsigned int r)
{
	unsigned int next[SENDERS + 1] = { 0 };
	const struct note *n;

	for_each_note(n, r) {
		if (n->exit)
			continue;
		if (n->payload.number < next[n->payload.sender])
			return false;
		next[n->payload.sender] = n->payload.number + 1;
	}
	return true;
}

/* Messages for a receiver; two of eight go to ALL and have a reaction. */
static unsigned int messages_for(unsigned int r)
{
	unsigned int kind, n = 0;

	for (kind = 0; kind < ARRAY_SIZE(kinds); kind++)
		n += SENDERS * rounds * !!(kinds[kind].receivers & 1 << r);
	return r == 1 ? n + SENDERS * rounds * 2 : n;
}

static unsigned int deaths_for(unsigned int r)
{
	return SENDERS + (r == 1);
}

static bool deaths_last(unsigned int r)
{
	bool dead[SENDERS + 1] = { 0 };
	const struct note *n;

	for_each_note(n, r) {
		if (dead[n->payload.sender])
			return false;
		dead[n->payload.sender] = n->exit;
	}
	return true;
}

/* Both had it at the same stamp: with increasing stamps, in the same order. */
static bool agree(unsigned int r, unsigned int s)
{
	const struct note *n, *m = shared->note[s];
	const struct note *end = m + shared->count[s];
	unsigned int common = 0;

	for_each_note(n, r) {
		while (m < end && m->order < n->order)
			m++;
		if (m == end)
			break;
		if (m->order != n->order)
			continue;
		common++;
		if (m->exit != n->exit || m->time != n->time ||
		    memcmp(&m->payload, &n->payload, sizeof(n->payload)))
			return false;
	}
	/* ALL at least, and the deaths. */
	return common >= SENDERS * rounds * 2 + SENDERS;
}

static bool causes_first(void)
{
	static bool had[SENDERS][NOTES];
	const struct note *n;

	memset(had, 0, sizeof(had));
	for_each_note(n, 1) {
		const struct payload *p = &n->payload;

		if (n->exit)
			continue;
		if (p->sender < SENDERS)
			had[p->sender][p->number] = true;
		else if (!had[p->cause_sender][p->cause_number])
			return false;
	}
	return true;
}

static void all_at_once(const char *how)
{
	pid_t pid[RECEIVERS + SENDERS];
	unsigned int i, j, bad = 0;

	shared = shared_memory(sizeof(*shared));
	gate_make(&receivers_ready);
	for (i = 0; i < RECEIVERS; i++)
		pid[i] = spawn(receiver, (void *)(long)i);
	gate_open(&receivers_ready, RECEIVERS);
	gate_make(&senders_ready);
	gate_make(&all_received);
	for (i = 0; i < SENDERS; i++)
		pid[RECEIVERS + i] = spawn(sender, (void *)(long)i);
	gate_open(&senders_ready, SENDERS);
	if (!deep) {
		gate_ready(&all_received, SENDERS);
		for (i = 0; i < RECEIVERS; i++)
			while (__atomic_load_n(&shared->count[i], __ATOMIC_ACQUIRE) <
			       messages_for(i))
				usleep(1000);
	}
	gate_open(&all_received, 0);
	for (i = 0; i < RECEIVERS + SENDERS; i++)
		bad += !!reap(pid[i]);
	ok(!bad, "%s: %d processes send to %d receivers and end well", how,
	   SENDERS, RECEIVERS);

	for (i = 0; i < RECEIVERS; i++) {
		ok(shared->count[i] == messages_for(i) + deaths_for(i),
		   "%s: receiver %u got all that was for it, once", how, i);
		ok(stamps_increase(i),
		   "%s: receiver %u got it in strictly increasing stamps", how, i);
		ok(senders_in_sequence(i),
		   "%s: to receiver %u no message overtook one of its sender",
		   how, i);
		ok(deaths_last(i),
		   "%s: receiver %u was told of deaths after all messages",
		   how, i);
	}
	for (i = 0; i < RECEIVERS; i++)
		for (j = 0; j < i; j++)
			ok(agree(i, j), "%s: receivers %u and %u agree", how, j, i);
	ok(causes_first(),
	   "%s: no message overtook what its sender had received before", how);
}

int main(void)
{
	tap_begin();
	need_root();
	close(open_socket());
	rounds = scaled(20);
	if (rounds > NOTES / 32)	/* 28 notes a round at most */
		rounds = NOTES / 32;
	deep = true;
	all_at_once("deep queues");
	rounds = (rounds + 2) / 3;
	deep = false;
	all_at_once("short queues");
	return tap_end();
}

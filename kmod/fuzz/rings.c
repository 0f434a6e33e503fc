// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mapped receive area: BUS_RING, mmap(), SIOCBUSTURN, and what is in the slots.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include "history.h"
#include "player.h"

void map_ring(struct member *s)
{
	size_t right = s->slot ? (s->slots * s->slot_size + 4095) & ~4095ul : 4096, len = right;
	int access = PROT_READ, kind = MAP_SHARED, got = 0;
	struct verdict v = { 0 };
	off_t offset = 0;
	void *map;

	if (!s->slot)
		may_fail(&v, ENODEV);
	if (chance(3)) {
		switch (draw(4)) {
		case 0: len += 4096; may_fail(&v, EINVAL); break;
		case 1: offset = 4096; may_fail(&v, EINVAL); break;
		case 2: kind = MAP_PRIVATE; may_fail(&v, EINVAL); break;
		case 3: access |= PROT_WRITE; may_fail(&v, EACCES); break;
		}
	}
	map = mmap(NULL, len, access, kind, fd_of(s), offset);
	if (map == MAP_FAILED)
		got = -1;
	note("mmap(member %ld, %ld bytes, at %ld) = %ld", index_of(s), len, offset, got);
	check("mmap()", &v, got);
	if (v.n)
		return;
	if (!mprotect(map, len, PROT_READ | PROT_WRITE))
		fail("a ring can be made writable");
	if (my.map[index_of(s)])
		munmap(my.map[index_of(s)], len);
	my.map[index_of(s)] = map;
}

void set_ring(struct member *s)
{
	struct bus_ring ring = { 2 << draw(4), 128 << draw(4) };
	struct verdict v;
	int got;

	/* Later than the contract allows: what comes of it, it does not say. */
	if (s->groups || s->received)
		return;
	if (spoiled("BUS_RING", s, BUS_RING, &ring, sizeof(ring)))
		return;
	if (chance(8)) {
		if (chance(2))
			ring.slots = random_u64(rnd);
		else
			ring.slot_size = random_u64(rnd);
	}
	v = model_ring(s, &ring);
	got = setsockopt(fd_of(s), SOL_BUS, BUS_RING, &ring, sizeof(ring));
	note("BUS_RING of member %ld: %ld of %ld = %ld", index_of(s), ring.slots, ring.slot_size,
	     got);
	check("BUS_RING", &v, got);
	if (!v.n)
		map_ring(s);
}

static void check_slot(struct member *s, uint64_t number)
{
	struct slot *wanted = &s->slot[number % s->slots];
	struct message *m = wanted->message;
	const char *at = my.map[index_of(s)] + number % s->slots * s->slot_size;
	const struct bus_slot *slot = (const void *)at;
	struct entry e = { NULL, m, wanted->dest, wanted->lost, wanted->length };
	struct bus_meta meta = slot->meta;

	check_number("ready", slot->ready, number + 1);
	check_number("slot.src", slot->src, m->src);
	check_number("slot.flags", slot->flags, wanted->queued ? BUS_SLOT_QUEUED : 0);
	check_number("slot.length", slot->length, wanted->queued ? 0 : wanted->length);
	meta.flags |= as_file(s, &e) ? BUS_META_MEMFD : 0;	/* told by recvmsg() alone */
	check_meta(s, &e, &meta, false);
	if (meta.order <= s->order || meta.time < s->time)
		fail("stamp %llx in slot %llu after %llx", (long long)meta.order,
		     (long long)number, (long long)s->order);
	s->order = meta.order;
	s->time = meta.time;
	if (memcmp(slot + 1, m->from ? payload(m) : (const char *)&m->event, slot->length))
		fail("the bytes in slot %llu are not those that were sent", (long long)number);
	my.result.slots++;
	my.result.lost += wanted->lost;
}

/* Read what is there, some of it at times, and give it back. */
void turn(struct member *s)
{
	uint64_t was = s->tail, read = s->head - s->tail, head, i;
	struct bus_turn turn;
	struct verdict v;
	int got;

	if (read)
		read = chance(2) ? read : draw(read + 1);
	turn.done = s->tail + read;
	if (chance(16))
		turn.done = random_u64(rnd) >> draw(64);
	if (turn.done < s->tail || turn.done > s->head)
		read = 0;
	else
		read = turn.done - s->tail;
	for (i = 0; my.map[index_of(s)] && i < read; i++)
		check_slot(s, was + i);
	head = s->head;
	v = model_turn(s, turn.done);
	/* An event of losses may have come; it is in time. */
	if (v.n && s->head != head)
		v.n = 0;
	i = turn.done;
	got = ioctl(fd_of(s), SIOCBUSTURN, &turn);
	note("turn(member %ld, done %ld) = %ld: ready %ld", index_of(s), i, got, turn.ready);
	check("SIOCBUSTURN", &v, got);
	if (!v.n)
		check_number("turn.ready", turn.ready, s->head);
}

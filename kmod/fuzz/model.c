// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the contract says should happen.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "model.h"

/* Who was refused is told when the queue is down to this part. */
#define PLENTY	4

struct model model;

uint64_t model_group(unsigned int g)
{
	return BUS_ADDR_GROUP | (g * 1000003 + 1);
}

static int group_of(uint64_t addr)
{
	unsigned int g;

	for (g = 0; g < MODEL_GROUPS; g++)
		if (model_group(g) == addr)
			return g;
	return -1;
}

unsigned char model_byte(const struct message *m, size_t i)
{
	return m->number * 41 + i * 7;
}

struct member *model_find(const struct bus *b, uint64_t addr)
{
	unsigned int i;

	if (addr == BUS_ADDR_MASTER)
		return b->master;
	for (i = 0; addr && i < MODEL_SOCKETS; i++)
		if (model.member[i].open && model.member[i].bus == b &&
		    model.member[i].addr == addr)
			return &model.member[i];
	return NULL;
}

static void drop(struct member **list, unsigned int *n, const struct member *s)
{
	unsigned int i, kept = 0;

	for (i = 0; i < *n; i++)
		if (list[i] != s)
			list[kept++] = list[i];
	*n = kept;
}

/* Messages and queues */

static struct message *message_new(struct member *from)
{
	struct message *m = calloc(1, sizeof(*m));

	if (!m)
		abort();
	m->refs = 1;
	m->holders = 1;
	m->from = from;
	m->place = ++model.place;
	if (from) {
		m->life = from->life;
		m->src = from->addr;
	}
	return m;
}

static void forget(struct message *m)
{
	if (!--m->refs)
		free(m);
}

static void message_put(struct message *m)
{
	if (!--m->holders) {
		if (m->from && m->from->life == m->life)
			m->from->unread -= m->size;
		model.files -= m->files;
	}
	forget(m);
}

bool model_has_room(const struct member *s)
{
	return s->messages < s->max + (model.sabotage == 1) && s->bytes < s->room &&
	       (!s->slot || s->head - s->tail < s->slots + (model.sabotage == 3));
}

static bool has_plenty(const struct member *s)
{
	return s->messages <= s->max / PLENTY && s->bytes <= s->room / PLENTY &&
	       (!s->slot || s->head - s->tail <= s->slots / PLENTY);
}

bool model_fits(const struct member *s, uint32_t length)
{
	return length <= s->slot_size - sizeof(struct bus_slot);
}

/* Return: whether it goes to the queue, too. */
static bool put_slot(struct member *s, struct message *m, uint64_t dest, uint32_t length)
{
	struct slot *slot = &s->slot[s->head++ % s->slots];

	if (slot->message)
		forget(slot->message);
	*slot = (struct slot){ m, dest, s->lost, length, !model_fits(s, length) || m->files };
	m->refs++;
	s->lost = 0;
	return slot->queued;
}

static void lose(struct member *s)
{
	s->lost++;
	s->lost_ever += model.sabotage != 2;
}

static void put(struct member *s, struct message *m, uint64_t dest, uint32_t length)
{
	struct entry *e;

	if (s->slot && !put_slot(s, m, dest, length))
		return;
	e = calloc(1, sizeof(*e));
	if (!e)
		abort();
	m->refs++;
	m->holders++;
	e->message = m;
	e->dest = dest;
	e->length = length;
	e->lost = s->lost;
	s->lost = 0;
	*s->last = e;
	s->last = &e->next;
	s->messages++;
	s->bytes += m->charge;
}

static struct message *event_new(uint32_t type, uint64_t addr, uint64_t group)
{
	struct message *m = message_new(NULL);

	m->event = (struct bus_event){ .type = type, .addr = addr, .group = group };
	m->size = sizeof(m->event);
	m->charge = model.event_charge;
	return m;
}

static void tell_one(struct member *s, struct message *m)
{
	if (model_has_room(s))
		put(s, m, s->addr, m->size);
	else
		lose(s);
}

/* To all who asked, but not to whom it is about. */
static void tell(struct bus *b, uint32_t type, uint64_t addr, uint64_t group)
{
	struct message *m = event_new(type, addr, group);
	unsigned int i;

	for (i = 0; i < b->listeners; i++)
		if (b->listener[i]->events & 1 << type && b->listener[i]->addr != addr)
			tell_one(b->listener[i], m);
	message_put(m);
}

/* Whoever was refused is told once, if it asked for that. */
static void grant(struct member *s)
{
	struct wish *w;

	while ((w = s->wishes)) {
		s->wishes = w->next;
		if (w->event && model.sabotage != 4) {
			struct message *m = event_new(BUS_EVENT_ROOM, s->addr, 0);

			tell_one(w->sender, m);
			message_put(m);
		}
		free(w);
	}
}

void model_resized(struct member *s)
{
	if (has_plenty(s))
		grant(s);
}

static void refuse(struct member *s, struct member *full)
{
	struct wish *w;

	for (w = full->wishes; w; w = w->next)
		if (w->sender == s)
			return;
	w = calloc(1, sizeof(*w));
	if (!w)
		abort();
	w->sender = s;
	w->event = s->events & 1 << BUS_EVENT_ROOM;
	w->next = full->wishes;
	full->wishes = w;
}

static void forget_wishes_of(struct member *s)
{
	struct wish **at, *w;
	unsigned int i;

	for (i = 0; i < MODEL_SOCKETS; i++) {
		at = &model.member[i].wishes;
		while ((w = *at)) {
			if (w->sender != s) {
				at = &w->next;
				continue;
			}
			*at = w->next;
			free(w);
		}
	}
}

static void pop(struct member *s)
{
	struct entry *e = s->first;

	s->first = e->next;
	if (!s->first)
		s->last = &s->first;
	s->messages--;
	s->bytes -= e->message->charge;
	message_put(e->message);
	free(e);
}

/* Losses with nothing behind them. */
static void tell_lost(struct member *s)
{
	struct message *m = event_new(BUS_EVENT_LOST, s->addr, 0);

	put(s, m, s->addr, m->size);
	message_put(m);
}

struct entry *model_next(struct member *s, struct verdict *v)
{
	struct entry *e;

	if (s->error) {
		may_fail(v, s->error);
		s->error = 0;
		return NULL;
	}
	if (!s->first && s->lost && !s->slot && s->meta & BUS_META_STAMP)
		tell_lost(s);
	e = s->first;
	if ((e ? e->lost : !s->slot && s->lost) && !(s->meta & BUS_META_STAMP)) {
		if (e)
			e->lost = 0;
		else
			s->lost = 0;
		may_fail(v, ENOBUFS);
		return NULL;
	}
	if (!e && !s->shut_in)
		may_fail(v, EAGAIN);
	return e;
}

void model_take(struct member *s)
{
	pop(s);
	s->received++;
	model_resized(s);
}

/* A receive that failed put it back, but the queue was shorter meanwhile. */
void model_look_and_put_back(struct member *s)
{
	s->messages--;
	s->bytes -= s->first->message->charge;
	model_resized(s);
	s->messages++;
	s->bytes += s->first->message->charge;
}

/* Rings */

static bool is_power_of_2(uint32_t n)
{
	return n && !(n & (n - 1));
}

struct verdict model_ring(struct member *s, const struct bus_ring *ring)
{
	struct verdict v = { 0 };

	if (!s->bus)
		may_fail(&v, ENOTCONN);
	if (!is_power_of_2(ring->slots) || ring->slots < 2 || ring->slots > BUS_QUEUE_MAX ||
	    !is_power_of_2(ring->slot_size) || ring->slot_size < 128 ||
	    (uint64_t)ring->slots * ring->slot_size > BUS_RING_MAX)
		may_fail(&v, EINVAL);
	if (s->slot || s->first || s->lost)
		may_fail(&v, EBUSY);
	if (v.n)
		return v;
	s->slot = calloc(ring->slots, sizeof(*s->slot));
	if (!s->slot)
		abort();
	s->slots = ring->slots;
	s->slot_size = ring->slot_size;
	return v;
}

/* What is refused for want of more was given back all the same. */
struct verdict model_turn(struct member *s, uint64_t done)
{
	struct verdict v = { 0 };

	if (!s->slot || done < s->tail || done > s->head) {
		may_fail(&v, EINVAL);
		return v;
	}
	s->tail = done;
	model_resized(s);
	if (s->lost && s->head == done && model_has_room(s))
		tell_lost(s);
	if (s->head == done && !s->shut_in)
		may_fail(&v, EAGAIN);
	return v;
}

/* Members */

void model_open(struct member *s, uint32_t room)
{
	unsigned int life = s->life + 1;

	*s = (struct member){
		.open = true, .life = life, .max = BUS_QUEUE_DEFAULT, .room = room,
		.perm = { .mode = 0600, .uid = ~0u, .gid = ~0u },
	};
	s->last = &s->first;
}

static unsigned int rights(const struct bus *b)
{
	if (!model.uid)
		return 6;
	if (b->uid == model.uid)
		return b->mode >> 6 & 6;
	return (b->gid ? b->mode : b->mode >> 3) & 6;	/* our group is 0 */
}

static struct bus owned(const struct bus_perm *perm)
{
	return (struct bus){
		.exists = true, .mode = perm->mode,
		.uid = perm->uid == ~0u ? model.uid : perm->uid,
		.gid = perm->gid == ~0u ? 0 : perm->gid,
	};
}

struct verdict model_bind(const struct member *s, const struct bus *b, uint32_t flags)
{
	struct bus new = owned(&s->perm);
	struct verdict v = { 0 };

	if (s->bus)
		may_fail(&v, EINVAL);
	if (b->exists && flags == BUS_CREATE)
		may_fail(&v, EEXIST);
	if (!b->exists && flags == BUS_EXISTING)
		may_fail(&v, ENOENT);
	if (!b->exists && model.uid && (new.uid != model.uid || new.gid))
		may_fail(&v, EPERM);
	if (!rights(b->exists ? b : &new))
		may_fail(&v, EACCES);
	return v;
}

void model_bound(struct member *s, struct bus *b, uint64_t addr)
{
	if (!b->exists)
		*b = owned(&s->perm);
	b->members++;
	s->bus = b;
	s->addr = addr;
	s->hears = rights(b) & 4;
	s->sends = rights(b) & 2;
	tell(b, BUS_EVENT_ENTER, addr, 0);
}

static void leave(struct member *s, unsigned int g)
{
	unsigned int i, kept = 0;

	for (i = 0; i < s->groups; i++)
		if (s->joined[i] != g)
			s->joined[kept++] = s->joined[i];
	s->groups = kept;
	drop(s->bus->group[g], &s->bus->size[g], s);
	tell(s->bus, BUS_EVENT_LEAVE, s->addr, model_group(g));
}

static void abdicate(struct bus *b)
{
	memset(b->name, 0, sizeof(b->name));
	b->master = NULL;
	tell(b, BUS_EVENT_MASTER, 0, 0);
}

void model_close(struct member *s)
{
	struct bus *b = s->bus;
	unsigned int i;

	if (b) {
		drop(b->listener, &b->listeners, s);
		while (s->groups)
			leave(s, s->joined[0]);
		for (i = 0; i < MODEL_NAMES; i++)
			if (b->name[i] == s)
				b->name[i] = NULL;
		if (b->master == s)
			abdicate(b);
		forget_wishes_of(s);
		s->open = false;
		tell(b, BUS_EVENT_EXIT, s->addr, 0);
		grant(s);
		while (s->first)
			pop(s);
		for (i = 0; s->slot && i < s->slots; i++)
			if (s->slot[i].message)
				forget(s->slot[i].message);
		free(s->slot);
		b->exists = --b->members;
	}
	s->open = false;
	s->life++;
}

void model_connect(struct member *s, uint64_t peer)
{
	s->peer = peer;
}

struct verdict model_join(struct member *s, unsigned int g, bool part)
{
	struct verdict v = { 0 };
	bool joined = memchr(s->joined, g, s->groups);

	if (!s->bus)
		may_fail(&v, ENOTCONN);
	if (s->bus && !part && !s->hears)
		may_fail(&v, EACCES);
	if (!part && joined)
		may_fail(&v, EALREADY);
	if (s->bus && part && !joined)
		may_fail(&v, ENOENT);
	if (v.n)
		return v;
	if (part) {
		leave(s, g);
		grant(s);	/* who was refused by the group may try again */
		return v;
	}
	memmove(s->joined + 1, s->joined, s->groups++);
	s->joined[0] = g;
	s->bus->group[g][s->bus->size[g]++] = s;
	tell(s->bus, BUS_EVENT_JOIN, s->addr, model_group(g));
	return v;
}

struct verdict model_listen(struct member *s, uint32_t events)
{
	struct verdict v = { 0 };

	if (!s->bus)
		may_fail(&v, ENOTCONN);
	else if (events && !s->hears)
		may_fail(&v, EACCES);
	if (v.n)
		return v;
	if (!events != !s->events) {
		drop(s->bus->listener, &s->bus->listeners, s);
		if (events)
			s->bus->listener[s->bus->listeners++] = s;
	}
	s->events = events;
	return v;
}

struct verdict model_claim(struct member *s, bool claim)
{
	struct bus *b = s->bus;
	struct verdict v = { 0 };

	if (!b)
		may_fail(&v, ENOTCONN);
	else if (claim ? model.uid && model.uid != b->uid : b->master != s)
		may_fail(&v, EPERM);
	if (b && claim && b->master && b->master != s)
		may_fail(&v, EBUSY);
	if (b && claim && b->master == s)
		may_fail(&v, EALREADY);
	if (v.n)
		return v;
	if (claim) {
		b->master = s;
		tell(b, BUS_EVENT_MASTER, s->addr, 0);
	} else {
		abdicate(b);
		grant(s);	/* likewise */
	}
	return v;
}

struct verdict model_name(struct member *s, unsigned int name, uint64_t addr)
{
	struct bus *b = s->bus;
	struct verdict v = { 0 };

	if (!b)
		may_fail(&v, ENOTCONN);
	if (b && b->master != s)
		may_fail(&v, EPERM);
	if (b && addr && (addr == BUS_ADDR_MASTER || !model_find(b, addr)))
		may_fail(&v, EHOSTUNREACH);
	if (b && !addr && !b->name[name])
		may_fail(&v, ENOENT);
	if (!v.n)
		b->name[name] = addr ? model_find(b, addr) : NULL;
	return v;
}

void model_shut(struct member *s, bool in, bool out)
{
	if (in && !s->shut_in)
		grant(s);
	s->shut_in |= in;
	s->shut_out |= out;
}

/* Sends */

struct place {
	struct member *to;
	uint64_t dest;
	uint32_t length;
};

struct plan {
	unsigned int n;
	struct place place[MODEL_SOCKETS];
	bool seen[MODEL_SOCKETS];
	unsigned int known;		/* places before the first that is nobody */
	bool unknown;
};

static void plan_one(struct plan *p, struct member *to, uint64_t dest)
{
	if (to->shut_in || p->seen[to - model.member])
		return;
	p->seen[to - model.member] = true;
	p->place[p->n++] = (struct place){ to, dest, 0 };
}

static void plan_all(struct plan *p, struct member *s, const struct sending *g)
{
	struct bus *b = s->bus;
	struct member *to;
	unsigned int i, j;
	int group;

	for (i = 0; i < g->dests; i++) {
		if (g->dest[i] & BUS_ADDR_GROUP) {
			group = group_of(g->dest[i]);
			for (j = 0; group >= 0 && j < b->size[group]; j++)
				if (b->group[group][j] != s)
					plan_one(p, b->group[group][j], g->dest[i]);
			continue;
		}
		to = model_find(b, g->dest[i]);
		if ((!to || to->shut_in) && !p->unknown) {
			p->unknown = true;
			p->known = p->n;
		}
		if (!to || to->shut_in)
			continue;
		if (!(to == s && g->list))
			plan_one(p, to, g->dest[i]);
	}
}

/* What the receiver's filter leaves of it; -1: nothing. */
static int filtered(const struct member *to, const struct message *m)
{
	switch (to->filter) {
	case FILTER_ALL:
		return -1;
	case FILTER_ODD:	/* a load behind the end drops it, too */
		return !m->size || model_byte(m, 0) & 1 ? -1 : (int)m->size;
	case FILTER_CUT:
		return m->size < FILTER_CUT_TO ? m->size : FILTER_CUT_TO;
	default:
		return m->size;
	}
}

struct verdict model_send(struct member *s, const struct sending *g)
{
	struct verdict v = { 0 };
	struct plan plan = { 0 };
	struct message *m;
	unsigned int i;
	int length;

	plan_all(&plan, s, g);
	m = message_new(s);
	m->number = ++model.number;
	m->size = g->size;
	m->charge = g->charge;
	m->uid = model.uid;
	m->files = g->files;
	model.files += g->files;
	if (g->files)
		memcpy(m->file, g->file, g->files);
	s->unread += m->size;

	/* Of several reasons against it the first in the list counts. */
	for (i = 0; i < (plan.unknown ? plan.known : plan.n) && g->policy != BUS_SKIP; i++) {
		if (filtered(plan.place[i].to, m) < 0 || model_has_room(plan.place[i].to))
			continue;
		if (g->policy == BUS_WAIT) {
			refuse(s, plan.place[i].to);
			may_fail(&v, EAGAIN);
		} else {
			may_fail(&v, ENOBUFS);
		}
		break;
	}
	if (!v.n && (!plan.n || (plan.unknown && g->policy != BUS_SKIP)))
		may_fail(&v, EHOSTUNREACH);
	if (v.n) {
		model.number--;
		message_put(m);
		return v;
	}
	for (i = 0; i < plan.n; i++) {
		struct place *p = &plan.place[i];

		length = filtered(p->to, m);
		if (length < 0)
			continue;
		if (model_has_room(p->to)) {
			put(p->to, m, p->dest, length);
		} else {
			lose(p->to);
			s->skipped++;
		}
	}
	s->sent++;
	message_put(m);
	return v;
}

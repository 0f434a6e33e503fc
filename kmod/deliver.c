// SPDX-License-Identifier: GPL-2.0-only
/*
 * One send: one place in the order of the bus, and then all queues or none.
 *
 * The sender makes a plan under bus.order: who gets it, who is full. If the
 * plan stands it is carried out before bus.order is given back, so that nobody
 * comes in between. That lock alone makes the order of the whole bus; what can
 * be done before or after it (copying, allocating, waking) is.
 */
#include <linux/filter.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "bus.h"
#include "trace.h"

#define BUS_FEW	8

/* One receiver of a plan. */
struct bus_place {
	struct bus_sock	*to;
	u64		dest;
	u32		length;
	struct bus_slot_claim slot;	/* if it has a ring */
};

struct bus_plan {
	unsigned int	count;		/* receivers with room */
	unsigned int	size;		/* how many can be planned for */
	unsigned int	skipped;
	bool		nobody;		/* was at any of the destinations */
	struct bus_sock	*full;		/* who stands in the way */
	struct bus_place *place;
	void		**entry;	/* for the second and further */
	struct bus_place few[BUS_FEW];
	void		*few_entries[BUS_FEW];
};

static void bus_plan_init(struct bus_plan *plan)
{
	plan->size = 1;
	plan->place = plan->few;
	plan->entry = plan->few_entries;
}

/* The first @used entries are in queues. */
static void bus_plan_free(struct bus_plan *plan, unsigned int used)
{
	if (plan->size > 1 + used)
		bus_entries_free(plan->size - 1 - used, plan->entry + used);
	if (plan->place != plan->few) {
		kvfree(plan->place);
		kvfree(plan->entry);
	}
}

static int bus_plan_grow(struct bus_plan *plan, unsigned int size)
{
	bus_plan_free(plan, 0);
	bus_plan_init(plan);
	if (size > BUS_FEW) {
		struct bus_place *place;
		void **entry;

		place = kvmalloc_array(size, sizeof(*place), GFP_KERNEL_ACCOUNT);
		entry = kvmalloc_array(size, sizeof(*entry), GFP_KERNEL_ACCOUNT);
		if (!place || !entry) {
			kvfree(place);
			kvfree(entry);
			return -ENOBUFS;
		}
		plan->place = place;
		plan->entry = entry;
	}
	if (bus_entries_new(size - 1, plan->entry))
		return -ENOBUFS;
	plan->size = size;
	return 0;
}

/*
 * What the receiver's filter (SO_ATTACH_FILTER) leaves of a message: bytes, or
 * -1 for nothing at all. The message is still ours alone.
 */
static int bus_filter(struct bus_sock *to, struct sk_buff *skb)
{
	struct sk_filter *filter = rcu_dereference(to->sk.sk_filter);
	u32 keep;

	if (likely(!filter))
		return skb->len;
	skb->sk = &to->sk;
	keep = bpf_prog_run_save_cb(filter->prog, skb);
	skb->sk = NULL;
	return keep ? min(keep, skb->len) : -1;
}

static int bus_plan_add(struct bus_plan *plan, struct bus *bus, struct bus_sock *to,
			struct sk_buff *skb, u64 dest, u32 policy)
{
	struct bus_place *place;
	int length;

	if (to->planned == bus->plans || READ_ONCE(to->queue.shut))
		return 0;
	to->planned = bus->plans;
	plan->nobody = false;
	length = bus_filter(to, skb);
	if (length < 0) {
		trace_afbus_drop(bus, skb, to, dest, bus->stamp + 1, BUS_DROP_FILTER);
		return 0;
	}
	if (unlikely(!bus_queue_has_room(to))) {
		if (policy != BUS_SKIP) {
			plan->full = to;
			return policy == BUS_WAIT ? -EAGAIN : -ENOBUFS;
		}
		bus_queue_lose(to);
		bus->lost++;
		plan->skipped++;
		trace_afbus_drop(bus, skb, to, dest, bus->stamp + 1, BUS_DROP_FULL);
		return 0;
	}
	place = &plan->place[plan->count++];
	place->to = to;
	place->dest = dest;
	place->length = length;
	return 0;
}

static struct bus_sock *bus_find_one(struct bus *bus, u64 dest)
{
	return dest == BUS_ADDR_MASTER ? bus->master : bus_member_find(bus, dest);
}

/* How many receivers there can be at most. */
static unsigned int bus_plan_need(struct bus *bus, const struct bus_dests *dests)
{
	unsigned int need = 0;
	unsigned int i;

	for (i = 0; i < dests->count; i++) {
		u64 dest = dests->addr[i];

		if (dest & BUS_ADDR_GROUP) {
			struct bus_group *group = bus_group_find(bus, dest);

			need += group ? group->size : 0;
		} else {
			need++;
		}
	}
	return need;
}

/*
 * Under bus.order. -ENOSPC: the plan is too small, by *need; -EAGAIN, -ENOBUFS:
 * plan->full has no room; -EHOSTUNREACH.
 */
static int bus_plan_make(struct bus_plan *plan, struct bus_sock *from,
			 struct sk_buff *skb, const struct bus_dests *dests,
			 unsigned int *need)
{
	struct bus *bus = from->bus;
	unsigned int i;
	int err;

	plan->count = 0;
	plan->skipped = 0;
	plan->nobody = true;
	bus->plans++;

	*need = bus_plan_need(bus, dests);
	if (*need > plan->size)
		return -ENOSPC;

	for (i = 0; i < dests->count; i++) {
		u64 dest = dests->addr[i];

		if (dest & BUS_ADDR_GROUP) {
			struct bus_group *group = bus_group_find(bus, dest);
			struct bus_join *join;

			if (!group)
				continue;
			list_for_each_entry(join, &group->members, in_group) {
				if (join->member == from)
					continue;
				err = bus_plan_add(plan, bus, join->member, skb,
						   dest, dests->policy);
				if (err)
					return err;
			}
		} else {
			struct bus_sock *to = bus_find_one(bus, dest);

			if ((!to || READ_ONCE(to->queue.shut)) &&
			    dests->policy != BUS_SKIP)
				return -EHOSTUNREACH;
			if (!to || (to == from && dests->list))
				continue;
			err = bus_plan_add(plan, bus, to, skb, dest, dests->policy);
			if (err)
				return err;
		}
	}
	return plan->nobody ? -EHOSTUNREACH : 0;
}

static void bus_stamp(struct bus *bus, struct bus_message *m)
{
	m->order = ++bus->stamp;
	m->time = ktime_get_ns();
}

/* Put @e, or what stands for it, into the queue or the ring of @to. */
static void bus_place_put(struct bus_place *place, struct bus_entry *e,
			  struct sk_buff *skb)
{
	e->skb = skb;
	e->dest = place->dest;
	e->length = place->length;
	e->charge = skb->truesize;
	place->slot.ring = NULL;
	if (!place->to->ring || bus_ring_claim(place->to, e, &place->slot))
		bus_queue_add(place->to, e);
	else
		bus_entry_drop(e);
}

/* Under bus.order: nothing can fail any more. */
static void bus_plan_carry_out(struct bus_plan *plan, struct bus *bus,
			       struct sk_buff *skb, const struct bus_dests *dests)
{
	struct bus_message *m = bus_message(skb);
	unsigned int i;

	bus_stamp(bus, m);
	trace_afbus_send(bus, skb, dests);
	if (!plan->count)
		return;
	refcount_add(plan->count, &skb->users);
	bus_place_put(&plan->place[0], &m->first, skb);
	for (i = 1; i < plan->count; i++)
		bus_place_put(&plan->place[i], plan->entry[i - 1], skb);
}

/* After it, under RCU, which keeps the receivers. */
static void bus_plan_wake(struct bus_plan *plan, struct bus *bus,
			  struct sk_buff *skb)
{
	unsigned int i;

	for (i = 0; i < plan->count; i++) {
		struct bus_place *place = &plan->place[i];

		if (place->slot.ring)
			bus_ring_fill(&place->slot, skb);
		trace_afbus_deliver(bus, skb, place->to, place->dest, place->length);
		place->to->sk.sk_data_ready(&place->to->sk);
	}
}

/* Leave word with a full receiver. Return: -EAGAIN, or 0 to try again now. */
static int bus_wish(struct bus_sock *from, struct bus_sock *full)
{
	struct bus *bus = from->bus;
	struct bus_wish *wish, *other;
	int err = -EAGAIN;

	wish = kzalloc(sizeof(*wish), GFP_KERNEL_ACCOUNT);
	if (!wish)
		return -ENOBUFS;
	if (READ_ONCE(from->events) & BIT(BUS_EVENT_ROOM)) {
		wish->event = bus_message_event(BUS_EVENT_ROOM, full->addr, 0,
						GFP_KERNEL_ACCOUNT);
		if (!wish->event) {
			kfree(wish);
			return -ENOBUFS;
		}
	}

	spin_lock(&bus->order);
	list_for_each_entry(other, &from->wishes, of)
		if (other->full == full && other != &from->peer_wish)
			goto out;
	if (!bus_queue_congest(full)) {
		err = 0;
		goto out;
	}
	wish->full = full;
	wish->sender = from;
	list_add(&wish->on, &full->queue.wishes);
	list_add(&wish->of, &from->wishes);
	wish = NULL;
out:
	spin_unlock(&bus->order);
	if (wish) {
		kfree_skb(wish->event);
		kfree(wish);
	}
	return err;
}

/* Return: 0 to try again, or why not. */
static int bus_wait_for_room(struct bus_sock *from, struct bus_sock *full,
			     long *timeo)
{
	wait_queue_head_t *own = sk_sleep(&from->sk);
	DEFINE_WAIT(room);
	DEFINE_WAIT(shut);
	int err = 0;

	if (!*timeo)
		return bus_wish(from, full);

	/* Our own queue is watched for shutdown() by another thread. */
	prepare_to_wait(own, &shut, TASK_INTERRUPTIBLE);
	prepare_to_wait(&full->queue.room, &room, TASK_INTERRUPTIBLE);
	if (!(READ_ONCE(from->sk.sk_shutdown) & SEND_SHUTDOWN) &&
	    !READ_ONCE(bus_draining) && bus_queue_congest(full)) {
		if (signal_pending(current))
			err = sock_intr_errno(*timeo);
		else
			*timeo = schedule_timeout(*timeo);
	}
	finish_wait(&full->queue.room, &room);
	finish_wait(own, &shut);
	return err;
}

/**
 * bus_deliver() - send a message
 * @from: who
 * @skb: the message; stays the caller's
 * @dests: to whom, and what a full queue means
 * @timeo: how long to wait, in jiffies; what is left
 *
 * Return: 0, or -EHOSTUNREACH, -EAGAIN, -ENOBUFS, -EPIPE, -ESHUTDOWN, a signal's
 * errno, and nobody got it.
 */
int bus_deliver(struct bus_sock *from, struct sk_buff *skb,
		const struct bus_dests *dests, long *timeo)
{
	struct bus *bus = from->bus;
	struct bus_plan plan __uninitialized;	/* large, and set up here */
	unsigned int need;
	int err;

	bus_plan_init(&plan);
	need = READ_ONCE(from->reached);
	if (need > 1 && dests->addr[0] & BUS_ADDR_GROUP)
		bus_plan_grow(&plan, need);
	do {
		rcu_read_lock();
		spin_lock(&bus->order);
		if (READ_ONCE(bus_draining))
			err = -ESHUTDOWN;
		else if (READ_ONCE(from->sk.sk_shutdown) & SEND_SHUTDOWN)
			err = -EPIPE;
		else
			err = bus_plan_make(&plan, from, skb, dests, &need);
		if (!err)
			bus_plan_carry_out(&plan, bus, skb, dests);
		else if (err == -EAGAIN)
			sock_hold(&plan.full->sk);
		spin_unlock(&bus->order);
		if (!err)
			bus_plan_wake(&plan, bus, skb);
		rcu_read_unlock();

		if (err == -ENOSPC) {
			err = bus_plan_grow(&plan, need) ?: -ENOSPC;
		} else if (err == -EAGAIN) {
			struct bus_sock *full = plan.full;

			err = bus_wait_for_room(from, full, timeo) ?: -ENOSPC;
			sock_put(&full->sk);
		}
	} while (err == -ENOSPC);

	if (!err) {
		WRITE_ONCE(from->reached, need);
		atomic64_inc(&from->sent);
		if (plan.skipped)
			atomic64_add(plan.skipped, &from->skipped);
	}
	bus_plan_free(&plan, err || !plan.count ? 0 : plan.count - 1);
	return err;
}

/* Under bus.order: one event to one receiver, told as lost if it can't be. */
static void bus_tell_one(struct bus *bus, struct bus_sock *to,
			 struct bus_entry *e, struct sk_buff *event)
{
	struct bus_place place = {
		.to = to, .dest = to->addr, .length = sizeof(struct bus_event),
	};

	if (!e || !bus_queue_has_room(to)) {
		trace_afbus_drop(bus, event, to, to->addr, bus->stamp, BUS_DROP_EVENT);
		bus_queue_lose(to);
		bus->lost++;
		if (e && e != &bus_message(event)->first)
			bus_entries_free(1, (void **)&e);
	} else {
		skb_get(event);
		bus_place_put(&place, e, event);
		if (place.slot.ring)
			bus_ring_fill(&place.slot, event);
	}
	to->sk.sk_data_ready(&to->sk);
}

/**
 * bus_tell() - an event to all who asked for it; under bus.order
 * @bus: where it happened
 * @type: BUS_EVENT_*
 * @addr: whom it is about; not told itself
 * @group: and which group
 * @event: the message, taken over; without one its receivers have lost it
 */
void bus_tell(struct bus *bus, u32 type, u64 addr, u64 group,
	      struct sk_buff *event)
{
	struct bus_entry *e = event ? &bus_message(event)->first : NULL;
	struct bus_sock *to;

	bus_control_changed(bus, type, addr, group);
	if (!bus_is_heard(bus, type)) {
		consume_skb(event);
		return;
	}
	if (event)
		bus_stamp(bus, bus_message(event));
	list_for_each_entry(to, &bus->listeners, listen) {
		if (!(to->events & BIT(type)) || to->addr == addr)
			continue;
		bus_tell_one(bus, to, e, event);
		e = event ? bus_entry_new(GFP_ATOMIC | __GFP_NOWARN) : NULL;
	}
	if (event && e && e != &bus_message(event)->first)
		bus_entries_free(1, (void **)&e);
	consume_skb(event);
}

/**
 * bus_tell_lost() - queue an event that says only what was lost
 * @bs: a receiver with nothing queued behind its loss
 *
 * Return: 0 or -ENOBUFS.
 */
int bus_tell_lost(struct bus_sock *bs)
{
	struct bus *bus = bs->bus;
	struct sk_buff *event;

	event = bus_message_event(BUS_EVENT_LOST, bs->addr, 0, GFP_KERNEL_ACCOUNT);
	if (!event)
		return -ENOBUFS;
	spin_lock(&bus->order);
	if (READ_ONCE(bs->queue.lost) && bus_queue_has_room(bs)) {
		struct bus_message *m = bus_message(event);

		bus_stamp(bus, m);
		bus_tell_one(bus, bs, &m->first, event);
	}
	spin_unlock(&bus->order);
	consume_skb(event);
	return 0;
}

static void bus_wish_end(struct bus_wish *wish)
{
	list_del_init(&wish->on);
	list_del(&wish->of);
	if (wish == &wish->sender->peer_wish)
		return;
	consume_skb(wish->event);
	kfree(wish);
}

/**
 * bus_room_made() - wake whoever waits for room
 * @full: a receiver that has plenty of room again, or takes no more at all
 */
void bus_room_made(struct bus_sock *full)
{
	struct bus *bus = full->bus;
	struct bus_wish *wish, *next;

	wake_up_interruptible_all(&full->queue.room);
	spin_lock(&bus->order);
	list_for_each_entry_safe(wish, next, &full->queue.wishes, on) {
		struct bus_sock *sender = wish->sender;

		if (wish->event) {
			struct bus_message *m = bus_message(wish->event);

			bus_stamp(bus, m);
			bus_tell_one(bus, sender, &m->first, wish->event);
		}
		bus_wish_end(wish);
		sender->sk.sk_write_space(&sender->sk);
	}
	spin_unlock(&bus->order);
}

/* Under bus.order: a sender that leaves. */
void bus_wishes_drop(struct bus_sock *bs)
{
	struct bus_wish *wish, *next;

	list_for_each_entry_safe(wish, next, &bs->wishes, of)
		bus_wish_end(wish);
}

/* connect(): where sends go that name nobody; zero: nowhere. */
void bus_peer_set(struct bus_sock *bs, u64 peer)
{
	struct bus *bus = bs->bus;

	spin_lock(&bus->order);
	WRITE_ONCE(bs->peer, peer);
	if (!list_empty(&bs->peer_wish.on))
		bus_wish_end(&bs->peer_wish);
	spin_unlock(&bus->order);
	bs->sk.sk_write_space(&bs->sk);
}

/**
 * bus_peer_has_room() - whether a connected socket is writable
 * @bs: the socket
 *
 * If not, its sk_write_space() is called when it is. A peer that is gone is
 * writable: send() says the rest.
 */
bool bus_peer_has_room(struct bus_sock *bs)
{
	struct bus *bus = bs->bus;
	u64 peer = READ_ONCE(bs->peer);
	struct bus_wish *wish = &bs->peer_wish;
	struct bus_sock *to;
	bool full;

	if (!peer || peer & BUS_ADDR_GROUP)
		return true;
	spin_lock(&bus->order);
	to = bus_find_one(bus, peer);
	full = to && bus_queue_congest(to);
	if (full && (list_empty(&wish->on) || wish->full != to)) {
		if (!list_empty(&wish->on))
			bus_wish_end(wish);
		wish->full = to;
		wish->sender = bs;
		list_add(&wish->on, &to->queue.wishes);
		list_add(&wish->of, &bs->wishes);
	}
	spin_unlock(&bus->order);
	return !full;
}

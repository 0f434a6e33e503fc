// SPDX-License-Identifier: GPL-2.0-only
/*
 * What waits for one receiver: entries in the order of their stamps, and how
 * many messages are missing in front of each.
 *
 * Entries are added under bus.order and so by one at a time; they are taken
 * under the queue's own lock alone, so that a receiver never waits for senders.
 */
#include <linux/slab.h>

#include "bus.h"

static struct kmem_cache *bus_entry_cache;

int __init bus_queue_init_cache(void)
{
	bus_entry_cache = KMEM_CACHE(bus_entry, SLAB_ACCOUNT);
	return bus_entry_cache ? 0 : -ENOMEM;
}

void bus_queue_exit_cache(void)
{
	kmem_cache_destroy(bus_entry_cache);
}

/**
 * bus_entries_new() - entries for the second and further receivers of a message
 * @n: how many
 * @entry: where their addresses go
 *
 * Return: 0, or -ENOMEM and there are none.
 */
int bus_entries_new(unsigned int n, void **entry)
{
	return kmem_cache_alloc_bulk(bus_entry_cache, GFP_KERNEL, n, entry) ?
	       0 : -ENOMEM;
}

struct bus_entry *bus_entry_new(gfp_t gfp)
{
	return kmem_cache_alloc(bus_entry_cache, gfp);
}

void bus_entries_free(unsigned int n, void **entry)
{
	kmem_cache_free_bulk(bus_entry_cache, n, entry);
}

static void bus_entry_free(struct bus_entry *e)
{
	if (e != &bus_message(e->skb)->first)
		kmem_cache_free(bus_entry_cache, e);
}

/* An entry that needs no place in a queue, with its message's reference. */
void bus_entry_drop(struct bus_entry *e)
{
	struct sk_buff *skb = e->skb;

	bus_entry_free(e);
	consume_skb(skb);
}

void bus_queue_init(struct bus_queue *q)
{
	spin_lock_init(&q->lock);
	INIT_LIST_HEAD(&q->entries);
	INIT_LIST_HEAD(&q->wishes);
	init_waitqueue_head(&q->room);
	q->max = BUS_QUEUE_DEFAULT;
}

/**
 * bus_queue_has_room() - whether one more message would be taken
 * @bs: the receiver
 *
 * Under bus.order a yes stays true until that is given back. The last message
 * may exceed the bytes: what is queued is below SO_RCVBUF plus one message.
 */
bool bus_queue_has_room(const struct bus_sock *bs)
{
	const struct bus_queue *q = &bs->queue;

	return READ_ONCE(q->bytes) < READ_ONCE(bs->sk.sk_rcvbuf) &&
	       READ_ONCE(q->messages) < READ_ONCE(q->max) &&
	       (!bs->ring || bus_ring_has_room(bs->ring));
}

/* A quarter full: whoever waits is woken here, not at every message. */
static bool bus_queue_has_plenty(const struct bus_sock *bs)
{
	const struct bus_queue *q = &bs->queue;

	return q->bytes <= READ_ONCE(bs->sk.sk_rcvbuf) / 4 &&
	       q->messages <= READ_ONCE(q->max) / 4 &&
	       (!bs->ring || bus_ring_has_plenty(bs->ring));
}

/* Under the queue's lock: whether it is time for bus_room_made(). */
bool bus_queue_relieved(struct bus_sock *bs)
{
	struct bus_queue *q = &bs->queue;

	if (likely(!q->congested) || !bus_queue_has_plenty(bs))
		return false;
	q->congested = false;
	return true;
}

/**
 * bus_queue_congest() - ask for bus_room_made()
 * @bs: a receiver found full
 *
 * Return: false if it has room again or takes no more, and nothing was asked.
 */
bool bus_queue_congest(struct bus_sock *bs)
{
	struct bus_queue *q = &bs->queue;
	bool full;

	spin_lock(&q->lock);
	full = !q->shut && !bus_queue_has_room(bs);
	if (full)
		q->congested = true;
	spin_unlock(&q->lock);
	return full;
}

static void bus_queue_count(struct bus_queue *q, const struct bus_entry *e, int n)
{
	WRITE_ONCE(q->messages, q->messages + n);
	WRITE_ONCE(q->bytes, q->bytes + n * e->charge);
}

/* It takes no more, or stands in the way no more: nobody is to wait for it. */
void bus_queue_release(struct bus_sock *bs)
{
	struct bus_queue *q = &bs->queue;
	bool congested;

	spin_lock(&q->lock);
	congested = q->congested;
	q->congested = false;
	spin_unlock(&q->lock);
	if (congested)
		bus_room_made(bs);
}

/* How many messages it takes. */
void bus_queue_resize(struct bus_sock *bs, u32 max)
{
	struct bus_queue *q = &bs->queue;
	bool relieved;

	spin_lock(&q->lock);
	WRITE_ONCE(q->max, max);
	relieved = bus_queue_relieved(bs);
	spin_unlock(&q->lock);
	if (relieved)
		bus_room_made(bs);
}

/* Under bus.order, to a receiver that has room. */
void bus_queue_add(struct bus_sock *bs, struct bus_entry *e)
{
	struct bus_queue *q = &bs->queue;

	spin_lock(&q->lock);
	e->lost = q->lost;
	q->lost = 0;
	list_add_tail(&e->node, &q->entries);
	bus_queue_count(q, e, 1);
	spin_unlock(&q->lock);
}

/*
 * A message did not reach @bs; it is told in front of the next one, or now, if
 * the receiver has emptied its queue meanwhile and sleeps.
 */
void bus_queue_lose(struct bus_sock *bs)
{
	struct bus_queue *q = &bs->queue;
	bool empty;

	spin_lock(&q->lock);
	q->lost++;
	q->lost_ever++;
	empty = list_empty(&q->entries);
	spin_unlock(&q->lock);
	if (empty)
		bs->sk.sk_data_ready(&bs->sk);
}

/**
 * bus_queue_take() - the next message of a receiver
 * @bs: the receiver
 * @got: the message with a reference, for bus_queue_done() or bus_queue_untake()
 * @peek: leave it where it is
 *
 * Return: 0; -EAGAIN if there is nothing; -ENODATA if there is nothing behind a
 * loss, for bus_tell_lost(); without BUS_META_STAMP -ENOBUFS for a loss, once.
 */
int bus_queue_take(struct bus_sock *bs, struct bus_taken *got, bool peek)
{
	bool counts = READ_ONCE(bs->meta) & BUS_META_STAMP;
	struct bus_queue *q = &bs->queue;
	bool relieved = false;
	struct bus_entry *e;
	int err = 0;

	got->place = NULL;
	spin_lock(&q->lock);
	e = list_first_entry_or_null(&q->entries, struct bus_entry, node);
	if (e && (!e->lost || counts)) {
		got->entry = *e;
		if (peek) {
			skb_get(e->skb);
		} else {
			list_del(&e->node);
			bus_queue_count(q, e, -1);
			relieved = bus_queue_relieved(bs);
			got->place = e;
		}
	} else if (e) {
		e->lost = 0;
		err = -ENOBUFS;
	} else if (q->lost && !bs->ring) {
		err = counts ? -ENODATA : -ENOBUFS;
		if (!counts)
			q->lost = 0;
	} else {
		err = -EAGAIN;
	}
	spin_unlock(&q->lock);

	if (unlikely(relieved))
		bus_room_made(bs);
	return err;
}

/* It was received, or looked at. */
void bus_queue_done(struct bus_taken *got)
{
	struct sk_buff *skb = got->entry.skb;

	if (got->place)
		bus_entry_free(got->place);
	consume_skb(skb);
}

/* The receiver's memory could not be written: it was not received. */
void bus_queue_untake(struct bus_sock *bs, struct bus_taken *got)
{
	struct bus_queue *q = &bs->queue;

	if (!got->place) {
		consume_skb(got->entry.skb);
		return;
	}
	spin_lock(&q->lock);
	list_add(&got->place->node, &q->entries);
	bus_queue_count(q, got->place, 1);
	spin_unlock(&q->lock);
}

/* Whether recv() would not wait. */
bool bus_queue_readable(const struct bus_sock *bs)
{
	const struct bus_queue *q = &bs->queue;

	return !list_empty_careful(&q->entries) ||
	       (!bs->ring && READ_ONCE(q->lost));
}

/* For SIOCINQ: bytes of the message that recv() would get, or zero. */
int bus_queue_next_length(struct bus_sock *bs)
{
	struct bus_queue *q = &bs->queue;
	struct bus_entry *e;
	int length;

	spin_lock(&q->lock);
	e = list_first_entry_or_null(&q->entries, struct bus_entry, node);
	length = e ? e->length : 0;
	spin_unlock(&q->lock);
	return length;
}

/* The receiver is gone: nothing is added any more. */
void bus_queue_purge(struct bus_sock *bs)
{
	struct bus_queue *q = &bs->queue;
	struct bus_entry *e, *next;
	LIST_HEAD(all);

	spin_lock(&q->lock);
	list_splice_init(&q->entries, &all);
	WRITE_ONCE(q->messages, 0);
	WRITE_ONCE(q->bytes, 0);
	spin_unlock(&q->lock);

	list_for_each_entry_safe(e, next, &all, node)
		bus_entry_drop(e);
}

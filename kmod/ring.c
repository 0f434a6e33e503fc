// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mapped receive area: slots that the kernel fills in turn and the receiver
 * reads without a system call for each.
 *
 * The mapping is read-only, so that the kernel can trust what stands there. A
 * slot is claimed under bus.order and filled after it, in the sender's time:
 * the receiver sees it when its number is written, last. What the receiver has
 * read it says with SIOCBUSTURN, which also waits for more: there is nothing
 * that both sides write.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pid_namespace.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>
#include <linux/vmalloc.h>

#include "bus.h"

struct bus_ring_area {
	void		*slots;		/* as the kernel sees them */
	struct page	**pages;	/* as the receiver maps them */
	unsigned int	page_count;
	u32		count;
	u32		slot_size;
	u64		head;		/* bus.order; claimed so far */
	u64		tail;		/* queue's lock; given back so far */
	struct pid_namespace *pids;	/* in whose terms senders are told */
	struct user_namespace *users;
};

static struct bus_slot *bus_ring_slot(const struct bus_ring_area *ring, u64 number)
{
	return ring->slots + (number & (ring->count - 1)) * ring->slot_size;
}

static bool bus_ring_is_ready(const struct bus_ring_area *ring, u64 number)
{
	/* Pairs with bus_ring_fill(). */
	return smp_load_acquire(&bus_ring_slot(ring, number)->ready) == number + 1;
}

static u64 bus_ring_used(const struct bus_ring_area *ring)
{
	return READ_ONCE(ring->head) - READ_ONCE(ring->tail);
}

bool bus_ring_has_room(const struct bus_ring_area *ring)
{
	return bus_ring_used(ring) < ring->count;
}

bool bus_ring_has_plenty(const struct bus_ring_area *ring)
{
	return bus_ring_used(ring) <= ring->count / 4;
}

/* Whether there is something that was not given back yet. */
bool bus_ring_readable(const struct bus_ring_area *ring)
{
	return bus_ring_is_ready(ring, READ_ONCE(ring->tail));
}

/* Whether a message fits a slot; its descriptors never do. */
bool bus_ring_fits(const struct bus_ring_area *ring, const struct bus_entry *e)
{
	return e->length <= ring->slot_size - sizeof(struct bus_slot);
}

/**
 * bus_ring_claim() - the next slot; under bus.order, when there is room
 * @bs: the receiver
 * @e: the message's entry
 * @claim: result, for bus_ring_fill()
 *
 * Return: whether the message itself goes to the queue, too.
 */
bool bus_ring_claim(struct bus_sock *bs, const struct bus_entry *e,
		    struct bus_slot_claim *claim)
{
	struct bus_ring_area *ring = bs->ring;
	struct bus_queue *q = &bs->queue;

	claim->ring = ring;
	claim->number = ring->head;
	claim->dest = e->dest;
	claim->length = e->length;
	claim->queued = !bus_ring_fits(ring, e) || bus_message(e->skb)->files;
	spin_lock(&q->lock);
	claim->lost = q->lost;
	q->lost = 0;
	spin_unlock(&q->lock);
	WRITE_ONCE(ring->head, ring->head + 1);
	return claim->queued;
}

/**
 * bus_ring_fill() - write a message into the slot it has got
 * @claim: the slot
 * @skb: the message
 */
void bus_ring_fill(const struct bus_slot_claim *claim, struct sk_buff *skb)
{
	const struct bus_ring_area *ring = claim->ring;
	const struct bus_message *m = bus_message(skb);
	struct bus_slot *slot = bus_ring_slot(ring, claim->number);
	const struct bus_entry told = {
		.skb = skb, .dest = claim->dest, .lost = claim->lost,
		.length = claim->length,
	};

	slot->src = m->from ? m->from->addr : BUS_ADDR_KERNEL;
	bus_message_meta(&told, ring->pids, ring->users, &slot->meta);
	slot->flags = claim->queued ? BUS_SLOT_QUEUED : 0;
	slot->length = claim->queued ? 0 : claim->length;
	skb_copy_bits(skb, 0, slot + 1, slot->length);
	/* Pairs with the reader's acquire: what is ready is whole. */
	smp_store_release(&slot->ready, claim->number + 1);
}

static void bus_ring_free(struct bus_ring_area *ring)
{
	unsigned int i;

	if (ring->slots)
		vunmap(ring->slots);
	for (i = 0; ring->pages && i < ring->page_count; i++)
		if (ring->pages[i])
			put_page(ring->pages[i]);
	kvfree(ring->pages);
	put_pid_ns(ring->pids);
	put_user_ns(ring->users);
	kfree(ring);
}

static struct bus_ring_area *bus_ring_alloc(const struct bus_ring *want)
{
	struct bus_ring_area *ring = kzalloc(sizeof(*ring), GFP_KERNEL_ACCOUNT);
	unsigned int i;

	if (!ring)
		return NULL;
	ring->count = want->slots;
	ring->slot_size = want->slot_size;
	ring->pids = get_pid_ns(task_active_pid_ns(current));
	ring->users = get_user_ns(current_user_ns());
	ring->page_count = PAGE_ALIGN((size_t)want->slots * want->slot_size) >>
			   PAGE_SHIFT;
	ring->pages = kvcalloc(ring->page_count, sizeof(*ring->pages),
			       GFP_KERNEL_ACCOUNT);
	if (!ring->pages)
		goto free;
	for (i = 0; i < ring->page_count; i++) {
		ring->pages[i] = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
		if (!ring->pages[i])
			goto free;
	}
	ring->slots = vmap(ring->pages, ring->page_count, VM_MAP, PAGE_KERNEL);
	if (ring->slots)
		return ring;
free:
	bus_ring_free(ring);
	return NULL;
}

/**
 * bus_ring_create() - receive into a ring from now on
 * @bs: a bound socket without one; under lock_sock()
 * @want: its size
 *
 * Return: 0, -EINVAL, -EBUSY if there is one or something is queued, -EDQUOT,
 * -ENOMEM.
 */
int bus_ring_create(struct bus_sock *bs, const struct bus_ring *want)
{
	u64 bytes = (u64)want->slots * want->slot_size;
	struct bus_queue *q = &bs->queue;
	struct bus_ring_area *ring;
	int err;

	if (!is_power_of_2(want->slots) || want->slots < 2 ||
	    want->slots > BUS_QUEUE_MAX || !is_power_of_2(want->slot_size) ||
	    want->slot_size < 128 || bytes > BUS_RING_MAX)
		return -EINVAL;
	if (bs->ring)
		return -EBUSY;
	err = bus_charge(bs->user, BUS_BYTES, bytes);
	if (err)
		return err;
	ring = bus_ring_alloc(want);
	if (!ring) {
		bus_uncharge(bs->user, BUS_BYTES, bytes);
		return -ENOMEM;
	}
	spin_lock(&bs->bus->order);
	if (q->messages || q->lost)
		err = -EBUSY;
	else
		WRITE_ONCE(bs->ring, ring);
	spin_unlock(&bs->bus->order);
	if (err) {
		bus_uncharge(bs->user, BUS_BYTES, bytes);
		bus_ring_free(ring);
	}
	return err;
}

/* After bus_member_leave(). Pages that are still mapped live on by themselves. */
void bus_ring_destroy(struct bus_sock *bs)
{
	struct bus_ring_area *ring = bs->ring;

	if (!ring)
		return;
	synchronize_rcu();	/* somebody may be filling a slot */
	bus_uncharge(bs->user, BUS_BYTES, (long)ring->count * ring->slot_size);
	bus_ring_free(ring);
}

/**
 * bus_ring_mmap() - show the ring to its receiver
 * @bs: the socket
 * @vma: where
 *
 * Return: 0, -ENODEV without a ring, -EACCES if it could be written, -EINVAL.
 */
int bus_ring_mmap(struct bus_sock *bs, struct vm_area_struct *vma)
{
	struct bus_ring_area *ring = READ_ONCE(bs->ring);

	if (!ring)
		return -ENODEV;
	if (vma->vm_flags & (VM_WRITE | VM_EXEC))
		return -EACCES;
	if (!(vma->vm_flags & VM_SHARED) || vma->vm_pgoff ||
	    vma_pages(vma) != ring->page_count)
		return -EINVAL;
	vm_flags_clear(vma, VM_MAYWRITE | VM_MAYEXEC);
	vm_flags_set(vma, VM_DONTEXPAND);
	return vm_map_pages(vma, ring->pages, ring->page_count);
}

static int bus_ring_give_back(struct bus_sock *bs, u64 done)
{
	struct bus_ring_area *ring = bs->ring;
	struct bus_queue *q = &bs->queue;
	bool relieved;
	u64 n;

	n = READ_ONCE(ring->tail);
	if (done < n || done - n > ring->count)
		return -EINVAL;
	for (; n < done; n++)
		if (!bus_ring_is_ready(ring, n))
			return -EINVAL;
	spin_lock(&q->lock);
	if (done > ring->tail)
		WRITE_ONCE(ring->tail, done);
	relieved = bus_queue_relieved(bs);
	spin_unlock(&q->lock);
	if (relieved)
		bus_room_made(bs);
	if (READ_ONCE(q->lost) && READ_ONCE(ring->head) == done)
		return bus_tell_lost(bs);
	return 0;
}

static bool bus_ring_has(const struct bus_sock *bs, u64 number)
{
	return bus_ring_is_ready(bs->ring, number);
}

/**
 * bus_ring_turn() - give slots back, wait for more
 * @bs: the socket
 * @turn: what was read; what can be read
 * @timeo: how long to wait, in jiffies
 *
 * Return: 0, -EINVAL without a ring or for slots that were never filled,
 * -EAGAIN, -ESHUTDOWN, a signal's errno; 0 and nothing more after shutdown().
 */
int bus_ring_turn(struct bus_sock *bs, struct bus_turn *turn, long timeo)
{
	struct bus_ring_area *ring = READ_ONCE(bs->ring);
	int err;

	if (!ring)
		return -EINVAL;
	err = bus_ring_give_back(bs, turn->done);
	if (err)
		return err;
	do {
		err = bus_sock_wait(bs, bus_ring_has, turn->done, &timeo);
	} while (!err && !bus_ring_is_ready(ring, turn->done));

	for (turn->ready = turn->done; bus_ring_is_ready(ring, turn->ready); turn->ready++)
		;
	return turn->ready > turn->done ? 0 : min(err, 0);
}

/**
 * bus_ring_memfd() - a message as a sealed memory file
 * @skb: the message
 * @length: how much of it
 *
 * Return: the file, or -ENOMEM.
 */
struct file *bus_ring_memfd(const struct sk_buff *skb, u32 length)
{
	const size_t step = min_t(size_t, length, PAGE_SIZE);
	struct file *file;
	loff_t pos = 0;
	void *chunk;

	file = shmem_file_setup("afbus", length, BUS_NORESERVE);
	if (IS_ERR(file))
		return ERR_PTR(-ENOMEM);
	file->f_mode |= FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE;
	chunk = kmalloc(step, GFP_KERNEL);
	if (!chunk)
		goto fail;
	while (pos < length) {
		size_t n = min_t(size_t, step, length - pos);

		skb_copy_bits(skb, pos, chunk, n);
		if (kernel_write(file, chunk, n, &pos) != n)
			goto fail;
	}
	kfree(chunk);
	SHMEM_I(file_inode(file))->seals = F_SEAL_SEAL | F_SEAL_SHRINK |
					   F_SEAL_GROW | F_SEAL_WRITE;
	return file;
fail:
	kfree(chunk);
	fput(file);
	return ERR_PTR(-ENOMEM);
}

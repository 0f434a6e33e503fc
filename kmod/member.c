// SPDX-License-Identifier: GPL-2.0-only
/*
 * Members: addresses, groups, the master and its directory of names. Everything
 * here is a table of a bus, changed under bus.order together with the event
 * that tells of it.
 */
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/stringhash.h>

#include "bus.h"

/*
 * Never given twice: the numbers start at the wall clock, in nanoseconds, when
 * the module is loaded, and cannot catch up with it.
 */
static atomic64_t bus_last_addr;

void __init bus_member_init(void)
{
	atomic64_set(&bus_last_addr, ktime_get_real_ns());
}

/* Under bus.order. */
struct bus_sock *bus_member_find(struct bus *bus, u64 addr)
{
	struct bus_sock *bs;

	hash_for_each_possible(bus->addrs, bs, node, addr)
		if (bs->addr == addr)
			return bs;
	return NULL;
}

/* Under bus.order. */
struct bus_group *bus_group_find(struct bus *bus, u64 id)
{
	struct bus_group *group;

	hash_for_each_possible(bus->groups, group, node, id)
		if (group->id == id)
			return group;
	return NULL;
}

/**
 * bus_member_enter() - bind a socket to a bus; under lock_sock()
 * @bs: the socket
 * @sa: the bus
 *
 * Return: 0, -EINVAL if bound or malformed, -EDQUOT, -ENOMEM, or what
 * bus_attach() says.
 */
int bus_member_enter(struct bus_sock *bs, const struct sockaddr_bus *sa)
{
	struct net *net = sock_net(&bs->sk);
	struct bus_user *user;
	struct sk_buff *event;
	struct bus *bus;
	int err;

	if (bs->bus)
		return -EINVAL;
	user = bus_user_get(bus_net(net), current_euid());
	event = bus_message_event(BUS_EVENT_ENTER, 0, 0, GFP_KERNEL_ACCOUNT);
	if (!user || !event) {
		err = -ENOMEM;
		goto free;
	}
	err = bus_charge(user, BUS_MEMBERS, 1);
	if (err)
		goto free;
	bus = bus_attach(net, sa, &bs->perm, &bs->rights);
	if (IS_ERR(bus)) {
		bus_uncharge(user, BUS_MEMBERS, 1);
		err = PTR_ERR(bus);
		goto free;
	}

	bs->user = user;
	bs->pid = get_pid(task_tgid(current));
	bs->addr = atomic64_inc_return(&bus_last_addr);
	((struct bus_event *)event->data)->addr = bs->addr;
	spin_lock(&bus->order);
	/* Pairs with bus_of(): who sees the bus sees address, rights and user. */
	smp_store_release(&bs->bus, bus);
	hash_add(bus->addrs, &bs->node, bs->addr);
	bus->members++;
	bus_tell(bus, BUS_EVENT_ENTER, bs->addr, 0, event);
	spin_unlock(&bus->order);
	return 0;
free:
	if (user)
		bus_user_put(user);
	kfree_skb(event);
	return err;
}

/* Under bus.order. A member may be in thousands of groups; few are so large. */
static struct bus_join *bus_join_find(struct bus_group *group, struct bus_sock *bs)
{
	struct bus_join *join;

	list_for_each_entry(join, &group->members, in_group)
		if (join->member == bs)
			return join;
	return NULL;
}

/* Under bus.order. */
static void bus_join_end(struct bus *bus, struct bus_join *join,
			 struct sk_buff *event)
{
	struct bus_group *group = join->group;
	struct bus_sock *bs = join->member;

	list_del(&join->in_group);
	list_del(&join->of_member);
	kfree(join);
	if (!--group->size) {
		hash_del(&group->node);
		bus->group_count--;
		bus_tell(bus, BUS_EVENT_LEAVE, bs->addr, group->id, event);
		kfree(group);
	} else {
		bus_tell(bus, BUS_EVENT_LEAVE, bs->addr, group->id, event);
	}
	bus_uncharge(bs->user, BUS_JOINS, 1);
}

static void bus_named_end(struct bus *bus, struct bus_named *named)
{
	hash_del(&named->node);
	list_del(&named->of_member);
	bus->name_count--;
	bus_control_named(bus, named->name, 0);
	bus_uncharge(named->user, BUS_NAMES, 1);
	kfree(named);
}

/* Under bus.order: the directory goes with the one who kept it. */
static void bus_master_end(struct bus *bus, struct sk_buff *event)
{
	struct hlist_node *next;
	struct bus_named *named;
	int bucket;

	hash_for_each_safe(bus->names, bucket, next, named, node)
		bus_named_end(bus, named);
	bus->master = NULL;
	bus_tell(bus, BUS_EVENT_MASTER, 0, 0, event);
}

/* Under bus.order: for what cannot fail. NULL if nobody asked, or by misfortune. */
static struct sk_buff *bus_event_now(struct bus *bus, u32 type, u64 addr, u64 group)
{
	if (!bus_is_heard(bus, type))
		return NULL;
	return bus_message_event(type, addr, group, GFP_ATOMIC | __GFP_NOWARN);
}

/* Leave some of its groups. Return: whether there are more. */
static bool bus_member_leave_groups(struct bus_sock *bs)
{
	struct bus *bus = bs->bus;
	int n = 64;		/* others want the lock */
	bool more;

	spin_lock(&bus->order);
	while (!list_empty(&bs->joins) && n--) {
		struct bus_join *join = list_first_entry(&bs->joins, struct bus_join,
							 of_member);

		bus_join_end(bus, join,
			     bus_event_now(bus, BUS_EVENT_LEAVE, bs->addr,
					   join->group->id));
	}
	more = !list_empty(&bs->joins);
	spin_unlock(&bus->order);
	return more;
}

/* Under bus.order. */
static void bus_unlisten(struct bus_sock *bs)
{
	struct bus *bus = bs->bus;

	list_del_init(&bs->listen);
	bus->heard = 0;
	list_for_each_entry(bs, &bus->listeners, listen)
		bus->heard |= bs->events;
}

/**
 * bus_member_leave() - undo bus_member_enter(), and all that came after
 * @bs: a bound socket that nobody uses any more
 */
void bus_member_leave(struct bus_sock *bs)
{
	struct bus_named *named, *next;
	struct bus *bus = bs->bus;

	spin_lock(&bus->order);
	WRITE_ONCE(bs->queue.shut, true);
	bus_unlisten(bs);
	bus_wishes_drop(bs);
	spin_unlock(&bus->order);

	while (bus_member_leave_groups(bs))
		cond_resched();

	spin_lock(&bus->order);
	list_for_each_entry_safe(named, next, &bs->names, of_member)
		bus_named_end(bus, named);
	if (bus->master == bs)
		bus_master_end(bus, bus_event_now(bus, BUS_EVENT_MASTER, 0, 0));
	hash_del(&bs->node);
	bus->members--;
	bus_tell(bus, BUS_EVENT_EXIT, bs->addr, 0,
		 bus_event_now(bus, BUS_EVENT_EXIT, bs->addr, 0));
	spin_unlock(&bus->order);

	bus_queue_release(bs);
	bus_queue_purge(bs);
	bus_uncharge(bs->user, BUS_MEMBERS, 1);
	bus_detach(bus);
}

void bus_member_stats(struct bus_sock *bs, struct bus_stats *stats)
{
	struct bus *bus = bs->bus;

	memset(stats, 0, sizeof(*stats));
	spin_lock(&bus->order);
	stats->addr = bs->addr;
	stats->master = bus->master ? bus->master->addr : 0;
	stats->sent = atomic64_read(&bs->sent);
	stats->received = atomic64_read(&bs->received);
	stats->skipped = atomic64_read(&bs->skipped);
	stats->lost = READ_ONCE(bs->queue.lost_ever);
	stats->queued = READ_ONCE(bs->queue.messages);
	stats->queued_bytes = READ_ONCE(bs->queue.bytes);
	spin_unlock(&bus->order);
}

/* Wake everybody on a bus; they see bus_draining. */
void bus_members_hang_up(struct bus *bus)
{
	struct bus_sock *bs;
	int bucket;

	spin_lock(&bus->order);
	hash_for_each(bus->addrs, bucket, bs, node) {
		wake_up_interruptible_all(&bs->queue.room);
		bs->sk.sk_state_change(&bs->sk);
	}
	spin_unlock(&bus->order);
}

/**
 * bus_member_join() - become a member of a group
 * @bs: the socket
 * @id: the group
 *
 * Return: 0, -EINVAL, -EACCES, -EALREADY, -EDQUOT, -ENOMEM.
 */
int bus_member_join(struct bus_sock *bs, u64 id)
{
	struct bus *bus = bs->bus;
	struct bus_group *group, *new;
	struct bus_join *join;
	struct sk_buff *event;
	int err;

	if (!(id & BUS_ADDR_GROUP))
		return -EINVAL;
	if (!(bs->rights & BUS_MAY_HEAR))
		return -EACCES;
	err = bus_charge(bs->user, BUS_JOINS, 1);
	if (err)
		return err;
	join = kzalloc(sizeof(*join), GFP_KERNEL_ACCOUNT);
	new = kzalloc(sizeof(*new), GFP_KERNEL_ACCOUNT);
	event = bus_message_event(BUS_EVENT_JOIN, bs->addr, id, GFP_KERNEL_ACCOUNT);
	if (!join || !new || !event) {
		err = -ENOMEM;
		goto free;
	}

	spin_lock(&bus->order);
	group = bus_group_find(bus, id);
	if (group && bus_join_find(group, bs)) {
		spin_unlock(&bus->order);
		err = -EALREADY;
		goto free;
	}
	if (!group) {
		group = new;
		new = NULL;
		group->id = id;
		INIT_LIST_HEAD(&group->members);
		hash_add(bus->groups, &group->node, id);
		bus->group_count++;
	}
	join->member = bs;
	join->group = group;
	list_add_tail(&join->in_group, &group->members);
	list_add(&join->of_member, &bs->joins);
	group->size++;
	bus_tell(bus, BUS_EVENT_JOIN, bs->addr, id, event);
	spin_unlock(&bus->order);
	kfree(new);
	return 0;
free:
	bus_uncharge(bs->user, BUS_JOINS, 1);
	kfree_skb(event);
	kfree(new);
	kfree(join);
	return err;
}

/**
 * bus_member_part() - leave a group
 * @bs: the socket
 * @id: the group
 *
 * Return: 0, -ENOENT, -ENOMEM.
 */
int bus_member_part(struct bus_sock *bs, u64 id)
{
	struct bus *bus = bs->bus;
	struct bus_group *group;
	struct bus_join *join;
	struct sk_buff *event;

	event = bus_message_event(BUS_EVENT_LEAVE, bs->addr, id, GFP_KERNEL_ACCOUNT);
	if (!event)
		return -ENOMEM;
	spin_lock(&bus->order);
	group = bus_group_find(bus, id);
	join = group ? bus_join_find(group, bs) : NULL;
	if (join)
		bus_join_end(bus, join, event);
	spin_unlock(&bus->order);
	if (!join) {
		kfree_skb(event);
		return -ENOENT;
	}
	bus_queue_release(bs);	/* who waited for it as a member of the group */
	return 0;
}

/* Choose the events to be told of, as a mask; bits are checked. */
int bus_member_listen(struct bus_sock *bs, u32 events)
{
	struct bus *bus = bs->bus;

	if (events && !(bs->rights & BUS_MAY_HEAR))
		return -EACCES;
	spin_lock(&bus->order);
	bus_unlisten(bs);
	WRITE_ONCE(bs->events, events);
	bus->heard |= events;
	if (events)
		list_add_tail(&bs->listen, &bus->listeners);
	spin_unlock(&bus->order);
	return 0;
}

/**
 * bus_member_claim() - become the master, or cease to be it
 * @bs: the socket
 * @claim: which
 *
 * Return: 0, -EPERM for others than the bus's owner and for who is not the
 * master, -EALREADY, -EBUSY if there is another, -ENOMEM.
 */
int bus_member_claim(struct bus_sock *bs, bool claim)
{
	struct bus *bus = bs->bus;
	struct sk_buff *event;
	int err = 0;

	if (claim && !uid_eq(current_euid(), bus->uid) &&
	    !ns_capable(bus->net->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	event = bus_message_event(BUS_EVENT_MASTER, claim ? bs->addr : 0, 0,
				  GFP_KERNEL_ACCOUNT);
	if (!event)
		return -ENOMEM;
	spin_lock(&bus->order);
	if (claim && bus->master) {
		err = bus->master == bs ? -EALREADY : -EBUSY;
	} else if (!claim && bus->master != bs) {
		err = -EPERM;
	} else if (!claim) {
		bus_master_end(bus, event);
		event = NULL;
	} else {
		bus->master = bs;
		bus_tell(bus, BUS_EVENT_MASTER, bs->addr, 0, event);
		event = NULL;
	}
	spin_unlock(&bus->order);
	kfree_skb(event);
	if (!err && !claim)
		bus_queue_release(bs);	/* who waited for it as the master */
	return err;
}

static u32 bus_name_hash(const char *name)
{
	return full_name_hash(NULL, name, strlen(name));
}

/* Under bus.order. */
static struct bus_named *bus_named_find(struct bus *bus, const char *name)
{
	struct bus_named *named;

	hash_for_each_possible(bus->names, named, node, bus_name_hash(name))
		if (!strcmp(named->name, name))
			return named;
	return NULL;
}

static bool bus_well_known_is_valid(const struct bus_name *name)
{
	size_t len = strnlen(name->name, BUS_WELL_KNOWN_MAX);

	return len && len < BUS_WELL_KNOWN_MAX &&
	       !memchr_inv(name->name + len, 0, BUS_WELL_KNOWN_MAX - len);
}

/* Under bus.order. Return: 1 if @new was put in, 0 if not needed, or an errno. */
static int bus_named_set(struct bus *bus, struct bus_named *new, u64 addr)
{
	struct bus_named *old = bus_named_find(bus, new->name);
	int err;

	if (!addr) {
		if (!old)
			return -ENOENT;
		bus_named_end(bus, old);
		return 0;
	}
	new->member = bus_member_find(bus, addr);
	if (!new->member)
		return -EHOSTUNREACH;
	if (old) {
		old->member = new->member;
		list_move(&old->of_member, &old->member->names);
		bus_control_named(bus, old->name, addr);
		return 0;
	}
	err = bus_charge(new->user, BUS_NAMES, 1);
	if (err)
		return err;
	list_add(&new->of_member, &new->member->names);
	hash_add(bus->names, &new->node, bus_name_hash(new->name));
	bus->name_count++;
	bus_control_named(bus, new->name, addr);
	return 1;
}

/**
 * bus_member_name() - write the directory
 * @bs: the master
 * @name: a name and whom it is to mean; zero removes it
 *
 * Return: 0, -EINVAL, -EPERM, -EHOSTUNREACH, -ENOENT, -EDQUOT, -ENOMEM.
 */
int bus_member_name(struct bus_sock *bs, const struct bus_name *name)
{
	struct bus *bus = bs->bus;
	struct bus_named *new;
	int err = -EPERM;

	if (!bus_well_known_is_valid(name))
		return -EINVAL;
	new = kzalloc(struct_size(new, name, strlen(name->name) + 1),
		      GFP_KERNEL_ACCOUNT);
	if (!new)
		return -ENOMEM;
	strcpy(new->name, name->name);
	new->user = bs->user;

	spin_lock(&bus->order);
	if (bus->master == bs)
		err = bus_named_set(bus, new, name->addr);
	spin_unlock(&bus->order);
	if (err == 1)
		return 0;
	kfree(new);
	return err;
}

/**
 * bus_member_lookup() - read the directory
 * @bs: any member
 * @name: the name; result in @addr
 *
 * Return: 0, -EINVAL, -ENOENT.
 */
int bus_member_lookup(struct bus_sock *bs, struct bus_name *name)
{
	struct bus *bus = bs->bus;
	struct bus_named *named;

	if (!bus_well_known_is_valid(name))
		return -EINVAL;
	spin_lock(&bus->order);
	named = bus_named_find(bus, name->name);
	name->addr = named ? named->member->addr : 0;
	spin_unlock(&bus->order);
	return named ? 0 : -ENOENT;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of the parts that the promises of AF_BUS rest on: quotas, the
 * tables of a bus, the queue of a receiver, the order. They look at these from
 * inside, where a socket's user cannot.
 */
#include <kunit/test.h>
#include <linux/module.h>
#include <linux/net.h>

#include "bus.h"

#define GROUP(n)	(BUS_ADDR_GROUP | (n))
#define SOCKETS		8

/* What a test opens is closed after it, also if it failed. */
struct opened {
	struct socket	*sock[SOCKETS];
	unsigned int	count;
};

static struct bus_sock *open_unbound(struct kunit *test)
{
	struct opened *all = test->priv;
	struct socket **sock = &all->sock[all->count];

	KUNIT_ASSERT_LT(test, all->count, SOCKETS);
	KUNIT_ASSERT_EQ(test, 0, sock_create_kern(&init_net, bus_family,
						  SOCK_SEQPACKET, 0, sock));
	all->count++;
	return bus_sk((*sock)->sk);
}

/* A member of the bus "kunit". */
static struct bus_sock *open_member(struct kunit *test)
{
	struct sockaddr_bus sa = { .sbus_family = bus_family, .sbus_name = "kunit" };
	struct bus_sock *bs = open_unbound(test);

	KUNIT_ASSERT_EQ(test, 0, kernel_bind(bs->sk.sk_socket, (void *)&sa, sizeof(sa)));
	return bs;
}

static void close_member(struct kunit *test, struct bus_sock *bs)
{
	struct opened *all = test->priv;
	unsigned int i;

	for (i = 0; i < all->count; i++) {
		if (all->sock[i] && all->sock[i]->sk == &bs->sk) {
			sock_release(all->sock[i]);
			all->sock[i] = NULL;
		}
	}
}

static int opened_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct opened), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void opened_exit(struct kunit *test)
{
	struct opened *all = test->priv;
	unsigned int i;

	for (i = 0; all && i < all->count; i++)
		if (all->sock[i])
			sock_release(all->sock[i]);
}

/* Quotas */

static struct bus_net *namespace_of(struct kunit *test, long limit)
{
	struct bus_net *net = kunit_kzalloc(test, sizeof(*net), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, net);
	spin_lock_init(&net->user_lock);
	INIT_LIST_HEAD(&net->users);
	for (i = 0; i < BUS_GOODS; i++)
		net->limit[i] = limit;
	return net;
}

static void quota_is_one_account_for_a_user(struct kunit *test)
{
	struct bus_net *net = namespace_of(test, 10);
	struct bus_user *one = bus_user_get(net, KUIDT_INIT(1000));
	struct bus_user *again = bus_user_get(net, KUIDT_INIT(1000));
	struct bus_user *other = bus_user_get(net, KUIDT_INIT(1001));

	KUNIT_ASSERT_NOT_NULL(test, one);
	KUNIT_EXPECT_PTR_EQ(test, one, again);
	KUNIT_EXPECT_PTR_NE(test, one, other);
	KUNIT_EXPECT_EQ(test, 0, bus_charge(one, BUS_BYTES, 10));
	KUNIT_EXPECT_EQ(test, -EDQUOT, bus_charge(again, BUS_BYTES, 1));
	KUNIT_EXPECT_EQ(test, 0, bus_charge(other, BUS_BYTES, 10));
	bus_user_put(again);
	KUNIT_EXPECT_FALSE(test, list_empty(&net->users));
	bus_user_put(one);
	bus_user_put(other);
	KUNIT_EXPECT_TRUE(test, list_empty(&net->users));
}

static void quota_is_kept_to_the_last_unit(struct kunit *test)
{
	struct bus_net *net = namespace_of(test, 10);
	struct bus_user *user = bus_user_get(net, KUIDT_INIT(0));
	int good;

	KUNIT_ASSERT_NOT_NULL(test, user);
	for (good = 0; good < BUS_GOODS; good++) {
		KUNIT_EXPECT_EQ(test, 0, bus_charge(user, good, 9));
		KUNIT_EXPECT_EQ(test, -EDQUOT, bus_charge(user, good, 2));
		KUNIT_EXPECT_EQ(test, 0, bus_charge(user, good, 1));
		KUNIT_EXPECT_EQ(test, -EDQUOT, bus_charge(user, good, 1));
		KUNIT_EXPECT_EQ(test, 10L, atomic_long_read(&user->used[good]));
		bus_uncharge(user, good, 10);
		KUNIT_EXPECT_EQ(test, 0L, atomic_long_read(&user->used[good]));
	}
	bus_user_put(user);
}

static void quota_can_fall_below_what_is_used(struct kunit *test)
{
	struct bus_net *net = namespace_of(test, 10);
	struct bus_user *user = bus_user_get(net, KUIDT_INIT(0));

	KUNIT_ASSERT_NOT_NULL(test, user);
	KUNIT_EXPECT_EQ(test, 0, bus_charge(user, BUS_NAMES, 8));
	net->limit[BUS_NAMES] = 4;
	KUNIT_EXPECT_EQ(test, -EDQUOT, bus_charge(user, BUS_NAMES, 1));
	bus_uncharge(user, BUS_NAMES, 5);
	KUNIT_EXPECT_EQ(test, 0, bus_charge(user, BUS_NAMES, 1));
	KUNIT_EXPECT_EQ(test, -EDQUOT, bus_charge(user, BUS_NAMES, 1));
	bus_uncharge(user, BUS_NAMES, 4);
	bus_user_put(user);
}

static void what_is_in_flight_is_charged_until_it_is_received(struct kunit *test)
{
	struct bus_sock *a = open_member(test);
	struct bus_sock *b = open_member(test);
	atomic_long_t *used = &a->user->used[BUS_BYTES];
	long before = atomic_long_read(used);
	struct sockaddr_bus sa = { .sbus_family = bus_family, .sbus_addr = b->addr };
	struct msghdr msg = { .msg_name = &sa, .msg_namelen = BUS_SOCKADDR_SHORT };
	struct kvec vec = { "hello", 5 };
	struct bus_taken got;

	KUNIT_EXPECT_EQ(test, 5, kernel_sendmsg(a->sk.sk_socket, &msg, &vec, 1, 5));
	KUNIT_EXPECT_GT(test, atomic_long_read(used), before);
	KUNIT_EXPECT_EQ(test, 5, atomic_read(&a->unread));
	KUNIT_ASSERT_EQ(test, 0, bus_queue_take(b, &got, false));
	KUNIT_EXPECT_EQ(test, 0U, b->queue.messages);
	KUNIT_EXPECT_EQ(test, 0U, b->queue.bytes);
	KUNIT_EXPECT_GT(test, atomic_long_read(used), before);
	bus_queue_done(&got);
	KUNIT_EXPECT_EQ(test, before, atomic_long_read(used));
	KUNIT_EXPECT_EQ(test, 0, atomic_read(&a->unread));
}

/* Tables of a bus */

static struct bus_sock *find(struct bus *bus, u64 addr)
{
	struct bus_sock *found;

	spin_lock(&bus->order);
	found = bus_member_find(bus, addr);
	spin_unlock(&bus->order);
	return found;
}

static u32 size_of_group(struct bus *bus, u64 id)
{
	struct bus_group *group;
	u32 size;

	spin_lock(&bus->order);
	group = bus_group_find(bus, id);
	size = group ? group->size : 0;
	spin_unlock(&bus->order);
	return size;
}

static void address_finds_its_member_alone(struct kunit *test)
{
	struct bus_sock *member[SOCKETS];
	struct bus *bus;
	unsigned int i;

	for (i = 0; i < SOCKETS; i++)
		member[i] = open_member(test);
	bus = member[0]->bus;
	for (i = 0; i < SOCKETS; i++)
		KUNIT_EXPECT_PTR_EQ(test, member[i], find(bus, member[i]->addr));
	KUNIT_EXPECT_NULL(test, find(bus, 0));
	KUNIT_EXPECT_NULL(test, find(bus, BUS_ADDR_MASTER));
	KUNIT_EXPECT_NULL(test, find(bus, member[SOCKETS - 1]->addr + 1));
	KUNIT_EXPECT_NULL(test, find(bus, GROUP(member[0]->addr)));
	KUNIT_EXPECT_EQ(test, (u32)SOCKETS, bus->members);
}

static void address_is_never_given_again(struct kunit *test)
{
	u64 last = open_member(test)->addr;
	unsigned int i;

	for (i = 0; i < 5; i++) {
		struct bus_sock *bs = open_member(test);
		struct bus *bus = bs->bus;

		KUNIT_EXPECT_GT(test, bs->addr, last);
		KUNIT_EXPECT_FALSE(test, bs->addr & BUS_ADDR_GROUP);
		last = bs->addr;
		close_member(test, bs);
		KUNIT_EXPECT_NULL(test, find(bus, last));
	}
}

static void group_lives_while_it_has_members(struct kunit *test)
{
	struct bus_sock *a = open_member(test);
	struct bus_sock *b = open_member(test);
	struct bus *bus = a->bus;

	KUNIT_EXPECT_EQ(test, 0, bus_member_join(a, GROUP(1)));
	KUNIT_EXPECT_EQ(test, 0, bus_member_join(b, GROUP(1)));
	KUNIT_EXPECT_EQ(test, 0, bus_member_join(b, GROUP(2)));
	KUNIT_EXPECT_EQ(test, -EALREADY, bus_member_join(b, GROUP(2)));
	KUNIT_EXPECT_EQ(test, 2U, size_of_group(bus, GROUP(1)));
	KUNIT_EXPECT_EQ(test, 1U, size_of_group(bus, GROUP(2)));
	KUNIT_EXPECT_EQ(test, 2U, bus->group_count);
	KUNIT_EXPECT_EQ(test, 0, bus_member_part(a, GROUP(1)));
	KUNIT_EXPECT_EQ(test, -ENOENT, bus_member_part(a, GROUP(1)));
	KUNIT_EXPECT_EQ(test, 1U, size_of_group(bus, GROUP(1)));
	close_member(test, b);
	KUNIT_EXPECT_EQ(test, 0U, size_of_group(bus, GROUP(1)));
	KUNIT_EXPECT_EQ(test, 0U, bus->group_count);
}

static void set_name(struct bus_name *name, const char *text, u64 addr)
{
	memset(name, 0, sizeof(*name));
	strscpy(name->name, text, sizeof(name->name));
	name->addr = addr;
}

static void name_goes_with_its_member_and_all_with_the_master(struct kunit *test)
{
	struct bus_sock *master = open_member(test);
	struct bus_sock *a = open_member(test);
	struct bus_sock *b = open_member(test);
	struct bus *bus = master->bus;
	struct bus_name name;

	KUNIT_ASSERT_EQ(test, 0, bus_member_claim(master, true));
	set_name(&name, "org.a", a->addr);
	KUNIT_EXPECT_EQ(test, -EPERM, bus_member_name(a, &name));
	KUNIT_EXPECT_EQ(test, 0, bus_member_name(master, &name));
	set_name(&name, "org.b", b->addr);
	KUNIT_EXPECT_EQ(test, 0, bus_member_name(master, &name));
	set_name(&name, "org.b", a->addr);
	KUNIT_EXPECT_EQ(test, 0, bus_member_name(master, &name));
	KUNIT_EXPECT_EQ(test, 2U, bus->name_count);
	set_name(&name, "org.b", 0);
	KUNIT_EXPECT_EQ(test, 0, bus_member_lookup(b, &name));
	KUNIT_EXPECT_EQ(test, a->addr, name.addr);

	close_member(test, a);
	KUNIT_EXPECT_EQ(test, 0U, bus->name_count);
	set_name(&name, "org.b", b->addr);
	KUNIT_EXPECT_EQ(test, 0, bus_member_name(master, &name));
	close_member(test, master);
	KUNIT_EXPECT_EQ(test, 0U, bus->name_count);
	KUNIT_EXPECT_NULL(test, bus->master);
	KUNIT_EXPECT_EQ(test, -ENOENT, bus_member_lookup(b, &name));
}

/* The queue of a receiver; what waits in it are events numbered by address. */

static void add_charged(struct kunit *test, struct bus_sock *bs, u64 number, u32 charge)
{
	struct sk_buff *skb = bus_message_event(BUS_EVENT_ENTER, number, 0, GFP_KERNEL);
	struct bus_entry *e;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	e = &bus_message(skb)->first;
	e->skb = skb;
	e->length = skb->len;
	e->charge = charge;
	spin_lock(&bs->bus->order);
	bus_queue_add(bs, e);
	spin_unlock(&bs->bus->order);
}

static void add(struct kunit *test, struct bus_sock *bs, u64 number)
{
	add_charged(test, bs, number, 100);
}

/* Under bus.order, as a sender that skips it. */
static void lose(struct bus_sock *bs)
{
	spin_lock(&bs->bus->order);
	bus_queue_lose(bs);
	spin_unlock(&bs->bus->order);
}

/* Which one is next: its number, or a negative errno. */
static s64 next(struct bus_sock *bs, bool peek, u64 *lost)
{
	struct bus_event event;
	struct bus_taken got;
	int err = bus_queue_take(bs, &got, peek);

	if (err)
		return err;
	skb_copy_bits(got.entry.skb, 0, &event, sizeof(event));
	if (lost)
		*lost = got.entry.lost;
	bus_queue_done(&got);
	return event.addr;
}

static void queue_gives_what_came_first(struct kunit *test)
{
	struct bus_sock *bs = open_member(test);
	u64 i;

	KUNIT_EXPECT_FALSE(test, bus_queue_readable(bs));
	KUNIT_EXPECT_EQ(test, 0, bus_queue_next_length(bs));
	for (i = 1; i <= 20; i++)
		add(test, bs, i);
	KUNIT_EXPECT_EQ(test, 20U, bs->queue.messages);
	KUNIT_EXPECT_EQ(test, 2000U, bs->queue.bytes);
	KUNIT_EXPECT_TRUE(test, bus_queue_readable(bs));
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct bus_event), bus_queue_next_length(bs));
	for (i = 1; i <= 20; i++) {
		KUNIT_EXPECT_EQ(test, (s64)i, next(bs, true, NULL));
		KUNIT_EXPECT_EQ(test, (s64)i, next(bs, false, NULL));
	}
	KUNIT_EXPECT_EQ(test, (s64)-EAGAIN, next(bs, false, NULL));
	KUNIT_EXPECT_EQ(test, 0U, bs->queue.bytes);
}

static void what_could_not_be_received_is_next_again(struct kunit *test)
{
	struct bus_sock *bs = open_member(test);
	struct bus_taken got;

	add(test, bs, 1);
	add(test, bs, 2);
	KUNIT_ASSERT_EQ(test, 0, bus_queue_take(bs, &got, false));
	KUNIT_EXPECT_EQ(test, 1U, bs->queue.messages);
	bus_queue_untake(bs, &got);
	KUNIT_EXPECT_EQ(test, 2U, bs->queue.messages);
	KUNIT_EXPECT_EQ(test, 200U, bs->queue.bytes);
	KUNIT_ASSERT_EQ(test, 0, bus_queue_take(bs, &got, true));
	bus_queue_untake(bs, &got);
	KUNIT_EXPECT_EQ(test, 2U, bs->queue.messages);
	KUNIT_EXPECT_EQ(test, (s64)1, next(bs, false, NULL));
	KUNIT_EXPECT_EQ(test, (s64)2, next(bs, false, NULL));
}

static void queue_is_full_by_messages_or_by_bytes(struct kunit *test)
{
	struct bus_sock *bs = open_member(test);

	bs->queue.max = 2;
	add(test, bs, 1);
	KUNIT_EXPECT_TRUE(test, bus_queue_has_room(bs));
	add(test, bs, 2);
	KUNIT_EXPECT_FALSE(test, bus_queue_has_room(bs));
	bs->queue.max = 10;
	KUNIT_EXPECT_TRUE(test, bus_queue_has_room(bs));
	bs->sk.sk_rcvbuf = 201;
	KUNIT_EXPECT_TRUE(test, bus_queue_has_room(bs));
	bs->sk.sk_rcvbuf = 200;
	KUNIT_EXPECT_FALSE(test, bus_queue_has_room(bs));
	KUNIT_EXPECT_EQ(test, (s64)1, next(bs, false, NULL));
	KUNIT_EXPECT_TRUE(test, bus_queue_has_room(bs));
	/* The last one may exceed it. */
	add_charged(test, bs, 3, 100000);
	KUNIT_EXPECT_FALSE(test, bus_queue_has_room(bs));
}

static void who_waits_is_woken_at_a_quarter(struct kunit *test)
{
	struct bus_sock *bs = open_member(test);
	u64 i;

	bs->queue.max = 8;
	KUNIT_EXPECT_FALSE(test, bus_queue_congest(bs));
	KUNIT_EXPECT_FALSE(test, bs->queue.congested);
	for (i = 1; i <= 8; i++)
		add(test, bs, i);
	KUNIT_EXPECT_TRUE(test, bus_queue_congest(bs));
	for (i = 1; i <= 5; i++) {
		next(bs, false, NULL);
		KUNIT_EXPECT_TRUE(test, bs->queue.congested);
	}
	next(bs, false, NULL);
	KUNIT_EXPECT_FALSE(test, bs->queue.congested);
}

static void nobody_waits_for_who_takes_no_more(struct kunit *test)
{
	struct bus_sock *bs = open_member(test);

	bs->queue.max = 1;
	add(test, bs, 1);
	bs->queue.shut = true;
	KUNIT_EXPECT_FALSE(test, bus_queue_congest(bs));
}

static void losses_are_told_in_front_of_the_next_message(struct kunit *test)
{
	struct bus_sock *bs = open_member(test);
	u64 lost = 0;

	bs->meta = BUS_META_STAMP;
	add(test, bs, 1);
	lose(bs);
	lose(bs);
	add(test, bs, 2);
	lose(bs);
	KUNIT_EXPECT_EQ(test, (s64)1, next(bs, false, &lost));
	KUNIT_EXPECT_EQ(test, 0ULL, lost);
	KUNIT_EXPECT_EQ(test, (s64)2, next(bs, true, &lost));
	KUNIT_EXPECT_EQ(test, 2ULL, lost);
	KUNIT_EXPECT_EQ(test, (s64)2, next(bs, false, &lost));
	KUNIT_EXPECT_EQ(test, 2ULL, lost);
	/* Nothing is behind the third. */
	KUNIT_EXPECT_TRUE(test, bus_queue_readable(bs));
	KUNIT_EXPECT_EQ(test, (s64)-ENODATA, next(bs, false, NULL));
	KUNIT_EXPECT_EQ(test, 1ULL, bs->queue.lost);
	KUNIT_EXPECT_EQ(test, 3ULL, bs->queue.lost_ever);
}

static void without_metadata_a_loss_is_one_error(struct kunit *test)
{
	struct bus_sock *bs = open_member(test);

	lose(bs);
	lose(bs);
	add(test, bs, 1);
	lose(bs);
	KUNIT_EXPECT_EQ(test, (s64)-ENOBUFS, next(bs, false, NULL));
	KUNIT_EXPECT_EQ(test, (s64)1, next(bs, false, NULL));
	KUNIT_EXPECT_EQ(test, (s64)-ENOBUFS, next(bs, false, NULL));
	KUNIT_EXPECT_EQ(test, (s64)-EAGAIN, next(bs, false, NULL));
}

static void purged_queue_is_empty(struct kunit *test)
{
	struct bus_sock *bs = open_member(test);

	add(test, bs, 1);
	add(test, bs, 2);
	bus_queue_purge(bs);
	KUNIT_EXPECT_EQ(test, 0U, bs->queue.messages);
	KUNIT_EXPECT_EQ(test, 0U, bs->queue.bytes);
	KUNIT_EXPECT_EQ(test, (s64)-EAGAIN, next(bs, false, NULL));
}

/* Order */

static int send(struct bus_sock *from, u64 to, u32 policy, const char *text)
{
	struct sockaddr_bus sa = {
		.sbus_family = bus_family, .sbus_flags = policy, .sbus_addr = to,
	};
	struct msghdr msg = {
		.msg_name = &sa, .msg_namelen = BUS_SOCKADDR_SHORT, .msg_flags = MSG_DONTWAIT,
	};
	struct kvec vec = { (char *)text, strlen(text) };
	int n = kernel_sendmsg(from->sk.sk_socket, &msg, &vec, 1, vec.iov_len);

	return n < 0 ? n : 0;
}

static int send_list(struct bus_sock *from, const u64 *list, unsigned int n, u32 policy)
{
	struct sockaddr_bus sa = { .sbus_family = bus_family, .sbus_flags = policy };
	struct {
		struct cmsghdr	head;
		u64		dest[SOCKETS];
	} control = {
		.head = {
			.cmsg_len = CMSG_LEN(n * sizeof(*list)),
			.cmsg_level = SOL_BUS, .cmsg_type = BUS_CMSG_DESTS,
		},
	};
	struct msghdr msg = {
		.msg_name = &sa, .msg_namelen = BUS_SOCKADDR_SHORT, .msg_flags = MSG_DONTWAIT,
		.msg_control = &control, .msg_controllen = control.head.cmsg_len,
	};
	struct kvec vec = { "list", 4 };

	memcpy(control.dest, list, n * sizeof(*list));
	n = kernel_sendmsg(from->sk.sk_socket, &msg, &vec, 1, vec.iov_len);
	return (int)n < 0 ? (int)n : 0;
}

/* The stamp of the next message, which is taken; zero: there is none. */
static u64 taken_stamp(struct bus_sock *bs, u64 *dest)
{
	struct bus_taken got;
	u64 stamp;

	if (bus_queue_take(bs, &got, false))
		return 0;
	stamp = bus_message(got.entry.skb)->order;
	if (dest)
		*dest = got.entry.dest;
	bus_queue_done(&got);
	return stamp;
}

static void stamp_grows_by_one_with_each_message(struct kunit *test)
{
	struct bus_sock *a = open_member(test);
	struct bus_sock *b = open_member(test);
	struct bus *bus = a->bus;
	u64 before = bus->stamp;
	u64 i, time = 0;

	for (i = 1; i <= 10; i++) {
		KUNIT_ASSERT_EQ(test, 0, send(a, b->addr, BUS_WAIT, "x"));
		KUNIT_EXPECT_EQ(test, before + i, bus->stamp);
	}
	for (i = 1; i <= 10; i++) {
		struct bus_taken got;

		KUNIT_ASSERT_EQ(test, 0, bus_queue_take(b, &got, false));
		KUNIT_EXPECT_EQ(test, before + i, bus_message(got.entry.skb)->order);
		KUNIT_EXPECT_GE(test, bus_message(got.entry.skb)->time, time);
		time = bus_message(got.entry.skb)->time;
		bus_queue_done(&got);
	}
}

static void receivers_of_a_group_share_message_and_stamp(struct kunit *test)
{
	struct bus_sock *a = open_member(test);
	struct bus_sock *b = open_member(test);
	struct bus_sock *c = open_member(test);
	struct bus_taken at_b, at_c;

	KUNIT_ASSERT_EQ(test, 0, bus_member_join(a, GROUP(1)));
	KUNIT_ASSERT_EQ(test, 0, bus_member_join(b, GROUP(1)));
	KUNIT_ASSERT_EQ(test, 0, bus_member_join(c, GROUP(1)));
	KUNIT_ASSERT_EQ(test, 0, send(a, GROUP(1), BUS_WAIT, "x"));
	KUNIT_EXPECT_EQ(test, 0U, a->queue.messages);
	KUNIT_ASSERT_EQ(test, 0, bus_queue_take(b, &at_b, false));
	KUNIT_ASSERT_EQ(test, 0, bus_queue_take(c, &at_c, false));
	KUNIT_EXPECT_PTR_EQ(test, at_b.entry.skb, at_c.entry.skb);
	KUNIT_EXPECT_EQ(test, GROUP(1), at_c.entry.dest);
	bus_queue_done(&at_b);
	bus_queue_done(&at_c);
}

static void receivers_agree_on_the_order_of_all_kinds_of_sends(struct kunit *test)
{
	struct bus_sock *a = open_member(test);
	struct bus_sock *b = open_member(test);
	struct bus_sock *c = open_member(test);
	struct bus_sock *d = open_member(test);
	const u64 list[] = { c->addr, d->addr };
	u64 last_c = 0, last_d = 0, common = 0, stamp;
	int i;

	KUNIT_ASSERT_EQ(test, 0, bus_member_join(c, GROUP(1)));
	KUNIT_ASSERT_EQ(test, 0, bus_member_join(d, GROUP(1)));
	for (i = 0; i < 10; i++) {
		KUNIT_ASSERT_EQ(test, 0, send(a, GROUP(1), BUS_WAIT, "group"));
		KUNIT_ASSERT_EQ(test, 0, send(b, c->addr, BUS_WAIT, "one"));
		KUNIT_ASSERT_EQ(test, 0, send_list(b, list, 2, BUS_WAIT));
		KUNIT_ASSERT_EQ(test, 0, send(a, d->addr, BUS_WAIT, "one"));
	}
	/* Strictly growing at each, so what both get comes in one order. */
	for (i = 0; i < 30; i++) {
		stamp = taken_stamp(c, NULL);
		KUNIT_EXPECT_GT(test, stamp, last_c);
		last_c = stamp;
		stamp = taken_stamp(d, NULL);
		KUNIT_EXPECT_GT(test, stamp, last_d);
		last_d = stamp;
		common += i % 3 == 0 && last_c == last_d;
	}
	KUNIT_EXPECT_EQ(test, 10ULL, common);
	KUNIT_EXPECT_EQ(test, 0ULL, taken_stamp(c, NULL));
	KUNIT_EXPECT_EQ(test, 0ULL, taken_stamp(d, NULL));
}

static void list_reaches_each_receiver_once(struct kunit *test)
{
	struct bus_sock *a = open_member(test);
	struct bus_sock *b = open_member(test);
	struct bus_sock *c = open_member(test);
	const u64 list[] = { b->addr, GROUP(1), c->addr, b->addr, a->addr };
	u64 dest = 0;

	KUNIT_ASSERT_EQ(test, 0, bus_member_join(b, GROUP(1)));
	KUNIT_ASSERT_EQ(test, 0, bus_member_join(c, GROUP(1)));
	KUNIT_ASSERT_EQ(test, 0, send_list(a, list, ARRAY_SIZE(list), BUS_WAIT));
	KUNIT_EXPECT_EQ(test, 0U, a->queue.messages);
	KUNIT_EXPECT_EQ(test, 1U, b->queue.messages);
	KUNIT_EXPECT_EQ(test, 1U, c->queue.messages);
	KUNIT_EXPECT_EQ(test, taken_stamp(b, &dest), taken_stamp(c, NULL));
	KUNIT_EXPECT_EQ(test, b->addr, dest);
}

static void failed_send_takes_no_place_and_reaches_nobody(struct kunit *test)
{
	struct bus_sock *a = open_member(test);
	struct bus_sock *b = open_member(test);
	struct bus_sock *c = open_member(test);
	const u64 list[] = { b->addr, c->addr }, unknown[] = { b->addr, 12345 };
	u64 stamp;

	c->queue.max = 1;
	KUNIT_ASSERT_EQ(test, 0, send(a, c->addr, BUS_FAIL, "x"));
	stamp = a->bus->stamp;
	KUNIT_EXPECT_EQ(test, -ENOBUFS, send_list(a, list, 2, BUS_FAIL));
	KUNIT_EXPECT_EQ(test, -EAGAIN, send_list(a, list, 2, BUS_WAIT));
	KUNIT_EXPECT_EQ(test, -EHOSTUNREACH, send_list(a, unknown, 2, BUS_WAIT));
	KUNIT_EXPECT_EQ(test, -EHOSTUNREACH, send(a, GROUP(1), BUS_SKIP, "x"));
	KUNIT_EXPECT_EQ(test, stamp, a->bus->stamp);
	KUNIT_EXPECT_EQ(test, 0U, b->queue.messages);
	KUNIT_EXPECT_EQ(test, 1U, c->queue.messages);
	KUNIT_EXPECT_EQ(test, 0ULL, c->queue.lost);
	/* But left out, it does not stop the others. */
	KUNIT_EXPECT_EQ(test, 0, send_list(a, list, 2, BUS_SKIP));
	KUNIT_EXPECT_EQ(test, stamp + 1, a->bus->stamp);
	KUNIT_EXPECT_EQ(test, 1U, b->queue.messages);
	KUNIT_EXPECT_EQ(test, 1ULL, c->queue.lost);
	KUNIT_EXPECT_EQ(test, 1LL, atomic64_read(&a->skipped));
}

static unsigned int length(const struct list_head *list)
{
	const struct list_head *at;
	unsigned int n = 0;

	list_for_each(at, list)
		n++;
	return n;
}

static void wish_is_one_and_ends_when_there_is_room(struct kunit *test)
{
	struct bus_sock *a = open_member(test);
	struct bus_sock *b = open_member(test);

	b->queue.max = 1;
	bus_peer_set(a, b->addr);
	KUNIT_EXPECT_TRUE(test, bus_peer_has_room(a));
	KUNIT_ASSERT_EQ(test, 0, send(a, b->addr, BUS_WAIT, "x"));
	KUNIT_EXPECT_FALSE(test, bus_peer_has_room(a));
	KUNIT_EXPECT_FALSE(test, bus_peer_has_room(a));
	KUNIT_EXPECT_EQ(test, -EAGAIN, send(a, b->addr, BUS_WAIT, "x"));
	KUNIT_EXPECT_EQ(test, -EAGAIN, send(a, b->addr, BUS_WAIT, "x"));
	/* One for poll(), one for the refused sends. */
	KUNIT_EXPECT_EQ(test, 2U, length(&b->queue.wishes));
	KUNIT_EXPECT_EQ(test, 2U, length(&a->wishes));
	KUNIT_EXPECT_NE(test, 0ULL, taken_stamp(b, NULL));
	KUNIT_EXPECT_TRUE(test, list_empty(&b->queue.wishes));
	KUNIT_EXPECT_TRUE(test, list_empty(&a->wishes));
	KUNIT_EXPECT_TRUE(test, bus_peer_has_room(a));
}

static void wish_ends_with_either_side(struct kunit *test)
{
	struct bus_sock *a = open_member(test);
	struct bus_sock *b = open_member(test);
	struct bus_sock *c = open_member(test);

	b->queue.max = 1;
	KUNIT_ASSERT_EQ(test, 0, send(a, b->addr, BUS_WAIT, "x"));
	KUNIT_EXPECT_EQ(test, -EAGAIN, send(a, b->addr, BUS_WAIT, "x"));
	KUNIT_EXPECT_EQ(test, -EAGAIN, send(c, b->addr, BUS_WAIT, "x"));
	close_member(test, a);
	KUNIT_EXPECT_EQ(test, 1U, length(&b->queue.wishes));
	close_member(test, b);
	KUNIT_EXPECT_TRUE(test, list_empty(&c->wishes));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(quota_is_one_account_for_a_user),
	KUNIT_CASE(quota_is_kept_to_the_last_unit),
	KUNIT_CASE(quota_can_fall_below_what_is_used),
	KUNIT_CASE(what_is_in_flight_is_charged_until_it_is_received),

	KUNIT_CASE(address_finds_its_member_alone),
	KUNIT_CASE(address_is_never_given_again),
	KUNIT_CASE(group_lives_while_it_has_members),
	KUNIT_CASE(name_goes_with_its_member_and_all_with_the_master),

	KUNIT_CASE(queue_gives_what_came_first),
	KUNIT_CASE(what_could_not_be_received_is_next_again),
	KUNIT_CASE(queue_is_full_by_messages_or_by_bytes),
	KUNIT_CASE(who_waits_is_woken_at_a_quarter),
	KUNIT_CASE(nobody_waits_for_who_takes_no_more),
	KUNIT_CASE(losses_are_told_in_front_of_the_next_message),
	KUNIT_CASE(without_metadata_a_loss_is_one_error),
	KUNIT_CASE(purged_queue_is_empty),

	KUNIT_CASE(stamp_grows_by_one_with_each_message),
	KUNIT_CASE(receivers_of_a_group_share_message_and_stamp),
	KUNIT_CASE(receivers_agree_on_the_order_of_all_kinds_of_sends),
	KUNIT_CASE(list_reaches_each_receiver_once),
	KUNIT_CASE(failed_send_takes_no_place_and_reaches_nobody),
	KUNIT_CASE(wish_is_one_and_ends_when_there_is_room),
	KUNIT_CASE(wish_ends_with_either_side),
	{}
};

static struct kunit_suite suite = {
	.name = "afbus",
	.init = opened_init,
	.exit = opened_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("unit tests of AF_BUS");

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Quotas. What a user has in flight is counted in one tier, per network
 * namespace, however many sockets it opens. Who sends pays until it is received.
 */
#include <linux/slab.h>

#include "bus.h"

/* What a namespace starts with; changed through generic netlink. */
const long bus_limit_default[BUS_GOODS] = {
	[BUS_BYTES]		= 64L << 20,
	[BUS_DESCRIPTORS]	= 1024,
	[BUS_MEMBERS]		= 4096,
	[BUS_JOINS]		= 65536,
	[BUS_NAMES]		= 1024,
};

/**
 * bus_user_get() - the account of a user
 * @net: the namespace
 * @uid: the user
 *
 * Return: with a reference, or NULL without memory.
 */
struct bus_user *bus_user_get(struct bus_net *net, kuid_t uid)
{
	struct bus_user *user, *new;

	new = kzalloc(sizeof(*new), GFP_KERNEL_ACCOUNT);
	if (!new)
		return NULL;
	new->uid = uid;
	new->net = net;
	refcount_set(&new->refs, 1);

	spin_lock_bh(&net->user_lock);
	list_for_each_entry(user, &net->users, node) {
		if (uid_eq(user->uid, uid)) {
			refcount_inc(&user->refs);
			spin_unlock_bh(&net->user_lock);
			kfree(new);
			return user;
		}
	}
	list_add(&new->node, &net->users);
	spin_unlock_bh(&net->user_lock);
	return new;
}

void bus_user_put(struct bus_user *user)
{
	struct bus_net *net = user->net;

	spin_lock_bh(&net->user_lock);
	if (!refcount_dec_and_test(&user->refs))
		user = NULL;
	else
		list_del(&user->node);
	spin_unlock_bh(&net->user_lock);
	kfree(user);
}

/**
 * bus_charge() - count @n more of @good
 * @user: whose
 * @good: of what
 * @n: how many, not negative
 *
 * Return: 0, or -EDQUOT and nothing is counted.
 */
int bus_charge(struct bus_user *user, enum bus_good good, long n)
{
	if (atomic_long_add_return(n, &user->used[good]) <=
	    READ_ONCE(user->net->limit[good]))
		return 0;
	bus_uncharge(user, good, n);
	return -EDQUOT;
}

void bus_uncharge(struct bus_user *user, enum bus_good good, long n)
{
	atomic_long_sub(n, &user->used[good]);
}

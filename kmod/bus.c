// SPDX-License-Identifier: GPL-2.0-only
/*
 * Named buses of a network namespace: made by the first member with a mode and
 * an owner, gone with the last.
 */
#include <linux/cred.h>
#include <linux/ctype.h>
#include <linux/nsproxy.h>
#include <linux/slab.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "bus.h"

unsigned int bus_net_id;

struct bus_net *bus_net(struct net *net)
{
	return net_generic(net, bus_net_id);
}

static struct bus *bus_find(struct bus_net *bn, const char *name)
{
	struct bus *bus;

	list_for_each_entry(bus, &bn->buses, node)
		if (!strcmp(bus->name, name))
			return bus;
	return NULL;
}

/* Letters, digits, dot, underscore, hyphen; then NULs to the end. */
static bool bus_name_is_valid(const char *name)
{
	size_t len = strnlen(name, BUS_NAME_MAX);
	size_t i;

	if (!len || len == BUS_NAME_MAX)
		return false;
	for (i = 0; i < len; i++)
		if (!isascii(name[i]) ||
		    (!isalnum(name[i]) && !strchr("._-", name[i])))
			return false;
	return !memchr_inv(name + len, 0, BUS_NAME_MAX - len);
}

static unsigned int bus_rights(const struct bus *bus)
{
	umode_t mode = bus->mode;
	unsigned int rights = 0;

	if (ns_capable(bus->net->user_ns, CAP_NET_ADMIN))
		return BUS_MAY_HEAR | BUS_MAY_SEND;
	if (uid_eq(bus->uid, current_euid()))
		mode >>= 6;
	else if (in_egroup_p(bus->gid))
		mode >>= 3;
	if (mode & 4)
		rights |= BUS_MAY_HEAR;
	if (mode & 2)
		rights |= BUS_MAY_SEND;
	return rights;
}

static int bus_set_owner(struct bus *bus, const struct bus_perm *perm)
{
	struct user_namespace *ns = current_user_ns();

	bus->mode = perm->mode;
	bus->uid = current_euid();
	bus->gid = current_egid();
	if (perm->uid != (u32)~0)
		bus->uid = make_kuid(ns, perm->uid);
	if (perm->gid != (u32)~0)
		bus->gid = make_kgid(ns, perm->gid);
	if (!uid_valid(bus->uid) || !gid_valid(bus->gid))
		return -EINVAL;
	if ((!uid_eq(bus->uid, current_euid()) || !in_egroup_p(bus->gid)) &&
	    !ns_capable(bus->net->user_ns, CAP_CHOWN))
		return -EPERM;
	return 0;
}

/* For getsockopt(): what bus_set_owner() made of it. */
void bus_get_perm(const struct bus *bus, struct bus_perm *perm)
{
	struct user_namespace *ns = current_user_ns();

	memset(perm, 0, sizeof(*perm));
	perm->mode = bus->mode;
	perm->uid = from_kuid_munged(ns, bus->uid);
	perm->gid = from_kgid_munged(ns, bus->gid);
}

static struct bus *bus_new(struct net *net, const char *name,
			   const struct bus_perm *perm)
{
	struct bus *bus = kvzalloc(sizeof(*bus), GFP_KERNEL_ACCOUNT);
	int err;

	if (!bus)
		return ERR_PTR(-ENOMEM);
	kref_init(&bus->refs);
	bus->net = net;
	memcpy(bus->name, name, BUS_NAME_MAX);
	spin_lock_init(&bus->order);
	INIT_LIST_HEAD(&bus->listeners);
	err = bus_set_owner(bus, perm);
	if (err) {
		kvfree(bus);
		return ERR_PTR(err);
	}
	return bus;
}

/**
 * bus_attach() - the bus that a socket binds to, made if need be
 * @net: the namespace
 * @sa: its name, and BUS_CREATE or BUS_EXISTING
 * @perm: mode and owner, if it is made
 * @rights: result: BUS_MAY_HEAR, BUS_MAY_SEND of the caller
 *
 * Return: with a reference, for bus_detach() and then bus_put(); or an error.
 */
struct bus *bus_attach(struct net *net, const struct sockaddr_bus *sa,
		       const struct bus_perm *perm, unsigned int *rights)
{
	struct bus_net *bn = bus_net(net);
	struct bus *bus;

	if (!bus_name_is_valid(sa->sbus_name) ||
	    (sa->sbus_flags != 0 && sa->sbus_flags != BUS_CREATE &&
	     sa->sbus_flags != BUS_EXISTING))
		return ERR_PTR(-EINVAL);

	mutex_lock(&bn->lock);
	bus = bus_find(bn, sa->sbus_name);
	if (bus && sa->sbus_flags == BUS_CREATE) {
		bus = ERR_PTR(-EEXIST);
		goto out;
	}
	if (bus) {
		kref_get(&bus->refs);
	} else if (sa->sbus_flags == BUS_EXISTING) {
		bus = ERR_PTR(-ENOENT);
		goto out;
	} else {
		bus = bus_new(net, sa->sbus_name, perm);
		if (IS_ERR(bus))
			goto out;
	}
	*rights = bus_rights(bus);
	if (!*rights) {
		bus_put(bus);
		bus = ERR_PTR(-EACCES);
		goto out;
	}
	if (!bus->attached++) {
		bus->id = ++bn->last_id;
		list_add_tail(&bus->node, &bn->buses);
		bus_control_bus(bus, true);
	}
out:
	mutex_unlock(&bn->lock);
	return bus;
}

/* A member has left; with the last one the name is free. */
void bus_detach(struct bus *bus)
{
	struct bus_net *bn = bus_net(bus->net);

	mutex_lock(&bn->lock);
	if (!--bus->attached) {
		list_del(&bus->node);
		bus_control_bus(bus, false);
	}
	mutex_unlock(&bn->lock);
}

static void bus_free(struct kref *ref)
{
	kvfree(container_of(ref, struct bus, refs));
}

void bus_put(struct bus *bus)
{
	kref_put(&bus->refs, bus_free);
}

/* Set once, before the module goes: nothing is sent any more. */
bool bus_draining;

/**
 * bus_drain() - ask everybody to let go of the family
 *
 * Every socket hangs up, now and for good; the module can be unloaded when all
 * are closed.
 */
void bus_drain(void)
{
	struct net *net;

	WRITE_ONCE(bus_draining, true);
	down_read(&net_rwsem);
	for_each_net(net) {
		struct bus_net *bn = bus_net(net);
		struct bus *bus;

		mutex_lock(&bn->lock);
		list_for_each_entry(bus, &bn->buses, node)
			bus_members_hang_up(bus);
		mutex_unlock(&bn->lock);
	}
	up_read(&net_rwsem);
}

static int __net_init bus_net_init(struct net *net)
{
	struct bus_net *bn = bus_net(net);

	mutex_init(&bn->lock);
	spin_lock_init(&bn->user_lock);
	INIT_LIST_HEAD(&bn->buses);
	INIT_LIST_HEAD(&bn->users);
	memcpy(bn->limit, bus_limit_default, sizeof(bn->limit));
	return bus_proc_init_net(net);
}

static void __net_exit bus_net_exit(struct net *net)
{
	struct bus_net *bn = bus_net(net);

	bus_proc_exit_net(net);
	WARN_ON_ONCE(!list_empty(&bn->buses) || !list_empty(&bn->users));
}

static struct pernet_operations bus_net_ops = {
	.init	= bus_net_init,
	.exit	= bus_net_exit,
	.id	= &bus_net_id,
	.size	= sizeof(struct bus_net),
};

int __init bus_init_net(void)
{
	return register_pernet_subsys(&bus_net_ops);
}

void bus_exit_net(void)
{
	unregister_pernet_subsys(&bus_net_ops);
}

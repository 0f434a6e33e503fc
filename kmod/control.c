// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generic netlink family "afbus": what is on the buses of a network namespace,
 * limits, and notifications of changes. What is said is stated once, in
 * Documentation/netlink/specs/afbus.yaml; control-gen.c follows from it.
 *
 * A dump holds bus_net.lock while it fills one buffer and goes on where it was:
 * at the bus with that id or the next younger one, in that bucket of its table,
 * after so many entries. What happens in between moves bus_net.changes, and the
 * reader finds NLM_F_DUMP_INTR.
 */
#include <linux/module.h>
#include <linux/pid_namespace.h>
#include <net/genetlink.h>

#include "bus.h"
#include "control-gen.h"

/* One notification: a bus, a well-known name and a few numbers. */
#define CONTROL_NTF_SIZE	512

static_assert((int)AFBUS_RIGHT_HEAR == BUS_MAY_HEAR);
static_assert((int)AFBUS_RIGHT_SEND == BUS_MAY_SEND);
static_assert(AFBUS_A_QUOTA_BYTES + BUS_DESCRIPTORS == AFBUS_A_QUOTA_DESCRIPTORS);
static_assert(AFBUS_A_QUOTA_BYTES + BUS_MEMBERS == AFBUS_A_QUOTA_MEMBERS);
static_assert(AFBUS_A_QUOTA_BYTES + BUS_JOINS == AFBUS_A_QUOTA_JOINS);
static_assert(AFBUS_A_QUOTA_BYTES + BUS_NAMES == AFBUS_A_QUOTA_NAMES);

/* Answers to one request */

static struct user_namespace *control_users(const struct sk_buff *request)
{
	return sk_user_ns(NETLINK_CB(request).sk);
}

static struct sk_buff *control_answer(struct genl_info *info, void **head)
{
	struct sk_buff *skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);

	if (skb)
		*head = genlmsg_put_reply(skb, info, &afbus_nl_family, 0,
					  info->genlhdr->cmd);
	return skb;
}

/* @err: what putting the attributes gave. */
static int control_reply(struct sk_buff *skb, void *head, int err,
			 struct genl_info *info)
{
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	genlmsg_end(skb, head);
	return genlmsg_reply(skb, info);
}

/* Under bus_net.lock: the bus that an attribute of a request names. */
static struct bus *control_find_bus(struct bus_net *bn, const struct nlattr *name,
				    struct netlink_ext_ack *extack)
{
	struct bus *bus;

	list_for_each_entry(bus, &bn->buses, node)
		if (!nla_strcmp(name, bus->name))
			return bus;
	NL_SET_ERR_MSG(extack, "no such bus in this network namespace");
	return NULL;
}

/*
 * A notification is made where the change is, under its lock, so that all come in
 * the order of the changes. Without a listener nothing is made.
 */

static struct sk_buff *control_ntf(struct net *net, u8 cmd, gfp_t gfp, void **head)
{
	struct sk_buff *skb;

	if (!genl_has_listeners(&afbus_nl_family, net, AFBUS_NLGRP_MONITOR))
		return NULL;
	skb = genlmsg_new(CONTROL_NTF_SIZE, gfp);
	if (!skb) {
		genl_set_err(&afbus_nl_family, net, 0, AFBUS_NLGRP_MONITOR, -ENOBUFS);
		return NULL;
	}
	*head = genlmsg_put(skb, 0, 0, &afbus_nl_family, 0, cmd);
	return skb;
}

static void control_notify(struct net *net, struct sk_buff *skb, void *head, int err,
			   gfp_t gfp)
{
	if (WARN_ON_ONCE(err)) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, head);
	genlmsg_multicast_netns(&afbus_nl_family, net, skb, 0, AFBUS_NLGRP_MONITOR, gfp);
}

/* The family */

static int control_put_family(struct sk_buff *skb)
{
	if (nla_put_u32(skb, AFBUS_A_FAMILY_NUMBER, bus_family) ||
	    nla_put_string(skb, AFBUS_A_FAMILY_VERSION, BUS_VERSION) ||
	    nla_put_u32(skb, AFBUS_A_FAMILY_MESSAGE_MAX, BUS_MESSAGE_MAX) ||
	    nla_put_u32(skb, AFBUS_A_FAMILY_FDS_MAX, BUS_FDS_MAX) ||
	    nla_put_u32(skb, AFBUS_A_FAMILY_DESTS_MAX, BUS_DESTS_MAX) ||
	    nla_put_u32(skb, AFBUS_A_FAMILY_QUEUE_MAX, BUS_QUEUE_MAX) ||
	    nla_put_u32(skb, AFBUS_A_FAMILY_QUEUE_DEFAULT, BUS_QUEUE_DEFAULT) ||
	    nla_put_u32(skb, AFBUS_A_FAMILY_RING_MAX, BUS_RING_MAX))
		return -EMSGSIZE;
	if (READ_ONCE(bus_draining) &&
	    nla_put_flag(skb, AFBUS_A_FAMILY_DRAINING))
		return -EMSGSIZE;
	return 0;
}

int afbus_nl_family_get_doit(struct sk_buff *request, struct genl_info *info)
{
	struct sk_buff *skb;
	void *head;

	skb = control_answer(info, &head);
	if (!skb)
		return -ENOMEM;
	return control_reply(skb, head, control_put_family(skb), info);
}

int afbus_nl_drain_doit(struct sk_buff *request, struct genl_info *info)
{
	bus_drain();
	return afbus_nl_family_get_doit(request, info);
}

/* Limits and users */

static int control_put_quota(struct sk_buff *skb, const long *quota)
{
	int good;

	for (good = 0; good < BUS_GOODS; good++)
		if (nla_put_u64_64bit(skb, AFBUS_A_QUOTA_BYTES + good,
				      READ_ONCE(quota[good]), AFBUS_A_QUOTA_PAD))
			return -EMSGSIZE;
	return 0;
}

int afbus_nl_limits_get_doit(struct sk_buff *request, struct genl_info *info)
{
	struct bus_net *bn = bus_net(genl_info_net(info));
	struct sk_buff *skb;
	void *head;

	skb = control_answer(info, &head);
	if (!skb)
		return -ENOMEM;
	return control_reply(skb, head, control_put_quota(skb, bn->limit), info);
}

int afbus_nl_limits_set_doit(struct sk_buff *request, struct genl_info *info)
{
	struct net *net = genl_info_net(info);
	struct bus_net *bn = bus_net(net);
	struct nlattr **limit = info->attrs + AFBUS_A_QUOTA_BYTES;
	bool any = false;
	struct sk_buff *skb;
	void *head;
	int good;

	for (good = 0; good < BUS_GOODS; good++) {
		if (limit[good] && nla_get_u64(limit[good]) > LONG_MAX) {
			NL_SET_BAD_ATTR(info->extack, limit[good]);
			return -ERANGE;
		}
		if (limit[good])
			any = true;
	}
	if (!any) {
		NL_SET_ERR_MSG(info->extack, "which limit is to be set is missing");
		return -EINVAL;
	}

	mutex_lock(&bn->lock);
	for (good = 0; good < BUS_GOODS; good++)
		if (limit[good])
			WRITE_ONCE(bn->limit[good], nla_get_u64(limit[good]));
	skb = control_ntf(net, AFBUS_CMD_LIMITS_NTF, GFP_KERNEL, &head);
	if (skb)
		control_notify(net, skb, head, control_put_quota(skb, bn->limit),
			       GFP_KERNEL);
	mutex_unlock(&bn->lock);
	return 0;
}

static int control_put_user(struct sk_buff *skb, struct netlink_callback *cb,
			    const struct bus_user *user)
{
	long used[BUS_GOODS];
	int good;

	for (good = 0; good < BUS_GOODS; good++)
		used[good] = atomic_long_read(&user->used[good]);
	if (nla_put_u32(skb, AFBUS_A_QUOTA_UID,
			from_kuid_munged(control_users(cb->skb), user->uid)))
		return -EMSGSIZE;
	return control_put_quota(skb, used);
}

/* Dumps */

/* Lies where longs do. */
struct control_cursor {
	u64	bus;		/* id */
	u32	bucket;		/* of the table that is dumped */
	u32	entry;		/* in it; of users: in all */
	bool	begun;
} __packed __aligned(sizeof(long));

static struct control_cursor *control_cursor(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct control_cursor) > sizeof(cb->ctx));
	return (struct control_cursor *)cb->ctx;
}

static void *control_dump_put(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct genlmsghdr *request = nlmsg_data(cb->nlh);
	void *head = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				 cb->nlh->nlmsg_seq, &afbus_nl_family,
				 NLM_F_MULTI, request->cmd);

	if (head)
		genl_dump_check_consistent(cb, head);
	return head;
}

static int control_dump_end(struct sk_buff *skb, void *head, int err)
{
	if (err)
		genlmsg_cancel(skb, head);
	else
		genlmsg_end(skb, head);
	return err;
}

/* The buffer is full: there is more; not even one fits: an error. */
static int control_dump_result(const struct sk_buff *skb, int err)
{
	return err && !skb->len ? err : skb->len;
}

static struct nlattr **control_dump_attrs(struct netlink_callback *cb)
{
#ifdef HAVE_GENL_INFO_DUMP
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

int afbus_nl_user_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct control_cursor *at = control_cursor(cb);
	struct bus_net *bn = bus_net(sock_net(cb->skb->sk));
	const struct bus_user *user;
	u32 entry = 0;
	int err = 0;

	/* Users come and go with every socket: no promise but of each one. */
	spin_lock_bh(&bn->user_lock);
	list_for_each_entry(user, &bn->users, node) {
		void *head;

		if (entry++ < at->entry)
			continue;
		head = control_dump_put(skb, cb);
		err = head ? control_dump_end(skb, head,
					      control_put_user(skb, cb, user)) :
			     -EMSGSIZE;
		if (err)
			break;
		at->entry = entry;
	}
	spin_unlock_bh(&bn->user_lock);
	return control_dump_result(skb, err);
}

/* Buses */

static int control_put_bus(struct sk_buff *skb, struct user_namespace *users,
			   struct bus *bus)
{
	u32 members, groups, names;
	u64 master, order, lost;

	spin_lock(&bus->order);
	members = bus->members;
	groups = bus->group_count;
	names = bus->name_count;
	master = bus->master ? bus->master->addr : 0;
	order = bus->stamp;
	lost = bus->lost;
	spin_unlock(&bus->order);

	if (nla_put_string(skb, AFBUS_A_BUS_NAME, bus->name) ||
	    nla_put_u32(skb, AFBUS_A_BUS_MODE, bus->mode) ||
	    nla_put_u32(skb, AFBUS_A_BUS_UID, from_kuid_munged(users, bus->uid)) ||
	    nla_put_u32(skb, AFBUS_A_BUS_GID, from_kgid_munged(users, bus->gid)) ||
	    nla_put_u32(skb, AFBUS_A_BUS_MEMBERS, members) ||
	    nla_put_u32(skb, AFBUS_A_BUS_GROUPS, groups) ||
	    nla_put_u32(skb, AFBUS_A_BUS_NAMES, names) ||
	    nla_put_u64_64bit(skb, AFBUS_A_BUS_MASTER, master, AFBUS_A_BUS_PAD) ||
	    nla_put_u64_64bit(skb, AFBUS_A_BUS_ORDER, order, AFBUS_A_BUS_PAD) ||
	    nla_put_u64_64bit(skb, AFBUS_A_BUS_LOST, lost, AFBUS_A_BUS_PAD))
		return -EMSGSIZE;
	return 0;
}

int afbus_nl_bus_get_doit(struct sk_buff *request, struct genl_info *info)
{
	struct bus_net *bn = bus_net(genl_info_net(info));
	struct sk_buff *skb;
	struct bus *bus;
	void *head;
	int err;

	if (!info->attrs[AFBUS_A_BUS_NAME]) {
		NL_SET_ERR_MSG(info->extack, "name of the bus is missing");
		return -EINVAL;
	}
	skb = control_answer(info, &head);
	if (!skb)
		return -ENOMEM;
	mutex_lock(&bn->lock);
	bus = control_find_bus(bn, info->attrs[AFBUS_A_BUS_NAME], info->extack);
	err = bus ? control_put_bus(skb, control_users(request), bus) : -ENOENT;
	mutex_unlock(&bn->lock);
	return control_reply(skb, head, err, info);
}

int afbus_nl_bus_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct control_cursor *at = control_cursor(cb);
	struct bus_net *bn = bus_net(sock_net(cb->skb->sk));
	struct bus *bus;
	int err = 0;

	if (control_dump_attrs(cb)[AFBUS_A_BUS_NAME]) {
		NL_SET_ERR_MSG(cb->extack, "all buses are dumped; a name is not for that");
		return -EINVAL;
	}
	mutex_lock(&bn->lock);
	cb->seq = atomic_read(&bn->changes);
	list_for_each_entry(bus, &bn->buses, node) {
		void *head;

		if (bus->id <= at->bus)
			continue;
		head = control_dump_put(skb, cb);
		err = head ? control_dump_end(skb, head,
				control_put_bus(skb, control_users(cb->skb), bus)) :
			     -EMSGSIZE;
		if (err)
			break;
		at->bus = bus->id;
	}
	mutex_unlock(&bn->lock);
	return control_dump_result(skb, err);
}

/* What is in a hash table of each bus: members, groups, names */

struct control_table {
	size_t	offset;		/* in struct bus */
	u32	buckets;
	int	bus_attr;	/* which bus is asked for */
	int	(*put)(struct sk_buff *skb, struct user_namespace *users,
		       struct bus *bus, struct hlist_node *node);
};

/* Under bus.order. */
static int control_dump_table(struct sk_buff *skb, struct netlink_callback *cb,
			      const struct control_table *table, struct bus *bus)
{
	struct hlist_head *heads = (void *)bus + table->offset;
	struct control_cursor *at = control_cursor(cb);

	for (; at->bucket < table->buckets; at->bucket++, at->entry = 0) {
		struct hlist_node *node;
		u32 entry = 0;

		hlist_for_each(node, &heads[at->bucket]) {
			void *head;
			int err;

			if (entry++ < at->entry)
				continue;
			head = control_dump_put(skb, cb);
			if (!head)
				return -EMSGSIZE;
			err = table->put(skb, control_users(cb->skb), bus, node);
			err = control_dump_end(skb, head, err);
			if (err)
				return err;
			at->entry = entry;
		}
	}
	return 0;
}

static int control_dump(struct sk_buff *skb, struct netlink_callback *cb,
			const struct control_table *table)
{
	const struct nlattr *only = control_dump_attrs(cb)[table->bus_attr];
	struct control_cursor *at = control_cursor(cb);
	struct bus_net *bn = bus_net(sock_net(cb->skb->sk));
	struct bus *bus;
	int err = 0;

	mutex_lock(&bn->lock);
	cb->seq = atomic_read(&bn->changes);
	if (only && !at->begun && !control_find_bus(bn, only, cb->extack))
		err = -ENOENT;
	at->begun = true;
	list_for_each_entry(bus, &bn->buses, node) {
		if (err)
			break;
		if (bus->id < at->bus || (only && nla_strcmp(only, bus->name)))
			continue;
		if (bus->id > at->bus) {
			at->bus = bus->id;
			at->bucket = 0;
			at->entry = 0;
		}
		spin_lock(&bus->order);
		err = control_dump_table(skb, cb, table, bus);
		spin_unlock(&bus->order);
	}
	mutex_unlock(&bn->lock);
	return control_dump_result(skb, err);
}

/* Members; under bus.order */

static int control_put_member(struct sk_buff *skb, struct user_namespace *users,
			      struct bus *bus, struct hlist_node *node)
{
	struct bus_sock *bs = hlist_entry(node, struct bus_sock, node);
	const struct bus_queue *q = &bs->queue;

	if (nla_put_string(skb, AFBUS_A_MEMBER_BUS, bus->name) ||
	    nla_put_u64_64bit(skb, AFBUS_A_MEMBER_ADDR, bs->addr,
			      AFBUS_A_MEMBER_PAD) ||
	    nla_put_u32(skb, AFBUS_A_MEMBER_PID,
			pid_nr_ns(bs->pid, task_active_pid_ns(current))) ||
	    nla_put_u32(skb, AFBUS_A_MEMBER_UID,
			from_kuid_munged(users, bs->user->uid)) ||
	    nla_put_u32(skb, AFBUS_A_MEMBER_RIGHTS, bs->rights) ||
	    nla_put_u32(skb, AFBUS_A_MEMBER_INODE, sock_i_ino(&bs->sk)) ||
	    nla_put_u32(skb, AFBUS_A_MEMBER_QUEUED, READ_ONCE(q->messages)) ||
	    nla_put_u32(skb, AFBUS_A_MEMBER_QUEUE_MAX, READ_ONCE(q->max)) ||
	    nla_put_u32(skb, AFBUS_A_MEMBER_QUEUED_BYTES, READ_ONCE(q->bytes)) ||
	    nla_put_u32(skb, AFBUS_A_MEMBER_BYTES_MAX,
			READ_ONCE(bs->sk.sk_rcvbuf)) ||
	    nla_put_u64_64bit(skb, AFBUS_A_MEMBER_SENT,
			      atomic64_read(&bs->sent), AFBUS_A_MEMBER_PAD) ||
	    nla_put_u64_64bit(skb, AFBUS_A_MEMBER_RECEIVED,
			      atomic64_read(&bs->received), AFBUS_A_MEMBER_PAD) ||
	    nla_put_u64_64bit(skb, AFBUS_A_MEMBER_LOST,
			      READ_ONCE(q->lost_ever), AFBUS_A_MEMBER_PAD) ||
	    nla_put_u64_64bit(skb, AFBUS_A_MEMBER_SKIPPED,
			      atomic64_read(&bs->skipped), AFBUS_A_MEMBER_PAD) ||
	    nla_put_u64_64bit(skb, AFBUS_A_MEMBER_PEER, READ_ONCE(bs->peer),
			      AFBUS_A_MEMBER_PAD) ||
	    (bus->master == bs && nla_put_flag(skb, AFBUS_A_MEMBER_MASTER)) ||
	    (READ_ONCE(bs->ring) && nla_put_flag(skb, AFBUS_A_MEMBER_RING)))
		return -EMSGSIZE;
	return 0;
}

int afbus_nl_member_get_doit(struct sk_buff *request, struct genl_info *info)
{
	struct bus_net *bn = bus_net(genl_info_net(info));
	struct bus_sock *bs = NULL;
	struct sk_buff *skb;
	struct bus *bus;
	void *head;
	int err;

	if (!info->attrs[AFBUS_A_MEMBER_BUS] || !info->attrs[AFBUS_A_MEMBER_ADDR]) {
		NL_SET_ERR_MSG(info->extack, "name of the bus or address of the member is missing");
		return -EINVAL;
	}
	skb = control_answer(info, &head);
	if (!skb)
		return -ENOMEM;
	err = -ENOENT;
	mutex_lock(&bn->lock);
	bus = control_find_bus(bn, info->attrs[AFBUS_A_MEMBER_BUS], info->extack);
	if (bus) {
		spin_lock(&bus->order);
		bs = bus_member_find(bus, nla_get_u64(info->attrs[AFBUS_A_MEMBER_ADDR]));
		if (bs)
			err = control_put_member(skb, control_users(request), bus,
						 &bs->node);
		else
			NL_SET_ERR_MSG(info->extack, "no such member on this bus");
		spin_unlock(&bus->order);
	}
	mutex_unlock(&bn->lock);
	return control_reply(skb, head, err, info);
}

int afbus_nl_member_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	static const struct control_table members = {
		.offset = offsetof(struct bus, addrs),
		.buckets = HASH_SIZE(((struct bus *)NULL)->addrs),
		.bus_attr = AFBUS_A_MEMBER_BUS,
		.put = control_put_member,
	};

	if (control_dump_attrs(cb)[AFBUS_A_MEMBER_ADDR]) {
		NL_SET_ERR_MSG(cb->extack, "all members are dumped; an address is not for that");
		return -EINVAL;
	}
	return control_dump(skb, cb, &members);
}

/* Groups; under bus.order */

static int control_put_group(struct sk_buff *skb, struct user_namespace *users,
			     struct bus *bus, struct hlist_node *node)
{
	const struct bus_group *group = hlist_entry(node, struct bus_group, node);

	if (nla_put_string(skb, AFBUS_A_GROUP_BUS, bus->name) ||
	    nla_put_u64_64bit(skb, AFBUS_A_GROUP_ID, group->id, AFBUS_A_GROUP_PAD) ||
	    nla_put_u32(skb, AFBUS_A_GROUP_SIZE, group->size))
		return -EMSGSIZE;
	return 0;
}

int afbus_nl_group_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	static const struct control_table groups = {
		.offset = offsetof(struct bus, groups),
		.buckets = HASH_SIZE(((struct bus *)NULL)->groups),
		.bus_attr = AFBUS_A_GROUP_BUS,
		.put = control_put_group,
	};

	return control_dump(skb, cb, &groups);
}

/* Names; under bus.order */

static int control_put_name(struct sk_buff *skb, struct user_namespace *users,
			    struct bus *bus, struct hlist_node *node)
{
	const struct bus_named *named = hlist_entry(node, struct bus_named, node);

	if (nla_put_string(skb, AFBUS_A_NAME_BUS, bus->name) ||
	    nla_put_string(skb, AFBUS_A_NAME_NAME, named->name) ||
	    nla_put_u64_64bit(skb, AFBUS_A_NAME_MEMBER, named->member->addr,
			      AFBUS_A_NAME_PAD))
		return -EMSGSIZE;
	return 0;
}

int afbus_nl_name_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	static const struct control_table names = {
		.offset = offsetof(struct bus, names),
		.buckets = HASH_SIZE(((struct bus *)NULL)->names),
		.bus_attr = AFBUS_A_NAME_BUS,
		.put = control_put_name,
	};

	return control_dump(skb, cb, &names);
}

/* Notifications */

/* From 1 on: zero would say that nothing is known of changes. */
static void control_count_change(struct bus *bus)
{
	atomic_t *changes = &bus_net(bus->net)->changes;

	if (!atomic_inc_return(changes))
		atomic_inc(changes);
}

/**
 * bus_control_bus() - a bus was created or is gone; under bus_net.lock
 * @bus: which
 * @exists: it was created
 */
void bus_control_bus(struct bus *bus, bool exists)
{
	struct user_namespace *users = bus->net->user_ns;
	struct sk_buff *skb;
	void *head;
	int err;

	control_count_change(bus);
	skb = control_ntf(bus->net, exists ? AFBUS_CMD_BUS_ADD_NTF : AFBUS_CMD_BUS_DEL_NTF,
			  GFP_KERNEL, &head);
	if (!skb)
		return;
	err = nla_put_string(skb, AFBUS_A_BUS_NAME, bus->name);
	if (!err && exists)
		err = nla_put_u32(skb, AFBUS_A_BUS_MODE, bus->mode) ?:
		      nla_put_u32(skb, AFBUS_A_BUS_UID,
				  from_kuid_munged(users, bus->uid)) ?:
		      nla_put_u32(skb, AFBUS_A_BUS_GID,
				  from_kgid_munged(users, bus->gid));
	control_notify(bus->net, skb, head, err, GFP_KERNEL);
}

static int control_put_master(struct sk_buff *skb, struct bus *bus, u64 addr)
{
	return nla_put_string(skb, AFBUS_A_BUS_NAME, bus->name) ?:
	       nla_put_u64_64bit(skb, AFBUS_A_BUS_MASTER, addr, AFBUS_A_BUS_PAD);
}

static int control_put_entered(struct sk_buff *skb, struct bus *bus, u64 addr)
{
	const struct bus_sock *bs = bus_member_find(bus, addr);

	return nla_put_u32(skb, AFBUS_A_MEMBER_UID,
			   from_kuid_munged(bus->net->user_ns, bs->user->uid)) ?:
	       nla_put_u32(skb, AFBUS_A_MEMBER_RIGHTS, bs->rights);
}

static int control_put_present(struct sk_buff *skb, struct bus *bus, u64 addr)
{
	return nla_put_string(skb, AFBUS_A_MEMBER_BUS, bus->name) ?:
	       nla_put_u64_64bit(skb, AFBUS_A_MEMBER_ADDR, addr, AFBUS_A_MEMBER_PAD);
}

static int control_put_joined(struct sk_buff *skb, struct bus *bus, u64 addr, u64 group)
{
	return nla_put_string(skb, AFBUS_A_GROUP_BUS, bus->name) ?:
	       nla_put_u64_64bit(skb, AFBUS_A_GROUP_ID, group, AFBUS_A_GROUP_PAD) ?:
	       nla_put_u64_64bit(skb, AFBUS_A_GROUP_MEMBER, addr, AFBUS_A_GROUP_PAD);
}

/**
 * bus_control_changed() - what members are told as an event; under bus.order
 * @bus: where
 * @event: BUS_EVENT_ENTER to BUS_EVENT_MASTER
 * @addr: whom it is about
 * @group: and which group
 */
void bus_control_changed(struct bus *bus, u32 event, u64 addr, u64 group)
{
	static const u8 cmd[] = {
		[BUS_EVENT_ENTER]	= AFBUS_CMD_MEMBER_ADD_NTF,
		[BUS_EVENT_EXIT]	= AFBUS_CMD_MEMBER_DEL_NTF,
		[BUS_EVENT_JOIN]	= AFBUS_CMD_GROUP_ADD_NTF,
		[BUS_EVENT_LEAVE]	= AFBUS_CMD_GROUP_DEL_NTF,
		[BUS_EVENT_MASTER]	= AFBUS_CMD_BUS_MASTER_NTF,
	};
	struct sk_buff *skb;
	void *head;
	int err;

	control_count_change(bus);
	skb = control_ntf(bus->net, cmd[event], GFP_ATOMIC, &head);
	if (!skb)
		return;
	if (event == BUS_EVENT_MASTER)
		err = control_put_master(skb, bus, addr);
	else if (event == BUS_EVENT_JOIN || event == BUS_EVENT_LEAVE)
		err = control_put_joined(skb, bus, addr, group);
	else
		err = control_put_present(skb, bus, addr);
	if (!err && event == BUS_EVENT_ENTER)
		err = control_put_entered(skb, bus, addr);
	control_notify(bus->net, skb, head, err, GFP_ATOMIC);
}

/**
 * bus_control_named() - a well-known name was set or removed; under bus.order
 * @bus: where
 * @name: the name
 * @addr: whom it stands for; zero if it was removed
 */
void bus_control_named(struct bus *bus, const char *name, u64 addr)
{
	struct sk_buff *skb;
	void *head;
	int err;

	control_count_change(bus);
	skb = control_ntf(bus->net, addr ? AFBUS_CMD_NAME_ADD_NTF : AFBUS_CMD_NAME_DEL_NTF,
			  GFP_ATOMIC, &head);
	if (!skb)
		return;
	err = nla_put_string(skb, AFBUS_A_NAME_BUS, bus->name) ?:
	      nla_put_string(skb, AFBUS_A_NAME_NAME, name);
	if (!err && addr)
		err = nla_put_u64_64bit(skb, AFBUS_A_NAME_MEMBER, addr, AFBUS_A_NAME_PAD);
	control_notify(bus->net, skb, head, err, GFP_ATOMIC);
}

/* Once the namespaces are there, and before the first socket. */
int __init bus_control_init(void)
{
	return genl_register_family(&afbus_nl_family);
}

void bus_control_exit(void)
{
	genl_unregister_family(&afbus_nl_family);
}

MODULE_ALIAS_GENL_FAMILY(AFBUS_FAMILY_NAME);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/net/af_bus: the members of a network namespace's buses, one in a line.
 * Generic netlink tells more; this is for people without tools.
 *
 * The position in the file is a bucket of a bus's table of addresses: the id of
 * the bus and the number of the bucket. So a reader finds its place again, and
 * each member that stays is shown once, whatever else comes and goes.
 */
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <net/net_namespace.h>

#include "bus.h"

#define PROC_BUCKETS	HASH_SIZE(((struct bus *)NULL)->addrs)

static loff_t proc_pos(const struct bus *bus, unsigned int bucket)
{
	return bus->id * PROC_BUCKETS + bucket;
}

/* The bucket at *pos, or the first of the next younger bus. */
static struct bus *proc_find(struct bus_net *bn, loff_t *pos)
{
	struct bus *bus;

	list_for_each_entry(bus, &bn->buses, node) {
		if (proc_pos(bus, PROC_BUCKETS) <= *pos)
			continue;
		*pos = max(*pos, proc_pos(bus, 0));
		return bus;
	}
	return NULL;
}

static void *proc_start(struct seq_file *seq, loff_t *pos)
{
	struct bus_net *bn = bus_net(seq_file_net(seq));

	mutex_lock(&bn->lock);
	return *pos ? proc_find(bn, pos) : SEQ_START_TOKEN;
}

static void *proc_next(struct seq_file *seq, void *v, loff_t *pos)
{
	++*pos;
	return proc_find(bus_net(seq_file_net(seq)), pos);
}

static void proc_stop(struct seq_file *seq, void *v)
{
	mutex_unlock(&bus_net(seq_file_net(seq))->lock);
}

static void proc_show_member(struct seq_file *seq, const struct bus *bus,
			     struct bus_sock *bs)
{
	const struct bus_queue *q = &bs->queue;

	seq_printf(seq, "%016llx %5u %7u %c%c%c %8u %10u %8llu %10lu %s\n", bs->addr,
		   from_kuid_munged(seq_user_ns(seq), bs->user->uid),
		   pid_nr_ns(bs->pid, proc_pid_ns(file_inode(seq->file)->i_sb)),
		   bs->rights & BUS_MAY_HEAR ? 'h' : '-',
		   bs->rights & BUS_MAY_SEND ? 's' : '-',
		   bus->master == bs ? 'm' : '-', READ_ONCE(q->messages),
		   READ_ONCE(q->bytes), READ_ONCE(q->lost_ever),
		   (unsigned long)sock_i_ino(&bs->sk), bus->name);
}

static int proc_show(struct seq_file *seq, void *v)
{
	struct bus *bus = v;
	struct bus_sock *bs;

	if (v == SEQ_START_TOKEN) {
		seq_puts(seq, "Address            Uid     Pid Who   Queued      Bytes     Lost      Inode Bus\n");
		return 0;
	}
	spin_lock(&bus->order);
	hlist_for_each_entry(bs, &bus->addrs[seq->index & (PROC_BUCKETS - 1)], node)
		proc_show_member(seq, bus, bs);
	spin_unlock(&bus->order);
	return 0;
}

static const struct seq_operations proc_ops = {
	.start	= proc_start,
	.next	= proc_next,
	.stop	= proc_stop,
	.show	= proc_show,
};

int __net_init bus_proc_init_net(struct net *net)
{
	if (!proc_create_net("af_bus", 0444, net->proc_net, &proc_ops,
			     sizeof(struct seq_net_private)))
		return -ENOMEM;
	return 0;
}

void __net_exit bus_proc_exit_net(struct net *net)
{
	remove_proc_entry("af_bus", net->proc_net);
}

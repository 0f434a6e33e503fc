// SPDX-License-Identifier: GPL-2.0-only
/*
 * A message: one payload for all its receivers, and in front of it, in the
 * headroom, what the kernel says of its sender. Whatever it holds (the account
 * of the user, descriptors, references) goes with the last receiver's.
 */
#include <linux/file.h>
#include <linux/pid.h>
#include <linux/slab.h>
#include <net/scm.h>

#include "bus.h"

/* More than this is put in pages, which need not be contiguous. */
#define BUS_LINEAR_MAX	(SKB_MAX_ORDER(0, 2) - sizeof(struct bus_message))

static void bus_files_put(struct bus_files *files)
{
	unsigned int i;

	for (i = 0; i < files->count; i++)
		fput(files->file[i]);
	kfree(files);
}

/* Runs when the last reference to the message is dropped. */
static void bus_message_free(struct sk_buff *skb)
{
	struct bus_message *m = bus_message(skb);

	if (m->files) {
		bus_uncharge(m->from->user, BUS_DESCRIPTORS, m->files->count);
		bus_files_put(m->files);
	}
	if (m->from) {
		bus_uncharge(m->from->user, BUS_BYTES, skb->truesize);
		atomic_sub(skb->len, &m->from->unread);
		put_pid(m->pid);
		sock_put(&m->from->sk);
	}
}

/* Pages as large as there are; with small ones alone 64 KiB are certain. */
static int bus_message_add_pages(struct sk_buff *skb, size_t len, gfp_t gfp)
{
	int i;

	for (i = 0; len && i < MAX_SKB_FRAGS; i++) {
		int order = min(get_order(len), PAGE_ALLOC_COSTLY_ORDER);
		struct page *page = NULL;
		size_t chunk;

		for (; order && !page; order -= !page)
			page = alloc_pages((gfp & ~__GFP_DIRECT_RECLAIM) |
					   __GFP_COMP | __GFP_NOWARN, order);
		if (!page)
			page = alloc_page(gfp);
		if (!page)
			return -ENOBUFS;
		chunk = min_t(size_t, len, PAGE_SIZE << order);
		skb_fill_page_desc(skb, i, page, 0, chunk);
		skb->truesize += PAGE_SIZE << order;
		skb->data_len += chunk;
		skb->len += chunk;
		len -= chunk;
	}
	return len ? -ENOBUFS : 0;
}

static struct sk_buff *bus_message_alloc(size_t len, gfp_t gfp)
{
	const size_t head = sizeof(struct bus_message);
	size_t linear = len > BUS_LINEAR_MAX ? 0 : len;
	struct sk_buff *skb;

	skb = alloc_skb(head + linear, gfp);
	if (!skb)
		return NULL;
	skb_reserve(skb, head);
	skb_put(skb, linear);
	if (unlikely(len > linear) && bus_message_add_pages(skb, len, gfp)) {
		kfree_skb(skb);
		return NULL;
	}
	return skb;
}

/**
 * bus_message_new() - a message of a member
 * @from: who sends it
 * @msg: where the payload is
 * @len: its bytes, at most BUS_MESSAGE_MAX
 *
 * Return: the message, or -ENOBUFS, -EDQUOT, -EFAULT.
 */
struct sk_buff *bus_message_new(struct bus_sock *from, struct msghdr *msg,
				size_t len)
{
	const struct cred *cred = current_cred();
	struct bus_message *m;
	struct sk_buff *skb;
	int err;

	skb = bus_message_alloc(len, GFP_KERNEL_ACCOUNT);
	if (!skb)
		return ERR_PTR(-ENOBUFS);
	err = bus_charge(from->user, BUS_BYTES, skb->truesize);
	if (err) {
		kfree_skb(skb);
		return ERR_PTR(err);
	}

	m = bus_message(skb);
	sock_hold(&from->sk);
	m->from = from;
	m->pid = get_pid(task_tgid(current));
	m->uid = cred->euid;
	m->gid = cred->egid;
	bus_label_current(&m->label);
	m->files = NULL;
	atomic_add(len, &from->unread);
	skb->destructor = bus_message_free;

	err = skb_copy_datagram_from_iter(skb, 0, &msg->msg_iter, len);
	if (err) {
		kfree_skb(skb);
		return ERR_PTR(err);
	}
	return skb;
}

/**
 * bus_message_event() - a message of the kernel
 * @type: BUS_EVENT_*
 * @addr: whom it is about
 * @group: and which group
 * @gfp: how to allocate
 *
 * Return: the message, or NULL.
 */
struct sk_buff *bus_message_event(u32 type, u64 addr, u64 group, gfp_t gfp)
{
	const struct bus_event event = {
		.type = type, .addr = addr, .group = group,
	};
	struct sk_buff *skb = bus_message_alloc(sizeof(event), gfp);

	if (!skb)
		return NULL;
	memset(bus_message(skb), 0, sizeof(struct bus_message));
	memcpy(skb->data, &event, sizeof(event));
	return skb;
}

/**
 * bus_message_meta() - what comes along with a message
 * @e: its entry
 * @pids: the receiver's pid namespace
 * @users: the receiver's user namespace
 * @meta: result
 */
void bus_message_meta(const struct bus_entry *e, struct pid_namespace *pids,
		      struct user_namespace *users, struct bus_meta *meta)
{
	const struct bus_message *m = bus_message(e->skb);

	meta->order = m->order;
	meta->time = m->time;
	meta->dest = e->dest;
	meta->size = e->length;
	meta->lost = e->lost;
	meta->pid = pid_nr_ns(m->pid, pids);
	meta->uid = from_kuid_munged(users, m->uid);
	meta->gid = from_kgid_munged(users, m->gid);
	meta->flags = m->from ? 0 : BUS_META_EVENT;
}

/* The security label as text; without one, or without memory, there is none. */
void bus_message_label(const struct sk_buff *skb, struct msghdr *msg)
{
	struct bus_context c;

	if (!bus_message(skb)->from ||
	    bus_context_get(&bus_message(skb)->label, &c))
		return;
	put_cmsg(msg, SOL_BUS, BUS_CMSG_LABEL, bus_context_len(&c),
		 bus_context_text(&c));
	bus_context_put(&c);
}

/*
 * A descriptor that can hold a reference to one of our sockets could close a
 * circle that nobody ever frees. The collector of AF_UNIX is not ours to use,
 * so what can hold sockets is refused; io_uring is told by its name alone.
 */
static bool bus_file_may_hold_sockets(const struct file *file)
{
	const struct inode *inode = file_inode(file);

	if (S_ISSOCK(inode->i_mode)) {
		const struct sock *sk = SOCKET_I((struct inode *)inode)->sk;

		return !sk || sk->sk_family == AF_UNIX ||
		       sk->sk_family == bus_family;
	}
	return !strcmp(file->f_path.dentry->d_name.name, "[io_uring]");
}

/**
 * bus_files_take() - attach the descriptors of an SCM_RIGHTS message
 * @skb: to what
 * @cmsg: the control message
 *
 * Return: 0, -EINVAL for too many or a second list, -EBADF, -EOPNOTSUPP,
 * -EDQUOT, -ENOMEM.
 */
int bus_files_take(struct sk_buff *skb, const struct cmsghdr *cmsg)
{
	size_t n = (cmsg->cmsg_len - sizeof(*cmsg)) / sizeof(int);
	struct bus_message *m = bus_message(skb);
	const int *fd = (const int *)CMSG_DATA(cmsg);
	struct bus_files *files;
	int err = -EBADF;

	if (!n)
		return 0;
	if (n > BUS_FDS_MAX || m->files)
		return -EINVAL;
	files = kmalloc(struct_size(files, file, n), GFP_KERNEL_ACCOUNT);
	if (!files)
		return -ENOMEM;
	for (files->count = 0; files->count < n; files->count++) {
		struct file *file = fget(fd[files->count]);

		if (!file)
			goto put;
		if (bus_file_may_hold_sockets(file)) {
			fput(file);
			err = -EOPNOTSUPP;
			goto put;
		}
		files->file[files->count] = file;
	}
	err = bus_charge(m->from->user, BUS_DESCRIPTORS, n);
	if (err)
		goto put;
	m->files = files;
	return 0;
put:
	bus_files_put(files);
	return err;
}

/**
 * bus_files_give() - open a message's descriptors in the receiver
 * @skb: the message
 * @extra: one more, or NULL if it has some; the reference is taken over
 * @msg: where their numbers go; MSG_CTRUNC if there is too little room
 *
 * Return: 0 or -ENOMEM.
 */
int bus_files_give(const struct sk_buff *skb, struct file *extra,
		   struct msghdr *msg)
{
	const struct bus_files *files = bus_message(skb)->files;
	struct scm_cookie scm = {};
	struct scm_fp_list *fpl;
	unsigned int i;

	if (!msg->msg_control) {
		msg->msg_flags |= MSG_CTRUNC;
		if (extra)
			fput(extra);
		return 0;
	}
	fpl = kzalloc(sizeof(*fpl), GFP_KERNEL_ACCOUNT);
	if (!fpl) {
		if (extra)
			fput(extra);
		return -ENOMEM;
	}
	bus_scm_init(fpl);
	for (i = 0; files && i < files->count; i++)
		fpl->fp[fpl->count++] = get_file(files->file[i]);
	if (extra)
		fpl->fp[fpl->count++] = extra;
	scm.fp = fpl;
	scm_detach_fds(msg, &scm);
	return 0;
}

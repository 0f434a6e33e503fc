// SPDX-License-Identifier: GPL-2.0-only
/*
 * The system calls of the family: arguments are checked here, what they mean is
 * done elsewhere.
 */
#include <linux/compat.h>
#include <linux/module.h>
#include <linux/pid_namespace.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/sockios.h>
#include <net/tcp_states.h>
#include <asm/ioctls.h>

#include "bus.h"

int bus_family;

struct proto bus_proto = {
	.name		= "AFBUS",
	.owner		= THIS_MODULE,
	.obj_size	= sizeof(struct bus_sock),
};

/* Nobody refers to the socket any more; runs after an RCU grace period. */
static void bus_sock_destruct(struct sock *sk)
{
	struct bus_sock *bs = bus_sk(sk);

	if (!bs->bus)
		return;
	WARN_ON_ONCE(atomic_read(&bs->unread) || !list_empty(&bs->queue.entries));
	put_pid(bs->pid);
	bus_user_put(bs->user);
	bus_put(bs->bus);
}

static int bus_release(struct socket *sock)
{
	struct sock *sk = sock->sk;
	struct bus_sock *bs;

	if (!sk)
		return 0;
	bs = bus_sk(sk);
	if (bs->bus) {
		bus_member_leave(bs);
		bus_ring_destroy(bs);
	}
	sock_orphan(sk);
	sock->sk = NULL;
	sock_prot_inuse_add(sock_net(sk), sk->sk_prot, -1);
	sock_put(sk);
	return 0;
}

/* Only bind() looks at the name; everywhere else the short form will do. */
static int bus_sockaddr_check(const struct sockaddr_bus *sa, int len)
{
	if (len != BUS_SOCKADDR_SHORT && len != sizeof(*sa))
		return -EINVAL;
	if (sa->sbus_family != bus_family)
		return -EAFNOSUPPORT;
	return sa->sbus_reserved ? -EINVAL : 0;
}

static int bus_bind(struct socket *sock, bus_sockaddr *addr, int len)
{
	const struct sockaddr_bus *sa = (const struct sockaddr_bus *)addr;
	int err;

	if (len != sizeof(*sa))
		return -EINVAL;
	err = bus_sockaddr_check(sa, len);
	if (err)
		return err;
	if (sa->sbus_addr)
		return -EADDRNOTAVAIL;
	if (READ_ONCE(bus_draining))
		return -ESHUTDOWN;
	lock_sock(sock->sk);
	err = bus_member_enter(bus_sk(sock->sk), sa);
	release_sock(sock->sk);
	return err;
}

static int bus_connect(struct socket *sock, bus_sockaddr *addr, int len, int flags)
{
	const struct sockaddr_bus *sa = (const struct sockaddr_bus *)addr;
	struct bus_sock *bs = bus_sk(sock->sk);
	struct bus *bus = bus_of(bs);
	u64 peer = 0;
	int err;

	if (!bus)
		return -ENOTCONN;
	if (len < (int)sizeof(sa->sbus_family))
		return -EINVAL;
	if (sa->sbus_family != AF_UNSPEC) {
		err = bus_sockaddr_check(sa, len);
		if (err)
			return err;
		if (sa->sbus_flags)
			return -EINVAL;
		peer = sa->sbus_addr;
	}
	bus_peer_set(bs, peer);
	return 0;
}

static int bus_getname(struct socket *sock, struct sockaddr *addr, int peer)
{
	struct sockaddr_bus *sa = (struct sockaddr_bus *)addr;
	struct bus_sock *bs = bus_sk(sock->sk);
	struct bus *bus = bus_of(bs);

	memset(sa, 0, sizeof(*sa));
	sa->sbus_family = bus_family;
	if (peer) {
		sa->sbus_addr = READ_ONCE(bs->peer);
		return sa->sbus_addr ? BUS_SOCKADDR_SHORT : -ENOTCONN;
	}
	if (bus) {
		sa->sbus_addr = bs->addr;
		memcpy(sa->sbus_name, bus->name, BUS_NAME_MAX);
	}
	return sizeof(*sa);
}

static __poll_t bus_poll(struct file *file, struct socket *sock, poll_table *wait)
{
	struct bus_sock *bs = bus_sk(sock->sk);
	u8 shut = READ_ONCE(sock->sk->sk_shutdown);
	struct bus *bus = bus_of(bs);
	__poll_t mask = 0;

	sock_poll_wait(file, sock, wait);
	if (READ_ONCE(bus_draining))
		return EPOLLHUP | EPOLLERR | EPOLLIN | EPOLLRDNORM |
		       EPOLLOUT | EPOLLWRNORM;
	if (!bus)
		return EPOLLOUT | EPOLLWRNORM | EPOLLHUP;
	if (shut == SHUTDOWN_MASK)
		mask |= EPOLLHUP;
	if (shut & RCV_SHUTDOWN)
		mask |= EPOLLRDHUP | EPOLLIN | EPOLLRDNORM;
	if (READ_ONCE(sock->sk->sk_err))
		mask |= EPOLLERR;
	if (bus_queue_readable(bs) || (bs->ring && bus_ring_readable(bs->ring)))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (shut & SEND_SHUTDOWN || bus_peer_has_room(bs))
		mask |= EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND;
	return mask;
}

static int bus_shutdown(struct socket *sock, int how)
{
	struct sock *sk = sock->sk;
	struct bus_sock *bs = bus_sk(sk);
	struct bus *bus = bus_of(bs);

	if (how < SHUT_RD || how > SHUT_RDWR)
		return -EINVAL;
	if (!bus)
		return -ENOTCONN;
	how++;			/* to RCV_SHUTDOWN, SEND_SHUTDOWN, both */
	spin_lock(&bus->order);
	WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | how);
	if (how & RCV_SHUTDOWN)
		WRITE_ONCE(bs->queue.shut, true);
	spin_unlock(&bus->order);
	if (how & RCV_SHUTDOWN)
		bus_queue_release(bs);
	sk->sk_state_change(sk);
	return 0;
}

/* Option values are exactly as long as their type. */
static int bus_option(void *to, size_t size, sockptr_t val, unsigned int len)
{
	if (len != size)
		return -EINVAL;
	return copy_from_sockptr(to, val, size) ? -EFAULT : 0;
}

static int bus_set_perm(struct bus_sock *bs, const struct bus_perm *perm)
{
	int err = 0;

	if (perm->mode & ~0777 || perm->reserved)
		return -EINVAL;
	lock_sock(&bs->sk);
	if (bs->bus)
		err = -EISCONN;
	else
		bs->perm = *perm;
	release_sock(&bs->sk);
	return err;
}

static int bus_set_ring(struct bus_sock *bs, const struct bus_ring *ring)
{
	int err;

	lock_sock(&bs->sk);
	err = bus_ring_create(bs, ring);
	release_sock(&bs->sk);
	return err;
}

static int bus_set_queue(struct bus_sock *bs, u32 max)
{
	if (!max || max > BUS_QUEUE_MAX)
		return -EINVAL;
	bus_queue_resize(bs, max);
	return 0;
}

#define BUS_EVENT_MASK	GENMASK(BUS_EVENT_ROOM, BUS_EVENT_ENTER)

static int bus_setsockopt(struct socket *sock, int level, int opt, sockptr_t val,
			  unsigned int len)
{
	struct bus_sock *bs = bus_sk(sock->sk);
	union {
		u32		word;
		u64		group;
		struct bus_perm	perm;
		struct bus_ring	ring;
	} arg;
	struct bus_name *name;
	int err;

	if (level != SOL_BUS)
		return -ENOPROTOOPT;
	switch (opt) {
	case BUS_PERM:
		return bus_option(&arg.perm, sizeof(arg.perm), val, len) ?:
		       bus_set_perm(bs, &arg.perm);
	case BUS_QUEUE:
		return bus_option(&arg.word, sizeof(arg.word), val, len) ?:
		       bus_set_queue(bs, arg.word);
	case BUS_META:
		err = bus_option(&arg.word, sizeof(arg.word), val, len);
		if (err)
			return err;
		if (arg.word & ~(BUS_META_STAMP | BUS_META_LABEL))
			return -EINVAL;
		WRITE_ONCE(bs->meta, arg.word);
		return 0;
	case BUS_JOIN:
	case BUS_LEAVE:
	case BUS_EVENTS:
	case BUS_MASTER:
	case BUS_NAME:
	case BUS_RING:
		if (!bus_of(bs))
			return -ENOTCONN;
		break;
	default:
		return -ENOPROTOOPT;
	}

	switch (opt) {
	case BUS_JOIN:
		return bus_option(&arg.group, sizeof(arg.group), val, len) ?:
		       bus_member_join(bs, arg.group);
	case BUS_LEAVE:
		return bus_option(&arg.group, sizeof(arg.group), val, len) ?:
		       bus_member_part(bs, arg.group);
	case BUS_EVENTS:
		err = bus_option(&arg.word, sizeof(arg.word), val, len);
		if (err)
			return err;
		if (arg.word & ~BUS_EVENT_MASK)
			return -EINVAL;
		return bus_member_listen(bs, arg.word);
	case BUS_MASTER:
		err = bus_option(&arg.word, sizeof(arg.word), val, len);
		if (err)
			return err;
		return arg.word > 1 ? -EINVAL : bus_member_claim(bs, arg.word);
	case BUS_RING:
		return bus_option(&arg.ring, sizeof(arg.ring), val, len) ?:
		       bus_set_ring(bs, &arg.ring);
	}

	/* BUS_NAME */
	if (len != sizeof(*name))
		return -EINVAL;
	name = memdup_sockptr(val, len);
	if (IS_ERR(name))
		return PTR_ERR(name);
	err = bus_member_name(bs, name);
	kfree(name);
	return err;
}

static int bus_get_name(struct bus_sock *bs, char __user *val, int len)
{
	struct bus_name *name;
	int err;

	if (len != sizeof(*name))
		return -EINVAL;
	name = memdup_user(val, len);
	if (IS_ERR(name))
		return PTR_ERR(name);
	err = bus_member_lookup(bs, name);
	if (!err && copy_to_user(val, name, len))
		err = -EFAULT;
	kfree(name);
	return err;
}

static int bus_getsockopt(struct socket *sock, int level, int opt,
			  char __user *val, int __user *optlen)
{
	struct bus_sock *bs = bus_sk(sock->sk);
	struct bus *bus = bus_of(bs);
	union {
		u32		word;
		struct bus_perm	perm;
		struct bus_stats stats;
	} got;
	int len, size = sizeof(got.word);

	if (level != SOL_BUS)
		return -ENOPROTOOPT;
	if (get_user(len, optlen))
		return -EFAULT;
	switch (opt) {
	case BUS_QUEUE:
		got.word = READ_ONCE(bs->queue.max);
		break;
	case BUS_META:
		got.word = READ_ONCE(bs->meta);
		break;
	case BUS_EVENTS:
		got.word = READ_ONCE(bs->events);
		break;
	case BUS_PERM:
		size = sizeof(got.perm);
		lock_sock(&bs->sk);
		got.perm = bs->perm;
		release_sock(&bs->sk);
		if (bus)
			bus_get_perm(bus, &got.perm);
		break;
	case BUS_MASTER:
	case BUS_NAME:
	case BUS_STATS:
		if (!bus)
			return -ENOTCONN;
		if (opt == BUS_NAME)
			return bus_get_name(bs, val, len);
		if (opt == BUS_MASTER) {
			got.word = READ_ONCE(bus->master) == bs;
			break;
		}
		size = sizeof(got.stats);
		bus_member_stats(bs, &got.stats);
		break;
	default:
		return -ENOPROTOOPT;
	}
	if (len != size)
		return -EINVAL;
	return copy_to_user(val, &got, size) ? -EFAULT : 0;
}

/* The destinations of one send, and its descriptors. */
struct bus_control {
	struct bus_dests dests;
	u64		one;		/* if it is only one */
	struct cmsghdr	*rights;
};

static int bus_control_read(struct bus_sock *bs, struct msghdr *msg,
			    struct bus_control *c)
{
	const struct sockaddr_bus *sa = msg->msg_name;
	struct cmsghdr *cmsg;
	unsigned int i;
	int err;

	c->one = 0;
	c->rights = NULL;
	c->dests.list = false;
	c->dests.policy = BUS_WAIT;
	if (msg->msg_namelen) {
		err = bus_sockaddr_check(sa, msg->msg_namelen);
		if (err)
			return err;
		if (sa->sbus_flags > BUS_SKIP)
			return -EINVAL;
		c->dests.policy = sa->sbus_flags;
		c->one = sa->sbus_addr;
	}

	for_each_cmsghdr(cmsg, msg) {
		if (!CMSG_OK(msg, cmsg))
			return -EINVAL;
		if (cmsg->cmsg_level == SOL_SOCKET &&
		    cmsg->cmsg_type == SCM_RIGHTS && !c->rights) {
			c->rights = cmsg;
		} else if (cmsg->cmsg_level == SOL_BUS &&
			   cmsg->cmsg_type == BUS_CMSG_DESTS && !c->dests.list) {
			size_t size = cmsg->cmsg_len - sizeof(*cmsg);

			if (!size || size % sizeof(u64) ||
			    size / sizeof(u64) > BUS_DESTS_MAX)
				return -EINVAL;
			c->dests.list = true;
			c->dests.addr = (const u64 *)CMSG_DATA(cmsg);
			c->dests.count = size / sizeof(u64);
			for (i = 0; i < c->dests.count; i++)
				if (!c->dests.addr[i])
					return -EINVAL;
		} else {
			return -EINVAL;
		}
	}

	if (c->dests.list)
		return c->one ? -EINVAL : 0;
	if (!msg->msg_namelen) {
		c->one = READ_ONCE(bs->peer);
		if (!c->one)
			return -EDESTADDRREQ;
	}
	c->dests.addr = &c->one;
	c->dests.count = 1;
	return c->one ? 0 : -EINVAL;
}

#define BUS_SEND_FLAGS	(MSG_DONTWAIT | MSG_NOSIGNAL | MSG_EOR | MSG_BATCH | \
			 MSG_CMSG_COMPAT)

static int bus_sendmsg(struct socket *sock, struct msghdr *msg, size_t len)
{
	struct sock *sk = sock->sk;
	struct bus_sock *bs = bus_sk(sk);
	struct bus_control c;
	struct sk_buff *skb;
	long timeo;
	int err;

	if (msg->msg_flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (msg->msg_flags & ~BUS_SEND_FLAGS)
		return -EINVAL;
	if (!bus_of(bs))
		return -ENOTCONN;
	if (!(bs->rights & BUS_MAY_SEND))
		return -EACCES;
	if (len > BUS_MESSAGE_MAX)
		return -EMSGSIZE;
	err = bus_control_read(bs, msg, &c);
	if (err)
		return err;

	skb = bus_message_new(bs, msg, len);
	if (IS_ERR(skb))
		return PTR_ERR(skb);
	if (unlikely(c.rights))
		err = bus_files_take(skb, c.rights);
	if (!err) {
		timeo = sock_sndtimeo(sk, msg->msg_flags & MSG_DONTWAIT);
		err = bus_deliver(bs, skb, &c.dests, &timeo);
	}
	consume_skb(skb);
	return err ?: len;
}

/**
 * bus_sock_wait() - wait as a receiver waits
 * @bs: the socket
 * @is_met: for what
 * @arg: its argument
 * @timeo: how long, in jiffies; what is left
 *
 * Return: 0 if it is met or there was something else to look at; -EAGAIN,
 * -ESHUTDOWN, a signal's errno; 1 after shutdown().
 */
int bus_sock_wait(struct bus_sock *bs, bus_condition is_met, u64 arg, long *timeo)
{
	struct sock *sk = &bs->sk;
	DEFINE_WAIT(wait);
	int err = 0;

	prepare_to_wait(sk_sleep(sk), &wait, TASK_INTERRUPTIBLE);
	if (is_met(bs, arg))
		goto out;
	if (READ_ONCE(bus_draining))
		err = -ESHUTDOWN;
	else if (READ_ONCE(sk->sk_shutdown) & RCV_SHUTDOWN)
		err = 1;
	else if (!*timeo)
		err = -EAGAIN;
	else if (signal_pending(current))
		err = sock_intr_errno(*timeo);
	else
		*timeo = schedule_timeout(*timeo);
out:
	finish_wait(sk_sleep(sk), &wait);
	return err;
}

static bool bus_has_message(const struct bus_sock *bs, u64 unused)
{
	return bus_queue_readable(bs);
}

/* The next message, waited for. Return: 1 after shutdown(). */
static int bus_receive(struct bus_sock *bs, struct bus_taken *got, int flags)
{
	long timeo = sock_rcvtimeo(&bs->sk, flags & MSG_DONTWAIT);
	int err;

	/* recvmmsg() leaves there what it found after the first message. */
	err = sock_error(&bs->sk);
	if (err)
		return err;
	for (;;) {
		err = bus_queue_take(bs, got, flags & MSG_PEEK);
		if (err == -ENODATA)
			err = bus_tell_lost(bs);
		else if (err == -EAGAIN)
			err = bus_sock_wait(bs, bus_has_message, 0, &timeo);
		else
			return err;
		if (err)
			return err;
	}
}

/* What comes along with a message, as far as the receiver asked. */
static int bus_put_control(struct bus_sock *bs, struct msghdr *msg,
			   const struct bus_entry *e, bool as_file)
{
	u32 wanted = READ_ONCE(bs->meta);
	struct file *file = NULL;

	if (unlikely(as_file)) {
		file = bus_ring_memfd(e->skb, e->length);
		if (IS_ERR(file))
			return PTR_ERR(file);
	}
	if (wanted & BUS_META_STAMP) {
		struct bus_meta meta;

		bus_message_meta(e, task_active_pid_ns(current),
				 current_user_ns(), &meta);
		if (file)
			meta.flags |= BUS_META_MEMFD;
		put_cmsg(msg, SOL_BUS, BUS_CMSG_META, sizeof(meta), &meta);
	}
	if (wanted & BUS_META_LABEL)
		bus_message_label(e->skb, msg);
	if (likely(!bus_message(e->skb)->files && !file))
		return 0;
	return bus_files_give(e->skb, file, msg);
}

#define BUS_RECV_FLAGS	(MSG_DONTWAIT | MSG_PEEK | MSG_TRUNC | MSG_WAITALL | \
			 MSG_NOSIGNAL | MSG_CMSG_CLOEXEC | MSG_CMSG_COMPAT | \
			 MSG_WAITFORONE)

static int bus_recvmsg(struct socket *sock, struct msghdr *msg, size_t size, int flags)
{
	struct bus_sock *bs = bus_sk(sock->sk);
	struct bus_taken got;
	size_t copied;
	bool as_file;
	int err;

	if (flags & ~BUS_RECV_FLAGS)
		return flags & (MSG_OOB | MSG_ERRQUEUE) ? -EOPNOTSUPP : -EINVAL;
	if (!bus_of(bs))
		return -ENOTCONN;
	err = bus_receive(bs, &got, flags);
	if (err)
		return min(err, 0);

	as_file = bs->ring && !bus_ring_fits(bs->ring, &got.entry);
	copied = as_file ? 0 : min_t(size_t, got.entry.length, size);
	err = skb_copy_datagram_msg(got.entry.skb, 0, msg, copied) ?:
	      bus_put_control(bs, msg, &got.entry, as_file);
	if (err) {
		bus_queue_untake(bs, &got);
		return err;
	}
	if (copied < got.entry.length && !as_file)
		msg->msg_flags |= MSG_TRUNC;
	if (msg->msg_name) {
		struct bus_sock *from = bus_message(got.entry.skb)->from;
		struct sockaddr_bus *sa = msg->msg_name;

		memset(sa, 0, BUS_SOCKADDR_SHORT);
		sa->sbus_family = bus_family;
		sa->sbus_addr = from ? from->addr : BUS_ADDR_KERNEL;
		msg->msg_namelen = BUS_SOCKADDR_SHORT;
	}
	if (!(flags & MSG_PEEK))
		atomic64_inc(&bs->received);
	err = flags & MSG_TRUNC && !as_file ? got.entry.length : copied;
	bus_queue_done(&got);
	return err;
}

static int bus_turn(struct socket *sock, struct bus_turn __user *arg)
{
	struct bus_sock *bs = bus_sk(sock->sk);
	struct bus_turn turn;
	int err;

	if (copy_from_user(&turn, arg, sizeof(turn)))
		return -EFAULT;
	err = bus_ring_turn(bs, &turn,
			    sock_rcvtimeo(sock->sk, sock->file->f_flags & O_NONBLOCK));
	if (!err && copy_to_user(arg, &turn, sizeof(turn)))
		err = -EFAULT;
	return err;
}

static int bus_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg)
{
	struct bus_sock *bs = bus_sk(sock->sk);

	switch (cmd) {
	case SIOCINQ:
		return put_user(bus_queue_next_length(bs), (int __user *)arg);
	case SIOCOUTQ:
		return put_user(atomic_read(&bs->unread), (int __user *)arg);
	case SIOCBUSTURN:
		return bus_turn(sock, (struct bus_turn __user *)arg);
	default:
		return -ENOIOCTLCMD;
	}
}

#ifdef CONFIG_COMPAT
static int bus_compat_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg)
{
	return bus_ioctl(sock, cmd, (unsigned long)compat_ptr(arg));
}
#endif

static int bus_mmap(struct file *file, struct socket *sock, struct vm_area_struct *vma)
{
	return bus_ring_mmap(bus_sk(sock->sk), vma);
}

static struct proto_ops bus_ops __ro_after_init = {	/* the family is set once */
	.owner		= THIS_MODULE,
	.release	= bus_release,
	.bind		= bus_bind,
	.connect	= bus_connect,
	.socketpair	= sock_no_socketpair,
	.accept		= sock_no_accept,
	.getname	= bus_getname,
	.poll		= bus_poll,
	.ioctl		= bus_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl	= bus_compat_ioctl,
#endif
	.listen		= sock_no_listen,
	.shutdown	= bus_shutdown,
	.setsockopt	= bus_setsockopt,
	.getsockopt	= bus_getsockopt,
	.sendmsg	= bus_sendmsg,
	.recvmsg	= bus_recvmsg,
	.mmap		= bus_mmap,
};

static int bus_create(struct net *net, struct socket *sock, int protocol, int kern)
{
	struct bus_sock *bs;
	struct sock *sk;

	if (protocol)
		return -EPROTONOSUPPORT;
	if (sock->type != SOCK_SEQPACKET)
		return -ESOCKTNOSUPPORT;
	if (READ_ONCE(bus_draining))
		return -ESHUTDOWN;
	sk = sk_alloc(net, bus_family, GFP_KERNEL, &bus_proto, kern);
	if (!sk)
		return -ENOMEM;
	sock_init_data(sock, sk);
	sk->sk_state = TCP_ESTABLISHED;	/* for the socket core: it can be read */
	sk->sk_destruct = bus_sock_destruct;
	sock_set_flag(sk, SOCK_RCU_FREE);
	sock->ops = &bus_ops;

	bs = bus_sk(sk);
	bs->perm = (struct bus_perm){ .mode = 0600, .uid = ~0, .gid = ~0 };
	bus_queue_init(&bs->queue);
	INIT_LIST_HEAD(&bs->joins);
	INIT_LIST_HEAD(&bs->listen);
	INIT_LIST_HEAD(&bs->names);
	INIT_LIST_HEAD(&bs->wishes);
	INIT_LIST_HEAD(&bs->peer_wish.on);
	sock_prot_inuse_add(net, sk->sk_prot, 1);
	return 0;
}

static struct net_proto_family bus_net_family __ro_after_init = {
	.create	= bus_create,
	.owner	= THIS_MODULE,
};

/* Last of all: from here on sockets are made. */
int __init bus_socket_init(int family)
{
	int err;

	if (family <= 0 || family >= AF_MAX)
		return -EINVAL;
	bus_family = family;
	bus_ops.family = family;
	bus_net_family.family = family;
	err = proto_register(&bus_proto, 1);
	if (err)
		return err;
	err = sock_register(&bus_net_family);
	if (err)
		proto_unregister(&bus_proto);
	return err;
}

void bus_socket_exit(void)
{
	sock_unregister(bus_family);
	proto_unregister(&bus_proto);
}

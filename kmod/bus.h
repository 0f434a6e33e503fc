/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The nouns of AF_BUS, and who guards what.
 *
 *   bus      a named bus of one network namespace; lives while it has members
 *   member   a bound socket; has an address for as long as it lives
 *   group    64 bits and the members that joined them
 *   message  a payload and what the kernel vouches for; one for all receivers
 *   entry    a message's place in one receiver's queue
 *   event    a message from the kernel
 *   wish     a sender's wait for room in one receiver
 *   user     whose bytes, descriptors, members and groups are counted together
 *
 * Lock order, outermost first:
 *
 *   bus_net.lock        mutex: the table of buses; limits
 *     bus.order         spinlock: the order itself and every table of the bus
 *       bus_queue.lock  spinlock: entries of one receiver
 *
 * All of it runs in process context. Sockets are freed after an RCU grace
 * period: a sender wakes receivers after it gave bus.order back.
 */
#ifndef _AFBUS_BUS_H
#define _AFBUS_BUS_H

#include <linux/hashtable.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include <linux/afbus.h>

#include "compat.h"

struct bus_ring_area;
struct bus_sock;

/* user.c: quotas, one tier, per user and network namespace */

enum bus_good {
	BUS_BYTES,		/* of messages not yet received, and of rings */
	BUS_DESCRIPTORS,	/* in messages not yet received */
	BUS_MEMBERS,
	BUS_JOINS,		/* memberships of groups */
	BUS_NAMES,		/* in directories */
	BUS_GOODS
};

struct bus_user {
	struct list_head node;		/* bus_net.users */
	refcount_t	refs;
	kuid_t		uid;
	struct bus_net	*net;
	atomic_long_t	used[BUS_GOODS];
};

extern const long bus_limit_default[BUS_GOODS];
struct bus_user *bus_user_get(struct bus_net *net, kuid_t uid);
void bus_user_put(struct bus_user *user);
int bus_charge(struct bus_user *user, enum bus_good good, long n);
void bus_uncharge(struct bus_user *user, enum bus_good good, long n);

/* bus.c: buses of a network namespace */

struct bus_net {
	struct mutex	lock;		/* the table of buses; writes of limits */
	struct list_head buses;		/* of struct bus */
	spinlock_t	user_lock;	/* _bh: sockets are freed by RCU */
	struct list_head users;		/* of struct bus_user; user_lock */
	long		limit[BUS_GOODS]; /* READ_ONCE() without the lock */
	u64		last_id;	/* of a bus */
	atomic_t	changes;	/* of what control.c tells */
};

struct bus {
	struct list_head node;		/* bus_net.buses */
	struct kref	refs;		/* one for each member's socket */
	struct net	*net;		/* kept by the members' sockets */
	char		name[BUS_NAME_MAX];
	kuid_t		uid;
	kgid_t		gid;
	umode_t		mode;
	u32		attached;	/* members and binds under way; bus_net.lock */
	u64		id;		/* grows along bus_net.buses: a cursor */

	spinlock_t	order;		/* guards what follows */
	u64		stamp;		/* last one taken */
	u64		plans;		/* last one made */
	u64		lost;		/* by all receivers, ever */
	u32		members;
	u32		group_count;
	u32		name_count;
	struct bus_sock	*master;
	struct list_head listeners;	/* members that asked for events */
	u32		heard;		/* mask of what they asked for */
	DECLARE_HASHTABLE(addrs, 9);	/* of struct bus_sock */
	DECLARE_HASHTABLE(groups, 11);	/* of struct bus_group */
	DECLARE_HASHTABLE(names, 6);	/* of struct bus_named */
};

extern unsigned int bus_net_id;
struct bus_net *bus_net(struct net *net);
struct bus *bus_attach(struct net *net, const struct sockaddr_bus *sa,
		       const struct bus_perm *perm, unsigned int *rights);
void bus_detach(struct bus *bus);
void bus_get_perm(const struct bus *bus, struct bus_perm *perm);
void bus_put(struct bus *bus);
extern bool bus_draining;
void bus_drain(void);
int bus_init_net(void);
void bus_exit_net(void);

/* queue.c: what waits for one receiver */

struct bus_entry {
	struct list_head node;		/* bus_queue.entries */
	struct sk_buff	*skb;
	u64		dest;		/* as bus_meta.dest */
	u64		lost;		/* as bus_meta.lost */
	u32		length;		/* what the receiver's filter left */
	u32		charge;		/* of SO_RCVBUF */
};

struct bus_queue {
	spinlock_t	lock;		/* guards what follows, but wishes */
	struct list_head entries;
	u32		messages;	/* READ_ONCE() without the lock */
	u32		bytes;		/* READ_ONCE() without the lock */
	u32		max;		/* messages; bytes are sk_rcvbuf */
	bool		shut;		/* takes no more */
	bool		congested;	/* somebody waits for room */
	u64		lost;		/* not yet told */
	u64		lost_ever;
	wait_queue_head_t room;		/* senders */
	struct list_head wishes;	/* of struct bus_wish; bus.order */
};

/* A non-blocking sender that was refused; told once when there is room. */
struct bus_wish {
	struct list_head on;		/* bus_queue.wishes of the full one */
	struct list_head of;		/* bus_sock.wishes of the sender */
	struct bus_sock	*full;
	struct bus_sock	*sender;
	struct sk_buff	*event;		/* BUS_EVENT_ROOM, if asked for */
};

/* A message on its way out of a queue. */
struct bus_taken {
	struct bus_entry entry;		/* a copy */
	struct bus_entry *place;	/* NULL if it was only looked at */
};

int bus_queue_init_cache(void);
void bus_queue_exit_cache(void);
int bus_entries_new(unsigned int n, void **entry);
struct bus_entry *bus_entry_new(gfp_t gfp);
void bus_entry_drop(struct bus_entry *e);
void bus_entries_free(unsigned int n, void **entry);
void bus_queue_init(struct bus_queue *q);
bool bus_queue_has_room(const struct bus_sock *bs);
bool bus_queue_relieved(struct bus_sock *bs);
bool bus_queue_congest(struct bus_sock *bs);
void bus_queue_release(struct bus_sock *bs);
void bus_queue_resize(struct bus_sock *bs, u32 max);
void bus_queue_add(struct bus_sock *bs, struct bus_entry *e);
void bus_queue_lose(struct bus_sock *bs);
int bus_queue_take(struct bus_sock *bs, struct bus_taken *got, bool peek);
void bus_queue_done(struct bus_taken *got);
void bus_queue_untake(struct bus_sock *bs, struct bus_taken *got);
int bus_queue_next_length(struct bus_sock *bs);
bool bus_queue_readable(const struct bus_sock *bs);
void bus_queue_purge(struct bus_sock *bs);

/* member.c: the socket as part of a bus */

#define BUS_MAY_HEAR	0x1
#define BUS_MAY_SEND	0x2

struct bus_sock {
	struct sock	sk;		/* first */

	/* Set by bind(), under lock_sock(), published with bus; then constant. */
	struct bus	*bus;
	u64		addr;
	unsigned int	rights;
	struct bus_user	*user;
	struct pid	*pid;		/* who bound it, for people */
	struct bus_perm	perm;		/* for bind(); lock_sock() */

	/* bus.order */
	struct hlist_node node;		/* bus.addrs; unhashed when it has left */
	struct list_head joins;		/* of struct bus_join */
	struct list_head listen;	/* bus.listeners */
	struct list_head names;		/* of struct bus_named, naming this one */
	struct list_head wishes;	/* of struct bus_wish, its own */
	struct bus_wish	peer_wish;	/* for poll() of a connected socket */
	u32		events;		/* mask */
	u64		planned;	/* last plan that has it: each receiver once */

	struct bus_queue queue;
	struct bus_ring_area *ring;	/* set once */

	/* Own counters and choices: READ_ONCE(), WRITE_ONCE(). */
	u64		peer;		/* connect(): where send() goes */
	u32		reached;	/* receivers of the last send, at most */
	u32		meta;		/* mask */
	atomic64_t	received;
	atomic64_t	sent;
	atomic64_t	skipped;
	atomic_t	unread;		/* bytes sent and not yet received: SIOCOUTQ */
};

struct bus_group {
	struct hlist_node node;		/* bus.groups */
	u64		id;
	u32		size;		/* READ_ONCE() without the lock */
	struct list_head members;	/* of struct bus_join */
};

struct bus_join {
	struct list_head in_group;	/* bus_group.members */
	struct list_head of_member;	/* bus_sock.joins */
	struct bus_sock	*member;
	struct bus_group *group;
};

struct bus_named {
	struct hlist_node node;		/* bus.names */
	struct list_head of_member;	/* bus_sock.names */
	struct bus_sock	*member;
	struct bus_user	*user;		/* the master's, who pays */
	char		name[];
};

static inline struct bus_sock *bus_sk(const struct sock *sk)
{
	return (struct bus_sock *)sk;
}

/* The bus of a socket, or NULL before bind(). */
static inline struct bus *bus_of(const struct bus_sock *bs)
{
	/* Pairs with bus_member_enter(). */
	return smp_load_acquire(&bs->bus);
}

/* Whether anybody asked for this event; under bus.order. */
static inline bool bus_is_heard(const struct bus *bus, u32 type)
{
	return bus->heard & BIT(type);
}

int bus_member_enter(struct bus_sock *bs, const struct sockaddr_bus *sa);
void bus_member_leave(struct bus_sock *bs);
void bus_member_init(void);
void bus_member_stats(struct bus_sock *bs, struct bus_stats *stats);
void bus_members_hang_up(struct bus *bus);
struct bus_sock *bus_member_find(struct bus *bus, u64 addr);
struct bus_group *bus_group_find(struct bus *bus, u64 id);
int bus_member_join(struct bus_sock *bs, u64 id);
int bus_member_part(struct bus_sock *bs, u64 id);
int bus_member_listen(struct bus_sock *bs, u32 events);
int bus_member_claim(struct bus_sock *bs, bool claim);
int bus_member_name(struct bus_sock *bs, const struct bus_name *name);
int bus_member_lookup(struct bus_sock *bs, struct bus_name *name);

/* message.c: payload, stamp, credentials, descriptors */

struct bus_files {
	unsigned int	count;
	struct file	*file[];
};

/* In front of the payload, at skb->head. */
struct bus_message {
	struct bus_sock	*from;		/* pays until it is received; NULL: the kernel */
	u64		order;
	u64		time;
	struct pid	*pid;
	kuid_t		uid;
	kgid_t		gid;
	struct bus_label label;
	struct bus_files *files;
	struct bus_entry first;		/* for the first receiver */
};

static inline struct bus_message *bus_message(const struct sk_buff *skb)
{
	return (struct bus_message *)skb->head;
}

struct sk_buff *bus_message_new(struct bus_sock *from, struct msghdr *msg,
				size_t len);
struct sk_buff *bus_message_event(u32 type, u64 addr, u64 group, gfp_t gfp);
void bus_message_meta(const struct bus_entry *e, struct pid_namespace *pids,
		      struct user_namespace *users, struct bus_meta *meta);
void bus_message_label(const struct sk_buff *skb, struct msghdr *msg);
int bus_files_take(struct sk_buff *skb, const struct cmsghdr *cmsg);
int bus_files_give(const struct sk_buff *skb, struct file *extra,
		   struct msghdr *msg);

/* deliver.c: one send, one place in the order, all queues or none */

struct bus_dests {
	unsigned int	count;
	const u64	*addr;
	u32		policy;		/* BUS_WAIT, BUS_FAIL, BUS_SKIP */
	bool		list;		/* the sender is left out of it */
};

/* Why a receiver was left out, for tracing. */
enum bus_drop_reason {
	BUS_DROP_FULL,		/* no room, and the sender said BUS_SKIP */
	BUS_DROP_FILTER,	/* SO_ATTACH_FILTER left nothing */
	BUS_DROP_EVENT,		/* an event: no room or no memory */
};

int bus_deliver(struct bus_sock *from, struct sk_buff *skb,
		const struct bus_dests *dests, long *timeo);
void bus_tell(struct bus *bus, u32 type, u64 addr, u64 group,
	      struct sk_buff *event);
int bus_tell_lost(struct bus_sock *bs);
void bus_room_made(struct bus_sock *full);
void bus_peer_set(struct bus_sock *bs, u64 peer);
bool bus_peer_has_room(struct bus_sock *bs);
void bus_wishes_drop(struct bus_sock *bs);

/* ring.c: the mapped receive area */

/* A slot given to a message, to be filled without locks. */
struct bus_slot_claim {
	struct bus_ring_area *ring;	/* NULL: there was no ring */
	u64		number;
	u64		dest;
	u64		lost;
	u32		length;
	bool		queued;		/* the message itself is in the queue */
};

int bus_ring_create(struct bus_sock *bs, const struct bus_ring *want);
void bus_ring_destroy(struct bus_sock *bs);
int bus_ring_mmap(struct bus_sock *bs, struct vm_area_struct *vma);
int bus_ring_turn(struct bus_sock *bs, struct bus_turn *turn, long timeo);
bool bus_ring_has_room(const struct bus_ring_area *ring);
bool bus_ring_has_plenty(const struct bus_ring_area *ring);
bool bus_ring_readable(const struct bus_ring_area *ring);
bool bus_ring_claim(struct bus_sock *bs, const struct bus_entry *e,
		    struct bus_slot_claim *claim);
void bus_ring_fill(const struct bus_slot_claim *claim, struct sk_buff *skb);
bool bus_ring_fits(const struct bus_ring_area *ring, const struct bus_entry *e);
struct file *bus_ring_memfd(const struct sk_buff *skb, u32 length);

/* socket.c: the system calls */

extern struct proto bus_proto;
typedef bool (*bus_condition)(const struct bus_sock *bs, u64 arg);

int bus_sock_wait(struct bus_sock *bs, bus_condition is_met, u64 arg, long *timeo);
int bus_socket_init(int family);
void bus_socket_exit(void);
extern int bus_family;

/* control.c: generic netlink; proc.c: /proc/net/af_bus */

int bus_control_init(void);
void bus_control_exit(void);
void bus_control_bus(struct bus *bus, bool exists);		/* bus_net.lock */
void bus_control_changed(struct bus *bus, u32 event, u64 addr, u64 group);	/* bus.order */
void bus_control_named(struct bus *bus, const char *name, u64 addr);	/* bus.order */
int bus_proc_init_net(struct net *net);
void bus_proc_exit_net(struct net *net);

#endif /* _AFBUS_BUS_H */

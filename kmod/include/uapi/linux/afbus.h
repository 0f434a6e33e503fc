/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * AF_BUS: a reliable, ordered, local multicast socket family.
 *
 * This header is the whole contract between the kernel and its users, for
 * 32-bit and 64-bit programs alike. Every reserved field and every unnamed
 * flag must be zero (EINVAL), so that it can get a meaning later.
 *
 * Ordering promise. Every message and event of a bus has a place in one order,
 * its stamp, taken when it is queued. A receiver gets what is for it in
 * strictly increasing stamps: all receivers therefore agree on the order of
 * any two messages that both of them get, a message never overtakes an earlier
 * one of its sender, whether sent to one, to many or to a group, nor any
 * message its sender had received before, and a death is told after
 * everything the dead one sent. Messages of one sendmsg() call enter all queues
 * at one place in that order, or none.
 */
#ifndef _UAPI_LINUX_AFBUS_H
#define _UAPI_LINUX_AFBUS_H

#include <linux/types.h>

/*
 * The family number is vacant in every kernel this module builds for, but not
 * ours: the module can be loaded with another one. The truth is told by the
 * generic netlink family "afbus" and by /sys/module/afbus/parameters/family.
 */
#define AF_BUS_DEFAULT		19
#define SOL_BUS			0x4255

/* Limits. */
#define BUS_NAME_MAX		64	/* name of a bus, with its NUL */
#define BUS_WELL_KNOWN_MAX	256	/* well-known name, with its NUL */
#define BUS_MESSAGE_MAX		(1U << 18)	/* bytes in a message */
#define BUS_FDS_MAX		64	/* descriptors in a message */
#define BUS_DESTS_MAX		256	/* destinations in a list */
#define BUS_QUEUE_MAX		65536	/* messages in a queue */
#define BUS_QUEUE_DEFAULT	1024
#define BUS_RING_MAX		(1U << 25)	/* bytes in a ring */

/*
 * Addresses. A member's address is given by the kernel at bind(), has the top
 * bit clear and is never given again, also not to a member of another bus, nor
 * after the module was loaded anew (as long as the clock is not set back).
 */
#define BUS_ADDR_KERNEL		0ULL		/* who sends events */
#define BUS_ADDR_MASTER		1ULL		/* whoever is the master */
#define BUS_ADDR_GROUP		(1ULL << 63)	/* the bit that says group */

/**
 * struct sockaddr_bus - who, and on which bus
 * @sbus_family: the family number
 * @sbus_reserved: zero
 * @sbus_flags: for bind() BUS_CREATE or BUS_EXISTING, for sends one of BUS_WAIT,
 *	BUS_FAIL, BUS_SKIP; zero elsewhere
 * @sbus_addr: zero for bind(); the destination for sends and connect()
 * @sbus_name: the bus: [A-Za-z0-9._-]{1,63}, padded with NULs; only for bind()
 *	and from getsockname(). Everything else uses BUS_SOCKADDR_SHORT bytes.
 */
struct sockaddr_bus {
	__u16		sbus_family;
	__u16		sbus_reserved;
	__u32		sbus_flags;
	__aligned_u64	sbus_addr;
	char		sbus_name[BUS_NAME_MAX];
};

#define BUS_SOCKADDR_SHORT	16	/* up to and with sbus_addr */

/* bind(): with neither flag the bus is joined, or created if there is none. */
#define BUS_CREATE		0x1	/* it must not exist: EEXIST */
#define BUS_EXISTING		0x2	/* it must exist: ENOENT */

/*
 * sendmsg(): what a receiver without room means, for this message. Who waits, or
 * was refused, is told when at most a quarter of the queue or ring is in use.
 */
#define BUS_WAIT		0x0	/* wait for it; EAGAIN if not to wait */
#define BUS_FAIL		0x1	/* send to nobody: ENOBUFS */
#define BUS_SKIP		0x2	/* leave it out; it is told how many it lost */

/* Socket options at level SOL_BUS. */
#define BUS_PERM		1	/* struct bus_perm; set before bind() */
#define BUS_JOIN		2	/* set: __u64 group */
#define BUS_LEAVE		3	/* set: __u64 group */
#define BUS_QUEUE		4	/* __u32 messages; bytes are SO_RCVBUF */
#define BUS_META		5	/* __u32 mask of BUS_META_* */
#define BUS_EVENTS		6	/* __u32 mask of 1 << BUS_EVENT_* */
#define BUS_MASTER		7	/* __u32: 1 claims, 0 releases */
#define BUS_NAME		8	/* struct bus_name */
#define BUS_RING		9	/* struct bus_ring; set once */
#define BUS_STATS		10	/* get: struct bus_stats */

/**
 * struct bus_perm - who may do what on a bus, as for a file
 * @mode: nine permission bits; read: join groups and hear events, write: send.
 *	Who has neither cannot bind. Rights are fixed at bind().
 * @uid: owner, in the caller's user namespace; ~0: the caller
 * @gid: group; ~0: the caller's
 * @reserved: zero
 *
 * Counts for the bind() that creates the bus; without it the mode is 0600.
 * Another user needs CAP_CHOWN, and so does a group the caller is not in.
 */
struct bus_perm {
	__u32		mode;
	__u32		uid;
	__u32		gid;
	__u32		reserved;
};

/**
 * struct bus_name - a well-known name and the member it stands for
 * @addr: set: the member, or zero to remove the name; get: result
 * @name: NUL-terminated, padded with NULs
 *
 * The directory of a bus is kept by its master (EPERM for others) and read by
 * every member. A name goes with its member; all go with the master.
 */
struct bus_name {
	__aligned_u64	addr;
	char		name[BUS_WELL_KNOWN_MAX];
};

/**
 * struct bus_stats - counters of one member
 * @addr: its address
 * @master: the address of the bus's master, or zero
 * @sent: messages it sent
 * @received: messages it took
 * @lost: messages it lost because its queue was full
 * @skipped: receivers left out of its messages
 * @queued: messages in its queue
 * @queued_bytes: what they are charged, of SO_RCVBUF
 */
struct bus_stats {
	__aligned_u64	addr;
	__aligned_u64	master;
	__aligned_u64	sent;
	__aligned_u64	received;
	__aligned_u64	lost;
	__aligned_u64	skipped;
	__aligned_u64	queued;
	__aligned_u64	queued_bytes;
};

/* Control messages at level SOL_BUS. */
#define BUS_CMSG_META		1	/* received: struct bus_meta */
#define BUS_CMSG_LABEL		2	/* received: security label, no NUL */
#define BUS_CMSG_DESTS		3	/* sent: __u64[], members and groups */

/* Option BUS_META: what comes along with each message. */
#define BUS_META_STAMP		0x1	/* BUS_CMSG_META */
#define BUS_META_LABEL		0x2	/* BUS_CMSG_LABEL */

/**
 * struct bus_meta - what the kernel vouches for
 * @order: the stamp
 * @time: CLOCK_MONOTONIC nanoseconds of the stamp; never falls as @order grows
 * @dest: whom it was sent to: this member, BUS_ADDR_MASTER, or the group; for a
 *	list the entry that named this receiver first
 * @size: bytes in the message, also where fewer were copied
 * @lost: messages this receiver lost between the one before and this one
 * @pid: sender's process, zero if it is none in the receiver's pid namespace
 * @uid: its effective user, in the receiver's user namespace
 * @gid: its effective group
 * @flags: mask of BUS_META_EVENT, BUS_META_MEMFD
 *
 * A receiver without BUS_META_STAMP is told of losses by ENOBUFS, once for
 * each place where something is missing.
 */
struct bus_meta {
	__aligned_u64	order;
	__aligned_u64	time;
	__aligned_u64	dest;
	__aligned_u64	size;
	__aligned_u64	lost;
	__u32		pid;
	__u32		uid;
	__u32		gid;
	__u32		flags;
};

#define BUS_META_EVENT		0x1	/* the payload is a struct bus_event */
#define BUS_META_MEMFD		0x2	/* the payload is the last descriptor */

/* Option BUS_EVENTS: bit 1 << BUS_EVENT_x asks for it. */
#define BUS_EVENT_ENTER		1	/* @addr is a member now */
#define BUS_EVENT_EXIT		2	/* @addr closed or died */
#define BUS_EVENT_JOIN		3	/* @addr is in @group now */
#define BUS_EVENT_LEAVE		4	/* @addr is no longer in @group */
#define BUS_EVENT_MASTER	5	/* @addr is the master; zero: none */
#define BUS_EVENT_ROOM		6	/* @addr, which was full, may have room */
#define BUS_EVENT_LOST		7	/* not asked for; @lost of the meta */

/**
 * struct bus_event - payload of a message from BUS_ADDR_KERNEL
 * @type: BUS_EVENT_*
 * @reserved: zero
 * @addr: whom it is about
 * @group: the group, or zero
 */
struct bus_event {
	__u32		type;
	__u32		reserved;
	__aligned_u64	addr;
	__aligned_u64	group;
};

/**
 * struct bus_ring - a mapped receive area
 * @slots: how many, a power of two, at least 2
 * @slot_size: bytes of each with its struct bus_slot, a power of two from 128
 *
 * After this option mmap() of the socket at offset 0, read-only and shared,
 * shows @slots slots. The kernel fills them in turn. What does not fit a slot
 * or has descriptors is marked BUS_SLOT_QUEUED and fetched by recvmsg(); what
 * does not fit comes as a sealed memfd there. The memory is charged to the
 * receiver. It is set while nothing is queued (EBUSY).
 */
struct bus_ring {
	__u32		slots;
	__u32		slot_size;
};

/**
 * struct bus_slot - one message in a ring
 * @ready: n + 1 when message number n (from 0) is whole; read with acquire order
 * @src: who sent it
 * @meta: as in BUS_CMSG_META
 * @flags: mask of BUS_SLOT_QUEUED
 * @length: bytes of payload that follow
 */
struct bus_slot {
	__aligned_u64	ready;
	__aligned_u64	src;
	struct bus_meta	meta;
	__u32		flags;
	__u32		length;
};

#define BUS_SLOT_QUEUED		0x1

/**
 * struct bus_turn - argument of SIOCBUSTURN
 * @done: how many messages the reader has done with since the beginning
 * @ready: result: how many have been delivered since the beginning
 *
 * Gives the slots before @done back and waits until @ready is above it, as
 * recvmsg() would wait (O_NONBLOCK, SO_RCVTIMEO, signals, shutdown).
 */
struct bus_turn {
	__aligned_u64	done;
	__aligned_u64	ready;
};

#define SIOCBUSTURN		0x89e0	/* SIOCPROTOPRIVATE */

#ifndef __KERNEL__
#ifndef __cplusplus
#define BUS_ASSERT(c)		_Static_assert(c, #c)
#else
#define BUS_ASSERT(c)		static_assert(c, #c)
#endif
#else
#define BUS_ASSERT(c)		static_assert(c)
#endif

BUS_ASSERT(sizeof(struct sockaddr_bus) == 80);
BUS_ASSERT(__builtin_offsetof(struct sockaddr_bus, sbus_flags) == 4);
BUS_ASSERT(__builtin_offsetof(struct sockaddr_bus, sbus_addr) == 8);
BUS_ASSERT(__builtin_offsetof(struct sockaddr_bus, sbus_name) == BUS_SOCKADDR_SHORT);
BUS_ASSERT(sizeof(struct bus_perm) == 16);
BUS_ASSERT(sizeof(struct bus_name) == 264);
BUS_ASSERT(__builtin_offsetof(struct bus_name, name) == 8);
BUS_ASSERT(sizeof(struct bus_stats) == 64);
BUS_ASSERT(sizeof(struct bus_meta) == 56);
BUS_ASSERT(__builtin_offsetof(struct bus_meta, pid) == 40);
BUS_ASSERT(sizeof(struct bus_event) == 24);
BUS_ASSERT(__builtin_offsetof(struct bus_event, addr) == 8);
BUS_ASSERT(sizeof(struct bus_ring) == 8);
BUS_ASSERT(sizeof(struct bus_slot) == 80);
BUS_ASSERT(__builtin_offsetof(struct bus_slot, meta) == 16);
BUS_ASSERT(__builtin_offsetof(struct bus_slot, flags) == 72);
BUS_ASSERT(sizeof(struct bus_turn) == 16);

#endif /* _UAPI_LINUX_AFBUS_H */

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libheadway-bus: a program's attachment to a bus of the kernel (AF_BUS).
 *
 * A bus carries messages of up to BUS_MESSAGE_MAX bytes between the processes
 * of one machine: to one member, to the members of a group, or to a list. All
 * receivers agree on the order of what reaches them, nothing is lost silently,
 * and the kernel says who sent it. <linux/afbus.h> is the contract; this
 * library adds no protocol to it and speaks its words.
 *
 *	struct headway_message m;
 *	struct headway_bus *bus;
 *	int r;
 *
 *	r = headway_bus_open(&bus, "car", 0, NULL);
 *	if (r >= 0)
 *		r = headway_bus_join(bus, HEADWAY_GROUP(7));
 *	while (r >= 0 && (r = headway_bus_receive(bus, &m)) > 0)
 *		use(m.data, m.size, m.from);
 *	if (r < 0)
 *		fprintf(stderr, "car: %s\n", headway_bus_strerror(r));
 *
 * Errors. A function that can fail returns a negative errno; errno itself means
 * nothing afterwards. headway_bus_strerror() explains them.
 *
 * Threads. There is no state outside of the handle. Of the receive functions and
 * headway_bus_ring() one may run at a time for one handle; every other function
 * may be called by any thread at any time, until headway_bus_close().
 *
 * Memory. Nothing is allocated for a message. What is received is borrowed from
 * the handle until its next receive call.
 *
 * Processes. A child of fork() has to open a bus of its own; the descriptor is
 * closed by execve().
 */
#ifndef HEADWAY_BUS_H
#define HEADWAY_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/afbus.h>

#ifdef __cplusplus
extern "C" {
#endif

struct headway_bus;

/* The group that 63 bits name. */
#define HEADWAY_GROUP(id)	(BUS_ADDR_GROUP | (uint64_t)(id))

/* Most messages that one headway_bus_receive_many() returns. */
#define HEADWAY_BATCH		16

/* Attaching */

/* Flags of headway_bus_open(), beside BUS_CREATE and BUS_EXISTING. */
#define HEADWAY_NONBLOCK	0x100	/* sends and receives give -EAGAIN, see poll(2) */
#define HEADWAY_LABELS		0x200	/* messages come with security labels */

/**
 * headway_bus_open() - become a member of a bus
 * @ret: the handle; untouched on failure
 * @name: the bus, [A-Za-z0-9._-]{1,63}
 * @flags: with zero the bus is joined, or created if there is none
 * @perm: who may do what, if the bus is created; NULL: only this user
 *
 * Return: 0, or -EAFNOSUPPORT without the kernel module, -EACCES, -EEXIST with
 * BUS_CREATE, -ENOENT with BUS_EXISTING, -EDQUOT, -EINVAL, -ENOMEM, ...
 */
int headway_bus_open(struct headway_bus **ret, const char *name,
		     unsigned int flags, const struct bus_perm *perm);

/**
 * headway_bus_close() - leave the bus and forget the handle
 * @bus: the handle, or NULL
 *
 * Messages not yet received are gone; so is what was borrowed. The others are
 * told after everything that was sent from here.
 */
void headway_bus_close(struct headway_bus *bus);

/**
 * headway_bus_fd() - the socket, for poll(2), epoll(7) and socket options
 * @bus: the handle, which stays its owner
 *
 * Readable: receive until -EAGAIN before waiting again. Writable always, or
 * after headway_bus_connect() while that member has room.
 */
int headway_bus_fd(const struct headway_bus *bus);

/**
 * headway_bus_address() - the address of this member, never given again
 * @bus: the handle
 */
uint64_t headway_bus_address(const struct headway_bus *bus);

/**
 * headway_bus_queue() - how much may wait for this member
 * @bus: the handle
 * @messages: 1 to BUS_QUEUE_MAX, or zero: as it is
 * @bytes: as SO_RCVBUF, or zero: as it is
 */
int headway_bus_queue(struct headway_bus *bus, unsigned int messages,
		      unsigned int bytes);

/* Groups and events */

/**
 * headway_bus_join() - get what is sent to a group from now on
 * @bus: the handle
 * @group: HEADWAY_GROUP(63 bits)
 *
 * Return: 0, -EALREADY, -EACCES without the right to read, -EDQUOT, ...
 */
int headway_bus_join(struct headway_bus *bus, uint64_t group);

/**
 * headway_bus_leave() - get no more of a group; what is queued still comes
 * @bus: the handle
 * @group: the group
 *
 * Return: 0, or -ENOENT if it was not joined.
 */
int headway_bus_leave(struct headway_bus *bus, uint64_t group);

/**
 * headway_bus_events() - choose which events of the bus are received
 * @bus: the handle
 * @mask: of 1 << BUS_EVENT_ENTER, EXIT, JOIN, LEAVE, MASTER, ROOM
 */
int headway_bus_events(struct headway_bus *bus, uint32_t mask);

/* Sending */

/* Beside the policy of a message: BUS_WAIT gives -EAGAIN instead of waiting. */
#define HEADWAY_TRY		0x100

/**
 * struct headway_send - a message to send; what is not used is zero
 * @to: a member, a group, or BUS_ADDR_MASTER; zero: @list, or who was connected, who
 *	has BUS_WAIT as the policy
 * @list: members and groups; who is named twice gets it once
 * @list_count: how many, at most BUS_DESTS_MAX
 * @policy: what a full receiver means: BUS_WAIT, BUS_WAIT | HEADWAY_TRY,
 *	BUS_FAIL or BUS_SKIP
 * @data: the payload
 * @size: its bytes, at most BUS_MESSAGE_MAX
 * @fds: descriptors that every receiver gets its own of; the caller's stay open
 * @fd_count: how many, at most BUS_FDS_MAX
 */
struct headway_send {
	uint64_t	to;
	const uint64_t	*list;
	unsigned int	list_count;
	unsigned int	policy;
	const void	*data;
	size_t		size;
	const int	*fds;
	unsigned int	fd_count;
};

/**
 * headway_bus_send() - send to one member, a group, or the master
 * @bus: the handle
 * @to: whom
 * @data: the payload
 * @size: its bytes
 *
 * Waits for receivers without room, as BUS_WAIT says.
 *
 * Return: 0 when the message is in all queues; otherwise it is in none:
 * -EHOSTUNREACH, -EAGAIN, -EINTR, -EACCES, -EMSGSIZE, -EDQUOT, ...
 */
int headway_bus_send(struct headway_bus *bus, uint64_t to, const void *data,
		     size_t size);

/**
 * headway_bus_send_message() - send with a policy, to a list, with descriptors
 * @bus: the handle
 * @message: what and to whom
 *
 * Return: as headway_bus_send(); also -ENOBUFS with BUS_FAIL. With BUS_SKIP 0
 * means that receivers with room have it, the others learn what they lost.
 */
int headway_bus_send_message(struct headway_bus *bus,
			     const struct headway_send *message);

/**
 * headway_bus_send_many() - send messages in order, with few system calls
 * @bus: the handle
 * @messages: what and to whom
 * @count: how many
 *
 * Return: how many of the first were sent, if any; else why the first was not.
 */
int headway_bus_send_many(struct headway_bus *bus,
			  const struct headway_send *messages,
			  unsigned int count);

/**
 * headway_bus_connect() - let writability of the socket mean this member's
 * @bus: the handle
 * @to: a member, and where messages go that name nobody; zero: no longer
 */
int headway_bus_connect(struct headway_bus *bus, uint64_t to);

/* Receiving */

/**
 * struct headway_message - a received message
 * @data: the payload
 * @size: bytes at @data
 * @full: bytes that were sent; more than @size if the buffer was too small
 * @from: who sent it; BUS_ADDR_KERNEL: it is an event
 * @to: whom it was sent to: this member, BUS_ADDR_MASTER, or the group
 * @order: its place in the order of the bus
 * @time: CLOCK_MONOTONIC nanoseconds of that
 * @lost: messages lost between the one before and this one
 * @pid: sender's process, zero outside of this pid namespace
 * @uid: its effective user
 * @gid: its effective group
 * @event: what happened, or NULL
 * @label: its security label, or NULL; see HEADWAY_LABELS
 * @fds: descriptors that came along, close-on-exec; -1 where already taken
 * @fd_count: how many
 * @cut: something did not come along, mostly for want of free descriptors: some
 *	of @fds, the label, or, if @size is less than @full, the payload
 *
 * Everything that this points to is valid until the next receive call.
 */
struct headway_message {
	const void		*data;
	size_t			size;
	size_t			full;
	uint64_t		from;
	uint64_t		to;
	uint64_t		order;
	uint64_t		time;
	uint64_t		lost;
	uint32_t		pid;
	uint32_t		uid;
	uint32_t		gid;
	const struct bus_event	*event;
	const char		*label;
	int			*fds;
	unsigned int		fd_count;
	bool			cut;
};

/**
 * headway_bus_receive() - wait for the next message and borrow it
 * @bus: the handle
 * @message: what was received
 *
 * Return: 1 with a message, 0 when no more will come because the socket was
 * shut down, or -EAGAIN, -EINTR, -ESHUTDOWN when the module goes away, ...
 */
int headway_bus_receive(struct headway_bus *bus, struct headway_message *message);

/**
 * headway_bus_receive_into() - the same, with the payload in the caller's buffer
 * @bus: the handle
 * @message: what was received; @data points to @buffer
 * @buffer: where the payload goes; it stays when the next message comes
 * @size: its bytes, at least those of a struct bus_event
 */
int headway_bus_receive_into(struct headway_bus *bus,
			     struct headway_message *message, void *buffer,
			     size_t size);

/**
 * headway_bus_receive_many() - wait for one message and borrow what is there
 * @bus: the handle
 * @messages: what was received, all of it borrowed together
 * @count: how many fit; no more than HEADWAY_BATCH are returned
 *
 * Return: how many, or as headway_bus_receive().
 */
int headway_bus_receive_many(struct headway_bus *bus,
			     struct headway_message *messages,
			     unsigned int count);

/**
 * headway_bus_take() - keep a descriptor of a message
 * @message: the message, still borrowed
 * @index: which, from 0
 *
 * Descriptors that nobody takes are closed by the next receive call, so a
 * program that expects none cannot be made to run out of them.
 *
 * Return: the descriptor, now the caller's, or -ENOENT.
 */
int headway_bus_take(struct headway_message *message, unsigned int index);

/**
 * headway_bus_ring() - let the kernel deliver into mapped memory
 * @bus: the handle, before any group is joined or message received
 * @slots: messages in the ring, a power of two, at least 2
 * @slot_size: bytes of each with its struct bus_slot, a power of two from 128
 *
 * The receive functions then need no system call for a message that is already
 * there. Larger messages and those with descriptors come the usual way; only
 * these have labels.
 */
int headway_bus_ring(struct headway_bus *bus, unsigned int slots,
		     unsigned int slot_size);

/* The master and its directory */

/**
 * headway_bus_claim() - become the master of the bus, or cease to be
 * @bus: the handle
 * @claim: which
 *
 * Return: 0, -EBUSY if there is another, -EPERM if not the bus's owner or, for
 * ceasing, not the master.
 */
int headway_bus_claim(struct headway_bus *bus, bool claim);

/**
 * headway_bus_set_name() - as the master, say whom a well-known name stands for
 * @bus: the handle
 * @name: 1 to BUS_WELL_KNOWN_MAX - 1 bytes
 * @member: the member; zero: nobody any more
 *
 * Return: 0, -EPERM if not the master, -EHOSTUNREACH if there is no such member.
 */
int headway_bus_set_name(struct headway_bus *bus, const char *name,
			 uint64_t member);

/**
 * headway_bus_lookup() - whom a well-known name stands for
 * @bus: the handle
 * @name: the name
 * @member: the member; untouched on failure
 *
 * Return: 0, or -ENOENT.
 */
int headway_bus_lookup(struct headway_bus *bus, const char *name,
		       uint64_t *member);

/* Inspection */

/**
 * headway_bus_stats() - counters of this member
 * @bus: the handle
 * @stats: the counters
 */
int headway_bus_stats(struct headway_bus *bus, struct bus_stats *stats);

/**
 * headway_bus_strerror() - an errno in the words of this library
 * @error: as returned, or positive
 *
 * Return: a constant string, never NULL, without a newline: what it means and,
 * where there is something to do about it, what.
 */
const char *headway_bus_strerror(int error);

#ifdef __cplusplus
}
#endif

#endif /* HEADWAY_BUS_H */

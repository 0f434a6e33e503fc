// SPDX-License-Identifier: Apache-2.0
/*
 * The handle: a socket, the area that received messages are borrowed from, and
 * perhaps a ring. Sending uses the caller's stack only, hence any thread may.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* sendmmsg(), recvmmsg(), secure_getenv() */
#endif
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "headway-bus.h"

#define PUBLIC		__attribute__((visibility("default")))

#define FAMILY_VARIABLE	"AFBUS_FAMILY"
#define FAMILY_FILE	"/sys/module/afbus/parameters/family"

#define SEND_BATCH	16
#define SEND_CONTROL	4096
#define LABEL_MAX	2048

/* Of one message: metadata, descriptors and that of the payload, label. */
#define RECEIVE_CONTROL	(CMSG_SPACE(sizeof(struct bus_meta)) + \
			 CMSG_SPACE((BUS_FDS_MAX + 1) * sizeof(int)) + \
			 CMSG_SPACE(LABEL_MAX))

/* Where one received message is until the next receive call. */
struct seat {
	char			payload[BUS_MESSAGE_MAX];
	struct bus_event	event;
	struct sockaddr_bus	from;
	struct iovec		iov;
	int			*fds;
	unsigned int		fd_count;
	char			label[LABEL_MAX + 1];
	union {
		struct cmsghdr	align;
		char		bytes[RECEIVE_CONTROL];
	} control;
};

struct headway_bus {
	int			fd;
	sa_family_t		family;
	uint64_t		address;

	/* The receiving thread's. */
	struct seat		*seats;		/* HEADWAY_BATCH of them */
	unsigned int		seated;		/* may have descriptors */
	struct mmsghdr		batch[HEADWAY_BATCH];

	/* The ring, if there is one: struct bus_slot and payload, @slots times. */
	char			*ring;
	size_t			slots;
	size_t			slot_size;
	uint64_t		done;		/* messages that were given back */
	uint64_t		borrowed;	/* and those lent after them */
	uint64_t		told;		/* what the kernel knows of @done */
};

/* Attaching */

static int family_of_text(const char *text)
{
	char *end;
	long family = strtol(text, &end, 10);

	if (end == text || (*end && *end != '\n') || family <= 0 || family > USHRT_MAX)
		return -EINVAL;
	return (int)family;
}

static int family_find(void)
{
	const char *text = secure_getenv(FAMILY_VARIABLE);
	char line[16];
	ssize_t n;
	int fd;

	if (text)
		return family_of_text(text);
	/* Without the module the default is right: socket() may load it. */
	fd = open(FAMILY_FILE, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return AF_BUS_DEFAULT;
	n = read(fd, line, sizeof(line) - 1);
	close(fd);
	if (n <= 0)
		return AF_BUS_DEFAULT;
	line[n] = '\0';
	return family_of_text(line);
}

static int set_option(const struct headway_bus *bus, int option, const void *value,
		      socklen_t size)
{
	return setsockopt(bus->fd, SOL_BUS, option, value, size) < 0 ? -errno : 0;
}

static int bus_bind(struct headway_bus *bus, const char *name, unsigned int flags,
		    const struct bus_perm *perm)
{
	struct sockaddr_bus address = {
		.sbus_family = bus->family,
		.sbus_flags = flags & (BUS_CREATE | BUS_EXISTING),
	};
	uint32_t meta = BUS_META_STAMP;
	socklen_t size = sizeof(address);
	size_t length = strnlen(name, BUS_NAME_MAX);
	int r;

	if (length == BUS_NAME_MAX)
		return -EINVAL;
	memcpy(address.sbus_name, name, length);
	if (flags & HEADWAY_LABELS)
		meta |= BUS_META_LABEL;
	r = set_option(bus, BUS_META, &meta, sizeof(meta));
	if (!r && perm)
		r = set_option(bus, BUS_PERM, perm, sizeof(*perm));
	if (r)
		return r;
	if (bind(bus->fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    getsockname(bus->fd, (struct sockaddr *)&address, &size) < 0)
		return -errno;
	bus->address = address.sbus_addr;
	return 0;
}

PUBLIC int headway_bus_open(struct headway_bus **ret, const char *name,
			    unsigned int flags, const struct bus_perm *perm)
{
	struct headway_bus *bus;
	int r;

	if (flags & ~(BUS_CREATE | BUS_EXISTING | HEADWAY_NONBLOCK | HEADWAY_LABELS))
		return -EINVAL;
	bus = calloc(1, sizeof(*bus));
	if (!bus)
		return -ENOMEM;
	bus->fd = -1;
	/* Address space only: what is never received into costs no memory. */
	bus->seats = mmap(NULL, HEADWAY_BATCH * sizeof(*bus->seats), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (bus->seats == MAP_FAILED) {
		bus->seats = NULL;
		r = -errno;
		goto fail;
	}
	r = family_find();
	if (r < 0)
		goto fail;
	bus->family = (sa_family_t)r;
	bus->fd = socket(bus->family, SOCK_SEQPACKET | SOCK_CLOEXEC |
			 (flags & HEADWAY_NONBLOCK ? SOCK_NONBLOCK : 0), 0);
	if (bus->fd < 0) {
		r = -errno;
		goto fail;
	}
	r = bus_bind(bus, name, flags, perm);
	if (r)
		goto fail;
	*ret = bus;
	return 0;

fail:
	headway_bus_close(bus);
	return r;
}

PUBLIC int headway_bus_fd(const struct headway_bus *bus)
{
	return bus->fd;
}

PUBLIC uint64_t headway_bus_address(const struct headway_bus *bus)
{
	return bus->address;
}

PUBLIC int headway_bus_queue(struct headway_bus *bus, unsigned int messages,
			     unsigned int bytes)
{
	uint32_t max = messages;
	int size = bytes < INT_MAX ? (int)bytes : INT_MAX;
	int r = 0;

	if (messages)
		r = set_option(bus, BUS_QUEUE, &max, sizeof(max));
	if (!r && bytes && setsockopt(bus->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) < 0)
		r = -errno;
	return r;
}

/* Groups and events */

PUBLIC int headway_bus_join(struct headway_bus *bus, uint64_t group)
{
	return set_option(bus, BUS_JOIN, &group, sizeof(group));
}

PUBLIC int headway_bus_leave(struct headway_bus *bus, uint64_t group)
{
	return set_option(bus, BUS_LEAVE, &group, sizeof(group));
}

PUBLIC int headway_bus_events(struct headway_bus *bus, uint32_t mask)
{
	return set_option(bus, BUS_EVENTS, &mask, sizeof(mask));
}

/* Sending */

struct outgoing {
	struct mmsghdr		headers[SEND_BATCH];
	struct iovec		iov[SEND_BATCH];
	struct sockaddr_bus	to[SEND_BATCH];
	size_t			used;		/* of control */
	union {
		struct cmsghdr	align;
		char		bytes[SEND_CONTROL];
	} control;
};

static void control_add(struct msghdr *header, int level, int type, const void *data,
			size_t size)
{
	struct cmsghdr *c;

	c = (struct cmsghdr *)((char *)header->msg_control + header->msg_controllen);
	memset(c, 0, CMSG_SPACE(size));
	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(c), data, size);
	header->msg_controllen += CMSG_SPACE(size);
}

/* Make message number @i of a batch: 0, -ENOSPC if it has no room there, -EINVAL. */
static int outgoing_add(struct outgoing *out, unsigned int i, sa_family_t family,
			const struct headway_send *m)
{
	struct msghdr *header = &out->headers[i].msg_hdr;
	size_t list = m->list_count * sizeof(*m->list);
	size_t fds = m->fd_count * sizeof(*m->fds);
	size_t control = 0;

	if (m->list_count > BUS_DESTS_MAX || m->fd_count > BUS_FDS_MAX)
		return -EINVAL;
	if (list)
		control += CMSG_SPACE(list);
	if (fds)
		control += CMSG_SPACE(fds);
	if (control > SEND_CONTROL - out->used)
		return -ENOSPC;

	*header = (struct msghdr){ .msg_iov = &out->iov[i], .msg_iovlen = 1 };
	out->iov[i].iov_base = (void *)m->data;
	out->iov[i].iov_len = m->size;
	if (m->to || list || (m->policy & ~HEADWAY_TRY)) {
		out->to[i].sbus_family = family;
		out->to[i].sbus_reserved = 0;
		out->to[i].sbus_flags = m->policy & ~HEADWAY_TRY;
		out->to[i].sbus_addr = m->to;
		header->msg_name = &out->to[i];
		header->msg_namelen = BUS_SOCKADDR_SHORT;
	}
	if (control) {
		header->msg_control = out->control.bytes + out->used;
		if (list)
			control_add(header, SOL_BUS, BUS_CMSG_DESTS, m->list, list);
		if (fds)
			control_add(header, SOL_SOCKET, SCM_RIGHTS, m->fds, fds);
		out->used += control;
	}
	return 0;
}

static int send_flags(const struct headway_send *m)
{
	return m->policy & HEADWAY_TRY ? MSG_DONTWAIT : 0;
}

PUBLIC int headway_bus_send(struct headway_bus *bus, uint64_t to, const void *data,
			    size_t size)
{
	struct sockaddr_bus address = { .sbus_family = bus->family, .sbus_addr = to };

	return sendto(bus->fd, data, size, 0, (struct sockaddr *)&address,
		      BUS_SOCKADDR_SHORT) < 0 ? -errno : 0;
}

PUBLIC int headway_bus_send_message(struct headway_bus *bus,
				    const struct headway_send *message)
{
	int r = headway_bus_send_many(bus, message, 1);

	return r < 0 ? r : 0;
}

PUBLIC int headway_bus_send_many(struct headway_bus *bus,
				 const struct headway_send *messages,
				 unsigned int count)
{
	struct outgoing out;
	unsigned int sent = 0;
	unsigned int n;
	int flags;
	int r = 0;

	while (sent < count) {
		flags = send_flags(&messages[sent]);
		out.used = 0;
		for (n = 0; n < SEND_BATCH && sent + n < count; n++) {
			if (send_flags(&messages[sent + n]) != flags)
				break;
			r = outgoing_add(&out, n, bus->family, &messages[sent + n]);
			if (r)
				break;
		}
		if (!n)
			break;
		r = sendmmsg(bus->fd, out.headers, n, flags);
		if (r < 0)
			r = -errno;
		else
			sent += (unsigned int)r;
		if (r != (int)n)
			break;
	}
	return sent ? (int)sent : r;
}

PUBLIC int headway_bus_connect(struct headway_bus *bus, uint64_t to)
{
	struct sockaddr_bus address = { .sbus_family = bus->family, .sbus_addr = to };

	return connect(bus->fd, (struct sockaddr *)&address, BUS_SOCKADDR_SHORT) < 0 ? -errno : 0;
}

/* Receiving */

/* What was borrowed is given back. */
static void seats_clear(struct headway_bus *bus)
{
	unsigned int i, j;

	for (i = 0; i < bus->seated; i++) {
		struct seat *seat = &bus->seats[i];

		for (j = 0; j < seat->fd_count; j++)
			if (seat->fds[j] >= 0)
				close(seat->fds[j]);
		seat->fd_count = 0;
	}
	bus->seated = 0;
}

static void seat_prepare(struct seat *seat, struct msghdr *header, void *buffer, size_t size)
{
	seat->iov.iov_base = buffer;
	seat->iov.iov_len = size;
	*header = (struct msghdr){
		.msg_name = &seat->from,
		.msg_namelen = BUS_SOCKADDR_SHORT,
		.msg_iov = &seat->iov,
		.msg_iovlen = 1,
		.msg_control = seat->control.bytes,
		.msg_controllen = sizeof(seat->control),
	};
}

static void message_stamp(struct headway_message *m, uint64_t from, const struct bus_meta *meta)
{
	m->from = from;
	m->to = meta->dest;
	m->order = meta->order;
	m->time = meta->time;
	m->full = meta->size;
	m->lost = meta->lost;
	m->pid = meta->pid;
	m->uid = meta->uid;
	m->gid = meta->gid;
}

static void message_event(struct headway_message *m, struct seat *seat, uint32_t flags)
{
	if (!(flags & BUS_META_EVENT) || m->size < sizeof(seat->event))
		return;
	memcpy(&seat->event, m->data, sizeof(seat->event));
	m->event = &seat->event;
}

/* The payload is in a sealed file, the last of the descriptors. */
static void message_unfold(struct headway_message *m, struct seat *seat)
{
	ssize_t n;
	int fd;

	m->size = 0;
	if (m->cut || !seat->fd_count)
		return;
	fd = seat->fds[--seat->fd_count];
	m->fd_count = seat->fd_count;
	n = pread(fd, seat->iov.iov_base, seat->iov.iov_len, 0);
	if (n > 0)
		m->size = (size_t)n;
	close(fd);
}

/* Say what recvmsg() put into @seat: 1, or 0 if it was the end. */
static int message_read(struct headway_message *m, struct seat *seat, struct msghdr *header,
			size_t size)
{
	struct bus_meta meta = { .size = size };
	struct cmsghdr *c;
	size_t length;

	if (header->msg_namelen < BUS_SOCKADDR_SHORT)
		return 0;
	*m = (struct headway_message){ .data = seat->iov.iov_base, .size = size };
	m->cut = header->msg_flags & MSG_CTRUNC;
	for (c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
		length = c->cmsg_len - CMSG_LEN(0);
		if (c->cmsg_level == SOL_BUS && c->cmsg_type == BUS_CMSG_META) {
			memcpy(&meta, CMSG_DATA(c), sizeof(meta));
		} else if (c->cmsg_level == SOL_BUS && c->cmsg_type == BUS_CMSG_LABEL &&
			   length <= LABEL_MAX) {
			memcpy(seat->label, CMSG_DATA(c), length);
			seat->label[length] = '\0';
			m->label = seat->label;
		} else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
			seat->fds = (int *)CMSG_DATA(c);
			seat->fd_count = (unsigned int)(length / sizeof(int));
			m->fds = seat->fds;
			m->fd_count = seat->fd_count;
		}
	}
	message_stamp(m, seat->from.sbus_addr, &meta);
	if (meta.flags & BUS_META_MEMFD)
		message_unfold(m, seat);
	message_event(m, seat, meta.flags);
	return 1;
}

static int seat_receive(struct headway_bus *bus, unsigned int i, struct headway_message *m,
			void *buffer, size_t size, int flags)
{
	struct seat *seat = &bus->seats[i];
	struct msghdr header;
	ssize_t n;

	seat_prepare(seat, &header, buffer, size);
	n = recvmsg(bus->fd, &header, flags | MSG_CMSG_CLOEXEC);
	if (n < 0)
		return -errno;
	bus->seated = i + 1;
	return message_read(m, seat, &header, (size_t)n);
}

static int batch_receive(struct headway_bus *bus, struct headway_message *messages,
			 unsigned int count)
{
	unsigned int i;
	int n;

	for (i = 0; i < count; i++)
		seat_prepare(&bus->seats[i], &bus->batch[i].msg_hdr, bus->seats[i].payload,
			     sizeof(bus->seats[i].payload));
	n = recvmmsg(bus->fd, bus->batch, count, MSG_WAITFORONE | MSG_CMSG_CLOEXEC, NULL);
	if (n < 0)
		return -errno;
	bus->seated = (unsigned int)n;
	for (i = 0; i < (unsigned int)n; i++)
		if (!message_read(&messages[i], &bus->seats[i], &bus->batch[i].msg_hdr,
				  bus->batch[i].msg_len))
			break;
	return (int)i;
}

/* The ring */

static struct bus_slot *ring_slot(const struct headway_bus *bus, uint64_t number)
{
	return (struct bus_slot *)(bus->ring + (number & (bus->slots - 1)) * bus->slot_size);
}

static bool ring_ready(const struct headway_bus *bus, uint64_t number)
{
	return __atomic_load_n(&ring_slot(bus, number)->ready, __ATOMIC_ACQUIRE) == number + 1;
}

/* Give back what was borrowed, and wait for more if there is none. */
static int ring_turn(struct headway_bus *bus)
{
	struct bus_turn turn;

	bus->done += bus->borrowed;
	bus->borrowed = 0;
	/* The kernel is told when it must be: to wait, or before it runs short. */
	if (ring_ready(bus, bus->done) && bus->done - bus->told < bus->slots / 2)
		return 0;
	turn = (struct bus_turn){ .done = bus->done };
	bus->told = bus->done;
	return ioctl(bus->fd, SIOCBUSTURN, &turn) < 0 ? -errno : 0;
}

static int slot_receive(struct headway_bus *bus, unsigned int i, struct headway_message *m,
			void *buffer, size_t size)
{
	const struct bus_slot *slot = ring_slot(bus, bus->done + bus->borrowed);
	struct seat *seat = &bus->seats[i];
	int r;

	if (slot->flags & BUS_SLOT_QUEUED) {
		r = seat_receive(bus, i, m, buffer ? buffer : seat->payload,
				 buffer ? size : sizeof(seat->payload), MSG_DONTWAIT);
		if (r <= 0)
			return r;
	} else {
		*m = (struct headway_message){ .data = slot + 1, .size = slot->length };
		if (buffer) {
			m->size = slot->length < size ? slot->length : size;
			m->data = memcpy(buffer, slot + 1, m->size);
		}
		message_stamp(m, slot->src, &slot->meta);
		message_event(m, seat, slot->meta.flags);
	}
	bus->borrowed++;
	return 1;
}

static int ring_receive(struct headway_bus *bus, struct headway_message *messages,
			unsigned int count, void *buffer, size_t size)
{
	unsigned int i;
	int r;

	r = ring_turn(bus);
	if (r)
		return r;
	for (i = 0; i < count && ring_ready(bus, bus->done + bus->borrowed); i++) {
		r = slot_receive(bus, i, &messages[i], buffer, size);
		if (r <= 0)
			break;
	}
	return i ? (int)i : r;
}

PUBLIC int headway_bus_ring(struct headway_bus *bus, unsigned int slots,
			    unsigned int slot_size)
{
	struct bus_ring ring = { .slots = slots, .slot_size = slot_size };
	size_t size = (size_t)slots * slot_size;
	void *area;
	int r;

	r = set_option(bus, BUS_RING, &ring, sizeof(ring));
	if (r)
		return r;
	area = mmap(NULL, size, PROT_READ, MAP_SHARED, bus->fd, 0);
	if (area == MAP_FAILED)
		return -errno;
	bus->ring = area;
	bus->slots = slots;
	bus->slot_size = slot_size;
	return 0;
}

/* Receiving, whichever way messages come */

PUBLIC int headway_bus_receive(struct headway_bus *bus, struct headway_message *message)
{
	seats_clear(bus);
	if (bus->ring)
		return ring_receive(bus, message, 1, NULL, 0);
	return seat_receive(bus, 0, message, bus->seats->payload, sizeof(bus->seats->payload), 0);
}

PUBLIC int headway_bus_receive_into(struct headway_bus *bus,
				    struct headway_message *message, void *buffer,
				    size_t size)
{
	if (!buffer || size < sizeof(struct bus_event))
		return -EINVAL;
	seats_clear(bus);
	if (bus->ring)
		return ring_receive(bus, message, 1, buffer, size);
	return seat_receive(bus, 0, message, buffer, size, 0);
}

PUBLIC int headway_bus_receive_many(struct headway_bus *bus,
				    struct headway_message *messages,
				    unsigned int count)
{
	if (!count)
		return -EINVAL;
	if (count > HEADWAY_BATCH)
		count = HEADWAY_BATCH;
	seats_clear(bus);
	if (bus->ring)
		return ring_receive(bus, messages, count, NULL, 0);
	return batch_receive(bus, messages, count);
}

PUBLIC int headway_bus_take(struct headway_message *message, unsigned int index)
{
	int fd;

	if (index >= message->fd_count || message->fds[index] < 0)
		return -ENOENT;
	fd = message->fds[index];
	message->fds[index] = -1;
	return fd;
}

PUBLIC void headway_bus_close(struct headway_bus *bus)
{
	if (!bus)
		return;
	if (bus->seats) {
		seats_clear(bus);
		munmap(bus->seats, HEADWAY_BATCH * sizeof(*bus->seats));
	}
	if (bus->ring)
		munmap(bus->ring, bus->slots * bus->slot_size);
	if (bus->fd >= 0)
		close(bus->fd);
	free(bus);
}

/* The master and its directory */

static int name_copy(struct bus_name *to, const char *name)
{
	size_t length = strnlen(name, BUS_WELL_KNOWN_MAX);

	if (!length || length == BUS_WELL_KNOWN_MAX)
		return -EINVAL;
	memcpy(to->name, name, length);
	return 0;
}

PUBLIC int headway_bus_claim(struct headway_bus *bus, bool claim)
{
	uint32_t value = claim;

	return set_option(bus, BUS_MASTER, &value, sizeof(value));
}

PUBLIC int headway_bus_set_name(struct headway_bus *bus, const char *name, uint64_t member)
{
	struct bus_name entry = { .addr = member };
	int r = name_copy(&entry, name);

	return r ? r : set_option(bus, BUS_NAME, &entry, sizeof(entry));
}

PUBLIC int headway_bus_lookup(struct headway_bus *bus, const char *name, uint64_t *member)
{
	struct bus_name entry = { 0 };
	socklen_t size = sizeof(entry);
	int r = name_copy(&entry, name);

	if (r)
		return r;
	if (getsockopt(bus->fd, SOL_BUS, BUS_NAME, &entry, &size) < 0)
		return -errno;
	*member = entry.addr;
	return 0;
}

/* Inspection */

PUBLIC int headway_bus_stats(struct headway_bus *bus, struct bus_stats *stats)
{
	socklen_t size = sizeof(*stats);

	return getsockopt(bus->fd, SOL_BUS, BUS_STATS, stats, &size) < 0 ? -errno : 0;
}

PUBLIC const char *headway_bus_strerror(int error)
{
	switch (error < 0 ? -error : error) {
	case 0:
		return "no error";
	case EAFNOSUPPORT:
		return "the kernel module afbus is not loaded: modprobe afbus";
	case ESOCKTNOSUPPORT:
	case EPROTONOSUPPORT:
		return "the family number belongs to another protocol: load afbus with family=N";
	case ESHUTDOWN:
		return "the kernel module afbus is going away: open the bus again later";
	case EACCES:
		return "no permission on this bus: its owner sets the mode when creating it";
	case EPERM:
		return "only the bus's owner may be master, and only the master keeps names";
	case EEXIST:
		return "a bus of this name exists already";
	case ENOENT:
		return "no such bus, group membership, name or descriptor";
	case EALREADY:
		return "the group was joined already";
	case EBUSY:
		return "the bus has another master, or it is too late for this option";
	case EDQUOT:
		return "a quota of this user is used up: see afbusctl limits";
	case EHOSTUNREACH:
		return "no such member, no master, or nobody else in the group";
	case EDESTADDRREQ:
		return "the message names no receiver and none is connected";
	case ENOTCONN:
		return "not connected to a member";
	case EMSGSIZE:
		return "the message is larger than BUS_MESSAGE_MAX bytes";
	case EAGAIN:
		return "it would have to wait: poll the descriptor and try again";
	case EINTR:
		return "interrupted by a signal: try again";
	case ENOBUFS:
		return "a receiver has no room and the policy says to fail";
	case EPIPE:
		return "the socket was shut down for sending";
	case EOPNOTSUPP:
		return "descriptors of AF_BUS and AF_UNIX sockets cannot be sent";
	case EBADF:
		return "a descriptor to be sent is not open, or is O_PATH";
	case EINVAL:
		return "an argument is out of its range";
	case EFAULT:
		return "a pointer points to no memory";
	case ENOMEM:
		return "out of memory";
	case EMFILE:
	case ENFILE:
		return "out of descriptors: raise RLIMIT_NOFILE";
	case EPROTO:
		return "the kernel and this library disagree: update the older one";
	case ENOPROTOOPT:
		return "the kernel module afbus is older than this library";
	default:
		return "an error that this library does not know: see errno(3)";
	}
}

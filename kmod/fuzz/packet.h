/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A message as sendmsg() is given it and as recvmsg() gives it.
 */
#ifndef FUZZ_PACKET_H
#define FUZZ_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <linux/afbus.h>

#define PACKET_LABEL_MAX	256

/* What goes into sendmsg(). */
struct outgoing {
	const void	*data;
	size_t		size;
	socklen_t	to_len;		/* 0: no address */
	struct sockaddr_bus to;
	int		list;		/* entries of dests, -1: no list */
	uint64_t	dests[BUS_DESTS_MAX + 1];
	int		files;		/* entries of fds, -1: none */
	int		fds[BUS_FDS_MAX + 1];
	/* what sendmsg() is handed: outgoing_prepare() fills it */
	struct iovec	iov[2];
	char		control[4096] __attribute__((aligned(8)));
};

/* What comes out of recvmsg(). */
struct incoming {
	ssize_t		size;		/* or -errno */
	int		flags;
	socklen_t	from_len;
	struct sockaddr_bus from;
	bool		has_meta;
	struct bus_meta	meta;
	int		label_len;	/* -1: none */
	char		label[PACKET_LABEL_MAX];
	unsigned int	files;
	int		fds[BUS_FDS_MAX + 1];	/* and a memory file */
	bool		odd;		/* a control message nobody asked for */
	/* what recvmsg() is handed: incoming_prepare() sets it */
	struct iovec	iov;
	char		control[1024] __attribute__((aligned(8)));
};

void outgoing_init(struct outgoing *out, const void *data, size_t size);
void outgoing_to(struct outgoing *out, int family, uint64_t addr, uint32_t policy);
void outgoing_prepare(struct outgoing *out, struct msghdr *msg);
ssize_t outgoing_send(struct outgoing *out, int fd, int flags);

void incoming_prepare(struct incoming *in, struct msghdr *msg, void *buffer, size_t room,
		      size_t control);
void incoming_parse(struct incoming *in, const struct msghdr *msg, ssize_t size);
ssize_t incoming_receive(struct incoming *in, int fd, void *buffer, size_t room,
			 size_t control, int flags);
void incoming_close(struct incoming *in);

/* The family's number: a parameter of the module. */
int bus_family_number(void);

#endif

// SPDX-License-Identifier: GPL-2.0-only
/*
 * A message as sendmsg() is given it and as recvmsg() gives it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "packet.h"

void outgoing_init(struct outgoing *out, const void *data, size_t size)
{
	out->data = data;
	out->size = size;
	out->to_len = 0;
	memset(&out->to, 0, sizeof(out->to));
	out->list = -1;
	out->files = -1;
}

void outgoing_to(struct outgoing *out, int family, uint64_t addr, uint32_t policy)
{
	out->to_len = BUS_SOCKADDR_SHORT;
	out->to.sbus_family = family;
	out->to.sbus_flags = policy;
	out->to.sbus_addr = addr;
}

static size_t put(char *control, size_t at, int level, int type, const void *data, size_t len)
{
	struct cmsghdr *c = (struct cmsghdr *)(control + at);

	memset(c, 0, CMSG_SPACE(len));
	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(c), data, len);
	return at + CMSG_SPACE(len);
}

void outgoing_prepare(struct outgoing *out, struct msghdr *msg)
{
	size_t half = out->size / 2;
	size_t at = 0;

	memset(msg, 0, sizeof(*msg));
	out->iov[0] = (struct iovec){ (char *)out->data, half };
	out->iov[1] = (struct iovec){ (char *)out->data + half, out->size - half };
	msg->msg_iov = out->iov;
	msg->msg_iovlen = 2;
	if (out->to_len) {
		msg->msg_name = &out->to;
		msg->msg_namelen = out->to_len;
	}
	if (out->list >= 0)
		at = put(out->control, at, SOL_BUS, BUS_CMSG_DESTS, out->dests,
			 out->list * sizeof(*out->dests));
	if (out->files >= 0)
		at = put(out->control, at, SOL_SOCKET, SCM_RIGHTS, out->fds,
			 out->files * sizeof(*out->fds));
	if (at) {
		msg->msg_control = out->control;
		msg->msg_controllen = at;
	}
}

ssize_t outgoing_send(struct outgoing *out, int fd, int flags)
{
	struct msghdr msg;

	outgoing_prepare(out, &msg);
	return sendmsg(fd, &msg, flags);
}

void incoming_prepare(struct incoming *in, struct msghdr *msg, void *buffer, size_t room,
		      size_t control)
{
	memset(msg, 0, sizeof(*msg));
	in->iov = (struct iovec){ buffer, room };
	msg->msg_iov = &in->iov;
	msg->msg_iovlen = 1;
	msg->msg_name = &in->from;
	msg->msg_namelen = sizeof(in->from);
	if (control) {
		msg->msg_control = in->control;
		msg->msg_controllen = control;
	}
}

void incoming_parse(struct incoming *in, const struct msghdr *msg, ssize_t size)
{
	struct msghdr *m = (struct msghdr *)msg;
	struct cmsghdr *c;
	size_t len;

	in->size = size < 0 ? -errno : size;
	in->flags = msg->msg_flags;
	in->from_len = msg->msg_namelen;
	in->has_meta = false;
	in->label_len = -1;
	in->files = 0;
	in->odd = false;
	if (size < 0)
		return;
	for (c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		len = c->cmsg_len - CMSG_LEN(0);
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
		    len <= sizeof(in->fds) && !in->files) {
			in->files = len / sizeof(int);
			memcpy(in->fds, CMSG_DATA(c), in->files * sizeof(int));
		} else if (c->cmsg_level == SOL_BUS && c->cmsg_type == BUS_CMSG_META &&
			   len == sizeof(in->meta) && !in->has_meta) {
			in->has_meta = true;
			memcpy(&in->meta, CMSG_DATA(c), len);
		} else if (c->cmsg_level == SOL_BUS && c->cmsg_type == BUS_CMSG_LABEL &&
			   len <= sizeof(in->label) && in->label_len < 0) {
			in->label_len = len;
			memcpy(in->label, CMSG_DATA(c), len);
		} else if (!(msg->msg_flags & MSG_CTRUNC)) {
			in->odd = true;
		}
	}
}

ssize_t incoming_receive(struct incoming *in, int fd, void *buffer, size_t room,
			 size_t control, int flags)
{
	struct msghdr msg;
	ssize_t size;

	incoming_prepare(in, &msg, buffer, room, control);
	size = recvmsg(fd, &msg, flags);
	incoming_parse(in, &msg, size);
	return size;
}

void incoming_close(struct incoming *in)
{
	while (in->files)
		close(in->fds[--in->files]);
}

int bus_family_number(void)
{
	FILE *f = fopen("/sys/module/afbus/parameters/family", "r");
	int family = AF_BUS_DEFAULT;

	if (f) {
		if (fscanf(f, "%d", &family) != 1)
			family = AF_BUS_DEFAULT;
		fclose(f);
	}
	return family;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * sendmsg(), sendmmsg(), write(): all kinds of destinations, what goes along, and
 * one thing wrong.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include "history.h"
#include "player.h"

const char *payload(const struct message *m)
{
	/* pattern[i] is 7i; 183 is the inverse of 7 modulo 256 */
	return my.pattern + (unsigned char)(model_byte(m, 0) * 183);
}

struct prepared {
	struct outgoing out;
	struct sending sending;
	struct verdict v;		/* what is wrong with the arguments */
	uint64_t dest;
	unsigned char file[BUS_FDS_MAX];
};

static void choose_dest(struct member *s, struct prepared *p)
{
	uint64_t addr = any_addr(s);
	uint32_t policy = draw(3);
	int i;

	p->sending.dest = &p->dest;
	p->sending.dests = 1;
	p->sending.policy = policy;
	if (chance(5)) {
		p->out.list = 1 + draw(chance(8) ? BUS_DESTS_MAX : 5);
		for (i = 0; i < p->out.list; i++)
			p->out.dests[i] = any_addr(s) ?: 2;
		p->sending.dest = p->out.dests;
		p->sending.dests = p->out.list;
		p->sending.list = true;
		outgoing_to(&p->out, my.family, 0, policy);
		if (!s->peer && policy == BUS_WAIT && chance(2))
			p->out.to_len = 0;
		return;
	}
	if (chance(s->peer ? 2 : 16)) {
		p->sending.policy = BUS_WAIT;
		p->dest = s->peer;
		if (!s->peer)
			may_fail(&p->v, EDESTADDRREQ);
		return;
	}
	p->dest = addr;
	outgoing_to(&p->out, my.family, addr, policy);
	if (!addr)
		may_fail(&p->v, EINVAL);
	if (chance(8))
		p->out.to_len = sizeof(p->out.to);
}

static void choose_files(struct prepared *p)
{
	int i, n = chance(8) ? 1 + draw(BUS_FDS_MAX) : 1 + draw(3);

	if (model.files > 800)		/* of the 1024 that may be in flight */
		return;
	p->out.files = n;
	for (i = 0; i < n; i++) {
		p->file[i] = draw(MODEL_FILES);
		p->out.fds[i] = my.file[p->file[i]];
	}
	p->sending.files = n;
	p->sending.file = p->file;
	if (!chance(8))
		return;
	i = draw(n);
	switch (draw(6)) {
	case 0: p->out.fds[i] = -1; may_fail(&p->v, EBADF); break;
	case 1: p->out.fds[i] = 1 << 20; may_fail(&p->v, EBADF); break;
	case 2: p->out.fds[i] = my.path; may_fail(&p->v, EBADF); break;
	case 3: p->out.fds[i] = my.unix_socket; may_fail(&p->v, EOPNOTSUPP); break;
	case 4: p->out.fds[i] = fd_of(any_open()); may_fail(&p->v, EOPNOTSUPP); break;
	case 5:
		for (i = 0; i <= BUS_FDS_MAX; i++)
			p->out.fds[i] = my.file[0];
		p->out.files = i;
		may_fail(&p->v, EINVAL);
	}
}

/* One thing that is wrong. */
static void spoil_send(struct prepared *p, struct msghdr *msg)
{
	struct cmsghdr *c = msg->msg_control;

	switch (draw(8)) {
	case 0:
		if (!msg->msg_name)
			return;
		msg->msg_namelen = 1 + draw(128);
		if (msg->msg_namelen == BUS_SOCKADDR_SHORT || msg->msg_namelen == sizeof(p->out.to))
			return;
		may_fail(&p->v, EINVAL);
		break;
	case 1:
		if (!msg->msg_name)
			return;
		p->out.to.sbus_family++;
		may_fail(&p->v, EAFNOSUPPORT);
		break;
	case 2:
		if (!msg->msg_name)
			return;
		p->out.to.sbus_reserved = 1;
		may_fail(&p->v, EINVAL);
		break;
	case 3:
		if (!msg->msg_name)
			return;
		p->out.to.sbus_flags = 3 + draw(10000);
		may_fail(&p->v, EINVAL);
		break;
	case 4:
		if (!c)
			return;
		c->cmsg_len = draw(sizeof(*c));
		may_fail(&p->v, EINVAL);
		break;
	case 5:
		if (!c)
			return;
		c->cmsg_type += 10;
		may_fail(&p->v, EINVAL);
		break;
	case 6:
		if (p->out.list < 0)
			return;
		p->out.to.sbus_family = my.family;
		p->out.to.sbus_addr = any_addr(any_open()) ?: 1;
		msg->msg_name = &p->out.to;
		msg->msg_namelen = BUS_SOCKADDR_SHORT;
		may_fail(&p->v, EINVAL);
		break;
	case 7:
		if (!p->out.size)
			return;
		p->out.iov[1].iov_base = NOWHERE;
		may_fail(&p->v, EFAULT);
		break;
	}
}

static void prepare(struct member *s, struct prepared *p, struct msghdr *msg)
{
	unsigned int i = chance(16) ? draw(SIZES) : draw(18);

	memset(&p->sending, 0, sizeof(p->sending));
	p->v.n = 0;
	outgoing_init(&p->out, my.pattern, my.size[i]);
	p->sending.size = my.size[i];
	p->sending.charge = my.charge[i];
	if (!s->bus)
		may_fail(&p->v, ENOTCONN);
	else if (!s->sends)
		may_fail(&p->v, EACCES);
	if (s->shut_out)
		may_fail(&p->v, EPIPE);
	choose_dest(s, p);
	if (chance(12))
		choose_files(p);
	if (chance(64)) {
		p->out.size = BUS_MESSAGE_MAX + 1;
		may_fail(&p->v, EMSGSIZE);
	}
	outgoing_prepare(&p->out, msg);
	if (chance(24))
		spoil_send(p, msg);
}

/* The model's turn. What is sent says its number, so that is known only now. */
static struct verdict judge(struct member *s, struct prepared *p)
{
	struct message next = { .number = model.number + 1 };
	const char *bytes = payload(&next);
	size_t half = p->out.iov[0].iov_len;

	p->out.iov[0].iov_base = (char *)bytes;
	if (p->out.iov[1].iov_base != NOWHERE)
		p->out.iov[1].iov_base = (char *)bytes + half;
	return p->v.n ? p->v : model_send(s, &p->sending);
}

static int send_flags(struct verdict *v)
{
	static const int bad[] = { MSG_DONTROUTE, MSG_MORE, MSG_PEEK, MSG_CONFIRM, MSG_TRUNC };
	int flags = MSG_DONTWAIT;

	if (chance(4))
		flags |= MSG_NOSIGNAL;
	if (chance(16))
		flags |= MSG_EOR;
	if (chance(64)) {
		flags |= bad[draw(COUNT(bad))];
		may_fail(v, EINVAL);
	}
	if (chance(128)) {
		flags |= MSG_OOB;
		may_fail(v, EOPNOTSUPP);
	}
	return flags;
}

static void note_send(struct member *s, const struct prepared *p, long got)
{
	note("send(member %ld, to %lx and %ld others, policy %ld, %ld bytes) = %ld", index_of(s),
	     p->sending.dest[0], p->sending.dests - 1, p->sending.policy, p->out.size, got);
}

void send_one(struct member *s)
{
	static struct prepared p;
	struct verdict v, bad = { 0 };
	struct msghdr msg;
	long got;
	int flags;

	prepare(s, &p, &msg);
	flags = send_flags(&bad);
	if (bad.n) {
		for (; bad.n; bad.n--)
			may_fail(&p.v, bad.error[bad.n - 1]);
	}
	v = judge(s, &p);
	/* Of nothing at all writev() does not even tell the socket. */
	if (!msg.msg_name && !msg.msg_control && !(flags & ~MSG_DONTWAIT) && p.out.size &&
	    chance(4))
		got = writev(fd_of(s), msg.msg_iov, msg.msg_iovlen);
	else
		got = sendmsg(fd_of(s), &msg, flags);
	note_send(s, &p, got);
	check("sendmsg()", &v, got);
	if (!v.n)
		check_number("bytes sent", got, p.sending.size);
}

void send_many(struct member *s)
{
	static struct prepared p[MANY];
	struct mmsghdr many[MANY];
	unsigned int n = 1 + draw(MANY), i, good = 0;
	struct verdict v = { 0 }, one;
	int got;

	for (i = 0; i < n; i++) {
		prepare(s, &p[i], &many[i].msg_hdr);
		many[i].msg_len = ~0u;
	}
	for (i = 0; i < n && good == i; i++) {
		one = judge(s, &p[i]);
		if (one.n && !i)
			v = one;
		good += !one.n;
	}
	got = sendmmsg(fd_of(s), many, n, MSG_DONTWAIT);
	for (i = 0; i < n; i++)
		note_send(s, &p[i], got);
	check("sendmmsg()", &v, got);
	if (!v.n)
		check_number("messages sent", got, good);
	for (i = 0; i < good; i++)
		check_number("bytes sent", many[i].msg_len, p[i].sending.size);
}

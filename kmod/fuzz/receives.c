// SPDX-License-Identifier: GPL-2.0-only
/*
 * recvmsg(), recvmmsg(), read(): all that comes, against what the model has first
 * in the queue.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include "history.h"
#include "player.h"

#define PLACES	1024	/* whose stamps are remembered */

/*
 * Stamps follow the order of the calls: between what was sent before and what
 * was sent after, as far as their stamps are known already.
 */
static void learn_stamp(const struct bus *b, struct message *m, const struct bus_meta *meta)
{
	static struct {
		uint64_t place, order, time;
	} known[MODEL_BUSES][PLACES], *row, *k;
	uint64_t i;

	if (m->order) {
		check_number("stamp, as another received it", meta->order, m->order);
		check_number("time, as another received it", meta->time, m->time);
		return;
	}
	m->order = meta->order;
	m->time = meta->time;
	row = known[b - model.bus];
	for (i = 1; i < 32; i++) {
		k = &row[(m->place + PLACES - i) % PLACES];
		if (k->place + i == m->place && (k->order >= m->order || k->time > m->time))
			fail("stamp %llx, but what was sent before has %llx",
			     (long long)m->order, (long long)k->order);
		k = &row[(m->place + i) % PLACES];
		if (k->place == m->place + i && (k->order <= m->order || k->time < m->time))
			fail("stamp %llx, but what was sent later has %llx",
			     (long long)m->order, (long long)k->order);
	}
	k = &row[m->place % PLACES];
	if (k->place < m->place) {
		k->place = m->place;
		k->order = m->order;
		k->time = m->time;
	}
}

/* To a receiver with a ring that it does not fit. */
bool as_file(const struct member *s, const struct entry *e)
{
	return s->slot && !model_fits(s, e->length);
}

void check_meta(struct member *s, struct entry *e, const struct bus_meta *meta, bool peek)
{
	struct message *m = e->message;

	check_number("meta.dest", meta->dest, e->dest);
	check_number("meta.size", meta->size, e->length);
	check_number("meta.lost", meta->lost, e->lost);
	check_number("meta.flags", meta->flags, (m->from ? 0 : BUS_META_EVENT) |
		     (as_file(s, e) ? BUS_META_MEMFD : 0));
	check_number("meta.pid", meta->pid, m->from ? getpid() : 0);
	check_number("meta.uid", meta->uid, m->uid);
	check_number("meta.gid", meta->gid, 0);
	if (!s->slot && (meta->order <= s->order || meta->time < s->time))
		fail("stamp %llx time %llu after %llx and %llu", (long long)meta->order,
		     (long long)meta->time, (long long)s->order, (long long)s->time);
	learn_stamp(s->bus, m, meta);
	if (peek || s->slot)
		return;		/* the ring is read apart from the queue */
	s->order = meta->order;
	s->time = meta->time;
}

/* The message as a sealed memory file. */
static void check_memfd(const struct message *m, int fd, uint32_t length)
{
	const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

	check_number("seals", fcntl(fd, F_GET_SEALS), seals);
	check_number("size of the memory file", lseek(fd, 0, SEEK_END), length);
	if (pread(fd, my.memfd, length, 0) != length || memcmp(my.memfd, payload(m), length))
		fail("the memory file has not the bytes that were sent");
	if (pwrite(fd, "x", 1, 0) != -1 || ftruncate(fd, 0) != -1)
		fail("the memory file can be changed");
}

static void check_files(const struct message *m, const struct incoming *in, int flags,
			uint32_t length)
{
	struct stat st;
	unsigned int i;

	for (i = 0; i < in->files; i++) {
		if (i == m->files)
			check_memfd(m, in->fds[i], length);
		else if (fstat(in->fds[i], &st) || st.st_ino != my.inode[m->file[i]])
			fail("descriptor %u is not the one that was sent", i);
		if (!(fcntl(in->fds[i], F_GETFD) & FD_CLOEXEC) != !(flags & MSG_CMSG_CLOEXEC))
			fail("descriptor %u: close-on-exec is wrong", i);
	}
}

/* What came, against what is first in the queue. */
static void check_entry(struct member *s, struct entry *e, struct incoming *in,
			const char *buffer, size_t room, size_t control, int flags)
{
	struct message *m = e->message;
	bool memfd = as_file(s, e);
	size_t have = memfd ? 0 : e->length < room ? e->length : room, need = 0;
	unsigned int files = m->files + memfd;
	const char *bytes = m->from ? payload(m) : (const char *)&m->event;
	bool label = s->meta & BUS_META_LABEL && m->from && my.label_len >= 0;

	check_number("bytes received", in->size, flags & MSG_TRUNC && !memfd ? e->length : have);
	check_number("MSG_TRUNC", !!(in->flags & MSG_TRUNC), !memfd && have < e->length);
	check_number("length of the source", in->from_len, BUS_SOCKADDR_SHORT);
	check_number("source", in->from.sbus_addr, m->src);
	check_number("family", in->from.sbus_family, my.family);
	if (in->from.sbus_reserved || in->from.sbus_flags)
		fail("source address has flags");
	if (memcmp(buffer, bytes, have))
		fail("the bytes are not those that were sent");

	need += s->meta & BUS_META_STAMP ? CMSG_SPACE(sizeof(in->meta)) : 0;
	need += label ? CMSG_SPACE(my.label_len) : 0;
	need += files ? CMSG_SPACE(files * sizeof(int)) : 0;
	if (in->odd)
		fail("a control message that nobody asked for");
	if (in->has_meta)
		check_meta(s, e, &in->meta, flags & MSG_PEEK);
	check_files(m, in, flags, e->length);
	if (control >= need) {
		check_number("MSG_CTRUNC", !!(in->flags & MSG_CTRUNC), 0);
		check_number("BUS_CMSG_META", in->has_meta, !!(s->meta & BUS_META_STAMP));
		check_number("label", in->label_len, label ? my.label_len : -1);
		if (label && memcmp(in->label, my.label, in->label_len))
			fail("wrong label %.*s", in->label_len, in->label);
		check_number("descriptors", in->files, files);
	} else if (!(in->flags & MSG_CTRUNC) &&
		   control + CMSG_ALIGN(1) - 1 < need) {
		fail("MSG_CTRUNC is missing: %zu of %zu", control, need);
	}
	my.result.received += !(flags & MSG_PEEK);
	my.result.lost += flags & MSG_PEEK ? 0 : e->lost;
	incoming_close(in);
}

static struct verdict receive_verdict(struct member *s, struct entry **e)
{
	struct verdict v = { 0 };

	*e = NULL;
	if (!s->bus)
		may_fail(&v, ENOTCONN);
	else
		*e = model_next(s, &v);
	return v;
}

static void receive_nowhere(struct member *s, size_t room)
{
	struct iovec iov = { NOWHERE, room };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	int flags = chance(3) ? MSG_PEEK : 0;
	struct entry *e;
	struct verdict v = receive_verdict(s, &e);
	bool faults = e && e->length && room && !as_file(s, e);
	long got;

	if (faults)
		may_fail(&v, EFAULT);
	got = recvmsg(fd_of(s), &msg, flags);
	note("recv(member %ld, flags %lx) to nowhere = %ld", index_of(s), flags, got);
	check("recvmsg() to nowhere", &v, got);
	if (!e || flags)
		return;
	if (faults)
		model_look_and_put_back(s);
	else
		model_take(s);
}

void receive_one(struct member *s)
{
	static const int bad[] = { MSG_OOB, MSG_ERRQUEUE, MSG_DONTROUTE, MSG_MORE };
	static const size_t rooms[] = { 0, 1, 10, 24, 100 };
	size_t room = chance(6) ? rooms[draw(COUNT(rooms))] : BUS_MESSAGE_MAX;
	int flags = (chance(6) ? MSG_PEEK : 0) | (chance(6) ? MSG_TRUNC : 0) |
		    (chance(6) ? MSG_CMSG_CLOEXEC : 0) | (chance(2) ? MSG_DONTWAIT : 0) |
		    (chance(16) ? MSG_WAITALL : 0);
	static struct incoming in;
	size_t control = chance(12) ? draw(200) : sizeof(in.control);
	struct entry *e;
	struct verdict v;

	if (chance(32)) {
		receive_nowhere(s, room);
		return;
	}
	if (chance(64)) {
		v = (struct verdict){ 0 };
		may_fail(&v, EINVAL);
		may_fail(&v, EOPNOTSUPP);
		check("recvmsg() with odd flags", &v,
		      recv(fd_of(s), my.buffer, room, MSG_DONTWAIT | bad[draw(COUNT(bad))]));
		return;
	}
	v = receive_verdict(s, &e);
	incoming_receive(&in, fd_of(s), my.buffer, room, control, flags);
	errno = in.size < 0 ? -in.size : 0;
	note("recv(member %ld, flags %lx, room %ld, control %ld) = %ld from %lx", index_of(s),
	     flags, room, control, in.size, in.size < 0 ? 0 : in.from.sbus_addr);
	if (in.size == sizeof(struct bus_event) && !in.from.sbus_addr)
		note("event %ld about %lx group %lx", ((struct bus_event *)my.buffer)->type,
		     ((struct bus_event *)my.buffer)->addr,
		     ((struct bus_event *)my.buffer)->group);
	check("recvmsg()", &v, in.size < 0 ? -1 : in.size);
	if (v.n)
		return;
	if (!e) {
		check_number("bytes received after shutdown", in.size, 0);
		return;
	}
	check_entry(s, e, &in, my.buffer, room, control, flags);
	if (!(flags & MSG_PEEK))
		model_take(s);
}

void read_one(struct member *s)
{
	struct entry *e;
	struct verdict v = receive_verdict(s, &e);
	long got = read(fd_of(s), my.buffer, 100), wanted;

	note("read(member %ld) = %ld", index_of(s), got);
	check("read()", &v, got);
	if (v.n)
		return;
	wanted = !e || as_file(s, e) ? 0 : e->length < 100 ? e->length : 100;
	check_number("bytes read", got, wanted);
	if (!e)
		return;
	if (memcmp(my.buffer, e->message->from ? payload(e->message) :
		   (const char *)&e->message->event, got))
		fail("the bytes are not those that were sent");
	model_take(s);
	my.result.received++;
}

void receive_many(struct member *s)
{
	const size_t room = 4096;
	static struct incoming in[MANY];
	struct mmsghdr many[MANY];
	unsigned int n = 1 + draw(MANY), i;
	struct verdict v = { 0 }, one;
	struct entry *e;
	int got;

	for (i = 0; i < n; i++)
		incoming_prepare(&in[i], &many[i].msg_hdr, my.buffer + i * room, room,
				 sizeof(in[i].control));
	got = recvmmsg(fd_of(s), many, n, MSG_DONTWAIT, NULL);
	note("recvmmsg(member %ld, %ld messages) = %ld", index_of(s), n, got);
	for (i = 0; i < n; i++) {
		one = receive_verdict(s, &e);
		if (one.n) {
			if (!i)
				v = one;
			else if (one.error[0] != EAGAIN)
				s->error = one.error[0];
			break;
		}
		if ((int)i >= got)
			break;
		incoming_parse(&in[i], &many[i].msg_hdr, many[i].msg_len);
		if (!e) {
			check_number("bytes received after shutdown", in[i].size, 0);
			continue;
		}
		check_entry(s, e, &in[i], my.buffer + i * room, room, sizeof(in[i].control), 0);
		model_take(s);
	}
	check("recvmmsg()", &v, got);
	if (!v.n)
		check_number("messages received", got, i);
}

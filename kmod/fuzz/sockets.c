// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls that make, name, connect and end sockets, and ask whether they are ready.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include "history.h"
#include "player.h"

void open_socket(struct member *s)
{
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_RDM };
	int type = chance(16) ? types[draw(COUNT(types))] : SOCK_SEQPACKET;
	int protocol = rarely(16), room, fd;
	socklen_t len = sizeof(room);
	struct verdict v = { 0 };

	if (type != SOCK_SEQPACKET)
		may_fail(&v, ESOCKTNOSUPPORT);
	if (protocol)
		may_fail(&v, EPROTONOSUPPORT);
	fd = socket(my.family, type | SOCK_NONBLOCK, protocol);
	note("socket(type %ld, protocol %ld) = %ld, member %ld", type, protocol, fd, index_of(s));
	check("socket()", &v, fd);
	if (v.n)
		return;
	if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, &len))
		fail("SO_RCVBUF: %s", strerror(errno));
	my.fd[index_of(s)][0] = fd;
	my.dups[index_of(s)] = 1;
	model_open(s, room);
}

void close_one(struct member *s)
{
	unsigned int i = index_of(s);
	struct verdict none = { 0 };

	note("close(member %ld), %ld others of it", i, my.dups[i] - 1);
	check("close()", &none, close(my.fd[i][--my.dups[i]]));
	if (my.dups[i])
		return;
	if (my.map[i])
		munmap(my.map[i], s->slots * s->slot_size);
	my.map[i] = NULL;
	model_close(s);
}

void duplicate(struct member *s)
{
	unsigned int i = index_of(s);

	if (my.dups[i] < DUPS)
		my.fd[i][my.dups[i]++] = dup(my.fd[i][0]);
}

void name_bus(struct sockaddr_bus *sa, unsigned int b)
{
	snprintf(sa->sbus_name, sizeof(sa->sbus_name), "%s%u", b == 2 ? "a.very-long_Name" : "b",
		 b);
}

static void spoil_bus_name(char *name)
{
	switch (draw(5)) {
	case 0: memset(name, 'x', BUS_NAME_MAX); break;
	case 1: name[BUS_NAME_MAX - 1 - draw(20)] = 'x'; break;
	case 2: memset(name, 0, BUS_NAME_MAX); break;
	case 3: name[draw(2)] = " /\t\xe9*@\x7f"[draw(7)]; break;
	case 4: name[0] = 0; break;
	}
}

void bind_socket(struct member *s)
{
	unsigned int b = draw(MODEL_BUSES);
	struct sockaddr_bus sa = { .sbus_family = my.family };
	socklen_t len = sizeof(sa);
	int fd = fd_of(s), got;
	struct verdict v;

	name_bus(&sa, b);
	sa.sbus_flags = draw(3);
	v = model_bind(s, &model.bus[b], sa.sbus_flags);
	if (chance(8)) {
		switch (draw(6)) {
		case 0:
			len = draw(129);
			if (len != sizeof(sa))
				may_fail(&v, EINVAL);
			break;
		case 1:
			sa.sbus_family++;
			may_fail(&v, EAFNOSUPPORT);
			may_fail(&v, EINVAL);
			break;
		case 2:
			sa.sbus_reserved = 1 + draw(0xffff);
			may_fail(&v, EINVAL);
			break;
		case 3:
			sa.sbus_flags = 3 + draw(1 << 20);
			may_fail(&v, EINVAL);
			break;
		case 4:
			sa.sbus_addr = any_addr(s) ?: 1;
			may_fail(&v, EADDRNOTAVAIL);
			break;
		case 5:
			spoil_bus_name(sa.sbus_name);
			may_fail(&v, EINVAL);
			break;
		}
	}
	if (chance(64)) {
		got = bind(fd, NOWHERE, len);
		v.n = 0;
		may_fail(&v, EFAULT);
		if (!len)
			may_fail(&v, EINVAL);
	} else {
		got = bind(fd, (void *)&sa, len);
	}
	note("bind(member %ld, bus %ld, flags %lx, length %ld) = %ld as user %ld", index_of(s), b,
	     sa.sbus_flags, len, got, model.uid);
	check("bind()", &v, got);
	if (v.n)
		return;
	len = sizeof(sa);
	if (getsockname(fd, (void *)&sa, &len))
		fail("getsockname(): %s", strerror(errno));
	if (sa.sbus_addr <= my.last_addr || sa.sbus_addr & BUS_ADDR_GROUP || sa.sbus_addr < 2)
		fail("address %llx after %llx", (long long)sa.sbus_addr, (long long)my.last_addr);
	my.last_addr = sa.sbus_addr;
	model_bound(s, &model.bus[b], sa.sbus_addr);
	if (chance(6))
		set_ring(s);
}

void connect_socket(struct member *s)
{
	struct sockaddr_bus sa = { .sbus_family = my.family, .sbus_addr = any_addr(s) };
	socklen_t len = chance(2) ? sizeof(sa) : BUS_SOCKADDR_SHORT;
	struct verdict v = { 0 };
	int got;

	if (chance(8))
		sa.sbus_addr = 0;
	if (!s->bus)
		may_fail(&v, ENOTCONN);
	if (chance(8)) {
		switch (draw(4)) {
		case 0:
			len = 2 + draw(100);
			if (len != sizeof(sa) && len != BUS_SOCKADDR_SHORT)
				may_fail(&v, EINVAL);
			break;
		case 1:
			sa.sbus_reserved = 1;
			may_fail(&v, EINVAL);
			break;
		case 2:
			sa.sbus_flags = 1 + draw(1000);
			may_fail(&v, EINVAL);
			break;
		case 3:
			sa.sbus_family = AF_UNSPEC;
			sa.sbus_addr = 0;
			v.n = 0;
			if (!s->bus)
				may_fail(&v, ENOTCONN);
			break;
		}
	}
	got = connect(fd_of(s), (void *)&sa, len);
	note("connect(member %ld, to %lx, family %ld, length %ld) = %ld", index_of(s),
	     sa.sbus_addr, sa.sbus_family, len, got);
	check("connect()", &v, got);
	if (!v.n)
		model_connect(s, sa.sbus_addr);
}

void tell_names(struct member *s)
{
	struct sockaddr_bus sa, wanted = { .sbus_family = my.family };
	socklen_t len = sizeof(sa);
	struct verdict v = { 0 };
	int got;

	memset(&sa, 0x55, sizeof(sa));
	if (chance(2)) {
		if (!s->peer)
			may_fail(&v, ENOTCONN);
		got = getpeername(fd_of(s), (void *)&sa, &len);
		note("getpeername(member %ld) = %ld", index_of(s), got);
		check("getpeername()", &v, got);
		wanted.sbus_addr = s->peer;
		if (!got && (len != BUS_SOCKADDR_SHORT || memcmp(&sa, &wanted, len)))
			fail("getpeername(): %llx, %u bytes", (long long)sa.sbus_addr, len);
		return;
	}
	got = getsockname(fd_of(s), (void *)&sa, &len);
	note("getsockname(member %ld) = %ld", index_of(s), got);
	check("getsockname()", &v, got);
	if (s->bus) {
		wanted.sbus_addr = s->addr;
		name_bus(&wanted, s->bus - model.bus);
	}
	if (len != sizeof(sa) || memcmp(&sa, &wanted, len))
		fail("getsockname(): %llx, %u bytes", (long long)sa.sbus_addr, len);
}

void shut(struct member *s)
{
	int how = draw(4), got;
	struct verdict v = { 0 };

	if (how > SHUT_RDWR)
		may_fail(&v, EINVAL);
	if (!s->bus)
		may_fail(&v, ENOTCONN);
	got = shutdown(fd_of(s), how);
	note("shutdown(member %ld, %ld) = %ld", index_of(s), how, got);
	check("shutdown()", &v, got);
	if (!v.n)
		model_shut(s, how != SHUT_WR, how != SHUT_RD);
}

void do_what_it_cannot(struct member *s)
{
	struct verdict v = { .n = 1, .error = { EOPNOTSUPP } };
	int pair[2];

	switch (draw(3)) {
	case 0: check("listen()", &v, listen(fd_of(s), 1)); break;
	case 1: check("accept()", &v, accept(fd_of(s), NULL, NULL)); break;
	case 2: check("socketpair()", &v, socketpair(my.family, SOCK_SEQPACKET, 0, pair)); break;
	}
}

/* Readiness */

void ask_poll(struct member *s)
{
	const short all = POLLIN | POLLPRI | POLLOUT | POLLRDHUP | POLLRDNORM | POLLWRNORM;
	const short told = POLLIN | POLLOUT | POLLRDHUP | POLLHUP;
	struct pollfd p = { .fd = fd_of(s), .events = all };
	struct verdict none = { 0 };
	struct member *peer;
	int got, wanted = 0;

	got = poll(&p, 1, 0);
	note("poll(member %ld) = %ld: %lx", index_of(s), got, p.revents);
	check("poll()", &none, got);
	if (!s->bus) {
		if (!(p.revents & POLLOUT) || p.revents & POLLIN)
			fail("poll() of an unbound socket: %x", p.revents);
		return;
	}
	peer = s->peer && !(s->peer & BUS_ADDR_GROUP) ? model_find(s->bus, s->peer) : NULL;
	if (s->first || s->shut_in || (s->slot ? s->head != s->tail : s->lost))
		wanted |= POLLIN;
	if (!peer || model_has_room(peer) || peer->shut_in || s->shut_out)
		wanted |= POLLOUT;
	if (s->shut_in)
		wanted |= POLLRDHUP;
	if (s->shut_in && s->shut_out)
		wanted |= POLLHUP;
	if ((p.revents & told) != wanted)
		fail("poll() of member %d: %x, should be %x", index_of(s), p.revents, wanted);
}

void ask_queues(struct member *s)
{
	struct verdict v = { 0 };
	bool in = chance(2);
	int bytes = -1, got;
	int *where = &bytes;

	if (chance(16)) {
		where = NOWHERE;
		may_fail(&v, EFAULT);
	}
	got = ioctl(fd_of(s), in ? SIOCINQ : SIOCOUTQ, where);
	note("ioctl(%ld, member %ld) = %ld: %ld", in, index_of(s), got, bytes);
	check(in ? "SIOCINQ" : "SIOCOUTQ", &v, got);
	if (v.n)
		return;
	if (in)
		check_number("SIOCINQ", bytes, s->first ? s->first->length : 0);
	else
		check_number("SIOCOUTQ", bytes, s->unread);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * One process that owns all sockets, and a model that knows what each of its
 * calls has to return.
 *
 * Each step draws a call and its arguments, asks the model, makes the call and
 * compares. Nothing here waits: what would have to is EAGAIN.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/filter.h>
#include <linux/sockios.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include "history.h"
#include "model.h"
#include "packet.h"
#include "random.h"
#include "steps.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define DUPS		3
#define MANY		4
#define NOWHERE		((void *)1)
#define PLACES		1024
#define STRANGER	1000	/* the other user */

static const uint32_t sizes[] = {
	0, 1, 2, 7, 8, 19, 20, 21, 24, 64, 100, 200, 500, 1000, 1024, 1500, 2000, 4000, 4096,
	9000, 16384, 40000, 65535, 65536,
};

static struct {
	int family;
	int fd[MODEL_SOCKETS][DUPS];
	unsigned int dups[MODEL_SOCKETS];
	uint32_t charge[COUNT(sizes)];
	int file[MODEL_FILES];
	ino_t inode[MODEL_FILES];
	int unix_socket, path;
	char label[PACKET_LABEL_MAX];
	int label_len;			/* -1: this kernel has none */
	uint64_t last_addr;
	char *pattern;			/* what any message holds is somewhere in it */
	char *buffer;
	char *map[MODEL_SOCKETS];	/* of the ring, if it has one */
	struct steps_result result;
} my;

static struct random *rnd;

static bool chance(unsigned int n)
{
	return one_in(rnd, n);
}

static unsigned int draw(unsigned int n)
{
	return below(rnd, n);
}

/* Verdicts */

static void check(const char *call, const struct verdict *v, long got)
{
	int error = got < 0 ? errno : 0;
	unsigned int i;

	my.result.calls++;
	if (!v->n) {
		if (got < 0)
			fail("%s: %s, should have succeeded", call, strerror(error));
		return;
	}
	my.result.refused++;
	for (i = 0; i < v->n; i++)
		if (got < 0 && error == v->error[i])
			return;
	fail("%s: %s, should have been %s", call, got < 0 ? strerror(error) : "success",
	     strerror(v->error[0]));
}

static void check_number(const char *what, uint64_t got, uint64_t wanted)
{
	if (got != wanted)
		fail("%s: %llu, should be %llu", what, (long long)got, (long long)wanted);
}

/* Whom and what */

static struct member *any_member(void)
{
	return &model.member[draw(MODEL_SOCKETS)];
}

static struct member *any_open(void)
{
	struct member *s = any_member();

	while (!s->open)
		s = &model.member[(s - model.member + 1) % MODEL_SOCKETS];
	return s;
}

/* Bound, at most times. */
static struct member *any_bound(void)
{
	struct member *s = any_open();
	unsigned int i;

	for (i = 0; i < 4 && !s->bus; i++)
		s = any_open();
	return s;
}

static int index_of(const struct member *s)
{
	return s - model.member;
}

static int fd_of(const struct member *s)
{
	return my.fd[index_of(s)][draw(my.dups[index_of(s)])];
}

static uint64_t any_addr(const struct member *s)
{
	static const uint64_t odd[] = { 2, 77, 1ULL << 62, ~0ULL >> 1, ~0ULL, 1ULL << 63 };
	const struct member *other = any_member();

	switch (draw(16)) {
	case 0: return BUS_ADDR_MASTER;
	case 1: return odd[draw(COUNT(odd))];
	case 2: return other->addr;	/* of another bus, or of one that is dead */
	case 3:
	case 4:
	case 5:
	case 6:
	case 7: return model_group(draw(MODEL_GROUPS));
	case 8: return s->addr;
	}
	if (other->bus != s->bus)
		other = any_member();
	return other->bus == s->bus && other->open ? other->addr : s->addr;
}

/* A number that need not be zero in a place that has to. */
static unsigned int rarely(unsigned int n)
{
	return chance(n) ? 1 + draw(1 << 16) : 0;
}

/* Sockets */

static void open_socket(struct member *s)
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

static void close_one(struct member *s)
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

static void duplicate(struct member *s)
{
	unsigned int i = index_of(s);

	if (my.dups[i] < DUPS)
		my.fd[i][my.dups[i]++] = dup(my.fd[i][0]);
}

static void name_bus(struct sockaddr_bus *sa, unsigned int b)
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

static void set_ring(struct member *s);

static void bind_socket(struct member *s)
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

static void connect_socket(struct member *s)
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

static void tell_names(struct member *s)
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

static void shut(struct member *s)
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

static void do_what_it_cannot(struct member *s)
{
	struct verdict v = { .n = 1, .error = { EOPNOTSUPP } };
	int pair[2];

	switch (draw(3)) {
	case 0: check("listen()", &v, listen(fd_of(s), 1)); break;
	case 1: check("accept()", &v, accept(fd_of(s), NULL, NULL)); break;
	case 2: check("socketpair()", &v, socketpair(my.family, SOCK_SEQPACKET, 0, pair)); break;
	}
}

/* Options */

/* What a set needs but for its meaning: the right length and a readable value. */
static int set(const char *what, struct member *s, int option, void *value, socklen_t size,
	       struct verdict *v)
{
	socklen_t len = size;
	int got;

	if (chance(32)) {
		len = draw(300);
		if (len != size)
			may_fail(v, EINVAL);
	}
	if (chance(32)) {
		value = NOWHERE;
		may_fail(v, EFAULT);
	}
	got = setsockopt(fd_of(s), SOL_BUS, option, value, len);
	note("set option %ld of member %ld, length %ld = %ld", option, index_of(s), len, got);
	check(what, v, got);
	return got;
}

static void set_word(const char *what, struct member *s, int option, uint32_t value,
		     uint32_t *field, struct verdict v)
{
	if (!set(what, s, option, &value, sizeof(value), &v))
		*field = value;
}

static void set_queue(struct member *s)
{
	uint32_t max = chance(8) ? 1 + draw(100) : 1 + draw(8);
	struct verdict v = { 0 };

	if (chance(16)) {
		max = chance(2) ? 0 : BUS_QUEUE_MAX + 1 + draw(100);
		may_fail(&v, EINVAL);
	}
	note("BUS_QUEUE of member %ld: %ld", index_of(s), max);
	set_word("BUS_QUEUE", s, BUS_QUEUE, max, &s->max, v);
	if (!v.n)
		model_resized(s);
}

static void set_meta(struct member *s)
{
	uint32_t mask = draw(4);
	struct verdict v = { 0 };

	if (chance(16)) {
		mask |= 4 << draw(30);
		if (mask > 3)
			may_fail(&v, EINVAL);
	}
	note("BUS_META of member %ld: %lx", index_of(s), mask);
	set_word("BUS_META", s, BUS_META, mask, &s->meta, v);
}

/*
 * Length and pointer are spoiled outside of the model here and below: what it
 * says holds for well-formed calls, and it would have made them already.
 */
static bool spoiled(const char *what, struct member *s, int option, void *value, socklen_t size)
{
	struct verdict v = { 0 };
	socklen_t len = size;
	int got;

	if (!chance(16))
		return false;
	if (!s->bus)
		may_fail(&v, ENOTCONN);
	if (chance(2)) {
		value = NOWHERE;
		may_fail(&v, EFAULT);
	} else {
		len = draw(300);
		if (len == size)
			len++;
		may_fail(&v, EINVAL);
	}
	got = setsockopt(fd_of(s), SOL_BUS, option, value, len);
	note("spoiled option %ld of member %ld, length %ld = %ld", option, index_of(s), len, got);
	check(what, &v, got);
	return true;
}

static void set_events(struct member *s)
{
	uint32_t mask = chance(3) ? 0 : draw(64) << 1;
	struct verdict v = { 0 };
	int got;

	if (spoiled("BUS_EVENTS", s, BUS_EVENTS, &mask, sizeof(mask)))
		return;
	if (chance(16)) {
		mask |= chance(2) ? 1 : 1u << (BUS_EVENT_LOST + draw(25));
		may_fail(&v, EINVAL);
		if (!s->bus)
			may_fail(&v, ENOTCONN);
		else if (!s->hears)
			may_fail(&v, EACCES);
	} else {
		v = model_listen(s, mask);
	}
	got = setsockopt(fd_of(s), SOL_BUS, BUS_EVENTS, &mask, sizeof(mask));
	note("BUS_EVENTS of member %ld: %lx = %ld", index_of(s), mask, got);
	check("BUS_EVENTS", &v, got);
}

static void join(struct member *s, bool part)
{
	unsigned int g = draw(MODEL_GROUPS);
	int option = part ? BUS_LEAVE : BUS_JOIN, got;
	uint64_t group = model_group(g);
	struct verdict v = { 0 };

	if (spoiled("BUS_JOIN or BUS_LEAVE", s, option, &group, sizeof(group)))
		return;
	if (chance(16)) {
		group &= ~BUS_ADDR_GROUP;
		may_fail(&v, EINVAL);
		if (part)
			may_fail(&v, ENOENT);
		if (!s->bus)
			may_fail(&v, ENOTCONN);
		else if (!s->hears)
			may_fail(&v, EACCES);
	} else {
		v = model_join(s, g, part);
	}
	got = setsockopt(fd_of(s), SOL_BUS, option, &group, sizeof(group));
	note("option %ld of member %ld: group %lx = %ld", option, index_of(s), group, got);
	check(part ? "BUS_LEAVE" : "BUS_JOIN", &v, got);
}

static void claim(struct member *s)
{
	uint32_t word = draw(2);
	struct verdict v = { 0 };
	int got;

	if (spoiled("BUS_MASTER", s, BUS_MASTER, &word, sizeof(word)))
		return;
	if (chance(16)) {
		word = 2 + draw(1000);
		may_fail(&v, EINVAL);
		if (!s->bus)
			may_fail(&v, ENOTCONN);
	} else {
		v = model_claim(s, word);
	}
	got = setsockopt(fd_of(s), SOL_BUS, BUS_MASTER, &word, sizeof(word));
	note("BUS_MASTER of member %ld: %ld = %ld, user %ld", index_of(s), word, got, model.uid);
	check("BUS_MASTER", &v, got);
}

static void set_perm(struct member *s)
{
	static const uint32_t modes[] = { 0600, 0666, 0400, 0200, 0660, 0644, 0622, 0606, 0 };
	struct bus_perm perm = { .mode = modes[draw(COUNT(modes))], .uid = ~0u, .gid = ~0u };
	struct verdict v = { 0 };

	if (chance(4))
		perm.uid = draw(2) * STRANGER;
	if (chance(4))
		perm.gid = draw(2) * STRANGER;
	if (chance(16)) {
		perm.mode |= 01000 << draw(20);
		may_fail(&v, EINVAL);
	}
	if (chance(16)) {
		perm.reserved = 1;
		may_fail(&v, EINVAL);
	}
	if (s->bus)
		may_fail(&v, EISCONN);
	note("BUS_PERM of member %ld: %lo %ld %ld", index_of(s), perm.mode, perm.uid, perm.gid);
	if (!set("BUS_PERM", s, BUS_PERM, &perm, sizeof(perm), &v))
		s->perm = perm;
}

static void set_room(struct member *s)
{
	int room = chance(2) ? 1 + draw(8000) : 200000;
	socklen_t len = sizeof(room);
	struct verdict none = { 0 };

	check("SO_RCVBUF", &none, setsockopt(fd_of(s), SOL_SOCKET, SO_RCVBUF, &room, len));
	check("SO_RCVBUF", &none, getsockopt(fd_of(s), SOL_SOCKET, SO_RCVBUF, &room, &len));
	note("SO_RCVBUF of member %ld: %ld", index_of(s), room);
	s->room = room;
}

static void set_filter(struct member *s)
{
	struct sock_filter all[] = { { BPF_RET | BPF_K, 0, 0, 0 } };
	struct sock_filter cut[] = { { BPF_RET | BPF_K, 0, 0, FILTER_CUT_TO } };
	struct sock_filter odd[] = {
		{ BPF_LD | BPF_B | BPF_ABS, 0, 0, 0 },
		{ BPF_JMP | BPF_JSET | BPF_K, 0, 1, 1 },
		{ BPF_RET | BPF_K, 0, 0, 0 },
		{ BPF_RET | BPF_K, 0, 0, ~0u },
	};
	struct sock_fprog program[] = {
		[FILTER_ALL] = { COUNT(all), all },
		[FILTER_ODD] = { COUNT(odd), odd },
		[FILTER_CUT] = { COUNT(cut), cut },
	};
	enum filter filter = chance(2) ? FILTER_NONE : draw(FILTERS);
	struct verdict v = { 0 };

	note("filter of member %ld: %ld", index_of(s), filter);
	if (filter == FILTER_NONE) {
		if (s->filter == FILTER_NONE)
			may_fail(&v, ENOENT);
		check("SO_DETACH_FILTER", &v,
		      setsockopt(fd_of(s), SOL_SOCKET, SO_DETACH_FILTER, &v, sizeof(int)));
	} else {
		check("SO_ATTACH_FILTER", &v,
		      setsockopt(fd_of(s), SOL_SOCKET, SO_ATTACH_FILTER, &program[filter],
				 sizeof(*program)));
	}
	s->filter = filter;
}

static void well_known(struct bus_name *name, unsigned int n)
{
	snprintf(name->name, sizeof(name->name), "org.example.Name%u", n);
	if (n == 3)
		memset(name->name, 'n', sizeof(name->name) - 1);
}

static bool spoil_name(struct bus_name *name)
{
	if (!chance(8))
		return false;
	switch (draw(3)) {
	case 0: memset(name->name, 0, sizeof(name->name)); break;
	case 1: memset(name->name, 'x', sizeof(name->name)); break;
	case 2: snprintf(name->name, sizeof(name->name), "x"); name->name[200] = 'x'; break;
	}
	return true;
}

static void set_name(struct member *s)
{
	struct bus_name name = { .addr = chance(4) ? 0 : any_addr(s) };
	unsigned int n = draw(MODEL_NAMES);
	struct verdict v = { 0 };
	int got;

	well_known(&name, n);
	if (spoiled("BUS_NAME", s, BUS_NAME, &name, sizeof(name)))
		return;
	if (spoil_name(&name)) {
		may_fail(&v, EINVAL);
		if (!s->bus)
			may_fail(&v, ENOTCONN);
		else if (s->bus->master != s)
			may_fail(&v, EPERM);
	} else {
		v = model_name(s, n, name.addr);
	}
	got = setsockopt(fd_of(s), SOL_BUS, BUS_NAME, &name, sizeof(name));
	note("BUS_NAME %ld to %lx by member %ld = %ld", n, name.addr, index_of(s), got);
	check("BUS_NAME", &v, got);
}

static void get_name(struct member *s)
{
	struct bus_name name = { .addr = random_u64(rnd) };
	unsigned int n = draw(MODEL_NAMES);
	socklen_t len = sizeof(name);
	struct verdict v = { 0 };
	int got;

	well_known(&name, n);
	if (spoil_name(&name))
		may_fail(&v, EINVAL);
	if (!s->bus)
		may_fail(&v, ENOTCONN);
	else if (!v.n && !s->bus->name[n])
		may_fail(&v, ENOENT);
	got = getsockopt(fd_of(s), SOL_BUS, BUS_NAME, &name, &len);
	note("BUS_NAME %ld asked by member %ld = %ld: %lx", n, index_of(s), got, name.addr);
	check("BUS_NAME", &v, got);
	if (!v.n)
		check_number("BUS_NAME", name.addr, s->bus->name[n]->addr);
}

static void get_word(struct member *s)
{
	static const int options[] = { BUS_QUEUE, BUS_META, BUS_EVENTS, BUS_MASTER };
	int option = options[draw(COUNT(options))], got;
	uint32_t word = 0x55555555, wanted = 0;
	socklen_t len = sizeof(word);
	struct verdict v = { 0 };
	void *value = &word;

	switch (option) {
	case BUS_QUEUE: wanted = s->max; break;
	case BUS_META: wanted = s->meta; break;
	case BUS_EVENTS: wanted = s->events; break;
	case BUS_MASTER: wanted = s->bus && s->bus->master == s; break;
	}
	if (option == BUS_MASTER && !s->bus)
		may_fail(&v, ENOTCONN);
	if (chance(16)) {
		len = draw(3) ? draw(100) : ~0u;
		if (len != sizeof(word))
			may_fail(&v, EINVAL);
	}
	if (chance(16)) {
		value = NOWHERE;
		may_fail(&v, EFAULT);
	}
	got = getsockopt(fd_of(s), SOL_BUS, option, value, &len);
	note("get option %ld of member %ld = %ld: %ld", option, index_of(s), got, word);
	check("getsockopt()", &v, got);
	if (!v.n)
		check_number("option", word, wanted);
	else if (word != 0x55555555)
		fail("getsockopt() failed, but wrote");
}

static void get_stats(struct member *s)
{
	struct bus_stats stats;
	socklen_t len = sizeof(stats);
	struct verdict v = { 0 };
	int got;

	if (!s->bus)
		may_fail(&v, ENOTCONN);
	got = getsockopt(fd_of(s), SOL_BUS, BUS_STATS, &stats, &len);
	note("BUS_STATS of member %ld = %ld", index_of(s), got);
	check("BUS_STATS", &v, got);
	if (v.n)
		return;
	check_number("addr", stats.addr, s->addr);
	check_number("master", stats.master, s->bus->master ? s->bus->master->addr : 0);
	check_number("sent", stats.sent, s->sent);
	check_number("received", stats.received, s->received);
	check_number("lost", stats.lost, s->lost_ever);
	check_number("skipped", stats.skipped, s->skipped);
	check_number("queued", stats.queued, s->messages);
	check_number("queued_bytes", stats.queued_bytes, s->bytes);
}

static void use_unknown(struct member *s)
{
	struct verdict v = { .n = 1, .error = { ENOPROTOOPT } };
	int level = chance(2) ? SOL_BUS : 6, option = level == SOL_BUS ? 11 + draw(1000) : draw(20);
	char value[300] = "";
	socklen_t len = 4 << draw(4);

	if (level == SOL_BUS && chance(4))
		option = -option;
	note("unknown option %ld of level %ld", option, level);
	if (chance(2))
		check("setsockopt()", &v, setsockopt(fd_of(s), level, option, value, len));
	else
		check("getsockopt()", &v, getsockopt(fd_of(s), level, option, value, &len));
}

/* Readiness */

static void ask_poll(struct member *s)
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

static void ask_queues(struct member *s)
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

/* Sends */

static const char *payload(const struct message *m)
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
	unsigned int i = chance(16) ? draw(COUNT(sizes)) : draw(18);

	memset(&p->sending, 0, sizeof(p->sending));
	p->v.n = 0;
	outgoing_init(&p->out, my.pattern, sizes[i]);
	p->sending.size = sizes[i];
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

static void send_one(struct member *s)
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

static void send_many(struct member *s)
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

/* Receives */

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
static bool as_file(const struct member *s, const struct entry *e)
{
	return s->slot && !model_fits(s, e->length);
}

static void check_meta(struct member *s, struct entry *e, const struct bus_meta *meta, bool peek)
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
	if (pread(fd, my.buffer, length, 0) != length || memcmp(my.buffer, payload(m), length))
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
		model_untake_relief(s);
	else
		model_take(s);
}

static void receive_one(struct member *s)
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

static void read_one(struct member *s)
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

static void receive_many(struct member *s)
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

/* Rings */

static void map_ring(struct member *s)
{
	size_t right = s->slot ? (s->slots * s->slot_size + 4095) & ~4095ul : 4096, len = right;
	int access = PROT_READ, kind = MAP_SHARED, got = 0;
	struct verdict v = { 0 };
	off_t offset = 0;
	void *map;

	if (!s->slot)
		may_fail(&v, ENODEV);
	if (chance(3)) {
		switch (draw(4)) {
		case 0: len += 4096; may_fail(&v, EINVAL); break;
		case 1: offset = 4096; may_fail(&v, EINVAL); break;
		case 2: kind = MAP_PRIVATE; may_fail(&v, EINVAL); break;
		case 3: access |= PROT_WRITE; may_fail(&v, EACCES); break;
		}
	}
	map = mmap(NULL, len, access, kind, fd_of(s), offset);
	if (map == MAP_FAILED)
		got = -1;
	note("mmap(member %ld, %ld bytes, at %ld) = %ld", index_of(s), len, offset, got);
	check("mmap()", &v, got);
	if (v.n)
		return;
	if (!mprotect(map, len, PROT_READ | PROT_WRITE))
		fail("a ring can be made writable");
	if (my.map[index_of(s)])
		munmap(my.map[index_of(s)], len);
	my.map[index_of(s)] = map;
}

static void set_ring(struct member *s)
{
	struct bus_ring ring = { 2 << draw(4), 128 << draw(4) };
	struct verdict v;
	int got;

	/* Later than the contract allows: what comes of it, it does not say. */
	if (s->groups || s->received)
		return;
	if (spoiled("BUS_RING", s, BUS_RING, &ring, sizeof(ring)))
		return;
	if (chance(8)) {
		if (chance(2))
			ring.slots = random_u64(rnd);
		else
			ring.slot_size = random_u64(rnd);
	}
	v = model_ring(s, &ring);
	got = setsockopt(fd_of(s), SOL_BUS, BUS_RING, &ring, sizeof(ring));
	note("BUS_RING of member %ld: %ld of %ld = %ld", index_of(s), ring.slots, ring.slot_size,
	     got);
	check("BUS_RING", &v, got);
	if (!v.n)
		map_ring(s);
}

static void check_slot(struct member *s, uint64_t number)
{
	struct slot *wanted = &s->slot[number % s->slots];
	struct message *m = wanted->message;
	const char *at = my.map[index_of(s)] + number % s->slots * s->slot_size;
	const struct bus_slot *slot = (const void *)at;
	struct entry e = { NULL, m, wanted->dest, wanted->lost, wanted->length };
	struct bus_meta meta = slot->meta;

	check_number("ready", slot->ready, number + 1);
	check_number("slot.src", slot->src, m->src);
	check_number("slot.flags", slot->flags, wanted->queued ? BUS_SLOT_QUEUED : 0);
	check_number("slot.length", slot->length, wanted->queued ? 0 : wanted->length);
	meta.flags |= as_file(s, &e) ? BUS_META_MEMFD : 0;	/* told by recvmsg() alone */
	check_meta(s, &e, &meta, false);
	if (meta.order <= s->order || meta.time < s->time)
		fail("stamp %llx in slot %llu after %llx", (long long)meta.order,
		     (long long)number, (long long)s->order);
	s->order = meta.order;
	s->time = meta.time;
	if (memcmp(slot + 1, m->from ? payload(m) : (const char *)&m->event, slot->length))
		fail("the bytes in slot %llu are not those that were sent", (long long)number);
	my.result.slots++;
	my.result.lost += wanted->lost;
}

/* Read what is there, some of it at times, and give it back. */
static void turn(struct member *s)
{
	uint64_t was = s->tail, read = s->head - s->tail, head, i;
	struct bus_turn turn;
	struct verdict v;
	int got;

	if (read)
		read = chance(2) ? read : draw(read + 1);
	turn.done = s->tail + read;
	if (chance(16))
		turn.done = random_u64(rnd) >> draw(64);
	if (turn.done < s->tail || turn.done > s->head)
		read = 0;
	else
		read = turn.done - s->tail;
	for (i = 0; my.map[index_of(s)] && i < read; i++)
		check_slot(s, was + i);
	head = s->head;
	v = model_turn(s, turn.done);
	/* An event of losses may have come; it is in time. */
	if (v.n && s->head != head)
		v.n = 0;
	i = turn.done;
	got = ioctl(fd_of(s), SIOCBUSTURN, &turn);
	note("turn(member %ld, done %ld) = %ld: ready %ld", index_of(s), i, got, turn.ready);
	check("SIOCBUSTURN", &v, got);
	if (!v.n)
		check_number("turn.ready", turn.ready, s->head);
}

/* The process's other self, without privileges. */
static void become(uint32_t uid)
{
	if (seteuid(uid))
		fail("seteuid(%u): %s", uid, strerror(errno));
	model.uid = uid;
	note("now user %ld", uid);
}

static void step(void)
{
	unsigned int what = draw(1000);
	struct member *s;

	s = any_member();
	if (!s->open && chance(8)) {
		open_socket(s);
		return;
	}
	s = any_bound();
	if (s->slot && chance(3)) {
		if (chance(8))
			map_ring(s);
		else
			turn(s);
		return;
	}
	if (what < 4)
		close_one(s);
	else if (what < 8)
		duplicate(s);
	else if (what < 330)
		send_one(s);
	else if (what < 380)
		send_many(s);
	else if (what < 640)
		receive_one(s);
	else if (what < 670)
		receive_many(s);
	else if (what < 690)
		read_one(s);
	else if (what < 720)
		bind_socket(any_open());
	else if (what < 740)
		connect_socket(s);
	else if (what < 770)
		join(s, false);
	else if (what < 790)
		join(s, true);
	else if (what < 805)
		set_events(s);
	else if (what < 820)
		claim(s);
	else if (what < 835)
		set_queue(s);
	else if (what < 850)
		set_meta(s);
	else if (what < 855)
		set_perm(any_open());
	else if (what < 865)
		set_room(s);
	else if (what < 875)
		set_filter(s);
	else if (what < 890)
		set_name(s);
	else if (what < 905)
		get_name(s);
	else if (what < 920)
		get_word(s);
	else if (what < 940)
		get_stats(s);
	else if (what < 945)
		use_unknown(s);
	else if (what < 970)
		ask_poll(s);
	else if (what < 985)
		ask_queues(s);
	else if (what < 989)
		tell_names(s);
	else if (what < 990)
		do_what_it_cannot(s);
	else if (what < 992)
		become(model.uid ? 0 : STRANGER);
	else if (what < 999)
		set_ring(any_open());
	else if (chance(4))
		shut(s);
}

/*
 * What a message of each size is charged is not said by the contract, nor is
 * the label: they are asked of one member that writes to itself.
 */
static void calibrate(void)
{
	struct sockaddr_bus sa = { .sbus_family = my.family, .sbus_name = "calibration" };
	socklen_t len = sizeof(sa), stats_len = sizeof(struct bus_stats);
	uint32_t label = BUS_META_LABEL;
	struct bus_stats stats;
	struct incoming in;
	struct outgoing out;
	unsigned int i;
	int fd;

	fd = socket(my.family, SOCK_SEQPACKET, 0);
	if (fd < 0 || bind(fd, (void *)&sa, sizeof(sa)) ||
	    getsockname(fd, (void *)&sa, &len) ||
	    setsockopt(fd, SOL_BUS, BUS_META, &label, sizeof(label)))
		fail("no socket of family %d: %s", my.family, strerror(errno));
	my.last_addr = sa.sbus_addr;
	for (i = 0; i < COUNT(sizes); i++) {
		outgoing_init(&out, my.pattern, sizes[i]);
		outgoing_to(&out, my.family, sa.sbus_addr, BUS_FAIL);
		if (outgoing_send(&out, fd, 0) != sizes[i] ||
		    getsockopt(fd, SOL_BUS, BUS_STATS, &stats, &stats_len) ||
		    incoming_receive(&in, fd, my.buffer, BUS_MESSAGE_MAX, sizeof(in.control), 0) < 0)
			fail("calibrating with %u bytes: %s", sizes[i], strerror(errno));
		my.charge[i] = stats.queued_bytes;
		if (my.charge[i] < sizes[i])
			fail("%u bytes are charged %u", sizes[i], my.charge[i]);
		if (sizes[i] == sizeof(struct bus_event))
			model.event_charge = my.charge[i];
	}
	my.label_len = in.label_len;
	memcpy(my.label, in.label, sizeof(my.label));
	close(fd);
}

static void prepare_files(void)
{
	struct stat st;
	unsigned int i;

	for (i = 0; i < MODEL_FILES; i++) {
		my.file[i] = memfd_create("passed", MFD_CLOEXEC);
		if (my.file[i] < 0 || fstat(my.file[i], &st))
			fail("memfd_create(): %s", strerror(errno));
		my.inode[i] = st.st_ino;
	}
	my.unix_socket = socket(AF_UNIX, SOCK_STREAM, 0);
	my.path = open("/", O_PATH);
}

void steps_run(uint64_t seed, uint64_t steps, unsigned int sabotage,
	       struct steps_result *result)
{
	struct random r;
	uint64_t i;

	history = (struct history){ .seed = seed };
	my.family = bus_family_number();
	my.pattern = malloc(BUS_MESSAGE_MAX + 257);
	my.buffer = malloc(BUS_MESSAGE_MAX);
	if (!my.pattern || !my.buffer)
		fail("no memory");
	for (i = 0; i < BUS_MESSAGE_MAX + 257; i++)
		my.pattern[i] = i * 7;
	signal(SIGPIPE, SIG_IGN);
	prepare_files();
	calibrate();
	model.sabotage = sabotage;
	for (i = 0; i < MODEL_SOCKETS; i++)
		model.member[i].last = &model.member[i].first;
	rnd = &r;
	r = random_of(seed, 0, ~0ULL);
	while (!model.member[0].open)
		open_socket(&model.member[0]);

	for (i = 0; i < steps; i++) {
		r = random_of(seed, 0, i);
		history.step = i;
		/* One socket there is always. */
		while (!model.member[0].open)
			open_socket(&model.member[0]);
		if (!(i % 1024))
			alarm(60);	/* for whatever hangs */
		step();
	}
	alarm(0);
	become(0);
	for (i = 0; i < MODEL_SOCKETS; i++)
		while (my.dups[i] && model.member[i].open)
			close_one(&model.member[i]);
	*result = my.result;
}

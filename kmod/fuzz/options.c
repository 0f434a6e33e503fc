// SPDX-License-Identifier: GPL-2.0-only
/*
 * setsockopt() and getsockopt().
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <linux/filter.h>
#include "history.h"
#include "player.h"

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

void set_queue(struct member *s)
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

void set_meta(struct member *s)
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
bool spoiled(const char *what, struct member *s, int option, void *value, socklen_t size)
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

void set_events(struct member *s)
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

void join(struct member *s, bool part)
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

void claim(struct member *s)
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

void set_perm(struct member *s)
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

void set_room(struct member *s)
{
	int room = chance(2) ? 1 + draw(8000) : 200000;
	socklen_t len = sizeof(room);
	struct verdict none = { 0 };

	check("SO_RCVBUF", &none, setsockopt(fd_of(s), SOL_SOCKET, SO_RCVBUF, &room, len));
	check("SO_RCVBUF", &none, getsockopt(fd_of(s), SOL_SOCKET, SO_RCVBUF, &room, &len));
	note("SO_RCVBUF of member %ld: %ld", index_of(s), room);
	s->room = room;
}

void set_filter(struct member *s)
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

void set_name(struct member *s)
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

void get_name(struct member *s)
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

void get_word(struct member *s)
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

void get_stats(struct member *s)
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

void use_unknown(struct member *s)
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

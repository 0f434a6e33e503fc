// SPDX-License-Identifier: GPL-2.0-only
/*
 * The process that makes the calls: what it draws, and whether the kernel did as
 * the model said.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "history.h"
#include "player.h"

struct player my;
struct random *rnd;

/* Verdicts */

void check(const char *call, const struct verdict *v, long got)
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

void check_number(const char *what, uint64_t got, uint64_t wanted)
{
	if (got != wanted)
		fail("%s: %llu, should be %llu", what, (long long)got, (long long)wanted);
}

/* Whom and what */

struct member *any_member(void)
{
	return &model.member[draw(MODEL_SOCKETS)];
}

struct member *any_open(void)
{
	struct member *s = any_member();

	while (!s->open)
		s = &model.member[(s - model.member + 1) % MODEL_SOCKETS];
	return s;
}

/* Bound, at most times. */
struct member *any_bound(void)
{
	struct member *s = any_open();
	unsigned int i;

	for (i = 0; i < 4 && !s->bus; i++)
		s = any_open();
	return s;
}

int index_of(const struct member *s)
{
	return s - model.member;
}

int fd_of(const struct member *s)
{
	return my.fd[index_of(s)][draw(my.dups[index_of(s)])];
}

uint64_t any_addr(const struct member *s)
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
unsigned int rarely(unsigned int n)
{
	return chance(n) ? 1 + draw(1 << 16) : 0;
}

/* The process's other self, without privileges. */
void become(uint32_t uid)
{
	if (seteuid(uid))
		fail("seteuid(%u): %s", uid, strerror(errno));
	model.uid = uid;
	note("now user %ld", uid);
}

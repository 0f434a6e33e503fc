/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random numbers of a step: a function of seed, process and step alone, so
 * that any step can be drawn again without those before it.
 */
#ifndef FUZZ_RANDOM_H
#define FUZZ_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

/* splitmix64 */
static inline uint64_t random_u64(struct random *r)
{
	uint64_t z = (r->state += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static inline struct random random_of(uint64_t seed, uint64_t process, uint64_t step)
{
	struct random r = { seed };

	r.state = random_u64(&r) ^ process;
	r.state = random_u64(&r) ^ step;
	return r;
}

/* 0 to n - 1 */
static inline unsigned int below(struct random *r, unsigned int n)
{
	return (uint32_t)random_u64(r) * (uint64_t)n >> 32;
}

static inline bool one_in(struct random *r, unsigned int n)
{
	return below(r, n) == 0;
}

#endif

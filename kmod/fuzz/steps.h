/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One process that owns all sockets, and a model that knows what each of its
 * calls has to return. Any difference is a failure.
 */
#ifndef FUZZ_STEPS_H
#define FUZZ_STEPS_H

#include <stdint.h>

struct steps_result {
	uint64_t calls;
	uint64_t received;
	uint64_t slots;		/* read in rings */
	uint64_t lost;
	uint64_t refused;	/* calls that failed as they should */
};

/* Steps from 0 to @steps; ends the process where the kernel differs. */
void steps_run(uint64_t seed, uint64_t steps, unsigned int sabotage,
	       struct steps_result *result);

#endif

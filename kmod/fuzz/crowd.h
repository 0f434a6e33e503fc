/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Many processes on one bus. Each owns some members that keep the rules and
 * check the others' messages, and some sockets that keep none (wild.c).
 */
#ifndef FUZZ_CROWD_H
#define FUZZ_CROWD_H

#include <stdbool.h>
#include <stdint.h>

#define CROWD_MAX	16	/* processes */

struct crowd_result {
	uint64_t calls;
	uint64_t received;
	uint64_t lost;
	uint64_t agreed;	/* pairs of receivers compared */
	uint64_t stops;
};

/* Return: whether all went well; what did not is printed. */
bool crowd_run(uint64_t seed, uint64_t calls, unsigned int processes,
	       struct crowd_result *result);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the benchmarks share. They run where one nanosecond of CLOCK_MONOTONIC is
 * one instruction (see run), so a difference of times is a count of them.
 */
#ifndef BENCH_H
#define BENCH_H

#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static inline uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static inline void die(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	exit(1);
}

static inline void expect(int met, const char *what)
{
	if (!met)
		die(what);
}

/*
 * Whoever runs goes on until it has to wait, also the children: so processes
 * switch where their queues say, not where the scheduler thinks it fair.
 */
static inline void run_until_waiting(void)
{
	const struct sched_param first = { .sched_priority = 1 };

	expect(!sched_setscheduler(0, SCHED_FIFO, &first), "SCHED_FIFO");
}

/* One result: instructions of each of @n messages. */
static inline void count(const char *name, uint64_t instructions, unsigned int n)
{
	printf("count %s %.1f\n", name, (double)instructions / n);
	fflush(stdout);
}

/*
 * Let the kernel finish what was begun, such as freeing sockets after a grace
 * period. It costs no time: an idle machine's clock jumps.
 */
static inline void rest(void)
{
	const struct timespec second = { .tv_sec = 1 };

	fflush(stdout);
	nanosleep(&second, NULL);
}

#endif

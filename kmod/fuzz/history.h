/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The last calls of a process, told when something is wrong. Noting one is a
 * few stores; text is made only for a failure.
 */
#ifndef FUZZ_HISTORY_H
#define FUZZ_HISTORY_H

#include <stdint.h>

#define HISTORY_NOTES	100

struct note {
	uint64_t step;
	const char *format;	/* a literal; six numbers of type long */
	long value[6];
};

struct history {
	uint64_t seed;
	unsigned int process;
	uint64_t step;		/* the present one */
	uint64_t count;
	struct note note[HISTORY_NOTES];
};

extern struct history history;

void history_note(const char *format, long a, long b, long c, long d, long e, long f);

#define note(format, ...)	note_(format, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define note_(format, a, b, c, d, e, f, ...) \
	history_note(format, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

/* Prints what is wrong, the seed, the step and the calls before it; exits. */
void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif

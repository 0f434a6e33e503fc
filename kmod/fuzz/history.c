// SPDX-License-Identifier: GPL-2.0-only
/*
 * The last calls of a process, told when something is wrong.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "history.h"

struct history history;

void history_note(const char *format, long a, long b, long c, long d, long e, long f)
{
	struct note *n = &history.note[history.count++ % HISTORY_NOTES];

	*n = (struct note){ history.step, format, { a, b, c, d, e, f } };
}

void fail(const char *format, ...)
{
	uint64_t i = history.count > HISTORY_NOTES ? history.count - HISTORY_NOTES : 0;
	char text[HISTORY_NOTES * 160 + 2048];
	size_t at = 0;
	va_list args;

	/* In one piece: several processes write to one console. */
	for (; i < history.count && at < sizeof(text) - 1024; i++) {
		const struct note *n = &history.note[i % HISTORY_NOTES];
		const long *v = n->value;

		at += snprintf(text + at, 512, "# %u/%llu: ", history.process,
			       (unsigned long long)n->step);
		at += snprintf(text + at, 512, n->format, v[0], v[1], v[2], v[3], v[4], v[5]);
		text[at++] = '\n';
	}
	at += snprintf(text + at, 256, "# FAILED: seed %llu process %u step %llu: ",
		       (unsigned long long)history.seed, history.process,
		       (unsigned long long)history.step);
	va_start(args, format);
	at += vsnprintf(text + at, 512, format, args);
	va_end(args);
	printf("%s\n", text);
	fflush(stdout);
	_Exit(1);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls that nobody checks: any call, any argument, on sockets that several
 * processes may share. The kernel has to survive them; KASAN, lockdep and
 * kmemleak say whether it did.
 */
#ifndef FUZZ_WILD_H
#define FUZZ_WILD_H

#include <stddef.h>
#include "random.h"

#define WILD_SOCKETS	24
#define WILD_SHARED	8	/* the first of them are opened before the fork */

struct wild {
	int family;
	int fd[WILD_SOCKETS];
	int epoll;
	int event;		/* a descriptor that may be passed */
	char *page;		/* two pages, behind which there is nothing */
	size_t page_size;
	void *map;		/* of a ring, or NULL */
	size_t map_size;
	int floor;		/* descriptors from here on are ours alone */
	unsigned int depth;	/* of forks */
	uint64_t calls;
};

void wild_open(struct wild *w, int family);
void wild_step(struct wild *w, struct random *r);

#endif

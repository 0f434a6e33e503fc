// SPDX-License-Identifier: Apache-2.0
/*
 * Publishes the car's speed ten times a second to everybody who is interested:
 *
 *	cc publisher.c $(pkg-config --cflags --libs headway-bus) -o publisher
 *	./publisher car
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <headway-bus.h>

#include "speed.h"

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "car";
	unsigned int count = argc > 2 ? (unsigned int)atoi(argv[2]) : 100;
	const struct timespec tenth = { .tv_nsec = 100000000 };
	struct speed speed = { 0 };
	struct headway_send send = {
		.to = SPEED_GROUP,
		.policy = BUS_SKIP,	/* who sleeps misses values, nobody waits */
		.data = &speed,
		.size = sizeof(speed),
	};
	/* Members of our group may listen, only we may send. */
	struct bus_perm perm = { .mode = 0640, .uid = ~0U, .gid = ~0U };
	struct headway_bus *bus;
	struct bus_stats stats;
	unsigned int i;
	int r;

	r = headway_bus_open(&bus, name, 0, &perm);
	if (r < 0) {
		fprintf(stderr, "publisher: bus %s: %s\n", name, headway_bus_strerror(r));
		return 1;
	}

	for (i = 0; i < count; i++) {
		speed.mm_per_s = i * 10;
		r = headway_bus_send_message(bus, &send);
		/* Nobody listens: that is no reason to stop. */
		if (r < 0 && r != -EHOSTUNREACH) {
			fprintf(stderr, "publisher: send: %s\n", headway_bus_strerror(r));
			break;
		}
		nanosleep(&tenth, NULL);
	}

	if (!headway_bus_stats(bus, &stats))
		printf("publisher: %llu sent, %llu skipped\n", (unsigned long long)stats.sent,
		       (unsigned long long)stats.skipped);
	headway_bus_close(bus);
	return r < 0 && r != -EHOSTUNREACH;
}

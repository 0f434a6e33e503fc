// SPDX-License-Identifier: Apache-2.0
/*
 * Prints the car's speed as it comes, what was missed, and who went:
 *
 *	cc subscriber.c $(pkg-config --cflags --libs headway-bus) -o subscriber
 *	./subscriber car
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <headway-bus.h>

#include "speed.h"

static void show(const struct headway_message *m)
{
	struct speed speed;

	if (m->lost)
		printf("missed %llu\n", (unsigned long long)m->lost);
	if (m->event) {
		if (m->event->type == BUS_EVENT_EXIT)
			printf("%llx is gone\n", (unsigned long long)m->event->addr);
	} else if (m->size == sizeof(speed)) {
		memcpy(&speed, m->data, sizeof(speed));
		printf("%u.%03u m/s from process %u of user %u\n", speed.mm_per_s / 1000,
		       speed.mm_per_s % 1000, m->pid, m->uid);
	}
	fflush(stdout);
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "car";
	unsigned int count = argc > 2 ? (unsigned int)atoi(argv[2]) : ~0U;
	struct headway_message message;
	struct headway_bus *bus;
	int r;

	r = headway_bus_open(&bus, name, 0, NULL);
	if (r < 0) {
		fprintf(stderr, "subscriber: bus %s: %s\n", name, headway_bus_strerror(r));
		return 1;
	}

	r = headway_bus_events(bus, 1U << BUS_EVENT_EXIT);
	if (r >= 0)
		r = headway_bus_join(bus, SPEED_GROUP);
	while (r >= 0 && count-- && (r = headway_bus_receive(bus, &message)) > 0)
		show(&message);
	if (r < 0)
		fprintf(stderr, "subscriber: %s\n", headway_bus_strerror(r));

	headway_bus_close(bus);
	return r < 0;
}

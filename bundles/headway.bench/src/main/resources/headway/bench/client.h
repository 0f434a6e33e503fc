/* SPDX-License-Identifier: Apache-2.0 */
/* What measured D-Bus clients of sd-bus have in common. */
#ifndef CLIENT_H
#define CLIENT_H

#include <systemd/sd-bus.h>

#include "station.h"

#define TICK	"org.headway.bench.Tick"

static inline void check(int r, const char *what)
{
	if (r < 0) {
		errno = -r;
		die(what);
	}
}

/* A connection to the bus whose socket is DIRECTORY/bus, once that has said Hello. */
static inline sd_bus *join(const char *directory)
{
	const char *name;
	char address[256];
	sd_bus *bus;

	snprintf(address, sizeof(address), "unix:path=%s/bus", directory);
	check(sd_bus_new(&bus), "sd_bus_new");
	check(sd_bus_set_address(bus, address), "sd_bus_set_address");
	check(sd_bus_set_bus_client(bus, 1), "sd_bus_set_bus_client");
	check(sd_bus_start(bus), "sd_bus_start");
	check(sd_bus_get_unique_name(bus, &name), "Hello");
	return bus;
}

/* Takes in one message, or waits until one comes. */
static inline void turn(sd_bus *bus)
{
	int r = sd_bus_process(bus, NULL);

	check(r, "sd_bus_process");
	if (r == 0)
		check(sd_bus_wait(bus, UINT64_MAX), "sd_bus_wait");
}

#endif

// SPDX-License-Identifier: Apache-2.0
/*
 * A D-Bus client of sd-bus, the same for every bus it is measured on. What it
 * sends is a signal or a call with the body "ay".
 *
 *	sd-bus answer|call DIRECTORY BYTES
 *	sd-bus receive-N DIRECTORY BYTES RECEIVERS INTERVAL
 *	sd-bus send DIRECTORY BYTES RECEIVERS INTERVAL
 *	sd-bus receive-N|send DIRECTORY BYTES RECEIVERS 0 timetable
 *
 * With a timetable each topic is an object, and each message also says when it was
 * due, after its number.
 * The bus's socket is DIRECTORY/bus.
 */
#define _GNU_SOURCE
#include "client.h"

#define NAME	"org.headway.bench.Echo"
#define PATH	"/org/headway/bench"

static size_t size;
static int receivers, timed;
static int64_t window, interval;
static _Atomic int64_t *credits;
static sd_bus *bus;

static void *listen_on(void *unused)
{
	(void)unused;
	for (;;)
		turn(bus);
	return NULL;
}

static int on_call(sd_bus_message *m, void *data, sd_bus_error *error)
{
	sd_bus_message *reply;
	const void *bytes;
	size_t length;

	(void)data, (void)error;
	if (!sd_bus_message_is_method_call(m, NAME, "Echo"))
		return 0;
	check(sd_bus_message_read_array(m, 'y', &bytes, &length), "Echo");
	check(sd_bus_message_new_method_return(m, &reply), "reply");
	check(sd_bus_message_append_array(reply, 'y', bytes, length), "reply");
	check(sd_bus_send(bus, reply, NULL), "reply");
	sd_bus_message_unref(reply);
	return 1;
}

/* Who answers may be seen a little later than it says so. */
static void await_owner(void)
{
	struct timespec nap = { .tv_nsec = 10000000 };
	int i, r;

	for (i = 0; (r = sd_bus_get_name_creds(bus, NAME, 0, NULL)) == -ENXIO && i < 1000; i++)
		nanosleep(&nap, NULL);
	check(r, NAME);
}

static void *call(void *unused)
{
	char *bytes = calloc(1, size);

	(void)unused;
	while (!is_stopped()) {
		sd_bus_message *m, *reply;
		const void *back;
		size_t length;
		int64_t begin = now(CLOCK_MONOTONIC);

		check(sd_bus_message_new_method_call(bus, &m, NAME, PATH, NAME, "Echo"), "call");
		check(sd_bus_message_append_array(m, 'y', bytes, size), "call");
		check(sd_bus_call(bus, m, 0, NULL, &reply), "call");
		check(sd_bus_message_read_array(reply, 'y', &back, &length), "reply");
		took(now(CLOCK_MONOTONIC) - begin);
		sd_bus_message_unref(reply);
		sd_bus_message_unref(m);
	}
	return NULL;
}

static int on_signal(sd_bus_message *m, void *mine, sd_bus_error *error)
{
	const void *bytes;
	size_t length;
	int64_t number;

	(void)error;
	check(sd_bus_message_read_array(m, 'y', &bytes, &length), "signal");
	memcpy(&number, bytes, sizeof(number));
	take(number);
	if (timed) {
		int64_t moment;

		memcpy(&moment, (const char *)bytes + sizeof(number), sizeof(moment));
		note(now(CLOCK_MONOTONIC) - moment);
	}
	if (interval)
		note(now(CLOCK_MONOTONIC) - due(credits, number, interval));
	atomic_store_explicit((_Atomic int64_t *)mine, number, memory_order_release);
	return 0;
}

static void *send_all(void *unused)
{
	char *bytes = calloc(1, size);
	int64_t number = 0;

	(void)unused;
	atomic_store(&credits[(MOST_RECEIVERS - 1) * 8], now(CLOCK_MONOTONIC));
	while (!is_stopped()) {
		char path[128] = PATH;
		sd_bus_message *m;
		int r;

		await_credit(credits, receivers, number, window);
		number++;
		if (interval)
			await_due(credits, number, interval);
		if (timed) {
			long which, topic;
			int64_t moment = await_turn(number, &which, &topic);

			memcpy(bytes + sizeof(number), &moment, sizeof(moment));
			snprintf(path, sizeof(path), "/Car/%s/%ld", timetable.turns[which].message, topic);
		}
		memcpy(bytes, &number, sizeof(number));
		check(sd_bus_message_new_signal(bus, &m, path, TICK, "Tick"), "signal");
		check(sd_bus_message_append_array(m, 'y', bytes, size), "signal");
		while ((r = sd_bus_send(bus, m, NULL)) == -ENOBUFS)
			check(sd_bus_flush(bus), "sd_bus_flush");
		check(r, "signal");
		sd_bus_message_unref(m);
		atomic_store_explicit(&count, number, memory_order_relaxed);
	}
	check(sd_bus_flush(bus), "sd_bus_flush");
	return NULL;
}

int main(int argc, char **argv)
{
	if (argc < 4)
		return 2;
	size = strtoul(argv[3], NULL, 10);
	bus = join(argv[2]);
	if (!strcmp(argv[1], "call")) {
		await_owner();
		ready();
		return serve(call, NULL, 1);
	}
	if (!strcmp(argv[1], "answer")) {
		check(sd_bus_add_filter(bus, NULL, on_call, NULL), "filter");
		check(sd_bus_request_name(bus, NAME, 0), "RequestName");
		ready();
		return serve(listen_on, NULL, 0);
	}
	credits = credit(argv[2]);
	interval = atoll(argv[5]);
	timed = argc > 6;
	if (timed)
		read_timetable(argv[2]);
	if (!strcmp(argv[1], "send")) {
		receivers = atoi(argv[4]);
		window = (4 << 20) / (size + 256) + 1;
		ready();
		return serve(send_all, NULL, 1);
	}
	check(sd_bus_add_match(bus, NULL,
			       timed ? "type='signal',path_namespace='/Car'" :
				       "type='signal',interface='" TICK "'", on_signal,
			       (void *)&credits[atoi(argv[1] + strlen("receive-")) * 8]),
	      "AddMatch");
	ready();
	return serve(listen_on, NULL, 0);
}

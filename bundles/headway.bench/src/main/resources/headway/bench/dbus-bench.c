// SPDX-License-Identifier: Apache-2.0
/*
 * One D-Bus client that measures any bus: sd-bus, the same binary for all of them.
 *
 *   dbus-bench signals ADDRESS COUNT BYTES   one process sends, another receives
 *   dbus-bench calls ADDRESS COUNT BYTES     one process calls, another answers
 *   dbus-bench names ADDRESS NAMES RULES     so many names and match rules, then what a call and a signal cost
 *
 * Prints one line of "key=value" pairs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-bus.h>

#define CHECK(r)                                                                        \
	do {                                                                            \
		int check_ = (r);                                                       \
		if (check_ < 0) {                                                       \
			fprintf(stderr, "%s:%d: %s\n", __func__, __LINE__, strerror(-check_)); \
			exit(1);                                                        \
		}                                                                       \
	} while (0)

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000ull + t.tv_nsec;
}

static sd_bus *join(const char *address)
{
	sd_bus *bus;

	CHECK(sd_bus_new(&bus));
	CHECK(sd_bus_set_address(bus, address));
	CHECK(sd_bus_set_bus_client(bus, 1));
	CHECK(sd_bus_start(bus));
	return bus;
}

static uint64_t received, wanted, first_ns, last_ns;

static int on_signal(sd_bus_message *m, void *data, sd_bus_error *error)
{
	(void)m, (void)data, (void)error;
	if (received++ == 0)
		first_ns = now_ns();
	if (received == wanted)
		last_ns = now_ns();
	return 0;
}

static void turn(sd_bus *bus)
{
	int r = sd_bus_process(bus, NULL);

	CHECK(r);
	if (r == 0)
		CHECK(sd_bus_wait(bus, UINT64_MAX));
}

static void signals(const char *address, uint64_t count, size_t bytes)
{
	char *text = malloc(bytes + 1);
	int ready[2];
	sd_bus *bus;
	uint64_t i;
	pid_t child;
	char c;

	memset(text, 'x', bytes);
	text[bytes] = 0;
	if (pipe(ready))
		exit(1);
	child = fork();
	if (child == 0) {
		wanted = count;
		bus = join(address);
		CHECK(sd_bus_add_match(bus, NULL, "type='signal',interface='org.example.Bench'", on_signal, NULL));
		CHECK(write(ready[1], "x", 1) == 1 ? 0 : -1);
		while (received < wanted)
			turn(bus);
		printf("signals_per_s=%.0f\n", (wanted - 1) * 1e9 / (last_ns - first_ns));
		fflush(stdout);
		_exit(0);
	}
	bus = join(address);
	CHECK(read(ready[0], &c, 1) == 1 ? 0 : -1);
	for (i = 0; i < count; i++) {
		sd_bus_message *m;
		int r;

		CHECK(sd_bus_message_new_signal(bus, &m, "/bench", "org.example.Bench", "Tick"));
		CHECK(sd_bus_message_append(m, "s", text));
		while ((r = sd_bus_send(bus, m, NULL)) == -ENOBUFS)
			CHECK(sd_bus_flush(bus));
		CHECK(r);
		sd_bus_message_unref(m);
	}
	CHECK(sd_bus_flush(bus));
	waitpid(child, NULL, 0);
}

static int on_call(sd_bus_message *m, void *data, sd_bus_error *error)
{
	const char *text;

	(void)data, (void)error;
	if (!sd_bus_message_is_method_call(m, "org.example.Bench", "Echo"))
		return 0;
	CHECK(sd_bus_message_read(m, "s", &text));
	CHECK(sd_bus_reply_method_return(m, "s", text));
	return 1;
}

static int by_size(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void calls(const char *address, uint64_t count, size_t bytes)
{
	uint32_t *took = calloc(count, sizeof(*took));
	char *text = malloc(bytes + 1);
	int ready[2];
	sd_bus *bus;
	uint64_t i, begin;
	pid_t child;
	char c;

	memset(text, 'x', bytes);
	text[bytes] = 0;
	if (pipe(ready))
		exit(1);
	child = fork();
	if (child == 0) {
		bus = join(address);
		CHECK(sd_bus_add_filter(bus, NULL, on_call, NULL));
		CHECK(sd_bus_request_name(bus, "org.example.Bench", 0));
		CHECK(write(ready[1], "x", 1) == 1 ? 0 : -1);
		for (;;)
			turn(bus);
	}
	bus = join(address);
	CHECK(read(ready[0], &c, 1) == 1 ? 0 : -1);
	begin = now_ns();
	for (i = 0; i < count; i++) {
		uint64_t before = now_ns();

		CHECK(sd_bus_call_method(bus, "org.example.Bench", "/bench", "org.example.Bench", "Echo", NULL, NULL,
					 "s", text));
		took[i] = now_ns() - before;
	}
	begin = now_ns() - begin;
	qsort(took, count, sizeof(*took), by_size);
	printf("calls_per_s=%.0f p50_us=%.1f p99_us=%.1f\n", count * 1e9 / begin, took[count / 2] / 1e3,
	       took[count * 99 / 100] / 1e3);
	kill(child, 9);
	waitpid(child, NULL, 0);
}

static uint64_t one_call(sd_bus *bus, const char *name)
{
	uint64_t before = now_ns();

	CHECK(sd_bus_call_method(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
				 "GetNameOwner", NULL, NULL, "s", name));
	return now_ns() - before;
}

static void names(const char *address, int count, int rules)
{
	enum { ROUNDS = 2000 };
	static uint32_t took[ROUNDS];
	sd_bus *owner = join(address), *other = join(address);
	char text[256];
	uint64_t begin;
	int i;

	for (i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "org.example.Bench.n%d", i);
		CHECK(sd_bus_request_name(owner, text, 0));
	}
	for (i = 0; i < rules; i++) {
		snprintf(text, sizeof(text), "type='signal',interface='org.example.Bench',member='Tick',path='/n%d'", i);
		CHECK(sd_bus_call_method(owner, "org.freedesktop.DBus", "/org/freedesktop/DBus",
					 "org.freedesktop.DBus", "AddMatch", NULL, NULL, "s", text));
	}
	for (i = 0; i < ROUNDS; i++) {
		snprintf(text, sizeof(text), "org.example.Bench.n%d", (int)(((int64_t)i * 7919) % count));
		took[i] = one_call(other, text);
	}
	qsort(took, ROUNDS, sizeof(*took), by_size);
	/* Signals that nobody wants, but that all rules could be about; the call at the end waits for them. */
	begin = now_ns();
	for (i = 0; i < ROUNDS * 10; i++) {
		CHECK(sd_bus_emit_signal(other, "/nothing", "org.example.Bench", "Tick", "i", i));
	}
	one_call(other, text);
	printf("names=%d rules=%d lookup_p50_us=%.1f signal_us=%.2f\n", count, rules, took[ROUNDS / 2] / 1e3,
	       (now_ns() - begin) / 1e3 / (ROUNDS * 10));
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "signals"))
		signals(argv[2], strtoull(argv[3], NULL, 10), strtoull(argv[4], NULL, 10));
	else if (argc == 5 && !strcmp(argv[1], "calls"))
		calls(argv[2], strtoull(argv[3], NULL, 10), strtoull(argv[4], NULL, 10));
	else if (argc == 5 && !strcmp(argv[1], "names"))
		names(argv[2], atoi(argv[3]), atoi(argv[4]));
	else {
		fprintf(stderr, "usage: dbus-bench signals|calls|names ADDRESS COUNT BYTES|RULES\n");
		return 2;
	}
	return 0;
}

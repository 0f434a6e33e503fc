// SPDX-License-Identifier: Apache-2.0
/*
 * Many names and match rules on a bus, and what another client notices of
 * them. One connection owns so many names and has ten times as many rules; the
 * other asks again and again who owns one of the names, or sends signals that
 * all the rules could be about and none is.
 *
 *	names look-up|signal DIRECTORY NAMES
 */
#define _GNU_SOURCE
#include "client.h"

#define DRIVER		"org.freedesktop.DBus"
#define OBJECT		"/org/freedesktop/DBus"
#define OWNED		"org.headway.bench.n%d"
#define RULES_A_NAME	10
#define UNDER_WAY	1000	/* calls whose answers are waited for together */
#define STRIDE		7919	/* prime, so that all names have their turn */
#define MOST_TOGETHER	512	/* signals */
#define SHORT_NS	10000000

static sd_bus *other;
static int names, waiting;

static int on_answer(sd_bus_message *m, void *data, sd_bus_error *error)
{
	const sd_bus_error *refused = sd_bus_message_get_error(m);

	(void)data, (void)error;
	if (refused)
		check(-sd_bus_error_get_errno(refused), refused->name);
	waiting--;
	return 1;
}

static void own(const char *directory)
{
	sd_bus *owner = join(directory);
	char text[128];
	int i;

	for (i = 0; i < names * (1 + RULES_A_NAME); i++) {
		if (i < names) {
			snprintf(text, sizeof(text), OWNED, i);
			check(sd_bus_request_name_async(owner, NULL, text, 0, on_answer, NULL), text);
		} else {
			snprintf(text, sizeof(text), "type='signal',interface='" TICK "',member='Tick',path='/n%d'", i);
			check(sd_bus_call_method_async(owner, NULL, DRIVER, OBJECT, DRIVER, "AddMatch",
						       on_answer, NULL, "s", text), text);
		}
		waiting++;
		while (waiting >= UNDER_WAY)
			turn(owner);
	}
	while (waiting)
		turn(owner);
}

static void ask(int name)
{
	char text[128];

	snprintf(text, sizeof(text), OWNED, name);
	check(sd_bus_call_method(other, DRIVER, OBJECT, DRIVER, "GetNameOwner", NULL, NULL, "s", text), text);
}

static void *look_up(void *unused)
{
	int64_t i;

	(void)unused;
	for (i = 0; !is_stopped(); i++) {
		int64_t begin = now(CLOCK_MONOTONIC);

		ask(i * STRIDE % names);
		took(now(CLOCK_MONOTONIC) - begin);
	}
	return NULL;
}

static void *signal_nobody(void *unused)
{
	int together = 1, i;

	(void)unused;
	while (!is_stopped()) {
		int64_t begin = now(CLOCK_MONOTONIC);

		for (i = 0; i < together; i++)
			check(sd_bus_emit_signal(other, "/nothing", TICK, "Tick", "i", i), "signal");
		/* Its answer comes when the bus is through with them. */
		ask(0);
		atomic_fetch_add(&count, together);
		/* So many that the question is of no account; fewer where a signal takes long. */
		if (together < MOST_TOGETHER && now(CLOCK_MONOTONIC) - begin < SHORT_NS)
			together *= 2;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	names = atoi(argv[3]);
	own(argv[2]);
	other = join(argv[2]);
	ready();
	return serve(!strcmp(argv[1], "look-up") ? look_up : signal_nobody, NULL, 1);
}

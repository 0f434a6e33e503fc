// SPDX-License-Identifier: GPL-2.0-only
/*
 * The same message through dbus-daemon: libdbus sends a method call that wants
 * no reply, with 1 KiB of bytes, to another client, as fast as it goes.
 *
 *	bench-dbus CONFIGURATION ADDRESS
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <dbus/dbus.h>

#include "bench.h"

#define MESSAGES	1000
#define UNSEEN		200
#define SIZE		1024

static pid_t daemon_start(const char *configuration)
{
	pid_t pid = fork();

	expect(pid >= 0, "fork");
	if (!pid) {
		execlp("dbus-daemon", "dbus-daemon", "--config-file", configuration,
		       "--nofork", "--nopidfile", NULL);
		die("dbus-daemon");
	}
	return pid;
}

static DBusConnection *connect_to(const char *address)
{
	DBusConnection *c = NULL;
	DBusError error;
	int tries;

	dbus_error_init(&error);
	for (tries = 0; !c && tries < 30; tries++) {
		dbus_error_free(&error);
		c = dbus_connection_open_private(address, &error);
		if (!c)
			rest();
	}
	if (!c || !dbus_bus_register(c, &error)) {
		fprintf(stderr, "bench: dbus: %s\n", error.message);
		exit(1);
	}
	return c;
}

/* Says its name, then receives. */
static void receiver(const char *address, int out)
{
	char name[64] = "";
	DBusConnection *c;
	DBusMessage *m;
	int got = 0;

	c = connect_to(address);
	snprintf(name, sizeof(name), "%s", dbus_bus_get_unique_name(c));
	expect(write(out, name, sizeof(name)) == sizeof(name), "write");
	while (got < UNSEEN + MESSAGES && dbus_connection_read_write(c, -1)) {
		while ((m = dbus_connection_pop_message(c))) {
			got += dbus_message_get_type(m) == DBUS_MESSAGE_TYPE_METHOD_CALL;
			dbus_message_unref(m);
		}
	}
	_exit(got != UNSEEN + MESSAGES);
}

static void one_send(DBusConnection *c, const char *to)
{
	static char bytes[SIZE];
	const char *from = bytes;
	DBusMessageIter message, array;
	DBusMessage *m = dbus_message_new_method_call(to, "/", "a.b", "M");

	dbus_message_iter_init_append(m, &message);
	dbus_message_iter_open_container(&message, DBUS_TYPE_ARRAY, "y", &array);
	dbus_message_iter_append_fixed_array(&array, DBUS_TYPE_BYTE, &from, SIZE);
	dbus_message_iter_close_container(&message, &array);
	dbus_message_set_no_reply(m, TRUE);
	dbus_message_set_auto_start(m, FALSE);
	expect(dbus_connection_send(c, m, NULL), "dbus_connection_send");
	dbus_connection_flush(c);
	dbus_message_unref(m);
}

int main(int argc, char **argv)
{
	uint64_t start = 0;
	DBusConnection *c;
	char name[64];
	int pipes[2];
	int i, status;
	pid_t pid, daemon;

	if (argc != 3)
		return 2;
	run_until_waiting();
	daemon = daemon_start(argv[1]);
	expect(!pipe(pipes), "pipe");
	pid = fork();
	expect(pid >= 0, "fork");
	if (!pid)
		receiver(argv[2], pipes[1]);
	expect(read(pipes[0], name, sizeof(name)) == sizeof(name), "receiver's name");
	c = connect_to(argv[2]);
	rest();
	for (i = -UNSEEN; i < MESSAGES; i++) {
		if (!i)
			start = now();
		one_send(c, name);
	}
	expect(waitpid(pid, &status, 0) == pid && !status, "receiver");
	count("dbus-stream", now() - start, MESSAGES);
	kill(daemon, SIGTERM);
	return 0;
}

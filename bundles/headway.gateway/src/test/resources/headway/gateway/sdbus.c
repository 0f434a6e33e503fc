// SPDX-License-Identifier: Apache-2.0
/*
 * A service and a client with sd-bus, on the bus whose address is the argument: a method, a property, a signal, a
 * descriptor there and back, credentials, and the end of the service. Says "ok" if all was as it should be.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <systemd/sd-bus.h>

#define EXPECT(what)                                                                      \
	do {                                                                              \
		if (!(what)) {                                                            \
			fprintf(stderr, "%s:%d: %s is not so\n", __func__, __LINE__, #what); \
			exit(1);                                                          \
		}                                                                         \
	} while (0)

static int echo(sd_bus_message *m, void *data, sd_bus_error *error)
{
	const char *text;

	(void)data, (void)error;
	EXPECT(sd_bus_message_read(m, "s", &text) > 0);
	if (!strcmp(text, "fail"))
		return sd_bus_error_set(error, "org.example.Error.Told", "as told");
	if (!strcmp(text, "die"))
		_exit(0);
	EXPECT(sd_bus_emit_signal(sd_bus_message_get_bus(m), "/org/example/Sd", "org.example.Sd", "Echoed", "s", text) >= 0);
	return sd_bus_reply_method_return(m, "s", text);
}

/* Writes into the file it is given, and gives back another one. */
static int scribble(sd_bus_message *m, void *data, sd_bus_error *error)
{
	int theirs, ours = memfd_create("ours", MFD_CLOEXEC), r;

	(void)data, (void)error;
	EXPECT(sd_bus_message_read(m, "h", &theirs) > 0);
	EXPECT(write(theirs, "there", 5) == 5);
	EXPECT(write(ours, "and back", 8) == 8);
	r = sd_bus_reply_method_return(m, "h", ours);
	close(ours);
	return r;
}

static uint32_t answer = 42;

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD("Echo", "s", "s", echo, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Scribble", "h", "h", scribble, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_PROPERTY("Answer", "u", NULL, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_SIGNAL("Echoed", "s", 0),
	SD_BUS_VTABLE_END,
};

static sd_bus *join(const char *address)
{
	sd_bus *bus;

	EXPECT(sd_bus_new(&bus) >= 0);
	EXPECT(sd_bus_set_address(bus, address) >= 0);
	EXPECT(sd_bus_set_bus_client(bus, 1) >= 0);
	EXPECT(sd_bus_negotiate_fds(bus, 1) >= 0);
	EXPECT(sd_bus_start(bus) >= 0);
	return bus;
}

static void serve(const char *address, int ready)
{
	sd_bus *bus = join(address);

	EXPECT(sd_bus_add_object_vtable(bus, NULL, "/org/example/Sd", "org.example.Sd", vtable, &answer) >= 0);
	EXPECT(sd_bus_request_name(bus, "org.example.Sd", 0) >= 0);
	EXPECT(write(ready, "x", 1) == 1);
	for (;;) {
		int r = sd_bus_process(bus, NULL);

		EXPECT(r >= 0);
		if (r == 0)
			EXPECT(sd_bus_wait(bus, UINT64_MAX) >= 0);
	}
}

static int heard, gone;

static int on_echoed(sd_bus_message *m, void *data, sd_bus_error *error)
{
	(void)m, (void)data, (void)error;
	heard++;
	return 0;
}

static int on_owner(sd_bus_message *m, void *data, sd_bus_error *error)
{
	const char *name, *before, *now;

	(void)data, (void)error;
	EXPECT(sd_bus_message_read(m, "sss", &name, &before, &now) > 0);
	gone += !*now;
	return 0;
}

int main(int argc, char **argv)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *reply = NULL;
	sd_bus_creds *creds = NULL;
	char bytes[16] = "", *big;
	uint32_t number;
	const char *text;
	int ready[2], fd, back;
	sd_bus *bus;
	pid_t service, pid;
	char c;

	EXPECT(argc == 2 && pipe(ready) == 0);
	service = fork();
	if (service == 0)
		serve(argv[1], ready[1]);
	EXPECT(read(ready[0], &c, 1) == 1);
	bus = join(argv[1]);
	EXPECT(sd_bus_can_send(bus, 'h') > 0);
	EXPECT(sd_bus_match_signal(bus, NULL, "org.example.Sd", "/org/example/Sd", "org.example.Sd", "Echoed", on_echoed, NULL) >= 0);
	EXPECT(sd_bus_match_signal(bus, NULL, "org.freedesktop.DBus", NULL, "org.freedesktop.DBus", "NameOwnerChanged", on_owner,
				   NULL) >= 0);

	EXPECT(sd_bus_call_method(bus, "org.example.Sd", "/org/example/Sd", "org.example.Sd", "Echo", &error, &reply, "s", "hi") >= 0);
	EXPECT(sd_bus_message_read(reply, "s", &text) > 0 && !strcmp(text, "hi"));
	sd_bus_message_unref(reply);

	/* Longer than any buffer on the way. */
	big = malloc(3000001);
	memset(big, 'x', 3000000);
	big[3000000] = 0;
	EXPECT(sd_bus_call_method(bus, "org.example.Sd", "/org/example/Sd", "org.example.Sd", "Echo", &error, &reply, "s", big) >= 0);
	EXPECT(sd_bus_message_read(reply, "s", &text) > 0 && !strcmp(text, big));
	sd_bus_message_unref(reply);

	EXPECT(sd_bus_call_method(bus, "org.example.Sd", "/org/example/Sd", "org.example.Sd", "Echo", &error, NULL, "s", "fail") < 0);
	EXPECT(sd_bus_error_has_name(&error, "org.example.Error.Told"));
	sd_bus_error_free(&error);
	EXPECT(sd_bus_get_property_trivial(bus, "org.example.Sd", "/org/example/Sd", "org.example.Sd", "Answer", &error, 'u',
					   &number) >= 0 && number == 42);

	fd = memfd_create("theirs", MFD_CLOEXEC);
	EXPECT(sd_bus_call_method(bus, "org.example.Sd", "/org/example/Sd", "org.example.Sd", "Scribble", &error, &reply, "h", fd) >= 0);
	EXPECT(pread(fd, bytes, sizeof(bytes), 0) == 5 && !memcmp(bytes, "there", 5));
	EXPECT(sd_bus_message_read(reply, "h", &back) > 0);
	EXPECT(pread(back, bytes, sizeof(bytes), 0) == 8 && !memcmp(bytes, "and back", 8));
	sd_bus_message_unref(reply);

	EXPECT(sd_bus_get_name_creds(bus, "org.example.Sd", SD_BUS_CREDS_PID | SD_BUS_CREDS_EUID | SD_BUS_CREDS_UNIQUE_NAME,
				     &creds) >= 0);
	EXPECT(sd_bus_creds_get_pid(creds, &pid) >= 0 && pid == service);

	/* It dies with a call unanswered. */
	EXPECT(sd_bus_call_method(bus, "org.example.Sd", "/org/example/Sd", "org.example.Sd", "Echo", &error, NULL, "s", "die") < 0);
	EXPECT(sd_bus_error_has_name(&error, "org.freedesktop.DBus.Error.NoReply"));
	while (heard < 2 || gone < 2)
		if (sd_bus_process(bus, NULL) == 0)
			EXPECT(sd_bus_wait(bus, 10000000) > 0);
	waitpid(service, NULL, 0);
	puts("ok");
	return 0;
}

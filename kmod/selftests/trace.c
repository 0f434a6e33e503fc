// SPDX-License-Identifier: GPL-2.0-only
/* The tracepoints afbus:* show the way of each message. */
#include "bus_test.h"

#include <linux/filter.h>

#define TRACING	"/sys/kernel/tracing/"
#define BUS	"trace"

static int write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_TRUNC);
	int err = fd < 0 || write(fd, text, strlen(text)) < 0;

	if (fd >= 0)
		close(fd);
	return err;
}

static char text[65536];

static void read_trace(void)
{
	int fd = open(TRACING "trace", O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t got;

	must(fd >= 0);
	while (len < sizeof(text) - 1 && (got = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += got;
	text[len] = 0;
	close(fd);
	must(!write_to(TRACING "trace", ""));
}

/* How many lines have it. */
static unsigned int __attribute__((format(printf, 1, 2))) lines(const char *format, ...)
{
	char want[256];
	unsigned int n = 0;
	const char *s;
	va_list args;

	va_start(args, format);
	vsnprintf(want, sizeof(want), format, args);
	va_end(args);
	for (s = text; (s = strstr(s, want)); s++)
		n++;
	if (!n)
		printf("# no line has: %s\n", want);
	return n;
}

int main(void)
{
	struct sock_filter nothing[] = { { BPF_RET | BPF_K, 0, 0, 0 } };
	struct sock_fprog filter = { ARRAY_SIZE(nothing), nothing };
	int fd, to, full, deaf;
	struct received r;

	need_root();
	tap_begin();
	close(open_socket());
	if (write_to(TRACING "events/afbus/enable", "1"))
		skip_all("no events/afbus in " TRACING);
	fd = open_witness(BUS, 0);
	to = open_witness(BUS, 0);
	full = open_bus(BUS);
	deaf = open_bus(BUS);
	must(!set_u32(full, BUS_QUEUE, 1) && send_to(full, addr_of(full), "x") == 1);
	must(!setsockopt(deaf, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)));
	must(!join(to, GROUP(1)) && !join(full, GROUP(1)) && !join(deaf, GROUP(1)));
	read_trace();

	must(send_to(fd, addr_of(to), "hello") == 5);
	read_trace();
	must(take(to, 0, &r) == 5);
	ok(lines("afbus_send: bus=%s from=%llx dest=%llx order=%llu dests=1 policy=wait length=5\n",
		 BUS, addr_of(fd), addr_of(to), r.meta.order) == 1, "a send is one line");
	ok(lines("afbus_deliver: bus=%s from=%llx dest=%llx to=%llx order=%llu length=5\n",
		 BUS, addr_of(fd), addr_of(to), addr_of(to), r.meta.order) == 1,
	   "and so is its delivery, with the same stamp");
	ok(strstr(text, "afbus_send") < strstr(text, "afbus_deliver"), "in that order");

	must(send_policy(fd, GROUP(1), BUS_SKIP, "group") == 5);
	read_trace();
	must(take(to, 0, &r) == 5);
	ok(lines("afbus_send: bus=%s from=%llx dest=%llx order=%llu dests=1 policy=skip length=5\n",
		 BUS, addr_of(fd), GROUP(1), r.meta.order) == 1, "a send to a group is one line");
	ok(lines("afbus_deliver: bus=%s from=%llx dest=%llx to=%llx order=%llu length=5\n",
		 BUS, addr_of(fd), GROUP(1), addr_of(to), r.meta.order) == 1 &&
	   lines("afbus_deliver") == 1, "who had room got it");
	ok(lines("afbus_drop: bus=%s from=%llx dest=%llx to=%llx order=%llu length=5 reason=full\n",
		 BUS, addr_of(fd), GROUP(1), addr_of(full), r.meta.order) == 1,
	   "who had none did not");
	ok(lines("afbus_drop: bus=%s from=%llx dest=%llx to=%llx order=%llu length=5 reason=filter\n",
		 BUS, addr_of(fd), GROUP(1), addr_of(deaf), r.meta.order) == 1,
	   "nor whose filter left nothing");

	must(!set_u32(full, BUS_EVENTS, 1 << BUS_EVENT_ENTER));
	close(open_bus(BUS));
	read_trace();
	ok(lines("afbus_drop: bus=%s from=0 ", BUS) == 1 &&
	   lines("length=%zu reason=event\n", sizeof(struct bus_event)) == 1,
	   "an event without room is a drop, too");

	must(send_policy(fd, addr_of(full), BUS_FAIL, "no") < 0);
	read_trace();
	ok(!strstr(text, "afbus_"), "what was not sent is not traced");
	must(!write_to(TRACING "events/afbus/enable", "0"));
	must(send_to(fd, addr_of(to), "hello") == 5);
	read_trace();
	ok(!strstr(text, "afbus_"), "nor is anything when it is off");
	return tap_end();
}

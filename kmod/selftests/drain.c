// SPDX-License-Identifier: GPL-2.0-only
/* Draining makes every socket hang up, and then the module can be unloaded. */
#include "bus_test.h"

#include "../tools/genl.h"
#include <linux/afbus_netlink.h>

#define BUS	"drain"

static void see_draining(void *arg, __u8 cmd, const struct nlattr *attrs, size_t len)
{
	const struct nlattr *table[AFBUS_A_FAMILY_MAX + 1];

	(void)cmd;
	genl_parse(table, AFBUS_A_FAMILY_MAX, attrs, len);
	*(bool *)arg = table[AFBUS_A_FAMILY_DRAINING];
}

static bool is_draining(struct genl *g)
{
	struct genl_request r;
	bool draining = false;

	genl_begin(&r, AFBUS_CMD_FAMILY_GET, 0);
	must(!genl_call(g, &r, see_draining, &draining));
	return draining;
}

/* Each waits in another way, and in another network namespace. */

static int waits_to_receive(void *arg)
{
	char c;
	int fd;

	(void)arg;
	expect(!unshare(CLONE_NEWNET));
	fd = open_bus(BUS);
	expect(recv(fd, &c, 1, 0) < 0 && errno == ESHUTDOWN);
	expect(events_of(fd) & POLLHUP && events_of(fd) & POLLERR);
	return 0;
}

static int waits_to_send(void *arg)
{
	int fd = open_bus(BUS), full = open_bus(BUS);
	struct message m = { .to = addr_of(full), .text = "x", .waits = true };

	(void)arg;
	expect(!set_u32(full, BUS_QUEUE, 1) && send_to(fd, m.to, "x") == 1);
	expect(send_message(fd, &m) < 0 && errno == ESHUTDOWN);
	return 0;
}

static int waits_in_poll(void *arg)
{
	struct pollfd p = { .fd = open_bus(BUS), .events = POLLIN };

	(void)arg;
	expect(poll(&p, 1, -1) == 1 && (p.revents & (POLLHUP | POLLERR)) == (POLLHUP | POLLERR));
	return 0;
}

static int (*const waiter[])(void *arg) = {
	waits_to_receive, waits_to_send, waits_in_poll,
};

int main(void)
{
	const char *module = getenv("AFBUS_KO");
	pid_t pid[ARRAY_SIZE(waiter)];
	struct genl_request r;
	unsigned int i;
	struct genl g;
	int fd, family = bus_family();

	need_root();
	tap_begin();
	if (!module)
		skip_all("AFBUS_KO does not say where the module is, to load it again");
	fd = open_socket();
	must(!genl_open(&g, AFBUS_FAMILY_NAME));
	ok(!is_draining(&g), "the family is not draining");
	for (i = 0; i < ARRAY_SIZE(waiter); i++)
		pid[i] = spawn(waiter[i], NULL);
	for (i = 0; i < ARRAY_SIZE(waiter); i++)
		must(falls_asleep(pid[i]));
	is_errno(syscall(SYS_delete_module, "afbus", O_NONBLOCK), EAGAIN,
		 "the module stays while there are sockets");

	genl_begin(&r, AFBUS_CMD_DRAIN, 0);
	ok(!genl_call(&g, &r, NULL, NULL), "it can be drained");
	ok(is_draining(&g), "and tells so");
	ok(!reap(pid[0]), "who waits to receive, elsewhere, is woken");
	ok(!reap(pid[1]), "who waits to send is woken");
	ok(!reap(pid[2]), "who polls is woken");
	is_errno(try_bind(fd, BUS, 0), ESHUTDOWN, "nobody binds any more");
	is_errno(try_socket(), ESHUTDOWN, "there are no new sockets");
	ok(!genl_call(&g, &r, NULL, NULL), "draining twice is no error");
	genl_close(&g);
	close(fd);
	ok(unload_module(), "the module can be unloaded");
	is_errno(try_socket(), EAFNOSUPPORT, "the family is gone");
	ok(genl_open(&g, AFBUS_FAMILY_NAME) == -ENOENT, "and so is its netlink family");
	ok(!load_module(module, family), "it can be loaded again");
	fd = open_bus(BUS);
	ok(send_to(fd, addr_of(fd), "x") == 1 && took(fd, "x"), "and works");
	close(fd);
	return tap_end();
}

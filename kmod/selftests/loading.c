// SPDX-License-Identifier: GPL-2.0-only
/* The module takes the vacant family number that it is told, and no other's. */
#include "bus_test.h"

#define BUS	"loading"

/* Another vacant number. */
enum { OTHER = 18 };

static int family_of_module(void)
{
	FILE *f = fopen("/sys/module/afbus/parameters/family", "r");
	int family = -1;

	if (f) {
		if (fscanf(f, "%d", &family) != 1)
			family = -1;
		fclose(f);
	}
	return family;
}

int main(void)
{
	static const struct {
		int		family, error;
		const char	*what;
	} wrong[] = {
		{ AF_NETLINK, EEXIST, "netlink's number is taken" },
		{ AF_UNIX, EEXIST, "and so is that of AF_UNIX" },
		{ 0, EINVAL, "0 is no family" },
		{ -1, EINVAL, "nor is -1" },
		{ 1000, EINVAL, "nor a number beyond all families" },
	};
	const char *module = getenv("AFBUS_KO");
	int fd, family;
	unsigned int i;

	tap_begin();
	need_root();
	if (!module)
		skip_all("AFBUS_KO does not say where the module is, to load it again");
	family = bus_family();
	fd = open_bus(BUS);
	is_errno(syscall(SYS_delete_module, "afbus", O_NONBLOCK), EAGAIN,
		 "a module with sockets stays");
	close(fd);
	ok(unload_module(), "an idle one goes");
	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		is_errno(load_module(module, wrong[i].family), wrong[i].error,
			 "%s", wrong[i].what);
	is_errno(try_socket(), EAFNOSUPPORT, "nothing remains of what failed");
	ok(!load_module(module, OTHER) && family_of_module() == OTHER,
	   "another vacant number can be taken");
	is_errno(try_socket(), EAFNOSUPPORT, "then the usual one is none");
	fd = socket(OTHER, SOCK_SEQPACKET, 0);
	ok(fd >= 0, "and that one is");
	close(fd);
	ok(unload_module() && !load_module(module, family),
	   "the module is loaded as it was");
	fd = open_bus(BUS);
	ok(send_to(fd, addr_of(fd), "x") == 1 && took(fd, "x"), "and works");
	close(fd);
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0-only
/* The master keeps a directory of names, which every member can read. */
#include "bus_test.h"

#define BUS	"names"

static int set_name(int fd, const char *name, __u64 addr)
{
	struct bus_name n = { .addr = addr };

	strncpy(n.name, name, sizeof(n.name) - 1);
	return setsockopt(fd, SOL_BUS, BUS_NAME, &n, sizeof(n));
}

/* The address, or 0 and errno. */
static __u64 lookup(int fd, const char *name)
{
	struct bus_name n = { .addr = 0 };
	socklen_t len = sizeof(n);

	strncpy(n.name, name, sizeof(n.name) - 1);
	return getsockopt(fd, SOL_BUS, BUS_NAME, &n, &len) ? 0 : n.addr;
}

#define unknown(fd, name) (!lookup(fd, name) && errno == ENOENT)

static void directory(void)
{
	int m = open_bus(BUS), a = open_bus(BUS), b = open_bus(BUS);
	char longest[BUS_WELL_KNOWN_MAX];

	memset(longest, 'n', sizeof(longest));
	longest[sizeof(longest) - 1] = 0;
	is_errno(set_name(m, "org.example.A", addr_of(a)), EPERM,
		 "without a master nobody sets a name");
	must(!set_u32(m, BUS_MASTER, 1));
	ok(unknown(a, "org.example.A"), "a name nobody set is unknown");
	ok(!set_name(m, "org.example.A", addr_of(a)), "the master sets a name");
	ok(lookup(a, "org.example.A") == addr_of(a) &&
	   lookup(b, "org.example.A") == addr_of(a), "every member reads it");
	is_errno(set_name(a, "org.example.B", addr_of(a)), EPERM,
		 "nobody else sets one");
	is_errno(set_name(a, "org.example.A", 0), EPERM, "nor removes it");
	ok(!set_name(m, "org.example.A", addr_of(b)) &&
	   lookup(a, "org.example.A") == addr_of(b),
	   "a name can be given to another");
	is_errno(set_name(m, "org.example.A", 12345), EHOSTUNREACH,
		 "but not to nobody");
	ok(lookup(a, "org.example.A") == addr_of(b), "it stays where it was");
	ok(!set_name(m, longest, addr_of(a)) && lookup(b, longest) == addr_of(a),
	   "a name may be BUS_WELL_KNOWN_MAX with its end");
	ok(!set_name(m, "org.example.A", 0) && unknown(a, "org.example.A"),
	   "a name can be removed");
	is_errno(set_name(m, "org.example.A", 0), ENOENT, "once");
	is_errno(set_name(m, "", addr_of(a)), EINVAL, "an empty name is none");
	is_errno(set_name(m, "group", GROUP(1)), EHOSTUNREACH,
		 "a group has no name");
	close(m);
	close(a);
	close(b);
}

static void ends(void)
{
	int m = open_bus(BUS), a = open_bus(BUS), b = open_bus(BUS);

	must(!set_u32(m, BUS_MASTER, 1));
	must(!set_name(m, "a1", addr_of(a)) && !set_name(m, "a2", addr_of(a)) &&
	     !set_name(m, "b", addr_of(b)) && !set_name(m, "m", addr_of(m)));
	close(a);
	ok(unknown(b, "a1") && unknown(b, "a2"), "names go with their member");
	ok(lookup(b, "b") == addr_of(b) && lookup(b, "m") == addr_of(m),
	   "the others stay");
	must(!set_u32(m, BUS_MASTER, 0));
	ok(unknown(b, "b") && unknown(b, "m"), "all go when the master releases");
	must(!set_u32(m, BUS_MASTER, 1) && !set_name(m, "b", addr_of(b)));
	close(m);
	ok(unknown(b, "b"), "and when it is gone");
	close(b);
}

static void many(void)
{
	unsigned int i, n = scaled(200), bad = 0;
	int m = open_bus(BUS), a = open_bus(BUS);
	char name[32];

	must(!set_u32(m, BUS_MASTER, 1));
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "org.example.N%u", i);
		bad += set_name(m, name, i % 2 ? addr_of(a) : addr_of(m));
	}
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "org.example.N%u", i);
		bad += lookup(a, name) != (i % 2 ? addr_of(a) : addr_of(m));
	}
	ok(!bad, "a directory can have %u names", n);
	close(m);
	close(a);
}

static void separate(void)
{
	int m = open_bus(BUS), other = open_bus(BUS "-other");
	int unbound = open_socket();

	must(!set_u32(m, BUS_MASTER, 1) && !set_u32(other, BUS_MASTER, 1));
	must(!set_name(m, "n", addr_of(m)));
	ok(unknown(other, "n"), "another bus has another directory");
	is_errno(set_name(m, "n", addr_of(other)), EHOSTUNREACH,
		 "and other members");
	ok(!lookup(unbound, "n") && errno == ENOTCONN, "only members read it");
	is_errno(set_name(unbound, "n", 0), ENOTCONN, "or write it");
	close(m);
	close(other);
	close(unbound);
}

int main(void)
{
	tap_begin();
	directory();
	ends();
	many();
	separate();
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0-only
/* One member at a time is the master; the kernel frees the place when it dies. */
#include "bus_test.h"

#define BUS	"master"

static int dies_as_master(void *arg)
{
	int fd = open_bus(BUS);

	(void)arg;
	expect(!set_u32(fd, BUS_MASTER, 1));
	raise(SIGKILL);
	return 1;
}

static int claims_as_other(void *arg)
{
	int fd;

	(void)arg;
	expect(!become(1000, 1000));
	fd = open_bus(BUS "-other");
	expect(set_u32(fd, BUS_MASTER, 1) < 0 && errno == EPERM);
	expect(set_u32(fd, BUS_MASTER, 0) < 0 && errno == EPERM);
	return 0;
}

static int owns_and_claims(void *arg)
{
	int fd = open_socket();

	(void)arg;
	expect(!become(1000, 1000));
	expect(!try_bind(fd, BUS "-own", BUS_CREATE));
	expect(!set_u32(fd, BUS_MASTER, 1));
	return 0;
}

static __u32 is_master(int fd)
{
	__u32 value = 7;
	socklen_t len = sizeof(value);

	must(!getsockopt(fd, SOL_BUS, BUS_MASTER, &value, &len));
	return value;
}

int main(void)
{
	int a, b, c;
	struct received r;

	tap_begin();
	need_root();
	a = open_witness(BUS, 0);
	b = open_bus(BUS);
	is_errno(send_to(b, BUS_ADDR_MASTER, "x"), EHOSTUNREACH,
		 "without a master nobody has its address");
	is_errno(set_u32(a, BUS_MASTER, 0), EPERM,
		 "who is not the master cannot release");
	ok(!set_u32(a, BUS_MASTER, 1), "the owner of a bus can be its master");
	ok(send_to(b, BUS_ADDR_MASTER, "m") == 1 &&
	   take(a, MSG_DONTWAIT, &r) == 1 && r.meta.dest == BUS_ADDR_MASTER,
	   "the master gets what is sent to the master's address");
	ok(stats_of(a).master == addr_of(a) && stats_of(b).master == addr_of(a),
	   "everybody can ask who it is");
	ok(is_master(a) == 1 && is_master(b) == 0, "and whether it is itself");
	is_errno(set_u32(b, BUS_MASTER, 1), EBUSY, "there is one at a time");
	is_errno(set_u32(b, BUS_MASTER, 0), EPERM, "nobody else can release it");
	ok(set_u32(a, BUS_MASTER, 1) == -1 && errno == EALREADY && is_master(a),
	   "it is claimed once");
	is_errno(set_u32(a, BUS_MASTER, 2), EINVAL,
		 "it is claimed or released, nothing else");
	ok(!set_u32(a, BUS_MASTER, 0) && stats_of(b).master == 0,
	   "the master can release it");
	ok(!set_u32(b, BUS_MASTER, 1), "and then another can be it");
	close(b);
	is_errno(send_to(a, BUS_ADDR_MASTER, "x"), EHOSTUNREACH,
		 "a master that closes is none");
	ok(in_child(dies_as_master, NULL) == 128 + SIGKILL &&
	   !set_u32(a, BUS_MASTER, 1), "when it dies its place is free");
	ok(send_to(a, BUS_ADDR_MASTER, "self") == 4 && took(a, "self"),
	   "a master can send to itself");
	b = open_socket();
	is_errno(set_u32(b, BUS_MASTER, 1), ENOTCONN, "only a member claims");

	c = open_socket();
	must(!set_perm(c, 0666, ~0, ~0) && !try_bind(c, BUS "-other", 0));
	ok(!in_child(claims_as_other, NULL),
	   "another than the bus's owner cannot claim");
	ok(!in_child(owns_and_claims, NULL), "an owner needs no privilege");
	close(a);
	close(b);
	close(c);
	return tap_end();
}

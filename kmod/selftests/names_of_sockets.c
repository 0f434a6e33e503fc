// SPDX-License-Identifier: GPL-2.0-only
/* getsockname() tells bus and address, getpeername() where sends go. */
#include "bus_test.h"

static int name_of(int fd, struct sockaddr_bus *sa, socklen_t *len)
{
	memset(sa, 0x77, sizeof(*sa));
	return getsockname(fd, (struct sockaddr *)sa, len);
}

static int peer_of(int fd, struct sockaddr_bus *sa, socklen_t *len)
{
	memset(sa, 0x77, sizeof(*sa));
	return getpeername(fd, (struct sockaddr *)sa, len);
}

static int option(int fd, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	must(!getsockopt(fd, SOL_SOCKET, name, &value, &len));
	return value;
}

static int accepts(int fd)
{
	return accept(fd, NULL, NULL);
}

int main(void)
{
	struct sockaddr_bus sa, want;
	int a, b, unbound, sv[2];
	socklen_t len;

	tap_begin();
	a = open_bus("Names_of.sockets-1");
	b = open_bus("Names_of.sockets-1");
	unbound = open_socket();
	len = sizeof(sa);
	ok(!name_of(a, &sa, &len) && len == sizeof(sa),
	   "getsockname() gives the whole address");
	want = bus_named("Names_of.sockets-1", 0);
	want.sbus_addr = sa.sbus_addr;
	ok(!memcmp(&sa, &want, sizeof(sa)) && sa.sbus_addr,
	   "family, address, name of the bus, and zeros between");
	ok(addr_of(a) != addr_of(b), "each member has its own");
	len = 6;
	ok(!name_of(a, &sa, &len) && len == sizeof(sa) &&
	   sa.sbus_family == bus_family() && (sa.sbus_flags >> 16) == 0x7777,
	   "a short buffer is filled and told the length it needs");
	len = sizeof(sa);
	ok(!name_of(unbound, &sa, &len) && sa.sbus_family == bus_family() &&
	   !sa.sbus_addr && !sa.sbus_name[0],
	   "an unbound socket has a family and no address");

	len = sizeof(sa);
	is_errno(peer_of(a, &sa, &len), ENOTCONN, "without connect() no peer");
	is_errno(peer_of(unbound, &sa, &len), ENOTCONN, "nor before bind()");
	must(!try_connect(a, addr_of(b)));
	len = sizeof(sa);
	ok(!peer_of(a, &sa, &len) && len == BUS_SOCKADDR_SHORT &&
	   sa.sbus_family == bus_family() && sa.sbus_addr == addr_of(b) &&
	   !sa.sbus_flags && !sa.sbus_reserved,
	   "getpeername() tells whom it is connected to");
	must(!try_connect(a, GROUP(3)));
	len = sizeof(sa);
	ok(!peer_of(a, &sa, &len) && sa.sbus_addr == GROUP(3), "also a group");

	ok(option(a, SO_DOMAIN) == bus_family(), "SO_DOMAIN is the family");
	ok(option(a, SO_TYPE) == SOCK_SEQPACKET, "SO_TYPE is SOCK_SEQPACKET");
	ok(option(a, SO_PROTOCOL) == 0, "SO_PROTOCOL is 0");
	ok(option(a, SO_ACCEPTCONN) == 0, "it does not accept connections");
	is_errno(listen(a, 1), EOPNOTSUPP, "it cannot listen");
	is_errno(accepts(a), EOPNOTSUPP, "nor accept");
	is_errno(socketpair(bus_family(), SOCK_SEQPACKET, 0, sv), EOPNOTSUPP,
		 "nor be born in pairs");
	close(a);
	close(b);
	close(unbound);
	return tap_end();
}

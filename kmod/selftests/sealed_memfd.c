// SPDX-License-Identifier: GPL-2.0-only
/* What is large goes as a sealed memfd: mapped by all its receivers, never copied. */
#include "bus_test.h"

#define G	GROUP(1)
#define SEALS	(F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

enum { SIZE = 1 << 20 };

static int sealed(void)
{
	int fd = memfd_create("payload", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	unsigned char *p;

	if (fd < 0)
		skip_all("no memfd_create() in this kernel");
	must(!ftruncate(fd, SIZE));
	p = mmap(NULL, SIZE, PROT_WRITE, MAP_SHARED, fd, 0);
	must(p != MAP_FAILED);
	memset(p, 0x5a, SIZE);
	munmap(p, SIZE);
	must(!fcntl(fd, F_ADD_SEALS, SEALS));
	return fd;
}

static bool whole(int fd)
{
	const unsigned char *p = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0);
	bool good = p != MAP_FAILED && p[0] == 0x5a && p[SIZE / 2] == 0x5a &&
		    p[SIZE - 1] == 0x5a;

	if (p != MAP_FAILED)
		munmap((void *)p, SIZE);
	return good;
}

int main(void)
{
	int a, b, c, fd;
	struct message m = { .to = G, .text = "1 MiB", .fds = &fd, .fd_count = 1 };
	struct received r;

	tap_begin();
	a = open_bus("sealed-memfd");
	b = open_witness("sealed-memfd", 0);
	c = open_bus("sealed-memfd");
	must(!join(b, G) && !join(c, G));
	fd = sealed();
	ok(send_message(a, &m) == 5, "a sealed memfd is sent to a group");
	close(fd);
	ok(take(b, MSG_DONTWAIT, &r) == 5 && r.fd_count == 1 && whole(r.fds[0]),
	   "a receiver maps it");
	ok(!(r.meta.flags & BUS_META_MEMFD),
	   "it is a descriptor besides the payload, not the payload");
	ok(fcntl(r.fds[0], F_GET_SEALS) == SEALS,
	   "and sees by its seals that nobody can change it");
	close(r.fds[0]);
	ok(take(c, MSG_DONTWAIT, &r) == 5 && r.fd_count == 1 && whole(r.fds[0]),
	   "each receiver of the group does");
	is_errno(ftruncate(r.fds[0], 0), EPERM, "none of them can take it away");
	close(r.fds[0]);
	close(a);
	close(b);
	close(c);
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * A 32-bit program has the same structures and the same bus.
 *
 * The 32-bit system calls are made from this 64-bit program by int 0x80, with
 * all that they point to below 4 GiB: no 32-bit library is needed to build it.
 */
#include "bus_test.h"

#ifndef __x86_64__

int main(void)
{
	tap_begin();
	skip_all("32-bit system calls are tried on x86-64 only");
}

#else

/* Numbers of arch/x86/entry/syscalls/syscall_32.tbl. */
enum {
	SYS32_IOCTL = 54, SYS32_SOCKET = 359, SYS32_BIND = 361,
	SYS32_CONNECT = 362, SYS32_GETSOCKOPT = 365, SYS32_SETSOCKOPT = 366,
	SYS32_GETSOCKNAME = 367, SYS32_SENDMSG = 370, SYS32_RECVMSG = 372,
	SYS32_GETPID = 20,
};

typedef __u32 pointer;

struct iovec32 {
	pointer	base;
	__u32	len;
};

struct msghdr32 {
	pointer	name;
	__s32	namelen;
	pointer	iov;
	__u32	iovlen;
	pointer	control;
	__u32	controllen;
	__u32	flags;
};

struct cmsghdr32 {
	__u32	len;
	__s32	level;
	__s32	type;
	char	data[];
};

/* Everything that a 32-bit call may be shown. */
static struct low {
	struct msghdr32	msg;
	struct iovec32	iov;
	struct sockaddr_bus sa;
	__u32		len;
	struct bus_turn	turn;
	union {
		__u32		word;
		__u64		group;
		struct bus_perm	perm;
		struct bus_name	name;
		struct bus_ring	ring;
		struct bus_stats stats;
	} option;
	char		text[64];
	char		control[256] __attribute__((aligned(4)));
} *low;

static pointer low_pointer(const void *p)
{
	must((unsigned long)p >> 32 == 0);
	return (pointer)(unsigned long)p;
}

static int call32(int number, __u32 a, __u32 b, __u32 c, __u32 d, __u32 e)
{
	int result;

	__asm__ volatile("int $0x80"
			 : "=a" (result)
			 : "a" (number), "b" (a), "c" (b), "d" (c), "S" (d),
			   "D" (e)
			 : "memory", "cc", "r8", "r9", "r10", "r11");
	if (result < 0 && result > -4096) {
		errno = -result;
		return -1;
	}
	return result;
}

static int has_calls(void *arg)
{
	(void)arg;
	return call32(SYS32_GETPID, 0, 0, 0, 0, 0) == getpid() ? 0 : 1;
}

static int set_option(int fd, int option, __u32 size)
{
	return call32(SYS32_SETSOCKOPT, fd, SOL_BUS, option,
		      low_pointer(&low->option), size);
}

static int get_option(int fd, int option, __u32 size)
{
	low->len = size;
	return call32(SYS32_GETSOCKOPT, fd, SOL_BUS, option,
		      low_pointer(&low->option), low_pointer(&low->len));
}

static void prepare(const char *text, __u64 to, __u32 controllen)
{
	low->sa = bus_addr(to, 0);
	strcpy(low->text, text);
	low->iov = (struct iovec32){ low_pointer(low->text), strlen(text) };
	low->msg = (struct msghdr32){
		.name = to ? low_pointer(&low->sa) : 0,
		.namelen = to ? BUS_SOCKADDR_SHORT : 0,
		.iov = low_pointer(&low->iov), .iovlen = 1,
		.control = low_pointer(low->control), .controllen = controllen,
	};
}

static struct cmsghdr32 *control(__u32 level, __u32 type, const void *data,
				 __u32 size)
{
	struct cmsghdr32 *cmsg = (void *)low->control;

	cmsg->len = sizeof(*cmsg) + size;
	cmsg->level = level;
	cmsg->type = type;
	memcpy(cmsg->data, data, size);
	return cmsg;
}

static int receive32(int fd)
{
	memset(low->text, 0, sizeof(low->text));
	memset(low->control, 0, sizeof(low->control));
	low->iov = (struct iovec32){ low_pointer(low->text), sizeof(low->text) };
	low->msg = (struct msghdr32){
		.name = low_pointer(&low->sa), .namelen = sizeof(low->sa),
		.iov = low_pointer(&low->iov), .iovlen = 1,
		.control = low_pointer(low->control),
		.controllen = sizeof(low->control),
	};
	return call32(SYS32_RECVMSG, fd, low_pointer(&low->msg), MSG_DONTWAIT,
		      0, 0);
}

static int send32(int fd)
{
	return call32(SYS32_SENDMSG, fd, low_pointer(&low->msg), MSG_DONTWAIT,
		      0, 0);
}

static void options(int a)
{
	low->option.group = GROUP(5);
	ok(!set_option(a, BUS_JOIN, 8) && set_option(a, BUS_JOIN, 8) < 0 &&
	   errno == EALREADY, "a group is joined by all of its 64 bits");
	low->option.word = 1;
	ok(!set_option(a, BUS_MASTER, 4) && !set_option(a, BUS_META, 4),
	   "32-bit options are the same");
	memset(&low->option.name, 0, sizeof(low->option.name));
	low->option.name.addr = addr_of(a);
	strcpy(low->option.name.name, "org.example.A");
	ok(!set_option(a, BUS_NAME, sizeof(low->option.name)),
	   "a name is set");
	low->option.name.addr = 0;
	ok(!get_option(a, BUS_NAME, sizeof(low->option.name)) &&
	   low->option.name.addr == addr_of(a), "and read");
	ok(!get_option(a, BUS_STATS, sizeof(low->option.stats)) &&
	   low->option.stats.addr == addr_of(a) &&
	   low->option.stats.master == addr_of(a), "statistics are the same");
	is_errno(set_option(a, BUS_JOIN, 4), EINVAL,
		 "a group of 32 bits is refused");
}

static void messages(int a, int b)
{
	struct cmsghdr32 *cmsg = (void *)low->control;
	__u64 list[] = { GROUP(5), addr_of(b) };
	struct bus_meta meta;
	int fd, null;

	prepare("from 32", addr_of(b), 0);
	ok(send32(a) == 7 && took(b, "from 32"), "a 32-bit send arrives");
	must(send_to(b, addr_of(a), "to 32") == 5);
	ok(receive32(a) == 5 && !strcmp(low->text, "to 32") &&
	   low->msg.namelen == BUS_SOCKADDR_SHORT &&
	   low->sa.sbus_addr == addr_of(b), "a 32-bit receive gets it");
	memcpy(&meta, cmsg->data, sizeof(meta));
	ok(cmsg->len == sizeof(*cmsg) + sizeof(meta) &&
	   cmsg->level == SOL_BUS && cmsg->type == BUS_CMSG_META &&
	   meta.order && meta.dest == addr_of(a) && meta.size == 5 &&
	   meta.pid == (__u32)getpid(), "with the same struct bus_meta");

	prepare("list", 0, sizeof(*cmsg) + sizeof(list));
	control(SOL_BUS, BUS_CMSG_DESTS, list, sizeof(list));
	ok(send32(a) == 4 && took(b, "list"), "a list of destinations is read");

	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	must(null >= 0);
	prepare("fd", addr_of(a), sizeof(*cmsg) + sizeof(null));
	control(SOL_SOCKET, SCM_RIGHTS, &null, sizeof(null));
	ok(send32(b) == 2 && receive32(a) == 2, "a descriptor is passed");
	cmsg = (void *)(low->control + sizeof(*cmsg) + sizeof(meta));
	memcpy(&fd, cmsg->data, sizeof(fd));
	ok(cmsg->level == SOL_SOCKET && cmsg->type == SCM_RIGHTS &&
	   cmsg->len == sizeof(*cmsg) + sizeof(fd) && !close(fd),
	   "and opened");
	close(null);
}

static void ring(int b)
{
	int r = open_bus("compat32");

	low->option.ring = (struct bus_ring){ .slots = 4, .slot_size = 1024 };
	ok(!set_option(r, BUS_RING, sizeof(low->option.ring)), "a ring is set");
	must(send_to(b, addr_of(r), "ring") == 4);
	low->turn = (struct bus_turn){ .done = 0 };
	ok(!call32(SYS32_IOCTL, r, SIOCBUSTURN, low_pointer(&low->turn), 0, 0) &&
	   low->turn.ready == 1, "and turned");
	close(r);
}

int main(void)
{
	int a, b;

	tap_begin();
	if (in_child(has_calls, NULL))
		skip_all("no 32-bit system calls in this kernel");
	low = mmap(NULL, sizeof(*low), PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	must(low != MAP_FAILED);
	b = open_bus("compat32");
	a = call32(SYS32_SOCKET, bus_family(), SOCK_SEQPACKET, 0, 0, 0);
	low->sa = bus_named("compat32", 0);
	ok(a >= 0 && !call32(SYS32_BIND, a, low_pointer(&low->sa),
			     sizeof(low->sa), 0, 0), "a 32-bit program binds");
	low->len = sizeof(low->sa);
	ok(!call32(SYS32_GETSOCKNAME, a, low_pointer(&low->sa),
		   low_pointer(&low->len), 0, 0) &&
	   low->sa.sbus_addr == addr_of(a), "it is told its address");
	options(a);
	messages(a, b);
	ring(b);
	close(a);
	close(b);
	return tap_end();
}

#endif

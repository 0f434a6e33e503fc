// SPDX-License-Identifier: GPL-2.0-only
/* afbusctl send and listen: a member of a bus for a while. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/afbus.h>

#include "afbusctl.h"
#include "show.h"

static const char *bind_hint(int error)
{
	switch (error) {
	case EINVAL:
		return "a bus is named by 1 to 63 of A-Z a-z 0-9 . _ -";
	case ENOENT:
		return "there is no such bus; afbusctl list shows those there are";
	case EACCES:
		return "its mode gives this user no right; afbusctl list shows it";
	case EDQUOT:
		return "this user has too many members; afbusctl users, afbusctl limits";
	default:
		return NULL;
	}
}

static int open_member(int family, const char *bus, __u32 flags)
{
	struct sockaddr_bus sa = { .sbus_family = family, .sbus_flags = flags };
	int fd = socket(family, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (fd < 0)
		fail(errno, errno == ESHUTDOWN ? "the module is being unloaded" : NULL, "socket");
	if (strlen(bus) >= sizeof(sa.sbus_name))
		fail(EINVAL, bind_hint(EINVAL), "%s", bus);
	memcpy(sa.sbus_name, bus, strlen(bus));
	if (bind(fd, (struct sockaddr *)&sa, sizeof(sa)))
		fail(errno, bind_hint(errno), "%s", bus);
	return fd;
}

/* An address, group:N or, if @master, the word master. */
static __u64 read_addr(const char *text, bool master)
{
	bool group = !strncmp(text, "group:", 6);
	const char *number = group ? text + 6 : text;
	__u64 addr;
	char *end;

	if (master && !strcmp(text, "master"))
		return BUS_ADDR_MASTER;
	errno = 0;
	addr = strtoull(number, &end, 0);
	if (errno || !*number || *end || *number == '-' || (!group && !addr))
		usage("%s: not %s", text, master ? "an address, group:N or master" : "group:N");
	return group ? addr | BUS_ADDR_GROUP : addr;
}

static size_t read_input(char *buffer, size_t size)
{
	size_t len = fread(buffer, 1, size, stdin);

	if (ferror(stdin))
		fail(errno, NULL, "standard input");
	return len;
}

static const char *send_hint(int error)
{
	switch (error) {
	case EHOSTUNREACH:
		return "nobody is there; afbusctl members and groups show who is";
	case EACCES:
		return "this user may not send on this bus";
	case EMSGSIZE:
		return "a message has at most 262144 bytes";
	case EDQUOT:
		return "this user has too much in flight; afbusctl users, afbusctl limits";
	default:
		return NULL;
	}
}

void traffic_send(int family, char **args)
{
	static char buffer[BUS_MESSAGE_MAX + 1];
	struct sockaddr_bus to = { .sbus_family = family, .sbus_addr = read_addr(args[1], true) };
	const char *text = args[2];
	size_t len = strlen(text);
	int fd;

	if (!strcmp(text, "-")) {
		len = read_input(buffer, sizeof(buffer));
		text = buffer;
	}
	fd = open_member(family, args[0], BUS_EXISTING);
	if (sendto(fd, text, len, 0, (struct sockaddr *)&to, BUS_SOCKADDR_SHORT) < 0)
		fail(errno, send_hint(errno), "%s on %s", args[1], args[0]);
	close(fd);
}

/* Receiving */

struct received {
	char		bytes[BUS_MESSAGE_MAX];
	size_t		len;
	__u64		from;
	struct bus_meta	meta;
	unsigned int	descriptors;	/* which were closed at once */
};

static void read_control(struct received *r, struct msghdr *msg)
{
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		size_t size = c->cmsg_len - CMSG_LEN(0);

		if (c->cmsg_level == SOL_BUS && c->cmsg_type == BUS_CMSG_META &&
		    size == sizeof(r->meta)) {
			memcpy(&r->meta, CMSG_DATA(c), size);
		} else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
			int fds[BUS_FDS_MAX];

			r->descriptors = size / sizeof(*fds);
			memcpy(fds, CMSG_DATA(c), size);
			for (size = 0; size < r->descriptors; size++)
				close(fds[size]);
		}
	}
}

static void receive(int fd, struct received *r)
{
	char control[CMSG_SPACE(sizeof(r->meta)) + CMSG_SPACE(BUS_FDS_MAX * sizeof(int))];
	struct sockaddr_bus from = { };
	struct iovec iov = { r->bytes, sizeof(r->bytes) };
	struct msghdr msg = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t len;

	memset(&r->meta, 0, sizeof(r->meta));
	r->descriptors = 0;
	do {
		len = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC);
	} while (len < 0 && errno == EINTR);
	if (len < 0)
		fail(errno, errno == ESHUTDOWN ? "the module is being unloaded" : NULL, "listen");
	r->len = len;
	r->from = from.sbus_addr;
	read_control(r, &msg);
}

static void show_json(const struct received *r)
{
	size_t i;

	printf("{\"from\":\"0x%llx\",\"dest\":\"0x%llx\",", r->from, r->meta.dest);
	printf("\"order\":%llu,\"time\":%llu,\"lost\":%llu,",
	       r->meta.order, r->meta.time, r->meta.lost);
	printf("\"pid\":%u,\"uid\":%u,\"gid\":%u,", r->meta.pid, r->meta.uid, r->meta.gid);
	printf("\"descriptors\":%u,\"size\":%zu,", r->descriptors, r->len);
	if (is_text(r->bytes, r->len)) {
		fputs("\"text\":", stdout);
		json_string(r->bytes, r->len);
	} else {
		fputs("\"hex\":\"", stdout);
		for (i = 0; i < r->len; i++)
			printf("%02x", (unsigned char)r->bytes[i]);
		putchar('"');
	}
	puts("}");
}

static void show(const struct received *r)
{
	if (r->meta.lost)
		printf("(%llu lost)\n", r->meta.lost);
	if (r->meta.flags & BUS_META_EVENT)
		return;
	show_addr(r->from);
	if (r->meta.dest & BUS_ADDR_GROUP) {
		fputs(" to ", stdout);
		show_addr(r->meta.dest);
	} else if (r->meta.dest == BUS_ADDR_MASTER) {
		fputs(" to master", stdout);
	}
	printf(" uid=%u pid=%u: ", r->meta.uid, r->meta.pid);
	show_text(r->bytes, r->len);
	putchar('\n');
}

static const char *join_hint(int error)
{
	switch (error) {
	case EACCES:
		return "this user may not read on this bus";
	case EALREADY:
		return "it is named twice";
	case EDQUOT:
		return "this user is in too many groups; afbusctl users, afbusctl limits";
	default:
		return NULL;
	}
}

void traffic_listen(int family, char **args)
{
	static struct received r;
	const char *bus = *args++;
	__u32 meta = BUS_META_STAMP;
	unsigned long shown = 0;
	struct sockaddr_bus own;
	socklen_t len = sizeof(own);
	char **group;
	int fd;

	for (group = args; *group; group++)
		if (!(read_addr(*group, false) & BUS_ADDR_GROUP))
			usage("%s: not group:N", *group);
	fd = open_member(family, bus, 0);
	if (setsockopt(fd, SOL_BUS, BUS_META, &meta, sizeof(meta)) ||
	    getsockname(fd, (struct sockaddr *)&own, &len))
		fail(errno, NULL, "listen");
	for (; *args; args++) {
		__u64 addr = read_addr(*args, false);

		if (setsockopt(fd, SOL_BUS, BUS_JOIN, &addr, sizeof(addr)))
			fail(errno, join_hint(errno), "%s on %s", *args, bus);
	}
	fprintf(stderr, "afbusctl: listening on %s as 0x%llx\n", bus, own.sbus_addr);
	while (!count_max || shown++ < count_max) {
		receive(fd, &r);
		if (json)
			show_json(&r);
		else
			show(&r);
	}
	close(fd);
}

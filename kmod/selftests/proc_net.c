// SPDX-License-Identifier: GPL-2.0-only
/* /proc/net/af_bus shows each member of the namespace's buses in a line. */
#include "bus_test.h"

#include <sys/resource.h>
#include <sys/stat.h>

#define FILE_NAME	"/proc/thread-self/net/af_bus"
#define BUS		"proc_net"
#define MEMBERS		400

struct line {
	__u64		addr, lost;
	unsigned long	inode;
	unsigned int	uid, pid, queued, bytes;
	char		rights[4], bus[BUS_NAME_MAX];
};

/* Read with a small buffer, as a slow program would. */
static unsigned int read_lines(struct line *line, unsigned int max)
{
	static char text[1 << 20];
	size_t len = 0;
	unsigned int n = 0;
	ssize_t got;
	char *s;
	int fd = open(FILE_NAME, O_RDONLY | O_CLOEXEC);

	must(fd >= 0);
	while ((got = read(fd, text + len, 100)) > 0)
		len += got;
	must(!got);
	close(fd);
	text[len] = 0;
	s = strchr(text, '\n');
	must(s && !strncmp(text, "Address ", 8));
	while (*++s && n < max) {
		struct line *l = &line[n++];

		must(sscanf(s, "%llx %u %u %3s %u %u %llu %lu %63s", &l->addr, &l->uid, &l->pid,
			    l->rights, &l->queued, &l->bytes, &l->lost, &l->inode, l->bus) == 9);
		s = strchr(s, '\n');
		must(s);
	}
	return n;
}

static struct line *find(struct line *line, unsigned int n, __u64 addr)
{
	struct line *found = NULL;

	while (n--) {
		if (line[n].addr != addr)
			continue;
		if (found)
			return NULL;	/* twice */
		found = &line[n];
	}
	return found;
}

static int in_other_net(void *arg)
{
	struct line line[4];

	(void)arg;
	expect(!unshare(CLONE_NEWNET));
	expect(read_lines(line, 4) == 0);
	open_bus(BUS);
	expect(read_lines(line, 4) == 1);
	return 0;
}

static int as_user(void *arg)
{
	struct line line[4];

	expect(!become(1234, 1234));
	expect(read_lines(line, 4) == 1 && line[0].addr == *(__u64 *)arg);
	return 0;
}

static void one_member(void)
{
	int fd = open_bus(BUS), other;
	struct line line[4];
	struct stat inode;
	__u64 addr = addr_of(fd);

	must(!fstat(fd, &inode) && !set_u32(fd, BUS_MASTER, 1) && !set_u32(fd, BUS_QUEUE, 1));
	must(send_to(fd, addr, "x") == 1);
	other = open_bus(BUS);
	must(!join(fd, GROUP(1)) && send_policy(other, GROUP(1), BUS_SKIP, "x") == 1);
	close(other);
	ok(read_lines(line, 4) == 1, "one member is one line");
	ok(line->addr == addr && !line->uid && line->pid == (unsigned int)getpid() &&
	   line->inode == inode.st_ino && !strcmp(line->bus, BUS), "that says who it is");
	ok(!strcmp(line->rights, "hsm"), "what it may do");
	ok(line->queued == 1 && line->bytes == stats_of(fd).queued_bytes && line->lost == 1,
	   "and what is in its queue");
	ok(!in_child(as_user, &addr), "every user may read it");
	ok(!in_child(in_other_net, NULL), "it shows only its namespace's");
	close(fd);
	ok(!read_lines(line, 4), "who closes is shown no more");
}

static void many_members(void)
{
	static struct line line[MEMBERS + 1];
	unsigned int i, n, found = 0;
	char bus[BUS_NAME_MAX];
	int fd[MEMBERS];

	for (i = 0; i < MEMBERS; i++) {
		snprintf(bus, sizeof(bus), "%s.%u", BUS, i % 7);
		fd[i] = open_bus(bus);
	}
	n = read_lines(line, ARRAY_SIZE(line));
	for (i = 0; i < MEMBERS; i++) {
		struct line *l = find(line, n, addr_of(fd[i]));

		snprintf(bus, sizeof(bus), "%s.%u", BUS, i % 7);
		found += l && !strcmp(l->bus, bus);
	}
	ok(n == MEMBERS && found == MEMBERS,
	   "each of %u members of seven buses is shown once", MEMBERS);
	for (i = 0; i < MEMBERS; i++)
		close(fd[i]);
}

/* Between two reads a bus goes, and members of others come and go. */
static void while_it_changes(void)
{
	int stays, goes = open_bus("goes"), fd[8];
	char text[65536], want[32];
	size_t len = 0;
	unsigned int i;
	ssize_t got;
	int file;

	for (i = 0; i < ARRAY_SIZE(fd); i++)
		fd[i] = open_bus("stays");
	stays = open_bus("stays");
	file = open(FILE_NAME, O_RDONLY | O_CLOEXEC);
	must(file >= 0);
	got = read(file, text, 100);
	must(got > 0);
	len = got;
	close(goes);
	for (i = 0; i < ARRAY_SIZE(fd); i++)
		close(fd[i]);
	while ((got = read(file, text + len, 100)) > 0)
		len += got;
	text[len] = 0;
	snprintf(want, sizeof(want), "%016llx", addr_of(stays));
	ok(strstr(text, want) && !strstr(strstr(text, want) + 1, want),
	   "who stays is shown once, whoever comes and goes");
	close(file);
	close(stays);
}

int main(void)
{
	struct rlimit files = { 4096, 4096 };

	need_root();
	tap_begin();
	close(open_socket());
	must(!setrlimit(RLIMIT_NOFILE, &files));
	one_member();
	many_members();
	while_it_changes();
	return tap_end();
}

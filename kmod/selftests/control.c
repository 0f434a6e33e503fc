// SPDX-License-Identifier: GPL-2.0-only
/* Generic netlink tells what is on the buses, sets limits, and tells of changes. */
#include "bus_test.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include "../tools/genl.h"
#include <linux/afbus_netlink.h>

#define BUS	"control"
#define MEMBERS	600	/* several buffers of a dump */
#define GROUPS	2000
#define NAMES	200

/* One answer, its attributes by type. */
struct answer {
	__u8		cmd;
	const struct nlattr *attr[32];
	char		bytes[2048];
};

static void keep(void *arg, __u8 cmd, const struct nlattr *attrs, size_t len)
{
	struct answer *a = arg;

	must(len <= sizeof(a->bytes));
	memcpy(a->bytes, attrs, len);
	a->cmd = cmd;
	genl_parse(a->attr, ARRAY_SIZE(a->attr) - 1, (void *)a->bytes, len);
}

static __u32 u32_of(const struct answer *a, int attr)
{
	return genl_u32(a->attr[attr]);
}

static __u64 u64_of(const struct answer *a, int attr)
{
	return genl_u64(a->attr[attr]);
}

static const char *string_of(const struct answer *a, int attr)
{
	return a->attr[attr] ? genl_data(a->attr[attr]) : "";
}

static struct genl open_control(void)
{
	struct genl g;

	must(!genl_open(&g, AFBUS_FAMILY_NAME));
	return g;
}

static int get(struct genl *g, __u8 cmd, struct answer *a)
{
	struct genl_request r;

	memset(a, 0, sizeof(*a));
	genl_begin(&r, cmd, 0);
	return genl_call(g, &r, keep, a);
}

static int get_bus(struct genl *g, const char *bus, struct answer *a)
{
	struct genl_request r;

	memset(a, 0, sizeof(*a));
	genl_begin(&r, AFBUS_CMD_BUS_GET, 0);
	genl_put_string(&r, AFBUS_A_BUS_NAME, bus);
	return genl_call(g, &r, keep, a);
}

static int get_member(struct genl *g, const char *bus, __u64 addr, struct answer *a)
{
	struct genl_request r;

	memset(a, 0, sizeof(*a));
	genl_begin(&r, AFBUS_CMD_MEMBER_GET, 0);
	genl_put_string(&r, AFBUS_A_MEMBER_BUS, bus);
	genl_put_u64(&r, AFBUS_A_MEMBER_ADDR, addr);
	return genl_call(g, &r, keep, a);
}

static int set_limit(struct genl *g, int attr, __u64 n)
{
	struct genl_request r;

	genl_begin(&r, AFBUS_CMD_LIMITS_SET, 0);
	genl_put_u64(&r, attr, n);
	return genl_call(g, &r, NULL, NULL);
}

static __u64 limit(struct genl *g, int attr)
{
	struct answer a;

	must(!get(g, AFBUS_CMD_LIMITS_GET, &a));
	return u64_of(&a, attr);
}

static int claim(int fd)
{
	return set_u32(fd, BUS_MASTER, 1);
}

static int set_name(int fd, const char *text, __u64 addr)
{
	struct bus_name name = { .addr = addr };

	snprintf(name.name, sizeof(name.name), "%s", text);
	return setsockopt(fd, SOL_BUS, BUS_NAME, &name, sizeof(name));
}

/* Single answers */

static void the_family(struct genl *g)
{
	struct answer a;

	ok(!get(g, AFBUS_CMD_FAMILY_GET, &a), "the family tells of itself");
	ok(u32_of(&a, AFBUS_A_FAMILY_NUMBER) == (__u32)bus_family(), "its number");
	ok(*string_of(&a, AFBUS_A_FAMILY_VERSION), "the version of the module");
	ok(!a.attr[AFBUS_A_FAMILY_DRAINING], "that it is not draining");
	ok(u32_of(&a, AFBUS_A_FAMILY_MESSAGE_MAX) == BUS_MESSAGE_MAX &&
	   u32_of(&a, AFBUS_A_FAMILY_FDS_MAX) == BUS_FDS_MAX &&
	   u32_of(&a, AFBUS_A_FAMILY_DESTS_MAX) == BUS_DESTS_MAX &&
	   u32_of(&a, AFBUS_A_FAMILY_QUEUE_MAX) == BUS_QUEUE_MAX &&
	   u32_of(&a, AFBUS_A_FAMILY_QUEUE_DEFAULT) == BUS_QUEUE_DEFAULT &&
	   u32_of(&a, AFBUS_A_FAMILY_RING_MAX) == BUS_RING_MAX, "its limits, as in the header");
}

static void one_bus(struct genl *g)
{
	int fd = open_socket(), other;
	struct answer a;

	ok(get_bus(g, BUS, &a) == -ENOENT, "a bus that is not there gives ENOENT");
	ok(*g->error, "with words: %s", g->error);
	must(!set_perm(fd, 0640, 1000, 2000) && !try_bind(fd, BUS, BUS_CREATE));
	other = open_bus(BUS);
	must(!join(other, GROUP(1)) && !claim(fd) && !set_name(fd, "org.example", addr_of(other)));
	ok(!get_bus(g, BUS, &a), "a bus is found by its name");
	ok(!strcmp(string_of(&a, AFBUS_A_BUS_NAME), BUS) && u32_of(&a, AFBUS_A_BUS_MODE) == 0640 &&
	   u32_of(&a, AFBUS_A_BUS_UID) == 1000 && u32_of(&a, AFBUS_A_BUS_GID) == 2000,
	   "with its mode and owner");
	ok(u32_of(&a, AFBUS_A_BUS_MEMBERS) == 2 && u32_of(&a, AFBUS_A_BUS_GROUPS) == 1 &&
	   u32_of(&a, AFBUS_A_BUS_NAMES) == 1, "with how many are there");
	ok(u64_of(&a, AFBUS_A_BUS_MASTER) == addr_of(fd), "and its master");
	close(fd);
	ok(!get_bus(g, BUS, &a) && !u64_of(&a, AFBUS_A_BUS_MASTER) &&
	   !u32_of(&a, AFBUS_A_BUS_NAMES), "whose death is seen");
	close(other);
	ok(get_bus(g, BUS, &a) == -ENOENT, "as is the end of the bus");
}

static void one_member(struct genl *g)
{
	int fd = open_bus(BUS), full = open_bus(BUS);
	struct answer a;
	struct stat inode;

	must(!fstat(full, &inode));
	must(!set_u32(full, BUS_QUEUE, 2) && !try_connect(full, addr_of(fd)));
	while (send_policy(fd, addr_of(full), BUS_FAIL, "x") == 1)
		;
	must(!join(full, GROUP(1)) && send_policy(fd, GROUP(1), BUS_SKIP, "lost") == 4);
	ok(get_member(g, "nowhere", addr_of(full), &a) == -ENOENT,
	   "a member of no bus gives ENOENT");
	ok(get_member(g, BUS, 1, &a) == -ENOENT, "a member that is not there gives ENOENT");
	ok(!get_member(g, BUS, addr_of(full), &a), "a member is found by its address");
	ok(!strcmp(string_of(&a, AFBUS_A_MEMBER_BUS), BUS) &&
	   u64_of(&a, AFBUS_A_MEMBER_ADDR) == addr_of(full) &&
	   u32_of(&a, AFBUS_A_MEMBER_PID) == (__u32)getpid() && !u32_of(&a, AFBUS_A_MEMBER_UID) &&
	   u32_of(&a, AFBUS_A_MEMBER_RIGHTS) == (AFBUS_RIGHT_HEAR | AFBUS_RIGHT_SEND) &&
	   u32_of(&a, AFBUS_A_MEMBER_INODE) == inode.st_ino, "with who it is");
	ok(u32_of(&a, AFBUS_A_MEMBER_QUEUED) == 2 && u32_of(&a, AFBUS_A_MEMBER_QUEUE_MAX) == 2 &&
	   u32_of(&a, AFBUS_A_MEMBER_QUEUED_BYTES) == stats_of(full).queued_bytes &&
	   u32_of(&a, AFBUS_A_MEMBER_BYTES_MAX), "how full its queue is");
	ok(u64_of(&a, AFBUS_A_MEMBER_LOST) == 1 && !u64_of(&a, AFBUS_A_MEMBER_RECEIVED) &&
	   u64_of(&a, AFBUS_A_MEMBER_PEER) == addr_of(fd),
	   "what it lost, and where it is connected to");
	must(!get_member(g, BUS, addr_of(fd), &a));
	ok(u64_of(&a, AFBUS_A_MEMBER_SENT) == stats_of(fd).sent &&
	   u64_of(&a, AFBUS_A_MEMBER_SKIPPED) == 1, "and what the sender sent and skipped");
	ok(!a.attr[AFBUS_A_MEMBER_MASTER] && !a.attr[AFBUS_A_MEMBER_RING], "nobody is the master");
	must(!claim(fd) && !get_member(g, BUS, addr_of(fd), &a));
	ok(a.attr[AFBUS_A_MEMBER_MASTER], "until somebody is");
	must(!get_bus(g, BUS, &a));
	ok(u64_of(&a, AFBUS_A_BUS_LOST) == 1 && u64_of(&a, AFBUS_A_BUS_ORDER),
	   "the bus counts them, too");
	close(fd);
	close(full);
}

static void a_ring(struct genl *g)
{
	const struct bus_ring ring = { .slots = 4, .slot_size = 256 };
	int fd = open_bus(BUS);
	struct answer a;

	must(!setsockopt(fd, SOL_BUS, BUS_RING, &ring, sizeof(ring)));
	ok(!get_member(g, BUS, addr_of(fd), &a) && a.attr[AFBUS_A_MEMBER_RING],
	   "a ring is told of");
	close(fd);
}

/* Dumps */

struct seen {
	int		attr;		/* what is collected */
	unsigned int	count;
	__u64		value[MEMBERS + GROUPS];
	const char	*bus;		/* what all must say as bus_attr */
	int		bus_attr;
	bool		strange;
	void		(*first)(void);	/* done at the first answer */
};

static void see(void *arg, __u8 cmd, const struct nlattr *attrs, size_t len)
{
	static struct answer a;
	struct seen *s = arg;

	keep(&a, cmd, attrs, len);
	if (!s->count && s->first)
		s->first();
	if (s->bus && strcmp(string_of(&a, s->bus_attr), s->bus))
		s->strange = true;
	if (s->count < ARRAY_SIZE(s->value))
		s->value[s->count++] = u64_of(&a, s->attr);
}

static int dump(struct genl *g, __u8 cmd, const char *bus, int bus_attr, int attr, struct seen *s)
{
	struct genl_request r;

	s->count = 0;
	s->strange = false;
	s->attr = attr;
	s->bus = bus;
	s->bus_attr = bus_attr;
	genl_begin(&r, cmd, NLM_F_DUMP);
	if (bus)
		genl_put_string(&r, bus_attr, bus);
	return genl_call(g, &r, see, s);
}

static unsigned int times_seen(const struct seen *s, __u64 value)
{
	unsigned int i, n = 0;

	for (i = 0; i < s->count; i++)
		n += s->value[i] == value;
	return n;
}

static int crowd[MEMBERS];

static void gather(void)
{
	unsigned int i;

	for (i = 0; i < MEMBERS; i++)
		crowd[i] = open_bus(BUS);
}

static void disperse(void)
{
	unsigned int i;

	for (i = 0; i < MEMBERS; i++)
		close(crowd[i]);
}

static int newcomer = -1;

static void come(void)
{
	newcomer = open_bus(BUS);
}

static bool saw_the_crowd(const struct seen *s)
{
	unsigned int i;

	for (i = 0; i < MEMBERS; i++)
		if (times_seen(s, addr_of(crowd[i])) != 1)
			return false;
	return true;
}

static void many_members(struct genl *g)
{
	static struct seen s;
	int other = open_bus("other");

	gather();
	ok(!dump(g, AFBUS_CMD_MEMBER_GET, BUS, AFBUS_A_MEMBER_BUS, AFBUS_A_MEMBER_ADDR, &s) &&
	   s.count == MEMBERS && !s.strange, "all %u members of a bus are told", MEMBERS);
	ok(saw_the_crowd(&s), "each of them once");
	ok(!g->interrupted, "at one time");
	ok(!dump(g, AFBUS_CMD_MEMBER_GET, NULL, 0, AFBUS_A_MEMBER_ADDR, &s) &&
	   times_seen(&s, addr_of(other)) == 1 && saw_the_crowd(&s),
	   "without a name the members of all buses are");
	s.first = come;
	ok(!dump(g, AFBUS_CMD_MEMBER_GET, BUS, AFBUS_A_MEMBER_BUS, AFBUS_A_MEMBER_ADDR, &s) &&
	   g->interrupted, "who comes while they are told is told by NLM_F_DUMP_INTR");
	close(newcomer);
	close(other);
	disperse();
}

static void many_groups(struct genl *g)
{
	int fd = open_bus(BUS), other = open_bus(BUS);
	static struct seen s;
	unsigned int i, once = 0;

	for (i = 0; i < GROUPS; i++)
		must(!join(fd, GROUP(i)));
	must(!join(other, GROUP(0)));
	ok(!dump(g, AFBUS_CMD_GROUP_GET, BUS, AFBUS_A_GROUP_BUS, AFBUS_A_GROUP_ID, &s) &&
	   s.count == GROUPS && !s.strange, "all %u groups are told", GROUPS);
	for (i = 0; i < GROUPS; i++)
		once += times_seen(&s, GROUP(i)) == 1;
	ok(once == GROUPS, "each of them once");
	close(fd);
	ok(!dump(g, AFBUS_CMD_GROUP_GET, BUS, AFBUS_A_GROUP_BUS, AFBUS_A_GROUP_ID, &s) &&
	   s.count == 1 && s.value[0] == GROUP(0), "only those that have members are");
	close(other);
}

static void many_names(struct genl *g)
{
	int fd = open_bus(BUS), other = open_bus(BUS);
	static struct seen s;
	char name[BUS_WELL_KNOWN_MAX];
	unsigned int i;

	must(!claim(fd));
	memset(name, 'n', sizeof(name));
	for (i = 0; i < NAMES; i++) {
		snprintf(name + sizeof(name) - 4, 4, "%03u", i);
		must(!set_name(fd, name, i ? addr_of(other) : addr_of(fd)));
	}
	ok(!dump(g, AFBUS_CMD_NAME_GET, BUS, AFBUS_A_NAME_BUS, AFBUS_A_NAME_MEMBER, &s) &&
	   s.count == NAMES && !s.strange, "all %u names of full length are told", NAMES);
	ok(times_seen(&s, addr_of(fd)) == 1 && times_seen(&s, addr_of(other)) == NAMES - 1,
	   "and whom they stand for");
	close(other);
	ok(!dump(g, AFBUS_CMD_NAME_GET, BUS, AFBUS_A_NAME_BUS, AFBUS_A_NAME_MEMBER, &s) &&
	   s.count == 1, "names go with their member");
	close(fd);
}

static void many_buses(struct genl *g)
{
	static struct seen s;
	char name[BUS_NAME_MAX];
	int fd[300];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fd); i++) {
		snprintf(name, sizeof(name), "bus.%u", i);
		fd[i] = open_bus(name);
		must(!claim(fd[i]));
	}
	ok(!dump(g, AFBUS_CMD_BUS_GET, NULL, 0, AFBUS_A_BUS_MASTER, &s) && !g->interrupted &&
	   s.count == ARRAY_SIZE(fd), "all %zu buses are told", ARRAY_SIZE(fd));
	for (i = 0; i < ARRAY_SIZE(fd) && times_seen(&s, addr_of(fd[i])) == 1; i++)
		;
	ok(i == ARRAY_SIZE(fd), "each of them once");
	for (i = 0; i < ARRAY_SIZE(fd); i++)
		close(fd[i]);
	ok(!dump(g, AFBUS_CMD_BUS_GET, NULL, 0, AFBUS_A_BUS_MASTER, &s) && !s.count,
	   "and none when all have closed");
}

/* Limits */

static void limits(struct genl *g)
{
	static const int attr[] = {
		AFBUS_A_QUOTA_BYTES, AFBUS_A_QUOTA_DESCRIPTORS, AFBUS_A_QUOTA_MEMBERS,
		AFBUS_A_QUOTA_JOINS, AFBUS_A_QUOTA_NAMES,
	};
	struct genl_request r;
	unsigned int i, kept = 0;
	__u64 before;
	int fd, other;

	for (i = 0; i < ARRAY_SIZE(attr); i++) {
		before = limit(g, attr[i]);
		kept += !set_limit(g, attr[i], before + 1) && limit(g, attr[i]) == before + 1 &&
			!set_limit(g, attr[i], before) && limit(g, attr[i]) == before;
	}
	ok(kept == ARRAY_SIZE(attr), "each limit can be set");

	fd = open_bus(BUS);
	before = limit(g, AFBUS_A_QUOTA_MEMBERS);
	must(!set_limit(g, AFBUS_A_QUOTA_MEMBERS, 1));
	other = open_socket();
	is_errno(try_bind(other, BUS, 0), EDQUOT, "a limit counts from now on");
	must(!set_limit(g, AFBUS_A_QUOTA_MEMBERS, before));
	ok(!try_bind(other, BUS, 0), "and no longer than it is set");
	close(other);
	close(fd);

	genl_begin(&r, AFBUS_CMD_LIMITS_SET, 0);
	genl_put_u64(&r, AFBUS_A_QUOTA_MEMBERS, 1);
	genl_put_u64(&r, AFBUS_A_QUOTA_BYTES, ~0ULL);
	ok(genl_call(g, &r, NULL, NULL) == -ERANGE, "a limit beyond all numbers gives ERANGE");
	ok(limit(g, AFBUS_A_QUOTA_MEMBERS) == before, "and nothing was set");
	genl_begin(&r, AFBUS_CMD_LIMITS_SET, 0);
	ok(genl_call(g, &r, NULL, NULL) == -EINVAL, "setting nothing gives EINVAL");
}

static void find_user(void *arg, __u8 cmd, const struct nlattr *attrs, size_t len)
{
	struct answer *found = arg;
	static struct answer a;

	keep(&a, cmd, attrs, len);
	if (u32_of(&a, AFBUS_A_QUOTA_UID) == 1234)
		keep(found, cmd, attrs, len);
}

static int as_user(void *arg)
{
	struct genl g = open_control();
	int fd = open_socket(), other;
	struct genl_request r;
	struct answer a = { };

	(void)arg;
	expect(!become(1234, 1234));
	expect(set_limit(&g, AFBUS_A_QUOTA_MEMBERS, 1) == -EPERM);
	genl_begin(&r, AFBUS_CMD_DRAIN, 0);
	expect(genl_call(&g, &r, NULL, NULL) == -EPERM);
	expect(!try_bind(fd, "user", 0));
	other = open_bus("user");
	expect(!join(other, GROUP(1)) && !join(other, GROUP(2)));
	expect(send_to(fd, addr_of(other), "x") == 1);
	expect(!get_bus(&g, "roots", &a) && !u32_of(&a, AFBUS_A_BUS_UID));
	memset(&a, 0, sizeof(a));
	genl_begin(&r, AFBUS_CMD_USER_GET, NLM_F_DUMP);
	expect(!genl_call(&g, &r, find_user, &a));
	expect(u64_of(&a, AFBUS_A_QUOTA_MEMBERS) == 2);
	expect(u64_of(&a, AFBUS_A_QUOTA_JOINS) == 2);
	expect(u64_of(&a, AFBUS_A_QUOTA_BYTES) > 0);
	expect(!u64_of(&a, AFBUS_A_QUOTA_NAMES) && !u64_of(&a, AFBUS_A_QUOTA_DESCRIPTORS));
	return 0;
}

/* Namespaces */

static int in_other_net(void *arg)
{
	static struct seen s;
	struct genl outside = open_control(), inside;
	struct answer a;

	(void)arg;
	expect(!unshare(CLONE_NEWNET));
	inside = open_control();
	expect(get_bus(&inside, "roots", &a) == -ENOENT);
	expect(!dump(&inside, AFBUS_CMD_MEMBER_GET, NULL, 0, AFBUS_A_MEMBER_ADDR, &s) && !s.count);
	expect(!get_bus(&outside, "roots", &a));
	expect(!set_limit(&inside, AFBUS_A_QUOTA_NAMES, 7));
	expect(limit(&inside, AFBUS_A_QUOTA_NAMES) == 7);
	expect(limit(&outside, AFBUS_A_QUOTA_NAMES) != 7);
	return 0;
}

static int in_other_users(void *arg)
{
	struct genl_request r;
	struct answer a;
	struct genl g;

	(void)arg;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return EXIT_SKIP;
	g = open_control();
	expect(!set_limit(&g, AFBUS_A_QUOTA_NAMES, 7));
	genl_begin(&r, AFBUS_CMD_DRAIN, 0);
	expect(genl_call(&g, &r, NULL, NULL) == -EPERM);
	open_bus(BUS);
	expect(!get_bus(&g, BUS, &a) && u32_of(&a, AFBUS_A_BUS_UID) == 65534);
	return 0;
}

static int without_the_pid(void *arg)
{
	struct genl g = open_control();
	struct answer a;

	expect(!get_member(&g, "roots", *(__u64 *)arg, &a));
	expect(a.attr[AFBUS_A_MEMBER_PID] && !u32_of(&a, AFBUS_A_MEMBER_PID));
	return 0;
}

static int in_other_pids(void *arg)
{
	expect(!unshare(CLONE_NEWPID));
	return in_child(without_the_pid, arg);
}

static void namespaces(void)
{
	int fd = open_bus("roots"), code;
	__u64 addr = addr_of(fd);

	ok(!in_child(as_user, NULL),
	   "a user sees all buses and what it has in use, but sets no limits and drains nothing");
	ok(!in_child(in_other_net, NULL), "buses and limits are of one network namespace");
	code = in_child(in_other_users, NULL);
	if (code == EXIT_SKIP)
		skip("no user namespaces here", "limits are set by who owns the network namespace");
	else
		ok(!code, "limits are set by who owns the network namespace");
	ok(!in_child(in_other_pids, &addr), "a process is told in the reader's pid namespace");
	close(fd);
}

/* Notifications */

static bool is_next(struct genl *g, __u8 cmd, struct answer *a)
{
	int err;

	memset(a, 0, sizeof(*a));
	err = genl_listen(g, keep, a);
	if (!err && a->cmd == cmd)
		return true;
	printf("# error %d, notification %u, not %u\n", err, a->cmd, cmd);
	return false;
}

static void changes(void)
{
	struct genl g = open_control();
	struct answer a;
	__u64 addr;
	int fd;

	must(!genl_join(&g, AFBUS_MCGRP_MONITOR));
	fd = open_socket();
	must(!set_perm(fd, 0600, 1000, 1000) && !try_bind(fd, BUS, BUS_CREATE));
	addr = addr_of(fd);
	ok(is_next(&g, AFBUS_CMD_BUS_ADD_NTF, &a) &&
	   !strcmp(string_of(&a, AFBUS_A_BUS_NAME), BUS) && u32_of(&a, AFBUS_A_BUS_MODE) == 0600 &&
	   u32_of(&a, AFBUS_A_BUS_UID) == 1000,
	   "a new bus is told");
	ok(is_next(&g, AFBUS_CMD_MEMBER_ADD_NTF, &a) && u64_of(&a, AFBUS_A_MEMBER_ADDR) == addr &&
	   !strcmp(string_of(&a, AFBUS_A_MEMBER_BUS), BUS) && a.attr[AFBUS_A_MEMBER_UID] &&
	   u32_of(&a, AFBUS_A_MEMBER_RIGHTS) == 3, "then its member");
	must(!join(fd, GROUP(5)) && !claim(fd) && !set_name(fd, "org.example", addr));
	ok(is_next(&g, AFBUS_CMD_GROUP_ADD_NTF, &a) && u64_of(&a, AFBUS_A_GROUP_ID) == GROUP(5) &&
	   u64_of(&a, AFBUS_A_GROUP_MEMBER) == addr, "then the group it joined");
	ok(is_next(&g, AFBUS_CMD_BUS_MASTER_NTF, &a) && u64_of(&a, AFBUS_A_BUS_MASTER) == addr,
	   "then that it is the master");
	ok(is_next(&g, AFBUS_CMD_NAME_ADD_NTF, &a) && u64_of(&a, AFBUS_A_NAME_MEMBER) == addr &&
	   !strcmp(string_of(&a, AFBUS_A_NAME_NAME), "org.example"), "then the name it got");
	close(fd);
	ok(is_next(&g, AFBUS_CMD_GROUP_DEL_NTF, &a) && u64_of(&a, AFBUS_A_GROUP_MEMBER) == addr,
	   "at its death that it left the group");
	ok(is_next(&g, AFBUS_CMD_NAME_DEL_NTF, &a) &&
	   !strcmp(string_of(&a, AFBUS_A_NAME_NAME), "org.example"), "that the name is free");
	ok(is_next(&g, AFBUS_CMD_BUS_MASTER_NTF, &a) && a.attr[AFBUS_A_BUS_MASTER] &&
	   !u64_of(&a, AFBUS_A_BUS_MASTER), "that there is no master");
	ok(is_next(&g, AFBUS_CMD_MEMBER_DEL_NTF, &a) && u64_of(&a, AFBUS_A_MEMBER_ADDR) == addr,
	   "that it has gone");
	ok(is_next(&g, AFBUS_CMD_BUS_DEL_NTF, &a) && !strcmp(string_of(&a, AFBUS_A_BUS_NAME), BUS),
	   "and the bus with it");
	must(!set_limit(&g, AFBUS_A_QUOTA_NAMES, limit(&g, AFBUS_A_QUOTA_NAMES)));
	genl_close(&g);
}

static void changed_limits(struct genl *control)
{
	__u64 before = limit(control, AFBUS_A_QUOTA_NAMES);
	struct genl g = open_control();
	struct answer a;

	must(!genl_join(&g, AFBUS_MCGRP_MONITOR));
	must(!set_limit(control, AFBUS_A_QUOTA_NAMES, 5));
	ok(is_next(&g, AFBUS_CMD_LIMITS_NTF, &a) && u64_of(&a, AFBUS_A_QUOTA_NAMES) == 5 &&
	   u64_of(&a, AFBUS_A_QUOTA_BYTES), "other limits are told");
	must(!set_limit(control, AFBUS_A_QUOTA_NAMES, before));
	genl_close(&g);
}

static int changes_elsewhere(void *arg)
{
	(void)arg;
	expect(!unshare(CLONE_NEWNET));
	close(open_bus("elsewhere"));
	return 0;
}

static void other_listeners(void)
{
	struct genl slow = open_control(), g = open_control();
	int fd, small = 1, err;
	struct answer a;
	unsigned int i;

	must(!genl_join(&g, AFBUS_MCGRP_MONITOR));
	must(!in_child(changes_elsewhere, NULL));
	fd = open_bus(BUS);
	ok(is_next(&g, AFBUS_CMD_BUS_ADD_NTF, &a) && !strcmp(string_of(&a, AFBUS_A_BUS_NAME), BUS),
	   "other namespaces' changes are not told");
	genl_close(&g);

	must(!setsockopt(slow.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)));
	must(!genl_join(&slow, AFBUS_MCGRP_MONITOR));
	for (i = 0; i < 100; i++)
		must(!join(fd, GROUP(i)));
	for (err = 0; !err;)
		err = genl_listen(&slow, keep, &a);
	ok(err == -ENOBUFS, "a listener that is too slow is told so");
	genl_close(&slow);
	close(fd);
}

/* Bad requests */

static int bad(struct genl *g, __u8 cmd, __u16 flags, __u16 attr, const void *data, size_t len)
{
	struct genl_request r;

	genl_begin(&r, cmd, flags);
	if (attr)
		genl_put(&r, attr, data, len);
	return genl_call(g, &r, NULL, NULL);
}

static void bad_requests(struct genl *g)
{
	char name[BUS_NAME_MAX + 1];
	__u64 n = 1;

	memset(name, 'n', sizeof(name));
	name[BUS_NAME_MAX] = 0;
	ok(bad(g, AFBUS_CMD_MAX + 1, 0, 0, NULL, 0) == -EOPNOTSUPP,
	   "no such operation: EOPNOTSUPP");
	ok(bad(g, AFBUS_CMD_BUS_ADD_NTF, 0, 0, NULL, 0) == -EOPNOTSUPP,
	   "a notification cannot be asked for: EOPNOTSUPP");
	ok(bad(g, AFBUS_CMD_GROUP_GET, 0, 0, NULL, 0) == -EOPNOTSUPP,
	   "groups are only dumped: EOPNOTSUPP");
	ok(bad(g, AFBUS_CMD_FAMILY_GET, NLM_F_DUMP, 0, NULL, 0) == -EOPNOTSUPP,
	   "the family is not dumped: EOPNOTSUPP");
	ok(bad(g, AFBUS_CMD_BUS_GET, 0, 0, NULL, 0) == -EINVAL, "a bus without a name: EINVAL");
	ok(bad(g, AFBUS_CMD_MEMBER_GET, 0, AFBUS_A_MEMBER_ADDR, &n, sizeof(n)) == -EINVAL,
	   "a member without a bus: EINVAL");
	ok(bad(g, AFBUS_CMD_BUS_GET, 0, AFBUS_A_BUS_NAME, name, sizeof(name)) == -EINVAL,
	   "a name that is too long: EINVAL");
	ok(bad(g, AFBUS_CMD_BUS_GET, 0, AFBUS_A_BUS_NAME, "abc", 3) == -EINVAL,
	   "a name without its end: EINVAL");
	ok(bad(g, AFBUS_CMD_BUS_GET, 0, AFBUS_A_BUS_NAME, "", 1) == -ENOENT,
	   "an empty name: ENOENT");
	ok(bad(g, AFBUS_CMD_BUS_GET, NLM_F_DUMP, AFBUS_A_BUS_NAME, "x", 2) == -EINVAL,
	   "a name in a dump of all buses: EINVAL");
	ok(bad(g, AFBUS_CMD_MEMBER_GET, NLM_F_DUMP, AFBUS_A_MEMBER_ADDR, &n, sizeof(n)) == -EINVAL,
	   "an address in a dump of all members: EINVAL");
	ok(bad(g, AFBUS_CMD_MEMBER_GET, NLM_F_DUMP, AFBUS_A_MEMBER_BUS, "nowhere", 8) == -ENOENT,
	   "a dump of a bus that is not there: ENOENT");
	ok(bad(g, AFBUS_CMD_LIMITS_SET, 0, AFBUS_A_QUOTA_NAMES, &n, 4) == -EINVAL,
	   "half a number: EINVAL");
	ok(bad(g, AFBUS_CMD_LIMITS_SET, 0, AFBUS_A_QUOTA_UID, &n, 4) == -EINVAL,
	   "an attribute that this operation does not take: EINVAL");
	ok(bad(g, AFBUS_CMD_LIMITS_SET, 0, AFBUS_A_QUOTA_MAX + 1, &n, 8) == -EINVAL,
	   "an attribute that there is not: EINVAL");
	ok(bad(g, AFBUS_CMD_FAMILY_GET, 0, AFBUS_A_FAMILY_NUMBER, &n, 4) == -EINVAL,
	   "an attribute where none is taken: EINVAL");
}

int main(void)
{
	struct rlimit files = { 8192, 8192 };
	struct genl g;

	need_root();
	tap_begin();
	close(open_socket());
	must(!setrlimit(RLIMIT_NOFILE, &files));
	g = open_control();
	the_family(&g);
	one_bus(&g);
	one_member(&g);
	a_ring(&g);
	many_members(&g);
	many_groups(&g);
	many_names(&g);
	many_buses(&g);
	limits(&g);
	namespaces();
	changes();
	changed_limits(&g);
	other_listeners();
	bad_requests(&g);
	genl_close(&g);
	return tap_end();
}

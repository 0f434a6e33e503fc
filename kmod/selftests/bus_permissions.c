// SPDX-License-Identifier: GPL-2.0-only
/* A bus has a mode and an owner, which decide who may hear and who may send. */
#include "bus_test.h"

#define BUS	"bus-permissions"
#define G	GROUP(1)

enum { OWNER = 1000, MEMBER = 1001, OTHER = 1002, STAFF = 2000 };

/* What somebody is to find: rights as in a mode, or the errno of bind(). */
struct visitor {
	uid_t	uid;
	gid_t	gid;
	gid_t	also;		/* a supplementary group, if not 0 */
	int	error;
	__u32	rights;		/* 4: hear, 2: send */
	__u64	to;
};

static int visits(void *arg)
{
	struct visitor *v = arg;
	int fd = open_socket();

	expect(!setgroups(v->also ? 1 : 0, &v->also));
	expect(!setresgid(v->gid, v->gid, v->gid));
	expect(!setresuid(v->uid, v->uid, v->uid));
	if (v->error) {
		expect(try_bind(fd, BUS, 0) < 0 && errno == v->error);
		return 0;
	}
	expect(!try_bind(fd, BUS, 0));
	if (v->rights & 4) {
		expect(!join(fd, G) && !leave(fd, G));
		expect(!set_u32(fd, BUS_EVENTS, 2));
		expect(!set_u32(fd, BUS_EVENTS, 0));
	} else {
		expect(join(fd, G) < 0 && errno == EACCES);
		expect(set_u32(fd, BUS_EVENTS, 2) < 0 && errno == EACCES);
	}
	if (v->rights & 2)
		expect(send_to(fd, v->to, "x") == 1);
	else
		expect(send_to(fd, v->to, "x") < 0 && errno == EACCES);
	return 0;
}

static int create(__u32 mode, __u32 uid, __u32 gid)
{
	int fd = open_socket();

	must(!set_perm(fd, mode, uid, gid) && !try_bind(fd, BUS, BUS_CREATE));
	return fd;
}

#define visit(...) \
	(!in_child(visits, &(struct visitor){ .to = addr_of(fd), __VA_ARGS__ }))

static void modes(void)
{
	int fd = create(0640, OWNER, STAFF);

	ok(visit(.uid = OWNER, .gid = OWNER, .rights = 6),
	   "the owner's bits are for the owner");
	ok(visit(.uid = OWNER, .gid = STAFF, .rights = 6),
	   "also if in the group");
	ok(visit(.uid = MEMBER, .gid = STAFF, .rights = 4),
	   "the group's bits are for the group");
	ok(visit(.uid = MEMBER, .gid = 1, .also = STAFF, .rights = 4),
	   "and for whom it is a supplementary group");
	ok(visit(.uid = OTHER, .gid = OTHER, .error = EACCES),
	   "who has no right cannot bind");
	ok(visit(.rights = 6), "who is privileged has all rights");
	close(fd);

	fd = create(0462, OWNER, STAFF);
	ok(visit(.uid = OTHER, .gid = OTHER, .rights = 2),
	   "the other bits are for others");
	ok(visit(.uid = OWNER, .gid = STAFF, .rights = 4),
	   "an owner has only its own bits");
	ok(visit(.uid = MEMBER, .gid = STAFF, .rights = 6),
	   "a group may have more than others");
	close(fd);

	fd = create(0711, OWNER, STAFF);
	ok(visit(.uid = OTHER, .gid = OTHER, .error = EACCES),
	   "the right to execute is none here");
	close(fd);
}

static int makes_own(void *arg)
{
	int fd = open_socket(), other = open_socket();

	(void)arg;
	expect(!become(OWNER, OWNER));
	expect(!try_bind(fd, BUS, BUS_CREATE));
	expect(!try_bind(other, BUS, BUS_EXISTING));
	expect(send_to(other, addr_of(fd), "x") == 1 && took(fd, "x"));
	return 0;
}

static int gives_away(void *arg)
{
	int fd = open_socket();

	(void)arg;
	expect(!setgroups(1, (gid_t[]){ STAFF }));
	expect(!setresgid(OWNER, OWNER, OWNER) && !setresuid(OWNER, OWNER, OWNER));
	expect(!set_perm(fd, 0666, OTHER, ~0));
	expect(try_bind(fd, BUS, 0) < 0 && errno == EPERM);
	expect(try_bind(fd, BUS, BUS_EXISTING) < 0 && errno == ENOENT);
	expect(!set_perm(fd, 0666, ~0, OTHER));
	expect(try_bind(fd, BUS, 0) < 0 && errno == EPERM);
	expect(!set_perm(fd, 0600, OWNER, STAFF));
	expect(!try_bind(fd, BUS, BUS_CREATE));
	return 0;
}

static int makes_without_rights(void *arg)
{
	int fd = open_socket();

	(void)arg;
	expect(!become(OWNER, OWNER));
	expect(!set_perm(fd, 0077, ~0, ~0));
	expect(try_bind(fd, BUS, 0) < 0 && errno == EACCES);
	expect(try_bind(fd, BUS, BUS_EXISTING) < 0 && errno == ENOENT);
	return 0;
}

static void owners(void)
{
	int fd;

	ok(!in_child(makes_own, NULL), "anybody can make a bus and own it");
	ok(!in_child(gives_away, NULL),
	   "but not give it to others, only to a group one is in");
	ok(!in_child(makes_without_rights, NULL),
	   "a bus its maker cannot bind to is not made");
	fd = open_bus(BUS);
	ok(visit(.uid = OTHER, .gid = OTHER, .error = EACCES),
	   "without a mode it is for its owner alone");
	close(fd);
}

static int changes_after_bind(void *arg)
{
	__u64 to = *(__u64 *)arg;
	int fd = open_bus(BUS);

	expect(!become(OTHER, OTHER));
	expect(send_to(fd, to, "x") == 1 && !join(fd, G));
	return 0;
}

static void fixed_at_bind(void)
{
	int fd = create(0600, ~0, ~0);
	__u64 to = addr_of(fd);
	struct bus_perm perm = { .mode = 0 };
	socklen_t len = sizeof(perm);

	ok(!in_child(changes_after_bind, &to),
	   "rights are those of bind(), like an open file's");
	is_errno(set_perm(fd, 0666, ~0, ~0), EISCONN,
		 "a mode cannot be set any more after bind()");
	ok(!getsockopt(fd, SOL_BUS, BUS_PERM, &perm, &len) &&
	   perm.mode == 0600 && perm.uid == 0 && perm.gid == 0 && len == 16,
	   "members can read it");
	close(fd);
	fd = open_socket();
	must(!set_perm(fd, 0777, ~0, ~0));
	ok(!set_perm(fd, 0640, OWNER, STAFF), "it can be set again before");
	must(!try_bind(fd, BUS, 0));
	ok(visit(.uid = MEMBER, .gid = STAFF, .rights = 4),
	   "the last one counts");
	close(fd);
}

static void create_or_existing(void)
{
	int a = open_socket(), b = open_socket();

	is_errno(try_bind(a, BUS, BUS_EXISTING), ENOENT,
		 "BUS_EXISTING needs a bus");
	ok(!try_bind(a, BUS, BUS_CREATE), "BUS_CREATE makes one");
	is_errno(try_bind(b, BUS, BUS_CREATE), EEXIST, "where there was none");
	ok(!try_bind(b, BUS, BUS_EXISTING), "BUS_EXISTING joins it");
	close(a);
	a = open_socket();
	is_errno(try_bind(a, BUS, BUS_CREATE), EEXIST,
		 "it lives while it has a member");
	close(b);
	is_errno(try_bind(a, BUS, BUS_EXISTING), ENOENT, "and no longer");
	close(a);
}

int main(void)
{
	tap_begin();
	need_root();
	modes();
	owners();
	fixed_at_bind();
	create_or_existing();
	return tap_end();
}

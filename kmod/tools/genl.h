/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generic netlink for a program: find a family, ask, listen. Functions return 0
 * or a negative errno; what the kernel said about an error is in genl.error.
 */
#ifndef _AFBUS_GENL_H
#define _AFBUS_GENL_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#define GENL_GROUPS	4

struct genl {
	int		fd;
	__u16		family;
	__u32		seq;
	bool		interrupted;	/* the last dump met a change */
	char		error[128];	/* empty if the kernel said no more */
	unsigned int	group_count;
	struct {
		char	name[GENL_NAMSIZ];
		__u32	id;
	} group[GENL_GROUPS];
};

struct genl_request {
	struct nlmsghdr	nlh;
	struct genlmsghdr genl;
	char		attrs[1024];
};

/* One answer or notification: its attributes, @len bytes of them. */
typedef void (*genl_handler)(void *arg, __u8 cmd, const struct nlattr *attrs, size_t len);

/* -ENOENT if the kernel has no such family. */
int genl_open(struct genl *g, const char *family);
void genl_close(struct genl *g);

/* @flags: NLM_F_DUMP, or 0 */
void genl_begin(struct genl_request *r, __u8 cmd, __u16 flags);
void genl_put(struct genl_request *r, __u16 type, const void *data, size_t len);
void genl_put_string(struct genl_request *r, __u16 type, const char *s);
void genl_put_u64(struct genl_request *r, __u16 type, __u64 n);
int genl_call(struct genl *g, struct genl_request *r, genl_handler handler, void *arg);

/* -ENOENT if the family has no such group. */
int genl_join(struct genl *g, const char *group);
/* Waits for notifications. -ENOBUFS: some were missed. */
int genl_listen(struct genl *g, genl_handler handler, void *arg);

/* @table: of @max + 1, attributes by type; the types above are left out. */
void genl_parse(const struct nlattr **table, __u16 max, const struct nlattr *attrs, size_t len);

static inline const void *genl_data(const struct nlattr *a)
{
	return (const char *)a + NLA_HDRLEN;
}

static inline size_t genl_len(const struct nlattr *a)
{
	return a->nla_len - NLA_HDRLEN;
}

__u32 genl_u32(const struct nlattr *a);
__u64 genl_u64(const struct nlattr *a);

#endif /* _AFBUS_GENL_H */

// SPDX-License-Identifier: GPL-2.0-only
/* Generic netlink for a program. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "genl.h"

/* Larger than any buffer the kernel fills for a dump. */
#define GENL_BUFFER	65536

/* Attributes */

static const struct nlattr *attr_first(const struct nlattr *attrs, size_t len)
{
	if (len < NLA_HDRLEN || attrs->nla_len < NLA_HDRLEN || attrs->nla_len > len)
		return NULL;
	return attrs;
}

static const struct nlattr *attr_next(const struct nlattr *a, size_t *len)
{
	size_t size = NLA_ALIGN(a->nla_len);

	if (size >= *len)
		return NULL;
	*len -= size;
	return attr_first((const void *)((const char *)a + size), *len);
}

void genl_parse(const struct nlattr **table, __u16 max, const struct nlattr *attrs, size_t len)
{
	const struct nlattr *a;

	memset(table, 0, (max + 1) * sizeof(*table));
	for (a = attr_first(attrs, len); a; a = attr_next(a, &len)) {
		__u16 type = a->nla_type & NLA_TYPE_MASK;

		if (type <= max)
			table[type] = a;
	}
}

__u32 genl_u32(const struct nlattr *a)
{
	__u32 n = 0;

	if (a && genl_len(a) == sizeof(n))
		memcpy(&n, genl_data(a), sizeof(n));
	return n;
}

__u64 genl_u64(const struct nlattr *a)
{
	__u64 n = 0;

	if (a && genl_len(a) == sizeof(n))
		memcpy(&n, genl_data(a), sizeof(n));
	return n;
}

/* Requests */

void genl_begin(struct genl_request *r, __u8 cmd, __u16 flags)
{
	memset(r, 0, sizeof(*r));
	r->nlh.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	r->nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	r->genl.cmd = cmd;
	r->genl.version = 1;
}

void genl_put(struct genl_request *r, __u16 type, const void *data, size_t len)
{
	struct nlattr *a = (struct nlattr *)((char *)r + NLMSG_ALIGN(r->nlh.nlmsg_len));
	size_t end = NLMSG_ALIGN(r->nlh.nlmsg_len) + NLA_HDRLEN + len;

	if (end > sizeof(*r))
		return;		/* the kernel will say what is missing */
	a->nla_type = type;
	a->nla_len = NLA_HDRLEN + len;
	memcpy((char *)a + NLA_HDRLEN, data, len);
	r->nlh.nlmsg_len = end;
}

void genl_put_string(struct genl_request *r, __u16 type, const char *s)
{
	genl_put(r, type, s, strlen(s) + 1);
}

void genl_put_u64(struct genl_request *r, __u16 type, __u64 n)
{
	genl_put(r, type, &n, sizeof(n));
}

/* What the kernel says about an error, behind its number. */
static void genl_explain(struct genl *g, const struct nlmsghdr *nlh, size_t fixed)
{
	const struct nlattr *table[NLMSGERR_ATTR_MSG + 1];
	const struct nlattr *a = (const void *)((const char *)NLMSG_DATA(nlh) + fixed);
	size_t size = NLMSG_HDRLEN + fixed;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) || nlh->nlmsg_len < size)
		return;
	genl_parse(table, NLMSGERR_ATTR_MSG, a, nlh->nlmsg_len - size);
	if (table[NLMSGERR_ATTR_MSG])
		snprintf(g->error, sizeof(g->error), "%.*s",
			 (int)genl_len(table[NLMSGERR_ATTR_MSG]),
			 (const char *)genl_data(table[NLMSGERR_ATTR_MSG]));
}

/* Return: 1 if more is to come, 0 if this was the end, or an error. */
static int genl_take(struct genl *g, const struct nlmsghdr *nlh, genl_handler handler, void *arg)
{
	const struct genlmsghdr *genl = NLMSG_DATA(nlh);
	const int *error = NLMSG_DATA(nlh);
	size_t head = NLMSG_LENGTH(GENL_HDRLEN);

	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		g->interrupted = true;
	if (nlh->nlmsg_type == NLMSG_DONE) {
		if (nlh->nlmsg_len < NLMSG_LENGTH(sizeof(*error)))
			return 0;
		genl_explain(g, nlh, sizeof(*error));
		return *error;
	}
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		genl_explain(g, nlh, sizeof(struct nlmsgerr));
		return *error;
	}
	if (nlh->nlmsg_len >= head && handler)
		handler(arg, genl->cmd, (const void *)((const char *)genl + GENL_HDRLEN),
			nlh->nlmsg_len - head);
	return 1;
}

/* One datagram of the kernel, of request @seq; of notifications that is zero. */
static int genl_receive(struct genl *g, __u32 seq, genl_handler handler, void *arg)
{
	static char buffer[GENL_BUFFER] __attribute__((aligned(NLMSG_ALIGNTO)));
	const struct nlmsghdr *nlh = (void *)buffer;
	size_t left, size;
	int more = 1;
	ssize_t len;

	do {
		len = recv(g->fd, buffer, sizeof(buffer), MSG_TRUNC);
	} while (len < 0 && errno == EINTR);
	if (len < 0)
		return -errno;
	if ((size_t)len > sizeof(buffer))
		return -EMSGSIZE;
	for (left = len; more > 0 && NLMSG_OK(nlh, left); left -= size) {
		if (nlh->nlmsg_seq == seq)
			more = genl_take(g, nlh, handler, arg);
		size = NLMSG_ALIGN(nlh->nlmsg_len);
		if (size >= left)
			break;
		nlh = (const void *)((const char *)nlh + size);
	}
	return more;
}

/* A dump ends with NLMSG_DONE, anything else with the answer to NLM_F_ACK. */
int genl_call(struct genl *g, struct genl_request *r, genl_handler handler, void *arg)
{
	int more;

	g->interrupted = false;
	g->error[0] = 0;
	if (!r->nlh.nlmsg_type)
		r->nlh.nlmsg_type = g->family;
	r->nlh.nlmsg_seq = ++g->seq;
	if (send(g->fd, r, r->nlh.nlmsg_len, 0) < 0)
		return -errno;
	do {
		more = genl_receive(g, g->seq, handler, arg);
	} while (more > 0);
	return more;
}

/* Families and groups */

static void genl_take_group(struct genl *g, const struct nlattr *entry)
{
	const struct nlattr *table[CTRL_ATTR_MCAST_GRP_ID + 1];

	genl_parse(table, CTRL_ATTR_MCAST_GRP_ID, genl_data(entry), genl_len(entry));
	if (!table[CTRL_ATTR_MCAST_GRP_NAME] || g->group_count == GENL_GROUPS)
		return;
	snprintf(g->group[g->group_count].name, GENL_NAMSIZ, "%s",
		 (const char *)genl_data(table[CTRL_ATTR_MCAST_GRP_NAME]));
	g->group[g->group_count++].id = genl_u32(table[CTRL_ATTR_MCAST_GRP_ID]);
}

static void genl_take_family(void *arg, __u8 cmd, const struct nlattr *attrs, size_t len)
{
	const struct nlattr *table[CTRL_ATTR_MCAST_GROUPS + 1];
	const struct nlattr *groups, *entry;
	struct genl *g = arg;
	size_t left;

	(void)cmd;
	genl_parse(table, CTRL_ATTR_MCAST_GROUPS, attrs, len);
	if (table[CTRL_ATTR_FAMILY_ID])
		memcpy(&g->family, genl_data(table[CTRL_ATTR_FAMILY_ID]), sizeof(g->family));
	groups = table[CTRL_ATTR_MCAST_GROUPS];
	if (!groups)
		return;
	left = genl_len(groups);
	for (entry = attr_first(genl_data(groups), left); entry; entry = attr_next(entry, &left))
		genl_take_group(g, entry);
}

int genl_open(struct genl *g, const char *family)
{
	struct genl_request r;
	int on = 1;
	int err;

	memset(g, 0, sizeof(*g));
	g->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (g->fd < 0)
		return -errno;
	setsockopt(g->fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(g->fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));

	genl_begin(&r, CTRL_CMD_GETFAMILY, 0);
	r.nlh.nlmsg_type = GENL_ID_CTRL;
	genl_put_string(&r, CTRL_ATTR_FAMILY_NAME, family);
	err = genl_call(g, &r, genl_take_family, g);
	if (err)
		genl_close(g);
	return err;
}

void genl_close(struct genl *g)
{
	close(g->fd);
	g->fd = -1;
}

int genl_join(struct genl *g, const char *group)
{
	unsigned int i;

	for (i = 0; i < g->group_count; i++)
		if (!strcmp(g->group[i].name, group))
			return setsockopt(g->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
					  &g->group[i].id, sizeof(g->group[i].id)) ?
			       -errno : 0;
	return -ENOENT;
}

int genl_listen(struct genl *g, genl_handler handler, void *arg)
{
	int more = genl_receive(g, 0, handler, arg);

	return more < 0 ? more : 0;
}

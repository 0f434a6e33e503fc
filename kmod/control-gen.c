// SPDX-License-Identifier: GPL-2.0-only
/* Do not edit: tools/netlink-gen.py makes it from Documentation/netlink/specs/afbus.yaml. */

#include "control-gen.h"

/* of operations that take no attribute */
static const struct nla_policy afbus_none_nl_policy[] = {
	[1] = { .type = NLA_REJECT, },
};

/* AFBUS_CMD_BUS_GET */
static const struct nla_policy afbus_bus_get_nl_policy[] = {
	[AFBUS_A_BUS_NAME] = { .type = NLA_NUL_STRING, .len = 63, },
};

/* AFBUS_CMD_MEMBER_GET */
static const struct nla_policy afbus_member_get_nl_policy[] = {
	[AFBUS_A_MEMBER_BUS] = { .type = NLA_NUL_STRING, .len = 63, },
	[AFBUS_A_MEMBER_ADDR] = { .type = NLA_U64, },
};

/* AFBUS_CMD_GROUP_GET */
static const struct nla_policy afbus_group_get_nl_policy[] = {
	[AFBUS_A_GROUP_BUS] = { .type = NLA_NUL_STRING, .len = 63, },
};

/* AFBUS_CMD_NAME_GET */
static const struct nla_policy afbus_name_get_nl_policy[] = {
	[AFBUS_A_NAME_BUS] = { .type = NLA_NUL_STRING, .len = 63, },
};

/* AFBUS_CMD_LIMITS_SET */
static const struct nla_policy afbus_limits_set_nl_policy[] = {
	[AFBUS_A_QUOTA_BYTES] = { .type = NLA_U64, },
	[AFBUS_A_QUOTA_DESCRIPTORS] = { .type = NLA_U64, },
	[AFBUS_A_QUOTA_MEMBERS] = { .type = NLA_U64, },
	[AFBUS_A_QUOTA_JOINS] = { .type = NLA_U64, },
	[AFBUS_A_QUOTA_NAMES] = { .type = NLA_U64, },
};

static const struct genl_ops afbus_nl_ops[] = {
	{
		.cmd		= AFBUS_CMD_FAMILY_GET,
		.doit		= afbus_nl_family_get_doit,
		.policy		= afbus_none_nl_policy,
		.maxattr	= ARRAY_SIZE(afbus_none_nl_policy) - 1,
	},
	{
		.cmd		= AFBUS_CMD_BUS_GET,
		.doit		= afbus_nl_bus_get_doit,
		.dumpit		= afbus_nl_bus_get_dumpit,
		.policy		= afbus_bus_get_nl_policy,
		.maxattr	= ARRAY_SIZE(afbus_bus_get_nl_policy) - 1,
	},
	{
		.cmd		= AFBUS_CMD_MEMBER_GET,
		.doit		= afbus_nl_member_get_doit,
		.dumpit		= afbus_nl_member_get_dumpit,
		.policy		= afbus_member_get_nl_policy,
		.maxattr	= ARRAY_SIZE(afbus_member_get_nl_policy) - 1,
	},
	{
		.cmd		= AFBUS_CMD_GROUP_GET,
		.dumpit		= afbus_nl_group_get_dumpit,
		.policy		= afbus_group_get_nl_policy,
		.maxattr	= ARRAY_SIZE(afbus_group_get_nl_policy) - 1,
	},
	{
		.cmd		= AFBUS_CMD_NAME_GET,
		.dumpit		= afbus_nl_name_get_dumpit,
		.policy		= afbus_name_get_nl_policy,
		.maxattr	= ARRAY_SIZE(afbus_name_get_nl_policy) - 1,
	},
	{
		.cmd		= AFBUS_CMD_USER_GET,
		.dumpit		= afbus_nl_user_get_dumpit,
		.policy		= afbus_none_nl_policy,
		.maxattr	= ARRAY_SIZE(afbus_none_nl_policy) - 1,
	},
	{
		.cmd		= AFBUS_CMD_LIMITS_GET,
		.doit		= afbus_nl_limits_get_doit,
		.policy		= afbus_none_nl_policy,
		.maxattr	= ARRAY_SIZE(afbus_none_nl_policy) - 1,
	},
	{
		.cmd		= AFBUS_CMD_LIMITS_SET,
		.doit		= afbus_nl_limits_set_doit,
		.policy		= afbus_limits_set_nl_policy,
		.maxattr	= ARRAY_SIZE(afbus_limits_set_nl_policy) - 1,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= AFBUS_CMD_DRAIN,
		.doit		= afbus_nl_drain_doit,
		.policy		= afbus_none_nl_policy,
		.maxattr	= ARRAY_SIZE(afbus_none_nl_policy) - 1,
		.flags		= GENL_ADMIN_PERM,
	},
};

static const struct genl_multicast_group afbus_nl_mcgrps[] = {
	[AFBUS_NLGRP_MONITOR] = { .name = AFBUS_MCGRP_MONITOR, },
};

struct genl_family afbus_nl_family __ro_after_init = {
	.name		= AFBUS_FAMILY_NAME,
	.version	= AFBUS_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.ops		= afbus_nl_ops,
	.n_ops		= ARRAY_SIZE(afbus_nl_ops),
	.mcgrps		= afbus_nl_mcgrps,
	.n_mcgrps	= ARRAY_SIZE(afbus_nl_mcgrps),
};

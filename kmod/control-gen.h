/* SPDX-License-Identifier: GPL-2.0-only */
/* Do not edit: tools/netlink-gen.py makes it from Documentation/netlink/specs/afbus.yaml. */

#ifndef _AFBUS_CONTROL_GEN_H
#define _AFBUS_CONTROL_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <linux/afbus_netlink.h>

int afbus_nl_family_get_doit(struct sk_buff *skb, struct genl_info *info);
int afbus_nl_bus_get_doit(struct sk_buff *skb, struct genl_info *info);
int afbus_nl_bus_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int afbus_nl_member_get_doit(struct sk_buff *skb, struct genl_info *info);
int afbus_nl_member_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int afbus_nl_group_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int afbus_nl_name_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int afbus_nl_user_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int afbus_nl_limits_get_doit(struct sk_buff *skb, struct genl_info *info);
int afbus_nl_limits_set_doit(struct sk_buff *skb, struct genl_info *info);
int afbus_nl_drain_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	AFBUS_NLGRP_MONITOR,
};

extern struct genl_family afbus_nl_family;

#endif /* _AFBUS_CONTROL_GEN_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Do not edit: tools/netlink-gen.py makes it from Documentation/netlink/specs/afbus.yaml. */

#ifndef _AFBUS_NETLINK_SPEC_H
#define _AFBUS_NETLINK_SPEC_H

#include "spec.h"

#include <linux/afbus_netlink.h>

static const char *const spec_right[] = { "hear", "send", NULL };

static const struct spec_attr spec_family_attrs[] = {
	[AFBUS_A_FAMILY_NUMBER] = { "number", SPEC_U32 },
	[AFBUS_A_FAMILY_VERSION] = { "version", SPEC_STRING },
	[AFBUS_A_FAMILY_DRAINING] = { "draining", SPEC_FLAG },
	[AFBUS_A_FAMILY_MESSAGE_MAX] = { "message-max", SPEC_U32 },
	[AFBUS_A_FAMILY_FDS_MAX] = { "fds-max", SPEC_U32 },
	[AFBUS_A_FAMILY_DESTS_MAX] = { "dests-max", SPEC_U32 },
	[AFBUS_A_FAMILY_QUEUE_MAX] = { "queue-max", SPEC_U32 },
	[AFBUS_A_FAMILY_QUEUE_DEFAULT] = { "queue-default", SPEC_U32 },
	[AFBUS_A_FAMILY_RING_MAX] = { "ring-max", SPEC_U32 },
};

static const struct spec_set spec_family = {
	AFBUS_A_FAMILY_MAX, spec_family_attrs
};

static const struct spec_attr spec_bus_attrs[] = {
	[AFBUS_A_BUS_NAME] = { "name", SPEC_STRING },
	[AFBUS_A_BUS_MODE] = { "mode", SPEC_U32 },
	[AFBUS_A_BUS_UID] = { "uid", SPEC_U32 },
	[AFBUS_A_BUS_GID] = { "gid", SPEC_U32 },
	[AFBUS_A_BUS_MEMBERS] = { "members", SPEC_U32 },
	[AFBUS_A_BUS_GROUPS] = { "groups", SPEC_U32 },
	[AFBUS_A_BUS_NAMES] = { "names", SPEC_U32 },
	[AFBUS_A_BUS_MASTER] = { "master", SPEC_ADDR },
	[AFBUS_A_BUS_ORDER] = { "order", SPEC_U64 },
	[AFBUS_A_BUS_LOST] = { "lost", SPEC_U64 },
};

static const struct spec_set spec_bus = {
	AFBUS_A_BUS_MAX, spec_bus_attrs
};

static const struct spec_attr spec_member_attrs[] = {
	[AFBUS_A_MEMBER_BUS] = { "bus", SPEC_STRING },
	[AFBUS_A_MEMBER_ADDR] = { "addr", SPEC_ADDR },
	[AFBUS_A_MEMBER_PID] = { "pid", SPEC_U32 },
	[AFBUS_A_MEMBER_UID] = { "uid", SPEC_U32 },
	[AFBUS_A_MEMBER_RIGHTS] = { "rights", SPEC_FLAGS, .flags = spec_right },
	[AFBUS_A_MEMBER_INODE] = { "inode", SPEC_U32 },
	[AFBUS_A_MEMBER_QUEUED] = { "queued", SPEC_U32 },
	[AFBUS_A_MEMBER_QUEUE_MAX] = { "queue-max", SPEC_U32 },
	[AFBUS_A_MEMBER_QUEUED_BYTES] = { "queued-bytes", SPEC_U32 },
	[AFBUS_A_MEMBER_BYTES_MAX] = { "bytes-max", SPEC_U32 },
	[AFBUS_A_MEMBER_SENT] = { "sent", SPEC_U64 },
	[AFBUS_A_MEMBER_RECEIVED] = { "received", SPEC_U64 },
	[AFBUS_A_MEMBER_LOST] = { "lost", SPEC_U64 },
	[AFBUS_A_MEMBER_SKIPPED] = { "skipped", SPEC_U64 },
	[AFBUS_A_MEMBER_PEER] = { "peer", SPEC_ADDR },
	[AFBUS_A_MEMBER_MASTER] = { "master", SPEC_FLAG },
	[AFBUS_A_MEMBER_RING] = { "ring", SPEC_FLAG },
};

static const struct spec_set spec_member = {
	AFBUS_A_MEMBER_MAX, spec_member_attrs
};

static const struct spec_attr spec_group_attrs[] = {
	[AFBUS_A_GROUP_BUS] = { "bus", SPEC_STRING },
	[AFBUS_A_GROUP_ID] = { "id", SPEC_ADDR },
	[AFBUS_A_GROUP_SIZE] = { "size", SPEC_U32 },
	[AFBUS_A_GROUP_MEMBER] = { "member", SPEC_ADDR },
};

static const struct spec_set spec_group = {
	AFBUS_A_GROUP_MAX, spec_group_attrs
};

static const struct spec_attr spec_name_attrs[] = {
	[AFBUS_A_NAME_BUS] = { "bus", SPEC_STRING },
	[AFBUS_A_NAME_NAME] = { "name", SPEC_STRING },
	[AFBUS_A_NAME_MEMBER] = { "member", SPEC_ADDR },
};

static const struct spec_set spec_name = {
	AFBUS_A_NAME_MAX, spec_name_attrs
};

static const struct spec_attr spec_quota_attrs[] = {
	[AFBUS_A_QUOTA_UID] = { "uid", SPEC_U32 },
	[AFBUS_A_QUOTA_BYTES] = { "bytes", SPEC_U64 },
	[AFBUS_A_QUOTA_DESCRIPTORS] = { "descriptors", SPEC_U64 },
	[AFBUS_A_QUOTA_MEMBERS] = { "members", SPEC_U64 },
	[AFBUS_A_QUOTA_JOINS] = { "joins", SPEC_U64 },
	[AFBUS_A_QUOTA_NAMES] = { "names", SPEC_U64 },
};

static const struct spec_set spec_quota = {
	AFBUS_A_QUOTA_MAX, spec_quota_attrs
};

static const struct spec_op spec_ops[] = {
	[AFBUS_CMD_FAMILY_GET] = { "family-get", &spec_family },
	[AFBUS_CMD_BUS_GET] = { "bus-get", &spec_bus },
	[AFBUS_CMD_MEMBER_GET] = { "member-get", &spec_member },
	[AFBUS_CMD_GROUP_GET] = { "group-get", &spec_group },
	[AFBUS_CMD_NAME_GET] = { "name-get", &spec_name },
	[AFBUS_CMD_USER_GET] = { "user-get", &spec_quota },
	[AFBUS_CMD_LIMITS_GET] = { "limits-get", &spec_quota },
	[AFBUS_CMD_LIMITS_SET] = { "limits-set", &spec_quota },
	[AFBUS_CMD_DRAIN] = { "drain", &spec_family },
	[AFBUS_CMD_BUS_ADD_NTF] = { "bus-add-ntf", &spec_bus },
	[AFBUS_CMD_BUS_DEL_NTF] = { "bus-del-ntf", &spec_bus },
	[AFBUS_CMD_BUS_MASTER_NTF] = { "bus-master-ntf", &spec_bus },
	[AFBUS_CMD_MEMBER_ADD_NTF] = { "member-add-ntf", &spec_member },
	[AFBUS_CMD_MEMBER_DEL_NTF] = { "member-del-ntf", &spec_member },
	[AFBUS_CMD_GROUP_ADD_NTF] = { "group-add-ntf", &spec_group },
	[AFBUS_CMD_GROUP_DEL_NTF] = { "group-del-ntf", &spec_group },
	[AFBUS_CMD_NAME_ADD_NTF] = { "name-add-ntf", &spec_name },
	[AFBUS_CMD_NAME_DEL_NTF] = { "name-del-ntf", &spec_name },
	[AFBUS_CMD_LIMITS_NTF] = { "limits-ntf", &spec_quota },
};

#endif /* _AFBUS_NETLINK_SPEC_H */

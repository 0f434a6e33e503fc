/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a program knows of the netlink specification: the name and type of each
 * attribute. netlink-spec.h, which is generated, fills these in.
 */
#ifndef _AFBUS_SPEC_H
#define _AFBUS_SPEC_H

#include <linux/types.h>

enum spec_type {
	SPEC_NONE,		/* padding */
	SPEC_U32,
	SPEC_U64,
	SPEC_ADDR,		/* u64: a member or a group; zero is nobody */
	SPEC_FLAGS,		/* u32: a mask of named bits */
	SPEC_STRING,
	SPEC_FLAG,		/* there or not */
};

struct spec_attr {
	const char	*name;
	enum spec_type	type;
	const char *const *flags;	/* of SPEC_FLAGS, NULL at the end */
};

struct spec_set {
	__u16		max;
	const struct spec_attr *attr;	/* max + 1 */
};

struct spec_op {
	const char	*name;
	const struct spec_set *set;
};

#endif /* _AFBUS_SPEC_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel answered, for people (a table) and for programs (JSON).
 *
 * In JSON addresses and groups are strings like "0x8000000000000007", because
 * its numbers are doubles; everything else is what the specification says.
 */
#ifndef _AFBUS_SHOW_H
#define _AFBUS_SHOW_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/netlink.h>

#include "spec.h"

/* Answers kept until the last one is there. */
struct answers {
	const struct spec_set *set;
	unsigned int	count;
	struct nlattr	**attrs;
	size_t		*len;
};

/* A genl_handler; arg: struct answers. */
void answers_add(void *arg, __u8 cmd, const struct nlattr *attrs, size_t len);
void answers_drop(struct answers *answers);

/* @columns: attributes, zero at the end */
void show_table(const struct answers *answers, const __u16 *columns);
void show_json_list(const struct answers *answers);
void show_pairs(const struct spec_set *set, const struct nlattr *attrs, size_t len);

/* Parts of a JSON object; *first is true before the first one. */
void json_name(bool *first, const char *name);
void json_string(const void *bytes, size_t len);
void json_attrs(bool *first, const struct spec_set *set, const struct nlattr *attrs, size_t len);

/* All of it can be shown as text in UTF-8. */
bool is_text(const void *bytes, size_t len);
/* As text; what could upset a terminal as \xNN. */
void show_text(const void *bytes, size_t len);
/* group:7, 0x17c1a2b3c4d5e6f7, or - for nobody */
void show_addr(__u64 addr);

#endif /* _AFBUS_SHOW_H */

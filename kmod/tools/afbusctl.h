/* SPDX-License-Identifier: GPL-2.0-only */
/* What the commands of afbusctl share. */
#ifndef _AFBUSCTL_H
#define _AFBUSCTL_H

#include <stdbool.h>
#include <linux/types.h>

enum {
	EXIT_USAGE = 2,
	EXIT_NO_AF_BUS = 3,
};

extern bool json;
extern unsigned long count_max;		/* -n; zero: without end */

/* afbusctl: WHAT: the error: WHAT TO DO; exits with 1. */
void __attribute__((noreturn, format(printf, 3, 4)))
fail(int error, const char *hint, const char *what, ...);
void __attribute__((noreturn, format(printf, 1, 2)))
usage(const char *what, ...);
__attribute__((noreturn)) void no_af_bus(void);

/* traffic.c: the socket of the family; @args end with NULL */
void traffic_send(int family, char **args);
void traffic_listen(int family, char **args);

#endif /* _AFBUSCTL_H */

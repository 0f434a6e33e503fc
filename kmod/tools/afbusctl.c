// SPDX-License-Identifier: GPL-2.0-only
/*
 * afbusctl: look at the buses of AF_BUS in this network namespace, control them,
 * and try them. What there is to see is said in
 * Documentation/netlink/specs/afbus.yaml.
 */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "afbusctl.h"
#include "genl.h"
#include "netlink-spec.h"
#include "show.h"

static const char help[] =
"Usage: afbusctl [OPTION]... COMMAND [ARGUMENT]...\n"
"\n"
"Look:\n"
"  info                          the family number and its limits\n"
"  list                          the buses of this network namespace\n"
"  members [BUS]                 who is there, and how full the queues are\n"
"  stats BUS                     what each member sent, received and lost\n"
"  groups [BUS]                  groups that have members\n"
"  names BUS                     the directory that the master keeps\n"
"  users                         what each user has in use, of the limits\n"
"  watch [BUS]                   changes, as they happen\n"
"\n"
"Control:\n"
"  limits                        what each user may have in use\n"
"  limits set NAME=NUMBER...     change that; needs CAP_NET_ADMIN\n"
"  drain                         every AF_BUS socket hangs up, everywhere and for\n"
"                                good, so that the module can be unloaded\n"
"\n"
"Try:\n"
"  send BUS TO TEXT|-            one message; - takes it from standard input\n"
"  listen BUS [group:N]...       show what comes to a new member of the bus\n"
"\n"
"TO is the address of a member, group:N or master.\n"
"\n"
"Options:\n"
"  -j, --json                    JSON; of watch and listen one object in a line\n"
"  -n, --count N                 end watch and listen after N lines\n"
"  -h, --help                    this text\n"
"\n"
"Exit status: 0, 1 if the kernel refused, 2 for a command that is not\n"
"understood, 3 if the kernel has no AF_BUS.\n";

bool json;
unsigned long count_max;

void fail(int error, const char *hint, const char *what, ...)
{
	va_list args;

	fflush(stdout);
	fputs("afbusctl: ", stderr);
	va_start(args, what);
	vfprintf(stderr, what, args);
	va_end(args);
	if (error)
		fprintf(stderr, ": %s", strerror(error));
	if (hint && *hint)
		fprintf(stderr, ": %s", hint);
	fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

void usage(const char *what, ...)
{
	va_list args;

	fputs("afbusctl: ", stderr);
	va_start(args, what);
	vfprintf(stderr, what, args);
	va_end(args);
	fputs("; see afbusctl -h\n", stderr);
	exit(EXIT_USAGE);
}

void no_af_bus(void)
{
	fputs("afbusctl: this kernel has no AF_BUS: load it, as root, with\n"
	      "  modprobe afbus              if it is installed (make -C kmod install)\n"
	      "  insmod afbus.ko             as make -C kmod module built it\n", stderr);
	exit(EXIT_NO_AF_BUS);
}

/* What to do about an error; the kernel's own words are better. */
static const char *hint(const struct genl *g, int error)
{
	if (g->error[0])
		return g->error;
	if (error == EPERM)
		return "CAP_NET_ADMIN is needed, for drain in the first user namespace";
	return NULL;
}

static void ask(struct genl *g, struct genl_request *r, struct answers *answers, const char *what)
{
	int err = genl_call(g, r, answers_add, answers);

	if (err)
		fail(-err, hint(g, -err), "%s", what);
}

/* Dumps */

#define TRIES	8

/* A dump that met a change is not shown but made again, a few times. */
static void dump(struct genl *g, const char *what, __u8 cmd, const char *bus, __u16 bus_attr,
		 const __u16 *columns)
{
	struct answers answers = { .set = spec_ops[cmd].set };
	int tries;

	for (tries = 0; tries < TRIES; tries++) {
		struct genl_request r;

		answers_drop(&answers);
		genl_begin(&r, cmd, NLM_F_DUMP);
		if (bus)
			genl_put_string(&r, bus_attr, bus);
		ask(g, &r, &answers, bus ?: what);
		if (!g->interrupted)
			break;
	}
	if (json)
		show_json_list(&answers);
	else
		show_table(&answers, columns);
	answers_drop(&answers);
	if (g->interrupted)
		fputs("afbusctl: the buses changed all the time; this may be incomplete\n", stderr);
}

static void list(struct genl *g, char **args)
{
	static const __u16 columns[] = {
		AFBUS_A_BUS_NAME, AFBUS_A_BUS_MODE, AFBUS_A_BUS_UID, AFBUS_A_BUS_GID,
		AFBUS_A_BUS_MEMBERS, AFBUS_A_BUS_GROUPS, AFBUS_A_BUS_NAMES,
		AFBUS_A_BUS_MASTER, AFBUS_A_BUS_LOST, 0,
	};

	(void)args;
	dump(g, "list", AFBUS_CMD_BUS_GET, NULL, 0, columns);
}

static void members(struct genl *g, char **args)
{
	static const __u16 columns[] = {
		AFBUS_A_MEMBER_BUS, AFBUS_A_MEMBER_ADDR, AFBUS_A_MEMBER_PID,
		AFBUS_A_MEMBER_UID, AFBUS_A_MEMBER_RIGHTS, AFBUS_A_MEMBER_MASTER,
		AFBUS_A_MEMBER_QUEUED, AFBUS_A_MEMBER_QUEUE_MAX,
		AFBUS_A_MEMBER_QUEUED_BYTES, AFBUS_A_MEMBER_LOST, 0,
	};

	dump(g, "members", AFBUS_CMD_MEMBER_GET, args[0], AFBUS_A_MEMBER_BUS, columns);
}

static void stats(struct genl *g, char **args)
{
	static const __u16 columns[] = {
		AFBUS_A_MEMBER_ADDR, AFBUS_A_MEMBER_SENT, AFBUS_A_MEMBER_RECEIVED,
		AFBUS_A_MEMBER_LOST, AFBUS_A_MEMBER_SKIPPED, AFBUS_A_MEMBER_QUEUED,
		AFBUS_A_MEMBER_QUEUED_BYTES, AFBUS_A_MEMBER_BYTES_MAX, 0,
	};

	dump(g, "stats", AFBUS_CMD_MEMBER_GET, args[0], AFBUS_A_MEMBER_BUS, columns);
}

static void groups(struct genl *g, char **args)
{
	static const __u16 columns[] = {
		AFBUS_A_GROUP_BUS, AFBUS_A_GROUP_ID, AFBUS_A_GROUP_SIZE, 0,
	};

	dump(g, "groups", AFBUS_CMD_GROUP_GET, args[0], AFBUS_A_GROUP_BUS, columns);
}

static void names(struct genl *g, char **args)
{
	static const __u16 columns[] = { AFBUS_A_NAME_MEMBER, AFBUS_A_NAME_NAME, 0 };

	dump(g, "names", AFBUS_CMD_NAME_GET, args[0], AFBUS_A_NAME_BUS, columns);
}

static void users(struct genl *g, char **args)
{
	static const __u16 columns[] = {
		AFBUS_A_QUOTA_UID, AFBUS_A_QUOTA_BYTES, AFBUS_A_QUOTA_DESCRIPTORS,
		AFBUS_A_QUOTA_MEMBERS, AFBUS_A_QUOTA_JOINS, AFBUS_A_QUOTA_NAMES, 0,
	};

	(void)args;
	dump(g, "users", AFBUS_CMD_USER_GET, NULL, 0, columns);
}

/* One answer */

static void show_one(struct genl *g, __u8 cmd)
{
	struct answers answers = { .set = spec_ops[cmd].set };
	struct genl_request r;
	bool first = true;

	genl_begin(&r, cmd, 0);
	ask(g, &r, &answers, spec_ops[cmd].name);
	if (!answers.count)
		fail(EPROTO, NULL, "%s", spec_ops[cmd].name);
	if (json) {
		putchar('{');
		json_attrs(&first, answers.set, answers.attrs[0], answers.len[0]);
		puts("}");
	} else {
		show_pairs(answers.set, answers.attrs[0], answers.len[0]);
		putchar('\n');
	}
	answers_drop(&answers);
}

static void info(struct genl *g, char **args)
{
	(void)args;
	show_one(g, AFBUS_CMD_FAMILY_GET);
}

/* NAME=NUMBER into the request. */
static void put_limit(struct genl_request *r, char *setting)
{
	char *number = strchr(setting, '=');
	unsigned long long n;
	char *end;
	__u16 i;

	if (!number)
		usage("limits set: %s: not NAME=NUMBER", setting);
	*number++ = 0;
	errno = 0;
	n = strtoull(number, &end, 0);
	if (errno || !*number || *end || *number == '-')
		usage("limits set: %s=%s: not a number", setting, number);
	for (i = AFBUS_A_QUOTA_BYTES; i <= spec_quota.max; i++) {
		if (!strcmp(spec_quota.attr[i].name, setting)) {
			genl_put_u64(r, i, n);
			return;
		}
	}
	usage("limits set: %s: there are bytes, descriptors, members, joins, names", setting);
}

static void limits(struct genl *g, char **args)
{
	struct answers answers = { .set = &spec_quota };
	struct genl_request r;

	if (!args[0]) {
		show_one(g, AFBUS_CMD_LIMITS_GET);
		return;
	}
	if (strcmp(args[0], "set") || !args[1])
		usage("limits: only \"set NAME=NUMBER...\" may follow");
	genl_begin(&r, AFBUS_CMD_LIMITS_SET, 0);
	while (*++args)
		put_limit(&r, *args);
	ask(g, &r, &answers, "limits set");
	answers_drop(&answers);
}

static void drain(struct genl *g, char **args)
{
	struct answers answers = { .set = &spec_family };
	struct genl_request r;

	(void)args;
	genl_begin(&r, AFBUS_CMD_DRAIN, 0);
	ask(g, &r, &answers, "drain");
	answers_drop(&answers);
}

/* Changes */

struct watched {
	const char	*bus;		/* only of this one, or NULL */
	unsigned long	shown;
};

static bool is_of_bus(const struct spec_set *set, const struct nlattr *attrs, size_t len,
		      const char *bus)
{
	const struct nlattr *table[set->max + 1];
	__u16 attr = set == &spec_bus ? AFBUS_A_BUS_NAME :
		     set == &spec_member ? AFBUS_A_MEMBER_BUS :
		     set == &spec_group ? AFBUS_A_GROUP_BUS :
		     set == &spec_name ? AFBUS_A_NAME_BUS : 0;

	genl_parse(table, set->max, attrs, len);
	return attr && table[attr] && !strcmp(genl_data(table[attr]), bus);
}

static void show_change(void *arg, __u8 cmd, const struct nlattr *attrs, size_t len)
{
	struct watched *w = arg;
	const struct spec_op *op = &spec_ops[cmd];
	bool first = true;

	if (cmd > AFBUS_CMD_MAX || (count_max && w->shown == count_max) ||
	    (w->bus && !is_of_bus(op->set, attrs, len, w->bus)))
		return;
	w->shown++;
	if (json) {
		putchar('{');
		json_name(&first, "change");
		json_string(op->name, strlen(op->name));
		json_attrs(&first, op->set, attrs, len);
		puts("}");
	} else {
		printf("%-16s", op->name);
		show_pairs(op->set, attrs, len);
		putchar('\n');
	}
}

static void watch(struct genl *g, char **args)
{
	struct watched w = { .bus = args[0] };
	int err = genl_join(g, AFBUS_MCGRP_MONITOR);

	if (err)
		fail(-err, NULL, "watch");
	fputs("afbusctl: watching\n", stderr);
	while (!count_max || w.shown < count_max) {
		err = genl_listen(g, show_change, &w);
		if (err == -ENOBUFS)
			fputs("afbusctl: changes were missed here, there were too many\n", stderr);
		else if (err)
			fail(-err, NULL, "watch");
	}
}

/* Traffic */

static void take_number(void *arg, __u8 cmd, const struct nlattr *attrs, size_t len)
{
	const struct nlattr *table[AFBUS_A_FAMILY_MAX + 1];

	(void)cmd;
	genl_parse(table, AFBUS_A_FAMILY_MAX, attrs, len);
	*(int *)arg = genl_u32(table[AFBUS_A_FAMILY_NUMBER]);
}

static int family_number(struct genl *g)
{
	struct genl_request r;
	int number = 0;
	int err;

	genl_begin(&r, AFBUS_CMD_FAMILY_GET, 0);
	err = genl_call(g, &r, take_number, &number);
	if (err)
		fail(-err, hint(g, -err), "which family number AF_BUS has");
	return number;
}

static void send_one(struct genl *g, char **args)
{
	traffic_send(family_number(g), args);
}

static void listen_to(struct genl *g, char **args)
{
	traffic_listen(family_number(g), args);
}

static const struct command {
	const char	*name;
	int		min, max;	/* arguments; -1: any number */
	void		(*run)(struct genl *g, char **args);
} commands[] = {
	{ "info", 0, 0, info },
	{ "list", 0, 0, list },
	{ "members", 0, 1, members },
	{ "stats", 1, 1, stats },
	{ "groups", 0, 1, groups },
	{ "names", 1, 1, names },
	{ "users", 0, 0, users },
	{ "watch", 0, 1, watch },
	{ "limits", 0, -1, limits },
	{ "drain", 0, 0, drain },
	{ "send", 3, 3, send_one },
	{ "listen", 1, -1, listen_to },
};

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	usage("%s: no such command", name);
}

static void read_options(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "count", required_argument, NULL, 'n' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	char *end;
	int c;

	while ((c = getopt_long(argc, argv, "jn:h", options, NULL)) >= 0) {
		switch (c) {
		case 'j':
			json = true;
			break;
		case 'n':
			count_max = strtoul(optarg, &end, 10);
			if (!count_max || *end || *optarg == '-')
				usage("-n %s: not a number above zero", optarg);
			break;
		case 'h':
			fputs(help, stdout);
			exit(EXIT_SUCCESS);
		default:
			usage("not understood");
		}
	}
}

int main(int argc, char **argv)
{
	const struct command *command;
	struct genl g;
	int count;
	int err;

	read_options(argc, argv);
	if (optind == argc)
		usage("what is to be done?");
	command = find_command(argv[optind++]);
	count = argc - optind;
	if (count < command->min || (command->max >= 0 && count > command->max))
		usage("%s: too %s arguments", command->name, count < command->min ? "few" : "many");

	setvbuf(stdout, NULL, _IOLBF, 0);
	err = genl_open(&g, AFBUS_FAMILY_NAME);
	if (err == -ENOENT)
		no_af_bus();
	if (err)
		fail(-err, NULL, "generic netlink");
	command->run(&g, argv + optind);
	genl_close(&g);
	if (fflush(stdout) || ferror(stdout))
		fail(errno, NULL, "standard output");
	return EXIT_SUCCESS;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random sequences of all calls of the socket interface.
 *
 *   fuzz [--seed N] [--calls N] [--processes N] [--sabotage N]
 *
 * With one process (the default) a model predicts what each call returns; with
 * more they check each other's messages and disturb one another. A process
 * draws each step from seed, process and step number alone: the same seed is
 * the same sequence, and fewer --calls are its beginning.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include "crowd.h"
#include "steps.h"

static int usage(void)
{
	fprintf(stderr,
		"usage: fuzz [--seed N] [--calls N] [--processes 1..%d] [--sabotage 1..4]\n"
		"--sabotage makes the model wrong in one rule, so that it must fail\n",
		CROWD_MAX);
	return 2;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "calls", required_argument, NULL, 'c' },
		{ "processes", required_argument, NULL, 'p' },
		{ "sabotage", required_argument, NULL, 'x' },
		{ }
	};
	unsigned long long seed = 1, calls = 100000;
	unsigned long processes = 1, sabotage = 0;
	struct crowd_result crowd = { 0 };
	struct steps_result steps = { 0 };
	bool good = true;
	int o;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (o) {
		case 's': seed = strtoull(optarg, NULL, 0); break;
		case 'c': calls = strtoull(optarg, NULL, 0); break;
		case 'p': processes = strtoul(optarg, NULL, 0); break;
		case 'x': sabotage = strtoul(optarg, NULL, 0); break;
		default: return usage();
		}
	}
	if (optind != argc || !processes || processes > CROWD_MAX)
		return usage();

	printf("# seed %llu, %llu calls, %lu processes\n", seed, calls, processes);
	fflush(stdout);
	if (processes == 1) {
		steps_run(seed, calls, sabotage, &steps);
		printf("# %llu calls, %llu of them refused; %llu messages received, %llu in rings, %llu lost: all as predicted\n",
		       (long long)steps.calls, (long long)steps.refused,
		       (long long)steps.received, (long long)steps.slots,
		       (long long)steps.lost);
	} else {
		good = crowd_run(seed, calls, processes, &crowd);
		printf("# %llu calls; %llu messages received, %llu lost, %llu compared; %llu stops\n",
		       (long long)crowd.calls, (long long)crowd.received,
		       (long long)crowd.lost, (long long)crowd.agreed,
		       (long long)crowd.stops);
	}
	return !good;
}

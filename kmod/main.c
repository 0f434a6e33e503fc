// SPDX-License-Identifier: GPL-2.0-only
/*
 * AF_BUS: a reliable, ordered, local multicast socket family. What it promises
 * is written in include/uapi/linux/afbus.h, how it is built in bus.h.
 */
#include <linux/module.h>

#include "bus.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static int family = AF_BUS_DEFAULT;
module_param(family, int, 0444);
MODULE_PARM_DESC(family, "vacant protocol family number to take");

static int __init afbus_init(void)
{
	int err;

	bus_member_init();
	err = bus_queue_init_cache();
	if (err)
		return err;
	err = bus_init_net();
	if (err)
		goto cache;
	err = bus_control_init();
	if (err)
		goto net;
	err = bus_socket_init(family);
	if (err)
		goto control;
	return 0;
control:
	bus_control_exit();
net:
	bus_exit_net();
cache:
	bus_queue_exit_cache();
	if (err == -EEXIST)
		pr_err("afbus: protocol family %d is taken: load with family=N, N vacant\n",
		       family);
	return err;
}

static void __exit afbus_exit(void)
{
	bus_socket_exit();
	bus_control_exit();
	bus_exit_net();
	rcu_barrier();		/* sockets being freed */
	bus_queue_exit_cache();
}

module_init(afbus_init);
module_exit(afbus_exit);

MODULE_VERSION(BUS_VERSION);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("AF_BUS: reliable, ordered, local multicast sockets");
MODULE_ALIAS_NETPROTO(AF_BUS_DEFAULT);

// SPDX-License-Identifier: GPL-2.0-only
/* What the unit tests call of the module; linked into it only for them. */
#include <linux/module.h>

#include "bus.h"

#define LET_IN EXPORT_SYMBOL_GPL

LET_IN(bus_family);
LET_IN(bus_net);
LET_IN(bus_user_get);
LET_IN(bus_user_put);
LET_IN(bus_charge);
LET_IN(bus_uncharge);
LET_IN(bus_entry_new);
LET_IN(bus_queue_has_room);
LET_IN(bus_queue_congest);
LET_IN(bus_queue_add);
LET_IN(bus_queue_lose);
LET_IN(bus_queue_take);
LET_IN(bus_queue_done);
LET_IN(bus_queue_untake);
LET_IN(bus_queue_next_length);
LET_IN(bus_queue_readable);
LET_IN(bus_queue_purge);
LET_IN(bus_member_find);
LET_IN(bus_group_find);
LET_IN(bus_member_join);
LET_IN(bus_member_part);
LET_IN(bus_member_claim);
LET_IN(bus_member_name);
LET_IN(bus_member_lookup);
LET_IN(bus_message_event);
LET_IN(bus_peer_set);
LET_IN(bus_peer_has_room);

// SPDX-License-Identifier: Apache-2.0
/* All that <linux/afbus.h> promises: constants, sizes, places. */
#include <linux/afbus.h>

#include "dump.h"

ABI = {
	VALUE(AF_BUS_DEFAULT),
	VALUE(SOL_BUS),

	VALUE(BUS_NAME_MAX),
	VALUE(BUS_WELL_KNOWN_MAX),
	VALUE(BUS_MESSAGE_MAX),
	VALUE(BUS_FDS_MAX),
	VALUE(BUS_DESTS_MAX),
	VALUE(BUS_QUEUE_MAX),
	VALUE(BUS_QUEUE_DEFAULT),
	VALUE(BUS_RING_MAX),

	VALUE(BUS_ADDR_KERNEL),
	VALUE(BUS_ADDR_MASTER),
	VALUE(BUS_ADDR_GROUP),

	VALUE(BUS_SOCKADDR_SHORT),
	VALUE(BUS_CREATE),
	VALUE(BUS_EXISTING),
	VALUE(BUS_WAIT),
	VALUE(BUS_FAIL),
	VALUE(BUS_SKIP),

	VALUE(BUS_PERM),
	VALUE(BUS_JOIN),
	VALUE(BUS_LEAVE),
	VALUE(BUS_QUEUE),
	VALUE(BUS_META),
	VALUE(BUS_EVENTS),
	VALUE(BUS_MASTER),
	VALUE(BUS_NAME),
	VALUE(BUS_RING),
	VALUE(BUS_STATS),

	VALUE(BUS_CMSG_META),
	VALUE(BUS_CMSG_LABEL),
	VALUE(BUS_CMSG_DESTS),
	VALUE(BUS_META_STAMP),
	VALUE(BUS_META_LABEL),
	VALUE(BUS_META_EVENT),
	VALUE(BUS_META_MEMFD),

	VALUE(BUS_EVENT_ENTER),
	VALUE(BUS_EVENT_EXIT),
	VALUE(BUS_EVENT_JOIN),
	VALUE(BUS_EVENT_LEAVE),
	VALUE(BUS_EVENT_MASTER),
	VALUE(BUS_EVENT_ROOM),
	VALUE(BUS_EVENT_LOST),

	VALUE(BUS_SLOT_QUEUED),
	VALUE(SIOCBUSTURN),

	SIZE(sockaddr_bus),
	FIELD(sockaddr_bus, sbus_family),
	FIELD(sockaddr_bus, sbus_reserved),
	FIELD(sockaddr_bus, sbus_flags),
	FIELD(sockaddr_bus, sbus_addr),
	FIELD(sockaddr_bus, sbus_name),

	SIZE(bus_perm),
	FIELD(bus_perm, mode),
	FIELD(bus_perm, uid),
	FIELD(bus_perm, gid),
	FIELD(bus_perm, reserved),

	SIZE(bus_name),
	FIELD(bus_name, addr),
	FIELD(bus_name, name),

	SIZE(bus_stats),
	FIELD(bus_stats, addr),
	FIELD(bus_stats, master),
	FIELD(bus_stats, sent),
	FIELD(bus_stats, received),
	FIELD(bus_stats, lost),
	FIELD(bus_stats, skipped),
	FIELD(bus_stats, queued),
	FIELD(bus_stats, queued_bytes),

	SIZE(bus_meta),
	FIELD(bus_meta, order),
	FIELD(bus_meta, time),
	FIELD(bus_meta, dest),
	FIELD(bus_meta, size),
	FIELD(bus_meta, lost),
	FIELD(bus_meta, pid),
	FIELD(bus_meta, uid),
	FIELD(bus_meta, gid),
	FIELD(bus_meta, flags),

	SIZE(bus_event),
	FIELD(bus_event, type),
	FIELD(bus_event, reserved),
	FIELD(bus_event, addr),
	FIELD(bus_event, group),

	SIZE(bus_ring),
	FIELD(bus_ring, slots),
	FIELD(bus_ring, slot_size),

	SIZE(bus_slot),
	FIELD(bus_slot, ready),
	FIELD(bus_slot, src),
	FIELD(bus_slot, meta),
	FIELD(bus_slot, flags),
	FIELD(bus_slot, length),

	SIZE(bus_turn),
	FIELD(bus_turn, done),
	FIELD(bus_turn, ready),
};

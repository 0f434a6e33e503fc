/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints afbus:afbus_send, afbus_deliver, afbus_drop: the way of a message.
 * The stamp is the same in all three and, with the bus, names the message.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM afbus

#if !defined(_AFBUS_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _AFBUS_TRACE_H

#include <linux/tracepoint.h>

#include "bus.h"

TRACE_DEFINE_ENUM(BUS_DROP_FULL);
TRACE_DEFINE_ENUM(BUS_DROP_FILTER);
TRACE_DEFINE_ENUM(BUS_DROP_EVENT);

/* A message that has its place in the order. */
TRACE_EVENT(afbus_send,

	TP_PROTO(const struct bus *bus, const struct sk_buff *skb,
		 const struct bus_dests *dests),

	TP_ARGS(bus, skb, dests),

	TP_STRUCT__entry(
		__array(char,	bus, BUS_NAME_MAX)
		__field(u64,	from)
		__field(u64,	dest)
		__field(u64,	order)
		__field(u32,	dests)
		__field(u32,	policy)
		__field(u32,	length)
	),

	TP_fast_assign(
		memcpy(__entry->bus, bus->name, BUS_NAME_MAX);
		__entry->from = bus_message(skb)->from->addr;
		__entry->dest = dests->addr[0];
		__entry->order = bus_message(skb)->order;
		__entry->dests = dests->count;
		__entry->policy = dests->policy;
		__entry->length = skb->len;
	),

	TP_printk("bus=%s from=%llx dest=%llx order=%llu dests=%u policy=%s length=%u",
		  __entry->bus, __entry->from, __entry->dest, __entry->order,
		  __entry->dests,
		  __print_symbolic(__entry->policy, { BUS_WAIT, "wait" },
				   { BUS_FAIL, "fail" }, { BUS_SKIP, "skip" }),
		  __entry->length)
);

/* It is in the queue or the ring of a receiver. */
TRACE_EVENT(afbus_deliver,

	TP_PROTO(const struct bus *bus, const struct sk_buff *skb,
		 const struct bus_sock *to, u64 dest, u32 length),

	TP_ARGS(bus, skb, to, dest, length),

	TP_STRUCT__entry(
		__array(char,	bus, BUS_NAME_MAX)
		__field(u64,	from)
		__field(u64,	dest)
		__field(u64,	to)
		__field(u64,	order)
		__field(u32,	length)
	),

	TP_fast_assign(
		const struct bus_message *m = bus_message(skb);

		memcpy(__entry->bus, bus->name, BUS_NAME_MAX);
		__entry->from = m->from ? m->from->addr : BUS_ADDR_KERNEL;
		__entry->dest = dest;
		__entry->to = to->addr;
		__entry->order = m->order;
		__entry->length = length;
	),

	TP_printk("bus=%s from=%llx dest=%llx to=%llx order=%llu length=%u",
		  __entry->bus, __entry->from, __entry->dest, __entry->to,
		  __entry->order, __entry->length)
);

/* A receiver was left out of it; under bus.order. */
TRACE_EVENT(afbus_drop,

	TP_PROTO(const struct bus *bus, const struct sk_buff *skb,
		 const struct bus_sock *to, u64 dest, u64 order,
		 enum bus_drop_reason reason),

	TP_ARGS(bus, skb, to, dest, order, reason),

	TP_STRUCT__entry(
		__array(char,	bus, BUS_NAME_MAX)
		__field(u64,	from)
		__field(u64,	dest)
		__field(u64,	to)
		__field(u64,	order)
		__field(u32,	length)
		__field(u32,	reason)
	),

	TP_fast_assign(
		const struct bus_message *m = skb ? bus_message(skb) : NULL;

		memcpy(__entry->bus, bus->name, BUS_NAME_MAX);
		__entry->from = m && m->from ? m->from->addr : BUS_ADDR_KERNEL;
		__entry->dest = dest;
		__entry->to = to->addr;
		__entry->order = order;
		__entry->length = skb ? skb->len : sizeof(struct bus_event);
		__entry->reason = reason;
	),

	TP_printk("bus=%s from=%llx dest=%llx to=%llx order=%llu length=%u reason=%s",
		  __entry->bus, __entry->from, __entry->dest, __entry->to,
		  __entry->order, __entry->length,
		  __print_symbolic(__entry->reason, { BUS_DROP_FULL, "full" },
				   { BUS_DROP_FILTER, "filter" },
				   { BUS_DROP_EVENT, "event" }))
);

#endif /* _AFBUS_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>

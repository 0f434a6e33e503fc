/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the contract says should happen: buses, members, groups, names and
 * queues of one process that owns them all, without a kernel.
 *
 * Where several errors fit one call, afbus.h does not say which is returned: a
 * verdict holds all of them. With none the call succeeds, and only then has an
 * effect.
 */
#ifndef FUZZ_MODEL_H
#define FUZZ_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <linux/afbus.h>

#define MODEL_SOCKETS	20
#define MODEL_BUSES	3
#define MODEL_GROUPS	5
#define MODEL_NAMES	6
#define MODEL_FILES	4	/* different ones that are passed */

struct verdict {
	unsigned int n;
	int error[8];
};

static inline void may_fail(struct verdict *v, int error)
{
	if (v->n < 8)
		v->error[v->n++] = error;
}

struct member;

struct message {
	unsigned int refs;
	unsigned int holders;		/* queues, and its sendmsg(): it is unread */
	struct member *from;		/* NULL: the kernel */
	unsigned int life;		/* of the sender's */
	uint64_t src;
	uint64_t number;		/* its bytes follow from it */
	uint64_t place;			/* among all messages and events */
	uint32_t size;
	uint32_t charge;		/* of SO_RCVBUF, per receiver */
	uint32_t uid;
	struct bus_event event;
	unsigned int files;
	unsigned char file[BUS_FDS_MAX];
	uint64_t order, time;		/* known from the first that received it */
};

struct entry {
	struct entry *next;
	struct message *message;
	uint64_t dest;
	uint64_t lost;
	uint32_t length;		/* what the receiver's filter left */
};

struct slot {
	struct message *message;
	uint64_t dest;
	uint64_t lost;
	uint32_t length;
	bool queued;
};

struct wish {
	struct wish *next;		/* the latest first */
	struct member *sender;
	bool event;
};

enum filter { FILTER_NONE, FILTER_ALL, FILTER_ODD, FILTER_CUT, FILTERS };
#define FILTER_CUT_TO	20

struct bus {
	bool exists;
	uint32_t mode, uid, gid;
	unsigned int members;
	struct member *master;
	struct member *name[MODEL_NAMES];
	/* Who joined or asked first comes first. */
	struct member *listener[MODEL_SOCKETS];
	unsigned int listeners;
	struct member *group[MODEL_GROUPS][MODEL_SOCKETS];
	unsigned int size[MODEL_GROUPS];
};

/* A socket, bound or not. */
struct member {
	bool open;
	unsigned int life;		/* counts the sockets that were here */
	struct bus *bus;
	uint64_t addr;
	bool hears, sends;
	struct bus_perm perm;
	uint32_t meta, events, max, room;
	uint64_t peer;
	bool shut_in, shut_out;
	enum filter filter;
	unsigned int groups;		/* how many; */
	unsigned char joined[MODEL_GROUPS];	/* which, the latest first */
	struct entry *first, **last;
	uint32_t messages, bytes;
	uint64_t lost;			/* not yet told */
	struct wish *wishes;		/* of others, for room here */
	uint64_t sent, received, lost_ever, skipped;
	uint64_t unread;		/* bytes of its own that are somewhere */
	struct slot *slot;		/* of its ring, or NULL */
	uint32_t slots, slot_size;
	uint64_t head, tail;		/* delivered, and given back, ever */
	uint64_t order, time;		/* last received */
	int error;			/* left by recvmmsg() for the next receive */
};

struct model {
	uint32_t uid;			/* the process's at present */
	struct bus bus[MODEL_BUSES];
	struct member member[MODEL_SOCKETS];
	uint64_t number;		/* of messages */
	uint64_t place;
	unsigned int files;		/* in flight */
	uint32_t event_charge;
	/* 1: a queue holds one more, 2: losses are not counted, 3: a ring holds
	 * one more, 4: nobody is told of room; to see that it fails
	 */
	unsigned int sabotage;
};

/* One sendmsg(), once its arguments are known to be well formed. */
struct sending {
	const uint64_t *dest;
	unsigned int dests;
	bool list;
	uint32_t policy;
	uint32_t size, charge;
	unsigned int files;
	const unsigned char *file;
};

extern struct model model;

uint64_t model_group(unsigned int g);
unsigned char model_byte(const struct message *m, size_t i);

void model_open(struct member *s, uint32_t room);
void model_close(struct member *s);
struct verdict model_bind(const struct member *s, const struct bus *b, uint32_t flags);
void model_bound(struct member *s, struct bus *b, uint64_t addr);
void model_connect(struct member *s, uint64_t peer);
struct verdict model_join(struct member *s, unsigned int g, bool leave);
struct verdict model_listen(struct member *s, uint32_t events);
struct verdict model_claim(struct member *s, bool claim);
struct verdict model_name(struct member *s, unsigned int name, uint64_t addr);
struct verdict model_send(struct member *s, const struct sending *sending);
void model_shut(struct member *s, bool in, bool out);
struct verdict model_ring(struct member *s, const struct bus_ring *ring);
struct verdict model_turn(struct member *s, uint64_t done);
bool model_fits(const struct member *s, uint32_t length);
void model_resized(struct member *s);
struct member *model_find(const struct bus *b, uint64_t addr);
bool model_has_room(const struct member *s);

/*
 * What the next receive finds: an entry, or NULL and why there is none. The
 * entry stays; model_take() takes it.
 */
struct entry *model_next(struct member *s, struct verdict *v);
void model_take(struct member *s);
void model_look_and_put_back(struct member *s);

#endif

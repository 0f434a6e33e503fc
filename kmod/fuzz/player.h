/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The process that makes the calls: what it has, what it draws, and whether the
 * kernel did as the model said. Each call is a function that draws the
 * arguments, asks the model, makes the call and compares.
 */
#ifndef FUZZ_PLAYER_H
#define FUZZ_PLAYER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include "model.h"
#include "packet.h"
#include "random.h"
#include "steps.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define DUPS		3
#define MANY		4	/* messages in sendmmsg(), recvmmsg() */
#define SIZES		25	/* of messages */
#define NOWHERE		((void *)1)
#define STRANGER	1000	/* the other user */

struct player {
	int family;
	int fd[MODEL_SOCKETS][DUPS];
	unsigned int dups[MODEL_SOCKETS];
	uint32_t size[SIZES];
	uint32_t charge[SIZES];
	int file[MODEL_FILES];
	ino_t inode[MODEL_FILES];
	int unix_socket, path;
	char label[PACKET_LABEL_MAX];
	int label_len;			/* -1: this kernel has none */
	uint64_t last_addr;
	char *pattern;			/* what any message holds is somewhere in it */
	char *buffer;
	char *memfd;			/* what was read from one */
	char *map[MODEL_SOCKETS];	/* of the ring, if it has one */
	struct steps_result result;
};

extern struct player my;
extern struct random *rnd;		/* of this step */

static inline bool chance(unsigned int n)
{
	return one_in(rnd, n);
}

static inline unsigned int draw(unsigned int n)
{
	return below(rnd, n);
}

/* player.c */
void check(const char *call, const struct verdict *v, long got);
void check_number(const char *what, uint64_t got, uint64_t wanted);
struct member *any_member(void);
struct member *any_open(void);
struct member *any_bound(void);
int index_of(const struct member *s);
int fd_of(const struct member *s);
uint64_t any_addr(const struct member *s);
unsigned int rarely(unsigned int n);
void become(uint32_t uid);

/* sockets.c */
void open_socket(struct member *s);
void close_one(struct member *s);
void duplicate(struct member *s);
void name_bus(struct sockaddr_bus *sa, unsigned int b);
void bind_socket(struct member *s);
void connect_socket(struct member *s);
void tell_names(struct member *s);
void shut(struct member *s);
void do_what_it_cannot(struct member *s);
void ask_poll(struct member *s);
void ask_queues(struct member *s);

/* options.c */
void set_queue(struct member *s);
void set_meta(struct member *s);
bool spoiled(const char *what, struct member *s, int option, void *value, socklen_t size);
void set_events(struct member *s);
void join(struct member *s, bool part);
void claim(struct member *s);
void set_perm(struct member *s);
void set_room(struct member *s);
void set_filter(struct member *s);
void set_name(struct member *s);
void get_name(struct member *s);
void get_word(struct member *s);
void get_stats(struct member *s);
void use_unknown(struct member *s);

/* sends.c */
const char *payload(const struct message *m);
void send_one(struct member *s);
void send_many(struct member *s);

/* receives.c */
bool as_file(const struct member *s, const struct entry *e);
void check_meta(struct member *s, struct entry *e, const struct bus_meta *meta, bool peek);
void receive_one(struct member *s);
void read_one(struct member *s);
void receive_many(struct member *s);

/* rings.c */
void map_ring(struct member *s);
void set_ring(struct member *s);
void turn(struct member *s);

#endif

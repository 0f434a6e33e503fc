/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What measured programs in C have in common: a thread that works, and orders
 * on the standard input that are answered as headway.bench.Station does. What a
 * mark consists of, headway.bench.Mark says.
 */
#ifndef STATION_H
#define STATION_H

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_BUCKET	50
#define BUCKETS		2000000	/* times up to 100 ms; the last has all above */
#define MOST_RECEIVERS	64
#define MOST_TURNS	512

/* What the thread that works and the one that takes orders share. */
static atomic_uint times[BUCKETS];
static atomic_long count;
static atomic_int stopped;

static inline void die(const char *what)
{
	printf("> failed %s: %s\n", what, strerror(errno));
	fflush(stdout);
	_exit(1);
}

static inline int64_t now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static inline int is_stopped(void)
{
	return atomic_load_explicit(&stopped, memory_order_relaxed);
}

/* The next message must have this number: none is lost, doubled or late. */
static inline void take(int64_t number)
{
	int64_t due = atomic_load_explicit(&count, memory_order_relaxed) + 1;

	if (number != due) {
		printf("> failed message %lld came where %lld was due\n",
		       (long long)number, (long long)due);
		fflush(stdout);
		_exit(1);
	}
	atomic_store_explicit(&count, due, memory_order_release);
}

static inline void note(int64_t ns)
{
	int64_t bucket = ns / NS_PER_BUCKET;

	if (bucket >= BUCKETS)
		bucket = BUCKETS - 1;
	atomic_fetch_add_explicit(&times[bucket], 1, memory_order_relaxed);
}

static inline void took(int64_t ns)
{
	note(ns);
	atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
}

/* When the message of that number was to be sent, if they are sent at a pace. */
static inline int64_t due(_Atomic int64_t *credits, int64_t number, int64_t interval)
{
	return atomic_load_explicit(&credits[(MOST_RECEIVERS - 1) * 8], memory_order_acquire) +
	       (number - 1) * interval;
}

static inline void await_moment(int64_t when)
{
	struct timespec until = { .tv_sec = when / 1000000000, .tv_nsec = when % 1000000000 };

	if (now(CLOCK_MONOTONIC) < when)
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

static inline void await_due(_Atomic int64_t *credits, int64_t number, int64_t interval)
{
	await_moment(due(credits, number, interval));
}

/*
 * The messages of a car and when each is due, from the file DIRECTORY/timetable
 * of headway.bench.Timetable: after a boot storm each comes in its own time, its
 * topics in turn.
 */
struct turn_of {
	char message[64];
	long millis;		/* from one to the next */
	long due_millis;	/* of the next, from the end of the storm */
	long next;		/* of its topics */
};

static struct timetable {
	long topics, storm, raster, length;
	int64_t begin;
	struct turn_of turns[MOST_TURNS];
} timetable;

static inline void read_timetable(const char *directory)
{
	struct timetable *all = &timetable;
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/timetable", directory);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%ld %ld %ld", &all->topics, &all->storm, &all->raster) != 3)
		die(path);
	while (all->length < MOST_TURNS) {
		struct turn_of *turn = &all->turns[all->length];

		if (fscanf(file, "%63s %ld %ld", turn->message, &turn->millis, &turn->due_millis) != 3)
			break;
		all->length++;
	}
	fclose(file);
}

/*
 * Waits until the message of that number, from 1, is due; says when that was, which
 * message of the table it is, and which of its topics.
 */
static inline int64_t await_turn(int64_t number, long *which, long *topic)
{
	struct timetable *all = &timetable;
	int64_t at = (number - 1) % all->topics, when;
	struct turn_of *turn;
	long i;

	if (number <= all->storm) {
		*which = at % all->length;
		*topic = at / all->length;
		return now(CLOCK_MONOTONIC);
	}
	if (!all->begin)
		all->begin = now(CLOCK_MONOTONIC);
	*which = 0;
	for (i = 1; i < all->length; i++)
		if (all->turns[i].due_millis < all->turns[*which].due_millis)
			*which = i;
	turn = &all->turns[*which];
	when = all->begin + (turn->due_millis + all->raster - 1) / all->raster * all->raster * 1000000;
	*topic = turn->next++;
	if (*which + turn->next * all->length >= all->topics)
		turn->next = 0;
	turn->due_millis += turn->millis;
	await_moment(when);
	return when;
}

/*
 * How far each receiver is, in memory that all processes of a measurement
 * share, for sides where nothing else stops a sender: see headway.bench.Credit.
 */
static inline _Atomic int64_t *credit(const char *directory)
{
	char path[256];
	void *memory;
	int fd;

	snprintf(path, sizeof(path), "%s/credit", directory);
	fd = open(path, O_RDWR);
	if (fd < 0)
		die(path);
	memory = mmap(NULL, MOST_RECEIVERS * 64, PROT_READ | PROT_WRITE,
		      MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		die("mmap");
	close(fd);
	return memory;
}

static inline void await_credit(_Atomic int64_t *all, int receivers,
				int64_t sent, int64_t window)
{
	struct timespec nap = { .tv_nsec = 50000 };
	int i;

	for (i = 0; i < receivers; i++)
		while (sent - atomic_load_explicit(&all[i * 8], memory_order_acquire) >= window)
			nanosleep(&nap, NULL);
}

/* Says how far it is, and begins to measure anew. */
static inline void mark(void)
{
	static unsigned int taken[BUCKETS];
	/* As headway.bench.Metric has them. */
	static const double share[] = { .5, .75, .9, .95, .99, .995, .999, .9995, .9999, 1 };
	enum { SHARES = sizeof(share) / sizeof(*share) };
	int64_t sum = 0, seen = 0, at[SHARES] = { 0 };
	int i, k = 0;

	for (i = 0; i < BUCKETS; i++) {
		taken[i] = atomic_exchange(&times[i], 0);
		sum += taken[i];
	}
	for (i = 0; i < BUCKETS; i++) {
		seen += taken[i];
		for (; k < SHARES && sum && seen >= share[k] * sum; k++)
			at[k] = i * (int64_t)NS_PER_BUCKET;
	}
	printf("> %lld %ld 0 %lld 0", (long long)now(CLOCK_MONOTONIC),
	       atomic_load(&count), (long long)now(CLOCK_PROCESS_CPUTIME_ID));
	for (i = 0; i < SHARES; i++)
		printf(" %lld", (long long)at[i]);
	printf("\n");
	fflush(stdout);
}

/* Takes orders until there are none any more. A thread that stops is waited for. */
static inline int serve(void *(*work)(void *), void *argument, int stops)
{
	pthread_t thread;
	char order[16];

	if (pthread_create(&thread, NULL, work, argument))
		die("pthread_create");
	while (fgets(order, sizeof(order), stdin)) {
		if (!strcmp(order, "stop\n") && stops && !is_stopped()) {
			atomic_store(&stopped, 1);
			pthread_join(thread, NULL);
		}
		mark();
	}
	_exit(0);
}

/* What came before is ready; the thread may go on, and orders may come. */
static inline void ready(void)
{
	printf("> ready\n");
	fflush(stdout);
}

#endif

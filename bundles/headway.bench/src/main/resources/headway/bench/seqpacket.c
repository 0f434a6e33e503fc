// SPDX-License-Identifier: Apache-2.0
/*
 * The floor of a round trip: 64 bytes there and back between two processes over
 * AF_UNIX SOCK_SEQPACKET with blocking calls, one send and one receive each.
 *
 *	seqpacket answer DIRECTORY
 *	seqpacket call DIRECTORY
 *
 * It takes orders on its standard input and answers as headway.bench.Station
 * does; what a mark consists of, headway.bench.Mark says.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/un.h>

#define SIZE		64
#define NS_PER_BUCKET	50
#define BUCKETS		2000000	/* times up to 100 ms; the last has all above */

static atomic_uint times[BUCKETS];
static atomic_long calls;
static atomic_int stopped;

static void die(const char *what)
{
	printf("> failed %s: ", what);
	fflush(stdout);
	perror("");
	_exit(1);
}

static int64_t now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void address(struct sockaddr_un *where, const char *directory)
{
	memset(where, 0, sizeof(*where));
	where->sun_family = AF_UNIX;
	snprintf(where->sun_path, sizeof(where->sun_path), "%s/seqpacket.sock",
		 directory);
}

static int seqpacket(void)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	if (fd < 0)
		die("socket");
	return fd;
}

static void *answer(void *listener)
{
	int fd = accept(*(int *)listener, NULL, NULL);
	char packet[SIZE];

	if (fd < 0)
		die("accept");
	while (recv(fd, packet, SIZE, 0) == SIZE)
		if (send(fd, packet, SIZE, MSG_NOSIGNAL) != SIZE)
			break;
	close(fd);
	return NULL;
}

static void *call(void *connection)
{
	int fd = *(int *)connection;
	char packet[SIZE] = { 0 };
	int64_t begin, bucket;

	while (!atomic_load_explicit(&stopped, memory_order_relaxed)) {
		begin = now(CLOCK_MONOTONIC);
		if (send(fd, packet, SIZE, MSG_NOSIGNAL) != SIZE)
			die("send");
		if (recv(fd, packet, SIZE, 0) != SIZE)
			die("recv");
		bucket = (now(CLOCK_MONOTONIC) - begin) / NS_PER_BUCKET;
		if (bucket >= BUCKETS)
			bucket = BUCKETS - 1;
		atomic_fetch_add_explicit(&times[bucket], 1, memory_order_relaxed);
		atomic_fetch_add_explicit(&calls, 1, memory_order_relaxed);
	}
	close(fd);
	return NULL;
}

/* Says how far it is, and begins to measure anew. */
static void mark(void)
{
	static unsigned int taken[BUCKETS];
	static const double share[] = { 0.5, 0.99, 0.999 };
	int64_t sum = 0, seen = 0, at[3] = { 0 };
	int i, k = 0;

	for (i = 0; i < BUCKETS; i++) {
		taken[i] = atomic_exchange(&times[i], 0);
		sum += taken[i];
	}
	for (i = 0; i < BUCKETS; i++) {
		seen += taken[i];
		for (; k < 3 && sum && seen >= share[k] * sum; k++)
			at[k] = i * (int64_t)NS_PER_BUCKET;
	}
	printf("> %lld %ld 0 %lld 0 %lld %lld %lld\n",
	       (long long)now(CLOCK_MONOTONIC), atomic_load(&calls),
	       (long long)now(CLOCK_PROCESS_CPUTIME_ID), (long long)at[0],
	       (long long)at[1], (long long)at[2]);
}

int main(int argc, char **argv)
{
	struct sockaddr_un where;
	int calling, fd = seqpacket();
	pthread_t thread;
	char order[16];

	if (argc != 3)
		return 2;
	calling = !strcmp(argv[1], "call");
	address(&where, argv[2]);
	if (calling) {
		if (connect(fd, (struct sockaddr *)&where, sizeof(where)))
			die("connect");
	} else if (bind(fd, (struct sockaddr *)&where, sizeof(where)) ||
		   listen(fd, 1)) {
		die("bind");
	}
	if (pthread_create(&thread, NULL, calling ? call : answer, &fd))
		die("pthread_create");
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("> ready\n");
	while (fgets(order, sizeof(order), stdin)) {
		if (!strcmp(order, "stop\n") && calling) {
			stopped = 1;
			pthread_join(thread, NULL);
		}
		mark();
	}
	return 0;
}

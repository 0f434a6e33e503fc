// SPDX-License-Identifier: Apache-2.0
/*
 * The floor of this machine: two processes, AF_UNIX SOCK_SEQPACKET, blocking
 * calls, one send and one receive for each message.
 *
 *	seqpacket answer|call DIRECTORY BYTES
 *	seqpacket receive-N DIRECTORY BYTES
 *	seqpacket send DIRECTORY BYTES RECEIVERS
 *	seqpacket receive-N|send DIRECTORY BYTES RECEIVERS 0 timetable
 *
 * With a timetable each message also says when it was due, after its number.
 */
#define _GNU_SOURCE
#include <sys/socket.h>
#include <sys/un.h>

#include "station.h"

static size_t size;
static int peers[MOST_RECEIVERS];
static int receivers, timed;

static void address(struct sockaddr_un *where, const char *directory,
		    const char *name)
{
	memset(where, 0, sizeof(*where));
	where->sun_family = AF_UNIX;
	snprintf(where->sun_path, sizeof(where->sun_path), "%s/%s.sock",
		 directory, name);
}

static int seqpacket(void)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0), room = 4 << 20;

	if (fd < 0)
		die("socket");
	/* Only so that 64 KiB fit; what small messages cost does not change. */
	if (size > 32768)
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	return fd;
}

static int reach(const char *directory, const char *name)
{
	struct sockaddr_un where;
	int fd = seqpacket();

	address(&where, directory, name);
	if (connect(fd, (struct sockaddr *)&where, sizeof(where)))
		die(where.sun_path);
	return fd;
}

static int listener(const char *directory, const char *name)
{
	struct sockaddr_un where;
	int fd = seqpacket();

	address(&where, directory, name);
	if (bind(fd, (struct sockaddr *)&where, sizeof(where)) || listen(fd, 1))
		die(where.sun_path);
	return fd;
}

static char *packet(void)
{
	char *bytes = calloc(1, size);

	if (!bytes)
		die("calloc");
	return bytes;
}

static void *answer(void *listening)
{
	int fd = accept(*(int *)listening, NULL, NULL);
	char *bytes = packet();

	if (fd < 0)
		die("accept");
	while (recv(fd, bytes, size, 0) == (ssize_t)size)
		if (send(fd, bytes, size, MSG_NOSIGNAL) != (ssize_t)size)
			break;
	close(fd);
	return NULL;
}

static void *call(void *unused)
{
	char *bytes = packet();
	int64_t begin;

	(void)unused;
	while (!is_stopped()) {
		begin = now(CLOCK_MONOTONIC);
		if (send(peers[0], bytes, size, MSG_NOSIGNAL) != (ssize_t)size)
			die("send");
		if (recv(peers[0], bytes, size, 0) != (ssize_t)size)
			die("recv");
		took(now(CLOCK_MONOTONIC) - begin);
	}
	close(peers[0]);
	return NULL;
}

static void *receive(void *listening)
{
	int fd = accept(*(int *)listening, NULL, NULL);
	char *bytes = packet();

	if (fd < 0)
		die("accept");
	while (recv(fd, bytes, size, 0) == (ssize_t)size) {
		take(*(int64_t *)bytes);
		if (timed)
			note(now(CLOCK_MONOTONIC) - ((int64_t *)bytes)[1]);
	}
	return NULL;
}

static void *send_all(void *unused)
{
	char *bytes = packet();
	int64_t number = 0;
	long which, topic;
	int i;

	(void)unused;
	while (!is_stopped()) {
		*(int64_t *)bytes = ++number;
		if (timed)
			((int64_t *)bytes)[1] = await_turn(number, &which, &topic);
		for (i = 0; i < receivers; i++)
			if (send(peers[i], bytes, size, MSG_NOSIGNAL) != (ssize_t)size)
				die("send");
		atomic_store_explicit(&count, number, memory_order_relaxed);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	char name[32];
	int fd;

	if (argc < 4)
		return 2;
	size = strtoul(argv[3], NULL, 10);
	timed = argc > 6;
	if (timed)
		read_timetable(argv[2]);
	if (!strcmp(argv[1], "call")) {
		peers[0] = reach(argv[2], "answer");
		ready();
		return serve(call, NULL, 1);
	}
	if (!strcmp(argv[1], "send")) {
		receivers = atoi(argv[4]);
		for (fd = 0; fd < receivers; fd++) {
			snprintf(name, sizeof(name), "receive-%d", fd);
			peers[fd] = reach(argv[2], name);
		}
		ready();
		return serve(send_all, NULL, 1);
	}
	fd = listener(argv[2], argv[1]);
	ready();
	return serve(!strcmp(argv[1], "answer") ? answer : receive, &fd, 0);
}

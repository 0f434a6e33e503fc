// SPDX-License-Identifier: GPL-2.0-only
/*
 * One process that owns all sockets, and a model that knows what each of its
 * calls has to return.
 *
 * Each step draws a call and its arguments, asks the model, makes the call and
 * compares. Nothing here waits: what would have to is EAGAIN.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include "history.h"
#include "player.h"
#include "steps.h"

static const uint32_t sizes[SIZES] = {
	0, 1, 2, 7, 8, 19, 20, 21, 24, 64, 100, 200, 500, 1000, 1024, 1500, 2000, 4000, 4096,
	9000, 16384, 40000, 65535, 65536,
};

static void step(void)
{
	unsigned int what = draw(1000);
	struct member *s;

	s = any_member();
	if (!s->open && chance(8)) {
		open_socket(s);
		return;
	}
	s = any_bound();
	if (s->slot && chance(3)) {
		if (chance(8))
			map_ring(s);
		else
			turn(s);
		return;
	}
	if (what < 4)
		close_one(s);
	else if (what < 8)
		duplicate(s);
	else if (what < 330)
		send_one(s);
	else if (what < 380)
		send_many(s);
	else if (what < 640)
		receive_one(s);
	else if (what < 670)
		receive_many(s);
	else if (what < 690)
		read_one(s);
	else if (what < 720)
		bind_socket(any_open());
	else if (what < 740)
		connect_socket(s);
	else if (what < 770)
		join(s, false);
	else if (what < 790)
		join(s, true);
	else if (what < 805)
		set_events(s);
	else if (what < 820)
		claim(s);
	else if (what < 835)
		set_queue(s);
	else if (what < 850)
		set_meta(s);
	else if (what < 855)
		set_perm(any_open());
	else if (what < 865)
		set_room(s);
	else if (what < 875)
		set_filter(s);
	else if (what < 890)
		set_name(s);
	else if (what < 905)
		get_name(s);
	else if (what < 920)
		get_word(s);
	else if (what < 940)
		get_stats(s);
	else if (what < 945)
		use_unknown(s);
	else if (what < 970)
		ask_poll(s);
	else if (what < 985)
		ask_queues(s);
	else if (what < 989)
		tell_names(s);
	else if (what < 990)
		do_what_it_cannot(s);
	else if (what < 992)
		become(model.uid ? 0 : STRANGER);
	else if (what < 999)
		set_ring(any_open());
	else if (chance(4))
		shut(s);
}

/*
 * What a message of each size is charged is not said by the contract, nor is
 * the label: they are asked of one member that writes to itself.
 */
static void calibrate(void)
{
	struct sockaddr_bus sa = { .sbus_family = my.family, .sbus_name = "calibration" };
	socklen_t len = sizeof(sa), stats_len = sizeof(struct bus_stats);
	uint32_t label = BUS_META_LABEL;
	struct bus_stats stats;
	struct incoming in;
	struct outgoing out;
	unsigned int i;
	int fd;

	fd = socket(my.family, SOCK_SEQPACKET, 0);
	if (fd < 0 || bind(fd, (void *)&sa, sizeof(sa)) ||
	    getsockname(fd, (void *)&sa, &len) ||
	    setsockopt(fd, SOL_BUS, BUS_META, &label, sizeof(label)))
		fail("no socket of family %d: %s", my.family, strerror(errno));
	my.last_addr = sa.sbus_addr;
	for (i = 0; i < SIZES; i++) {
		outgoing_init(&out, my.pattern, sizes[i]);
		outgoing_to(&out, my.family, sa.sbus_addr, BUS_FAIL);
		if (outgoing_send(&out, fd, 0) != sizes[i] ||
		    getsockopt(fd, SOL_BUS, BUS_STATS, &stats, &stats_len) ||
		    incoming_receive(&in, fd, my.buffer, BUS_MESSAGE_MAX, sizeof(in.control), 0) < 0)
			fail("calibrating with %u bytes: %s", sizes[i], strerror(errno));
		my.charge[i] = stats.queued_bytes;
		if (my.charge[i] < sizes[i])
			fail("%u bytes are charged %u", sizes[i], my.charge[i]);
		if (sizes[i] == sizeof(struct bus_event))
			model.event_charge = my.charge[i];
	}
	my.label_len = in.label_len;
	memcpy(my.label, in.label, sizeof(my.label));
	close(fd);
}

static void prepare_files(void)
{
	struct stat st;
	unsigned int i;

	for (i = 0; i < MODEL_FILES; i++) {
		my.file[i] = memfd_create("passed", MFD_CLOEXEC);
		if (my.file[i] < 0 || fstat(my.file[i], &st))
			fail("memfd_create(): %s", strerror(errno));
		my.inode[i] = st.st_ino;
	}
	my.unix_socket = socket(AF_UNIX, SOCK_STREAM, 0);
	my.path = open("/", O_PATH);
}

void steps_run(uint64_t seed, uint64_t steps, unsigned int sabotage,
	       struct steps_result *result)
{
	struct random r;
	uint64_t i;

	history = (struct history){ .seed = seed };
	my.family = bus_family_number();
	my.pattern = malloc(BUS_MESSAGE_MAX + 257);
	my.buffer = malloc(BUS_MESSAGE_MAX);
	my.memfd = malloc(BUS_MESSAGE_MAX);
	if (!my.pattern || !my.buffer || !my.memfd)
		fail("no memory");
	for (i = 0; i < BUS_MESSAGE_MAX + 257; i++)
		my.pattern[i] = i * 7;
	signal(SIGPIPE, SIG_IGN);
	memcpy(my.size, sizes, sizeof(sizes));
	prepare_files();
	calibrate();
	model.sabotage = sabotage;
	for (i = 0; i < MODEL_SOCKETS; i++)
		model.member[i].last = &model.member[i].first;
	rnd = &r;
	r = random_of(seed, 0, ~0ULL);
	while (!model.member[0].open)
		open_socket(&model.member[0]);

	for (i = 0; i < steps; i++) {
		r = random_of(seed, 0, i);
		history.step = i;
		/* One socket there is always. */
		while (!model.member[0].open)
			open_socket(&model.member[0]);
		if (!(i % 1024))
			alarm(60);	/* for whatever hangs */
		step();
	}
	alarm(0);
	become(0);
	for (i = 0; i < MODEL_SOCKETS; i++)
		while (my.dups[i] && model.member[i].open)
			close_one(&model.member[i]);
	*result = my.result;
}

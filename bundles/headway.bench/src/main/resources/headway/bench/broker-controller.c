// SPDX-License-Identifier: Apache-2.0
/*
 * Runs dbus-broker without systemd: a controller that hands it a listening socket and a policy that allows everything.
 *
 *   broker-controller PATH   serves at PATH until it is told to end; prints the broker's process id
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <systemd/sd-bus.h>

#define CHECK(r)                                                                        \
	do {                                                                            \
		int check_ = (r);                                                       \
		if (check_ < 0) {                                                       \
			fprintf(stderr, "%s:%d: %s\n", __func__, __LINE__, strerror(-check_)); \
			exit(1);                                                        \
		}                                                                       \
	} while (0)

/* What one user may do: connect; own, send and receive what. */
#define USER "bta(btbs)a(btssssuutt)a(btssssuutt)"
#define POLICY "a(u(" USER "))a(buu(" USER "))a(ss)bs"

static int serve(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	unlink(path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 128))
		CHECK(-errno);
	return fd;
}

static pid_t start_broker(int *controller)
{
	int pair[2];
	char number[16];
	pid_t broker;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair))
		CHECK(-errno);
	broker = fork();
	if (broker == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		close(pair[0]);
		snprintf(number, sizeof(number), "%d", pair[1]);
		execlp("dbus-broker", "dbus-broker", "--controller", number, "--machine-id",
		       "0123456789abcdef0123456789abcdef", "--max-matches", "1000000", "--max-objects", "10000000",
		       "--max-bytes", "4000000000", "--max-fds", "100000", NULL);
		_exit(127);
	}
	close(pair[1]);
	*controller = pair[0];
	return broker;
}

static void allow_everything(sd_bus_message *m)
{
	CHECK(sd_bus_message_open_container(m, 'v', "(" POLICY ")"));
	CHECK(sd_bus_message_open_container(m, 'r', POLICY));
	CHECK(sd_bus_message_open_container(m, 'a', "(u(" USER "))"));
	CHECK(sd_bus_message_open_container(m, 'r', "u(" USER ")"));
	CHECK(sd_bus_message_append(m, "u", (uint32_t)-1));
	CHECK(sd_bus_message_open_container(m, 'r', USER));
	CHECK(sd_bus_message_append(m, USER, 1, UINT64_C(1), 1, 1, UINT64_C(1), 1, "", 1, 1, UINT64_C(1), "", "", "", "",
				    0, 0, UINT64_C(0), UINT64_MAX, 1, 1, UINT64_C(1), "", "", "", "", 0, 0, UINT64_C(0),
				    UINT64_MAX));
	CHECK(sd_bus_message_close_container(m));
	CHECK(sd_bus_message_close_container(m));
	CHECK(sd_bus_message_close_container(m));
	CHECK(sd_bus_message_open_container(m, 'a', "(buu(" USER "))"));
	CHECK(sd_bus_message_close_container(m));
	CHECK(sd_bus_message_open_container(m, 'a', "(ss)"));
	CHECK(sd_bus_message_close_container(m));
	CHECK(sd_bus_message_append(m, "bs", 0, "session"));
	CHECK(sd_bus_message_close_container(m));
	CHECK(sd_bus_message_close_container(m));
}

int main(int argc, char **argv)
{
	sd_bus_message *m;
	sd_bus *bus;
	pid_t broker;
	int listener, controller, r;

	if (argc != 2) {
		fprintf(stderr, "usage: broker-controller PATH\n");
		return 2;
	}
	listener = serve(argv[1]);
	broker = start_broker(&controller);
	CHECK(sd_bus_new(&bus));
	CHECK(sd_bus_set_fd(bus, controller, controller));
	CHECK(sd_bus_start(bus));
	CHECK(sd_bus_message_new_method_call(bus, &m, NULL, "/org/bus1/DBus/Broker", "org.bus1.DBus.Broker", "AddListener"));
	CHECK(sd_bus_message_append(m, "oh", "/org/bus1/DBus/Listener/0", listener));
	allow_everything(m);
	CHECK(sd_bus_call(bus, m, 0, NULL, NULL));
	printf("%d\n", broker);
	fflush(stdout);
	for (r = 0; r >= 0;) {
		r = sd_bus_process(bus, NULL);
		if (r == 0)
			r = sd_bus_wait(bus, UINT64_MAX);
	}
	kill(broker, SIGTERM);
	return 0;
}

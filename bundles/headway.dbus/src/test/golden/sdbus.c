/* Sends messages of every type through sd-bus; record.sh runs it. Build: gcc sdbus.c -lsystemd */
#include <float.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#define CHECK(call) do { int r_ = (call); if (r_ < 0) { fprintf(stderr, #call ": %s\n", strerror(-r_)); return 1; } } while (0)

static const char *PATH = "/org/example/sd", *INTERFACE = "org.example.Sd";

static int signal_new(sd_bus *bus, sd_bus_message **m, const char *member) {
        return sd_bus_message_new_signal(bus, m, PATH, INTERFACE, member);
}

static int on_echo(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        return sd_bus_reply_method_return(m, "s", "back");
}

static const sd_bus_vtable vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_METHOD("Echo", "s", "s", on_echo, 0),
        SD_BUS_VTABLE_END,
};

int main(void) {
        sd_bus *bus;
        sd_bus_message *m;
        static const uint8_t bytes[] = {0, 1, 127, 128, 255};
        static const int32_t ints[] = {INT32_MIN, -1, 0, INT32_MAX};

        CHECK(sd_bus_open_user(&bus));
        CHECK(sd_bus_request_name(bus, "org.example.Sd", 0));
        CHECK(sd_bus_add_object_vtable(bus, NULL, PATH, INTERFACE, vtable, NULL));

        CHECK(sd_bus_emit_signal(bus, PATH, INTERFACE, "Empty", ""));
        CHECK(sd_bus_emit_signal(bus, PATH, INTERFACE, "Basic", "ybnqiuxtdsog", 255, 1, -32768, 65535, INT32_MIN, UINT32_MAX,
                                 INT64_MIN, UINT64_MAX, 42.5, "gr\xc3\xbc\xc3\x9f \xf0\x9f\x9a\x97 \"quoted\" \\ tab\t", "/a/b_2", "a{sv}(ii)"));
        CHECK(sd_bus_emit_signal(bus, PATH, INTERFACE, "Alignment", "yxyqyuyd", 1, (int64_t) 2, 3, 4, 5, 6, 7, -0.125));

        CHECK(signal_new(bus, &m, "Arrays"));
        CHECK(sd_bus_message_append_array(m, 'y', bytes, sizeof bytes));
        CHECK(sd_bus_message_append_array(m, 'i', ints, sizeof ints));
        CHECK(sd_bus_message_append(m, "asaxaasa(yd)", 3, "", "one", "two", 0, 2, 1, "x", 0, 2, 1, 0.5, 2, 1e10));
        CHECK(sd_bus_send(NULL, m, NULL));
        sd_bus_message_unref(m);

        CHECK(sd_bus_emit_signal(bus, PATH, INTERFACE, "Dictionaries", "a{sv}a{sas}", 3, "number", "i", 7, "text", "s", "t",
                                 "nested", "a{sv}", 1, "deep", "v", "b", 0, 1, "list", 2, "a", "b"));
        /* busctl cannot print keys that are no strings as JSON and leaves such a message out. */
        CHECK(sd_bus_emit_signal(bus, PATH, INTERFACE, "OddKeys", "a{us}a{oa{sv}}", 2, 1, "one", 4294967295u, "max", 1, "/", 0));
        CHECK(sd_bus_emit_signal(bus, PATH, INTERFACE, "Structs", "(y(x(sb)))v", 1, (int64_t) 2, "three", 1, "(us)", 4u, "five"));

        CHECK(signal_new(bus, &m, "Descriptor"));
        CHECK(sd_bus_message_append(m, "sh", "standard error", 2));
        CHECK(sd_bus_send(NULL, m, NULL));
        sd_bus_message_unref(m);

        sd_bus_message *call;
        CHECK(sd_bus_message_new_method_call(bus, &call, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                             "NoSuchMethod"));
        CHECK(sd_bus_message_append(call, "s", "answered by an error"));
        sd_bus_error error = SD_BUS_ERROR_NULL;
        sd_bus_call(bus, call, 0, &error, NULL);
        sd_bus_flush(bus);

        /* Answer one call of Echo, then go. */
        for (int i = 0; i < 50; i++) {
                int r = sd_bus_process(bus, &m);
                CHECK(r);
                if (r == 0)
                        sd_bus_wait(bus, 100000);
                if (m && sd_bus_message_is_method_call(m, INTERFACE, "Echo"))
                        break;
        }
        sd_bus_flush(bus);
        return 0;
}

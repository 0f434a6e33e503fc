// SPDX-License-Identifier: Apache-2.0
/*
 * Golden bytes: every record of golden/structs.txt and golden/frames.txt is
 * written from its values and read from its bytes. Prints TAP.
 *
 *	golden structs.txt frames.txt
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/afbus.h>

#include "headway-frame.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define MOST_FIELDS	32
#define MOST_BYTES	1024
#define MOST_LINE	256

/* One record: "kind name", then "field value" lines, then its bytes. */
struct record {
	char		kind[16];
	char		name[40];
	unsigned int	fields;
	struct {
		char	name[24];
		char	value[MOST_LINE];
	}		field[MOST_FIELDS];
	uint8_t		payload[MOST_BYTES];
	size_t		payload_size;
	uint8_t		bytes[MOST_BYTES];
	size_t		size;
};

struct field {
	const char	*name;
	size_t		offset;
	size_t		size;
	bool		text;
};

struct layout {
	const char	*name;
	size_t		size;
	struct field	field[MOST_FIELDS];
};

struct cmsg_meta {
	struct cmsghdr	head;
	struct bus_meta	meta;
};

struct cmsg_label {
	struct cmsghdr	head;
	char		label[8];
};

struct cmsg_dests {
	struct cmsghdr	head;
	__u64		dest[3];
};

struct cmsg_rights {
	struct cmsghdr	head;
	int		fd[2];
};

#define AT(type, member, name)	{ name, offsetof(struct type, member), \
				  sizeof(((struct type *)0)->member), false }
#define NUMBER(type, member)	AT(type, member, #member)
#define TEXT(type, member)	{ #member, offsetof(struct type, member), \
				  sizeof(((struct type *)0)->member), true }
#define META(type)		NUMBER(type, meta.order), NUMBER(type, meta.time), \
				NUMBER(type, meta.dest), NUMBER(type, meta.size), \
				NUMBER(type, meta.lost), NUMBER(type, meta.pid), \
				NUMBER(type, meta.uid), NUMBER(type, meta.gid), \
				NUMBER(type, meta.flags)
#define CMSG(type)		AT(type, head.cmsg_len, "cmsg_len"), \
				AT(type, head.cmsg_level, "cmsg_level"), \
				AT(type, head.cmsg_type, "cmsg_type")
#define LAYOUT(type)		#type, sizeof(struct type)

static const struct layout layouts[] = {
	{ "sockaddr_bus_short", BUS_SOCKADDR_SHORT, {
		NUMBER(sockaddr_bus, sbus_family), NUMBER(sockaddr_bus, sbus_flags),
		NUMBER(sockaddr_bus, sbus_addr) } },
	{ LAYOUT(sockaddr_bus), {
		NUMBER(sockaddr_bus, sbus_family), NUMBER(sockaddr_bus, sbus_flags),
		NUMBER(sockaddr_bus, sbus_addr), TEXT(sockaddr_bus, sbus_name) } },
	{ LAYOUT(bus_perm), {
		NUMBER(bus_perm, mode), NUMBER(bus_perm, uid), NUMBER(bus_perm, gid) } },
	{ LAYOUT(bus_name), { NUMBER(bus_name, addr), TEXT(bus_name, name) } },
	{ LAYOUT(bus_stats), {
		NUMBER(bus_stats, addr), NUMBER(bus_stats, master), NUMBER(bus_stats, sent),
		NUMBER(bus_stats, received), NUMBER(bus_stats, lost),
		NUMBER(bus_stats, skipped), NUMBER(bus_stats, queued),
		NUMBER(bus_stats, queued_bytes) } },
	{ LAYOUT(bus_meta), {
		NUMBER(bus_meta, order), NUMBER(bus_meta, time), NUMBER(bus_meta, dest),
		NUMBER(bus_meta, size), NUMBER(bus_meta, lost), NUMBER(bus_meta, pid),
		NUMBER(bus_meta, uid), NUMBER(bus_meta, gid), NUMBER(bus_meta, flags) } },
	{ LAYOUT(bus_event), {
		NUMBER(bus_event, type), NUMBER(bus_event, addr), NUMBER(bus_event, group) } },
	{ LAYOUT(bus_ring), { NUMBER(bus_ring, slots), NUMBER(bus_ring, slot_size) } },
	{ LAYOUT(bus_slot), {
		NUMBER(bus_slot, ready), NUMBER(bus_slot, src), META(bus_slot),
		NUMBER(bus_slot, flags), NUMBER(bus_slot, length) } },
	{ LAYOUT(bus_turn), { NUMBER(bus_turn, done), NUMBER(bus_turn, ready) } },
	{ LAYOUT(cmsg_meta), { CMSG(cmsg_meta), META(cmsg_meta) } },
	{ LAYOUT(cmsg_label), { CMSG(cmsg_label), TEXT(cmsg_label, label) } },
	{ LAYOUT(cmsg_dests), {
		CMSG(cmsg_dests), AT(cmsg_dests, dest[0], "dest0"),
		AT(cmsg_dests, dest[1], "dest1"), AT(cmsg_dests, dest[2], "dest2") } },
	{ LAYOUT(cmsg_rights), {
		CMSG(cmsg_rights), AT(cmsg_rights, fd[0], "fd0"),
		AT(cmsg_rights, fd[1], "fd1") } },
};

static const char *const kinds[HEADWAY_FRAME_KINDS] = {
	"NONE", "HELLO", "DATA", "ACK", "RESEND", "PROBE", "MARKER", "BYE", "UNKNOWN_SESSION",
	"GROUP", "CHECK", "CHECKED",
};

/* Reading the files */

static void hex_add(uint8_t *bytes, size_t *size, const char *hex)
{
	unsigned int byte;

	for (; sscanf(hex, "%2x", &byte) == 1 && *size < MOST_BYTES; hex += 2)
		bytes[(*size)++] = (uint8_t)byte;
}

static bool record_read(struct record *r, FILE *file)
{
	char line[2 * MOST_LINE];
	char key[24];
	char value[MOST_LINE];

	memset(r, 0, sizeof(*r));
	while (fgets(line, sizeof(line), file)) {
		if (line[0] == '#' || (line[0] == '\n' && !r->kind[0]))
			continue;
		if (sscanf(line, "%23s %255[^\n]", key, value) != 2)
			break;
		if (!r->kind[0]) {
			snprintf(r->kind, sizeof(r->kind), "%.15s", key);
			snprintf(r->name, sizeof(r->name), "%.39s", value);
		} else if (!strcmp(key, "bytes")) {
			hex_add(r->bytes, &r->size, value);
		} else if (!strcmp(key, "payload")) {
			hex_add(r->payload, &r->payload_size, value);
		} else if (r->fields < MOST_FIELDS) {
			strcpy(r->field[r->fields].name, key);
			strcpy(r->field[r->fields].value, value);
			r->fields++;
		}
	}
	return r->kind[0];
}

static const char *value_of(const struct record *r, const char *name)
{
	unsigned int i;

	for (i = 0; i < r->fields; i++)
		if (!strcmp(r->field[i].name, name))
			return r->field[i].value;
	return NULL;
}

static uint64_t number_of(const struct record *r, const char *name)
{
	const char *value = value_of(r, name);

	return value ? strtoull(value, NULL, 0) : 0;
}

/* The text between the quotes. */
static void text_of(const struct record *r, const char *name, char *text, size_t size)
{
	const char *value = value_of(r, name);

	memset(text, 0, size);
	if (value && strlen(value) >= 2 && strlen(value) - 2 <= size)
		memcpy(text, value + 1, strlen(value) - 2);
}

/* Structures. A number goes in and out by its type's width, as members do. */

static void number_put(void *at, size_t size, uint64_t number)
{
	switch (size) {
	case 2: {
		uint16_t value = (uint16_t)number;

		memcpy(at, &value, size);
		break;
	}
	case 4: {
		uint32_t value = (uint32_t)number;

		memcpy(at, &value, size);
		break;
	}
	default:
		memcpy(at, &number, sizeof(number));
	}
}

static uint64_t number_get(const void *at, size_t size)
{
	uint16_t half;
	uint32_t word;
	uint64_t number;

	switch (size) {
	case 2:
		memcpy(&half, at, size);
		return half;
	case 4:
		memcpy(&word, at, size);
		return word;
	default:
		memcpy(&number, at, sizeof(number));
		return number;
	}
}

static const char *struct_check(const struct record *r, const struct layout *layout)
{
	uint8_t bytes[MOST_BYTES] = { 0 };
	char text[MOST_BYTES];
	const struct field *f;
	unsigned int known = 0;

	for (f = layout->field; f->name; f++) {
		known += !!value_of(r, f->name);
		if (f->text) {
			text_of(r, f->name, text, f->size);
			memcpy(bytes + f->offset, text, f->size);
			if (memcmp(r->bytes + f->offset, text, f->size))
				return f->name;
		} else {
			number_put(bytes + f->offset, f->size, number_of(r, f->name));
			if (number_get(r->bytes + f->offset, f->size) != number_of(r, f->name))
				return f->name;
		}
	}
	if (known != r->fields)
		return "a field that the structure does not have";
	if (layout->size != r->size)
		return "the size";
	return memcmp(bytes, r->bytes, r->size) ? "the padding" : NULL;
}

static const char *struct_test(const struct record *r)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(layouts); i++)
		if (!strcmp(layouts[i].name, r->name))
			return struct_check(r, &layouts[i]);
	return "the name";
}

/* Frames */

static const char *frame_decoded(const struct record *r)
{
	struct headway_frame frame;

	headway_frame_decode(&frame, r->bytes);
	if (strcmp(kinds[frame.kind], value_of(r, "kind")))
		return "kind";
	if (frame.flags != number_of(r, "flags"))
		return "flags";
	if (frame.length != number_of(r, "length"))
		return "length";
	if (frame.session != number_of(r, "session"))
		return "session";
	if (frame.epoch != number_of(r, "epoch"))
		return "epoch";
	if (frame.peer_epoch != number_of(r, "peer_epoch"))
		return "peer_epoch";
	if (frame.sequence != number_of(r, "sequence"))
		return "sequence";
	if (frame.ack != number_of(r, "ack"))
		return "ack";
	return NULL;
}

static const char *frame_encoded(const struct record *r)
{
	struct headway_frame frame = {
		.flags = (uint8_t)number_of(r, "flags"),
		.length = (uint32_t)number_of(r, "length"),
		.session = number_of(r, "session"),
		.epoch = (uint32_t)number_of(r, "epoch"),
		.peer_epoch = (uint32_t)number_of(r, "peer_epoch"),
		.sequence = number_of(r, "sequence"),
		.ack = number_of(r, "ack"),
	};
	uint8_t bytes[HEADWAY_FRAME_HEADER];

	while (frame.kind < HEADWAY_FRAME_KINDS && strcmp(kinds[frame.kind], value_of(r, "kind")))
		frame.kind++;
	headway_frame_encode(bytes, &frame);
	if (memcmp(bytes, r->bytes, sizeof(bytes)))
		return "the header as it is written";
	if (r->size != HEADWAY_FRAME_HEADER + r->payload_size ||
	    memcmp(r->bytes + HEADWAY_FRAME_HEADER, r->payload, r->payload_size))
		return "the payload";
	return NULL;
}

/* What a frame to a group is for the one of its receivers that the record names. */
static const char *frame_opened(const struct record *r)
{
	struct headway_frame frame;
	size_t payload;

	if (!value_of(r, "receiver"))
		return NULL;
	if (headway_frame_open(&frame, r->bytes, number_of(r, "receiver") + 1))
		return "the envelope of somebody else";
	payload = headway_frame_open(&frame, r->bytes, number_of(r, "receiver"));
	if (payload != HEADWAY_FRAME_HEADER + number_of(r, "sequence") * HEADWAY_ENVELOPE)
		return "where the messages begin";
	if (frame.kind != HEADWAY_FRAME_DATA || frame.length != r->size - payload + HEADWAY_FRAME_HEADER)
		return "the opened frame";
	if (frame.epoch != number_of(r, "own_epoch") ||
	    frame.peer_epoch != number_of(r, "own_peer_epoch") ||
	    frame.sequence != number_of(r, "own_sequence") || frame.ack != number_of(r, "own_ack"))
		return "the envelope";
	return NULL;
}

static const char *frame_test(const struct record *r)
{
	const char *check = headway_frame_check(r->bytes, r->size);
	const char *wrong;

	if (strcmp(check ? check : "ok", value_of(r, "check")))
		return "what headway_frame_check() says";
	if (!value_of(r, "kind"))
		return check ? NULL : "the missing kind";
	wrong = frame_decoded(r);
	if (!wrong)
		wrong = frame_encoded(r);
	return wrong ? wrong : frame_opened(r);
}

int main(int argc, char **argv)
{
	static struct record r;
	unsigned int tests = 0;
	unsigned int failures = 0;
	const char *wrong;
	FILE *file;
	int i;

	puts("TAP version 13");
	for (i = 1; i < argc; i++) {
		file = fopen(argv[i], "r");
		if (!file) {
			printf("Bail out! no file %s\n", argv[i]);
			return 1;
		}
		while (record_read(&r, file)) {
			wrong = strcmp(r.kind, "frame") ? struct_test(&r) : frame_test(&r);
			printf("%sok %u - %s %s\n", wrong ? "not " : "", ++tests, r.kind, r.name);
			if (wrong)
				printf("# wrong: %s\n", wrong);
			failures += !!wrong;
		}
		fclose(file);
	}
	printf("1..%u\n", tests);
	return failures || !tests;
}

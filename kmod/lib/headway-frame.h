/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The header of a Headway frame, for programs that talk to Headway's own nodes.
 *
 * A frame is one message of a bus: this header of 40 bytes, all numbers little-
 * endian, and after it D-Bus messages, each at a multiple of 8, one piece of a
 * large one, or where one lies in shared memory. The layout is stated in Frame.java of headway.core; the frames in
 * abi/golden/frames.txt keep both alike. What a GROUP frame has behind its header
 * is stated in GroupFrame.java.
 */
#ifndef HEADWAY_FRAME_H
#define HEADWAY_FRAME_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HEADWAY_FRAME_MAGIC	'H'
#define HEADWAY_FRAME_VERSION	1
#define HEADWAY_FRAME_HEADER	40
#define HEADWAY_FRAME_MAX	65536	/* the largest frame */
#define HEADWAY_ENVELOPE	32	/* one receiver's, behind the header of a GROUP */
#define HEADWAY_ENVELOPES_MAX	64	/* of one frame */

/* Flags, of DATA only. */
#define HEADWAY_FRAME_PIECE	1	/* one piece of a message larger than a frame */
#define HEADWAY_FRAME_LAST	2	/* and the last of them */
#define HEADWAY_FRAME_SHELVED	4	/* where a large message lies, and how long it is */

#define HEADWAY_FRAME_REFERENCE	16	/* what a SHELVED frame has behind its header */

enum headway_frame_kind {
	HEADWAY_FRAME_NONE,
	HEADWAY_FRAME_HELLO,		/* here I am */
	HEADWAY_FRAME_DATA,		/* messages, numbered */
	HEADWAY_FRAME_ACK,		/* only the ack counts */
	HEADWAY_FRAME_RESEND,		/* please send again from that number on */
	HEADWAY_FRAME_PROBE,		/* please say what you have */
	HEADWAY_FRAME_MARKER,		/* the last frame on this link */
	HEADWAY_FRAME_BYE,		/* I am leaving */
	HEADWAY_FRAME_UNKNOWN_SESSION,	/* I do not know your session */
	HEADWAY_FRAME_GROUP,		/* DATA for several receivers at once */
	HEADWAY_FRAME_CHECK,		/* please answer over this link */
	HEADWAY_FRAME_CHECKED,		/* the answer */
	HEADWAY_FRAME_KINDS
};

/**
 * struct headway_frame - a header in the machine's own byte order
 * @kind: what the frame is for
 * @flags: HEADWAY_FRAME_PIECE, with HEADWAY_FRAME_LAST or not, or HEADWAY_FRAME_SHELVED
 * @length: bytes of the whole frame, header included
 * @session: the sender's incarnation, not zero
 * @epoch: which of the sender's sessions with this receiver
 * @peer_epoch: which of the receiver's sessions with the sender it answers
 * @sequence: DATA: its number; MARKER, PROBE: the highest sent; RESEND: the first
 *	missing; GROUP: how many envelopes follow, before the messages; CHECK, CHECKED:
 *	any number
 * @ack: the highest number received in order
 */
struct headway_frame {
	uint8_t		kind;
	uint8_t		flags;
	uint32_t	length;
	uint64_t	session;
	uint32_t	epoch;
	uint32_t	peer_epoch;
	uint64_t	sequence;
	uint64_t	ack;
};

static inline uint32_t headway_frame_get32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return le32toh(value);
}

static inline uint64_t headway_frame_get64(const uint8_t *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return le64toh(value);
}

static inline void headway_frame_put32(uint8_t *at, uint32_t value)
{
	value = htole32(value);
	memcpy(at, &value, sizeof(value));
}

static inline void headway_frame_put64(uint8_t *at, uint64_t value)
{
	value = htole64(value);
	memcpy(at, &value, sizeof(value));
}

/**
 * headway_frame_check() - why bytes from outside are not a frame
 * @bytes: the bytes
 * @size: how many
 *
 * Return: NULL if they are a frame, else what is wrong.
 */
static inline const char *headway_frame_check(const void *bytes, size_t size)
{
	const uint8_t *a = (const uint8_t *)bytes;

	if (size < HEADWAY_FRAME_HEADER)
		return "truncated header";
	if (a[0] != HEADWAY_FRAME_MAGIC)
		return "wrong magic";
	if (a[1] != HEADWAY_FRAME_VERSION)
		return "wrong version";
	if (a[2] == HEADWAY_FRAME_NONE || a[2] >= HEADWAY_FRAME_KINDS)
		return "unknown kind";
	if (a[3] > HEADWAY_FRAME_SHELVED || a[3] == HEADWAY_FRAME_LAST ||
	    (a[3] && a[2] != HEADWAY_FRAME_DATA))
		return "unknown flags";
	if (headway_frame_get32(a + 4) != size)
		return "truncated frame";
	if (a[3] == HEADWAY_FRAME_SHELVED &&
	    size != HEADWAY_FRAME_HEADER + HEADWAY_FRAME_REFERENCE)
		return "no reference to a shelf";
	if (!headway_frame_get64(a + 8))
		return "no session";
	return NULL;
}

/**
 * headway_frame_decode() - read the header of bytes that were checked
 * @frame: the result
 * @bytes: at least HEADWAY_FRAME_HEADER of them
 */
static inline void headway_frame_decode(struct headway_frame *frame, const void *bytes)
{
	const uint8_t *a = (const uint8_t *)bytes;

	frame->kind = a[2];
	frame->flags = a[3];
	frame->length = headway_frame_get32(a + 4);
	frame->session = headway_frame_get64(a + 8);
	frame->epoch = headway_frame_get32(a + 16);
	frame->peer_epoch = headway_frame_get32(a + 20);
	frame->sequence = headway_frame_get64(a + 24);
	frame->ack = headway_frame_get64(a + 32);
}

/**
 * headway_frame_open() - read what a GROUP frame is for one of its receivers
 * @frame: the result, as if the frame were a DATA frame of its own
 * @bytes: a frame that was checked
 * @receiver: the receiver's incarnation
 *
 * Return: where its messages begin; 0 if it is for others only, or its envelopes
 * cannot be.
 */
static inline size_t headway_frame_open(struct headway_frame *frame, const void *bytes,
					uint64_t receiver)
{
	const uint8_t *a = (const uint8_t *)bytes;
	const uint8_t *own = NULL;
	const uint8_t *at;
	uint64_t count;
	size_t payload;

	headway_frame_decode(frame, bytes);
	count = frame->sequence;
	if (!count || count > HEADWAY_ENVELOPES_MAX)
		return 0;
	payload = HEADWAY_FRAME_HEADER + (size_t)count * HEADWAY_ENVELOPE;
	if (payload >= frame->length)
		return 0;
	for (at = a + HEADWAY_FRAME_HEADER; at < a + payload; at += HEADWAY_ENVELOPE) {
		if (headway_frame_get64(at) != receiver)
			continue;
		if (own)
			return 0;
		own = at;
	}
	if (!own)
		return 0;
	frame->kind = HEADWAY_FRAME_DATA;
	frame->length -= (uint32_t)(payload - HEADWAY_FRAME_HEADER);
	frame->epoch = headway_frame_get32(own + 8);
	frame->peer_epoch = headway_frame_get32(own + 12);
	frame->sequence = headway_frame_get64(own + 16);
	frame->ack = headway_frame_get64(own + 24);
	return payload;
}

/**
 * headway_frame_encode() - write a header
 * @bytes: HEADWAY_FRAME_HEADER of them
 * @frame: what it says
 */
static inline void headway_frame_encode(void *bytes, const struct headway_frame *frame)
{
	uint8_t *a = (uint8_t *)bytes;

	a[0] = HEADWAY_FRAME_MAGIC;
	a[1] = HEADWAY_FRAME_VERSION;
	a[2] = frame->kind;
	a[3] = frame->flags;
	headway_frame_put32(a + 4, frame->length);
	headway_frame_put64(a + 8, frame->session);
	headway_frame_put32(a + 16, frame->epoch);
	headway_frame_put32(a + 20, frame->peer_epoch);
	headway_frame_put64(a + 24, frame->sequence);
	headway_frame_put64(a + 32, frame->ack);
}

#endif /* HEADWAY_FRAME_H */

/* SPDX-License-Identifier: MIT */
/* Framing and numbers of gdb's remote serial protocol. */
#include "rsp.h"

static const char digits[] = "0123456789abcdef";

int
rsp_digit(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static void
add(struct rsp *r, uint8_t byte)
{
	if (r->len < RSP_MAX)
		r->data[r->len++] = byte;
	else
		r->too_long = true;
}

static enum rsp_event
idle(struct rsp *r, uint8_t byte)
{
	switch (byte) {
	case '$':
		r->state = RSP_DATA;
		r->len = 0;
		r->sum = 0;
		r->too_long = false;
		return RSP_NOTHING;
	case 3:
		return RSP_INTERRUPT;
	case '+':
		return RSP_ACK;
	case '-':
		return RSP_NAK;
	default:
		return RSP_NOTHING;
	}
}

static enum rsp_event
packet_end(struct rsp *r, uint8_t byte)
{
	int low = rsp_digit(byte), high = rsp_digit(r->high);

	r->state = RSP_IDLE;
	r->data[r->len] = 0;
	if (r->too_long || low < 0 || high < 0 || (high << 4 | low) != r->sum)
		return RSP_BROKEN;
	return RSP_PACKET;
}

enum rsp_event
rsp_feed(struct rsp *r, uint8_t byte)
{
	switch (r->state) {
	case RSP_IDLE:
		return idle(r, byte);
	case RSP_DATA:
		if (byte == '#') {
			r->state = RSP_SUM1;
			break;
		}
		if (byte == '$') /* the rest of that one was lost */
			return idle(r, byte);
		r->sum += byte;
		if (byte == '}')
			r->state = RSP_ESCAPE;
		else
			add(r, byte);
		break;
	case RSP_ESCAPE:
		r->sum += byte;
		add(r, byte ^ 0x20);
		r->state = RSP_DATA;
		break;
	case RSP_SUM1:
		r->high = byte;
		r->state = RSP_SUM2;
		break;
	case RSP_SUM2:
		return packet_end(r, byte);
	}
	return RSP_NOTHING;
}

size_t
rsp_frame(char *out, const void *data, size_t n)
{
	const uint8_t *from = data;
	uint8_t sum = 0;
	char *to = out;

	*to++ = '$';
	for (size_t i = 0; i < n; i++) {
		uint8_t c = from[i];

		if (c == '$' || c == '#' || c == '}' || c == '*') {
			*to++ = '}';
			sum += '}';
			c ^= 0x20;
		}
		*to++ = c;
		sum += c;
	}
	*to++ = '#';
	*to++ = digits[sum >> 4];
	*to++ = digits[sum & 15];
	return to - out;
}

bool
rsp_number(const char **p, uint32_t *value)
{
	const char *start = *p;

	*value = 0;
	for (; rsp_digit(**p) >= 0; ++*p)
		*value = *value << 4 | rsp_digit(**p);
	return *p != start;
}

bool
rsp_bytes(const char *from, void *to, size_t n)
{
	uint8_t *byte = to;

	for (size_t i = 0; i < n; i++, from += 2) {
		int high = rsp_digit(from[0]);
		int low = high < 0 ? -1 : rsp_digit(from[1]);

		if (low < 0)
			return false;
		byte[i] = high << 4 | low;
	}
	return true;
}

void
rsp_hex(char *to, const void *from, size_t n)
{
	const uint8_t *byte = from;

	for (size_t i = 0; i < n; i++) {
		*to++ = digits[byte[i] >> 4];
		*to++ = digits[byte[i] & 15];
	}
	*to = 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * The framing of gdb's remote serial protocol (gdb manual, appendix E):
 * bytes to packets and back. It knows no target and does no input or output.
 */
#ifndef RSP_H
#define RSP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RSP_MAX 16384 /* bytes a packet, unframed */

enum rsp_event {
	RSP_NOTHING,
	RSP_PACKET,    /* rsp.data has it, ended by 0 */
	RSP_BROKEN,    /* a packet with a wrong sum or too long */
	RSP_INTERRUPT, /* byte 3 between packets */
	RSP_ACK,
	RSP_NAK,
};

struct rsp {
	enum { RSP_IDLE, RSP_DATA, RSP_ESCAPE, RSP_SUM1, RSP_SUM2 } state;
	uint8_t sum, high;
	bool too_long;
	size_t len;
	char data[RSP_MAX + 1];
};

enum rsp_event rsp_feed(struct rsp *r, uint8_t byte);

/* Frame n bytes into out, which has room for 2 * n + 4.  Result: length. */
size_t rsp_frame(char *out, const void *data, size_t n);

int rsp_digit(int c); /* value of a hexadecimal digit, or -1 */
/* A hexadecimal number at *p, which moves past it.  False: none there. */
bool rsp_number(const char **p, uint32_t *value);
/* n bytes from 2 * n digits; false if there are fewer. */
bool rsp_bytes(const char *from, void *to, size_t n);
void rsp_hex(char *to, const void *from, size_t n); /* ended by 0 */

#endif

/* SPDX-License-Identifier: MIT */
/* The connection to gdb: one at a time, on the loopback address alone. */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdbool.h>
#include <stddef.h>

/* Descriptors to poll for input; -1: there is none. */
extern int client_listener, client_fd;

/* Port 0 is any.  Which one it is, or -1 with errno. */
int client_listen(int port);
/* Let gdb in.  False: another is here already. */
bool client_accept(void);
void client_hang_up(void);

/* Send a packet of n bytes.  The connection may end by it. */
void client_send(const void *data, size_t n);
/* From now on no packet is acknowledged. */
void client_no_ack(void);

/*
 * Take in what has come: a call for each packet (false ends the bridge) and
 * for each Ctrl-C.  False: gdb is gone, or a packet was the last.
 */
bool client_input(bool (*packet)(const char *data, size_t n),
		  void (*interrupt)(void));
/* While the machine is stepped: is there a Ctrl-C, or nobody any more? */
bool client_interrupts(void);

/* Say something to the user, with the next client_flush(). */
__attribute__((format(printf, 1, 2))) void tell(const char *format, ...);
/* Only while gdb waits for a stop or for a monitor command. */
void client_flush(void);

#endif

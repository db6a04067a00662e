// SPDX-License-Identifier: MIT
/* The connection to gdb: one at a time, on the loopback address alone. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"
#include "rsp.h"

#define SAID_MAX   (1 << 16) /* bytes for the user that wait to be sent */
#define SAID_PIECE 1000	     /* of them in one packet */

int client_listener = -1, client_fd = -1;

static struct rsp rsp;
static bool no_ack;
static char said[SAID_MAX];
static size_t nsaid;

int
client_listen(int port)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t n = sizeof a;
	int on = 1;

	client_listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(client_listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (client_listener < 0 ||
	    bind(client_listener, (void *)&a, sizeof a) != 0 ||
	    listen(client_listener, 1) != 0 ||
	    getsockname(client_listener, (void *)&a, &n) != 0)
		return -1;
	return ntohs(a.sin_port);
}

bool
client_accept(void)
{
	int fd = accept4(client_listener, NULL, NULL, SOCK_CLOEXEC), on = 1;

	if (fd < 0)
		return false;
	if (client_fd >= 0) {
		close(fd);
		return false;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	client_fd = fd;
	return true;
}

void
client_hang_up(void)
{
	if (client_fd >= 0)
		close(client_fd);
	client_fd = -1;
	no_ack = false;
	rsp.state = RSP_IDLE;
}

static void
send_bytes(const char *p, size_t n)
{
	while (client_fd >= 0 && n > 0) {
		ssize_t k = send(client_fd, p, n, MSG_NOSIGNAL);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0) { /* client_input() will find the end */
			shutdown(client_fd, SHUT_RDWR);
			return;
		}
		p += k;
		n -= k;
	}
}

void
client_send(const void *data, size_t n)
{
	static char frame[2 * RSP_MAX + 4];

	send_bytes(frame, rsp_frame(frame, data, n));
}

void
client_no_ack(void)
{
	no_ack = true;
}

static void
acknowledge(const char *how)
{
	if (!no_ack)
		send_bytes(how, 1);
}

bool
client_input(bool (*packet)(const char *data, size_t n),
	     void (*interrupt)(void))
{
	char buf[4096];
	ssize_t n = recv(client_fd, buf, sizeof buf, 0);

	if (n <= 0)
		return false;
	for (ssize_t i = 0; i < n && client_fd >= 0; i++) {
		switch (rsp_feed(&rsp, buf[i])) {
		case RSP_PACKET:
			acknowledge("+");
			if (!packet(rsp.data, rsp.len))
				return false;
			break;
		case RSP_BROKEN:
			acknowledge("-");
			break;
		case RSP_INTERRUPT:
			interrupt();
			break;
		default:
			break;
		}
	}
	return true;
}

bool
client_interrupts(void)
{
	struct pollfd p = { .fd = client_fd, .events = POLLIN };
	char c;

	return client_fd < 0 ||
	       (poll(&p, 1, 0) > 0 &&
		(recv(client_fd, &c, 1, MSG_PEEK) <= 0 || c == 3));
}

void
tell(const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(said + nsaid, sizeof said - nsaid, format, ap);
	va_end(ap);
	if (n > 0)
		nsaid += n;
	if (nsaid >= sizeof said)
		nsaid = sizeof said - 1;
}

void
client_flush(void)
{
	char packet[2 * SAID_PIECE + 2];

	for (size_t i = 0; i < nsaid; i += SAID_PIECE) {
		size_t n = nsaid - i < SAID_PIECE ? nsaid - i : SAID_PIECE;

		packet[0] = 'O';
		rsp_hex(packet + 1, said + i, n);
		client_send(packet, 1 + 2 * n);
	}
	nsaid = 0;
}

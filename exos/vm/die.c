/* SPDX-License-Identifier: MIT */
/* Last words of a program that cannot go on. */
#include <exos/exos.h>

#include "private.h"

u32 exos_scratch;

/* Write to the console by way of the scratch page. */
void
exos_say(const char *s, u32 len)
{
	struct ae_cap *c = &exos_pin->caps[CAP_PINNED];
	volatile char *to = (char *)EXOS_SCRATCH;

	while (len) {
		u32 n = len < AE_PAGE_SIZE ? len : AE_PAGE_SIZE;

		for (u32 i = 0; i < n; i++)
			to[i] = *s++;
		for (u32 done = 0; done < n;) {
			s32 r = ae_cons_write(exos_scratch, done, n - done,
					      c->lo, c->hi);

			if (r <= 0)
				return;
			done += r;
		}
		len -= n;
	}
}

static char *
put_string(char *to, const char *s)
{
	while (*s)
		*to++ = *s++;
	return to;
}

static char *
put_hex(char *to, u32 v)
{
	for (int shift = 28; shift >= 0; shift -= 4)
		*to++ = "0123456789abcdef"[v >> shift & 15];
	return to;
}

_Noreturn void
exos_exit(u32 status)
{
	for (;;)
		ae_env_free(AE_NAME_SELF, status);
}

void (*exos_on_end)(u32 status);

_Noreturn void
exos_die(const char *why, u32 cause, u32 epc, u32 va)
{
	static int dying;
	char line[160], *to = line;

	if (dying++) /* even the last words fault */
		exos_exit(EXOS_DIED + cause);
	to = put_string(to, exos_pin->boot.args);
	to = put_string(to, ": ended by ");
	to = put_string(to, why);
	to = put_string(to, " ");
	to = put_hex(to, cause);
	to = put_string(to, " at ");
	to = put_hex(to, epc);
	to = put_string(to, ", address ");
	to = put_hex(to, va);
	to = put_string(to, "\n");
	exos_say(line, to - line);
	cause = exos_cause_at(cause, epc);
	if (exos_on_end)
		exos_on_end(EXOS_DIED + cause);
	exos_exit(EXOS_DIED + cause);
}

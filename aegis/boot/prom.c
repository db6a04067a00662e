/* SPDX-License-Identifier: MIT */
/*
 * The DECstation PROM: arguments, system id and halting.  Nothing else of it
 * is used after boot.
 */
#include "kernel.h"

#define PROM_GETSYSID 0x80 /* byte offsets in the callback vector */
#define PROM_HALT     0x9c

#define NONCE_LEN 16

char halt_nonce[NONCE_LEN + 1];
static char args[AE_ARGS_MAX];
static u32 callbacks;

static u32
prom_call(u32 offset)
{
	u32 (*f)(u32, u32) = *(u32(**)(u32, u32))(callbacks + offset);

	return f(0, 0);
}

/*
 * Boot arguments: argv[2] and on, joined by spaces.  A first word
 * "nonce=" + 16 characters is the launcher's secret: kept and wiped.
 */
void
prom_init(int argc, char **argv, u32 vector)
{
	static const char key[] = "nonce=";
	u32 n = 0;

	callbacks = vector;
	for (int i = 2; i < argc; i++) {
		char *s = argv[i];
		u32 len = 0;

		if (i == 2 && !memcmp(s, key, sizeof key - 1)) {
			s += sizeof key - 1;
			for (; len < NONCE_LEN && *s && *s != ' '; len++, s++) {
				halt_nonce[len] = *s;
				*s = ' ';
			}
			while (*s == ' ')
				s++;
		}
		if (n && n < sizeof args - 1)
			args[n++] = ' ';
		while (*s && n < sizeof args - 1)
			args[n++] = *s++;
	}
	args[n] = 0;
}

const char *
prom_args(void)
{
	return args;
}

u32
prom_system_id(void)
{
	return prom_call(PROM_GETSYSID);
}

noreturn void
prom_halt(void)
{
	prom_call(PROM_HALT);
	for (;;)
		;
}

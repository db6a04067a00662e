// SPDX-License-Identifier: MIT
/*
 * The guest of the emulator tests. It does what the boot string's `do=` word
 * says and halts the way Aegis does.
 */
typedef unsigned int uint;
typedef volatile unsigned char reg8;
typedef volatile unsigned short reg16;

#define DC_CSR	   (*(reg16 *)(dc + 0x00)) /* DC7085, serial lines */
#define DC_RBUF	   (*(reg16 *)(dc + 0x08))
#define DC_TCR	   (*(reg16 *)(dc + 0x10))
#define DC_TDR	   (*(reg16 *)(dc + 0x18))
#define CSR_TRDY   0x8000
#define CSR_MSE	   0x0020
#define RBUF_VALID 0x8000
#define LINE	   3

#define RTC_A	 (*(reg8 *)(rtc + 0x28)) /* MC146818, one byte a word */
#define RTC_B	 (*(reg8 *)(rtc + 0x2c))
#define RTC_C	 (*(reg8 *)(rtc + 0x30))
#define RTC_64HZ (0x20 | 10)
#define RTC_PIE	 0x46

#define IEC	      1 /* Status */
#define PROM_GETSYSID 0x80
#define PROM_HALT     0x9c
#define KN01	      1 /* system type: a DECstation 2100 or 3100 */
#define VECTOR	   ((uint *)0x80000080)
#define STAMPS	   64

extern uint exception_vector[], exception_vector_end[];
void set_status(uint);
void spin(uint rounds, volatile uint *done);
void idle(void);
extern volatile uint wake;
void undefined(void);
void handle_exception(uint cause, uint epc);
void guest_main(uint argc, char **argv, uint magic, uint (**callbacks)(void));

static char *boot;
static uint (**prom)(void);
static uint dc, rtc, rtc_ip; /* where they are; the clock's Status bit */
volatile uint wake; /* ends idle() */
static volatile uint rounds, ticks;
static uint stamps[STAMPS];

static void
find_devices(void)
{
	int kn01 = (prom[PROM_GETSYSID / 4]() >> 16 & 0xff) == KN01;

	dc = kn01 ? 0xbc000000 : 0xbfe00000;
	rtc = kn01 ? 0xbd000000 : 0xbfe80000;
	rtc_ip = kn01 ? 0x2000 : 0x0800;
}

static void
put(int c)
{
	DC_TCR = 1 << LINE;
	while ((DC_CSR & (CSR_TRDY | 0x0300)) != (CSR_TRDY | LINE << 8))
		;
	DC_TDR = c;
}

static void
print(const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\n')
			put('\r');
		put(*s);
	}
}

static void
print_number(uint n)
{
	char text[12], *p = text + sizeof text;

	*--p = '\0';
	do
		*--p = '0' + n % 10;
	while ((n /= 10) != 0);
	print(p);
}

/* The text after `name=` in the boot string, or 0. */
static char *
word(const char *name)
{
	char *p = boot;

	while (*p != '\0') {
		const char *n = name;

		while (*n != '\0' && *p == *n)
			p++, n++;
		if (*n == '\0')
			return p;
		while (*p != '\0' && *p++ != ' ')
			;
	}
	return 0;
}

static int
is(const char *s, const char *t)
{
	if (s == 0)
		return 0;
	while (*t != '\0' && *s == *t)
		s++, t++;
	return *t == '\0' && (*s == '\0' || *s == ' ');
}

static uint
parameter(const char *name, uint n)
{
	char *p = word(name);

	if (p != 0)
		for (n = 0; *p >= '0' && *p <= '9'; p++)
			n = n * 10 + (*p - '0');
	return n;
}

static void
power_off(void)
{
	for (;;)
		prom[PROM_HALT / 4]();
}

static void
halt(const char *status)
{
	char *p = word("nonce=");

	print("aegis: halt ");
	while (p != 0 && *p > ' ')
		put(*p++);
	print(" ");
	print(status);
	print("\n");
	power_off();
}

void
handle_exception(uint cause, uint epc)
{
	if ((cause & 0x7c) != 0) {
		print("exception at ");
		print_number(epc);
		print("\n");
		halt("panic");
	}
	(void)RTC_C; /* drops the line */
	if (ticks < STAMPS)
		stamps[ticks] = rounds;
	ticks++;
	if (ticks >= parameter("ticks=", ~0u))
		wake = 1;
}

static void
start_clock(void)
{
	for (uint *from = exception_vector, *to = VECTOR;
	     from < exception_vector_end;)
		*to++ = *from++;
	RTC_A = RTC_64HZ;
	RTC_B = RTC_PIE;
	(void)RTC_C;
	set_status(rtc_ip | IEC);
}

static void
report(const char *name, uint n)
{
	print(name);
	print(" ");
	print_number(n);
	print("\n");
}

/* Ticks in a known number of instructions, and the rounds at each tick. */
static void
count_ticks(void)
{
	start_clock();
	spin(parameter("rounds=", 1000000), &rounds);
	set_status(0);
	report("ticks", ticks);
	for (uint i = 0; i < ticks && i < STAMPS; i++)
		report("at", stamps[i]);
}

static int
input(void)
{
	uint c = DC_RBUF;

	return c & RBUF_VALID ? (int)(c & 0xff) : -1;
}

/* Everything typed until the `lines=`-th newline. */
static void
echo(void)
{
	for (uint lines = parameter("lines=", 1); lines > 0;) {
		int c = input();

		if (c >= 0)
			put(c);
		if (c == '\n')
			lines--;
	}
}

static void
listen(void)
{
	uint n = 0;

	for (uint i = 0; i < 100000; i++)
		if (input() >= 0)
			n++;
	report("characters", n);
}

void
guest_main(uint argc, char **argv, uint magic, uint (**callbacks)(void))
{
	char *what;

	(void)magic;
	prom = callbacks;
	boot = argc > 2 ? argv[2] : "";
	what = word("do=");
	if (is(word("machine="), "A") && word("A=") != 0)
		what = word("A=");
	set_status(0);
	find_devices();
	DC_CSR = CSR_MSE;
	print("guest\n");

	if (is(what, "halt"))
		halt(is(word("status="), "1") ? "1" : "0");
	if (is(what, "panic"))
		halt("panic");
	if (is(what, "forge")) {
		print("aegis: halt 0123456789abcdef 0\naegis: halt 0\n");
		if (is(word("then="), "fail"))
			halt("7");
		print("aegis: halt zzzzzzzzzzzzzzzz 0\n");
		power_off();
	}
	if (is(what, "babble")) { /* speaks after its halt line */
		print("aegis: halt ");
		for (char *p = word("nonce="); *p > ' '; p++)
			put(*p);
		print(" 0\nmore\n");
		power_off();
	}
	if (is(what, "print")) {
		print(boot);
		print("\n");
	}
	if (is(what, "undefined"))
		undefined();
	if (is(what, "spin"))
		for (;;)
			spin(1000000, &rounds);
	if (is(what, "count"))
		spin(parameter("rounds=", 1000), &rounds);
	if (is(what, "ticks"))
		count_ticks();
	if (is(what, "idle")) {
		if (word("ticks=") != 0)
			start_clock();
		idle();
		set_status(0);
		report("ticks", ticks);
	}
	if (is(what, "late")) { /* idle, then busy */
		start_clock();
		idle();
		ticks = 0;
		spin(parameter("rounds=", 1000000), &rounds);
		set_status(0);
		report("late", ticks);
	}
	if (is(what, "echo"))
		echo();
	if (is(what, "listen"))
		listen();
	halt("0");
}

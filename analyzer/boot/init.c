/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The init of our initramfs: asks the kernel how much memory is free, tells it, and ends the machine.
 *
 * It needs no C library, no console and no file: what it has to say is the argument of LINUX_REBOOT_CMD_RESTART2, which
 * kernel/reboot.c prints before it restarts.
 */

#if defined(__x86_64__)
#define SYSINFO 99
#define REBOOT 169

__asm__(".globl _start\n_start:\n\txor %ebp, %ebp\n\tand $-16, %rsp\n\tcall run\n");

static long ask(long number, long a, long b, long c, long d)
{
	register long fourth __asm__("r10") = d;
	long answer;

	__asm__ volatile("syscall"
			 : "=a"(answer)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
			 : "rcx", "r11", "memory");
	return answer;
}
#else
#error "kweigh has no init for this architecture"
#endif

/* As include/uapi/linux/sysinfo.h lays it out; the end is room for what that pads. */
struct memory {
	long uptime;
	unsigned long loads[3];
	unsigned long total;
	unsigned long free;
	unsigned long shared;
	unsigned long buffers;
	unsigned long total_swap;
	unsigned long free_swap;
	unsigned short processes;
	unsigned short pad;
	unsigned long total_high;
	unsigned long free_high;
	unsigned int unit;
	char rest[64];
};

static struct memory found;
static char words[80];
static char *end = words;

static void say(const char *text)
{
	while (*text)
		*end++ = *text++;
}

static void say_number(unsigned long number)
{
	char digits[24];
	int count = 0;

	do {
		digits[count++] = '0' + number % 10;
		number /= 10;
	} while (number);
	while (count)
		*end++ = digits[--count];
}

void run(void)
{
	say("kweigh: init runs, free ");
	if (ask(SYSINFO, (long)&found, 0, 0, 0) == 0)
		say_number(found.free * found.unit);
	else
		say("unknown");
	for (;;)
		ask(REBOOT, 0xfee1dead, 672274793, 0xa1b2c3d4, (long)words);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The init of our initramfs: asks the kernel how much memory is free, tries what it was compiled to try, tells all
 * that, and ends the machine.
 *
 * It needs no C library, no file and no console: what it has to say is the argument of LINUX_REBOOT_CMD_RESTART2, which
 * kernel/reboot.c prints before it restarts. Where there is a console it says the same there, behind "kweigh>".
 *
 * FS: the file system of a disk to mount. DISK: it is a disk's first bytes that are compared. NET: an address to ping.
 * TOKEN: what stands in the file or on the disk. CALL_*: the numbers of system calls (machines.toml).
 */

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n\txor %ebp, %ebp\n\tand $-16, %rsp\n\tcall run\n");

static long ask(long number, long a, long b, long c, long d, long e, long f)
{
	register long fourth __asm__("r10") = d;
	register long fifth __asm__("r8") = e;
	register long sixth __asm__("r9") = f;
	long answer;

	__asm__ volatile("syscall"
			 : "=a"(answer)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth), "r"(sixth)
			 : "rcx", "r11", "memory");
	return answer;
}
#elif defined(__i386__)
__asm__(".globl _start\n_start:\n\txor %ebp, %ebp\n\tand $-16, %esp\n\tcall run\n");
/* Six arguments take %ebp, which a compiler may need: the call is a function of its own. */
__asm__("ask:\n\tpush %ebx\n\tpush %esi\n\tpush %edi\n\tpush %ebp\n"
	"\tmov 20(%esp), %eax\n\tmov 24(%esp), %ebx\n\tmov 28(%esp), %ecx\n\tmov 32(%esp), %edx\n"
	"\tmov 36(%esp), %esi\n\tmov 40(%esp), %edi\n\tmov 44(%esp), %ebp\n\tint $0x80\n"
	"\tpop %ebp\n\tpop %edi\n\tpop %esi\n\tpop %ebx\n\tret\n");
long ask(long number, long a, long b, long c, long d, long e, long f) __asm__("ask");
#elif defined(__aarch64__)
__asm__(".globl _start\n_start:\n\tmov x29, #0\n\tbl run\n");

static long ask(long number, long a, long b, long c, long d, long e, long f)
{
	register long what __asm__("x8") = number;
	register long first __asm__("x0") = a;
	register long second __asm__("x1") = b;
	register long third __asm__("x2") = c;
	register long fourth __asm__("x3") = d;
	register long fifth __asm__("x4") = e;
	register long sixth __asm__("x5") = f;

	__asm__ volatile("svc #0"
			 : "+r"(first)
			 : "r"(what), "r"(second), "r"(third), "r"(fourth), "r"(fifth), "r"(sixth)
			 : "memory");
	return first;
}
#elif defined(__arm__)
__asm__(".globl _start\n_start:\n\tbic sp, sp, #7\n\tbl run\n");

static long ask(long number, long a, long b, long c, long d, long e, long f)
{
	register long what __asm__("r7") = number;
	register long first __asm__("r0") = a;
	register long second __asm__("r1") = b;
	register long third __asm__("r2") = c;
	register long fourth __asm__("r3") = d;
	register long fifth __asm__("r4") = e;
	register long sixth __asm__("r5") = f;

	__asm__ volatile("svc #0"
			 : "+r"(first)
			 : "r"(what), "r"(second), "r"(third), "r"(fourth), "r"(fifth), "r"(sixth)
			 : "memory");
	return first;
}
#elif defined(__riscv)
__asm__(".globl _start\n_start:\n.option push\n.option norelax\n\tla gp, __global_pointer$\n.option pop\n"
	"\tandi sp, sp, -16\n\tcall run\n");

static long ask(long number, long a, long b, long c, long d, long e, long f)
{
	register long what __asm__("a7") = number;
	register long first __asm__("a0") = a;
	register long second __asm__("a1") = b;
	register long third __asm__("a2") = c;
	register long fourth __asm__("a3") = d;
	register long fifth __asm__("a4") = e;
	register long sixth __asm__("a5") = f;

	__asm__ volatile("ecall"
			 : "+r"(first)
			 : "r"(what), "r"(second), "r"(third), "r"(fourth), "r"(fifth), "r"(sixth)
			 : "memory");
	return first;
}
#elif defined(__powerpc64__)
/* The second ELF ABI, in either byte order: no function descriptors, and the kernel leaves the entry's address in r12. */
__asm__(".globl _start\n_start:\n0:\taddis 2, 12, (.TOC.-0b)@ha\n\taddi 2, 2, (.TOC.-0b)@l\n"
	"\tclrrdi 1, 1, 4\n\tli 0, 0\n\tstdu 0, -112(1)\n\tbl run\n");

static long ask(long number, long a, long b, long c, long d, long e, long f)
{
	register long what __asm__("r0") = number;
	register long first __asm__("r3") = a;
	register long second __asm__("r4") = b;
	register long third __asm__("r5") = c;
	register long fourth __asm__("r6") = d;
	register long fifth __asm__("r7") = e;
	register long sixth __asm__("r8") = f;

	/* An error is told by a flag, as a positive number. */
	__asm__ volatile("sc\n\tbns+ 1f\n\tneg %1, %1\n1:"
			 : "+r"(what), "+r"(first), "+r"(second), "+r"(third), "+r"(fourth), "+r"(fifth), "+r"(sixth)
			 :
			 : "memory", "cr0", "ctr", "xer", "lr", "r9", "r10", "r11", "r12");
	return first;
}
#elif defined(__s390x__)
__asm__(".globl _start\n_start:\n\taghi %r15, -160\n\txc 0(8, %r15), 0(%r15)\n\tbrasl %r14, run\n");

static long ask(long number, long a, long b, long c, long d, long e, long f)
{
	register long what __asm__("r1") = number;
	register long first __asm__("r2") = a;
	register long second __asm__("r3") = b;
	register long third __asm__("r4") = c;
	register long fourth __asm__("r5") = d;
	register long fifth __asm__("r6") = e;
	register long sixth __asm__("r7") = f;

	__asm__ volatile("svc 0"
			 : "+d"(first)
			 : "d"(what), "d"(second), "d"(third), "d"(fourth), "d"(fifth), "d"(sixth)
			 : "memory");
	return first;
}
#elif defined(__mips__) && !defined(__mips64)
__asm__(".globl __start\n__start:\n\t.set noreorder\n\tmove $30, $0\n\taddiu $sp, $sp, -32\n\tjal run\n\tnop\n"
	"\t.set reorder\n");

static long ask(long number, long a, long b, long c, long d, long e, long f)
{
	register long what __asm__("$2") = number;
	register long first __asm__("$4") = a;
	register long second __asm__("$5") = b;
	register long third __asm__("$6") = c;
	register long fourth __asm__("$7") = d;

	/* The rest goes on the stack; an error is told by $7, as a positive number. */
	__asm__ volatile(".set noreorder\n\taddiu $sp, $sp, -32\n\tsw %5, 16($sp)\n\tsw %6, 20($sp)\n"
			 "\tsyscall\n\taddiu $sp, $sp, 32\n\t.set reorder"
			 : "+r"(what), "+r"(fourth)
			 : "r"(first), "r"(second), "r"(third), "r"(e), "r"(f)
			 : "memory", "$1", "$3", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$24", "$25",
			   "hi", "lo");
	return fourth ? -what : what;
}
#else
#error "kweigh has no init for this architecture"
#endif

/* Numbers that include/uapi/asm-generic gives, and an architecture may give otherwise. */
#if defined(__mips__)
#define TCSBRK 0x5405
#define SOL_SOCKET 0xffff
#define SO_RCVTIMEO 0x1006
#elif defined(__powerpc__)
#define TCSBRK 0x2000741d
#define SOL_SOCKET 1
#define SO_RCVTIMEO 18
#else
#define TCSBRK 0x5409
#define SOL_SOCKET 1
#define SO_RCVTIMEO 20
#endif

#define BEGINNING -100 /* AT_FDCWD */
#define AT(text) ((long)(text))

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
static char words[240] = "kweigh: init runs, free ";
static char *end = words + sizeof("kweigh: init runs, free ") - 1;

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

/* What came of a try: "; disk ok", or the step that failed and the number of the error. */
static void tell(const char *what, const char *step, long error)
{
	say("; ");
	say(what);
	say(" ");
	say(step);
	if (error) {
		say(" ");
		say_number(error < 0 ? -error : error);
	}
}

#if defined(FS) || defined(DISK)
static char content[64];

static int is_token(void)
{
	const char *wanted = TOKEN;
	int at = 0;

	while (wanted[at] && content[at] == wanted[at])
		at++;
	return !wanted[at];
}

/*
 * A disk driver takes whatever major number is free (register_blkdev()), and who tells it, /proc or /sys, may not be
 * there: so all are tried, and what is not the disk answers ENXIO.
 */
static void try_disk(void)
{
	const char *step = "open";
	long file, error = -6;
	int major;

	ask(CALL_mkdirat, BEGINNING, AT("/disk"), 0700, 0, 0, 0);
	for (major = 511; major > 0; major--) {
		ask(CALL_unlinkat, BEGINNING, AT("/node"), 0, 0, 0, 0);
		/* As new_encode_dev() packs a minor number of 0. */
		file = ask(CALL_mknodat, BEGINNING, AT("/node"), 060600, (major << 8), 0, 0);
		if (file < 0) {
			step = "mknod", error = file;
			continue;
		}
		file = ask(CALL_openat, BEGINNING, AT("/node"), 0, 0, 0, 0);
		if (file < 0)
			continue;
#ifdef FS
		error = ask(CALL_mount, AT("/node"), AT("/disk"), AT(FS), 1, 0, 0);
		step = "mount";
		if (error < 0)
			continue;
		file = ask(CALL_openat, BEGINNING, AT("/disk/token"), 0, 0, 0, 0);
		step = "file", error = file;
		if (file < 0)
			break;
#endif
		error = ask(CALL_read, file, AT(content), sizeof(content), 0, 0, 0);
		step = "read";
		if (error < 0)
			continue;
		error = 0;
		step = is_token() ? "ok" : "content";
		break;
	}
	tell("disk", step, error);
}
#endif

#ifdef NET
/* As include/uapi/linux/if.h lays out struct ifreq; addresses are written so that the byte order does not matter. */
struct request {
	char name[16];
	union {
		struct {
			unsigned short family;
			unsigned short port;
			unsigned char address[4];
			char rest[16];
		} one;
		short flags;
	} to;
};

static struct request request = { .name = "eth0" };
static unsigned char echo[16] = { 8 };
static unsigned char answer[128];
static struct {
	unsigned short family;
	unsigned short port;
	unsigned char address[4];
	char rest[8];
} host = { .family = 2, .address = { 10, 0, 2, 2 } };
static long patience[2] = { 1, 0 };

static void try_net(void)
{
	static const unsigned char own[4] = { 10, 0, 2, 15 }, mask[4] = { 255, 255, 255, 0 };
	long one = ask(CALL_socket, 2, 3 /* SOCK_RAW */, 1, 0, 0, 0);
	long error = 0;
	int times, at, count;
	unsigned int sum = 0;

	if (one < 0) {
		tell("net", "socket", one);
		return;
	}
	request.to.one.family = 2;
	for (at = 0; at < 4; at++)
		request.to.one.address[at] = own[at];
	error = ask(CALL_ioctl, one, 0x8916 /* SIOCSIFADDR */, AT(&request), 0, 0, 0);
	if (error < 0) {
		tell("net", "device", error);
		return;
	}
	for (at = 0; at < 4; at++)
		request.to.one.address[at] = mask[at];
	ask(CALL_ioctl, one, 0x891c /* SIOCSIFNETMASK */, AT(&request), 0, 0, 0);
	request.to.flags = 1; /* IFF_UP */
	error = ask(CALL_ioctl, one, 0x8914 /* SIOCSIFFLAGS */, AT(&request), 0, 0, 0);
	if (error < 0) {
		tell("net", "up", error);
		return;
	}
	ask(CALL_setsockopt, one, SOL_SOCKET, SO_RCVTIMEO, AT(patience), sizeof(patience), 0);
	for (at = 0; at < (int)sizeof(echo); at += 2)
		sum += echo[at] << 8 | echo[at + 1];
	sum = ~(sum + (sum >> 16));
	echo[2] = sum >> 8, echo[3] = sum;
	for (times = 0; times < 8; times++) {
		error = ask(CALL_sendto, one, AT(echo), sizeof(echo), 0, AT(&host), sizeof(host));
		for (count = 0; count < 4; count++) {
			error = ask(CALL_recvfrom, one, AT(answer), sizeof(answer), 0, 0, 0);
			if (error < 0)
				break;
			/* Behind the IP header of 20 bytes: an echo's reply, from the host. */
			if (error >= 28 && answer[20] == 0 && answer[12] == 10 && answer[15] == 2) {
				tell("net", "ok", 0);
				return;
			}
		}
	}
	tell("net", "answer", error);
}
#endif

void run(void)
{
	long console;
	int length;

	if (ask(CALL_sysinfo, AT(&found), 0, 0, 0, 0, 0) == 0)
		say_number(found.free * found.unit);
	else
		say("unknown");
#if defined(FS) || defined(DISK)
	try_disk();
#endif
#ifdef NET
	try_net();
#endif
	console = ask(CALL_openat, BEGINNING, AT("/dev/console"), 2, 0, 0, 0);
	if (console >= 0) {
		words[6] = '>';
		length = end - words;
		*end = '\n';
		ask(CALL_write, console, AT(words), length + 1, 0, 0, 0);
		*end = 0;
		/* Until it is out. */
		ask(CALL_ioctl, console, TCSBRK, 1, 0, 0, 0);
		words[6] = ':';
	}
	for (;;)
		ask(CALL_reboot, 0xfee1dead, 672274793, 0xa1b2c3d4, AT(words), 0, 0);
}

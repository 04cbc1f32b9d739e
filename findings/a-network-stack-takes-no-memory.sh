#!/usr/bin/env bash
# One would guess: a kernel whose code and data grew by 400 kB says after booting that it has 400 kB less memory, and
# so the line "Memory: …K/…K available" is the way to tell what an option costs in RAM.
# What really happens: CONFIG_NET adds 414,256 bytes of sections to 6.1.192's tinyconfig (with what a boot needs) and
# the line stays the same to the kilobyte. On x86_64 the link fills .text up to a multiple of 2 MiB and begins .rodata
# and .data at such a multiple, so what is counted as reserved moves in steps of 2 MiB; a megabyte of code and one and
# a third are the same four. Where a step is crossed, an option of 1 kB costs 2 MiB.
# Seen with: Debian's linux-source-6.1 (6.1.192-2), gcc 12.2, qemu 7.2 without KVM, x86_64.
# Needs: make, gcc, flex, bison, bc, xz, libelf; builds two small kernels, some minutes and 2 GB of disk.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
as_root() { if [[ "$(id -u)" == 0 ]]; then "$@"; else sudo -n "$@"; fi; }
command -v qemu-system-x86_64 >/dev/null || as_root apt-get install -qq -y --no-install-recommends qemu-system-x86 >/dev/null
apt-get download -qq linux-source-6.1 2>/dev/null
echo "linux-source-6.1 $(dpkg-deb -f linux-source-6.1_*.deb Version), gcc $(gcc -dumpfullversion), $(qemu-system-x86_64 --version | head -1)"
dpkg-deb --fsys-tarfile linux-source-6.1_*.deb | tar -xO ./usr/src/linux-source-6.1.tar.xz | tar -xJ
tree="$folder/linux-source-6.1"

# An init that restarts the machine at once, in an archive by the kernel's own program.
cat >init.S <<'EOF'
.globl _start
_start:	mov $169, %eax
	mov $0xfee1dead, %edi
	mov $672274793, %esi
	mov $0x1234567, %edx
	syscall
	jmp _start
EOF
gcc -nostdlib -static -o init init.S
gcc -w -o gen_init_cpio "$tree/usr/gen_init_cpio.c"
echo "file /init $folder/init 755 0 0" >list
./gen_init_cpio list >initramfs

for net in n y; do
	out="$folder/out-$net"
	mkdir "$out"
	make -s -C "$tree" O="$out" ARCH=x86_64 tinyconfig >/dev/null
	options=(-e PRINTK -e EARLY_PRINTK -e BLK_DEV_INITRD -e BINFMT_ELF)
	[[ $net == n ]] || options+=(-e NET)
	"$tree/scripts/config" --file "$out/.config" "${options[@]}"
	make -s -C "$tree" O="$out" ARCH=x86_64 olddefconfig
	make -s -C "$tree" O="$out" ARCH=x86_64 -j"$(nproc)" bzImage >"$folder/log" 2>&1 || { tail "$folder/log"; exit 1; }
	size "$out/vmlinux.o" | awk 'NR == 2 { print $4 }' >"size-$net"
	timeout 120 qemu-system-x86_64 -accel tcg -m 128M -nodefaults -display none -serial stdio -no-reboot \
		-kernel "$out/arch/x86/boot/bzImage" -initrd initramfs -append "earlyprintk=ttyS0,115200,keep" </dev/null |
		tr -d '\r' | grep -ao 'Memory: [0-9]*K/[0-9]*K available' >"memory-$net"
	echo "NET=$net: $(cat "size-$net") bytes in vmlinux.o, $(cat "memory-$net")"
done
more=$(($(cat size-y) - $(cat size-n)))
((more > 300000)) && cmp -s memory-n memory-y || { echo "this has changed"; exit 1; }
echo "$more bytes more, and the same memory"

#!/usr/bin/env bash
# One would guess: turning an option on adds code, and CONFIG_CRYPTO=y, the switch in front of the whole crypto menu, adds
# some kilobytes to a tinyconfig, or nothing.
# What really happens: it makes the kernel smaller, in 6.1.192 by 5.7 kB of vmlinux.o's sections on x86_64 (gcc 12.2). The
# random number generator always needs BLAKE2s, and lib/crypto/Makefile adds that cipher's self-test unless
# CONFIG_CRYPTO_MANAGER_DISABLE_TESTS is y. That option is y by default, but its entry lies inside the menu that
# CRYPTO opens: with CRYPTO off it is not y either, so the test and its 8 kB of vectors are built in. The ifneq of
# the makefile takes an option that does not exist for one that somebody turned off.
# Seen with: Debian's linux-source-6.1 (6.1.192-2), gcc 12.2. Linux 7.3 has its tests elsewhere and does not do so.
# Needs: make, gcc, flex, bison, bc, xz; builds lib/crypto/ twice, which takes a minute or two and 2 GB of disk.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq linux-source-6.1 2>/dev/null
echo "linux-source-6.1 $(dpkg-deb -f linux-source-6.1_*.deb Version), $(gcc -dumpfullversion)"
dpkg-deb --fsys-tarfile linux-source-6.1_*.deb | tar -xO ./usr/src/linux-source-6.1.tar.xz | tar -xJ
tree="$folder/linux-source-6.1"

for crypto in n y; do
	out="$folder/out-$crypto"
	mkdir "$out"
	make -s -C "$tree" O="$out" ARCH=x86_64 tinyconfig >/dev/null
	if [[ $crypto == y ]]; then
		"$tree/scripts/config" --file "$out/.config" -e CRYPTO
		make -s -C "$tree" O="$out" ARCH=x86_64 olddefconfig
	fi
	grep -E 'CONFIG_CRYPTO(_MANAGER_DISABLE_TESTS)?[= ]' "$out/.config" || true
	make -s -C "$tree" O="$out" ARCH=x86_64 -j"$(nproc)" lib/crypto/ >"$folder/log" 2>&1 || { tail "$folder/log"; exit 1; }
	test="$out/lib/crypto/blake2s-selftest.o"
	if [[ -e $test ]]; then size "$test" | awk 'NR == 2 { print "self-test built in:", $1 + $2 + $3, "bytes" }'; else echo "no self-test"; fi
done | tee seen

diff <(grep -E 'self-test|CONFIG_CRYPTO[= ]' seen | sed 's/: [0-9]* bytes//') - <<'EXPECTED' || { echo "this has changed"; exit 1; }
# CONFIG_CRYPTO is not set
self-test built in
CONFIG_CRYPTO=y
no self-test
EXPECTED
echo "the self-test goes when CRYPTO comes"

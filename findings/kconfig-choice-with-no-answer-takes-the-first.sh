#!/usr/bin/env bash
# One would guess: a choice in which no member is asked for falls back to its `default`, as the documentation has it, and
# `# CONFIG_X is not set` for the member that was on (what scripts/config -d writes) gives that default again.
# What really happens: from 6.11 on not. A whole .config says of every other member that it is not set, so with the
# member turned off all of them are; the new code passes over each that a line turns off, the default among them, and
# then takes the first one in the text. In x86_64's timer frequencies -d HZ_1000 gives HZ_100, though the default is
# HZ_250. Up to 6.10 the default came, whatever the lines said. conf gives no warning in either.
# Seen with: conf of Debian's linux-kbuild-6.1 (6.1.192-2) and linux-kbuild-6.12.117+deb12 (6.12.117-1~deb12u1); 7.3.4 is as
# the latter. Source: sym_calc_choice() in scripts/kconfig/symbol.c.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >Kconfig <<'KCONFIG'
choice
	prompt "Timer frequency"
	default MIDDLE

config LOW
	bool "low"

config MIDDLE
	bool "middle"

config HIGH
	bool "high"

endchoice
KCONFIG
printf '# CONFIG_%s is not set\n' LOW MIDDLE HIGH >wanted

# picked PACKAGE: the member that its conf takes.
picked() {
	apt-get download -qq "$1" 2>/dev/null
	dpkg -x "$1"_*.deb "$1"
	echo "$1 $(dpkg-deb -f "$1"_*.deb Version)" >&2
	cp wanted .config
	srctree=. "$(find "$1" -path '*/scripts/kconfig/conf' -type f)" --olddefconfig Kconfig >log 2>&1
	if grep warning log >&2; then return 1; fi
	sed -n 's/^CONFIG_\(.*\)=y$/\1/p' .config
}
before="$(picked linux-kbuild-6.1)"
after="$(picked "$(apt-cache pkgnames linux-kbuild-6.12 | sort -V | tail -1)")"
echo "every member is not set: 6.1 takes $before, 6.12 takes $after"
[[ "$before" == MIDDLE && "$after" == LOW ]] || { echo "this has changed"; exit 1; }

#!/usr/bin/env bash
# One would guess: an int symbol in a condition (`default 0 if BASE_SMALL`, `default BITS if BITS`) counts as true where
# it is not 0, as in C and in the shell; or else conf refuses or warns of a number where a bool is meant.
# What really happens: neither. A number is n in every condition, whatever it is, and its negation is y; conf says
# nothing. So of `default 12 if !BASE_SMALL` and `default 0 if BASE_SMALL` the second never counts, with BASE_SMALL=1
# either: in Linux 6.1 LOG_CPU_MAX_BUF_SHIFT was 12 on small systems as well (BASE_SMALL is a bool in 6.12), and
# the first defaults of ARCH_MMAP_RND_BITS and ARCH_MMAP_RND_COMPAT_BITS never count in 7.3.4 either. A comparison
# (`BASE_SMALL != 0`) works.
# Seen with: conf of Debian's linux-kbuild-6.1 (6.1.192-2) and linux-kbuild-6.12.117+deb12 (6.12.117-1~deb12u1). Source:
# expr_calc_value() in scripts/kconfig/expr.c, which takes a symbol's tristate, and sym_calc_value() in symbol.c, which
# leaves that of a number at n.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >Kconfig <<'KCONFIG'
config SMALL
	int "small"
	default 1

config PLAIN
	int
	default 12 if !SMALL
	default 0 if SMALL

config COMPARED
	int
	default 12 if SMALL = 0
	default 0 if SMALL != 0

config ITSELF
	int "bits"
	default SMALL if SMALL
	default 99
KCONFIG

# values PACKAGE: what its conf writes of the three.
values() {
	apt-get download -qq "$1" 2>/dev/null
	dpkg -x "$1"_*.deb "$1"
	echo "$1 $(dpkg-deb -f "$1"_*.deb Version)" >&2
	rm -f .config
	srctree=. "$(find "$1" -path '*/scripts/kconfig/conf' -type f)" --alldefconfig Kconfig >log 2>&1
	if grep -i warning log >&2; then return 1; fi
	sed -n 's/^CONFIG_\(PLAIN\|COMPARED\|ITSELF\)=/\1=/p' .config | xargs
}
for package in linux-kbuild-6.1 "$(apt-cache pkgnames linux-kbuild-6.12 | sort -V | tail -1)"; do
	found="$(values "$package")"
	echo "with SMALL=1: $found"
	[[ "$found" == "PLAIN=12 COMPARED=0 ITSELF=99" ]] || { echo "this has changed"; exit 1; }
done

#!/usr/bin/env bash
# One would guess: a hex symbol has one value; written without 0x in a .config (CONFIG_BASE=1000) it is refused, or read as
# the decimal number, or written back as 0x1000 for everybody.
# What really happens: it is taken without a word as hexadecimal, and stays as it was written: .config and auto.conf, which
# is what makefiles read, say 1000, while the same run writes 0x1000 into autoconf.h for C. A makefile that hands
# $(CONFIG_BASE) to a linker's --defsym or to the shell's arithmetic gets a thousand where C gets 4096. Conditions of
# Kconfig side with C (BASE = 0x1000 is y). A decimal int is dealt with otherwise: 0010 is refused with a warning.
# Seen with: conf of Debian's linux-kbuild-6.1 (6.1.192-2) and linux-kbuild-6.12.117+deb12 (6.12.117-1~deb12u1). Source:
# sym_string_valid() in scripts/kconfig/symbol.c, print_symbol_for_autoconf() and print_symbol_for_c() in confdata.c.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >Kconfig <<'KCONFIG'
config BASE
	hex "base"
	default 0x100

config SAME
	bool
	default y if BASE = 0x1000

config COUNT
	int "count"
	default 3
KCONFIG

# run CONF MODE: asks conf, and gives what it warns of.
run() {
	srctree=. "$1" "--$2" Kconfig 2>&1 | grep warning || true
}
mkdir -p include/config include/generated
for package in linux-kbuild-6.1 "$(apt-cache pkgnames linux-kbuild-6.12 | sort -V | tail -1)"; do
	apt-get download -qq "$package" 2>/dev/null
	dpkg -x "$package"_*.deb "$package"
	echo "$package $(dpkg-deb -f "$package"_*.deb Version)"
	conf="$(find "$package" -path '*/scripts/kconfig/conf' -type f)"
	printf 'CONFIG_BASE=1000\nCONFIG_COUNT=0010\n' >.config
	warned="$(run "$conf" olddefconfig)"
	run "$conf" syncconfig
	make="$(sed -n 's/^CONFIG_BASE=//p' include/config/auto.conf)"
	c="$(sed -n 's/^#define CONFIG_BASE //p' include/generated/autoconf.h)"
	same="$(sed -n 's/^CONFIG_SAME=//p' .config)"
	echo "makefiles get $make, C gets $c, BASE = 0x1000 is ${same:-n}; warned: ${warned:-of nothing}"
	[[ "$make" == 1000 && "$c" == 0x1000 && "$same" == y && "$warned" == *COUNT* && "$warned" != *BASE* ]] ||
		{ echo "this has changed"; exit 1; }
done

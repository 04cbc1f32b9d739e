#!/usr/bin/env bash
# One would guess: `select X`, where X is a member of a choice, makes the choice pick X, or at least raises X as any
# select does; or conf refuses such a line, or warns of it.
# What really happens: nothing. The member's value comes from its choice alone, whether the choice shows or is hidden, so
# the select (or imply) has no effect, and conf does not say a word. The tree's own lines are written as if it had one:
# in Linux 6.1 USB_MUSB_POLARFIRE_SOC selects USB_MUSB_DUAL_ROLE and may be built without it, and in 7.3.4 the same goes
# for QCOMTEE and QCOM_TZMEM_MODE_SHMBRIDGE.
# Seen with: conf of Debian's linux-kbuild-6.1 (6.1.192-2) and linux-kbuild-6.12.117+deb12 (6.12.117-1~deb12u1). Source:
# sym_calc_value() in scripts/kconfig/symbol.c.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >Kconfig <<'KCONFIG'
config BOARD
	bool "a board that needs big endian"
	select BIG

choice
	prompt "byte order"

config LITTLE
	bool "little"

config BIG
	bool "big"

endchoice

config TESTED
	bool "show the choice of modes"

config MODES
	bool "a driver that needs the second mode"
	select SECOND

choice
	prompt "mode"
	depends on TESTED

config FIRST
	bool "first"

config SECOND
	bool "second"

endchoice
KCONFIG

# members PACKAGE LINE...: which members its conf has on with these lines.
members() {
	local package="$1"
	shift
	printf '%s\n' "$@" >.config
	srctree=. "$(find "$package" -path '*/scripts/kconfig/conf' -type f)" --olddefconfig Kconfig >log 2>&1
	if grep -i warning log >&2; then return 1; fi
	sed -n 's/^CONFIG_\(LITTLE\|BIG\|FIRST\|SECOND\)=y/\1/p' .config | xargs
}
for package in linux-kbuild-6.1 "$(apt-cache pkgnames linux-kbuild-6.12 | sort -V | tail -1)"; do
	apt-get download -qq "$package" 2>/dev/null
	dpkg -x "$package"_*.deb "$package"
	echo "$package $(dpkg-deb -f "$package"_*.deb Version)"
	shown="$(members "$package" CONFIG_BOARD=y CONFIG_MODES=y CONFIG_TESTED=y)"
	hidden="$(members "$package" CONFIG_BOARD=y CONFIG_MODES=y)"
	echo "BIG and SECOND selected, both choices shown: $shown; the second hidden: $hidden"
	[[ "$shown" == "LITTLE FIRST" && "$hidden" == "LITTLE" ]] || { echo "this has changed"; exit 1; }
done

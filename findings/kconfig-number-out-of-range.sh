#!/usr/bin/env bash
# One would guess: a number in a .config that lies outside its symbol's `range` is moved to the nearer end of the range, as
# the documentation of `range` suggests, in every conf; or else it is refused with a word.
# What really happens: the conf of 6.1 drops the line when it reads the file, so the symbol gets its *default* and counts as
# new: listnewconfig shows it, oldconfig asks for it again. The conf of 6.12 keeps the line and moves it to the end of the
# range, and nothing is new. So one .config with CONFIG_N=500 gives 7 there and 100 here, and neither says so. The same line read through
# KCONFIG_ALLCONFIG by alldefconfig, which is what merge_config.sh runs, gives 100 in 6.1 as well: there nobody checks.
# Seen with: conf of Debian's linux-kbuild-6.1 (6.1.192-2) and linux-kbuild-6.12.117+deb12 (6.12.117-1~deb12u1). Source:
# conf_read() in scripts/kconfig/confdata.c, and sym_validate_range() in symbol.c.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >Kconfig <<'KCONFIG'
config N
	int "number"
	range 1 100
	default 7
KCONFIG
echo CONFIG_N=500 >wanted

# answers PACKAGE: the value that its conf writes, and what it calls new.
answers() {
	apt-get download -qq "$1" 2>/dev/null
	dpkg -x "$1"_*.deb "$1"
	echo "$1 $(dpkg-deb -f "$1"_*.deb Version)" >&2
	conf="$(find "$1" -path '*/scripts/kconfig/conf' -type f)"
	cp wanted .config
	new="$(srctree=. "$conf" --listnewconfig Kconfig)"
	srctree=. "$conf" --olddefconfig Kconfig >log 2>&1
	if grep -i warning log >&2; then return 1; fi
	read_value="$(sed -n 's/^CONFIG_N=//p' .config)"
	rm .config
	srctree=. KCONFIG_ALLCONFIG=wanted "$conf" --alldefconfig Kconfig >log 2>&1
	echo "$read_value new:${new:-nothing} allconfig:$(sed -n 's/^CONFIG_N=//p' .config)"
}
before="$(answers linux-kbuild-6.1)"
after="$(answers "$(apt-cache pkgnames linux-kbuild-6.12 | sort -V | tail -1)")"
echo "N=500 of a range up to 100, default 7: 6.1 gives $before; 6.12 gives $after"
[[ "$before" == "7 new:CONFIG_N=7 allconfig:100" && "$after" == "100 new:nothing allconfig:100" ]] || { echo "this has changed"; exit 1; }

#!/usr/bin/env bash
# One would guess: of the bool entries between `choice` and `endchoice` exactly one is y, as
# Documentation/kbuild/kconfig-language.rst has it.
# What really happens: in 6.1 an entry that depends on the entry above it hangs below that one in the menu, and what hangs
# below a member is no member. So two entries of one choice are y at once, and the lower one can be turned alone. conf
# gives no warning, and the .config shows two y in a row. The conf of 6.12.117 and 7.3.4 takes every entry between the two
# lines for a member, and refuses the same text as a recursive dependency.
# Seen with: conf of Debian's linux-kbuild-6.1 (6.1.192-2). Source: menu_finalize() in scripts/kconfig/menu.c, which makes
# the submenu before it looks for the members.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq linux-kbuild-6.1 2>/dev/null
dpkg -x linux-kbuild-6.1_*.deb package
conf="$(find "$folder/package" -path '*/scripts/kconfig/conf' -type f)"
echo "linux-kbuild-6.1 $(dpkg-deb -f linux-kbuild-6.1_*.deb Version)"

cat >Kconfig <<'KCONFIG'
choice
	prompt "How fast"

config SLOW
	bool "slow"

config SLOWER
	bool "even slower"
	depends on SLOW

config FAST
	bool "fast"

endchoice
KCONFIG
printf 'CONFIG_SLOW=y\nCONFIG_SLOWER=y\n' >both
printf 'CONFIG_FAST=y\nCONFIG_SLOWER=y\n' >other
for wanted in both other; do
	srctree=. "$conf" --defconfig="$wanted" Kconfig >log 2>&1
	grep CONFIG_ .config | tee "$wanted.out"
	if grep warning log; then echo "this has changed: conf warns"; exit 1; fi
	echo
done

diff <(cat both.out other.out) - <<'EXPECTED' || { echo "this has changed"; exit 1; }
CONFIG_SLOW=y
CONFIG_SLOWER=y
# CONFIG_FAST is not set
# CONFIG_SLOW is not set
CONFIG_FAST=y
EXPECTED
echo "two entries of one choice are y"

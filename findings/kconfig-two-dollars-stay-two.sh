#!/usr/bin/env bash
# One would guess: the macro language of Kconfig copies GNU make's, so `$$` is how one writes a dollar sign, and the shell
# behind $(shell,…) sees `$`. Kbuild's makefiles do so everywhere.
# What really happens: `$$` is no escape in Kconfig. A dollar sign that no parenthesis follows is itself, so both reach the
# shell, which takes them for its own process number; in a string both stay. A single `$x` is a variable of the shell.
# That is why `.tmp_$$$$` of Linux 5.10's scripts/Kconfig.include names a folder by the process number twice, where
# later trees write `.tmp_$$`: both work, and neither is what make would have made of it.
# Seen with: conf of Debian's linux-kbuild-6.1 (6.1.192-2). Source: expand_dollar_with_args() in
# scripts/kconfig/preprocess.c; the same in 5.10, 6.12 and 7.3.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq linux-kbuild-6.1 2>/dev/null
dpkg -x linux-kbuild-6.1_*.deb package
conf="$(find "$folder/package" -path '*/scripts/kconfig/conf' -type f)"
echo "linux-kbuild-6.1 $(dpkg-deb -f linux-kbuild-6.1_*.deb Version)"

cat >Kconfig <<'KCONFIG'
config TEXT
	string
	default "a$$b"

config QUOTED
	string
	default "$(shell,printf '%s' 'a$$b')"

config NUMBER
	string
	default "$(shell,test $$ -gt 1 && echo number)"

config VARIABLE
	string
	default "$(shell,v=set; echo $v)"
KCONFIG
srctree=. "$conf" --alldefconfig Kconfig >/dev/null
grep '^CONFIG_' .config

diff <(grep '^CONFIG_' .config) - <<'EXPECTED' || { echo "this has changed"; exit 1; }
CONFIG_TEXT="a$$b"
CONFIG_QUOTED="a$$b"
CONFIG_NUMBER="number"
CONFIG_VARIABLE="set"
EXPECTED
echo "two dollar signs stay two, in strings and on the way to the shell"

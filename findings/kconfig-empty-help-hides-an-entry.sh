#!/usr/bin/env bash
# One would guess: a `help` with no text under it ends where the next entry begins, since `config B` at the left margin
# is indented less than any help text; at worst there is an error.
# What really happens: conf takes the line directly behind `help` for help text, at whatever column it begins. The entry
# that was meant to follow is gone with all its properties, without a word on stderr; whoever depends on its symbol then
# sees an undefined name, which is n. A blank line between the two brings the entry back, and with it the warning about a
# blank help text that one would have expected in the first place; a comment between them becomes the help text, and
# the entry behind it counts again.
# Seen with: conf of Debian's linux-kbuild-6.1 (6.1.192-2). Source: state HELP in scripts/kconfig/lexer.l; the conf of
# 6.12 and of 7.3 swallows the line as well.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq linux-kbuild-6.1 2>/dev/null
dpkg -x linux-kbuild-6.1_*.deb package
conf="$(find "$folder/package" -path '*/scripts/kconfig/conf' -type f)"
echo "linux-kbuild-6.1 $(dpkg-deb -f linux-kbuild-6.1_*.deb Version)"

seen() {
	rm -f .config
	printf '%b' "$2" >Kconfig
	srctree=. "$conf" --alldefconfig Kconfig 2>stderr >stdout
	echo "$1: $(grep -v '^#$' .config | grep -o 'CONFIG_[A-Z]*' | tr '\n' ' ')stderr: $(wc -c <stderr) bytes"
}
next='config B\n\tbool "b"\n\tdefault y\n\nconfig C\n\tbool "c"\n\tdefault y if B || !B\n'
{
	seen "next line" "config A\n\tbool \"a\"\n\thelp\n$next"
	seen "blank line" "config A\n\tbool \"a\"\n\thelp\n\n$next"
	seen "comment" "config A\n\tbool \"a\"\n\thelp\n# nothing to say\n$next"
	seen "no help" "config A\n\tbool \"a\"\n$next"
} | tee found

diff found - <<'EXPECTED' || { echo "this has changed"; exit 1; }
next line: CONFIG_A CONFIG_C stderr: 0 bytes
blank line: CONFIG_A CONFIG_B CONFIG_C stderr: 53 bytes
comment: CONFIG_A CONFIG_B CONFIG_C stderr: 0 bytes
no help: CONFIG_A CONFIG_B CONFIG_C stderr: 0 bytes
EXPECTED
echo "an entry directly behind an empty help is taken for its text"

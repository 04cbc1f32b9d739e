#!/usr/bin/env bash
# One would guess: where a symbol is defined twice, once bare and once under `depends on`, it may be on whenever either
# definition lets it, so the bare one, which asks nothing, lets it always; a `select` of it then warns of nothing, and
# an `imply` turns it on.
# What really happens: the direct dependency is the or of those definitions that have one; the bare one is left out
# rather than counted as y. So an `imply` of the symbol does nothing while that `depends on` is unmet, though its prompt
# shows and a user can set it to y by hand; and a `select` forces it with the warning about unmet direct dependencies.
# With the second definition gone, or with a redundant `depends on` in the first, the same `imply` works.
# Seen with: conf of Debian's linux-kbuild-6.1 (6.1.192-2); those of 5.10, 6.12 and 7.3 do the same. Source:
# expr_alloc_or() in scripts/kconfig/expr.c returns the other operand where one is NULL, and menu_finalize() builds the
# direct dependency with it.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq linux-kbuild-6.1 2>/dev/null
dpkg -x linux-kbuild-6.1_*.deb package
conf="$(find "$folder/package" -path '*/scripts/kconfig/conf' -type f)"
echo "linux-kbuild-6.1 $(dpkg-deb -f linux-kbuild-6.1_*.deb Version)"

seen() { # name, line of the one that brings it, first definition, second definition, line of the .config
	printf '%b' "$5" >.config
	printf 'config ON\n\tdef_bool y\nconfig USER\n\tdef_bool y\n\t%s X\n' "$2" >Kconfig
	printf 'config X\n\tbool "x"\n%b%b' "$3" "$4" >>Kconfig
	srctree=. "$conf" --olddefconfig Kconfig 2>stderr >stdout
	echo "$1: $(grep -w CONFIG_X .config) ($(grep -c 'unmet direct dependencies' stderr || true) warnings)"
}
second='config X\n\tbool\n\tdepends on !ON\n'
{
	seen "imply, bare and unmet" imply "" "$second" ""
	seen "imply, bare alone" imply "" "" ""
	seen "imply, met and unmet" imply "\tdepends on ON\n" "$second" ""
	seen "set by hand" imply "" "$second" "CONFIG_X=y\n"
	seen "select, bare and unmet" select "" "$second" ""
	seen "select, bare alone" select "" "" ""
} | tee found

diff found - <<'EXPECTED' || { echo "this has changed"; exit 1; }
imply, bare and unmet: # CONFIG_X is not set (0 warnings)
imply, bare alone: CONFIG_X=y (0 warnings)
imply, met and unmet: CONFIG_X=y (0 warnings)
set by hand: CONFIG_X=y (0 warnings)
select, bare and unmet: CONFIG_X=y (1 warnings)
select, bare alone: CONFIG_X=y (0 warnings)
EXPECTED
echo "a definition that asks nothing does not count beside one that does"

#!/usr/bin/env bash
# One would guess: fuzz only loosens where patch(1) looks for a hunk. What the hunk adds are lines of their own, whatever was
# passed over to find its place; where the file's last line has no end, patch gives it one, as `git apply` and editors do.
# What really happens: where fuzz passes over the context behind the last line of a file, and that line has no end, the
# first line that is added is written right behind it, in the same line. patch says "succeeded with fuzz 1" and exits
# with 0. A Kconfig file, a makefile or a list of a vendor's series (quilt applies with fuzz by default) then says
# something else: here two objects become one that nobody has. `git apply`, which knows no fuzz, refuses the hunk.
# Seen with: Debian's patch 2.7.6-7 and git 1:2.39.5-0+deb12u3. Source: apply_hunk() and copy_till() in patch.c.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fetched() {
	apt-get download -qq "$1" 2>/dev/null
	dpkg -x "$1"_*.deb "$1"
	echo "$1 $(dpkg-deb -f "$1"_*.deb Version)"
}
fetched patch
fetched git

mkdir tree
printf 'obj-y += core.o\nobj-y += bus.o' >tree/Makefile
cat >one.patch <<'PATCH'
--- a/Makefile
+++ b/Makefile
@@ -2,2 +2,3 @@
 obj-y += bus.o
+obj-y += clk.o
 obj-y += end.o
PATCH

(cd tree && ../git/usr/bin/git apply ../one.patch) 2>/dev/null && refused=no || refused=yes
said="$(cd tree && ../patch/usr/bin/patch -p1 <../one.patch)" && code=0 || code=$?
last="$(tail -n 1 tree/Makefile)"
echo "git apply refuses: $refused; patch: $said (exit $code); the last line is now: $last"
[[ "$refused" == yes && "$code" == 0 && "$said" == *"fuzz 1"* && "$last" == "obj-y += bus.oobj-y += clk.o" ]] ||
	{ echo "this has changed"; exit 1; }

#!/usr/bin/env bash
# One would guess: an option that adds members to struct task_struct and struct cgroup, which every file of the kernel's
# core reads, moves what lies behind them, so that instructions get other displacements and most objects another size.
# CONFIG_PSI (with the cgroups it counts for) changes hundreds of lines of what the compiler reads in nearly every file.
# What really happens: of the objects of mm/ and kernel/time/ in 6.1.192's tinyconfig all are compiled again, and all but
# a handful come out with sections of exactly the size that they had. Displacements of members that far behind take four
# bytes before as after, and the inline functions that came are not called. What names the option weighs more, and
# whatever was built for it; the rest is work for nothing that a sum of sizes does not see.
# Seen with: Debian's linux-source-6.1 (6.1.192-2), gcc 12.2, x86_64.
# Needs: make, gcc, flex, bison, bc, xz, libelf; builds two folders twice, some minutes and 2 GB of disk.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq linux-source-6.1 2>/dev/null
echo "linux-source-6.1 $(dpkg-deb -f linux-source-6.1_*.deb Version), gcc $(gcc -dumpfullversion)"
dpkg-deb --fsys-tarfile linux-source-6.1_*.deb | tar -xO ./usr/src/linux-source-6.1.tar.xz | tar -xJ
tree="$folder/linux-source-6.1"

for psi in n y; do
	out="$folder/out-$psi"
	mkdir "$out"
	make -s -C "$tree" O="$out" ARCH=x86_64 tinyconfig >/dev/null
	if [[ $psi == y ]]; then
		"$tree/scripts/config" --file "$out/.config" -e PSI
		make -s -C "$tree" O="$out" ARCH=x86_64 olddefconfig
	fi
	make -s -C "$tree" O="$out" ARCH=x86_64 -j"$(nproc)" mm/ kernel/time/ mm/page_alloc.i >"$folder/log" 2>&1 ||
		{ tail "$folder/log"; exit 1; }
	(cd "$out" && find mm kernel/time -name '*.o' ! -name 'built-in*' | sort | xargs size | awk 'NR > 1 { print $6, $1, $2, $3 }') >"sizes-$psi"
done

lines="$(diff "$folder/out-n/mm/page_alloc.i" "$folder/out-y/mm/page_alloc.i" | grep -c '^[<>]' || true)"
all="$(wc -l <sizes-n)"
other="$(join sizes-n sizes-y | awk '$2 != $5 || $3 != $6 || $4 != $7' | wc -l)"
echo "lines of mm/page_alloc.i that differ: $lines"
echo "objects of mm/ and kernel/time/: $all, of another size with PSI: $other"
((lines > 200 && other > 0 && other * 10 <= all)) || { echo "this has changed"; exit 1; }
echo "text changes everywhere, sizes hardly anywhere"

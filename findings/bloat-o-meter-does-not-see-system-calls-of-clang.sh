#!/usr/bin/env bash
# One would guess: scripts/bloat-o-meter leaves out names that begin with __se_sys because they are further names of the
# same code (as SyS_… once was, an alias of sys_…), so that a change to a system call shows whatever compiler was used.
# What really happens: since 4.17 x86_64 has three functions in a row for a call, __x64_sys_… (and __ia32_sys_…) to
# __se_sys_… to __do_sys_…, and which of them is left with the code is the compiler's choice. gcc 12 puts __se_sys_… into
# its callers, and bloat-o-meter sees all. clang, where 32-bit programs are served too, keeps one __se_sys_… for both
# callers and puts __do_sys_… into it: the whole body of most system calls has a name that bloat-o-meter skips, and
# its total is short by thousands of bytes in a single file. So it may tell a change of a system call as +0/-0.
# Seen with: Debian's linux-source-6.1 (6.1.192-3), gcc 12.2, clang 19.1, x86_64.
# Needs: make, gcc, clang-19, lld-19, llvm-19, flex, bison, bc, xz, libelf, python3; 2 GB of disk, some minutes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq linux-source-6.1 2>/dev/null
echo "linux-source-6.1 $(dpkg-deb -f linux-source-6.1_*.deb Version), gcc $(gcc -dumpfullversion), $(clang-19 --version | head -n 1)"
dpkg-deb --fsys-tarfile linux-source-6.1_*.deb | tar -xO ./usr/src/linux-source-6.1.tar.xz | tar -xJ
tree="$folder/linux-source-6.1"
objects=(kernel/sys.o fs/namespace.o fs/eventpoll.o mm/mremap.o)

for compiler in gcc clang; do
	llvm=()
	[[ $compiler == gcc ]] || llvm=(LLVM=-19)
	out="$folder/$compiler"
	mkdir "$out"
	{
		make -s -C "$tree" O="$out" ARCH=x86_64 "${llvm[@]}" tinyconfig
		"$tree/scripts/config" --file "$out/.config" -e 64BIT -e IA32_EMULATION -e EPOLL \
			-d CC_OPTIMIZE_FOR_SIZE -e CC_OPTIMIZE_FOR_PERFORMANCE
		make -s -C "$tree" O="$out" ARCH=x86_64 "${llvm[@]}" olddefconfig
		make -s -C "$tree" O="$out" ARCH=x86_64 "${llvm[@]}" -j"$(nproc)" "${objects[@]}"
	} >"$folder/log" 2>&1 || { tail "$folder/log"; exit 1; }
	: | gcc -c -x c -o "$folder/empty.o" -
	all=0 skipped=0 seen=0
	for object in "${objects[@]}"; do
		read -r functions hidden < <(nm -S "$out/$object" | python3 -c '
import sys
sizes = [(int(words[1], 16), words[3]) for words in map(str.split, sys.stdin) if len(words) == 4 and words[2] in "tT"]
print(sum(size for size, _ in sizes), sum(size for size, name in sizes if name.startswith("__se_")))')
		total="$("$tree/scripts/bloat-o-meter" -c "$folder/empty.o" "$out/$object" | sed -n 's/^Total: Before=0, After=\([0-9]*\),.*/\1/p' | head -n 1)"
		all=$((all + functions)) skipped=$((skipped + hidden)) seen=$((seen + total))
	done
	echo "$compiler: functions $all bytes, of them __se_…: $skipped, functions that bloat-o-meter counts: $seen"
	declare "skipped_$compiler=$skipped" "lost_$compiler=$((all - seen))"
done
# shellcheck disable=SC2154
((skipped_gcc == 0 && lost_gcc == 0 && skipped_clang > 4000 && lost_clang >= skipped_clang)) || { echo "this has changed"; exit 1; }
echo "bloat-o-meter misses what clang leaves in __se_sys_…"

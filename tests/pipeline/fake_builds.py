"""Programs that stand for make and a toolchain, fast enough to build the small tree of weighed_tree.py in every test.

Enters: a folder. Leaves: programs for PATH, and homes: what make does in one is told by a script of the test
(`before`, sourced in O=, where $tree is the tree). Must hold: what is built hangs on the .config alone; a home keeps
what was made in it.
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.sizes.elves import Part, make

MAKE = """\
#!/bin/sh
for word; do case $word in O=*) out=${word#O=} ;; --directory=*) tree=${word#*=} ;; esac; done
cd "$out" || exit 3
case "$*" in *olddefconfig*) exit 0 ;; esac
[ ! -f "$HOME/before" ] || . "$HOME/before"
on() { grep -q "^CONFIG_$1=y" .config; }
mkdir -p kernel
objects="main core"
for name in O0 O1 O2 O3; do ! on $name || objects="$objects $(echo $name | tr O o)"; done
: > vmlinux.o
echo "Linker script and memory map" > .kweigh-vmlinux.o.map
printf '\\n.text           0x0000000000000000        0x0\\n' >> .kweigh-vmlinux.o.map
for name in $objects; do
  from=$name
  ! on O4 || [ $name != main ] || from=main-O4
  echo "  CC      kernel/$name.o"
  cp "$HOME/objects/$from" kernel/$name.o
  {
    echo "savedcmd_kernel/$name.o := ccache gcc -I$tree/include -o kernel/$name.o $tree/kernel/$name.c"
    echo "deps_kernel/$name.o := \\\\"
    echo '    $(wildcard include/config/O4) \\'
  } > kernel/.$name.o.cmd
  cat kernel/$name.o >> vmlinux.o
  echo " .text          0x0000000000000000        0x0 kernel/$name.o" >> .kweigh-vmlinux.o.map
done
cp vmlinux.o vmlinux
echo "cmd_vmlinux.o := ld -r -o vmlinux.o --whole-archive vmlinux.a" > .vmlinux.o.cmd
cksum < .config >> "$HOME/made"
"""
GCC = "gcc (Fake 12.2.0-14) 12.2.0"
_GCC = "#!/bin/sh\ncase $1 in --version) echo '{text}' ;; -dumpmachine) echo x86_64-linux-gnu ;; esac\n"


def plant(folder: Path, *, gcc: str = GCC) -> str:
    """The programs; a PATH that finds them first."""
    folder.mkdir(parents=True)
    texts = {"make": MAKE, "gcc": _GCC.format(text=gcc), "ld": "#!/bin/sh\n", "ar": "#!/bin/sh\n"}
    for name, text in texts.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin"


def home(folder: Path, before: str = "") -> Path:
    """A home; `before` is what make does first in it."""
    (folder / "objects").mkdir(parents=True)
    for size, name in enumerate(("main", "main-O4", "core", "o0", "o1", "o2", "o3")):
        (folder / "objects" / name).write_bytes(make([Part(name=".text", size=16 * (size + 1))]))
    (folder / "before").write_text(before)
    return folder


def made(folder: Path) -> list[str]:
    """A checksum of each config that was built in a home."""
    path = folder / "made"
    return path.read_text().splitlines() if path.exists() else []

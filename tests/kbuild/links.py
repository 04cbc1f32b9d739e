"""What a tree's own link-vmlinux.sh gives the linker.

Enters: a Linux tree, SRCARCH and a config. Leaves: the objects of the last link. Must hold: the script itself runs, in
a folder of its own, with programs that only write down how they were called.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

# Every tool at once: it notes its call, makes the file behind -o, and has a new version of everything.
TOOL = """\
#!/bin/sh
echo "${0##*/} $*" >> "$KWEIGH_CALLS"
while [ $# -gt 0 ]; do
	[ "$1" = -o ] && : > "$2"
	[ "$1" = --version ] && echo v1.99
	shift
done
exit 0
"""
_TOOLS = ("LD", "CC", "NM", "OBJCOPY", "OBJDUMP", "PAHOLE", "RESOLVE_BTFIDS", "MAKE", "AWK", "PERL", "READELF")
_SCRIPTS = ("kallsyms", "sorttable", "file-size.sh", "mksysmap", "gen-btf.sh", "pahole-version.sh", "recordmcount")


def linked(root: Path, srcarch: str, config: Mapping[str, str], folder: Path) -> list[str]:
    """The objects in the last call of the linker that makes no relocatable file."""
    shutil.rmtree(folder, ignore_errors=True)
    tools = folder / "tools"
    tools.mkdir(parents=True)
    (folder / "scripts").mkdir()
    for name in _TOOLS:
        (tools / name).write_text(TOOL, "utf-8")
        (tools / name).chmod(0o755)
    for name in _SCRIPTS:
        (folder / "scripts" / name).write_text("echo 1\n" if name == "file-size.sh" else "exit 0\n", "utf-8")
        (folder / "scripts" / name).chmod(0o755)
    (folder / "include/config").mkdir(parents=True)
    lines = "".join(f"CONFIG_{name}={value}\n" for name, value in config.items())
    (folder / "include/config/auto.conf").write_text(lines, "utf-8")
    shutil.copy(root / "scripts/link-vmlinux.sh", folder / "scripts")
    environment = {
        **{name: str(tools / name) for name in _TOOLS},
        "PATH": os.environ["PATH"],
        "KWEIGH_CALLS": str(folder / "calls"),
        "CONFIG_SHELL": "sh",
        "KBUILD_LDS": "x.lds",
        "KBUILD_VMLINUX_OBJS": "vmlinux.a",
        "SRCARCH": srcarch,
        "VMLINUX": "vmlinux",
        "objtree": ".",
        "srctree": ".",
    }
    script = ["sh", "scripts/link-vmlinux.sh", environment["LD"], "", "", "vmlinux"]
    # What checks the finished image fails on files that are empty; the links are done by then.
    subprocess.run(script, cwd=folder, env=environment, capture_output=True, check=False)
    calls = [line.split() for line in (folder / "calls").read_text("utf-8").splitlines()]
    links = [words for words in calls if words[0] in ("LD", "CC") and "-o" in words and not {"-r", "-c"} & {*words}]
    made = links[-1].index("-o") + 1
    return [word for at, word in enumerate(links[-1]) if word.endswith(".o") and at != made and word != "vmlinux.o"]

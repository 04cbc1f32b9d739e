"""A linker that writes down what it does.

Enters: the linker's command, a folder. Leaves: a script to be given to make as LD, and with every link of vmlinux and
vmlinux.o a map beside it. Must hold: the linker gets the arguments that make gave and nothing else but `-Map`, which
changes no byte of the output; no other link is touched. So the tree's config needs no CONFIG_VMLINUX_MAP, which would
make it another config.
"""

from __future__ import annotations

import shlex
from pathlib import Path

LINKED = ("vmlinux.o", "vmlinux", "vmlinux.unstripped")
"""What is linked at the top of O= (vmlinux.unstripped: the image before 6.15 and later strip it)."""


def map_of(linked: Path) -> Path:
    """Where the map of a linked file is."""
    return linked.with_name(f".kweigh-{linked.name}.map")


def write(path: Path, linker: str) -> None:
    """Write the script, unless it is there already: make links anew when its LD changes."""
    cases = "\n".join(
        f'    "-o {name}") exec {linker} "$@" -Map={shlex.quote(map_of(Path(name)).name)} ;;' for name in LINKED
    )
    text = (
        "#!/bin/sh\n# Written by kweigh: the linker, with a map of the links of vmlinux.\n"
        f'before=\nfor word; do\n  case "$before $word" in\n{cases}\n  esac\n  before=$word\ndone\nexec {linker} "$@"\n'
    )
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")
    path.chmod(0o755)

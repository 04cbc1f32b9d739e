"""Draws the pictures of the README: what commands show on a terminal (make pictures).

Enters: nothing; the commands are about the bundled tree. Leaves: SVG texts, in docs/pictures/ where it is run. Must
hold: a picture is small, loads nothing, and is drawn again byte by byte.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

HERE = Path(__file__).parents[1] / "docs/pictures"
WIDTH = 100
PICTURES = {
    "why": ("why", "DMA_OPS_BYPASS", "tinyconfig", "--arch", "powerpc"),
    "matrix": ("matrix", "--features", "DMA_OPS,DMA_OPS_BYPASS,SWIOTLB"),
}
_FONTS = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)


def draw(name: str) -> str:
    """A picture of what the command shows in colour."""
    argv = PICTURES[name]
    shown = subprocess.run(
        [sys.executable, "-m", "analyzer", *argv, "--tree", "bundled", "--color", "always", "--width", str(WIDTH)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    console = Console(record=True, width=WIDTH, file=io.StringIO(), legacy_windows=False)
    console.print(Text.from_ansi(shown.rstrip("\n")))
    text = console.export_svg(title=f"kweigh {' '.join(argv)}", unique_id=name)
    return "\n".join(line.rstrip() for line in _FONTS.sub("", text).splitlines()) + "\n"


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for name in PICTURES:
        (HERE / f"{name}.svg").write_text(draw(name), "utf-8")

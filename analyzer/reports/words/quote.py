"""The figures that people put into a mail about bytes.

Enters: a `Weight` pair with what bloat-o-meter tells, or one image's. Leaves: blocks. Must hold: content is the figure,
since padding hides or doubles a change in what `size` shows; bloat-o-meter's line is as the kernel's script prints it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.model.report import Block, Code, Heading

if TYPE_CHECKING:
    from analyzer.model.elf import Growth

MOST = 4
"""Changes that are quoted; of more nobody wants every line in a mail."""
CONTENT = "allocated sections of vmlinux.o"


def quoted(texts: Sequence[str]) -> Iterator[Block]:
    """What to quote, with its heading; nothing where there is nothing, or too much."""
    if 0 < len(texts) <= MOST:
        yield Heading(text="To quote in a mail")
        yield Code(text="\n\n".join(texts))


def change(label: str, about: str, gain: int, growth: Growth | None) -> str:
    """Lines on a change: `label` says what was turned, `about` where and by which compiler."""
    lines = [f"{label} ({about}):", f"content {gain:+,} bytes ({CONTENT})"]
    if growth is not None:
        lines.append(growth.line)
    return "\n".join(lines)


def image(label: str, compiler: str, content: int, loaded: int) -> str:
    """Lines on an image."""
    return f"{label} ({short(compiler)}):\ncontent {content:,} bytes ({CONTENT}); `size vmlinux` {loaded:,}"


def short(compiler: str) -> str:
    """A compiler without its triplet, which says no more than the architecture does."""
    return compiler.partition(" (")[0]

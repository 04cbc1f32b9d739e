"""Rule: the help of an entry is what lexer.l skips as its help, no more and no less."""

from __future__ import annotations

from pathlib import Path

from analyzer.trees import helps

KCONFIG = """\
config A
\tbool "A"
\thelp
\t  First.

\t  help with indent is text
\t  config B is text as well
config B
\tbool "B"
menu "M"
\thelp
\t  of no option
config C
\tbool "C"
\t---help---
\t\tThird.
\tdepends on A
config D
\tbool
\thelp
\t  Last."""


def test_helps(tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text(KCONFIG)
    found = helps(tmp_path, "Kconfig")
    assert {line: tuple(text for _, text in help_) for line, help_ in found.items()} == {
        1: ("First.", "help with indent is text", "config B is text as well"),
        13: ("Third.",),
        18: ("Last.",),
    }
    assert found[1][0][0] == 4
    assert helps(tmp_path, "none") == {}

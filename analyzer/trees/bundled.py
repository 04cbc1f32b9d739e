"""The bundled tree: where it lies, and how its architectures are spelled.

Enters: nothing. Leaves: its root and its layout. Must hold: the same tree is found in a checkout (`kconfig/` and
`arch/` beside `analyzer/`) and in an installed wheel (`analyzer/_data/`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from analyzer import links
from analyzer.documents import is_file
from analyzer.errors import InputError
from analyzer.noted import note

KCONFIG = "kconfig/Kconfig"
"""Its root Kconfig file, relative to its root."""
FOLDERS = ("arch", "kconfig")
"""Where its files are: its root is also that of a checkout of kweigh."""

_PACKAGE = Path(__file__).resolve().parent.parent
_SPELLINGS = {"i386": "x86", "x86_64": "x86", "sparc32": "sparc", "sparc64": "sparc", "parisc64": "parisc"}
"""As the top Makefile of 5.9 has them; the bundled tree has no top Makefile."""


def bundled_root() -> Path:
    """The folder that holds `kconfig/` and `arch/`. Raises InputError when this installation has lost them."""
    for root in (_PACKAGE / "_data", _PACKAGE.parent):
        if is_file(root / KCONFIG):
            return root
    raise InputError("the bundled tree is missing from this installation", hint="install kweigh again")


def is_bundled(root: Path | None) -> bool:
    """Whether a tree is the bundled one (None), or a folder of links that stands for it."""
    return root is None or links.behind(root) == str(bundled_root().resolve())


def bundled_architectures(root: Path) -> Mapping[str, str]:
    """Every ARCH of the bundled tree, sorted, with its folder under arch/."""
    note(root / "arch")
    folders = {path.name for path in root.glob("arch/*") if is_file(path / "Kconfig")}
    spelled = {arch: srcarch for arch, srcarch in _SPELLINGS.items() if srcarch in folders}
    return dict(sorted(({name: name for name in folders} | spelled).items()))

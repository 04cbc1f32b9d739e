"""What a file of a Linux tree is, by its name.

Enters: a path. Leaves: a `FileRole`. Must hold: nothing is looked up.
"""

from __future__ import annotations

import re

from analyzer.model.series import FileRole

_ROLES: tuple[tuple[FileRole, str], ...] = (
    ("C source", r".*\.c"),
    ("header", r".*\.h"),
    ("assembly", r".*\.[Ss]"),
    ("Rust source", r".*\.rs"),
    ("device tree", r".*\.dts[io]?"),
    ("documentation", r"(?:.*/)?Documentation/.*|.*\.(?:rst|txt|md)|(?:.*/)?(?:README|MAINTAINERS)"),
    ("script", r".*\.(?:sh|py|pl|awk)"),
    ("config", r".*/configs/[^/]+|.*_defconfig|.*\.config"),
    ("Kconfig", r"(?:.*/)?Kconfig[^/]*"),
    ("Makefile", r"(?:.*/)?(?:Makefile|Kbuild)[^/]*|.*\.mk"),
)


def role(path: str) -> FileRole:
    """What a file of a Linux tree is, by its name alone."""
    return next((found for found, pattern in _ROLES if re.fullmatch(pattern, path)), "other")

"""Versions as the tree's small scripts print them.

Enters: what a program says of its version, and the text of scripts/min-tool-version.sh. Leaves: one number per
version, and the smallest one that the tree takes. Must hold: the script is read as data; a form that is not known
raises Refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from analyzer.toolchain.shell import Refused

_PART = re.compile(r"(\d{1,9})(?:-[A-Za-z_]\w*)?")
_TEST = re.compile(r'(?:el)?if \[ "\$(\w+)" = (\w+) \]; then')
_ECHO = re.compile(r"echo ([\d.]+)")


def canonical(version: str, *, major: int = 10000) -> int | None:
    """`x.y.z` as `major * x + 100 * y + z`; missing parts count 0, more than three are ignored; None when a part is
    no number.

    A word behind a part's digits (`0-nightly`) counts nothing, as a name that is not set in the arithmetic of sh.
    """
    parts = [_PART.fullmatch(part) for part in (*version.split("."), "0", "0")[:3]]
    first, second, third = (int(part[1]) if part else None for part in parts)
    if first is None or second is None or third is None:
        return None
    return major * first + 100 * second + third


def minimum(script: str, tool: str, environment: Mapping[str, str]) -> str:
    """The smallest version of `tool` (gcc, llvm, binutils, rustc, bindgen) that min-tool-version.sh names for the
    tree's ARCH and SRCARCH.

    Raises Refused when the script has another form than a `case` with plain tests.
    """
    block = re.search(rf"^{re.escape(tool)}\)\n(.*?)^[^\S\n]*;;", script, re.MULTILINE | re.DOTALL)
    if not block:
        raise Refused(
            f"asks for the smallest {tool} that this tree takes, which scripts/min-tool-version.sh does not name"
        )
    # Whether the present branch counts; the first that does ends the search.
    here = True
    for line in (raw.strip() for raw in block[1].splitlines()):
        if test := _TEST.fullmatch(line):
            here = environment.get(test[1], "") == test[2]
        elif line in {"else", "fi"}:
            here = True
        elif found := _ECHO.fullmatch(line):
            if here:
                return found[1]
        elif line and not line.startswith("#"):
            raise Refused(f"asks scripts/min-tool-version.sh, which has a line of another form: {line}")
    raise Refused(f"asks for the smallest {tool} that this tree takes, which scripts/min-tool-version.sh does not name")

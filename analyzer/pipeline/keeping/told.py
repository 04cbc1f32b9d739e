"""What a command told before.

Enters: a request, what was said on the command line, the command itself. Leaves: what it told, and whether that was
before. Must hold: all that a command can see counts, either by what its answer is found by (here) or by what it rests
on (`keeping`); a command that runs a tree's own code free, or writes anything but its answer, is not asked for here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase

from analyzer import trees
from analyzer.model.told import Told
from analyzer.pipeline.keeping.answers import PLAIN, Form, kept, key
from analyzer.pipeline.keeping.own_code import whole_code
from analyzer.pipeline.opening import TreeRequest

_PASSING = (
    *("_", "SHLVL", "PWD", "OLDPWD", "TERM", "TERM_*", "COLORTERM", "COLUMNS", "LINES", "WINDOWID", "NO_COLOR"),
    *("SSH_*", "TMUX*", "STY", "DISPLAY", "WAYLAND_*", "DBUS_*", "XDG_SESSION_*", "XDG_RUNTIME_DIR", "PS1", "VTE_*"),
)
"""What shells, terminals and sessions set for themselves; any other variable may tell a compiler something."""


def told_again(request: TreeRequest, command: str, said: Mapping[str, object], tell: Callable[[], Told]) -> Told:
    """What `tell` gives, or what was told when the same was said in the same place. Raises what `tell` raises."""
    folder = None if request.shell == "any" else request.cache
    tree = "bundled" if request.root is None else request.root.name
    label = f"{tree}{f' {request.arch}' if request.arch else ''}, told by {command}"
    return kept(folder, _key(request, command, said), label, tell, _FORM)


_FORM: Form[Told] = Form(write=PLAIN.write, read=lambda content, start: _told(PLAIN.read(content, start)), dear=False)


def _told(found: object) -> Told | None:
    return found if isinstance(found, Told) else None


def _key(request: TreeRequest, command: str, said: Mapping[str, object]) -> str:
    asked = (
        *(request.root, request.arch, request.cross_compile, request.cross_compile_for, request.llvm),
        *(request.answers, request.shell, request.dotconfig, request.config_why, request.taken),
    )
    environment = {
        name: value for name, value in os.environ.items() if not any(fnmatchcase(name, pattern) for pattern in _PASSING)
    }
    parts = (trees.machine(), os.getcwd(), *map(repr, (asked, sorted(said.items()), sorted(environment.items()))))  # noqa: PTH109
    return key(("told", whole_code(), command, *parts))

"""Rooms that load what they offer when somebody asks for it.

Enters: the name of a room, whose `__init__` says under `if TYPE_CHECKING` where what it offers lies. Leaves: the same
names, each imported at its first use. Must hold: what a room offers is what its imports say; a command that needs one
report of thirty loads one.
"""

from __future__ import annotations

import ast
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any


class _Room(ModuleType):
    """A room; `_homes` are the modules that its names come from."""

    _homes: dict[str, str]

    def __getattr__(self, name: str) -> Any:
        if name not in self._homes:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        found = self.__dict__[name] = getattr(import_module(self._homes[name]), name)
        return found

    def __setattr__(self, name: str, value: object) -> None:
        # Python puts a module that it has loaded into its room, here under a name that may be that of a function in it.
        if not (isinstance(value, ModuleType) and name in self._homes):
            super().__setattr__(name, value)


def import_lazily(room: str) -> None:
    """Make the module `room`, which is being imported, load what it offers late."""
    module = sys.modules[room]
    text = Path(module.__file__ or "").read_text(encoding="utf-8")
    module.__dict__["_homes"] = {
        alias.name: node.module
        for block in ast.parse(text).body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    module.__class__ = _Room

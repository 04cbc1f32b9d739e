"""What kconfiglib makes of the bundled tree, which has no `conf` of its own.

Enters: the tree's root, ARCH and its folder, a ConfigSource. Leaves: the value of every symbol. Must hold: kconfiglib
reads the files itself and resolves by its own rules, which are those of the series' time; nothing of ours is asked. The
only change to a text is bare `modules`, spelled `option modules` as before 5.13 (6dd85ff178cd), which
kconfiglib 14.1 is older than.
"""

from __future__ import annotations

import io
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import kconfiglib

from analyzer.errors import ToolchainError
from analyzer.model.config import ConfigSource
from analyzer.model.tree import SourceTree

_MODULES = re.compile(r"^([^\S\n]+)modules$", re.MULTILINE)
_SWITCHES = (kconfiglib.BOOL, kconfiglib.TRISTATE)


class _Kconfig(kconfiglib.Kconfig):  # type: ignore[misc]
    """kconfiglib's own reader of files, with the one spelling that it does not know."""

    def _open(self, filename: str, mode: str) -> Any:
        file = super()._open(filename, mode)
        if "r" not in mode:
            return file
        with file:
            return io.StringIO(_MODULES.sub(r"\1option modules", file.read()))


class Library:
    """A tree as kconfiglib reads it. Raises ToolchainError where it cannot."""

    def __init__(self, tree: SourceTree) -> None:
        with _environment(tree):
            try:
                self._read = _Kconfig(tree.kconfig, warn_to_stderr=False)
            except (kconfiglib.KconfigError, UnicodeDecodeError) as error:
                raise ToolchainError(f"kconfiglib cannot read {tree.label}: {str(error).strip()}") from error
        self._read.warn_assign_override = self._read.warn_assign_redun = False

    def values(self, source: ConfigSource) -> Mapping[str, str]:
        """The value of every symbol that the tree defines, as kconfiglib resolves `source`."""
        self._read.unset_values()
        if source.base is not None:
            self._go_on_from(source.base)
        elif source.fill != "default":
            self._fill(source.fill)
        for assignment in source.assignments:
            self._assign(assignment.name, assignment.value)
        return {symbol.name: symbol.str_value for symbol in self._read.unique_defined_syms}

    def _go_on_from(self, base: ConfigSource) -> None:
        """What is merged onto a config is merged onto what that gave (merge_config.sh)."""
        self.values(base)
        with tempfile.TemporaryDirectory(prefix="kweigh-") as folder:
            path = Path(folder, ".config")
            self._read.write_config(str(path), save_old=False)
            self._read.load_config(str(path))

    def _fill(self, fill: str) -> None:
        """As allnoconfig.py, allyesconfig.py and allmodconfig.py of kconfiglib."""
        for symbol in self._read.unique_defined_syms:
            if symbol.orig_type not in _SWITCHES:
                continue
            is_bool = symbol.orig_type == kconfiglib.BOOL
            if fill == "n":
                symbol.set_value(2 if symbol.is_allnoconfig_y else 0)
            elif not symbol.choice:
                symbol.set_value(2 if is_bool or fill == "y" else 1)
            elif not is_bool:
                symbol.set_value(1)
        for choice in self._read.unique_choices if fill != "n" else ():
            choice.set_value(2 if fill == "y" or choice.orig_type == kconfiglib.BOOL else 1)

    def _assign(self, name: str, value: str) -> None:
        # Names that the tree does not define, and values that a type does not take, are dropped, as conf does.
        symbol = self._read.syms.get(name)
        if symbol is None or not symbol.nodes:
            return
        text = value
        if symbol.orig_type == kconfiglib.STRING and (quoted := re.fullmatch(r'"((?:[^\\"]|\\.)*)"', value)):
            text = kconfiglib.unescape(quoted[1])
        symbol.set_value(text)


@contextmanager
def _environment(tree: SourceTree) -> Iterator[None]:
    """What the tree may see of variables, for as long as kconfiglib reads it."""
    saved = dict(os.environ)
    os.environ.clear()
    os.environ.update({**tree.environment, "srctree": str(tree.root), "KCONFIG_FUNCTIONS": "analyzer.judge.none"})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(saved)

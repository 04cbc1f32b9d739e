"""kconfiglib as a parser only: tokens, macros and the raw menu tree, with the line of every property.

Enters: the root Kconfig file of a tree, the environment that the tree may see, and what answers `$(shell,…)`. Leaves:
`Parsed`, the raw tree: what stands in the files, nothing propagated or evaluated. Must hold: no file outside the tree
is read, nothing is executed but through `ShellAnswers`, and every failure is a SourceError with file and line.

kconfiglib 14.1 stops at constructs that came after it; they are handled here: bare `modules` (kernel 5.13,
6dd85ff178cd), `transitional` (6.18) and `depends on A if B` (7.0, 76df6815).
"""

from __future__ import annotations

import glob
import io
import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kconfiglib

from analyzer.configs.properties import PROPERTIES, TRANSITIONAL, RawProperties
from analyzer.errors import SourceError, Unanswered
from analyzer.model.expr import Location
from analyzer.model.tree import ShellAnswers, SourceTree

MAX_FILE_BYTES = 8 << 20
"""No Kconfig file of any kernel comes near (the largest of 6.12 has 100 kB); a larger one is refused, in bytes."""

PARSING_DEPTH = 12_000
"""Python frames allowed while parsing: kconfiglib recurses once per operand and per nested block. What passes needs
fewer frames afterwards."""

MAX_FILES = 20_000
MAX_BYTES = 64 << 20
MAX_EXPANSIONS = 200_000
"""How many files a tree may source, of how many bytes together, and how many macros it may expand."""

_MAX_TEXT = 1 << 20
"""Characters that a macro may expand to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """The raw tree of one parse.

    `properties` holds, per menu node, what stands there; `transitional` and `env` name symbols with those attributes;
    `conditional` marks the `depends on A if B` pairs, which kconfiglib has no expression for.
    """

    top: Any
    properties: Mapping[int, RawProperties]
    modules: Any
    parsed_modules: Any
    transitional: frozenset[str]
    env: Mapping[str, str]
    files: tuple[str, ...]
    warnings: tuple[tuple[str, Location], ...]


def parse(tree: SourceTree, shell: ShellAnswers) -> Parsed:
    """Read the tree's root Kconfig and all that it sources, files of its overlay as that has them.

    Raises SourceError for syntax errors, for a `source` that is missing, recursive, outside the tree, not a regular
    file or larger than `MAX_FILE_BYTES`, and for nesting beyond what is sane; passes on what `shell` raises.
    """
    visible = {**tree.environment, "srctree": str(tree.root)}
    with _environment(visible), recursion(PARSING_DEPTH):
        reader = _Reader(tree, visible, shell)
        try:
            reader.read(tree.kconfig)
        except kconfiglib.KconfigError as error:
            raise _as_source_error(str(error), reader) from None
        except RecursionError:
            raise SourceError(
                "nested too deeply", path=reader.filename, lineno=reader.linenr, hint="no Kconfig needs this"
            ) from None
    return Parsed(
        top=reader.top_node,
        properties=reader.properties,
        modules=reader.modules_symbol,
        parsed_modules=reader.modules,
        transitional=frozenset(reader.transitional),
        env=reader.env_options,
        files=tuple(reader.kconfig_filenames),
        warnings=tuple(reader.found_warnings),
    )


class _Done(Exception):
    """Raised when the files are parsed, to keep kconfiglib from evaluating anything."""


class _Reader(kconfiglib.Kconfig):  # type: ignore[misc]
    """kconfiglib's parser with its own property reader, file access and shell replaced."""

    def __init__(self, tree: SourceTree, visible: Mapping[str, str], shell: ShellAnswers) -> None:
        self._root = Path(os.path.realpath(tree.root))
        self._overlay = {str(self._root / path): text for path, text in tree.overlay.items()}
        self._visible = visible
        self._unanswered = tree.unanswered
        self._answers = shell
        self.properties: dict[int, RawProperties] = {}
        self.modules_symbol: Any = None
        self.transitional: set[str] = set()
        self._files_read = 0
        self._bytes_read = 0
        self._expansions = 0
        self.env_options: dict[str, str] = {}
        self.found_warnings: list[tuple[str, Location]] = []
        self.filename: str = ""
        self.linenr: int = 0
        self._first_line = 0
        self._statement: tuple[Any, Location] | None = None

    def read(self, kconfig: str) -> None:
        self.filename = kconfig
        try:
            super().__init__(kconfig, warn=True, warn_to_stderr=False)
        except _Done:
            return

    # Hooks into kconfiglib. Names and signatures are those of 14.1.0.

    def _finalize_node(self, node: Any, visible_if: Any) -> None:
        raise _Done

    def _warn(self, msg: str, filename: str | None = None, linenr: int | None = None) -> None:
        self.found_warnings.append((msg, Location(path=filename or self.filename, line=linenr or self.linenr)))

    def _fn_val(self, args: list[str]) -> Any:
        # What programs need to start is in os.environ while this reads, but not for the tree to see.
        name = args[0]
        if (question := self._unanswered.get(name)) is not None and name not in self.variables:
            text = f"$({name}) hangs on what nobody answers: {question}"
            raise Unanswered(text, path=self.filename, lineno=self.linenr)
        if name in os.environ and name not in self._visible and name not in self.variables:
            return ""
        self._expansions += 1
        value: str = super()._fn_val(args)
        if self._expansions > MAX_EXPANSIONS or len(value) > _MAX_TEXT:
            raise SourceError("macros expand without end", path=self.filename, lineno=self.linenr)
        return value

    def _set_type(self, item: Any, new_type: Any) -> None:
        # The first type counts, not the last (menu_set_type() in scripts/kconfig/menu.c).
        if item.orig_type in (kconfiglib.UNKNOWN, new_type):
            item.orig_type = new_type
        else:
            self._warn(f"type of {item.name or 'choice'} redefined, which does not count")

    def _expect_str_and_eol(self) -> Any:
        text = super()._expect_str_and_eol()
        source = self._tokens[0]
        if source not in kconfiglib._SOURCE_TOKENS:
            return text
        # A source is one file, not a pattern as kconfiglib has it, and neither is the tree's own folder.
        beside = Path(self.filename).parent if source in kconfiglib._REL_SOURCE_TOKENS else Path()
        path = f"{self._root / beside}{os.sep}{text}"
        if source in kconfiglib._OBL_SOURCE_TOKENS and not os.path.lexists(path):
            place = self.here()
            raise SourceError(f"source of {text}, which does not exist", path=place.path, lineno=place.line)
        return glob.escape(path)

    def _open(self, filename: str, mode: str) -> io.StringIO:
        # The first file is opened before anything is parsed, after the function table has been made.
        self._functions.update(shell=(_shell, 1, 1), info=(_info, 1, 1))
        real = Path(os.path.realpath(filename))
        if (text := self._overlay.get(str(real))) is not None:
            return io.StringIO(text)
        shown = filename.removeprefix(f"{self._root}{os.sep}") or "the tree's own folder"

        def refuse(message: str, hint: str = "") -> SourceError:
            return SourceError(message, path=self.filename, lineno=self.linenr, hint=hint)

        if real != self._root and self._root not in real.parents:
            raise refuse(f"{shown} is outside the tree", hint="nothing outside the tree is read")
        try:
            # Opened first and looked at then, without blocking on a pipe that somebody put there.
            handle = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                os.close(handle)
                raise refuse(f"{shown} is not a regular file")
            with os.fdopen(handle, "rb") as file:
                if status.st_size > MAX_FILE_BYTES:
                    raise refuse(f"{shown} has {status.st_size} bytes, more than any Kconfig file")
                data = file.read(MAX_FILE_BYTES)
        except OSError as error:
            raise refuse(f"cannot read {shown}: {error.strerror}") from None
        if b"\0" in data:
            raise SourceError("this is a binary file, not Kconfig", path=os.path.relpath(real, self._root))
        self._files_read += 1
        self._bytes_read += len(data)
        if self._files_read > MAX_FILES or self._bytes_read > MAX_BYTES:
            raise refuse("too many files are sourced", hint="no kernel has a tenth of that")
        return io.StringIO(data.decode("utf-8", "surrogateescape"))

    def _next_line(self) -> bool:
        if not self._reuse_tokens:
            # Before, because macros in the line ask where they stand.
            self._first_line = self.linenr + 1
        found: bool = super()._next_line()
        return found

    def _line_after_help(self, line: str) -> None:
        self._first_line = self.linenr
        super()._line_after_help(line)

    def _tokenize(self, s: str) -> Any:
        if s.strip() == "transitional":
            self._line = s
            return (TRANSITIONAL, None)
        return super()._tokenize(s)

    def _expect_expr_and_eol(self) -> Any:
        # Only `if EXPR` still comes here: properties are read by _parse_props below.
        location = self.here()
        expr = super()._expect_expr_and_eol()
        self._statement = (expr, location)
        return expr

    def _parse_block(self, end_token: Any, parent: Any, prev: Any) -> Any:
        if end_token is kconfiglib._T_ENDIF and parent.item is None and self._statement is not None:
            self.properties[id(parent)] = RawProperties(depends=[self._statement])
            self._statement = None
        return super()._parse_block(end_token, parent, prev)

    def here(self) -> Location:
        return Location(path=self.filename, line=self._first_line)

    def _parse_props(self, node: Any) -> None:
        found = self.properties[id(node)] = RawProperties()
        node.dep = self.y
        while self._next_line():
            t0 = self._tokens[0]
            if t0 is None:
                continue
            reader = PROPERTIES.get(t0)
            if reader is None:
                self._reuse_tokens = True
                return
            if isinstance(node.item, int) and t0 not in _OF_MENUS:
                self._parse_error("menus and comments have no such property")
            reader(self, node, found)


_OF_MENUS = (kconfiglib._T_DEPENDS, kconfiglib._T_VISIBLE)


def _shell(reader: _Reader, _name: str, command: str) -> str:
    return reader._answers.answer(command, reader.here())


def _info(reader: _Reader, _name: str, text: str) -> str:
    """`$(info,…)`, which conf prints, is kept with the warnings."""
    reader._warn(text)
    return ""


_PLACE = re.compile(r"(?P<path>[^\n:]+):(?P<line>\d+): (?:error: )?(?P<text>.*)", re.DOTALL)


def _as_source_error(text: str, reader: _Reader) -> SourceError:
    """kconfiglib's own message as one line with its place."""
    text = text.strip()
    match = _PLACE.match(text)
    path, lineno = reader.filename, reader.linenr
    if match:
        path, lineno, text = match["path"], int(match["line"]), match["text"]
    first, _, rest = text.partition("\n")
    if "recursive 'source'" in first:
        chain = " -> ".join(rest.split("\n")[1:])
        return SourceError("recursive source", path=path, lineno=lineno, hint=chain)
    return SourceError(first.removeprefix("error: "), path=path, lineno=lineno)


_KEPT = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL")


@contextmanager
def _environment(visible: Mapping[str, str]) -> Iterator[None]:
    """Show kconfiglib, which reads os.environ, only what the tree may see (and what programs need to start)."""
    saved = dict(os.environ)
    kept: dict[str, str] = {name: saved[name] for name in _KEPT if name in saved}
    os.environ.clear()
    # The last one keeps kconfiglib from importing a module that lies in the current folder.
    os.environ.update({**kept, **visible, "KCONFIG_FUNCTIONS": "analyzer.configs.none"})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(saved)


@contextmanager
def recursion(depth: int) -> Iterator[None]:
    """Allow `depth` Python frames for a while (a frame costs no C stack from Python 3.11 on)."""
    saved = sys.getrecursionlimit()
    sys.setrecursionlimit(max(saved, depth))
    try:
        yield
    finally:
        sys.setrecursionlimit(saved)

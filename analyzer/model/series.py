"""A patch series as a list of changed files, and how each file meets a tree.

Enters: nothing. Leaves: `Series` (what a diffstat, mail or diff says) and `SeriesRow` (one of its files beside a tree).
Must hold: a figure that the input does not give is None, never 0; figures that contradict each other are kept side by
side as a `Problem`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analyzer.model.expr import Expr, Location
from analyzer.model.patching import ChangeKind, Patch, PatchHunk

SeriesForm = Literal["diffstat", "mail", "diff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRange:
    """Changed lines of a file as the series leaves it: `count` lines from line `first` (from 1).

    `count` 0: lines were only taken out, just before what is now line `first`.
    """

    first: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """One file of a series.

    `changes` is the total column of a diffstat (lines), None for a binary file. `insertions` and
    `deletions` are None where the input tells only their sum: a diffstat's histogram may be scaled or cut off. `kind`
    is "changed" also where a diffstat can't tell. `old_path` is set for renames and copies. `abbreviated`: `path` is as
    printed, with git's leading `...`. `ranges` is None unless the input is a diff. `location` is in the input.
    """

    path: str
    location: Location
    kind: ChangeKind = "changed"
    insertions: int | None = None
    deletions: int | None = None
    changes: int | None = None
    old_path: str | None = None
    binary: bool = False
    abbreviated: bool = False
    ranges: tuple[LineRange, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums over a series: files, and lines inserted, deleted and changed (both together).

    Stated totals have the location of the line that states them; counted ones have none, and None for a sum that the
    input does not give.
    """

    files: int
    insertions: int | None
    deletions: int | None
    changes: int | None
    location: Location | None = None


EditKind = Literal[
    "defined",  # a config or menuconfig that the series adds
    "removed",  # one that it takes out
    "changed",  # lines of an entry that stays
    "select added",
    "select dropped",
    "object added",  # a makefile builds it under the symbol
    "object dropped",
    "set",  # a line of a config file, added
    "unset",  # a line of a config file, taken out
    "named",  # the code names it
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolEdit:
    """What a series does about a symbol: `detail` is what is selected, which object, or the value; `location` is in the
    input, `place` in the tree, by the patch's own numbers. `symbol` is an object (`snd.o`) or a goal (`obj-y`)
    where a makefile names no symbol. `known`: the tree or the series defines the symbol, or it is none."""

    symbol: str
    kind: EditKind
    detail: str
    location: Location
    place: Location
    known: bool = False


AppliedKind = Literal["applies", "applied", "partly applied", "does not apply"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """How a diff meets a tree: it `applies`, is `applied` already (it applies reversed), or neither; `location` is that
    of the first hunk that fits neither way, and `reason` says why."""

    kind: AppliedKind
    location: Location | None = None
    reason: str = ""


ProblemKind = Literal[
    "totals",  # a stated total is not what the files add up to
    "histogram",  # a line's histogram shows more than its total column
    "no totals",  # a diffstat ends without its totals line
    "cut",  # the diffstat itself says that files are left out
    "abbreviated",  # a path is printed without its beginning
    "duplicate",  # a file is listed twice
    "files differ",  # a diffstat and the diff it belongs to name different files
    "not read",  # a further diffstat or series of the same input that was left out
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A discrepancy in the input, in one line of text that names both figures; never fatal."""

    kind: ProblemKind
    text: str
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """What one input says about a series.

    `name` is the input as the user gave it, `title` its subject (or else `name`). `form` tells what the files were read
    from: a bare diffstat, a diffstat within a mail or other text, or a diff (then `insertions`, `deletions` and
    `ranges` are known; a file that several patches change is one file, its figures the patches' sum).
    `patches` are a diff's, in the order in which they apply.
    """

    name: str
    title: str
    form: SeriesForm
    files: tuple[FileChange, ...]
    stated: Totals | None
    counted: Totals
    problems: tuple[Problem, ...] = ()
    patches: tuple[Patch, ...] = ()

    @property
    def hunks(self) -> tuple[PatchHunk, ...]:
        """The hunks of all patches, in the order in which they apply."""
        return tuple(hunk for patch in self.patches for file in patch.files for hunk in file.hunks)


FileRole = Literal[
    "Kconfig",
    "Makefile",
    "config",
    "C source",
    "header",
    "assembly",
    "Rust source",
    "device tree",
    "documentation",
    "script",
    "other",
]

CounterpartKind = Literal[
    "found",  # the tree has the file
    "old path",  # the tree has it under the path before the series' rename
    "abbreviated",  # the input cut the path, so nothing can be matched surely
    "not kept",  # the tree has no file of this role at all (the bundled one has no C)
    "new",  # the series adds it and the tree does not have it
    "removed",  # the series removes it and the tree does not have it
    "gone",  # the tree does not have it
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterpart:
    """Where a file of a series is in a tree: its `path` there, or None and the `reason` in one line.

    `nearest` are files of the tree that may be meant: same name, nearest folder first; for an abbreviated path those
    that end so.
    """

    kind: CounterpartKind
    path: str | None
    reason: str = ""
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinedSymbol:
    """A symbol that a Kconfig file defines. `features` names the features of the feature set that it stands for."""

    name: str
    location: Location
    features: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureSelect:
    """A `select` line of a feature's symbol: who selects what, under which condition (as written behind `if`)."""

    symbol: str
    target: str
    condition: Expr
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRow:
    """One file of a series beside a tree.

    `symbols` and `selects` are filled for Kconfig files that a model read; `read_for` names the ARCH of every model
    that did (empty: none of them, so that nothing is known of the file's symbols).
    """

    change: FileChange
    role: FileRole
    counterpart: Counterpart
    read_for: tuple[str, ...] = ()
    symbols: tuple[DefinedSymbol, ...] = ()
    selects: tuple[FeatureSelect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesLook:
    """A series beside the tree that `tree` names: its files there, what it does about symbols (`edits`), and whether it
    applies (`fits`; None: nobody can say)."""

    series: Series
    rows: tuple[SeriesRow, ...]
    edits: tuple[SymbolEdit, ...]
    fits: Applied | None
    tree: str

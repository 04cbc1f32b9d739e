"""What one config weighs more than another, from all that has been measured.

Enters: what is known, an open tree, configs of it. Leaves: a `Gain`, a `Size`, or None. Must hold: nothing is built or
estimated; there is one order in which measurements count (`GainBasis`), whoever asks; a figure is of the configs' own
tree and architecture, and of a table's option only where the very same symbols change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from analyzer.errors import InputError
from analyzer.model.config import ResolvedConfig
from analyzer.model.estimate import exactly, less
from analyzer.model.gain import Gain, Size
from analyzer.model.gate import GateVariant
from analyzer.model.option import OptionTable, OptionWeight
from analyzer.pipeline.build.building import origin_of
from analyzer.pipeline.bytes import tables
from analyzer.pipeline.bytes.builds import Sized
from analyzer.pipeline.bytes.known import Known, built_for, made_by
from analyzer.pipeline.bytes.tables import Changes, changed
from analyzer.pipeline.keeping import option_table
from analyzer.pipeline.opening import OpenTree

Table = tuple[OptionTable, Mapping[Changes, OptionWeight]]
"""A table, and its options by all symbols that change with each."""


def changes(a: ResolvedConfig, b: ResolvedConfig) -> Changes:
    """What differs between two configs of one model."""
    before = dict(a.values.items())
    return changed((name, before[name], value) for name, value in b.values.items() if before[name] != value)


def back(found: Changes) -> Changes:
    """The same the other way round."""
    return frozenset((name, after, before) for name, before, after in found)


class Scales:
    """Weighs configs of one open tree by what is known of it."""

    def __init__(self, known: Known, opened: OpenTree) -> None:
        self._known = known
        self._opened = opened
        self._bases: dict[str, ResolvedConfig | None] = {}
        self._own: dict[Path, Table | None] = {}

    @property
    def known(self) -> Known:
        """The measurements."""
        return self._known

    @property
    def tells(self) -> bool:
        """Whether anything at all is known that a difference could rest on."""
        return self._opened.tree.kind == "linux" and bool(self._tables or self._known.tells(self._opened.tree))

    def gain(
        self, a: ResolvedConfig, b: ResolvedConfig, differing: Iterable[tuple[str, str, str]] | None = None
    ) -> Gain | None:
        """What `b` weighs more than `a`, a config of the same tree, architecture and toolchain; None where nobody has
        measured it. `differing` are the symbols whose values differ, with both, where the caller knows them. Raises
        SourceError for a damaged ledger, table or file."""
        if not self.tells:
            return None
        return self._built(a, b) or self._told(a, b, changes(a, b) if differing is None else changed(differing))

    def of_changes(self, base: ResolvedConfig, differing: Iterable[tuple[str, str, str]]) -> Gain | None:
        """What `base` gains where these symbols get other values, and no others, whatever gives them these. Raises as
        `gain`."""
        found = changed(differing)
        if not self.tells or not found:
            return None
        return self._by_gates(base, found, 1) or self._by_option(((base, found, 1), (base, back(found), -1)))

    def size(self, config: ResolvedConfig, what: Sized = "content") -> Size | None:
        """What a config weighs: by a build of exactly it, by measurements of its name, and its content as well by a
        table of its options, or of the options of a config that differs by one of them. Raises as `gain`."""
        if (image := self._known.sizes(config)) is not None:
            return Size(bytes=exactly(image[what]), rests=built_for(origin_of(config)))
        if (found := self._known.weight(config)) is not None:
            weight, rests = found
            sizes: Mapping[Sized, int] = {"content": weight.content, "loaded": weight.loaded, "file": weight.file}
            return Size(bytes=exactly(sizes[what]), rests=rests)
        return self._by_table(config) if what == "content" and config.tree.kind == "linux" else None

    def _built(self, a: ResolvedConfig, b: ResolvedConfig) -> Gain | None:
        then = self._known.sizes(a)
        now = self._known.sizes(b) if then is not None else None
        if then is None or now is None:
            return None
        return Gain(bytes=exactly(now["content"] - then["content"]), basis="builds", rests=built_for(origin_of(a)))

    def _told(self, a: ResolvedConfig, b: ResolvedConfig, found: Changes) -> Gain | None:
        """By measurements that tell what changes: gates, tables of options."""
        return (
            self._by_gates(a, found, 1)
            or self._by_gates(b, back(found), -1)
            or self._by_option(((a, found, 1), (b, back(found), -1)))
        )

    def _by_gates(self, base: ResolvedConfig, found: Changes, sign: int) -> Gain | None:
        for gate in self._known.gates(base):
            for variant in gate.variants:
                if gate.base is not None and variant.weight is not None and of_gate(variant) == found:
                    size = sign * (variant.weight.content - gate.base.content)
                    return Gain(bytes=exactly(size), basis="gates", rests=made_by(gate))
        return None

    def _by_option(self, sides: Sequence[tuple[ResolvedConfig, Changes, int]]) -> Gain | None:
        for base, wanted, sign in sides:
            if (own := self._kept(base)) is not None and (row := own[1].get(wanted)) is not None:
                rests = tables.rests(own[0], row, "builds in the ledger")
                return Gain(bytes=row.content if sign > 0 else less(row.content), basis="options", rests=rests)
        near: Gain | None = None
        for table, rows in self._tables:
            for base, wanted, sign in sides:
                row = rows.get(wanted)
                if row is None:
                    continue
                size = row.content if sign > 0 else less(row.content)
                if self._is_of(table, base):
                    return Gain(bytes=size, basis="options", rests=tables.rests(table, row))
                if near is None and _is_near(table, base):
                    near = Gain(bytes=size, basis="near", rests=tables.rests(table, row), near=table.config)
        return near

    def _by_table(self, config: ResolvedConfig) -> Size | None:
        for table, rows in self._tables:
            base = self._base(table)
            if base is None:
                continue
            found = changes(base, config)
            if not found:
                return Size(bytes=exactly(table.content), rests=f"measured {tables.begun(table)}")
            if (row := rows.get(found)) is not None:
                return Size(bytes=exactly(table.content) + row.content, rests=tables.rests(table, row))
        return None

    def _kept(self, base: ResolvedConfig) -> Table | None:
        """What kweigh weigh told of a config."""
        ledger = self._known.ledger
        path = option_table.place(ledger, base) if ledger is not None and option_table.any_at(ledger) else None
        if path is None:
            return None
        if path not in self._own:
            found = option_table.read(path)
            self._own[path] = None if found is None else _with_changes(found)
        return self._own[path]

    @cached_property
    def _tables(self) -> tuple[Table, ...]:
        """The tables of this tree and architecture."""
        tree = self._opened.tree
        return tuple(
            _with_changes(table)
            for table in tables.bundled()
            if tree.kind == "linux" and (table.tree, table.arch) == (tree.title, tree.arch)
        )

    def _is_of(self, table: OptionTable, config: ResolvedConfig) -> bool:
        """Whether a config is the one that a table is about, whatever it is called."""
        base = self._base(table)
        return base is not None and not changes(base, config)

    def _base(self, table: OptionTable) -> ResolvedConfig | None:
        """The config that a table is about, in this tree."""
        if table.config not in self._bases:
            try:
                self._bases[table.config] = self._opened.resolve(table.config)
            except InputError:
                self._bases[table.config] = None
        return self._bases[table.config]


def _with_changes(table: OptionTable) -> Table:
    return table, {tables.changes_of(one): one for one in table.weights}


def of_gate(variant: GateVariant) -> Changes:
    """What a gate's variant changes: a symbol that is forced was the other way round."""
    forced = ((name, "" if value == "y" else "y", value) for name, value in variant.forced)
    return changed((*forced, *variant.follows))


def _is_near(table: OptionTable, config: ResolvedConfig) -> bool:
    """Whether a config began as the one that a table is about."""
    return config.source.name.partition("+")[0] == table.config

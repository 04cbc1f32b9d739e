"""What a series gains or costs in bytes, as far as measurements tell it without a build.

Enters: a `Review`, what is known. Leaves: `SeriesGain` values, and the command that builds. Must hold: a figure stands
only where exactly the option or gate that was measured changes in a config of that tree; nothing is added up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from analyzer.errors import AnalyzerError
from analyzer.model.option import OptionTable
from analyzer.model.review import Review
from analyzer.model.review_bytes import SeriesBytes, SeriesGain
from analyzer.pipeline.bytes import measured, tables
from analyzer.pipeline.bytes.gains import Scales, back, of_gate
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.commands.review_builds import DEFAULT, may_change_builds
from analyzer.pipeline.keeping import option_table
from analyzer.pipeline.opening import open_tree
from analyzer.pipeline.patching.sides import Sides

_Rows = dict[str, list[tuple[str, str, str]]]


def told_bytes(found: Review, both: Sides, known: Known, command: str) -> SeriesBytes:
    """Estimates for the configs in which values change; `command` is what a person would call, without --build. Raises
    SourceError for a damaged ledger or table."""
    rows = _by_config(found)
    code = may_change_builds(both)
    # The bundled tree has no bytes.
    if both.before.root is None or both.after.root is None or not (rows or code):
        return SeriesBytes()
    place = _place(found, rows)
    return SeriesBytes(
        estimates=tuple(_estimates(rows, both, known)),
        command=f"{command} --build {place}" if place else "",
        is_code_left_out=code,
    )


def _by_config(found: Review) -> Mapping[str, _Rows]:
    """By architecture and config the symbols that get other values."""
    rows: dict[str, _Rows] = {}
    for move in found.moves():
        for arch, names in move.places:
            for name in names:
                rows.setdefault(arch, {}).setdefault(name, []).append((move.symbol, move.before, move.after))
    return rows


def _estimates(rows: Mapping[str, _Rows], both: Sides, known: Known) -> Iterator[SeriesGain]:
    own = option_table.every(known.ledger) if known.ledger is not None else ()
    for arch, by_config in rows.items():
        told = _measured(arch, own)
        # To open a tree takes long, and few series do just what was measured.
        names = [name for name, some in by_config.items() if tables.changed(some) in told]
        if not names:
            continue
        try:
            opened = open_tree(replace(both.before, arch=arch))
            scales = Scales(known, opened)
            for name in names if scales.tells else ():
                gain = scales.of_changes(opened.resolve(name), by_config[name])
                if gain is not None:
                    yield SeriesGain(arch=arch, config=name, gain=gain)
        except AnalyzerError:
            # What can't be resolved is told by the review.
            continue


def _measured(arch: str, own: Sequence[OptionTable]) -> set[tables.Changes]:
    """All that was measured on an architecture, there and back: by what changes."""
    found = {
        tables.changes_of(one) for table in (*tables.bundled(), *own) if table.arch == arch for one in table.weights
    }
    found |= {of_gate(one) for gate in measured.bundled() if gate.arch == arch for one in gate.variants}
    return found | set(map(back, found))


def _place(found: Review, rows: Mapping[str, _Rows]) -> str:
    """The ARCH:CONFIG that would tell: tinyconfig where something changes in it; any that was looked at where only code
    does."""
    looked = {arch: names for arch, names in found.looked_at if names}
    for arch, by_config in rows.items():
        if DEFAULT in by_config:
            return arch
    for arch, by_config in rows.items():
        return f"{arch}:{next(iter(by_config))}"
    for arch, names in looked.items():
        return arch if DEFAULT in names else f"{arch}:{names[0]}"
    return ""

"""Composes the report of `kweigh gate`: what an option saves or costs.

Enters: `GateMeasurement` values. Leaves: a `Report` (`kweigh.gate/1`). Must hold: bytes were measured, and say on which
tree and by which compiler; an architecture without a number says why; what the option brings with it is told apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.model.gate import RESTS
from analyzer.model.report import (
    Block,
    Column,
    Facts,
    Heading,
    Json,
    Paragraph,
    Phrase,
    Records,
    Report,
    Role,
    Row,
    Table,
)
from analyzer.reports.words.forms import weight_json
from analyzer.reports.words.phrases import LONGEST_TABLE, counted, say
from analyzer.reports.words.quote import change, quoted, short

if TYPE_CHECKING:
    from analyzer.model.gate import GateMeasurement, GateVariant, Weight


_LEGEND = "content: allocated sections of vmlinux.o; size: what `size vmlinux` shows, padding included"
_RECORDED = (
    "arch",
    "config",
    "tree",
    "forced",
    "content",
    "loaded",
    "file",
    "up",
    "down",
    "objects",
    "device",
    "reason",
)


def gate(
    found: Sequence[GateMeasurement], symbols: Sequence[str], *, whole: bool = False, detailed: bool = False
) -> Report:
    """The report on what `symbols` weigh in each measured config; with `whole` why they are as they are there, and what
    could not be built, with `detailed` every function that changed."""
    trees = sorted({f"{one.tree}, {short(one.compiler)} ({RESTS[one.basis]})" for one in found if one.base})
    blocks: list[Block] = [
        Facts(
            rows=(
                ("symbols", say(", ".join(symbols), "name")),
                ("config", say(", ".join(dict.fromkeys(one.config for one in found)))),
                ("bytes", say(_LEGEND)),
                ("measured", say("; ".join(trees) or "nothing")),
            )
        ),
        *quoted([_quote(one, variant) for one in found for variant in one.variants if one.base and variant.weight]),
        Heading(text="What it weighs"),
        _table(found),
        *(_unbuilt(found) if whole else _unbuilt_in_short(found)),
        *_remarks(found),
        *(_states(found) if whole else ()),
    ]
    if detailed:
        for one in found:
            for variant in one.variants:
                blocks += _changes(place(one, found), one, variant)
    return Report(
        schema="kweigh.gate/1",
        title=f"What {_all(symbols)} {'weigh' if len(symbols) > 1 else 'weighs'}",
        blocks=tuple(blocks),
        data={"symbols": list(symbols), "measurements": [gate_json(one) for one in found]},
        records=Records(
            columns=_RECORDED,
            rows=tuple(_record(one, variant) for one in found for variant in one.variants),
        ),
    )


def _quote(one: GateMeasurement, variant: GateVariant) -> str:
    assert one.base is not None
    assert variant.weight is not None
    about = f"{one.arch} {one.config} of {one.tree}, {short(one.compiler)}"
    return change(variant.turned, about, variant.weight.content - one.base.content, variant.growth)


def _all(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def gate_blocks(found: Sequence[GateMeasurement], tree: str) -> Iterator[Block]:
    """The short form, for a report on `tree` (`Linux 6.1.192`; another name: none that is measured) that says more."""
    yield Heading(text="What the gates weigh")
    about = "; ".join(dict.fromkeys(f"{one.config} of {one.tree}, {one.compiler}" for one in found if one.base))
    if about:
        yield Paragraph(phrase=say(f"Bytes of content, measured on {about}."))
    others = ", ".join(dict.fromkeys(one.tree for one in found if one.tree not in ("", tree)))
    if others and tree.startswith("Linux "):
        yield Paragraph(phrase=say(f"{others} is another tree than this one, {tree}.", "warn"))
    yield _table(found)
    yield from _unbuilt(found)


def _table(found: Sequence[GateMeasurement]) -> Table:
    columns = ("turned", "content", "text", "bloat-o-meter", "size", "struct device", "objects")
    rows: list[Row] = []
    usual = Counter(one.config for one in found).most_common(1)[0][0] if found else ""
    for one in found:
        # One that differs from the others is named once, rather than each.
        group = place(one, found) + (f", {one.config}" if one.config != usual else "")
        if one.base is None:
            rows.append(Row(cells=(say("-"), say("not built", "missing"), *[say("")] * 5), group=group))
        rows += [Row(cells=(say(v.turned, "name"), *_cells(one, v)), group=group) for v in one.variants]
    titles = tuple(Column(title=title, align="right" if i else "left") for i, title in enumerate(columns))
    return Table(columns=titles, rows=tuple(rows))


def _cells(one: GateMeasurement, variant: GateVariant) -> tuple[Phrase, ...]:
    if variant.weight is None or one.base is None:
        return (say("not built", "missing"), *[say("")] * 5)
    weight, base, growth = variant.weight, one.base, variant.growth
    return (
        _gain(weight.content - base.content),
        _gain(_text(weight) - _text(base)),
        say(f"+{growth.up:,}/-{growth.down:,}" if growth else "not kept", "plain" if growth else "missing"),
        _gain(weight.loaded - base.loaded),
        say(f"{base.device:,} -> {weight.device:,}" if base.device != weight.device else f"{base.device:,}"),
        _gain(weight.objects - base.objects),
    )


def _text(weight: Weight) -> int:
    return weight.classes.get("text", 0) + weight.classes.get("init text", 0)


def _gain(bytes_: int) -> Phrase:
    role: Role = "plain" if bytes_ else "off"
    return say(f"{bytes_:+,}" if bytes_ else "0", role)


def place(one: GateMeasurement, found: Sequence[GateMeasurement]) -> str:
    """The architecture of a measurement among others; with its tree's version, where they are of several."""
    several = len({other.tree for other in found if other.tree}) > 1
    return f"{one.arch} {one.tree.removeprefix('Linux ')}" if several and one.tree else one.arch


def _unbuilt(found: Sequence[GateMeasurement]) -> Iterator[Block]:
    told: list[tuple[str, Phrase]] = []
    for one in found:
        if one.base is None:
            told.append((place(one, found), say(one.reason)))
        told += [(f"{place(one, found)} {v.turned}", say(v.reason)) for v in one.variants if v.weight is None]
    if told:
        yield Paragraph(phrase=say("What could not be built, and why:"))
        yield Facts(rows=tuple(told))


def _unbuilt_in_short(found: Sequence[GateMeasurement]) -> Iterator[Block]:
    count = sum(one.base is None for one in found) + sum(v.weight is None for one in found for v in one.variants)
    if count:
        yield Paragraph(phrase=say(f"{counted(count, 'config')} could not be built (--all says why).", "missing"))


def _remarks(found: Sequence[GateMeasurement]) -> Iterator[Block]:
    hidden = [
        (one, variant)
        for one in found
        for variant in one.variants
        if one.base and variant.weight and variant.weight.content != one.base.content
        if variant.weight.loaded == one.base.loaded
    ]
    if hidden:
        names = ", ".join(dict.fromkeys(place(one, found) for one, _ in hidden))
        text = (
            f"On {names} `size vmlinux` shows no change: the sections of the image are aligned so coarsely "
            "(x86_64: 2 MiB) that the padding takes it up. kweigh size shows the room that is left."
        )
        yield Paragraph(phrase=say(text))


def _states(found: Sequence[GateMeasurement]) -> Iterator[Block]:
    yield Heading(text="As the configs have it")
    rows = [
        Row(cells=(say(place(one, found), "name"), say(one.config), say(name), say(value or "-"), say(why)))
        for one in found
        for name, value, why in one.values
    ]
    columns = ("arch", "config", "symbol", "is", "why")
    yield Table(columns=tuple(Column(title=t) for t in columns), rows=tuple(rows), stack=1)


def _changes(where: str, one: GateMeasurement, variant: GateVariant) -> Iterator[Block]:
    if variant.weight is None:
        return
    yield Heading(text=f"{where} {one.config}, {variant.turned}")
    facts = [
        ("follow it", say(", ".join(f"{n} {b or '-'} -> {a or '-'}" for n, b, a in variant.follows) or "nothing")),
        ("objects that come", say(" ".join(variant.added) or "none")),
        ("objects that go", say(" ".join(variant.removed) or "none")),
    ]
    yield Facts(rows=tuple(facts))
    if variant.changes is None:
        yield Paragraph(phrase=say("What functions weigh was not kept when it was built.", "missing"))
        return
    rows = (
        Row(
            cells=(
                say(c.name, "name"),
                *(say("-" if size is None else f"{size:,}") for size in (c.before, c.after)),
                _gain(c.delta),
            )
        )
        for c in variant.changes
    )
    columns = ("function or variable", "old", "new", "delta")
    yield Table(
        columns=tuple(Column(title=t, align="right" if i else "left") for i, t in enumerate(columns)),
        rows=tuple(rows),
        most=LONGEST_TABLE,
    )


def _size(bytes_: int | None) -> Phrase:
    return say("-" if bytes_ is None else f"{bytes_:,}")


def gate_json(one: GateMeasurement) -> Json:
    """`gate` of common.json."""
    return {
        "arch": one.arch,
        "config": one.config,
        "tree": one.tree,
        "compiler": one.compiler,
        "command": one.command,
        "values": [{"symbol": name, "value": value, "why": why} for name, value, why in one.values],
        "base": weight_json(one.base),
        "reason": one.reason,
        "basis": one.basis,
        "variants": [
            {
                "forced": [{"symbol": name, "value": value} for name, value in variant.forced],
                "follows": [{"symbol": n, "before": b, "after": a} for n, b, a in variant.follows],
                "added": list(variant.added),
                "removed": list(variant.removed),
                "weight": weight_json(variant.weight),
                "reason": variant.reason,
                "changes": _changes_json(variant),
                "bloat": variant.growth.line if variant.growth and variant.weight else None,
            }
            for variant in one.variants
        ],
    }


def _changes_json(variant: GateVariant) -> Json:
    if variant.changes is None:
        return None
    return [{"name": c.name, "before": c.before, "after": c.after} for c in variant.changes]


def _record(one: GateMeasurement, variant: GateVariant) -> tuple[str, ...]:
    head = (one.arch, one.config, one.tree, variant.turned)
    if variant.weight is None or one.base is None:
        return (*head, *[""] * 7, variant.reason)
    weight, base = variant.weight, one.base
    gains = (weight.content - base.content, weight.loaded - base.loaded, weight.file - base.file)
    growth = variant.growth
    moved = (str(growth.up), str(growth.down)) if growth else ("", "")
    figures = (weight.objects - base.objects, weight.device - base.device)
    return (*head, *map(str, gains), *moved, *map(str, figures), "")

"""Composes the reports of `kweigh size` and `kweigh measure`: what a built config weighs.

Enters: `Weighed` values. Leaves: a `Report` (`kweigh.size/1`, `kweigh.measure/1`). Must hold: content is the headline,
and every account shown sums to its total; padding is a row of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.model.report import Block, Column, Facts, Heading, Json, Paragraph, Phrase, Records, Report, Row, Table
from analyzer.reports.words.phrases import say
from analyzer.reports.words.quote import image, quoted

if TYPE_CHECKING:
    from analyzer.model.size import Account, AccountRow
    from analyzer.model.weighing import Weighed

MOST = 15
"""Objects, functions and folders shown to people; JSON has all objects."""


def size(found: Weighed, *, detailed: bool) -> Report:
    """The report on one build: totals, what to quote, classes, features; with `detailed` also the accounts of the image
    and its file, folders, objects and functions."""
    content = found.accounts[0]
    blocks: list[Block] = [
        _facts(found),
        *quoted([image(found.label, found.compiler, found.relinked.content, found.image.content)]),
        Heading(text="By class (vmlinux.o)"),
        _classes(found),
    ]
    if content.limits:
        blocks.append(Paragraph(phrase=say(f"Sums of objects do not hold: {content.limits}.", "warn")))
    if detailed:
        blocks += _details(found)
    if found.features:
        blocks += [Heading(text="Objects behind features"), _features(found)]
    if not detailed:
        text = "--details shows how the image and its file add up, and the largest folders, objects and functions."
        blocks.append(Paragraph(phrase=say(text)))
    return Report(
        schema="kweigh.size/1",
        title=f"What {found.label} weighs",
        blocks=tuple(blocks),
        data=_data(found),
        records=Records(
            columns=("object", "content", *_kinds(found)),
            rows=tuple(
                (o.path, str(o.content), *(str(o.classes.get(kind, 0)) for kind in _kinds(found)))  # type: ignore[call-overload]
                for o in found.objects
            ),
        ),
    )


def _details(found: Weighed) -> Iterator[Block]:
    _, loaded, file = found.accounts
    yield Heading(text=f"How the image adds up ({loaded.of})")
    yield _account(loaded)
    yield from _steps(loaded)
    yield Heading(text=f"How the file adds up ({file.of})")
    yield _account(file)
    yield Heading(text="By folder")
    yield _folders(found)
    yield Heading(text="Largest objects")
    yield _objects(found)
    yield Heading(text="Largest functions and variables")
    yield _symbols(found)


def measure(built: Sequence[Weighed]) -> Report:
    """The report on what was built and recorded."""
    columns = ("config", "content", "loaded", "file", "boot", "objects", "new in the ledger")
    rows = [
        (
            one.label,
            f"{one.relinked.content:,}",
            f"{one.image.content:,}",
            f"{one.image.size:,}",
            f"{one.boot:,}" if one.boot else "",
            f"{len(one.objects):,}",
            f"{one.new:,}",
        )
        for one in built
    ]
    return Report(
        schema="kweigh.measure/1",
        title=f"Measured: {len(built)} configs",
        blocks=(
            Table(
                columns=tuple(Column(title=t, align="right" if i else "left") for i, t in enumerate(columns)),
                rows=tuple(Row(cells=(say(row[0], "name"), *map(say, row[1:]))) for row in rows),
            ),
            Paragraph(
                phrase=say(
                    "Bytes. content: allocated sections of vmlinux.o; loaded: those of vmlinux, padding included."
                )
            ),
        ),
        data={"configs": [_data(one) for one in built]},
        records=Records(
            columns=("config", "arch", "compiler", "content", "loaded", "file"),
            rows=tuple(
                (o.label, o.arch, o.compiler, str(o.relinked.content), str(o.image.content), str(o.image.size))
                for o in built
            ),
        ),
    )


def _facts(found: Weighed) -> Facts:
    padding = sum(row.size for row in found.accounts[1].rows if row.kind in ("padding", "step", "reserved"))
    rows = [
        ("config", say(found.label)),
        ("compiler", say(found.compiler)),
        ("content", (*say(f"{found.relinked.content:,} bytes", "name"), *say(" (allocated sections of vmlinux.o)"))),
        *(("tables", say(f"{size:,} bytes that linking adds: {label}")) for label, size in found.generated.items()),
        ("loaded", say(f"{found.image.content:,} bytes, {padding:,} of them alignment, steps and reserved room")),
        ("file", say(f"{found.image.size:,} bytes")),
    ]
    if found.boot is not None:
        rows.append(("boot image", say(f"{found.boot:,} bytes")))
    rows.append(("objects", say(f"{len(found.objects):,} linked")))
    for label, paths in (("not planned", found.unplanned), ("not built", found.unbuilt)):
        if paths:
            rows.append((label, say(f"{len(paths):,}: {' '.join(paths[:MOST])}", "warn")))
    return Facts(rows=tuple(rows))


def _classes(found: Weighed) -> Table:
    classes = found.relinked.classes
    whole = found.relinked.content or 1
    return Table(
        columns=(Column(title="class"), Column(title="bytes", align="right"), Column(title="share", align="right")),
        rows=tuple(
            Row(cells=(say(kind, "name"), say(f"{bytes_:,}"), say(f"{100 * bytes_ / whole:.1f} %")))
            for kind, bytes_ in sorted(classes.items(), key=lambda item: -item[1])
        ),
    )


def _account(account: Account) -> Table:
    merged: dict[tuple[str, str], int] = {}
    for row in account.rows:
        merged[row.kind, row.label] = merged.get((row.kind, row.label), 0) + row.size
    rows = [
        Row(cells=(say(label, "name"), say(f"{bytes_:,}")), group=kind)
        for (kind, label), bytes_ in sorted(merged.items(), key=lambda item: (item[0][0], -abs(item[1])))
    ]
    rows.append(Row(cells=(say("total", "name"), say(f"{account.total:,}"))))
    return Table(columns=(Column(title="what"), Column(title="bytes", align="right")), rows=tuple(rows))


def _steps(account: Account) -> Iterator[Block]:
    steps: list[AccountRow] = [row for row in account.rows if row.kind == "step" and row.step and row.size]
    for row in sorted(steps, key=lambda one: -one.size)[:3]:
        text = f"{row.where} can grow by {row.size:,} bytes before the image does, then by {row.step:,} at once."
        yield Paragraph(phrase=say(text))


def _folders(found: Weighed) -> Table:
    folders: Counter[str] = Counter()
    for one in found.objects:
        parts = one.path.split("/")
        folders["/".join(parts[: min(2, len(parts) - 1)]) or "."] += one.content
    return _ranked("folder", folders.most_common(MOST), len(folders))


def _objects(found: Weighed) -> Table:
    ranked = sorted(((one.path, one.content) for one in found.objects), key=lambda item: -item[1])
    return _ranked("object", ranked[:MOST], len(ranked))


def _symbols(found: Weighed) -> Table:
    ranked = sorted(((s.name, s.size) for s in found.relinked.symbols), key=lambda item: -item[1])
    return _ranked("symbol", ranked[:MOST], len(ranked))


def _ranked(title: str, rows: Sequence[tuple[str, int]], whole: int) -> Table:
    shown = [Row(cells=(say(name, "name"), say(f"{bytes_:,}"))) for name, bytes_ in rows]
    if whole > len(rows):
        shown.append(Row(cells=(say(f"and {whole - len(rows):,} more", "missing"), say(""))))
    return Table(columns=(Column(title=title), Column(title="bytes", align="right")), rows=tuple(shown))


def _features(found: Weighed) -> Table:
    columns = (Column(title="feature"), Column(title="value"), Column(title="objects", align="right"))
    return Table(
        columns=(*columns, Column(title="bytes", align="right")),
        rows=tuple(
            Row(cells=(say(p.feature, "name"), _value(p.value), say(str(p.objects)), say(f"{p.content:,}")))
            for p in found.features
            if p.objects or p.value not in ("n", "")
        ),
    )


def _value(value: str) -> Phrase:
    return say(value or '""', "on" if value == "y" else "module" if value == "m" else "off")


def _kinds(found: Weighed) -> list[str]:
    return list(dict.fromkeys(kind for one in found.objects for kind in one.classes))


def _data(found: Weighed) -> dict[str, Json]:
    return {
        "config": found.label,
        "tree": found.tree,
        "arch": found.arch,
        "compiler": found.compiler,
        "content": found.relinked.content,
        "generated": [{"label": label, "bytes": size} for label, size in found.generated.items()],
        "classes": [{"class": kind, "bytes": bytes_} for kind, bytes_ in found.relinked.classes.items()],
        "loaded": found.image.content,
        "file": found.image.size,
        "boot": found.boot,
        "unplanned": list(found.unplanned),
        "unbuilt": list(found.unbuilt),
        "accounts": [
            {
                "of": account.of,
                "total": account.total,
                "limits": account.limits,
                "rows": [
                    {"kind": r.kind, "label": r.label, "bytes": r.size, "section": r.where, "step": r.step}
                    for r in account.rows
                ],
            }
            for account in found.accounts
        ],
        "objects": [
            {
                "path": one.path,
                "content": one.content,
                "classes": [{"class": kind, "bytes": bytes_} for kind, bytes_ in one.classes.items()],
            }
            for one in found.objects
        ],
        "features": [
            {"feature": p.feature, "symbol": p.symbol, "value": p.value, "objects": p.objects, "content": p.content}
            for p in found.features
        ],
    }

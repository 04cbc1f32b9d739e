"""Composes the report of `kweigh rank`: what is heaviest in a config.

Enters: a `Ranking`. Leaves: a `Report` (`kweigh.rank/1`). Must hold: the heaviest first; what is exact and what was
told by builds of other configs can be seen; what nobody measured is counted apart, never as 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.model.report import (
    Block,
    Column,
    Facts,
    Fold,
    Paragraph,
    Phrase,
    Report,
    Row,
    Table,
    Tile,
    Treemap,
)
from analyzer.reports.words.phrases import counted, needed, say

if TYPE_CHECKING:
    from analyzer.model.rank import RankedOption, Ranking, Saved, What
from analyzer.reports.compose.rank_json import data, records, sizes_of

MOST = 20
"""Options shown to people who do not ask for all."""

NO_OPTION = "(no option)"

_OF: dict[What, str] = {
    "content": "allocated sections of vmlinux.o",
    "loaded": "allocated sections of vmlinux, padding included",
    "compressed": "boot image",
    "memory": "not free once init runs, under qemu",
}
_WHAT: dict[What, str] = {
    "content": "Bytes are those of an option's objects.",
    "loaded": "Bytes are those of an option's objects that the link keeps; padding is nobody's.",
    "compressed": "Bytes are those of an option's objects before they are packed.",
}


_OF_MEMORY = (
    "Bytes are what a booted kernel has less of free memory with the option, and the symbols that change with it, once "
    "init runs. Memory goes by pages, and code by steps of up to 2 MiB, so 0 is no promise that the next option costs "
    "nothing."
)


def rank(found: Ranking, *, whole: bool) -> Report:
    """The report on the options of a config; with `whole` all of them, their classes, and where the bytes are."""
    shown = found.options if whole else found.options[:MOST]
    label = f"{found.config} on {found.tree} {found.arch}"
    blocks: list[Block] = [_facts(found, label)]
    if found.what == "memory":
        blocks += _memory(found, shown)
    elif shown:
        blocks += [_table(found, shown), *_notes(found, len(shown))]
    else:
        blocks.append(Paragraph(phrase=say("No makefile line asks for an option that is on.", "missing")))
    if whole:
        blocks += _everything(found)
    return Report(
        schema="kweigh.rank/1",
        title=f"What is heaviest in {label}",
        blocks=tuple(blocks),
        data=data(found),
        records=records(found),
    )


def _facts(found: Ranking, label: str) -> Facts:
    rows: list[tuple[str, Phrase]] = [("config", say(label)), ("compiler", say(found.compiler))]
    about = _OF[found.what] if found.basis == "measured" else "estimated from builds of other configs"
    if found.total is not None:
        rows.append((found.what, say(f"{found.total:,} bytes ({about})")))
    else:
        rows.append((found.what, say("not known", "missing")))
    if found.objects:
        behind = [one for one in found.objects if one.options]
        size = sum(one.size for one in behind)
        objects = f"{counted(len(found.objects), 'object')} of {found.size:,} bytes"
        rows.append(("objects", say(f"{objects}, {len(behind):,} of {size:,} behind an option")))
    if found.boot is not None and found.what != "compressed":
        rows.append(("boot image", say(f"{found.boot:,} bytes")))
    if found.unknown:
        rows.append(("not measured", say(f"{counted(found.unknown, 'object')}, named with --all and in JSON", "warn")))
    if found.modules:
        rows.append(("modules", say(f"{counted(found.modules, 'object')}, not weighed here")))
    if found.missing is not None:
        rows.append(("to be exact", needed(found.missing)))
    return Facts(rows=tuple(rows))


def _table(found: Ranking, shown: tuple[RankedOption, ...]) -> Table:
    unknown = any(one.unknown for one in shown)
    saves = any(one.saved for one in shown)
    titles = ("option", "bytes", "share", "alone", "objects", *(["unknown"] if unknown else []))
    return Table(
        columns=tuple(
            Column(title=title, align="right" if place else "left")
            for place, title in enumerate((*titles, *(["saves", "symbols", "each"] if saves else [])))
        ),
        rows=tuple(
            Row(
                cells=(
                    say(one.symbol, "name"),
                    _size(one),
                    say(_share(one.size, found.total) if one.is_known and found.what != "compressed" else ""),
                    say(f"{one.alone:,}" if one.is_known else ""),
                    say(f"{len(one.objects):,}"),
                    *([say(f"{len(one.unknown):,}" if one.unknown else "", "warn")] if unknown else []),
                    *(_saved(one.saved) if saves else ()),
                )
            )
            for one in shown
        ),
    )


def _size(one: RankedOption) -> Phrase:
    if not one.is_known:
        return say("?", "missing")
    return say(f"{'≥ ' if one.unknown else ''}{one.size:,}")


def _share(size: int, total: int | None) -> str:
    return f"{100 * size / total:.1f} %" if total else ""


def _memory(found: Ranking, shown: tuple[RankedOption, ...]) -> Iterator[Block]:
    if not shown:
        yield Paragraph(
            phrase=say("Of no option that is on was it ever measured: kweigh weigh --memory does.", "missing")
        )
        return
    elsewhere = any(one.saved and one.saved.where for one in shown)
    titles = ("bytes", "symbols", "each")
    yield Table(
        columns=(
            Column(title="option"),
            *(Column(title=title, align="right") for title in titles),
            *([Column(title="measured in")] if elsewhere else []),
        ),
        rows=tuple(
            Row(
                cells=(
                    say(one.symbol, "name"),
                    *_saved(one.saved),
                    *([say(one.saved.where if one.saved else "")] if elsewhere else []),
                )
            )
            for one in shown
        ),
    )
    if len(shown) < len(found.options):
        yield Paragraph(phrase=say(f"… and {len(found.options) - len(shown):,} more (--all shows them).", "missing"))
    yield Paragraph(phrase=say(_OF_MEMORY))


def _saved(saved: Saved | None) -> tuple[Phrase, ...]:
    if saved is None:
        return say(""), say(""), say("")
    doubt = f" ±{saved.size.width // 2:,}" if saved.size.width else ""
    return say(f"{saved.size.value:,}{doubt}"), say(f"{saved.changes:,}"), say(f"{saved.each:,}")


def _notes(found: Ranking, shown: int) -> Iterator[Block]:
    if shown < len(found.options):
        yield Paragraph(phrase=say(f"… and {len(found.options) - shown:,} more (--all shows them).", "missing"))
    nothing = [one.symbol for one in found.options if not one.is_known]
    if nothing:
        named = f"{', '.join(nothing[:MOST])}{', …' if len(nothing) > MOST else ''}"
        text = f"Of {counted(len(nothing), 'option')} no object was ever measured, and any may be heavy: {named}."
        yield Paragraph(phrase=say(text, "warn"))
    text = (
        f"{_WHAT[found.what]} An object behind several options counts for each of them; alone are those that no other "
        "option stands behind."
    )
    if any(one.saved for one in found.options[:shown]):
        text += (
            " Saves is what turning the option off saves, with so many symbols, and each of them; blank where no build "
            "tells."
        )
    elif found.basis == "measured":
        text += " What turning one of these off saves no build in the ledger tells: kweigh weigh makes them."
    yield Paragraph(phrase=say(text))


def _everything(found: Ranking) -> Iterator[Block]:
    tiles = [
        Tile(path=(one.options[0] if one.options else NO_OPTION, *one.path.split("/")), size=one.size)
        for one in found.objects
        if one.size > 0
    ]
    if tiles:
        title = f"Bytes of the objects ({found.what}), each under the option that its own makefile line asks for"
        yield Treemap(title=title, tiles=tuple(tiles))
    behind = [one for one in found.options if one.size]
    if behind:
        kinds = list(dict.fromkeys(kind for one in behind for kind in one.classes))
        rows = (
            Row(cells=(say(one.symbol, "name"), *(say(f"{size:,}" if size else "") for size in sizes_of(one, kinds))))
            for one in behind
        )
        columns = (Column(title="option"), *(Column(title=kind, align="right") for kind in kinds))
        yield Fold(title=say("Bytes by class"), blocks=(Table(columns=columns, rows=tuple(rows)),))
    unknown = [one for one in found.objects if one.classes is None]
    if unknown:
        rows = (Row(cells=(say(one.path, "name"), say(" ".join(one.options)))) for one in unknown)
        columns = (Column(title="object"), Column(title="behind"))
        title = f"{counted(len(unknown), 'object')} nobody measured"
        yield Fold(title=say(title), blocks=(Table(columns=columns, rows=tuple(rows)),))

"""Composes the report of `kweigh review`: what a series, or another tree, changes, before and after.

Enters: `Review`. Leaves: a `Report` with findings on the lines that changed (`kweigh.review/1`). Must hold: without
`whole` it fits a mail: at most `MAIL` lines; what is left out is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from analyzer.model.by_arch import how_many
from analyzer.model.finding import Finding, Level
from analyzer.model.report import Block, Code, Heading, Item, Outline, Paragraph, Phrase, Records, Report, Span
from analyzer.reports.compose.lint import fault_items, fault_message
from analyzer.reports.compose.review_bytes import bytes_blocks, bytes_findings, bytes_lines
from analyzer.reports.compose.review_causes import cause_in_a_line, change, effect_blocks
from analyzer.reports.compose.review_follows import (
    fitting,
    follow_blocks,
    follow_phrases,
    follow_records,
    lines_of,
)
from analyzer.reports.compose.review_json import review_json
from analyzer.reports.compose.review_mapping import mapping_blocks, mapping_findings, mapping_lines
from analyzer.reports.words.configs import arches_named
from analyzer.reports.words.phrases import at, counted, say

if TYPE_CHECKING:
    from analyzer.model.review import EntryChange, Move, Review, SeriesFault

MAIL = 40
"""Lines of a report that is pasted into a mail."""

_NEW = 2
_ODD = 5
"""New symbols, and those that no replay explains, that are named."""


def review(found: Review, *, whole: bool = False) -> Report:
    """The report; with `whole` everything is shown."""
    return Report(
        schema="kweigh.review/1",
        title=f"Review of {found.source}: {found.tree}",
        blocks=tuple(_blocks(found, whole=whole)),
        data=review_json(found),
        records=Records(
            columns=("kind", "causes", "symbol", "before", "after", "arch", "config"),
            rows=tuple(_records(found)),
        ),
        findings=tuple(_findings(found)),
    )


def _records(found: Review) -> Iterator[tuple[str, ...]]:
    for effect in found.effects:
        causes = "; ".join(cause_in_a_line(found.causes[at]) for at in effect.causes)
        yield from _rows(causes, effect.moves)
    yield from _rows("", found.unexplained)
    yield from follow_records(found)


def _rows(causes: str, moves: Sequence[Move]) -> Iterator[tuple[str, ...]]:
    for move in moves:
        for arch, names in move.places:
            yield from (("value", causes, move.symbol, move.before, move.after, arch, name) for name in names)


def _findings(found: Review) -> Iterator[Finding]:
    for failed in found.failed:
        if failed.afterwards:
            text = f"{failed.arch if failed.config == '*' else f'{failed.arch} {failed.config}'}: {failed.error}"
            yield Finding(rule="failed", level="error", message=text, location=None)
    for unmet in found.unmet:
        text = f"a select raises {unmet.symbol} past what it depends on in {counted(how_many(unmet.places), 'config')}"
        yield Finding(rule="unmet", level="error", message=text, location=unmet.location)
    for told in found.faults or ():
        level: Level = "note" if told.fate == "mended" else "warning"
        text = f"{told.fate}: {fault_message(told.fault)}"
        yield Finding(
            rule=told.fault.kind, level=level, message=text, location=told.fault.location, chain=told.fault.lines
        )
    for lost in found.lost:
        asked = f"CONFIG_{lost.line.name}={lost.line.value}"
        text = f"{lost.config} of {lost.arch}: {asked} is lost; it is {lost.after or 'gone'}"
        yield Finding(rule="lost", level="warning", message=text, location=lost.line.location)
    yield from (*mapping_findings(found.mapping), *bytes_findings(found.bytes))
    for effect in found.effects:
        first = effect.moves[0]
        text = f"{cause_in_a_line(found.causes[effect.causes[0]])}: {change(first)}"
        more = f" and {counted(len(effect.moves) - 1, 'more symbol')}" if len(effect.moves) > 1 else ""
        lines = [line for at in effect.causes for line in (*found.causes[at].b, *found.causes[at].a)]
        chain = tuple((line.text, line.location) for line in lines[1:])
        place = lines[0].location if lines else None
        yield Finding(rule="value", level="note", message=f"{text}{more}", location=place, chain=chain)


# What a person reads.


def _blocks(found: Review, *, whole: bool) -> Iterator[Block]:
    yield Paragraph(phrase=say(_summary(found)))
    remarks = [say(text, "warn") for text in _first(found.remarks, 2, "remark", whole=whole)]
    new = [say(text) for text in _first(list(_new(found)), _NEW, "new symbol", whole=whole)]
    failed = [say(text, "warn") for text in _first([*_failed(found)], 2, "failure", whole=whole)]
    judged = list(_judged(found, whole=whole))
    yield from (*_listed(remarks), *_listed(new))
    # A judgement may take two lines, and below the last thing that is shown stands what is not.
    left = MAIL - 9 - sum(len(some) + 1 for some in (remarks, new, failed) if some) - 2 * len(judged)
    least = (
        block for one in found.effects[:1] for block in effect_blocks(found, replace(one, chains=None), whole=whole)
    )
    left -= 1
    parts = {
        "bytes": () if whole else tuple(bytes_lines(found.bytes)),
        "mapping": () if whole else tuple(map(say, mapping_lines(found.mapping))),
        "names, objects and minimal configs": tuple(follow_phrases(found, whole=whole)),
    }
    room = left - sum(map(_height, least)) - sum(map(bool, parts.values()))
    for about, phrases in parts.items():
        if phrases and not whole:
            parts[about] = tuple(fitting(phrases, room, about))
            taken = sum(map(lines_of, parts[about]))
            room, left = room - taken, left - taken
    follows = [phrase for phrases in parts.values() for phrase in phrases]
    shown = 0
    for effect in found.effects:
        blocks = list(effect_blocks(found, effect, whole=whole))
        if not whole and sum(map(_height, blocks)) > left:
            blocks = list(effect_blocks(found, replace(effect, chains=None), whole=whole))
        size = sum(map(_height, blocks))
        if not whole and shown and size > left:
            break
        left -= size
        shown += 1
        yield from blocks
    if shown < len(found.effects):
        rest = found.effects[shown:]
        moves = sum(len(effect.moves) for effect in rest)
        text = f"… and {counted(len(rest), 'more cause')} of {counted(moves, 'changed symbol')} (--all shows them)."
        yield Paragraph(phrase=say(text, "missing"))
    yield from (*_listed(follows), *_listed(judged))
    if whole:
        yield from (*follow_blocks(found), *_faults(found.faults or ()), *mapping_blocks(found.mapping))
        yield from (*_entries(found.entries), *bytes_blocks(found.bytes))
    yield from _listed(failed)


def _listed(phrases: Sequence[Phrase]) -> Iterator[Block]:
    """Sentences one below the other."""
    if phrases:
        yield Outline(items=tuple(Item(0, phrase) for phrase in phrases))


def _first(texts: Sequence[str], most: int, noun: str, *, whole: bool) -> Iterator[str]:
    """The first of some sentences, then one that counts the others."""
    shown = texts if whole else texts[:most]
    yield from shown
    if len(texts) > len(shown):
        yield f"… and {counted(len(texts) - len(shown), f'more {noun}')}."


def _judged(found: Review, *, whole: bool) -> Iterator[Phrase]:
    """What may be a mistake: lines that do not count any more, dependencies that a select passes over, faults, and what
    no replay gave."""
    unmet = [f"{one.symbol} (depends at {one.location})" for one in found.unmet]
    lost = list(dict.fromkeys(f"{one.line.location} CONFIG_{one.line.name}={one.line.value}" for one in found.lost))
    odd = list(dict.fromkeys(move.symbol for move in found.unexplained))
    for title, rows, most in (
        ("raised by a select past what it depends on", unmet, 2),
        ("lines of configs that are lost", lost, 2),
        ("changed, and explained by no replay", odd, _ODD),
    ):
        if rows:
            shown = rows if whole else rows[:most]
            more = f" and {len(rows) - len(shown):,} more" if len(rows) > len(shown) else ""
            yield say(f"{title}: {', '.join(shown)}{more}", "warn")
    if found.faults and not whole:
        first = found.faults[0]
        more = f", and {counted(len(found.faults) - 1, 'more fault')} (--all)" if len(found.faults) > 1 else ""
        text = say(f"{first.fate}: {first.fault.text}", "plain" if first.fate == "mended" else "warn")
        yield (*text, *at(first.fault.location), *say(more))
    elif found.faults is not None and not found.faults:
        yield say("no fault for any config is brought, worsened or mended")


def _faults(faults: Sequence[SeriesFault]) -> Iterator[Block]:
    """What becomes of faults for any config."""
    if faults:
        yield Heading(text="Faults for any config")
    for one in faults:
        yield Outline(items=(Item(0, say(f"{one.fate}, for {arches_named(one.arches)}:")), *_below(one)))


def _below(one: SeriesFault) -> Iterator[Item]:
    return (Item(item.depth + 1, item.phrase) for item in fault_items(one.fault))


def _failed(found: Review) -> Iterator[str]:
    for one in found.failed:
        yield f"{one.arch if one.config == '*' else f'{one.arch} {one.config}'}: {one.error}"


def _entries(entries: Sequence[EntryChange]) -> Iterator[Block]:
    if entries:
        yield Heading(text="Entries of Kconfig that mean something else")
        yield Outline(
            items=tuple(
                Item(0, (Span(cause_in_a_line(one.cause), "name"), Span(f" ({one.fate}; {arches_named(one.arches)})")))
                for one in entries
            )
        )


def _summary(found: Review) -> str:
    looked = f"{counted(found.configs, 'config')} of {counted(len(found.arches), 'architecture')}"
    entries = {name for one in found.entries for name in one.cause.names}
    touched = f"{counted(len(entries), 'symbol')} of Kconfig changed" if entries else "No symbol of Kconfig changed"
    same = f" ({len(found.alike)} of these read nothing that changed)" if found.alike else ""
    moves = list(found.moves())
    if not moves:
        return f"{touched}; no value changes in {looked}{same}."
    symbols = len({move.symbol for move in moves})
    places = {(arch, name) for move in moves for arch, names in move.places for name in names}
    arches = {arch for arch, _ in places}
    causes = counted(len(found.causes), "cause")
    return (
        f"{touched}; {counted(symbols, 'symbol')} {'gets' if symbols == 1 else 'get'} another value in "
        f"{len(places):,} of {counted(found.configs, 'config')}, on {len(arches)} of "
        f"{counted(len(found.arches), 'architecture')}{same}; {causes}, proved by replay."
    )


def _new(found: Review) -> Iterator[str]:
    """Of each symbol that is new, how many configs have it on, and where tinyconfig is spared."""
    renamed = {one.new for one in found.renames}
    for entry in found.entries:
        if entry.fate != "new":
            continue
        looked = {(arch, name) for arch, names in found.looked_at if arch in entry.arches for name in names}
        for symbol in (name for name in entry.cause.names if name not in renamed):
            moves = (move for move in found.moves() if move.symbol == symbol)
            on = {(arch, name) for move in moves for arch, names in move.places for name in names}
            spared = sorted(arch for arch, name in looked - on if name == "tinyconfig")
            tiny = f"; tinyconfig is spared on {arches_named(spared)}" if on and spared else ""
            yield f"{symbol} is new: on in {len(on):,} of {counted(len(looked), 'config')}{tiny}."


def _height(block: Block) -> int:
    match block:
        case Outline(items=items):
            return len(items)
        case Code(text=text):
            return text.count("\n") + 2
    return 2

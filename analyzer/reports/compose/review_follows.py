"""What a review says beside values: names, objects, lines of minimal configs.

Enters: `Review`. Leaves: sentences for the summary, blocks for who wants everything, rows. Must hold: the
summary takes few lines, and counts what it leaves out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.model.by_arch import how_many
from analyzer.model.report import Block, Heading, Item, Outline, Phrase, Span
from analyzer.reports.words.configs import arches_named, configs_of
from analyzer.reports.words.phrases import at, counted, plain, say

if TYPE_CHECKING:
    from analyzer.model.build import Step
    from analyzer.model.by_arch import Places
    from analyzer.model.review import ObjectChange, Rename, Review, SavedLine

_LINES = 2
_NAMES = 3
"""Makefile lines, and symbols, that the summary names."""
_WIDE = 70
"""Characters of a line, short ones at its end left out."""


@dataclass(frozen=True, slots=True)
class _Group:
    """What one makefile line brings, takes, or links elsewhere."""

    step: Step
    fate: str
    objects: tuple[ObjectChange, ...]

    @property
    def places(self) -> set[tuple[str, str]]:
        """The configs, with their architectures."""
        return {(arch, name) for one in self.objects for arch, names in one.places for name in names}


def lines_of(phrase: Phrase) -> int:
    """How many lines of a mail a sentence takes."""
    return -(-len(plain(phrase)) // _WIDE)


def fitting(phrases: Sequence[Phrase], room: int, about: str) -> Iterator[Phrase]:
    """Those that `room` lines have room for, then one that counts the others and says what they are about."""
    shown = 0
    for phrase in phrases:
        room -= lines_of(phrase)
        if room < (shown + 1 < len(phrases)):
            break
        yield phrase
        shown += 1
    if shown < len(phrases):
        yield say(f"… and {counted(len(phrases) - shown, 'more line')} on {about} (--all)")


def follow_phrases(found: Review, *, whole: bool = False) -> Iterator[Phrase]:
    """A few sentences."""
    yield from _names(found, whole=whole)
    if found.fresh:
        configs = [name for _, names in found.fresh for name in names]
        yield say(f"only afterwards there are {_first(configs)} on {_first([arch for arch, _ in found.fresh])}")
    groups = _groups(found.objects)
    if groups:
        yield say(_objects(found))
        if not whole:
            yield from (_group(one) for one in groups[:_LINES])
            if len(groups) > _LINES:
                yield say(f"… and {counted(len(groups) - _LINES, 'more makefile line')} (--all)", "missing")
    if found.saved:
        yield from _saved(found.saved, {one.line.name for one in found.lost})


def _names(found: Review, *, whole: bool) -> Iterator[Phrase]:
    renames = found.renames if whole else found.renames[:_LINES]
    yield from map(_renamed, renames)
    if len(found.renames) > len(renames):
        yield say(f"… and {counted(len(found.renames) - len(renames), 'more rename')} (--all)", "missing")
    if found.relocated:
        first = found.relocated[0]
        more = "" if len(found.relocated) == 1 else f", and {counted(len(found.relocated) - 1, 'more symbol')}"
        yield say(f"{first.symbol} moved from {first.before} to {first.after}{more}")


def _renamed(one: Rename) -> Phrase:
    kept = how_many(one.kept)
    values = f"; {counted(kept, 'config')} {'keeps' if kept == 1 else 'keep'} its value" if kept else ""
    stale = how_many(one.asked)
    lines = ""
    if stale:
        still = "conf still reads it" if one.transitional else "where that says nothing any more"
        lines = f"; {counted(stale, 'config')} {'names' if stale == 1 else 'name'} {one.old}, {still}"
    why = f" ({one.successor.evidence[0].text})" if one.successor.evidence else ""
    return (Span(one.old, "name"), Span(" is called "), Span(one.new, "name"), Span(f" now{why}{values}{lines}"))


def _objects(found: Review) -> str:
    """How many come and go, and where."""
    kinds = {("comes", "come"): 0, ("goes", "go"): 0, ("is linked", "are linked"): 0}
    for _, fate in {(one.path, _fate(one)) for one in found.objects}:
        kinds[fate] += 1
    places = {(arch, name) for one in found.objects for arch, names in one.places for name in names}
    told = ", ".join(f"{count:,} {one if count == 1 else many}" for (one, many), count in kinds.items() if count)
    into = " into something else" if ("is linked", "are linked") in {_fate(one) for one in found.objects} else ""
    arches = sorted({arch for arch, _ in places})
    return f"objects: {told}{into}, in {counted(len(places), 'config')} of {arches_named(arches)}"


def _fate(one: ObjectChange) -> tuple[str, str]:
    return ("comes", "come") if not one.before else ("goes", "go") if not one.after else ("is linked", "are linked")


def _groups(objects: Sequence[ObjectChange]) -> list[_Group]:
    found: dict[tuple[str, str], list[ObjectChange]] = {}
    for one in objects:
        found.setdefault((str(one.step.where), _homes(one)), []).append(one)
    groups = [_Group(some[0].step, fate, tuple(some)) for (_, fate), some in found.items()]
    return sorted(groups, key=lambda one: -len(one.places))


def _homes(one: ObjectChange) -> str:
    """What becomes of it, in words."""
    if not one.before:
        return f"new in {one.after}"
    return f"no more in {one.before}" if not one.after else f"in {one.after}, not {one.before}"


def _group(one: _Group) -> Phrase:
    names = list(dict.fromkeys(it.path for it in one.objects))
    text = f"{one.fate}: {_first(names)} in {counted(len(one.places), 'config')}: {one.step.variable}"
    return (*say(text), *at(one.step.where))


def _saved(saved: Sequence[SavedLine], lost: Collection[str]) -> Iterator[Phrase]:
    configs = {(arch, name) for one in saved for arch, names in one.places for name in names}
    come = [one for one in saved if one.after]
    go = [one for one in saved if one.before and not one.after]
    told = [
        f"{word} {_first([one.after or one.before for one in some])}"
        for word, some in (("has", come), ("has no more", go))
        if some
    ]
    yield say(f"savedefconfig of {counted(len(configs), 'config')} {' and '.join(told)}")
    drop = [one for one in go if one.asked and one.symbol not in lost]
    if drop:
        count = len({(arch, name) for one in drop for arch, names in one.asked for name in names})
        yield say(f"{counted(count, 'config')} may drop a line: {_first([one.before for one in drop])}")


# Everything.


def follow_blocks(found: Review) -> Iterator[Block]:
    """All of it, in sections."""
    if found.relocated:
        yield Heading(text="Definitions that moved")
        yield Outline(
            items=tuple(
                Item(0, (Span(one.symbol, "name"), Span(f": {one.before} to {one.after} ({arches_named(one.arches)})")))
                for one in found.relocated
            )
        )
    if found.objects:
        yield Heading(text="Objects that come and go")
        yield Outline(items=tuple(_all_objects(_groups(found.objects))))
    if found.saved:
        yield Heading(text="Lines of minimal configs (make savedefconfig)")
        yield Outline(items=tuple(_all_lines(found.saved)))


def _all_objects(groups: Sequence[_Group]) -> Iterator[Item]:
    for group in groups:
        asked = [name for one in group.objects for name in one.asked]
        why = f", which asks {_first(list(dict.fromkeys(asked)))}" if asked else ""
        yield Item(0, (*say(f"{group.step.variable}"), *at(group.step.where), *say(f"{why}: {group.fate}")))
        for one in group.objects:
            yield Item(1, (Span(one.path, "name"), Span(f" in {_where(one.places)}")))


def _all_lines(saved: Sequence[SavedLine]) -> Iterator[Item]:
    for one in saved:
        text = f"{one.after} instead of {one.before}" if one.before and one.after else ""
        text = text or (f"has {one.after}" if one.after else f"no more {one.before}")
        yield Item(0, say(f"{text}, in {_where(one.places)}"))
        if one.asked and not one.after:
            yield Item(1, say(f"may be dropped in {_where(one.asked)}"))


def _where(places: Places) -> str:
    """`3 configs of arm: a_defconfig, …`."""
    return f"{configs_of(places)}: {_first([name for _, some in places for name in some])}"


def follow_records(found: Review) -> Iterator[tuple[str, ...]]:
    """Rows as those of values, for objects (`object`) and lines of minimal configs (`line`)."""
    for one in found.objects:
        for arch, names in one.places:
            line = f"{one.step.where} {one.step.variable}"
            yield from (("object", line, one.path, one.before, one.after, arch, name) for name in names)
    for saved in found.saved:
        for arch, names in saved.places:
            yield from (("line", "", saved.symbol, saved.before, saved.after, arch, name) for name in names)


def _first(names: Sequence[str]) -> str:
    shown = list(dict.fromkeys(names))
    more = f" and {len(shown) - _NAMES:,} more" if len(shown) > _NAMES else ""
    return ", ".join(shown[:_NAMES]) + more

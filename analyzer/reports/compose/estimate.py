"""Composes the report of `kweigh size --estimate`: what a config is expected to weigh that nobody has built.

Enters: an `Estimate`. Leaves: a `Report` (`kweigh.estimate/1`). Must hold: no number without its interval and where it
comes from; the rows of each table sum to the total, and what was never measured is a row of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, get_args

from analyzer.model.estimate import Provenance, total
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
from analyzer.reports.words.forms import interval_json, missing_json
from analyzer.reports.words.phrases import needed, say

if TYPE_CHECKING:
    from analyzer.model.estimate import Estimate, Interval, Narrowing, Neighbour, Term

MOST = 15
"""Objects shown to people; JSON and CSV have all."""
ROLES: dict[Provenance, Role] = {"measured": "on", "nearest": "plain", "unmeasured": "warn"}
IMAGE = (
    "Content is the allocated sections of vmlinux.o. Loaded is what vmlinux takes in memory: that, its padding, and "
    "the tables that only its link makes (kallsyms). The boot image is that file which is flashed, as it is packed."
)


def estimate(found: Estimate, label: str, narrowing: Sequence[Narrowing] = ()) -> Report:
    """The report on the estimate of a config; `label` names config and tree, `narrowing` what would narrow it."""
    blocks: list[Block] = [
        _facts(found, label),
        *_limits(found),
        *_narrowing(narrowing),
        Heading(text="By what it is known from"),
        _provenances(found),
        Heading(text="By class"),
        _classes(found),
    ]
    largest = sorted(found.objects, key=lambda term: (-term.bytes.value, term.label))
    widest = sorted((t for t in found.objects if t.bytes.width), key=lambda term: (-term.bytes.width, term.label))
    blocks += [Heading(text="Largest objects"), terms_table(largest, "object")]
    if widest:
        blocks += [Heading(text="Where the doubt is"), terms_table(widest, "object")]
    if nobody := found.those("unmeasured"):
        blocks += [Heading(text="Objects that nobody has measured"), _unmeasured(nobody)]
    blocks.append(Paragraph(phrase=say(IMAGE)))
    return Report(
        schema="kweigh.estimate/1",
        title=f"What {label} is expected to weigh",
        blocks=tuple(blocks),
        data=_data(found, label)
        | {
            "narrowing": [
                {
                    "symbol": one.symbol or None,
                    "base": one.base,
                    "width": one.width,
                    "objects": one.objects,
                    "missing": missing_json(one.missing),
                }
                for one in narrowing
            ]
        },
        records=Records(
            columns=("term", "provenance", "low", "value", "high"),
            rows=tuple(
                (t.label, t.provenance, str(t.bytes.low), str(t.bytes.value), str(t.bytes.high))
                for t in (*found.objects, *found.tables)
            ),
        ),
    )


def _facts(found: Estimate, label: str) -> Facts:
    whole = found.total
    rows: list[tuple[str, Phrase]] = [
        ("config", say(label)),
        ("compiler", say(found.origin.compiler)),
        ("content", _expected(whole)),
        *((label, _expected(size)) for label, size in (("loaded", found.loaded), ("boot image", found.boot)) if size),
        ("learnt from", say(found.source or f"{found.builds:,} builds of {found.origin.tree} for {found.origin.arch}")),
    ]
    if found.neighbour:
        rows.append(("nearest build", _nearest(found.neighbour, whole)))
    return Facts(rows=tuple(rows))


def _expected(size: Interval) -> Phrase:
    between = f", between {size.low:,} and {size.high:,}"
    return (*say(f"{size.value:,} bytes", "name"), *(say(between) if size.width else ()))


def _nearest(near: Neighbour, whole: Interval) -> Phrase:
    count = len(near.differing)
    if not count:
        return say(f"{near.content:,} bytes: this config itself")
    names = ", ".join(f"{name} {there} -> {here}" for name, there, here in near.differing[:4])
    more = f" and {count - 4:,} more" if count > 4 else ""
    gain = f"{whole.value - near.content:+,} ({whole.low - near.content:+,} to {whole.high - near.content:+,})"
    return say(f"{near.content:,} bytes, so {gain}; symbols that differ: {names}{more}")


def _limits(found: Estimate) -> Iterator[Block]:
    if found.limits:
        yield Paragraph(phrase=say(f"Sums of objects do not hold: {found.limits}.", "warn"))


def _narrowing(narrowing: Sequence[Narrowing]) -> Iterator[Block]:
    if not narrowing:
        return
    itself, *symbols = narrowing
    yield Heading(text="Which builds would narrow it")
    yield Paragraph(phrase=say("The config itself makes it exact: ") + needed(itself.missing))
    if symbols:
        first = symbols[0]
        yield Paragraph(phrase=say(f"Else symbols in which the doubt is, turned in {first.base}:"))
        yield _table(
            ("symbol", "bytes of doubt", "objects", "builds"),
            [
                Row(cells=(say(s.symbol, "name"), *map(say, (f"{s.width:,}", f"{s.objects:,}", f"{_builds(s)}"))))
                for s in symbols
            ],
        )
        yield Paragraph(phrase=say(f"For {first.symbol} ") + needed(first.missing))


def _builds(one: Narrowing) -> int:
    return len(one.missing.builds)


def _provenances(found: Estimate) -> Table:
    whole = len(found.objects) or 1
    rows = []
    for name in get_args(Provenance):
        terms = found.those(name)
        share = f"{100 * len(terms) / whole:.1f} %"
        rows.append(Row(cells=(say(name, ROLES[name]), say(f"{len(terms):,}"), say(share), *cells(terms))))
    for term in found.tables:
        rows.append(Row(cells=(say(f"{term.label} ({term.provenance})"), say(""), say(""), *cells([term]))))
    rows.append(Row(cells=(say("total", "name"), say(f"{len(found.objects):,}"), say(""), *interval(found.total))))
    return _table(("known from", "objects", "share", "bytes", "from", "to"), rows)


def _classes(found: Estimate) -> Table:
    known = found.classes
    rows = [
        Row(cells=(say(kind, "name"), say(f"{size:,}"))) for kind, size in sorted(known.items(), key=lambda i: -i[1])
    ]
    rest = found.total.value - sum(known.values())
    if rest:
        rows.append(Row(cells=(say("not known by class", "warn"), say(f"{rest:,}"))))
    return _table(("class", "bytes"), rows)


def terms_table(terms: Sequence[Term], title: str) -> Table:
    """The first of these terms with their intervals, and how many more there are."""
    rows = [
        Row(cells=(say(t.label, "name"), *interval(t.bytes), say(t.provenance, ROLES[t.provenance])))
        for t in terms[:MOST]
    ]
    if len(terms) > MOST:
        rest = terms[MOST:]
        rows.append(Row(cells=(say(f"and {len(rest):,} more", "missing"), *cells(rest), say(""))))
    return Table(
        columns=tuple(
            Column(title=t, align="right" if 0 < i < 4 else "left")
            for i, t in enumerate((title, "bytes", "from", "to", "known from"))
        ),
        rows=tuple(rows),
    )


def _unmeasured(terms: Sequence[Term]) -> Table:
    """By the symbol that leads to them."""
    by: dict[str, list[Term]] = {}
    for term in terms:
        by.setdefault(term.options[0] if term.options else "(always built)", []).append(term)
    ranked = sorted(by.items(), key=lambda item: (-sum(t.bytes.value for t in item[1]), item[0]))
    rows = [Row(cells=(say(name, "name"), say(f"{len(some):,}"), *cells(some))) for name, some in ranked[:MOST]]
    if rest := [term for _, some in ranked[MOST:] for term in some]:
        rows.append(Row(cells=(say(f"{len(ranked) - MOST:,} more", "missing"), say(f"{len(rest):,}"), *cells(rest))))
    return _table(("behind", "objects", "bytes", "from", "to"), rows)


def cells(terms: Sequence[Term]) -> tuple[Phrase, ...]:
    """The sum of terms: value, low, high."""
    return interval(total(term.bytes for term in terms))


def interval(size: Interval) -> tuple[Phrase, ...]:
    """Value, low, high; the ends are empty where it is exact."""
    ends = (f"{size.low:,}", f"{size.high:,}") if size.width else ("", "")
    return say(f"{size.value:,}"), say(ends[0]), say(ends[1])


def _table(titles: Sequence[str], rows: Sequence[Row]) -> Table:
    return Table(
        columns=tuple(Column(title=t, align="right" if i else "left") for i, t in enumerate(titles)), rows=tuple(rows)
    )


def term_json(term: Term) -> Json:
    """`term` of common.json; classes are null where nobody knows them."""
    classes: Json = None
    if term.classes is not None:
        classes = [{"class": kind, "bytes": size} for kind, size in term.classes.items()]
    return {
        "label": term.label,
        "provenance": term.provenance,
        "bytes": interval_json(term.bytes),
        "classes": classes,
        "differing": list(term.differing),
        "options": list(term.options),
    }


def _data(found: Estimate, label: str) -> dict[str, Json]:
    near = found.neighbour
    return {
        "config": label,
        "tree": found.origin.tree,
        "arch": found.origin.arch,
        "compiler": found.origin.compiler,
        "content": interval_json(found.total),
        "loaded": interval_json(found.loaded) if found.loaded else None,
        "boot": interval_json(found.boot) if found.boot else None,
        "limits": found.limits,
        "source": found.source,
        "builds": found.builds,
        "nearest": _neighbour_json(near) if near else None,
        "provenances": [
            {
                "provenance": name,
                "objects": len(found.those(name)),
                "bytes": interval_json(total(t.bytes for t in found.those(name))),
            }
            for name in get_args(Provenance)
        ],
        "classes": [{"class": kind, "bytes": size} for kind, size in found.classes.items()],
        "objects": [term_json(term) for term in found.objects],
        "tables": [term_json(term) for term in found.tables],
    }


def _neighbour_json(near: Neighbour) -> Json:
    return {
        "content": near.content,
        "differing": [{"symbol": n, "there": there, "here": here} for n, there, here in near.differing],
    }

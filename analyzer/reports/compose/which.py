"""Composes the report of `kweigh which`: what builds a file, or what an option builds.

Enters: a `Which`. Leaves: a `Report` (`kweigh.which/1`). Must hold: what it tells to set are lines for a .config; of
long lists the data has all.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from analyzer.model.analysis import is_on
from analyzer.model.report import (
    Block,
    Code,
    Column,
    Heading,
    Item,
    Json,
    Outline,
    Paragraph,
    Phrase,
    Records,
    Report,
    Row,
    Span,
    Table,
)
from analyzer.reports.words.commands import command
from analyzer.reports.words.forms import config_json, location_json
from analyzer.reports.words.phrases import at, counted, joined, say, value

if TYPE_CHECKING:
    from analyzer.model.build import Step
    from analyzer.model.which import Listed, Use, Which

_LIST = re.compile(r"[\w-]+-(?:[ym]|objs|\$\(.*\))")
"""Lists of objects and folders, as against variables that these refer to."""
_TARGETS = 3
_WORDS = 8
_LINES = 12


def which(found: Which, *, whole: bool = False) -> Report:
    """The report; with `whole` no list is cut."""
    where = f"{found.config.source.name} on {found.config.tree.label}"
    symbol = found.kind == "symbol"
    title = f"What {found.question} builds" if symbol else f"What builds {found.question}"
    blocks = _of_symbol(found, whole=whole) if symbol else _of_file(found, whole=whole)
    return Report(
        schema="kweigh.which/1",
        title=f"{title} ({where})",
        blocks=tuple(blocks),
        data={
            "config": config_json(found.config),
            "question": found.question,
            "kind": found.kind,
            "uses": [_use_json(found, use) for use in found.uses],
            "lines": [
                {
                    "line": _step_json(line.step),
                    "words": list(line.words),
                    "modules": list(line.targets),
                    "built": line.built,
                }
                for line in found.lines
            ],
            "fragment": list(_fragment(found, found.uses)),
            "mentions": [{"location": location_json(place), "text": text} for place, text in found.mentions],
            "elsewhere": list(found.elsewhere),
            "undefined": [{"symbol": name, "files": list(homes)} for name, homes in found.undefined.items()],
        },
        records=_records(found),
    )


def _of_file(found: Which, *, whole: bool) -> Iterator[Block]:
    if not found.uses:
        yield from _nothing(found)
        return
    by_target = [(target, list(uses)) for target, uses in groupby(sorted(found.uses, key=_order), key=_order)]
    for (_, target), uses in by_target if whole else by_target[:_TARGETS]:
        yield from _target(found, target, uses, whole=whole)
    if len(by_target) > _TARGETS and not whole:
        yield Paragraph(phrase=say(f"… and {len(by_target) - _TARGETS:,} more (--all shows them).", "missing"))
    lines = tuple(_fragment(found, found.uses))
    if any(use.built for use in found.uses):
        return
    if not lines:
        lacking = dict.fromkeys(name for use in found.uses for name in _lacking(found, use))
        arch = found.config.tree.arch
        yield Paragraph(phrase=say(f"No config of {arch} builds it: nothing defines {', '.join(lacking)}.", "warn"))
    else:
        yield Heading(text="To build it")
        yield Code(text="\n".join(lines), language="kconfig")
        names = (line.removeprefix("CONFIG_") for line in lines)
        yield Paragraph(phrase=(*say("What else that needs: "), command("enable", found.config, *names)))


def _order(use: Use) -> tuple[bool, str]:
    return not use.built, use.target


def _lacking(found: Which, use: Use) -> list[str]:
    """The symbols without which it cannot be built, and that nothing defines."""
    symbols = found.config.model.symbols
    return [group[0] for group in use.needs if not any(name in symbols for name in group)]


def _target(found: Which, target: str, uses: Sequence[Use], *, whole: bool) -> Iterator[Block]:
    first = uses[0]
    name = found.config.source.name
    modular = target.endswith(".ko")
    what = posixpath.basename(first.one.path) if len(uses) == 1 else counted(len(uses), "object")
    phrase: list[Span] = [
        Span(what, "name"),
        Span(" of " if modular else " go into " if len(uses) > 1 else " goes into "),
    ]
    phrase += [Span(target, "name"), Span(f"; {name} ")]
    number = sum(use.built for use in uses)
    if not number:
        phrase.append(Span("does not build it" if len(uses) == 1 else "builds none", "off"))
    else:
        goal = "as a module" if _value(found, first) == "m" and modular else "into vmlinux"
        phrase.append(Span(f"builds {'it' if len(uses) == 1 else f'{number} of them'} {goal}", "on"))
    yield Paragraph(phrase=(*phrase, Span(":")))
    yield _options(found, _common(uses))
    steps = [step for step in first.one.because if whole or _LIST.fullmatch(step.variable)]
    yield Outline(items=tuple(Item(0, _line(step)) for step in steps))
    if len(uses) > 1:
        common = _common(uses)
        rows = [_part(use, common) for use in (uses if whole else uses[:_LINES])]
        yield Outline(items=tuple(Item(0, row) for row in rows))
        if len(uses) > _LINES and not whole:
            yield Paragraph(phrase=say(f"… and {len(uses) - _LINES:,} more (--all shows them).", "missing"))


def _common(uses: Sequence[Use]) -> tuple[tuple[str, ...], ...]:
    """What all of them need."""
    return tuple(group for group in uses[0].needs if all(group in use.needs for use in uses))


def _part(use: Use, common: Sequence[tuple[str, ...]]) -> Phrase:
    more = [" or ".join(group) for group in use.needs if group not in common]
    asks = f" where {' and '.join(more)}" if more else ""
    return (Span(use.one.path, "name" if use.built else "off"), Span(asks), *at(use.one.where))


def _value(found: Which, use: Use) -> str:
    """What the last symbol asked is in the config at hand."""
    values = [found.config.values.get(name, "n") for group in use.needs for name in group]
    return "m" if "m" in values else "y"


def _options(found: Which, needs: Sequence[tuple[str, ...]]) -> Block:
    if not needs:
        return Paragraph(phrase=say("No line asks for an option: it is built always."))
    rows = [Row(cells=_option(found, group)) for group in needs]
    return Table(columns=(Column(title="option"), Column(title="now"), Column(title="prompt")), rows=tuple(rows))


def _option(found: Which, group: Sequence[str]) -> tuple[Phrase, Phrase, Phrase]:
    on = [name for name in group if is_on(found.config.values.get(name, "n"))]
    shown = on[0] if on else group[0]
    others = f" or {' or '.join(n for n in group[:3] if n != shown)}" if len(group) > 1 else ""
    symbol = found.config.model.symbols.get(shown)
    if symbol is None:
        homes = found.undefined.get(shown, ())
        where = f"no Kconfig entry here; {homes[0]} has one" if homes else "no Kconfig entry defines it"
        return (Span(shown, "name"), Span(others)), say("-", "missing"), say(where, "missing")
    prompt = say(f'"{symbol.prompt}"') if symbol.prompt else say("no prompt: selected or default", "missing")
    return (Span(shown, "name"), Span(others)), (value(found.config.values[shown]),), prompt + at(symbol.location)


def _line(step: Step) -> Phrase:
    inside = "".join(f", inside {guard.text}" for guard in step.guards)
    more = f", or {counted(len(step.also), 'other line')}" if step.also else ""
    return (Span(f"{step.variable} += {step.word}"), *at(step.where), Span(inside + more))


def _fragment(found: Which, uses: Sequence[Use]) -> Iterator[str]:
    """Lines for a .config that turn on what is off of what the first use asks that can be at all."""
    values, symbols = found.config.values, found.config.model.symbols
    use = next((use for use in uses if not _lacking(found, use)), None)
    for group in use.needs if use is not None else ():
        known = [name for name in group if name in symbols]
        if not any(is_on(values[name]) for name in known):
            modular = symbols[known[0]].type == "tristate" and use is not None and use.target.endswith(".ko")
            yield f"CONFIG_{known[0]}={'m' if modular else 'y'}"


def _nothing(found: Which) -> Iterator[Block]:
    arch = found.config.tree.arch
    yield Paragraph(phrase=say(f"No list of vmlinux or of a module has {found.question} on {arch}.", "missing"))
    if found.elsewhere:
        ways = ", ".join(f"--arch {one}" for one in found.elsewhere)
        yield Paragraph(phrase=say(f"Makefiles of other architectures lead to it: {ways}"))
    if found.mentions:
        yield Heading(text="Lines that name it (boot images, host programs, sources that include it)")
        yield Outline(items=tuple(Item(0, (Span(text), *at(place))) for place, text in found.mentions))


def _of_symbol(found: Which, *, whole: bool) -> Iterator[Block]:
    symbol = found.config.model.symbols.get(found.question)
    if symbol is None:
        yield Paragraph(phrase=say(f"No Kconfig entry here defines {found.question}.", "missing"))
    else:
        prompt = f' "{symbol.prompt}"' if symbol.prompt else ", without a prompt"
        shown = value(found.config.values[symbol.name])
        kind = say(f"{symbol.type}{prompt}")
        yield Paragraph(
            phrase=(*kind, *at(symbol.location), Span(": "), shown, Span(f" in {found.config.source.name}"))
        )
    if not found.lines:
        yield Paragraph(phrase=say("No makefile line asks for it: it builds no object of its own."))
        return
    modules = sorted({module for line in found.lines if _direct(line, found.question) for module in line.targets})
    if modules:
        names = [posixpath.basename(module) for module in modules]
        cut = names if whole else names[:_WORDS]
        more = f" and {len(names) - len(cut)} more" if len(cut) < len(names) else ""
        yield Paragraph(phrase=(Span("modules: "), Span(" ".join(cut), "name"), Span(more)))
    rows = [_listed(line, whole=whole) for line in (found.lines if whole else found.lines[:_LINES])]
    columns = (Column(title="builds"), Column(title="line"))
    yield Table(columns=columns, rows=tuple(rows), stack=1)
    if len(found.lines) > _LINES and not whole:
        yield Paragraph(phrase=say(f"… and {len(found.lines) - _LINES:,} more lines (--all shows them).", "missing"))


def _direct(line: Listed, symbol: str) -> bool:
    """Whether the line makes modules by this symbol, not folders or parts of them."""
    return line.step.variable == f"obj-$(CONFIG_{symbol})" and all(word.endswith(".o") for word in line.words)


def _listed(line: Listed, *, whole: bool) -> Row:
    shown = line.words if whole else line.words[:_WORDS]
    more = say(f" and {len(line.words) - len(shown)} more") if len(shown) < len(line.words) else ()
    words = joined([say(word, "name") for word in shown], " ") + more
    inside = "".join(f", inside {guard.text}" for guard in line.step.guards)
    return Row(cells=(words, (Span(line.step.variable), *at(line.step.where), Span(inside))))


def _use_json(found: Which, use: Use) -> Json:
    return {
        "object": use.one.path,
        "goal": use.one.goal,
        "target": use.target,
        "built": use.built,
        "needs": [
            [
                {
                    "symbol": name,
                    "value": found.config.values.get(name),
                    "type": symbol.type if symbol else None,
                    "prompt": symbol.prompt if symbol else None,
                    "location": location_json(symbol.location) if symbol else None,
                }
                for name in group
                for symbol in [found.config.model.symbols.get(name)]
            ]
            for group in use.needs
        ],
        "because": [_step_json(step) for step in use.one.because],
    }


def _step_json(step: Step) -> Json:
    return {
        "location": location_json(step.where),
        "variable": step.variable,
        "word": step.word,
        "guards": [{"text": guard.text, "location": location_json(guard.where)} for guard in step.guards],
        "also": [location_json(other.where) for other in step.also],
    }


def _records(found: Which) -> Records:
    rows = [
        (use.one.path, use.target, str(use.built).lower(), " ".join("|".join(g) for g in use.needs), str(use.one.where))
        for use in found.uses
    ]
    rows += [
        (
            " ".join(line.words),
            " ".join(line.targets),
            str(line.built).lower(),
            line.step.variable,
            str(line.step.where),
        )
        for line in found.lines
    ]
    return Records(
        columns=("builds", "goes_into", "built", "asks", "place"),
        rows=tuple(rows),
        types=("text", "text", "boolean", "text", "text"),
    )

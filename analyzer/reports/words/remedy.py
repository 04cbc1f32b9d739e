"""Says what a remedy does, for the reports that have one.

Enters: a `Remedy` and the config that it is for. Leaves: phrases, and the remedy as a fragment. Must hold: the fragment
is what merge_config.sh takes as it is: its comments name no symbol with the prefix, for the script looks for such names
in comments, too.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from typing import TYPE_CHECKING

from analyzer.model.doctor import FIX
from analyzer.model.expr import Expr, Location, Ref, names
from analyzer.model.graph import spoken
from analyzer.model.neutral import neutral
from analyzer.model.report import Block, Item, Paragraph
from analyzer.reports.words import gains
from analyzer.reports.words.phrases import at, needed, plain, say

if TYPE_CHECKING:
    from analyzer.model.config import ResolvedConfig
    from analyzer.model.doctor import Contradiction, Remedy
    from analyzer.model.graph import ProposedValue
    from analyzer.model.known import Missing
    from analyzer.model.report import Phrase


_NAMED = 3
_FRAME = re.compile(r"\{ (.*); \} >/dev/null 2>&1 && echo \"[ny]\" \|\| echo \"[ny]\"", re.DOTALL)


def counted(number: int, one: str, many: str = "") -> str:
    """`1 line`, `3 lines`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def assignment_line(config: ResolvedConfig, name: str, value: str) -> str:
    """The line of a config file that sets `name` to `value`, which is not quoted."""
    symbol = config.model.symbols.get(name)
    if (symbol is None or symbol.is_tristate_valued) and value == "n":
        return f"# CONFIG_{name} is not set"
    if symbol is not None and symbol.type == "string":
        value = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"CONFIG_{name}={value}"


def effect(remedy: Remedy) -> str:
    """What the remedy costs: other symbols that change, bytes where they are known, requested lines that are lost."""
    text = f"resolved again; {counted(len(remedy.changes), 'other symbol changes', 'other symbols change')}"
    if remedy.resorts:
        more = len(remedy.resorts) - _NAMED
        named = ", ".join(remedy.resorts[:_NAMED]) + (f" and {more} more for tests or debugging" if more > 0 else "")
        text += f"; no way around {named} was found"
    text += f"; {gains.told(remedy.gain)}" if remedy.gain else ""
    if not remedy.loses:
        return text
    lines, are = ("lines", "are") if len(remedy.loses) > 1 else ("line", "is")
    return f"{text}; the {lines} for {', '.join(remedy.loses)} {are} lost with it"


def unweighed(missing: Missing | None) -> Iterator[Block]:
    """How to learn what a remedy weighs, where nobody has measured it."""
    if missing is not None:
        where = say(f" ({FIX}: a file with these lines)", "missing") if f"+{FIX}" in missing.command else ()
        yield Paragraph(phrase=say("Bytes not measured: ", "missing") + needed(missing) + where)


def contradiction_items(found: Contradiction, depth: int) -> Iterator[Item]:
    """What does not go together, below it the lines, and what the toolchain was asked."""
    yield Item(depth, say(found.text, "warn"))
    for text, location in found.steps:
        yield Item(depth + 1, say(text) + (at(location) if location is not None else ()))
    for answer in found.answers:
        yield Item(depth + 1, say(f"{answer.macro} answered {answer.text}; asked: {asked(answer.command)}"))


def asked(command: str) -> str:
    """The command behind an answer, without the frame that the tree's $(success,…) puts around it."""
    framed = _FRAME.fullmatch(command)
    return framed[1] if framed else command


def not_with(config: ResolvedConfig) -> str:
    """That the toolchain stands in the way, and no line of the tree."""
    return f"Not with this toolchain, {config.tree.toolchain.identity}; with one that answers otherwise it may be had"


def fragment(config: ResolvedConfig, remedy: Remedy) -> str:
    """The remedy as the text of a fragment, every line with its reason."""
    wishes = ", ".join(f"{name}={value}" for name, value in remedy.wishes)
    lines = [f"# {wishes} on {config.source.name}, {config.tree.label}"]
    match remedy.status:
        case "verified" if not remedy.assignments:
            lines.append("# The config has it already; nothing to set.")
        case "verified":
            lines.append(f"# {effect(remedy)[0].upper()}{effect(remedy)[1:]}.")
            lines += [f"# Bytes: {remedy.gain.rests}"] if remedy.gain else []
        case "toolchain":
            lines.append(f"# {not_with(config)}.")
        case "impossible":
            lines.append("# Impossible: no config of this tree and architecture has it.")
        case "not found":
            lines.append("# No config was found that has it, though there may be one.")
    if remedy.contradiction is not None:
        items = contradiction_items(remedy.contradiction, 0)
        lines += [f"# {'  ' * item.depth}{plain(item.phrase)}" for item in items]
    lines = [neutral(line) for line in lines]
    for assignment in remedy.assignments:
        lines.append(neutral(f"# {plain(reason(config, remedy, assignment))}"))
        lines.append(assignment_line(config, assignment.name, assignment.value))
    return "".join(f"{line}\n" for line in lines)


def reason(config: ResolvedConfig, remedy: Remedy, assignment: ProposedValue) -> Phrase:
    """Why a remedy sets a symbol: it is what was wished for, or a line that another of its symbols stands under."""
    was = say(f"{assignment.name} was {assignment.current or 'not there'}")
    if assignment.name in dict(remedy.wishes):
        return was + say("; wished for") + at(assignment.location)
    for pick in remedy.picks:
        if pick.name == assignment.name:
            why = "as was said" if pick.why == "named" else pick.why
            return was + say(f"; picked instead of {pick.gone}: {why}") + at(pick.location or assignment.location)
    wishes = [name for name, _ in remedy.wishes]
    changing = {*(one.name for one in remedy.assignments), *(one.name for one in remedy.changes), *wishes}
    # What stays as it is passes nothing on; where no such way is found, the line is at least near.
    found = _line_to(config, wishes, assignment.name, changing) or _line_to(
        config, wishes, assignment.name, config.model.symbols
    )
    if found is None:
        return was + say("; others of these need it") + at(assignment.location)
    return was + say(f"; {found[0]}") + at(found[1])


def _line_to(
    config: ResolvedConfig, starts: Iterable[str], name: str, within: Container[str]
) -> tuple[str, Location] | None:
    """The nearest line that names `name` among those that `starts` stand under, and those that these lines name, as
    far as they are `within`."""
    waiting = list(starts)
    seen = set(waiting)
    for current in waiting:
        for text, location, expr in _lines(config, current):
            mentioned = dict.fromkeys(names(expr))
            if name in mentioned:
                return f"{spoken(current)} {text}", location
            known = (other for other in mentioned if other in config.model.choices or other in config.model.symbols)
            new = [other for other in known if other not in seen and (other in within or other in config.model.choices)]
            seen.update(new)
            waiting.extend(new)
    return None


def _lines(config: ResolvedConfig, name: str) -> Iterator[tuple[str, Location, Expr]]:
    """What the definitions and prompts of a symbol or choice stand under, and who selects it."""
    entry = config.model.symbols.get(name) or config.model.choices[name]
    for definition in entry.definitions:
        for dependency in (*definition.dependencies, *definition.visibility):
            yield "depends on it", dependency.location, dependency.expr
        if definition.prompt is not None:
            yield "has a prompt only with it", definition.prompt.location, definition.prompt.condition
    for source, _, line in config.model.selectors().get(name, ()):
        yield "is selected by it", line.location, Ref(source.name)

"""Faults for any config: what may happen in one, what can happen in none, and names that nothing defines.

Enters: an open tree. Leaves: `Linted`. Must hold: a fault that some config has comes with one that was resolved; what
no config has is so for every toolchain, and whatever the Kconfig files of other architectures say.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from itertools import chain

from analyzer import trees
from analyzer.configs.questions import Questions
from analyzer.configs.satisfy import UNDECIDED, Prover, Satisfier
from analyzer.model.config import ConfigSource
from analyzer.model.expr import Location, names, show
from analyzer.model.kconfig import Choice, Default, Definition, Line, Symbol
from analyzer.model.lint import Fault, FaultKind, Linted
from analyzer.pipeline.commands.lint_names import unknown
from analyzer.pipeline.opening import OpenTree, Progress, silent
from analyzer.trees.mentions import Mentions

Step = Callable[[OpenTree, dict[FaultKind, int]], Iterator[Fault | str]]
"""Looks for some kinds of faults: gives them, and names what it could not decide."""
_WITNESS = "witness"


def lint(opened: OpenTree, progress: Progress = silent) -> Linted:
    """All faults of the tree as its architecture sees it, in the order of their kinds and files."""
    said = trees.mentions(opened.tree.root)
    steps: tuple[Step, ...] = (_happening, partial(_impossible, said), partial(unknown, said))
    faults: list[Fault] = []
    undecided: list[str] = []
    counts: dict[FaultKind, int] = {}
    for number, step in enumerate(steps):
        progress(f"looking for faults: {opened.tree.label}", number, len(steps))
        for found in step(opened, counts):
            if isinstance(found, Fault):
                faults.append(found)
            else:
                undecided.append(found)
    progress("looked for faults", len(steps), len(steps))
    return Linted(
        tree=opened.tree.label,
        arch=opened.tree.arch,
        faults=tuple(faults),
        counts=counts,
        undecided=tuple(undecided),
    )


def _happening(opened: OpenTree, counts: dict[FaultKind, int]) -> Iterator[Fault | str]:
    """What some config has: selects against dependencies or without effect, choices without a member."""
    model = opened.model
    lines = [line for rows in model.selectors().values() for line in rows]
    choices = tuple(model.choices.values())
    counts["unmet-select"], counts["empty-choice"] = len(lines), len(choices)
    counts["member-select"] = sum(_of_member(opened, line) for line in lines)
    return happening(opened, lines, choices)


def happening(opened: OpenTree, lines: Sequence[Line], choices: Sequence[Choice]) -> Iterator[Fault | str]:
    """Which of these selects some config has against dependencies or without effect, and which of these choices without
    a member; of what could not be decided, a name."""
    model = opened.model
    members = [line for line in lines if _of_member(opened, line)]
    questions = Questions(model)
    asked: list[tuple[int, Callable[[ConfigSource], Fault], str]] = [
        *((questions.forces(line), partial(_unmet, opened, line), _select(line)) for line in lines),
        *((questions.passed_over(line), partial(_passed_over, opened, line), _select(line)) for line in members),
        *((questions.empty(one), partial(_empty, one), f"the choice at {one.location}") for one in choices),
    ]
    program, slots = questions.compiled([gate for gate, _, _ in asked])
    satisfier = Satisfier(model, program)
    possible = satisfier.possible(slots)
    for (_, fault, what), slot in zip(asked, slots, strict=True):
        if slot in possible:
            witness = satisfier.source(slot, _WITNESS)
            if isinstance(witness, ConfigSource):
                yield fault(witness)
            elif witness is UNDECIDED:
                yield what


def _of_member(opened: OpenTree, line: Line) -> bool:
    target = opened.model.symbols.get(line[2].target)
    return target is not None and target.choice is not None


def _select(line: Line) -> str:
    return f"{line[0].name} selects {line[2].target} at {line[2].location}"


def _unmet(opened: OpenTree, line: Line, witness: ConfigSource) -> Fault:
    selector, _, select = line
    target = opened.model.symbols[select.target]
    config = opened.resolved(witness)
    against = [
        (f"{target.name} depends on {show(dependency.expr)}", dependency.location)
        for definition in target.definitions
        for dependency in definition.dependencies
        if config.value(dependency.expr) < config.tristate(selector.name)
    ]
    return Fault(
        kind="unmet-select",
        name=target.name,
        text=f"{selector.name} selects {target.name}, whose dependencies may not be met",
        location=select.location,
        lines=tuple(against),
        witness=_written(witness),
    )


def _passed_over(opened: OpenTree, line: Line, witness: ConfigSource) -> Fault:
    selector, _, select = line
    target = opened.model.symbols[select.target]
    assert target.choice is not None
    choice = opened.model.choices[target.choice]
    config = opened.resolved(witness)
    picked = next((name for name in choice.members if config.tristate(name)), None)
    return Fault(
        kind="member-select",
        name=target.name,
        text=f"{selector.name} selects {target.name}, which may stay off: it is a choice's member",
        location=select.location,
        lines=((f"the choice gives {picked}" if picked else "none of the choice is on", choice.location),),
        witness=_written(witness),
    )


def _empty(choice: Choice, witness: ConfigSource) -> Fault:
    return Fault(
        kind="empty-choice",
        name=choice.key,
        text="the choice shows and none of its members does",
        location=choice.location,
        witness=_written(witness),
    )


def _written(source: ConfigSource) -> tuple[str, ...]:
    return tuple(one.line for one in source.assignments)


def _impossible(said: Mentions, opened: OpenTree, counts: dict[FaultKind, int]) -> Iterator[Fault | str]:
    """What no config has: symbols that are never on, defaults that never count."""
    model = opened.model
    foreign = _foreign(opened, said)
    own = frozenset(path for path in model.files if f"/arch/{opened.tree.srcarch}/" in f"/{path}")
    # What this architecture says of a symbol no other has to say: there it may be undefined.
    local = {name for name, one in model.symbols.items() if any(d.location.path in own for d in one.definitions)}
    switches = [name for name, symbol in model.symbols.items() if symbol.is_tristate_valued and name not in foreign]
    never = _never(opened, foreign | local, switches)
    # What only follows from another symbol that is never on is no fault of its own.
    questions = Questions(model, lenient=True, free=foreign | local | never)
    roots = [name for name in switches if name in never]
    defaults = [(symbol, *found) for symbol in model.symbols.values() for found in questions.taken(symbol, own)]
    program, slots = questions.compiled([*(questions.on(name) for name in roots), *(gate for *_, gate in defaults)])
    possible = Satisfier(model, program).possible(slot for slot in slots if slot > 1)
    counts["never-on"], counts["default-never-taken"] = len(switches), len(defaults)
    prover = Prover(program)
    for name, slot in zip(roots, slots[: len(roots)], strict=True):
        if slot != 1 and slot not in possible:
            yield _never_on(opened, name, prover.lines_of(slot) if slot else ())
    for (symbol, definition, default, _), slot in zip(defaults, slots[len(roots) :], strict=True):
        if slot != 1 and slot not in possible and symbol.name not in never:
            yield _never_taken(symbol, definition, default)


def _never(opened: OpenTree, foreign: Collection[str], switches: Sequence[str]) -> frozenset[str]:
    questions = Questions(opened.model, lenient=True, free=foreign)
    program, slots = questions.compiled([questions.on(name) for name in switches])
    possible = Satisfier(opened.model, program).possible(slot for slot in slots if slot > 1)
    return frozenset(name for name, slot in zip(switches, slots, strict=True) if slot != 1 and slot not in possible)


def _foreign(opened: OpenTree, said: Mentions) -> frozenset[str]:
    """Symbols that Kconfig files which this architecture does not read define, select or imply as well."""
    mine = frozenset(opened.model.files)
    return frozenset(
        name
        for name, paths in chain(said.entries.items(), said.asked.items())
        if name in opened.model.symbols and not mine.issuperset(paths)
    )


def _never_on(opened: OpenTree, name: str, needed: Collection[str]) -> Fault:
    model = opened.model
    symbol = model.symbols[name]
    setters = (*model.selectors().get(name, ()), *model.impliers().get(name, ()))
    # Where nothing sets it, its dependencies are not what keeps it off.
    among: tuple[str, ...] = ()
    if not setters and not any(d.prompt or d.defaults for d in symbol.definitions):
        text = "it has no prompt and no default, and nothing selects it"
    elif not setters and not symbol.prompt:
        text = "it has no prompt, nothing selects it, and no default ever turns it on"
    else:
        text, among = "its lines can never hold together", (name, *needed)
    return Fault(
        kind="never-on",
        name=name,
        text=f"no config has {name} on: {text}",
        location=symbol.location,
        lines=tuple(chain.from_iterable(_lines(opened, one, among) for one in among)),
    )


def _lines(opened: OpenTree, name: str, among: Collection[str]) -> Iterator[tuple[str, Location]]:
    """The lines of a symbol that say something of those `among` which a proof stands, or all where it is alone."""
    for definition in opened.model.symbols[name].definitions:
        for dependency in definition.dependencies:
            if len(among) == 1 or not set(among).isdisjoint(names(dependency.expr)):
                yield f"{name} depends on {show(dependency.expr)}", dependency.location
    for selector, _, line in opened.model.selectors().get(name, ()):
        yield f"{selector.name} selects {name}", line.location


def _never_taken(symbol: Symbol, definition: Definition, default: Default) -> Fault:
    under = show(default.condition)
    suffix = f" if {under}" if under != "y" else ""
    earlier = [
        (f"{one.word} {show(one.value)} if {show(one.condition)}".removesuffix(" if y"), one.location)
        for other in symbol.definitions
        for one in other.defaults
        if one is not default
    ]
    return Fault(
        kind="default-never-taken",
        name=symbol.name,
        text=f"no config takes this default of {symbol.name}: {default.word} {show(default.value)}{suffix}",
        location=default.location,
        lines=(
            *((f"{symbol.name} depends on {show(one.expr)}", one.location) for one in definition.dependencies),
            *earlier[:3],
        ),
    )

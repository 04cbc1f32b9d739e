"""What users set, as input planes.

Enters: a Program, the model, one ConfigSource per lane. Leaves: `Answers`. Must hold: a value counts exactly when
conf_set_sym_val() of scripts/kconfig/confdata.c takes it, and choices see the order of the lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from analyzer.configs.program import ChoiceInput, Program
from analyzer.model.config import Assignment, ConfigSource, Fill
from analyzer.model.kconfig import ChoiceRules, KconfigModel, Symbol

_INT = re.compile(r"-?(?:0|[1-9][0-9]*)", re.ASCII)
_HEX = re.compile(r"(?:0[xX])?[0-9a-fA-F]+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The inputs of a run.

    `planes` are the input planes of the circuit, in order; `ones` has a bit for every lane. `texts` gives, per int, hex
    or string symbol, each text set and the lanes that set it. `orders` gives, per choice, the members that lanes
    answered, the last answered first. `checked` are the lanes whose numbers are dropped when they are out of range
    (conf_read() up to 6.10).
    """

    planes: tuple[int, ...]
    ones: int
    texts: Mapping[str, tuple[tuple[str, int], ...]]
    orders: Mapping[str, tuple[tuple[tuple[str, ...], int], ...]]
    checked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A source's assignments as conf takes them: the last of each name, unquoted, in the order of the lines.

    `ignored` name symbols that the tree does not define, `rejected` have a value that the type does not allow.
    """

    values: Mapping[str, tuple[str, Assignment]]
    ignored: tuple[Assignment, ...]
    rejected: tuple[Assignment, ...]


def accept(model: KconfigModel, assignments: Iterable[Assignment]) -> Accepted:
    """Sort `assignments` into those that count and those that do not."""
    values: dict[str, tuple[str, Assignment]] = {}
    ignored: list[Assignment] = []
    rejected: list[Assignment] = []
    for assignment in assignments:
        symbol = model.symbols.get(assignment.name)
        if symbol is None:
            ignored.append(assignment)
            continue
        value = parse_value(symbol, assignment.value)
        if value is None:
            rejected.append(assignment)
            continue
        # Reinserted, so that the order is that of the last answers.
        values.pop(assignment.name, None)
        values[assignment.name] = (value, assignment)
    return Accepted(values=values, ignored=tuple(ignored), rejected=tuple(rejected))


def laid_over(lines: tuple[Assignment, ...], over: tuple[Assignment, ...]) -> tuple[Assignment, ...]:
    """What scripts/kconfig/merge_config.sh makes: `lines` without those that `over` names, then `over`."""
    named = {assignment.name for assignment in over}
    return (*(a for a in lines if a.name not in named), *over)


def laid_over_builtin(lines: tuple[Assignment, ...], over: tuple[Assignment, ...]) -> tuple[Assignment, ...]:
    """The same with -y, file by file: what is y in the lines before stays so where a file has m."""
    for _, file in groupby(over, lambda line: line.location.path):
        group = tuple(file)
        before, there = ({a.name: a.value for a in of} for of in (lines, group))
        stays = {name for name, value in there.items() if value == "m" and before.get(name) == "y"}
        lines = laid_over(lines, tuple(a for a in group if a.name not in stays))
    return lines


def parse_value(symbol: Symbol, written: str) -> str | None:
    """The value that `written` (what stands behind the `=`) gives a symbol; None when conf does not take it."""
    match symbol.type:
        case "bool" | "tristate":
            # Only the first letter counts.
            letter = written[:1]
            return letter if letter in ("y", "n") or (letter == "m" and symbol.type == "tristate") else None
        case "int":
            return written if _INT.fullmatch(written) else None
        case "hex":
            return written if _HEX.fullmatch(written) else None
        case "string":
            return _unquote(written)
        case "unknown":
            return None


def _unquote(written: str) -> str | None:
    if not written.startswith('"'):
        return None
    text: list[str] = []
    rest = iter(written[1:])
    for char in rest:
        if char == '"':
            return "".join(text)
        text.append(next(rest, "") if char == "\\" else char)
    return None


def prepare(program: Program, model: KconfigModel, lanes: Sequence[tuple[ConfigSource, Accepted]]) -> Answers:
    """The inputs for one lane per source."""
    ones = (1 << len(lanes)) - 1
    planes = [0] * program.circuit.inputs
    texts: dict[str, dict[str, int]] = {}
    orders: dict[str, dict[tuple[str, ...], int]] = {}
    checked = 0
    legacy = model.dialect.choices is ChoiceRules.SYMBOL
    for lane, (source, accepted) in enumerate(lanes):
        bit = 1 << lane
        if source.way == "config":
            checked |= bit
        _fill(program, model, source, planes, bit)
        for name, (value, _) in accepted.values.items():
            symbol = model.symbols[name]
            if not symbol.is_tristate_valued:
                texts.setdefault(name, {}).setdefault(value, 0)
                texts[name][value] |= bit
            elif name in program.inputs:
                given = program.inputs[name]
                _set(planes, given.assigned, bit, on=True)
                _set(planes, given.lo, bit, on=value != "n")
                if given.hi != given.lo:
                    _set(planes, given.hi, bit, on=value == "y")
        if legacy:
            _legacy_choices(program, model, source, planes, bit)
        else:
            _orders(model, accepted, orders, bit)
    return Answers(
        planes=tuple(planes),
        ones=ones,
        texts={name: tuple(found.items()) for name, found in texts.items()},
        orders={key: tuple(found.items()) for key, found in orders.items()},
        checked=checked,
    )


def _set(planes: list[int], slot: int, bit: int, *, on: bool) -> None:
    # Slots 0 and 1 are the constants, the inputs follow.
    planes[slot - 2] = planes[slot - 2] | bit if on else planes[slot - 2] & ~bit


def _fill(program: Program, model: KconfigModel, source: ConfigSource, planes: list[int], bit: int) -> None:
    """conf_set_all_new_symbols() of scripts/kconfig/conf.c: the target's answer to everything that has no value."""
    if source.fill == "default":
        return
    legacy = model.dialect.choices is ChoiceRules.SYMBOL
    for given in program.inputs.values():
        if given.in_choice and not legacy:
            continue
        answer = "y" if source.fill == "n" and given.allnoconfig_y else source.fill
        _set(planes, given.assigned, bit, on=True)
        _set(planes, given.lo, bit, on=answer != "n")
        if given.hi != given.lo:
            _set(planes, given.hi, bit, on=answer == "y")
    if not source.assignments and not source.files:
        # A file, once read, makes every choice count as answered.
        for choice in program.choice_inputs.values():
            _answer_choice(planes, choice, source.fill, bit)


def _answer_choice(planes: list[int], choice: ChoiceInput, answer: Fill, bit: int) -> None:
    _set(planes, choice.lo, bit, on=answer != "n")
    if choice.hi != choice.lo:
        _set(planes, choice.hi, bit, on=answer == "y")


def _legacy_choices(program: Program, model: KconfigModel, source: ConfigSource, planes: list[int], bit: int) -> None:
    """conf_read_simple() up to 6.10: the last member set to y is the pick, and the choice is as high as any member
    was. An m after a y ("creates inconsistent choice state") leaves the choice unanswered, for the target to fill."""
    at_y: set[str] = set()
    inconsistent: set[str] = set()
    for assignment in source.assignments:
        symbol = model.symbols.get(assignment.name)
        if symbol is None or symbol.choice is None:
            continue
        value = parse_value(symbol, assignment.value)
        if (choice := program.choice_inputs.get(symbol.choice)) is None:
            # The program is of other symbols.
            continue
        if value == "y":
            at_y.add(symbol.choice)
            for name, slot in choice.picks.items():
                _set(planes, slot, bit, on=name == assignment.name)
            _set(planes, choice.hi, bit, on=True)
        if value in ("m", "y"):
            _set(planes, choice.lo, bit, on=True)
        if value == "m" and symbol.choice in at_y:
            inconsistent.add(symbol.choice)
    if source.fill != "default":
        for key in inconsistent:
            _answer_choice(planes, program.choice_inputs[key], source.fill, bit)


def _orders(model: KconfigModel, accepted: Accepted, orders: dict[str, dict[tuple[str, ...], int]], bit: int) -> None:
    """conf_read_simple() from 6.11 on moves every member that is answered to the head of its choice."""
    answered: dict[str, list[str]] = {}
    for name in accepted.values:
        choice = model.symbols[name].choice
        if choice is not None:
            answered.setdefault(choice, []).insert(0, name)
    for key, names in answered.items():
        order = tuple(names)
        found = orders.setdefault(key, {})
        found[order] = found.get(order, 0) | bit

"""What is to be said of one line, besides its verdict.

Enters: a config onto which fragments were merged, and its lines. Leaves: `Remark` values: which line of the tree holds
the value below what was asked, what to write instead, and what the tree's own conf and merge_config.sh say. Must hold:
a line of the tree is named only where it holds in this config; what conf is said to warn of it does warn of. Sources:
conf_set_sym_val() and conf_read_simple() of scripts/kconfig/confdata.c, scripts/kconfig/merge_config.sh.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from analyzer.deps.requirements import definition_states
from analyzer.model.config import ResolvedConfig
from analyzer.model.doctor import Remark, Request, Verdict
from analyzer.model.expr import Tristate, show
from analyzer.model.graph import spoken
from analyzer.model.kconfig import ChoiceRules, KconfigModel, Symbol

_NUMBER = {"int": re.compile(r"-?(?:0|[1-9]\d*)"), "hex": re.compile(r"(?:0[xX])?[0-9a-fA-F]+")}
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMMENT = re.compile(r"(?<=\S)\s+#.*")
_SETTERS = 4
Script = Literal["sed", "awk"]
"""How a tree's merge_config.sh compares lines: as they stand; or without comments, what is off as what is not there."""


def remarks_on(config: ResolvedConfig, request: Request, verdict: Verdict) -> Iterator[Remark]:
    """What is to be said of a line that names a symbol of the tree."""
    symbol = config.model.symbols[request.name]
    if verdict in {"changed", "dropped"}:
        if request.value is None:
            yield from _instead(symbol, request)
            if not any(d.prompt for d in symbol.definitions):
                yield _unset(config.model, symbol)
        else:
            yield from limits(config, symbol, request.value)
    if verdict in {"kept", "redundant"} and request.is_odd:
        yield Remark(by="kweigh", text=f"it is read as {request.value or 'empty'}")


def meant(symbol: Symbol, asked: str) -> str:
    """The value that was likely meant by one which the type does not take, as a .config has it; "" where nothing is."""
    if symbol.is_tristate_valued and asked[:1] in ("m", "1", "Y", "M", "t"):
        return "y" if asked[:1] != "M" or symbol.type == "bool" else "m"
    if symbol.is_tristate_valued and asked[:1] in ("0", "N", "f"):
        return "n"
    if symbol.type == "string":
        quoted = _QUOTED.match(asked)
        return quoted[0] if quoted else f'"{asked.split(" #", maxsplit=1)[0]}"'
    return _number(symbol.type, asked) if symbol.type in _NUMBER else ""


def _instead(symbol: Symbol, request: Request) -> Iterator[Remark]:
    """What to write where the type does not take the value."""
    asked, name = request.assignment.value, symbol.name
    if symbol.type == "unknown":
        return
    # A line for what has no prompt would set nothing.
    likely = meant(symbol, asked) if any(d.prompt for d in symbol.definitions) else ""
    write = f"# CONFIG_{name} is not set" if likely == "n" else f"CONFIG_{name}={likely}"
    yield Remark(
        by="kweigh",
        text=f"{name} is of type {symbol.type}, which takes no {asked}" + (f": write {write}" if likely else ""),
        location=symbol.location,
    )


def _number(type_: str, asked: str) -> str:
    """The number that a text holds before blanks or a comment, in quotes or in hex, as the type writes it."""
    word = asked.split("#", maxsplit=1)[0].strip().strip('"')
    if _NUMBER[type_].fullmatch(word):
        return word
    return str(int(word, 16)) if re.fullmatch("0[xX][0-9a-fA-F]{1,16}", word) else ""


def limits(config: ResolvedConfig, symbol: Symbol, value: str) -> Iterator[Remark]:
    """The lines that keep a value that was set from counting."""
    prompted = [d for d in symbol.definitions if d.prompt is not None]
    if not prompted:
        yield _unset(config.model, symbol)
        return
    want = Tristate.y if symbol.is_tristate_valued and value == "y" else Tristate.m
    states = [state for state in definition_states(config, symbol, want) if state.visible is not None]
    if any(state.visible is not None and state.visible >= want for state in states):
        return
    for state in states:
        for requirement in state.requirements:
            if not requirement.failures:
                continue
            shows = requirement.source in {"prompt", "visible if"} and state.value >= want
            if shows and requirement.value == Tristate.n:
                needs = " && ".join(dict.fromkeys(show(one.expr) for one in requirement.failures))
                text = f"what is set does not count, for the prompt does not show; it needs {needs}: {requirement.text}"
                waits = tuple(dict.fromkeys(mention.name for one in requirement.failures for mention in one.mentions))
                yield Remark(by="kweigh", text=text, location=requirement.location, waits=waits)
            elif requirement.value == Tristate.m:
                yield Remark(by="kweigh", text=f"at most m: {requirement.text}", location=requirement.location)


def _unset(model: KconfigModel, symbol: Symbol) -> Remark:
    text = f"it has no prompt, so no line sets it{_setters(model, symbol)}"
    return Remark(by="kweigh", text=text, location=symbol.location)


def _setters(model: KconfigModel, symbol: Symbol) -> str:
    """Which lines could turn on a symbol that no line sets: those of symbols that select it."""
    names = tuple(dict.fromkeys(other.name for other, _, _ in model.selectors().get(symbol.name, ())))
    if not names or not symbol.is_tristate_valued:
        return ""
    of = {model.symbols[name].choice for name in names}
    choice = of.pop() if len(of) == 1 else None
    first, more = ", ".join(names[:_SETTERS]), len(names) - _SETTERS
    named = f"{first} and {more:,} more" if more > 0 else " and ".join(first.rsplit(", ", maxsplit=1))
    members = f", of {spoken(choice)}," if choice is not None and len(names) > 1 else ""
    return f"; {named}{members} {'select' if len(names) > 1 else 'selects'} it"


def conf_remarks(config: ResolvedConfig, requests: Sequence[Request]) -> list[list[Remark]]:
    """What conf says of each line when it reads what was merged, in that order; of make's steps, one after another."""
    found: list[list[Remark]] = [[] for _ in requests]
    step: ResolvedConfig | None = config
    while step is not None and (step is config or step.source.merge is not None):
        own = {line.location.path for line in step.source.assignments}
        by_make = step.source.merge is not None and step.source.merge.by == "make"
        there = [n for n, one in enumerate(requests) if not by_make or one.assignment.location.path in own]
        for number, words_ in zip(there, _conf_remarks(step, [requests[n] for n in there]), strict=True):
            found[number] = words_
        step = step.base
    return found


def _conf_remarks(config: ResolvedConfig, requests: Sequence[Request]) -> list[list[Remark]]:
    found: list[list[Remark]] = [[] for _ in requests]
    merge = config.source.merge
    last_file = {request.name: request.assignment.location.path for request in requests}
    given: set[str] = set()
    choices = _of_base(config, last_file)
    for number, request in enumerate(requests):
        if merge is not None and merge.builtin and request.assignment.value == "m" and request.override is not None:
            found[number].append(Remark(by="merge_config.sh", text="-y passed, will not demote y to m"))
            continue
        name, symbol = request.name, config.model.symbols.get(request.name)
        # A later file's line takes the place of an earlier one's.
        if symbol is None or request.assignment.location.path != last_file[name]:
            continue
        if name in given:
            found[number].append(Remark(by="conf", text=f"override: reassigning to symbol {name}"))
        given.add(name)
        asked = request.assignment.value
        if request.value is None:
            found[number].extend(_invalid(symbol, asked))
        elif symbol.choice is not None and config.model.dialect.choices is ChoiceRules.SYMBOL:
            before = choices.get(symbol.choice, "n")
            if request.value == "y" and before != "n":
                found[number].append(Remark(by="conf", text=f"override: {name} changes choice state"))
            if request.value == "m" and before == "y":
                found[number].append(Remark(by="conf", text=f"{name} creates inconsistent choice state"))
            choices[symbol.choice] = max(before, request.value, key="nmy".index)
    return found


def _of_base(config: ResolvedConfig, replaced: Mapping[str, str]) -> dict[str, str]:
    """What conf makes of the choices by those lines of the base that no fragment has taken the place of."""
    found: dict[str, str] = {}
    for name, written in config.below.items():
        symbol = config.model.symbols.get(name)
        value = written[:1]
        if symbol is not None and symbol.choice is not None and name not in replaced and value in ("n", "m", "y"):
            found[symbol.choice] = max(found.get(symbol.choice, "n"), value, key="nmy".index)
    return found


def _invalid(symbol: Symbol, asked: str) -> Iterator[Remark]:
    if symbol.type == "string":
        # One without quotes is passed over without a word.
        if asked.startswith('"'):
            yield Remark(by="conf", text="invalid string found")
    elif symbol.type != "unknown":
        yield Remark(by="conf", text=f"symbol value '{asked}' invalid for {symbol.name}")


def script_remark(request: Request, script: Script) -> Remark | None:
    """What merge_config.sh says of a line that counts, when it holds it against the .config."""
    asked, final, name = request.line, request.final, f"CONFIG_{request.name}"
    if script == "sed":
        text = f"Value requested for {name} not in final .config"
        return Remark(by="merge_config.sh", text=text) if asked != final else None
    asked = _COMMENT.sub("", asked)
    off = asked.endswith(("=n", " is not set"))
    if asked == final or (off and not final) or (asked.endswith("=n") and final.endswith(" is not set")):
        return None
    text = f"WARNING: Value requested for {name} not in final .config" if not final else f"WARNING: {name} differs:"
    return Remark(by="merge_config.sh", text=text)

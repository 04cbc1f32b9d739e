"""Judges one rule of a policy.

Enters: a rule, the configs that it is about, a witness. Leaves: a `Verdict`. Must hold: what could not be resolved or
was not measured is found, never passed over; a name that none of the trees knows is an error with its line, for such a
rule could not fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NoReturn

from analyzer.errors import SourceError
from analyzer.model.analysis import is_on
from analyzer.model.expr import Location, Ref, Tristate, all_of, show
from analyzer.model.finding import Finding, Level
from analyzer.model.graph import UnmetDependency
from analyzer.model.kconfig import Symbol
from analyzer.model.policy import (
    BaselineClaim,
    Breach,
    Chain,
    LinesClaim,
    Looked,
    Rule,
    SelectorClaim,
    SizeClaim,
    Target,
    UnmetClaim,
    ValueClaim,
    Verdict,
    Witness,
)
from analyzer.policy.accepted import accepts, is_about
from analyzer.policy.baseline import symbol_and_value

_STATES = ("on", "off")


def judge(rule: Rule, rows: Sequence[Looked], witness: Witness) -> Verdict:
    """What `rule` finds in `rows`. Raises SourceError with the line of the policy where the rule cannot be judged."""
    judged = _Judge(rule, rows, witness)
    return Verdict(rule=rule, looked=len(rows), breaches=(*judged.unresolved(), *judged.found()))


class _Judge:
    def __init__(self, rule: Rule, rows: Sequence[Looked], witness: Witness) -> None:
        self._rule = rule
        self._rows = [(row, row.config) for row in rows if row.config is not None]
        self._failed = [row for row in rows if row.config is None]
        self._witness = witness

    def unresolved(self) -> Iterator[Breach]:
        """The configs about which nothing can be said."""
        for row in self._failed:
            yield self._breach(row, "", f"could not be resolved: {row.error}", "unresolved", ())

    def found(self) -> Iterator[Breach]:
        """Everything that the rule's claim does not allow."""
        match self._rule.claim:
            case ValueClaim() as claim:
                self._known(claim.target, "symbol", "feature")
                yield from self._values(claim)
            case SelectorClaim() as claim:
                self._known(claim.target, "symbol", "feature")
                for name in claim.selectors:
                    self._known(Target(name=name, symbols=(name,)), "not-selected-by")
                yield from self._selects(claim)
            case SizeClaim() as claim:
                if claim.target is not None:
                    self._known(claim.target, "symbol", "feature")
                yield from self._sizes(claim)
            case BaselineClaim() as claim:
                if "symbols" in self._rule.places:
                    for target in claim.targets:
                        self._known(target, "symbols")
                yield from self._changes(claim)
            case LinesClaim() as claim:
                yield from self._lines(claim)
            case UnmetClaim():
                for row, config in self._rows:
                    for one in self._witness.unmet(config):
                        text = f"{one.name}={one.value} is selected past what it depends on"
                        yield self._breach(row, one.name, text, "no-unmet", tuple(_conflict(one)))

    def _values(self, claim: ValueClaim) -> Iterator[Breach]:
        for row, config in self._rows:
            symbol, shown = symbol_and_value(config, claim.target)
            if not symbol:
                if claim.value != "off":
                    text = f"{claim.target.name} is not defined here, so not {_named(claim.value)}"
                    yield self._breach(row, claim.target.name, text, "value", ())
                continue
            if not self._has(config.model.symbols[symbol], config.values[symbol], claim.value):
                wanted = _as_hex(claim.value) if config.model.symbols[symbol].type == "hex" else claim.value
                text = f"{symbol} is {shown}, not {_named(wanted)}"
                yield self._breach(row, symbol, text, "value", self._witness.chain(config, symbol))

    def _has(self, symbol: Symbol, value: str, wanted: str) -> bool:
        if wanted in _STATES:
            return is_on(value) is (wanted == "on")
        if symbol.is_tristate_valued and wanted not in ("n", "y", *(("m",) if symbol.type == "tristate" else ())):
            self._refuse(f"{symbol.name} is {symbol.type}, and {wanted!r} is no value of it", "value")
        return value == wanted or (symbol.type == "hex" and _as_hex(value) == _as_hex(wanted))

    def _selects(self, claim: SelectorClaim) -> Iterator[Breach]:
        for row, config in self._rows:
            symbol, _ = symbol_and_value(config, claim.target)
            for selector, definition, line in config.model.selectors().get(symbol, ()):
                whole = all_of([Ref(selector.name), definition.under(line.condition)])
                if selector.name not in claim.selectors or config.value(whole) == Tristate.n:
                    continue
                condition = "" if show(line.condition) == "y" else f" if {show(line.condition)}"
                first = (f"{selector.name}: select {symbol}{condition}", line.location)
                chain = (first, *self._witness.chain(config, selector.name))
                yield self._breach(row, symbol, f"{symbol} is selected by {selector.name}", "not-selected-by", chain)

    def _sizes(self, claim: SizeClaim) -> Iterator[Breach]:
        for row, config in self._rows:
            symbol = symbol_and_value(config, claim.target)[0] if claim.target else ""
            if claim.target and not symbol:
                # What the tree does not define weighs nothing, and that is known.
                continue
            measured = self._witness.measured(config, claim.of, symbol)
            what = f"{symbol} ({claim.of})" if symbol else f"the image ({claim.of})"
            size = measured.size
            if size is None or size.low <= claim.at_most < size.high:
                level: Level = "note" if claim.unmeasured == "allow" else "error"
                chain: Chain = ((measured.source, None),)
                text = f"{what} is not measured"
                if size is not None:
                    text += f" so exactly: between {size.low:,} and {size.high:,} bytes"
                yield self._breach(row, symbol, text, "unmeasured", chain, level)
            elif size.low > claim.at_most:
                over = f"{size.value - claim.at_most:,} more than {claim.at_most:,}"
                text = f"{what} weighs {size.value:,} bytes, {over}"
                chain = ((measured.source, None), *(self._witness.chain(config, symbol) if symbol else ()))
                yield self._breach(row, symbol, text, "at-most", chain)

    def _changes(self, claim: BaselineClaim) -> Iterator[Breach]:
        try:
            stored = self._witness.baseline(claim.path)
        except FileNotFoundError:
            self._refuse(f"there is no baseline {claim.path}", "baseline", hint="--write-baseline makes it")
        left = dict(stored)
        for row, config in self._rows:
            for target in claim.targets:
                symbol, now = symbol_and_value(config, target)
                before = left.pop((row.arch, row.name, target.name), None)
                if before is not None and before.value == now:
                    continue
                chain = self._witness.chain(config, symbol) if symbol else ()
                text = f"{target.name} is {now}, and not in the baseline"
                if before is not None:
                    place = Location(path=claim.path, line=before.line)
                    chain = ((f"the baseline has {target.name} {before.value}", place), *chain)
                    text = f"{target.name} was {before.value} and is {now}"
                yield self._breach(row, symbol or target.name, text, "baseline", chain)
        unknown = {(row.arch, row.name) for row in self._failed}
        for (arch, name, target_name), cell in left.items():
            if (arch, name) not in unknown and (arch, "*") not in unknown:
                place = Location(path=claim.path, line=cell.line)
                text = f"{target_name} was {cell.value} and is looked at no more"
                chain = ((f"the baseline has {target_name} {cell.value}", place),)
                yield self._breach(Looked(arch=arch, name=name), target_name, text, "baseline", chain)

    def _lines(self, claim: LinesClaim) -> Iterator[Breach]:
        try:
            accepted = self._witness.accepted(claim.accepted) if claim.accepted else ()
        except FileNotFoundError:
            self._refuse(f"there is no file {claim.accepted}", "accepted")
        used: set[int] = set()
        for row, config in self._rows:
            for line in self._witness.lost(config):
                name, asked = line.request.name, line.request.assignment
                by = [n for n, one in enumerate(accepted) if accepts(one, row.arch, row.name, name)]
                used.update(by)
                chain: Chain = ()
                text = f"{line.request.line}: the tree has no such symbol"
                if line.verdict != "unknown":
                    text = f"{line.request.line} is {line.verdict}, the value is {line.value or 'empty'}"
                    chain = self._witness.chain(config, name)
                if by:
                    chain = ((f"accepted: {accepted[by[0]].reason}", accepted[by[0]].location), *chain)
                level: Level = "note" if by else "error"
                yield self._breach(row, name, text, line.verdict, chain, level, asked.location)
        for number, one in enumerate(accepted):
            about = next((row for row, _ in self._rows if is_about(one, row.arch, row.name)), None)
            if number not in used and about is not None:
                text = f"no line of {one.symbol} is lost, yet it is accepted: {one.reason}"
                yield self._breach(about, one.symbol, text, "unused", (), "warning", one.location)

    def _known(self, target: Target, *keys: str) -> None:
        """Raises SourceError when none of the trees defines `target`; with no tree at all nothing can be said."""
        models = {id(config.model): config.model for _, config in self._rows}.values()
        if not models or any(name in model.symbols for model in models for name in target.symbols):
            return
        known: Mapping[str, None] = {name: None for model in models for name in model.symbols}
        arches = _listed(dict.fromkeys(row.arch for row, _ in self._rows))
        names = " or ".join(target.symbols)
        self._refuse(f"no symbol {names} in {arches}", *keys, hint=self._witness.hint(target.symbols[0], known))

    def _refuse(self, message: str, *keys: str, hint: str = "") -> NoReturn:
        place = self._rule.at(*keys)
        raise SourceError(f"the rule {self._rule.name!r}: {message}", path=place.path, lineno=place.line, hint=hint)

    def _breach(
        self,
        row: Looked,
        symbol: str,
        text: str,
        rule: str,
        chain: Chain,
        level: Level = "error",
        place: Location | None = None,
    ) -> Breach:
        finding = Finding(
            rule=rule,
            level=level,
            message=f"{self._rule.name}: {row.arch} {row.name}: {text}",
            location=place or self._rule.at("value", "not-selected-by", "at-most", "baseline", "no-unmet"),
            chain=chain,
        )
        return Breach(arch=row.arch, config=row.name, symbol=symbol, text=text, finding=finding)


def _as_hex(value: str) -> str:
    """A number as hexadecimal digits, whichever way it is written (TOML's 0x10 arrives as 16); else as it is."""
    try:
        return hex(int(value, 0))
    except ValueError:
        return value


def _named(value: str) -> str:
    return value or '""'


_MOST_ARCHES = 4


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    more = len(found) - _MOST_ARCHES
    return ", ".join(found) if more <= 0 else f"{', '.join(found[:_MOST_ARCHES])} and {more} more architectures"


def _conflict(one: UnmetDependency) -> Iterator[tuple[str, Location | None]]:
    for line in one.selects:
        yield f"{line.name}: {line.text}", line.location
    for definition in one.definitions:
        for requirement in definition.requirements:
            if requirement.failures:
                yield f"not met: {requirement.text}", requirement.location

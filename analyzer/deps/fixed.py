"""Why a symbol is the same in every config.

Enters: the lines of a tree, the values that names and expressions may have in any config. Leaves: a line that alone
makes a symbol what it is everywhere, and what the toolchain answered on the way there. Must hold: the line holds in
every config, not merely in the one at hand; where no line does it alone, none is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from analyzer.deps.consequences import Consequences
from analyzer.deps.requirements import guarded, suffix, written
from analyzer.model.expr import Answered, Expr, Location, Tristate, all_of, answers, names, show
from analyzer.model.kconfig import Symbol

_BEHIND = 400
"""Expressions behind a constant in which answers of the toolchain are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """`range_of` and `initial` give the lowest and highest value of an expression, and of a name, in any config."""

    lines: Consequences
    range_of: Callable[[Expr], tuple[Tristate, Tristate]]
    initial: Callable[[str], tuple[Tristate, Tristate]]

    def line(self, symbol: Symbol) -> tuple[str, Location]:
        """The line that makes a symbol the constant that it is, behind a colon; else nothing, and its own place."""
        low, high = self.initial(symbol.name)
        for source, definition, line in self.lines.selectors.get(symbol.name, ()):
            if low > Tristate.n and self.range_of(guarded(source.name, definition, line))[0] >= low:
                return f": {source.name}: select {symbol.name}{suffix(line.condition)}", line.location
        if len(symbol.definitions) == 1 and not self._may_be_selected(symbol):
            (definition,) = symbol.definitions
            for dependency in definition.dependencies:
                if self.range_of(dependency.expr)[1] <= high < Tristate.y:
                    return f": {written(dependency)}", dependency.location
            for default in definition.defaults[:1] if not symbol.prompt else ():
                lowest, highest = self.range_of(all_of([default.value, definition.under(default.condition)]))
                if lowest >= low > Tristate.n or (len(definition.defaults) == 1 and highest <= high < Tristate.y):
                    return f": {default.word} {show(default.value)}{suffix(default.condition)}", default.location
        return "", symbol.location

    def _may_be_selected(self, symbol: Symbol) -> bool:
        """Whether a select or imply of it can hold."""
        lines = (*self.lines.selectors.get(symbol.name, ()), *self.lines.impliers.get(symbol.name, ()))
        return any(self.range_of(guarded(s.name, d, line))[1] > Tristate.n for s, d, line in lines)

    def answers(self, expr: Expr) -> Iterator[Answered]:
        """What the toolchain answered in an expression, or in what makes its names constant."""
        waiting, seen = [expr], set(names(expr))
        for current in waiting:
            yield from answers(current)
            for name in names(current):
                symbol = self.lines.model.symbols.get(name)
                if symbol is None or self.initial(name) == (Tristate.n, Tristate.y):
                    continue
                defaults = [e for d in symbol.definitions for line in d.defaults for e in (line.value, line.condition)]
                more = [*(d.condition for d in symbol.definitions), *defaults]
                waiting += [e for e in more if not seen.issuperset(names(e)) or any(answers(e))]
                seen.update(n for e in more for n in names(e))
                if len(waiting) > _BEHIND:
                    return

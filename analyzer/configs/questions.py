"""Gates for questions about all configs: lines that may force, defaults that may count, choices that may be empty.

Enters: a KconfigModel. Leaves: a Program and, by what was asked, slots of its circuit. Must hold: a question's plane is
1 in exactly the lanes in which what it asks for happens. In a `lenient` program some values are open: what a toolchain
answered, comparisons of texts, names that the model does not define, and the symbols named `free`; what is 0 in every
lane of it is 0 for every toolchain and wherever else these symbols are set.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from analyzer.configs.circuit import FALSE, TRUE
from analyzer.configs.compile import DEPTH, Compiler
from analyzer.configs.parser import recursion
from analyzer.configs.program import Program, Tri
from analyzer.model.expr import Answered, Compare, Const, Expr, Ref
from analyzer.model.kconfig import Choice, Default, Definition, KconfigModel, Line, Symbol


class Questions(Compiler):
    """Collects questions; `compiled` then gives the program and where each lies."""

    def __init__(self, model: KconfigModel, *, lenient: bool = False, free: Collection[str] = ()) -> None:
        super().__init__(model)
        self._lenient = lenient
        self._free = frozenset(free)
        self._open_values: dict[str, Tri] = {}

    def compiled(self, asked: Sequence[int]) -> tuple[Program, tuple[int, ...]]:
        """The program, and the slot of each gate that a question below gave."""
        with recursion(DEPTH):
            return self.placed(asked)

    def on(self, name: str) -> int:
        """A bool or tristate symbol is m or y by its own lines, even where it is `free` for others."""
        with recursion(DEPTH):
            return super().value(name)[1]

    def forces(self, line: Line) -> int:
        """A select asks for more than the direct dependencies of its target allow (sym_warn_unmet_dep())."""
        selector, definition, select = line
        target = self.model.symbols.get(select.target)
        if target is None or target.choice is not None or not target.is_tristate_valued:
            return FALSE
        with recursion(DEPTH):
            asked = self.build.all([self.reference(selector.name), self.under(definition, select.condition)])
            up, limit = self.boolish(asked, target), self.direct(target)
            beyond = [self.build.and_(high, self.build.not_(low)) for high, low in zip(up, limit, strict=True)]
            return self.build.or_(*beyond)

    def passed_over(self, line: Line) -> int:
        """A select asks for a choice's member and that is not on: where a choice shows, its pick alone counts
        (sym_calc_value(), and sym_calc_choice() since 6.11)."""
        selector, definition, select = line
        target = self.model.symbols.get(select.target)
        if target is None or target.choice is None:
            return FALSE
        with recursion(DEPTH):
            asked = self.build.all([self.reference(selector.name), self.under(definition, select.condition)])
            return self.build.and_(asked[1], self.build.not_(self.value(target.name)[1]))

    def taken(self, symbol: Symbol, aside: Collection[str] = ()) -> Iterator[tuple[Definition, Default, int]]:
        """Each default of a symbol, and where it is the first whose condition holds. What stands in files of `aside`
        comes before nothing but what stands there as well."""
        with recursion(DEPTH):
            here = elsewhere = TRUE
            for definition in symbol.definitions:
                is_aside = definition.location.path in aside
                for default in definition.defaults:
                    condition = self.under(definition, default.condition)[1]
                    yield definition, default, self.build.and_(here if is_aside else elsewhere, condition)
                    here = self.build.and_(here, self.build.not_(condition))
                    elsewhere = elsewhere if is_aside else self.build.and_(elsewhere, self.build.not_(condition))

    def empty(self, choice: Choice) -> int:
        """A choice shows, and none of its members does."""
        with recursion(DEPTH):
            plane = self.choices.visible(choice.key)[1]
            for name in choice.members:
                plane = self.build.and_(plane, self.build.not_(self.visible(self.model.symbols[name])[1]))
            return plane

    def value(self, name: str) -> Tri:
        """As its lines say, or open."""
        return self._opened(name, self.model.symbols[name].type) if name in self._free else super().value(name)

    def reference(self, name: str) -> Tri:
        """The same for names that are not defined."""
        known = name in self.model.symbols or name in self.model.choices
        return super().reference(name) if known or not self._lenient else self._opened(name, "tristate")

    def _expr(self, expr: Expr) -> Tri:
        if self._lenient:
            match expr:
                case Answered(macro=macro):
                    return self._opened(macro, "bool")
                case Const(text) if text not in {"n", "m", "y"}:
                    # A name that begins with a figure, of a symbol that the model does not define (44x).
                    return self._opened(text, "tristate")
                case Compare(_, left, right) if self._is_open(left) or self._is_open(right):
                    return self._opened(repr(expr), "bool")
        return super()._expr(expr)

    def _is_open(self, side: Ref | Const) -> bool:
        """A text, wherever it comes from; constants of the language are none."""
        if isinstance(side, Const):
            return isinstance(side, Answered) or side.text not in {"n", "m", "y"}
        symbol = self.model.symbols.get(side.name)
        return symbol is None or not symbol.is_tristate_valued

    def _opened(self, key: str, type_: str) -> Tri:
        found = self._open_values.get(key)
        if found is None:
            hi = self.build.input()
            other = self.build.input() if type_ == "tristate" else hi
            found = self._open_values[key] = hi, self.build.or_(hi, other)
        return found

"""Symbols and expressions as gates: sym_calc_value() of bool and tristate.

Enters: KconfigModel. Leaves: the planes of what is asked for, built on demand. Must hold: every gate below stands for a
line of scripts/kconfig/symbol.c of the tree's dialect; what the C code computes on demand and caches is computed here
in the order of need, once. Choices and texts need symbols and are needed by them: they come in by
`SymbolGates.choices` and `SymbolGates.text`, which compile.py fills.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product

from analyzer.configs.choice_gates import ChoiceGates
from analyzer.configs.circuit import FALSE, TRUE
from analyzer.configs.loops import loop, too_long
from analyzer.configs.program import CompareStep, SymbolInput, TextOperand, Tri
from analyzer.configs.tristates import TriBuilder
from analyzer.errors import SourceError
from analyzer.model.expr import And, Compare, Const, Expr, Not, Operand, Or, Ref, compare, holds
from analyzer.model.kconfig import Choice, Definition, KconfigModel, Select, Symbol

NO: Tri = (FALSE, FALSE)
MOD: Tri = (FALSE, TRUE)
YES: Tri = (TRUE, TRUE)
_CONSTANTS = {"n": NO, "m": MOD, "y": YES}


class SymbolGates(ABC):
    """Builds gates on demand; remembers what is built and what is being built."""

    choices: ChoiceGates

    def __init__(self, model: KconfigModel) -> None:
        self.model = model
        self.build = TriBuilder()
        self._exprs: dict[int, tuple[Expr, Tri]] = {}
        self._under: dict[int, tuple[Definition, Tri]] = {}
        self._values: dict[str, Tri] = {}
        self._visible: dict[str, Tri] = {}
        self.written: dict[str, int] = {}
        self.forced: dict[str, int] = {}
        self.inputs: dict[str, SymbolInput] = {}
        self._open: dict[str, None] = {}
        self._selectors = model.selectors()
        self._impliers = model.impliers()

    @abstractmethod
    def text(self, name: str) -> TextOperand:
        """What others see of an int, hex or string symbol."""

    # Expressions.

    def expr(self, expr: Expr) -> Tri:
        """The gates of an expression (expr_calc_value() in scripts/kconfig/expr.c)."""
        found = self._exprs.get(id(expr))
        if found is None:
            # By identity, which is cheap: the reader shares equal expressions. It is kept with its identity.
            found = self._exprs[id(expr)] = (expr, self._expr(expr))
        return found[1]

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Where a choice is being computed, expressions are worth something else: keep them apart."""
        saved = self._exprs, self._under
        self._exprs, self._under = {}, {}
        yield
        self._exprs, self._under = saved

    def _expr(self, expr: Expr) -> Tri:
        match expr:
            case Const(text):
                return _CONSTANTS.get(text, NO)
            case Ref(name):
                return self.reference(name)
            case Not(operand):
                hi, lo = self.expr(operand)
                return self.build.not_(lo), self.build.not_(hi)
            case And(operands):
                return self.build.all(self.expr(o) for o in operands)
            case Or(operands):
                return self.build.any(self.expr(o) for o in operands)
            case Compare():
                return self._compare(expr)

    def under(self, definition: Definition, *conditions: Expr) -> Tri:
        """The dependencies of a definition, and further conditions."""
        found = self._under.get(id(definition))
        if found is None:
            tri = self.build.all([self.expr(d.expr) for d in definition.dependencies])
            found = self._under[id(definition)] = (definition, tri)
        if not conditions:
            return found[1]
        return self.build.all([found[1], *(self.expr(c) for c in conditions)])

    def prompt(self, definition: Definition) -> Tri:
        """When a definition's prompt shows."""
        assert definition.prompt is not None
        return self.under(definition, *(v.expr for v in definition.visibility), definition.prompt.condition)

    def reference(self, name: str) -> Tri:
        """The value of a symbol or choice that an expression names; n for texts and undefined names."""
        symbol = self.model.symbols.get(name)
        if symbol is not None:
            return self.value(name) if symbol.is_tristate_valued else NO
        return self.choices.value(name) if name in self.model.choices else NO

    def _compare(self, expr: Compare) -> Tri:
        left, right = self.operand(expr.left), self.operand(expr.right)
        if left.step is None and right.step is None:
            plane = FALSE
            for (text, here), (other, there) in product(self._split(left), self._split(right)):
                order = compare(Operand(text=text, type=left.type), Operand(text=other, type=right.type))
                if holds(expr.op, order):
                    plane = self.build.or_(plane, self.build.and_(here, there))
        else:
            _, (plane,) = self.build.step(CompareStep(op=expr.op, left=left, right=right))
        return plane, plane

    def _split(self, operand: TextOperand) -> list[tuple[str, int]]:
        if operand.tri is None:
            return [(operand.text, TRUE)]
        hi, lo = operand.tri
        return [("y", hi), ("m", self.build.and_(lo, self.build.not_(hi))), ("n", self.build.not_(lo))]

    def operand(self, side: Ref | Const) -> TextOperand:
        """What a comparison or a text default sees of a name or constant."""
        if isinstance(side, Const):
            return TextOperand(type="tristate" if side.text in _CONSTANTS else "unknown", text=side.text)
        symbol = self.model.symbols.get(side.name)
        if symbol is None and side.name in self.model.choices:
            return TextOperand(type="tristate", tri=self.choices.value(side.name))
        if symbol is None or symbol.type == "unknown":
            return TextOperand(type="unknown", text=side.name)
        if symbol.is_tristate_valued:
            return TextOperand(type=symbol.type, tri=self.value(side.name))
        return self.text(side.name)

    # Symbols.

    def modules(self) -> int:
        """The plane in which modules are enabled (modules_val in symbol.c); n while that symbol itself is computed."""
        name = self.model.modules
        if name is None or name in self._open:
            return FALSE
        return self.reference(name)[1]

    def boolish(self, tri: Tri, symbol: Symbol | Choice) -> Tri:
        """m becomes y for a bool, and for a tristate without modules (sym_get_type())."""
        hi, lo = tri
        if hi == lo:
            return tri
        if symbol.type != "tristate":
            return lo, lo
        return self.build.or_(hi, self.build.and_(lo, self.build.not_(self.modules()))), lo

    def visible(self, symbol: Symbol) -> Tri:
        """sym_calc_visibility(): whether a prompt shows."""
        found = self._visible.get(symbol.name)
        if found is None:
            if symbol.choice is not None:
                prompts = self.choices.prompts(symbol.choice, symbol)
            else:
                prompts = [self.prompt(d) for d in symbol.definitions if d.prompt is not None]
            found = self._visible[symbol.name] = self.boolish(self.build.any(prompts), symbol)
        return found

    def input(self, symbol: Symbol) -> SymbolInput | None:
        """The user's value, for a symbol that has a prompt or is transitional."""
        if not symbol.transitional and not any(d.prompt for d in symbol.definitions):
            return None
        if symbol.name not in self.inputs:
            assigned, hi = self.build.input(), self.build.input()
            lo = self.build.input() if symbol.type == "tristate" else hi
            self.inputs[symbol.name] = SymbolInput(
                assigned=assigned,
                hi=hi,
                lo=lo,
                # No target asks for a transitional symbol either.
                in_choice=symbol.choice is not None or symbol.transitional,
                allnoconfig_y=symbol.allnoconfig_y,
            )
        return self.inputs[symbol.name]

    def value(self, name: str) -> Tri:
        """sym_calc_value() for bool and tristate."""
        found = self._values.get(name)
        if found is None:
            self.enter(name)
            symbol = self.model.symbols[name]
            found = self._values[name] = self._value(symbol) if symbol.choice is None else self.choices.member(symbol)
            self.leave(name)
        return found

    def enter(self, name: str) -> None:
        """A symbol is being computed. Raises DependencyLoop where it is already."""
        if name in self._open:
            raise loop(self.model, [*self._open, name])
        self._open[name] = None

    def leave(self, name: str) -> None:
        """A symbol is computed. Not called where that raised, so that `chain` can tell what led there."""
        del self._open[name]

    def chain(self) -> SourceError:
        """The error for a chain of symbols without end: the one that is being computed."""
        return too_long(self.model, list(self._open))

    def _value(self, symbol: Symbol) -> Tri:
        visible = self.visible(symbol)
        if symbol.transitional:
            # It is always visible, and neither selected nor implied (sym_calc_visibility()).
            self.note_written(symbol, FALSE)
            return self.boolish(self.answered(symbol, visible, NO), symbol)
        selected = self.boolish(self._reverse(self._selectors.get(symbol.name, ())), symbol)
        default = self.default(symbol)
        written = [visible[1], selected[1], default[1]]
        implied = self.boolish(self._reverse(self._impliers.get(symbol.name, ())), symbol)
        if implied != NO:
            written.append(implied[1])
            limited = self.build.all([self.build.any([default, implied]), self.direct(symbol)])
            default = self.build.choose(implied[1], limited, default)
        self._note_forced(symbol, selected)
        value = self.answered(symbol, visible, default)
        self.note_written(symbol, self.build.any((w, w) for w in written)[0])
        return self.boolish(self.build.any([value, selected]), symbol)

    def _note_forced(self, symbol: Symbol, selected: Tri) -> None:
        """Where the kernel warns of unmet direct dependencies (sym_warn_unmet_dep())."""
        if selected != NO:
            allowed = self.direct(symbol)
            beyond = [self.build.and_(up, self.build.not_(limit)) for up, limit in zip(selected, allowed, strict=True)]
            gate = self.build.or_(*beyond)
            if gate != FALSE:
                self.forced[symbol.name] = gate

    def answered(self, symbol: Symbol, visible: Tri, otherwise: Tri) -> Tri:
        """The user's value as far as visible, where there is one; else `otherwise`. A transitional symbol passes it on
        (f9afce4f32e9)."""
        given = self.input(symbol)
        if given is None:
            return otherwise
        if symbol.transitional:
            return self.build.choose(given.assigned, (given.hi, given.lo), otherwise)
        counts = self.build.and_(visible[1], given.assigned)
        return self.build.choose(counts, self.build.all([(given.hi, given.lo), visible]), otherwise)

    def note_written(self, symbol: Symbol, plane: int) -> None:
        """Remember where .config mentions `symbol` (SYMBOL_WRITE); never for `option env` (SYMBOL_AUTO), for `option
        defconfig_list` (SYMBOL_NO_WRITE) and for a transitional one (SYMBOL_TRANS)."""
        never = symbol.env is not None or symbol.hidden or symbol.transitional
        self.written[symbol.name] = FALSE if never else plane

    def default(self, symbol: Symbol) -> Tri:
        """The first default whose condition is not n, limited by it."""
        hi = lo = FALSE
        free = TRUE
        for definition in symbol.definitions:
            for default in definition.defaults:
                condition = self.under(definition, default.condition)
                value = self.build.all([self.expr(default.value), condition])
                hi = self.build.or_(hi, self.build.and_(free, value[0]))
                lo = self.build.or_(lo, self.build.and_(free, value[1]))
                free = self.build.and_(free, self.build.not_(condition[1]))
                if free == FALSE:
                    return hi, lo
        return hi, lo

    def direct(self, symbol: Symbol) -> Tri:
        """The direct dependency: any definition's, where those without any are left out (expr_alloc_or() of NULL)."""
        parts = [self.under(d) for d in symbol.definitions if d.dependencies]
        return self.boolish(self.build.any(parts) if parts else YES, symbol)

    def _reverse(self, lines: Sequence[tuple[Symbol, Definition, Select]]) -> Tri:
        return self.build.any(
            self.build.all([self.reference(selector.name), self.under(definition, line.condition)])
            for selector, definition, line in lines
        )

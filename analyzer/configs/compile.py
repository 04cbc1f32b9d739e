"""From the KconfigModel to a Program: sym_calc_value() written as gates.

Enters: KconfigModel. Leaves: Program. Must hold: what symbols (symbol_gates.py), choices (choices.py) and texts
(texts.py) ask of each other is joined here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from types import MappingProxyType

from analyzer.configs.choices import LegacyChoices, MenuChoices
from analyzer.configs.loops import check_loops
from analyzer.configs.parser import recursion
from analyzer.configs.program import Program, TextOperand, Tri
from analyzer.configs.symbol_gates import SymbolGates
from analyzer.configs.texts import compile_text
from analyzer.model.kconfig import ChoiceRules, KconfigModel

DEPTH = 60_000
"""Python frames allowed: a chain of dependencies costs a few per symbol, and hostile trees have long ones."""


def compile_model(model: KconfigModel) -> Program:
    """Compile `model`. Raises DependencyLoop for symbols that need each other, SourceError for chains without end."""
    check(model)
    return compile_whole(model)


def check(model: KconfigModel) -> None:
    """Raises DependencyLoop for symbols that need each other."""
    with recursion(DEPTH):
        check_loops(model)


def compile_whole(model: KconfigModel) -> Program:
    """The program of all symbols of a model that `check` has passed. Raises SourceError for chains without end."""
    return _compiled(model, None)


def compile_some(model: KconfigModel, names: Iterable[str]) -> Program:
    """The program of some symbols and of all that they stand on, which gives these the values that the whole one gives
    them; raises as `compile_whole`."""
    return _compiled(model, names)


def _compiled(model: KconfigModel, names: Iterable[str] | None) -> Program:
    compiler = Compiler(model)
    with recursion(DEPTH):
        try:
            return compiler.program() if names is None else compiler.cone(names)
        except RecursionError:
            raise compiler.chain() from None
        finally:
            # The two know each other, so only the collector would find that the gates are garbage.
            del compiler.choices


class Compiler(SymbolGates):
    """All gates of a tree."""

    def __init__(self, model: KconfigModel) -> None:
        super().__init__(model)
        self._texts: dict[str, TextOperand] = {}
        self._steps: dict[str, int] = {}
        self.choices = LegacyChoices(self) if model.dialect.choices is ChoiceRules.SYMBOL else MenuChoices(self)

    def program(self) -> Program:
        """The program of all symbols and choices."""
        return self.placed(())[0]

    def placed(self, asked: Sequence[int]) -> tuple[Program, tuple[int, ...]]:
        """The same, and the slots of further gates that are `asked` for."""
        values = {name: self.value(name) for name, symbol in self.model.symbols.items() if symbol.is_tristate_valued}
        for name, symbol in self.model.symbols.items():
            if symbol.type in {"int", "hex", "string"}:
                self.text(name)
        choices = {key: self.choices.value(key) for key in self.model.choices}
        visible = {name: self.visible(symbol) for name, symbol in self.model.symbols.items()}
        visible.update({key: self.choices.visible(key) for key in self.model.choices})
        return self._finished(values, choices, visible, asked)

    def cone(self, names: Iterable[str]) -> Program:
        """The program of `names` and of all that they stand on, as far as the model defines them."""
        for name in names:
            symbol = self.model.symbols.get(name)
            if symbol is not None and symbol.is_tristate_valued:
                self.value(name)
            elif symbol is not None and symbol.type != "unknown":
                self.text(name)
        symbols = [self.model.symbols[name] for name in (*self._values, *self._steps)]
        keys = dict.fromkeys(symbol.choice for symbol in symbols if symbol.choice is not None)
        choices = {key: self.choices.value(key) for key in keys}
        visible = {symbol.name: self.visible(symbol) for symbol in symbols}
        visible.update({key: self.choices.visible(key) for key in keys})
        return self._finished(self._values, choices, visible, ())[0]

    def _finished(
        self, values: dict[str, Tri], choices: dict[str, Tri], visible: dict[str, Tri], asked: Sequence[int]
    ) -> tuple[Program, tuple[int, ...]]:
        tris: Iterable[Tri] = (*values.values(), *choices.values(), *visible.values())
        circuit, slots = self.build.finish(
            [*(g for tri in tris for g in tri), *self.written.values(), *self.forced.values(), *asked]
        )

        def placed(found: dict[str, Tri]) -> MappingProxyType[str, Tri]:
            return MappingProxyType({name: (slots[hi], slots[lo]) for name, (hi, lo) in found.items()})

        program = Program(
            circuit=circuit,
            steps=tuple(step.placed(slots) for step in self.build.steps()),
            inputs=MappingProxyType(
                {
                    name: replace(i, assigned=slots[i.assigned], hi=slots[i.hi], lo=slots[i.lo])
                    for name, i in self.inputs.items()
                }
            ),
            choice_inputs=MappingProxyType(self.choices.inputs(slots)),
            values=placed(values),
            choices=placed(choices),
            visible=placed(visible),
            written=MappingProxyType({name: slots[gate] for name, gate in self.written.items()}),
            forced=MappingProxyType({name: slots[gate] for name, gate in self.forced.items()}),
            texts=MappingProxyType(self._steps),
        )
        return program, tuple(slots[gate] for gate in asked)

    def text(self, name: str) -> TextOperand:
        """sym_calc_value() for int, hex and string."""
        found = self._texts.get(name)
        if found is None:
            self.enter(name)
            found, step = compile_text(self, self.model.symbols[name])
            self._texts[name], self._steps[name] = found, step
            self.leave(name)
        return found

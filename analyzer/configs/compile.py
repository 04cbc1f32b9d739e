"""From the KconfigModel to a Program: sym_calc_value() written as gates.

Enters: KconfigModel. Leaves: Program. Must hold: what symbols (symbol_gates.py), choices (choices.py) and texts
(texts.py) ask of each other is joined here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from analyzer.configs.choices import LegacyChoices, MenuChoices
from analyzer.configs.loops import check_loops
from analyzer.configs.parser import recursion
from analyzer.configs.program import Program, TextOperand, Tri
from analyzer.configs.symbol_gates import SymbolGates
from analyzer.configs.texts import compile_text
from analyzer.model.kconfig import ChoiceRules, KconfigModel

_DEPTH = 60_000
"""Python frames allowed: a chain of dependencies costs a few per symbol, and hostile trees have long ones."""


def compile_model(model: KconfigModel) -> Program:
    """Compile `model`. Raises DependencyLoop for symbols that need each other, SourceError for chains without end."""
    compiler = Compiler(model)
    with recursion(_DEPTH):
        try:
            check_loops(model)
            return compiler.program()
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
        values = {name: self.value(name) for name, symbol in self.model.symbols.items() if symbol.is_tristate_valued}
        for name, symbol in self.model.symbols.items():
            if symbol.type in {"int", "hex", "string"}:
                self.text(name)
        choices = {key: self.choices.value(key) for key in self.model.choices}
        visible = {name: self.visible(symbol) for name, symbol in self.model.symbols.items()}
        visible.update({key: self.choices.visible(key) for key in self.model.choices})
        tris: Iterable[Tri] = (*values.values(), *choices.values(), *visible.values())
        circuit, slots = self.build.finish(
            [*(g for tri in tris for g in tri), *self.written.values(), *self.forced.values()]
        )

        def placed(found: dict[str, Tri]) -> MappingProxyType[str, Tri]:
            return MappingProxyType({name: (slots[hi], slots[lo]) for name, (hi, lo) in found.items()})

        return Program(
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

    def text(self, name: str) -> TextOperand:
        """sym_calc_value() for int, hex and string."""
        found = self._texts.get(name)
        if found is None:
            self.enter(name)
            found, step = compile_text(self, self.model.symbols[name])
            self._texts[name], self._steps[name] = found, step
            self.leave(name)
        return found

"""The minimal config: what differs from the defaults.

Enters: ResolvedConfig. Leaves: str. Must hold: the bytes are those of `make savedefconfig` (conf_write_defconfig() of
scripts/kconfig/confdata.c).
"""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.configs.write import symbol_line
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import Const, Ref, Tristate, all_of
from analyzer.model.kconfig import Choice, ChoiceRules, Default, Definition, EmptyNumber, Line, Symbol


def minimal(config: ResolvedConfig) -> str:
    """The lines of all symbols that a user could set and that are not at their default."""
    found = Minimal(config)
    names = dict.fromkeys(entry.name for entry in config.model.menu if entry.kind == "symbol")
    return "".join(symbol_line(config, name) for name in names if found.counts(config.model.symbols[name]))


class Minimal:
    """Says of symbols whether a user decides them, and what they would be without an answer."""

    def __init__(self, config: ResolvedConfig) -> None:
        self._config = config
        self._selectors = config.model.selectors()
        self._impliers = config.model.impliers()

    def counts(self, symbol: Symbol) -> bool:
        """Whether the symbol needs a line."""
        config = self._config
        if symbol.name not in config.written or symbol.type == "unknown" or not self.is_changeable(symbol):
            return False
        if config.values[symbol.name] == self.default(symbol):
            return False
        return not self.is_default_member(symbol)

    def is_changeable(self, symbol: Symbol) -> bool:
        """sym_is_changeable(): whether a user's answer would count for more than what selects ask."""
        return self._config.visibility[symbol.name] > self._forced(symbol, self._selectors)

    def default(self, symbol: Symbol) -> str:
        """sym_get_string_default() of scripts/kconfig/symbol.c."""
        found = self.first_default(symbol)
        if not symbol.is_tristate_valued:
            text = ""
            if found is not None and isinstance(found[1].value, Ref | Const):
                text = self._text(found[1].value)
            zero = self._config.model.dialect.empty_number is EmptyNumber.ZERO
            return text or ({"int": "0", "hex": "0x0"}.get(symbol.type, "") if zero else "")
        value = Tristate.n
        if found is not None:
            definition, default = found
            value = self._config.value(all_of([default.value, definition.under(default.condition)]))
        value = max(value, self._forced(symbol, self._selectors))
        if value is Tristate.m and (symbol.type == "bool" or (symbol.choice is None and not self._modules())):
            value = Tristate.y
        return str(max(value, self._forced(symbol, self._impliers)))

    def _text(self, side: Ref | Const) -> str:
        operand = self._config.operand(side)
        # A bool or tristate symbol keeps "n" in its text (curr.val), whatever its value.
        return "n" if isinstance(side, Ref) and operand.type in {"bool", "tristate"} else operand.text

    def first_default(self, symbol: Symbol) -> tuple[Definition, Default] | None:
        """The default line that counts, and the definition in which it stands."""
        for definition in symbol.definitions:
            for default in definition.defaults:
                if self._holds(definition, default):
                    return definition, default
        return None

    def _holds(self, definition: Definition, default: Default) -> bool:
        return self._config.value(definition.under(default.condition)) is not Tristate.n

    def _forced(self, symbol: Symbol, lines: Mapping[str, tuple[Line, ...]]) -> Tristate:
        """The value that selects (or implies) ask for; for members of choices conf does not look."""
        if symbol.choice is not None or not symbol.is_tristate_valued:
            return Tristate.n
        rows = lines.get(symbol.name, ())
        conditions = [all_of([Ref(s.name), d.under(line.condition)]) for s, d, line in rows]
        value = max((self._config.value(c) for c in conditions), default=Tristate.n)
        if value is Tristate.m and (symbol.type == "bool" or not self._modules()):
            return Tristate.y
        return value

    def _modules(self) -> bool:
        name = self._config.model.modules
        return name is not None and self._config.tristate(name) is not Tristate.n

    def is_default_member(self, symbol: Symbol) -> bool:
        """A choice's member that is y, as it would be without any answer."""
        if symbol.choice is None or self._config.values[symbol.name] != "y":
            return False
        choice = self._config.model.choices[symbol.choice]
        if self._config.model.dialect.choices is ChoiceRules.SYMBOL and (choice.optional or symbol.type != "bool"):
            return False
        return self._choice_default(choice) == symbol.name

    def _choice_default(self, choice: Choice) -> str | None:
        """sym_choice_default()."""
        visibility = self._config.visibility
        for definition in choice.definitions:
            for default in definition.defaults:
                if self._holds(definition, default) and isinstance(default.value, Ref):
                    name = default.value.name
                    if visibility.get(name, Tristate.n) is not Tristate.n:
                        return name
        return next((name for name in choice.members if visibility[name] is not Tristate.n), None)

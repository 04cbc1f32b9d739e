"""What symbols and expressions ask of choices.

Enters: the key of a choice, a member. Leaves: planes. Must hold: it is the same for the rules up to 6.10 and those from
6.11 on (choices.py).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from analyzer.configs.program import ChoiceInput, Tri
from analyzer.model.kconfig import Symbol


class ChoiceGates(ABC):
    """What symbols and expressions ask of choices, by whichever rules the tree has."""

    @abstractmethod
    def inputs(self, slots: Mapping[int, int]) -> dict[str, ChoiceInput]:
        """The inputs of all choices, by slot."""

    @abstractmethod
    def visible(self, key: str) -> Tri:
        """Whether the choice's prompt shows."""

    @abstractmethod
    def value(self, key: str) -> Tri:
        """The choice's own value."""

    @abstractmethod
    def prompts(self, key: str, symbol: Symbol) -> list[Tri]:
        """When each prompt of a member shows."""

    @abstractmethod
    def member(self, symbol: Symbol) -> Tri:
        """The value of a member."""

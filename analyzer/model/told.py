"""What a command told: everything that it wrote, and how it ended.

Enters: nothing. Leaves: `Told`. Must hold: told again, it is the same to the byte, in whatever width and colour.
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.model.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """A line on standard error."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A result that is no report: a fragment, a graph's text."""

    text: str


Part = Noise | Written | Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`parts` in the order in which they were written, and the exit code."""

    parts: tuple[Part, ...]
    code: int

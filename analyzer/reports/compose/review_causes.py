"""Draws what a cause of a review changes: its hunk, the symbols that get another value, one chain of each side.

Enters: an `Effect` of a `Review`. Leaves: blocks and lines of its report. Must hold: without `whole` what is left
out is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.model.report import Block, Code, Heading, Item, Outline, Phrase, Span
from analyzer.reports.words.chain import chain_items
from analyzer.reports.words.configs import configs_of
from analyzer.reports.words.phrases import counted, joined, say, value

if TYPE_CHECKING:
    from analyzer.model.difference import RootCause
    from analyzer.model.review import Chains, Effect, Move, Review

_MOVES = 3
_LINES = 6
_CHAIN = 4
"""Symbols of an effect, lines of the hunk, lines of a chain."""


def effect_blocks(found: Review, effect: Effect, *, whole: bool) -> Iterator[Block]:
    """A heading, the hunk as a patch has it, and the symbols that get another value."""
    causes = [found.causes[at] for at in effect.causes]
    names = dict.fromkeys(name for cause in causes for name in cause.names)
    title = " and ".join(names) or "lines of a config"
    yield Heading(text=f"{title}: {counted(len(effect.moves), 'symbol')}")
    lines = [line for cause in causes for line in _hunk(cause)]
    cut = lines if whole else lines[:_LINES]
    left = len(lines) - len(cut)
    yield Code(text="\n".join([*cut, *([f" … {counted(left, 'more line')}"] if left else [])]), language="diff")
    yield Outline(items=tuple(_moves(effect, whole=whole)))


def _hunk(cause: RootCause) -> Iterator[str]:
    """The lines of a cause, as a patch has them."""
    where = (cause.b or cause.a)[0].location if cause.a or cause.b else None
    if where is not None:
        yield f"@@ {where} {' '.join(cause.names[:2])}"
    yield from (f"-{line.text}" for line in cause.a)
    yield from (f"+{line.text}" for line in cause.b)


def _moves(effect: Effect, *, whole: bool) -> Iterator[Item]:
    moves = effect.moves if whole else effect.moves[:_MOVES]
    for move in moves:
        yield Item(0, _told(move))
    if len(effect.moves) > len(moves):
        yield Item(0, say(f"… and {counted(len(effect.moves) - len(moves), 'more symbol')}", "missing"))
    if effect.chains is not None:
        yield from _chains(effect.chains, whole=whole)


def _chains(chains: Chains, *, whole: bool) -> Iterator[Item]:
    for when, explanation in (("before", chains.before), ("after", chains.after)):
        where = f"{when}, in {chains.config} of {chains.arch}"
        if explanation is None:
            yield Item(0, say(f"{where}: no Kconfig file defines {chains.symbol}"))
            continue
        yield Item(0, say(f"{where}:"))
        items = list(chain_items(explanation))
        shown = items if whole else items[:_CHAIN]
        yield from (Item(item.depth + 1, item.phrase) for item in shown)
        if len(items) > len(shown):
            yield Item(1, say(f"… {counted(len(items) - len(shown), 'more line')}", "missing"))


def _told(move: Move) -> Phrase:
    """`DMA_OPS y → n in 31 configs of 3 architectures: x86_64 (10), …`."""
    places = say(f" in {configs_of(move.places)}")
    return (
        joined([(Span(move.symbol, "name"), Span(" "), _value(move.before), Span(" → "), _value(move.after))]) + places
    )


def _value(text: str) -> Span:
    return value(text) if text else Span("undefined", "missing")


def change(move: Move) -> str:
    """`DMA_OPS y to n in 31 configs of 3 architectures`."""
    arches = counted(len(move.places), "architecture")
    old, new = (text or "undefined" for text in (move.before, move.after))
    return f"{move.symbol} {old} to {new} in {counted(move.configs, 'config')} of {arches}"


def cause_in_a_line(cause: RootCause) -> str:
    """A cause in one line."""
    names = " ".join(cause.names)
    old, new = ("; ".join(line.text for line in lines) for lines in (cause.a, cause.b))
    if any(line.text.startswith("config ") for line in (*cause.a, *cause.b)):
        return f"{names} is new" if not cause.a else f"{names} is gone" if not cause.b else f"{names} moved"
    whose = f"{names}: " if names else ""
    if old and new:
        return f"{whose}{new} instead of {old}"
    return f"{whose}{new}" if new else f"{whose}without {old}"

"""The chain of an explanation as an outline.

Enters: an `Explanation`. Leaves: the items of an outline: each symbol with its value, below it the lines that
decided, below those the symbols that they lean on. Must hold: a chain is drawn where its symbol first occurs and
referred to afterwards; no recursion, so that the depth of a hostile tree does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from analyzer.model.config import Reason
from analyzer.model.graph import spoken
from analyzer.model.report import Item, Phrase, Span
from analyzer.reports.words.phrases import at, because, cited, joined, say, value

if TYPE_CHECKING:
    from analyzer.model.graph import Evidence, Explanation, Mention, Step

_SELECTORS = 3
MOST_MENTIONS = 8
"""How many values a line cites before it only counts them; JSON has all."""


class _Waiting(NamedTuple):
    """What is still to be drawn: the line `lead`, or (with a name) the step of that symbol and `tail` behind it."""

    depth: int
    lead: Phrase
    name: str = ""
    tail: Phrase = ()


def chain_items(explanation: Explanation) -> Iterator[Item]:
    """The chain of `explanation`, one item per symbol and per line of evidence."""
    steps = {step.name: step for step in explanation.steps}
    seen: set[str] = set()
    stack = [_Waiting(0, (), explanation.symbol)]
    while stack:
        depth, lead, name, tail = stack.pop()
        if not name:
            yield Item(depth, lead)
            continue
        step = steps[name]
        again = name in seen and bool(step.because)
        seen.add(name)
        above = say(", see above", "missing") if again else ()
        yield Item(depth, (Span(f"{spoken(name)} = "), value(step.value), *tail, *above))
        if not again:
            stack.extend(reversed(_below(step, depth + 1)))


def _below(step: Step, depth: int) -> list[_Waiting]:
    if not step.evidence:
        reason = Reason(kind=step.kind, location=step.location, prompted=step.prompted, choice=step.choice)
        return [_Waiting(depth, (*because(reason), *say(would(step))))]
    if step.choice:
        return _picked(step, step.evidence[0], depth)
    waiting: list[_Waiting] = []
    for line in step.evidence:
        told = (*cited(line.text, line.location), *tested(_others(line)))
        if line.because == (line.name,):
            # One symbol behind one line: both stand on one line.
            waiting.append(_Waiting(depth, (), line.name, say(": ") + told))
        else:
            waiting.append(_Waiting(depth, say(f"{line.name}: ") + told if line.name else told))
            waiting.extend(_Waiting(depth + 1, (), name) for name in line.because)
    return waiting


def would(step: Step) -> str:
    """` (A, B, C and 4 more would)`: which symbols would select one that nothing selects; "" where none can."""
    names, more = step.selectors[:_SELECTORS], len(step.selectors) - _SELECTORS
    if not names:
        return ""
    named = f"{', '.join(names)} and {more:,} more" if more > 0 else " and ".join(", ".join(names).rsplit(", ", 1))
    return f" ({named} would)"


def _picked(step: Step, line: Evidence, depth: int) -> list[_Waiting]:
    """Which member a choice has, and by which line; that member has the same story, which is not told twice."""
    who = "it" if line.name == step.name else line.name
    by_order = line.text == f"config {line.name}"
    told = (
        say(", the first that shows") + at(line.location) if by_order else say(": ") + cited(line.text, line.location)
    )
    first = _Waiting(depth, say(f"{spoken(step.choice)} picks {who}") + told + tested(_others(line)))
    return [first, *(_Waiting(depth + 1, (), name) for name in line.because if name != line.name)]


def _others(line: Evidence) -> list[Mention]:
    return [mention for mention in line.mentions if mention.name != line.name]


def tested(mentions: Sequence[Mention]) -> Phrase:
    """` [PCI=y MMU=n]`: the values that a condition was tested with; nothing when it names none."""
    # A choice has no name; what it is worth is said where it is asked.
    mentions = [mention for mention in mentions if not mention.name.startswith("<choice ")]
    if not mentions:
        return ()
    more = len(mentions) - MOST_MENTIONS
    pairs = joined([_pair(mention) for mention in mentions[:MOST_MENTIONS]], " ")
    return say(" [", "place") + pairs + say(f" and {more} more]" if more > 0 else "]", "place")


def _pair(mention: Mention) -> Phrase:
    shown = value(mention.value) if mention.defined else Span("undefined", "missing")
    # A macro stands in full in the line already.
    return (Span(f"{'$(…)' if mention.name.startswith('$') else mention.name}=", "place"), shown)

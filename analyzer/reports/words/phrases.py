"""The words that all reports share: values, places, reasons.

Enters: values of the model. Leaves: phrases for people. Must hold: a phrase names the place of every line that it
cites, and what it leaves out it counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.model.analysis import is_on
from analyzer.model.graph import spoken, titled
from analyzer.model.report import Block, Paragraph, Phrase, Role, Span

if TYPE_CHECKING:
    from analyzer.model.analysis import FeatureState
    from analyzer.model.config import Cause, Reason
    from analyzer.model.expr import Location
    from analyzer.model.graph import Evidence
    from analyzer.model.known import Missing, Onward

MOST_CAUSES = 6
"""How many lines a phrase cites before it only counts them; JSON cites all."""

LONGEST_TABLE = 40
"""How many rows a table for people has before it only counts them; JSON and CSV have all."""


def say(text: str, role: Role = "plain") -> Phrase:
    """A phrase of a single piece."""
    return (Span(text, role),)


def plain(phrase: Phrase) -> str:
    """The bare text of a phrase."""
    return "".join(span.text for span in phrase)


def value(text: str) -> Span:
    """A symbol's value, y, m, n, a number or a text; the empty text is shown as two quotes."""
    role: Role = "module" if text == "m" else "on" if is_on(text) else "off"
    return Span(text or '""', role)


def at(location: Location) -> Phrase:
    """` (path:line)`, to stand behind what was found there."""
    return (Span(" "), Span(f"({location})", "place"))


def joined(phrases: Iterable[Phrase], separator: str = ", ") -> Phrase:
    """Phrases in a row with `separator` between them."""
    spans: list[Span] = []
    for phrase in phrases:
        if spans:
            spans.append(Span(separator))
        spans.extend(phrase)
    return tuple(spans)


def because(reason: Reason, *, most: int = MOST_CAUSES) -> Phrase:
    """Why a symbol has its value, in one line; of many lines that took part the first `most`, with their places."""
    match reason.kind:
        case "selected":
            return say("selected by ") + _listed([by(cause) for cause in reason.causes], most)
        case "implied":
            return say("implied by ") + _listed([by(cause) for cause in reason.causes], most)
        case "unmet":
            return say(f"{reason.off}: ") + _listed([_line(cause) for cause in reason.causes], most)
        case "choice":
            picks = [cause.name for cause in reason.causes[:1] if cause.name]
            which = titled(reason.choice)
            return say(f"{which} picks {picks[0]}" if picks else f"{which} decides") + at(reason.location)
        case "default" | "range":
            return _line(reason.causes[0]) if reason.causes else say(reason.kind) + at(reason.location)
        case "user":
            return say("set") + at(reason.location)
        case "fill":
            return (Span("nobody set it, so "), Span(str(reason.location), "place"), Span(" decides"))
        case "off" if reason.causes:
            return say("off; would be selected by ") + _listed([by(cause) for cause in reason.causes], most)
        case "off":
            return say(reason.off) + at(reason.location)
        case "environment":
            return say("given by the environment") + at(reason.location)


def _line(cause: Cause) -> Phrase:
    return cited(cause.text or cause.name, cause.location)


def cited(text: str, location: Location) -> Phrase:
    """A line and its place; of a choice, which has no name, the place is all there is to say."""
    # A choice whose place this is needs no other one.
    is_choice = text.startswith("<choice ") and text.endswith(f" {location}>")
    return say(f"in {titled(text)}" if is_choice else spoken(text)) + at(location)


def by(cause: Cause | Evidence) -> Phrase:
    """Who selects or implies, the `if` of the line, and its place; a config's own line is cited as it stands."""
    condition = spoken(cause.text.partition(" if ")[2]) if cause.name else ""
    who = cause.name or cause.text
    return say(f"{who} if {condition}" if condition else who) + at(cause.location)


def _listed(phrases: Sequence[Phrase], most: int) -> Phrase:
    more = len(phrases) - most
    return joined(phrases) if more <= 1 else joined(phrases[:most]) + say(f" and {more} more")


def about_feature(state: FeatureState) -> Phrase:
    """Why a feature has its value; names the symbol where it is called otherwise, and says where there is none."""
    if state.symbol is None or state.reason is None:
        return say(f"not defined in this tree: {', '.join(state.feature.symbols)}", "missing")
    alias = say(f"{state.symbol.name}: ") if state.symbol.name != state.feature.name else ()
    return alias + because(state.reason)


def counted(number: int, noun: str) -> str:
    """`1 config`, `1,024 configs`.

    >>> counted(1, "config"), counted(1024, "config")
    ('1 config', '1,024 configs')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def needed(missing: Missing | Onward) -> Phrase:
    """Which builds would tell, and the command that makes them, which can be pasted as it stands."""
    return (*say(f"{missing.need}: "), Span(missing.command, "command"))


def uncounted(rows: int) -> Iterator[Block]:
    """The sentence that counts what a list of `LONGEST_TABLE` leaves out."""
    if rows > LONGEST_TABLE:
        yield Paragraph(phrase=say(f"… and {rows - LONGEST_TABLE:,} more (--format json has them all).", "missing"))

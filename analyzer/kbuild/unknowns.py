"""What a makefile asks and nobody answered, carried along inside of texts.

Enters: a place and a reason. Leaves: a mark that stands for the missing text; it survives every text function, so that
where it ends up tells what the missing answer decides. Must hold: a mark holds no blank and cannot be typed into a
makefile by accident.
"""

from __future__ import annotations

import re

from analyzer.model.build import Unresolved
from analyzer.model.expr import Location

_MARK = re.compile("\ue000([0-9]+)\ue001")
_BEGIN = "\ue000"


def has_mark(text: str) -> bool:
    """Whether some of `text` is unknown."""
    return _BEGIN in text


def known(text: str) -> str:
    """`text` without its marks."""
    return _MARK.sub("", text) if _BEGIN in text else text


def marks(text: str) -> str:
    """The marks of `text` alone, each once."""
    return "".join(dict.fromkeys(found[0] for found in _MARK.finditer(text))) if _BEGIN in text else ""


def keep_marks(result: str, sources: str) -> str:
    """`result`, with the marks of `sources` that it has lost."""
    if _BEGIN not in sources:
        return result
    lost = "".join(found[0] for found in _MARK.finditer(sources) if found[0] not in result)
    return f"{result} {lost}" if lost and result else result + lost


class Unknowns:
    """The missing answers of one evaluation, and which of them were found to matter."""

    def __init__(self) -> None:
        self._asked: list[Unresolved] = []
        self._numbers: dict[tuple[Location, str, str], int] = {}
        self._found: dict[Unresolved, None] = {}

    def mark(self, where: Location, text: str, reason: str) -> str:
        """A mark for something that could not be worked out; it counts only once `matters` has seen it."""
        key = (where, text, reason)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._asked)
            self._asked.append(Unresolved(where=where, text=text, reason=reason))
        return f"\ue000{number}\ue001"

    def matters(self, text: str, affects: str) -> None:
        """Notes that the marks of `text` decide what is built: `affects`."""
        for found in _MARK.finditer(text):
            asked = self._asked[int(found[1])]
            self.note(asked.where, asked.text, asked.reason, affects)

    def question(self, text: str) -> str:
        """What the first mark of `text` stands for, and where it was asked."""
        found = _MARK.search(text)
        return f"{(one := self._asked[int(found[1])]).text} ({one.where})" if found else ""

    def spelled(self, text: str) -> str:
        """`text` with the question in the place of each mark."""
        return _MARK.sub(lambda found: self._asked[int(found[1])].text, text)

    def note(self, where: Location, text: str, reason: str, affects: str = "") -> None:
        """Notes something unresolved that certainly matters."""
        self._found[Unresolved(where=where, text=text, reason=reason, affects=affects)] = None

    def noted(self) -> tuple[Unresolved, ...]:
        """What matters, sorted by place."""
        return tuple(sorted(self._found, key=lambda one: (one.where, one.text, one.affects)))

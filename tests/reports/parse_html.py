"""Reads a page as strictly as a test needs.

Enters: a page. Leaves: `Document`. Must hold: an element that is not closed, or closed out of turn, is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br"}
REFERENCES = ("aria-labelledby", "aria-describedby", "for", "data-filters")


class Document(HTMLParser):
    """What is on a page: `structure` has every element with the names of its attributes, `shown` every text and every
    attribute that a reader meets, `named` the ids that are referred to."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.structure: list[tuple[str, tuple[str, ...]]] = []
        self.shown: list[str] = []
        self.titles: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.named: set[str] = set()
        self.deepest = 0
        self._elements: list[tuple[str, dict[str, str]]] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        assert len(found) == len(attrs), f"an attribute twice: {tag}"
        self.structure.append((tag, tuple(found)))
        self._elements.append((tag, found))
        self.shown += [found[name] for name in ("aria-label", "data-tip") if name in found]
        self.named |= {found[name] for name in REFERENCES if name in found}
        if "id" in found:
            self.ids.append(found["id"])
        if "href" in found:
            self.links.append(found["href"])
            self.named |= {found["href"][1:]} if found["href"].startswith("#") else set()
        assert "src" not in found
        assert not [name for name in found if name.startswith("on") or name == "style"]
        if tag not in VOID:
            self._open.append(tag)
            self.deepest = max(self.deepest, len(self._open))

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"nothing is open: {tag}"
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "title" and "svg" not in self._open:
            self.titles.append(data)
        if self._open and self._open[-1] not in {"style", "script"}:
            self.shown += data.split("\n")

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data[:40]}")

    def close(self) -> None:
        super().close()
        assert self._open == []

    def attributes(self, tag: str) -> list[dict[str, str]]:
        """Those of every element of this name."""
        return [found for name, found in self._elements if name == tag]

    def count(self, tag: str) -> int:
        """How many elements of this name there are."""
        return sum(name == tag for name, _ in self.structure)


def parse(text: str) -> Document:
    """The document in `text`."""
    document = Document()
    document.feed(text)
    document.close()
    return document

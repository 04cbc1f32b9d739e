"""What a series may not bring.

Enters: limits as a user writes them, a `Review`. Leaves: what of it the series brings, in words. Must hold: what was
asked and could not be told is brought: a build that failed, or that nobody made, has no growth that is small.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from analyzer import query
from analyzer.errors import UsageError, nearest
from analyzer.model.review import Review

KINDS = ("unmet", "lost", "value", "value=SYMBOL", "fault", "growth=BYTES")
"""Every limit there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`kinds` of unmet, lost, value and fault; `symbols` whose values may not change; the `growth` in bytes of content
    beyond which no config that is built may go (None: any)."""

    kinds: frozenset[str] = frozenset()
    symbols: frozenset[str] = frozenset()
    growth: int | None = None

    def broken(self, found: Review) -> Iterator[tuple[str, str]]:
        """The kind of each limit that a series goes past, and what it brings."""
        if "unmet" in self.kinds:
            yield from (("unmet", f"a select raises {one.symbol} past what it depends on") for one in found.unmet)
        if "lost" in self.kinds:
            for lost in found.lost:
                yield "lost", f"{lost.arch} {lost.config}: CONFIG_{lost.line.name}={lost.line.value} is lost"
        for move in found.moves():
            if "value" in self.kinds or move.symbol in self.symbols:
                old, new = (text or "undefined" for text in (move.before, move.after))
                yield "value", f"{move.symbol} {old} → {new} in {move.configs} configs"
        if "fault" in self.kinds:
            brought = (one for one in found.faults or () if one.fate != "mended")
            yield from (("fault", f"{one.fate}: {one.fault.text}") for one in brought)
        if self.growth is not None:
            yield from (("growth", text) for text in self._grown(found, self.growth))

    def _grown(self, found: Review, most: int) -> Iterator[str]:
        builds = found.bytes.builds if found.bytes else ()
        if not builds:
            yield "nothing was built, so that nobody knows how it grows"
        for one in builds:
            if one.growth is not None and one.growth > most:
                yield f"{one.arch} {one.config} grows by {one.growth:,} bytes, more than {most:,}"
            elif one.fails:
                yield f"{one.arch} {one.config}: {one.reason}"


def limits(texts: Collection[str]) -> Limits:
    """Limits as they are written (`KINDS`). Raises UsageError for any other.

    >>> limits(["lost", "growth=4K"]).growth
    4096
    """
    kinds: set[str] = set()
    symbols: set[str] = set()
    growth: int | None = None
    for text in texts:
        kind, equals, what = text.partition("=")
        if kind == "value" and what:
            symbols.add(what.removeprefix("CONFIG_"))
        elif kind == "growth":
            size = query.bytes_of(what)
            if size is None:
                raise UsageError(f"no size in bytes: {text}", hint="such as growth=4096, growth=4K, growth=0")
            growth = int(size) if growth is None else min(growth, int(size))
        elif not equals and kind in ("unmet", "lost", "value", "fault"):
            kinds.add(kind)
        else:
            hint = nearest(kind, [one.partition("=")[0] for one in KINDS]) or f"known: {' '.join(KINDS)}"
            raise UsageError(f"no such limit: {text}", hint=hint)
    return Limits(kinds=frozenset(kinds), symbols=frozenset(symbols), growth=growth)

"""What a series may not bring.

Enters: limits as a user writes them, a `Review`. Leaves: what of it the series brings, in words. Must hold: what was
asked and could not be told is brought: a build that failed, or that nobody made, has no growth that is small.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from analyzer import query
from analyzer.errors import UsageError, nearest
from analyzer.model.expr import Location
from analyzer.model.review import Review

KINDS = ("unmet", "lost", "value", "value=SYMBOL", "fault", "mapping", "growth=BYTES")
"""Every limit there is."""


_NAME = re.compile(r"[A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Brought:
    """What a series brings that it may not: in which config ("": in none alone), about which symbol."""

    kind: str
    text: str
    arch: str = ""
    config: str = ""
    symbol: str = ""
    location: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`kinds` of unmet, lost, value, fault and mapping; `symbols` whose values may not change; the `growth` in bytes of
    content beyond which no config that is built may go (None: any)."""

    kinds: frozenset[str] = frozenset()
    symbols: frozenset[str] = frozenset()
    growth: int | None = None

    def broken(self, found: Review) -> Iterator[Brought]:
        """What a series brings of it, and what can't be told any more."""
        for failed in found.failed:
            if failed.afterwards:
                yield Brought("failed", failed.error, arch=failed.arch, config=failed.config.replace("*", ""))
        old_names = {one.new: one.old for one in found.renames}
        if "unmet" in self.kinds:
            for unmet in found.unmet:
                text = f"a select raises {unmet.symbol} past what it depends on"
                (arch, names), *_ = unmet.places
                yield Brought("unmet", text, arch=arch, config=names[0], symbol=unmet.symbol, location=unmet.location)
        for lost in found.lost if "lost" in self.kinds else ():
            line = lost.line
            text = f"CONFIG_{line.name}={line.value} is lost; it is {lost.after or 'gone'}"
            yield Brought("lost", text, arch=lost.arch, config=lost.config, symbol=line.name, location=line.location)
        for move in found.moves():
            if "value" in self.kinds or self.symbols & {move.symbol, old_names.get(move.symbol)}:
                old, new = (text or "undefined" for text in (move.before, move.after))
                for arch, names in move.places:
                    for name in names:
                        yield Brought("value", f"{old} → {new}", arch=arch, config=name, symbol=move.symbol)
        for fault in found.faults or () if "fault" in self.kinds else ():
            if fault.fate != "mended":
                text, place = f"{fault.fate}: {fault.fault.text}", fault.fault.location
                yield Brought("fault", text, arch=fault.arches[0], symbol=fault.fault.name, location=place)
        for change in found.mapping.changes if found.mapping and "mapping" in self.kinds else ():
            (arch, names), *_ = change.places
            for end in change.worsened:
                text = f"scenario {end.scenario} of DMA mapping ends {end.b}, not {end.a}, in {change.configs} configs"
                yield Brought("mapping", text, arch=arch, config=names[0])
        if self.growth is not None:
            yield from _grown(found, self.growth)


def _grown(found: Review, most: int) -> Iterator[Brought]:
    builds = found.bytes.builds if found.bytes else ()
    if not builds:
        yield Brought("growth", "nothing was built, so that nobody knows how it grows")
    for one in builds:
        if one.growth is not None and one.growth > most:
            text = f"grows by {one.growth:,} bytes of content, more than {most:,}"
            yield Brought("growth", text, arch=one.arch, config=one.config)
        elif one.fails:
            yield Brought("growth", one.reason, arch=one.arch, config=one.config)


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
        if kind == "value" and _NAME.fullmatch(what):
            symbols.add(what.removeprefix("CONFIG_"))
        elif kind == "growth":
            size = query.bytes_of(what)
            if size is None:
                raise UsageError(f"no size in bytes: {text}", hint="such as growth=4096, growth=4K, growth=0")
            growth = int(size) if growth is None else min(growth, int(size))
        elif not equals and kind in KINDS:
            kinds.add(kind)
        else:
            hint = nearest(kind, [one.partition("=")[0] for one in KINDS]) or f"known: {' '.join(KINDS)}"
            raise UsageError(f"no such limit: {text}", hint=hint)
    return Limits(kinds=frozenset(kinds), symbols=frozenset(symbols), growth=growth)

"""What was found in the architectures, put together: one cause has one place, wherever it was seen.

Enters: entries, causes and values, architecture by architecture. Leaves: the parts of a `Review`. Must hold: two causes
are the same when they cite the same lines; what changes most configs comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from analyzer.model.by_arch import places_of
from analyzer.model.difference import RootCause
from analyzer.model.expr import Location
from analyzer.model.review import Chains, Effect, EntryChange, EntryFate, LostLine, Move, Unmet
from analyzer.pipeline.commands.review_lines import Moved
from analyzer.pipeline.commands.review_values import Values

_Causes = tuple[RootCause, ...]
_Places = dict[str, list[str]]


class Effects:
    """Gathers what a review tells."""

    def __init__(self) -> None:
        self._entries: dict[RootCause, list[str]] = {}
        self._groups: dict[_Causes, dict[Moved, _Places]] = {}
        self._chains: dict[_Causes, Chains] = {}
        self._unmet: dict[tuple[str, Location], _Places] = {}
        self.lost: list[LostLine] = []

    def entry(self, arch: str, cause: RootCause) -> None:
        """An entry differs in an architecture."""
        self._entries.setdefault(cause, []).append(arch)

    def explained(
        self,
        arch: str,
        names: Sequence[str],
        causes: Iterable[RootCause],
        values: Values,
        symbols: Mapping[str, int],
        chains: Callable[[str, str], Chains],
    ) -> None:
        """Causes change `symbols` (by symbol the lanes) of the configs `names`; `chains` tells why, of one."""
        key = tuple(causes)
        self._add(arch, key, values.moved(names, symbols))
        if key not in self._chains:
            own = {name for cause in key for name in cause.names}
            symbol = min(symbols, key=lambda name: (name not in own, -symbols[name].bit_count(), name))
            lane = (symbols[symbol] & -symbols[symbol]).bit_length() - 1
            self._chains[key] = chains(symbol, names[lane])

    def unmet(self, arch: str, names: Sequence[str], values: Values) -> None:
        """What selects raise past its dependencies only afterwards."""
        for name, mask in values.unmet.items():
            place = self._unmet.setdefault((name, values.lanes.models[1].symbols[name].location), {})
            place[arch] = [config for lane, config in enumerate(names) if mask >> lane & 1]

    def left(self, arch: str, names: Sequence[str], values: Values) -> None:
        """What no replay gave."""
        self._add(arch, (), values.moved(names, values.unexplained))

    def lines(self, arch: str, config: str, found: Iterable[tuple[_Causes, Iterable[Moved]]]) -> None:
        """What causes change in one config."""
        for key, moved in found:
            self._add(arch, key, ((one, config) for one in moved))

    def _add(self, arch: str, key: _Causes, moved: Iterable[tuple[Moved, str]]) -> None:
        for one, config in moved:
            self._groups.setdefault(key, {}).setdefault(one, {}).setdefault(arch, []).append(config)

    def configs_of(self, arch: str, symbols: Collection[str]) -> set[str]:
        """The configs of an architecture in which one of `symbols` gets another value."""
        moved = ((one, places) for found in self._groups.values() for one, places in found.items())
        return {name for (symbol, _, _), places in moved if symbol in symbols for name in places.get(arch, ())}

    # What is told.

    def forced(self) -> tuple[Unmet, ...]:
        """The symbols that selects raise past their dependencies only afterwards."""
        return tuple(
            Unmet(symbol=name, location=location, places=places_of(places))
            for (name, location), places in self._unmet.items()
        )

    def entries(self) -> tuple[EntryChange, ...]:
        """The entries that differ, in the order in which they were seen."""
        return tuple(
            EntryChange(fate=_fate(cause), cause=cause, arches=tuple(arches)) for cause, arches in self._entries.items()
        )

    def causes(self) -> tuple[RootCause, ...]:
        """Every cause once, as `told` numbers them."""
        return tuple(dict.fromkeys(cause for key in self._ordered() for cause in key))

    def told(self) -> tuple[Effect, ...]:
        """What the causes change."""
        place = {cause: at for at, cause in enumerate(self.causes())}
        return tuple(
            Effect(
                causes=tuple(place[cause] for cause in key),
                moves=tuple(_moves(self._groups[key])),
                chains=self._chains.get(key),
            )
            for key in self._ordered()
        )

    def unexplained(self) -> tuple[Move, ...]:
        """What no replay gave."""
        return tuple(_moves(self._groups.get((), {})))

    def _ordered(self) -> list[_Causes]:
        def weight(key: _Causes) -> tuple[bool, int]:
            return len(key) > 1, -sum(one.configs for one in _moves(self._groups[key]))

        return sorted((key for key in self._groups if key), key=weight)


def _fate(cause: RootCause) -> EntryFate:
    lone = all(line.text.startswith("config ") for line in (*cause.a, *cause.b))
    if lone and not cause.a:
        return "new"
    return "gone" if lone and not cause.b else "changed"


def _moves(found: Mapping[Moved, _Places]) -> Iterator[Move]:
    """The symbols, those that change in most configs first."""
    moves = (
        Move(
            symbol=symbol,
            before=before,
            after=after,
            places=places_of(places),
        )
        for (symbol, before, after), places in found.items()
    )
    return iter(sorted(moves, key=lambda move: (-move.configs, move.symbol, move.before)))

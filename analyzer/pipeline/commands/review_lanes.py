"""Many configs of one architecture, before and after a change of its Kconfig, and with any part of the change alone.

Enters: an open tree, the model as it is afterwards, what of it differs, the configs as they are asked for. Leaves:
`Lanes`: the values of every symbol that the change reaches. Must hold: what is not among them has the same value before
and after, by proof: every name on which it hangs has, or it hangs on none.

Only what the change reaches is compiled (`configs/part.py`); the rest is given by one run of the program as it was,
which is kept. What is reached is found by running: a symbol whose value became another one brings those that hang on
it, until none is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from analyzer import configs
from analyzer.configs.answers import Answers, accept, laid_over, laid_over_builtin, prepare
from analyzer.configs.compile import check, compile_whole
from analyzer.configs.part import Parts, parts, whole_entries
from analyzer.configs.program import Program
from analyzer.configs.programs import without_collector
from analyzer.configs.run import Planes
from analyzer.configs.union import Union, unite
from analyzer.errors import SourceError
from analyzer.model.config import Assignment, ConfigSource
from analyzer.model.expr import Location
from analyzer.model.kconfig import KconfigModel
from analyzer.pipeline.commands.diff_lanes import united
from analyzer.pipeline.commands.review_after import users_of
from analyzer.pipeline.commands.review_given import Given, run_answers
from analyzer.pipeline.opening import OpenTree

Variant = frozenset[str]
"""The switches that are on: the entries that read as they do afterwards."""


class Lanes:
    """The lanes of one architecture.

    `changed` are the symbols and choices whose entries differ, `switches` the names of the switches, each with the
    entries that it turns, `reached` all names whose values are looked at. Raises SourceError where entries need each
    other in circles that no tie opens.
    """

    def __init__(self, opened: OpenTree, after: KconfigModel, changed: Collection[str], found: Given) -> None:
        self._opened = opened
        self.models = (opened.model, after)
        self._given = found
        self._count = len(found.sources)
        self._users: Mapping[str, tuple[str, ...]] | None = None
        led = {
            line.target
            for model in self.models
            for name in changed
            if (symbol := model.symbols.get(name)) is not None
            for definition in symbol.definitions
            for line in (*definition.selects, *definition.implies)
        }
        self._take(self._known({*changed, *led}))

    def _known(self, names: Collection[str]) -> set[str]:
        return {name for name in names if any(name in m.symbols or name in m.choices for m in self.models)}

    def _take(self, names: Collection[str]) -> None:
        self.reached = whole_entries(self.models, names)
        self._parts: Parts = parts(*self.models, self.reached)
        with without_collector():
            union = unite(self._parts.a, self._parts.b)
            try:
                check(union.model)
            except SourceError:
                union = united(self._parts.a, self._parts.b)
                check(union.model)
            self.union: Union = union
            self._program: Program = compile_whole(union.model)
        self.switches = union.switches
        self._orders = tuple(self._ordered(side) for side in (0, 1))
        self._own = [tuple(line for line in lines if line.name in self.reached) for lines in self._given.own]
        self._accepted = [self._source(self._given.whole[at].assignments, at) for at in range(self._count)]
        lanes = [(source, accept(union.model, source.assignments)) for source in self._accepted]
        self._answers = prepare(self._program, union.model, lanes)

    def _source(self, lines: Sequence[Assignment], at: int) -> ConfigSource:
        """A config as far as the part goes."""
        mine = tuple(line for line in lines if line.name in self.reached)
        return replace(self._given.whole[at], assignments=tuple(self.union.lines(mine)))

    # Running.

    def run(self, variants: Sequence[Variant]) -> Planes:
        """All configs in each of the variants: lane number `variant * count + config`."""
        while True:
            planes = self._run(variants)
            if missing := self._missing(planes, len(variants)):
                self._take(self.reached | missing)
                continue
            return planes

    @property
    def count(self) -> int:
        """How many configs there are in each variant, the bases of others among them."""
        return self._count

    def _run(self, variants: Sequence[Variant]) -> Planes:
        answers = self._spread(variants)
        planes = run_answers(self._program, self.union.model, answers)
        done: dict[int, tuple[Assignment, ...]] = {}
        merged_ones = [at for at in range(self._count) if self._given.base[at] is not None]
        # A config that is merged onto one that is merged itself needs another pass.
        for _ in range(_depth(self._given.base)):
            again = {}
            for variant, switches in enumerate(variants):
                for at in merged_ones:
                    lane = variant * self._count + at
                    lines = self._merged(planes, variant, at, switches)
                    if lines != done.get(lane, self._accepted[at].assignments):
                        again[lane] = lines
            if not again:
                break
            done |= again
            answers = self._with(answers, {lane: (lane % self._count, lines) for lane, lines in again.items()})
            planes = run_answers(self._program, self.union.model, answers)
        return planes

    def _spread(self, variants: Sequence[Variant]) -> Answers:
        """The answers of all configs, once for each variant, with what is given and the switches."""
        tile = _tile(self._count, len(variants))
        model = self._opened.model
        planes = [plane * tile for plane in self._answers.planes]
        ones = ((1 << self._count) - 1) * tile
        texts = {
            name: tuple((text, lanes * tile) for text, lanes in some) for name, some in self._answers.texts.items()
        }
        before = self._given.planes
        for name in self._parts.given:
            symbol = model.symbols.get(name)
            if symbol is not None and not symbol.is_tristate_valued:
                step = before.program.texts.get(name)
                some = () if step is None else before.texts[step]
                texts[name] = tuple((text, lanes * tile) for text, lanes in some if text)
                continue
            hi, lo = (before.gates[slot] for slot in (before.program.values.get(name) or before.program.choices[name]))
            self._set(planes, name, ones, hi * tile, lo * tile)
        for switch in self.switches:
            block = (1 << self._count) - 1
            on = sum(block << at * self._count for at, variant in enumerate(variants) if switch in variant)
            self._set(planes, switch, ones, on, on)
        return Answers(
            planes=tuple(planes),
            ones=ones,
            texts=texts,
            orders={key: tuple((o, lanes * tile) for o, lanes in some) for key, some in self._answers.orders.items()},
            checked=self._answers.checked * tile,
        )

    def _set(self, planes: list[int], name: str, assigned: int, hi: int, lo: int) -> None:
        for slot, plane in zip(self._slots(name), (assigned, hi, lo), strict=False):
            planes[slot] = plane

    def _merged(self, planes: Planes, variant: int, at: int, switches: Variant) -> tuple[Assignment, ...]:
        """What a config that is merged onto another is asked, as far as the part goes, in a variant."""
        below = self._given.base[at]
        assert below is not None
        source = self._given.sources[at]
        if source.onto_lines:
            lines = self._own[below]
        else:
            lane = variant * self._count + below
            place = Location(path=self._given.sources[below].name, line=0)
            lines = tuple(
                Assignment(name=name, value=value, location=place)
                for name, value in self._written(planes, lane, switches)
            )
        own = self._own[at]
        builtin = source.merge is not None and source.merge.builtin
        return tuple(self.union.lines((laid_over_builtin if builtin else laid_over)(lines, own)))

    def _written(self, planes: Planes, lane: int, switches: Variant) -> list[tuple[str, str]]:
        """The lines that the .config of a lane has of the part."""
        on = {name for switch in switches for name in self.switches.get(switch, ())}
        side = 1 if any(self.switches) and not self.switches.keys() - switches else 0
        found = []
        for name in self._orders[side]:
            twin = name
            if name in self.union.twins:
                twin = f"<{'b' if name in on else 'a'} {name}>"
            slot = self._program.written.get(twin)
            if slot is None or not planes.gates[slot] >> lane & 1:
                continue
            symbol = self.union.model.symbols[twin]
            value = planes.value(name, lane)
            found.append((name, configs.value_text(symbol, value)))
        return found

    def _ordered(self, side: int) -> list[str]:
        """The symbols of the part, in the order in which a .config has them."""
        order = [name for name in self.models[side].symbols if name in self.reached]
        there = set(order)
        return [*order, *(n for n in self.models[1 - side].symbols if n in self.reached and n not in there)]

    def _with(self, answers: Answers, lanes: Mapping[int, tuple[int, tuple[Assignment, ...]]]) -> Answers:
        """The same with other lines in some lanes."""
        model, planes = self.union.model, list(answers.planes)
        taken = {slot for name in (*self._parts.given, *self.switches) for slot in self._slots(name)}
        texts = {name: dict(some) for name, some in answers.texts.items()}
        orders = {key: dict(some) for key, some in answers.orders.items()}
        fixed = {*self._parts.given}
        for lane, (at, lines) in lanes.items():
            source = replace(self._accepted[at], assignments=lines)
            one = prepare(self._program, model, [(source, accept(model, lines))])
            bit = 1 << lane
            for index, plane in enumerate(one.planes):
                if index not in taken:
                    planes[index] = planes[index] | bit if plane else planes[index] & ~bit
            for mine, theirs in ((texts, one.texts), (orders, one.orders)):
                _move(mine, theirs, bit, fixed)  # type: ignore[arg-type]
        return replace(
            answers,
            planes=tuple(planes),
            texts={name: tuple(some.items()) for name, some in texts.items()},
            orders={key: tuple(some.items()) for key, some in orders.items()},
        )

    def _slots(self, name: str) -> tuple[int, ...]:
        slots = self._program.inputs.get(name)
        return () if slots is None else (slots.assigned - 2, slots.hi - 2, slots.lo - 2)

    # What a run reaches.

    def _missing(self, planes: Planes, variants: int) -> set[str]:
        """What hangs on a name that is another than before in some lane, and is not looked at."""
        moved = [name for name in self.reached if self.differing(planes, name, variants)]
        if not moved:
            return set()
        if self._users is None:
            self._users = users_of(self._opened)
        found = {other for name in moved for other in self._users.get(name, ())}
        return self._known(found - self.reached)

    def differing(self, planes: Planes, name: str, variants: int) -> int:
        """The lanes in which a symbol, or choice, of the part is not what it was."""
        tile, before = _tile(self._count, variants), self._given.planes
        if name in planes.program.texts or name in before.program.texts:
            return self._other_text(planes, name, tile)
        then = before.program.values.get(name) or before.program.choices.get(name)
        now = planes.program.values.get(name) or planes.program.choices.get(name)
        hi, lo = (0, 0) if then is None else (before.gates[slot] * tile for slot in then)
        if now is None:
            return hi | lo
        return (planes.gates[now[0]] ^ hi) | (planes.gates[now[1]] ^ lo)

    def newly_forced(self, planes: Planes, name: str, configs: int) -> int:
        """The first `configs` lanes in which a select raises a symbol past what it depends on with all switches on
        (variant 1), and not with none (variant 0)."""
        twins = (f"<a {name}>", f"<b {name}>") if name in self.union.twins else (name, name)
        old, new = (
            planes.gates[slot] >> block * self._count if (slot := planes.program.forced.get(twin)) is not None else 0
            for block, twin in enumerate(twins)
        )
        return new & ~old & ((1 << configs) - 1)

    def _other_text(self, planes: Planes, name: str, tile: int) -> int:
        def texts(of: Planes) -> dict[str, int]:
            step = of.program.texts.get(name)
            return {} if step is None else dict(of.texts[step])

        old = {text: lanes * tile for text, lanes in texts(self._given.planes).items()}
        new = texts(planes)
        differ = 0
        for text in {*old, *new} - {""}:
            differ |= old.get(text, 0) ^ new.get(text, 0)
        return differ


def _tile(count: int, times: int) -> int:
    """What a plane of `count` lanes is multiplied with to stand there so many times."""
    return sum(1 << count * at for at in range(times))


def _depth(bases: Sequence[int | None]) -> int:
    """How often a config is merged onto one that is merged."""

    def deep(at: int) -> int:
        below = bases[at]
        return 0 if below is None else 1 + deep(below)

    return max(map(deep, range(len(bases))), default=0)


def _move(
    mine: dict[object, dict[object, int]], theirs: Mapping[object, object], bit: int, fixed: Collection[object]
) -> None:
    """Give one lane other texts or orders."""
    for name in {*mine, *theirs} - {*fixed}:
        found = mine.setdefault(name, {})
        for what in found:
            found[what] &= ~bit
        for what, _ in theirs.get(name, ()):  # type: ignore[attr-defined]
            found[what] = found.get(what, 0) | bit

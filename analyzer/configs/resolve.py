"""One config, resolved.

Enters: a tree, its model, its Program and a ConfigSource. Leaves: ResolvedConfig. Must hold: the values are those that
the tree's own conf writes; a source with a base is resolved in two steps, as the kernel's Makefile does it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import chain, filterfalse
from typing import Literal

from analyzer.configs.answers import Accepted, accept, laid_over, laid_over_builtin, prepare
from analyzer.configs.program import Program
from analyzer.configs.programs import Programs
from analyzer.configs.reasons import Reasons, Resolved
from analyzer.configs.run import NamesByLane, Planes, run
from analyzer.configs.write import written_lines
from analyzer.model.config import Assignment, ConfigSource, ResolvedConfig
from analyzer.model.expr import Location, Tristate
from analyzer.model.kconfig import KconfigModel, OutOfRange
from analyzer.model.tree import SourceTree


def resolve(
    tree: SourceTree,
    model: KconfigModel,
    program: Program | Programs,
    source: ConfigSource,
    names: Collection[str] = (),
) -> ResolvedConfig:
    """The value of every symbol under `source`, and why."""
    return resolve_all(tree, model, program, (source,), names)[0]


def resolve_all(
    tree: SourceTree,
    model: KconfigModel,
    program: Program | Programs,
    sources: Sequence[ConfigSource],
    names: Collection[str] = (),
) -> tuple[ResolvedConfig, ...]:
    """Many sources in one pass, or in two where some have a base. Of Programs the one that has `names` runs first, and
    the whole one when somebody asks for anything else."""
    # Variants of one config share its base.
    bases = {id(source.base): source.base for source in sources if source.base is not None}
    # Of a base all that is written counts.
    resolved = resolve_all(tree, model, _whole(program), tuple(bases.values())) if bases else ()
    resolved_bases = dict(zip(bases, resolved, strict=True))
    below: dict[tuple[int, bool], tuple[Assignment, ...]] = {}
    without = [source for source in sources if source.extras]
    asked = {line.rpartition("=")[0] for source in without for extra in source.extras for line in extra.requires}
    plain = [replace(source, extras=()) for source in without]
    resolved_without = iter(resolve_all(tree, model, program, plain, asked)) if plain else iter(())
    lanes: list[Lane] = []
    for source in sources:
        base = None if source.base is None else resolved_bases[id(source.base)]
        whole = source
        if base is not None:
            key = id(source.base), source.onto_lines
            below[key] = below.get(key) or lines_below(base, source)
            whole = _laid_onto(below[key], source)
        if source.extras:
            whole = with_extras(next(resolved_without), whole)
        lanes.append(Lane(source=source, whole=whole, accepted=accept(model, whole.assignments), base=base))
    if isinstance(program, Program):
        planes = _run(model, program, lanes)
    elif (known := program.before()) is not None:
        planes = _run(model, known, lanes)
    else:
        rest = cache(lambda: _run(model, program.whole, lanes))
        planes = replace(_run(model, program.of(names), lanes), rest=rest)
    found = _Names(model, planes)
    return tuple(_config(tree, model, planes, index, lane, found) for index, lane in enumerate(lanes))


def _whole(program: Program | Programs) -> Program:
    return program if isinstance(program, Program) else program.whole


def _run(model: KconfigModel, program: Program, lanes: Sequence[Lane]) -> Planes:
    answers = prepare(program, model, [(lane.whole, lane.accepted) for lane in lanes])
    return run(program, answers, drops_out_of_range=model.dialect.out_of_range is OutOfRange.DROPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """What one lane was asked: the source, the same with its base's lines in it, and what of that counts."""

    source: ConfigSource
    whole: ConfigSource
    accepted: Accepted
    base: ResolvedConfig | None = None


def config_of(tree: SourceTree, model: KconfigModel, planes: Planes, index: int, lane: Lane) -> ResolvedConfig:
    """Lane number `index` of a run as a config; `planes` must be of all gates."""
    return _config(tree, model, planes, index, lane, _Names(model, planes))


class _Names:
    """The sets of names that configs of one run share or partly share."""

    def __init__(self, model: KconfigModel, planes: Planes) -> None:
        self._model = model
        self._planes = planes

    @cached_property
    def whole(self) -> Planes:
        return self._planes if self._planes.rest is None else self._planes.rest()

    @cached_property
    def texts(self) -> frozenset[str]:
        return frozenset(filterfalse(self.whole.program.values.__contains__, self._model.symbols))

    @cached_property
    def written(self) -> NamesByLane:
        return self.whole.names(self.whole.program.written)

    @cached_property
    def forced(self) -> NamesByLane:
        return self.whole.names(self.whole.program.forced)


class _Later(Set[str]):
    """A set of names that is made when somebody looks into it."""

    def __init__(self, make: Callable[[], frozenset[str]]) -> None:
        self._make = make

    @cached_property
    def _names(self) -> frozenset[str]:
        return self._make()

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @classmethod
    def _from_iterable(cls, names: Iterable[str]) -> frozenset[str]:  # type: ignore[override]
        return frozenset(names)


def _config(
    tree: SourceTree, model: KconfigModel, planes: Planes, index: int, lane: Lane, names: _Names
) -> ResolvedConfig:
    values = planes.values(model.symbols, index)
    choice_values = _Tristates(planes, "choices", (model.choices,), index)
    visibility = _Tristates(planes, "visible", (model.symbols, model.choices), index)
    resolved = Resolved(
        model=model,
        values=values,
        choice_values=choice_values,
        visibility=visibility,
        source=lane.whole,
        accepted=lane.accepted,
        base=lane.base,
    )
    return ResolvedConfig(
        tree=tree,
        model=model,
        source=lane.source,
        values=values,
        choice_values=choice_values,
        visibility=visibility,
        written=_Later(lambda: names.written[index]),
        reasons=Reasons(resolved),
        texts=_Later(lambda: names.texts),
        forced=_Later(lambda: names.forced[index]),
        ignored=lane.accepted.ignored,
        rejected=lane.accepted.rejected,
        base=lane.base,
    )


def with_extras(config: ResolvedConfig, source: ConfigSource) -> ConfigSource:
    """`source` with those of its extras whose requirements `config` meets."""
    lines = source.assignments
    for extra in source.extras:
        needs = (line.rpartition("=") for line in extra.requires)
        if all((config.values.get(name) == "y") == (value == "y") for name, _, value in needs):
            lines = laid_over(lines, extra.assignments)
    return replace(source, assignments=lines, extras=())


def merged(base: ResolvedConfig, source: ConfigSource) -> ConfigSource:
    """The .config that merge_config.sh makes: the base's lines but those that `source` names, then those of
    `source`."""
    return _laid_onto(lines_below(base, source), source)


def _laid_onto(lines: tuple[Assignment, ...], source: ConfigSource) -> ConfigSource:
    builtin = source.merge is not None and source.merge.builtin
    return ConfigSource(
        name=source.name,
        assignments=(laid_over_builtin if builtin else laid_over)(lines, source.assignments),
        fill=source.fill,
        way=source.way,
        files=source.files,
        warnings=source.warnings,
    )


def lines_below(base: ResolvedConfig, source: ConfigSource) -> tuple[Assignment, ...]:
    """The lines of the base onto which `source` is merged."""
    return base.source.assignments if source.onto_lines else _written(base)


def _written(base: ResolvedConfig) -> tuple[Assignment, ...]:
    place = Location(path=base.source.name, line=0)
    return tuple(Assignment(name=name, value=value, location=place) for name, value in written_lines(base))


class _Tristates(Mapping[str, Tristate]):
    """One lane of some tristates of a program, read when asked; `names` are all that there are."""

    def __init__(
        self, planes: Planes, which: Literal["choices", "visible"], names: tuple[Mapping[str, object], ...], lane: int
    ) -> None:
        self._planes = planes
        self._which = which
        self._names = names
        self._lane = lane

    def __getitem__(self, name: str) -> Tristate:
        planes = self._planes
        slots: Mapping[str, tuple[int, int]] = getattr(planes.program, self._which)
        if name not in slots and planes.rest is not None and name in self:
            planes = planes.rest()
            slots = getattr(planes.program, self._which)
        return planes.tristate(slots[name], self._lane)

    def __contains__(self, name: object) -> bool:
        return any(name in names for names in self._names)

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(self._names)

    def __len__(self) -> int:
        return sum(map(len, self._names))

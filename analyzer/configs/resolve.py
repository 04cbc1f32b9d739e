"""One config, resolved.

Enters: a tree, its model, its Program and a ConfigSource. Leaves: ResolvedConfig. Must hold: the values are those that
the tree's own conf writes; a source with a base is resolved in two steps, as the kernel's Makefile does it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from analyzer.configs.answers import accept, prepare
from analyzer.configs.program import Program
from analyzer.configs.reasons import Reasons, Resolved
from analyzer.configs.run import Planes, run
from analyzer.configs.write import written_lines
from analyzer.model.config import Assignment, ConfigSource, ResolvedConfig
from analyzer.model.expr import Location, Tristate
from analyzer.model.kconfig import KconfigModel, OutOfRange
from analyzer.model.tree import SourceTree


def resolve(tree: SourceTree, model: KconfigModel, program: Program, source: ConfigSource) -> ResolvedConfig:
    """The value of every symbol under `source`, and why."""
    base = None
    whole = source
    if source.base is not None:
        base = resolve(tree, model, program, source.base)
        whole = merged(base, source)
    accepted = accept(model, whole.assignments)
    answers = prepare(program, model, [(whole, accepted)])
    planes = run(program, answers, drops_out_of_range=model.dialect.out_of_range is OutOfRange.DROPPED)
    values = {name: planes.value(name, 0) for name in model.symbols}
    choice_values = _Tristates(planes, program.choices)
    visibility = _Tristates(planes, program.visible)
    return ResolvedConfig(
        tree=tree,
        model=model,
        source=source,
        values=MappingProxyType(values),
        choice_values=choice_values,
        visibility=visibility,
        written=frozenset(name for name, slot in program.written.items() if planes.gates[slot] & 1),
        reasons=Reasons(
            Resolved(
                model=model,
                values=values,
                choice_values=choice_values,
                visibility=visibility,
                source=whole,
                accepted=accepted,
                base=base,
            )
        ),
        ignored=accepted.ignored,
        rejected=accepted.rejected,
        base=base,
    )


def merged(base: ResolvedConfig, source: ConfigSource) -> ConfigSource:
    """The .config that merge_config.sh makes: the base's lines but those that `source` names, then those of
    `source`."""
    named = {a.name for a in source.assignments}
    place = Location(path=base.source.name, line=0)
    kept = tuple(
        Assignment(name=name, value=value, location=place) for name, value in written_lines(base) if name not in named
    )
    return ConfigSource(
        name=source.name,
        assignments=(*kept, *source.assignments),
        files=source.files,
        warnings=source.warnings,
    )


class _Tristates(Mapping[str, Tristate]):
    """The first lane of some tristates, read when asked."""

    def __init__(self, planes: Planes, slots: Mapping[str, tuple[int, int]]) -> None:
        self._planes = planes
        self._slots = slots

    def __getitem__(self, name: str) -> Tristate:
        return self._planes.tristate(self._slots[name], 0)

    def __iter__(self) -> Iterator[str]:
        return iter(self._slots)

    def __len__(self) -> int:
        return len(self._slots)

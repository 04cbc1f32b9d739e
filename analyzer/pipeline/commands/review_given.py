"""The configs of one architecture as they are before a change, all resolved in one pass.

Enters: an open tree, sources. Leaves: `Given`. Must hold: a lane is what its source resolves to, however it is merged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer import configs
from analyzer.configs.answers import Answers, accept, prepare
from analyzer.configs.program import Program
from analyzer.configs.resolve import merged, with_extras
from analyzer.configs.run import Planes, run
from analyzer.model.config import Assignment, ConfigSource, ResolvedConfig
from analyzer.model.kconfig import KconfigModel, OutOfRange
from analyzer.pipeline.opening import OpenTree


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The configs as they were: each `source`, and the bases that some are merged onto (`base` is the place of a
    source's own), all flat (`whole`), and what they resolve to."""

    sources: tuple[ConfigSource, ...]
    own: tuple[tuple[Assignment, ...], ...]
    base: tuple[int | None, ...]
    whole: tuple[ConfigSource, ...]
    planes: Planes


def given(opened: OpenTree, sources: Sequence[ConfigSource]) -> Given:
    """All `sources` resolved in one pass, with what they are merged onto."""
    model, programs = opened.model, opened.programs
    every: dict[int, ConfigSource] = {}

    def add(source: ConfigSource) -> None:
        if source.base is not None:
            add(source.base)
        every.setdefault(id(source), source)

    for source in sources:
        add(source)
    order = (*sources, *(one for one in every.values() if not any(one is source for source in sources)))
    place = {id(source): at for at, source in enumerate(order)}
    bases = {id(one.base): one.base for one in order if one.base is not None}
    done = configs.resolve_all(opened.tree, model, programs.whole, tuple(bases.values())) if bases else ()
    resolved: Mapping[int, ResolvedConfig] = dict(zip(bases, done, strict=True))
    extra = [one for one in order if one.extras]
    plain = configs.resolve_all(opened.tree, model, programs.whole, [replace(one, extras=()) for one in extra])
    met = {id(one): config for one, config in zip(extra, plain, strict=True)}
    own, whole = [], []
    for one in order:
        mine = one if id(one) not in met else with_extras(met[id(one)], one)
        own.append(mine.assignments)
        whole.append(mine if mine.base is None else merged(resolved[id(mine.base)], mine))
    return Given(
        sources=tuple(order),
        own=tuple(own),
        base=tuple(None if one.base is None else place[id(one.base)] for one in order),
        whole=tuple(whole),
        planes=run_answers(
            programs.whole, model, prepare(programs.whole, model, [(o, accept(model, o.assignments)) for o in whole])
        ),
    )


def run_answers(program: Program, model: KconfigModel, answers: Answers) -> Planes:
    return run(program, answers, drops_out_of_range=model.dialect.out_of_range is OutOfRange.DROPPED)

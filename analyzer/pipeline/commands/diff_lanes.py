"""Two configs as lanes of one program.

Enters: two opened configs. Leaves: a `Mixture` of them, over one model or the union of two. Must hold: its ends are the
two configs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer import configs
from analyzer.configs.answers import accept
from analyzer.configs.compile import compile_model
from analyzer.configs.mixing import Mixture
from analyzer.configs.mixing import shown as shown_in
from analyzer.configs.program import Program
from analyzer.configs.union import Union, unite
from analyzer.deps.components import strongly_connected
from analyzer.model.analysis import shown
from analyzer.model.config import ConfigSource, ResolvedConfig
from analyzer.model.kconfig import KconfigModel
from analyzer.pipeline.commands.diff_lines import brought_together
from analyzer.pipeline.keeping.answers import Form
from analyzer.pipeline.opening import OpenTree

Pair = tuple[tuple[OpenTree, ResolvedConfig], tuple[OpenTree, ResolvedConfig]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairLanes:
    """Where replays run: the mixture of both configs, in their model or in the union of both."""

    sources: tuple[ConfigSource, ConfigSource]
    mixture: Mixture
    union: Union | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """What the ends of a mixture have to say before anything is mixed.

    `wanted` maps each name to its value when all is taken from the second config; names for which one of the ends is
    not what the config itself is, or between whose ends nothing changes, are not there: no replay can tell. `ruled` are
    names that have the second config's value already when nothing is taken from it but the rules of its tree (see
    `Dialect`), under which a union runs.
    """

    wanted: Mapping[str, str]
    ruled: tuple[str, ...]


def ends_of(mixture: Mixture, names: Sequence[str], a: ResolvedConfig, b: ResolvedConfig) -> Ends:
    """What the ends of a mixture say of each name."""
    planes = mixture.run(dict.fromkeys(mixture.keys, 0b10), 2)
    ours, theirs = shown(a), shown(b)
    wanted: dict[str, str] = {}
    ruled: list[str] = []
    for name in names:
        old, new = (shown_in(planes, name, lane) for lane in (0, 1))
        if not _stands_for(new, theirs.get(name, "")):
            continue
        stands = _stands_for(old, ours.get(name, ""))
        if stands and old != new:
            wanted[name] = new
        elif not stands and old == new:
            ruled.append(name)
    return Ends(wanted=wanted, ruled=tuple(ruled))


def _stands_for(value: str, here: str) -> bool:
    """Whether a value of the union is that of a config; what is off or has no number there may be written otherwise."""
    return value == here or (here in _NOTHING and value in _NOTHING)


_NOTHING = ("", "n", "0", "0x0")
"""What a symbol is that nothing gives a value, or that one model does not define, whatever its type."""


def lanes_of_pair(pair: Pair) -> PairLanes:
    """Both configs as lanes. Raises SourceError where entries of two models need each other in circles that no tie
    opens."""
    (left, _), (right, _) = pair
    sources = brought_together(pair)
    if left.model is right.model:
        return PairLanes(sources=sources, mixture=_mixture(left.program, left.model, *sources), union=None)
    union, program = _union_of(left, right)
    one, other = (
        replace(source, assignments=(*union.lines(source.assignments), *union.turned("n" if side == 0 else "y")))
        for side, source in enumerate(sources)
    )
    return PairLanes(sources=sources, mixture=_mixture(program, union.model, one, other), union=union)


def _mixture(program: Program, model: KconfigModel, a: ConfigSource, b: ConfigSource) -> Mixture:
    return Mixture(program, model, (a, accept(model, a.assignments)), (b, accept(model, b.assignments)))


def _union_of(left: OpenTree, right: OpenTree) -> tuple[Union, Program]:
    """Both models in one, compiled; kept, since nothing takes longer, and most pairs of trees are asked about again."""

    def make() -> tuple[Union, Program]:
        left.read.again()
        right.read.again()
        union = united(left.model, right.model)
        return union, compile_model(union.model)

    return left.keeper.kept(f"union with another: {right.keeper.key}", make, _UNION)


def _write(made: tuple[Union, Program]) -> bytes:
    union, program = made
    head = [dict(union.switches), dict(union.twins), sorted(union.unlike)]
    model = configs.encode(union.model)
    parts = (json.dumps(head).encode("ascii"), b"%d" % len(model), model + configs.encode_program(union.model, program))
    return b"\n".join(parts)


def _read(content: bytes, start: int) -> tuple[Union, Program] | None:
    begin = content.find(b"\n", start) + 1
    behind = content.find(b"\n", begin) + 1
    model = configs.decode(content, behind)
    program = None if model is None else configs.decode_program(content, model, behind + int(content[begin:behind]))
    if model is None or program is None:
        return None
    switches, twins, unlike = json.loads(content[start:begin])
    union = Union(
        model=model,
        switches={name: tuple(names) for name, names in switches.items()},
        twins={name: tuple(names) for name, names in twins.items()},
        unlike=frozenset(unlike),
    )
    return union, program


_UNION: Form[tuple[Union, Program]] = Form(write=_write, read=_read)


def united(a: KconfigModel, b: KconfigModel) -> Union:
    """Both models in one; entries that would need each other in a circle share a switch, as far as ties can do that."""
    tied: list[frozenset[str]] = []
    union = unite(a, b, tied)
    for _ in range(_TIES):
        components = strongly_connected(union.model)
        if not components:
            break
        tied += components
        union = unite(a, b, tied)
    return union


_TIES = 8
"""How often entries are tied before it is given up; 6.1 and 6.12 need one."""

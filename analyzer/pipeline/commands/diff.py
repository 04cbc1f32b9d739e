"""Two configs compared: what differs, and which causes explain it.

Enters: two open trees, a config of each. Leaves: a `Difference`. Must hold: a cause is what can be replayed: lines of a
config that stand on one side only, the answers of a target, entries of Kconfig that differ; what no replay explains is
said to be unexplained.

Within one model a replay takes some answers from the second config. Where the models differ, both are united in one, in
which every changed entry has a switch, so that one pass replays thousands of changes as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from analyzer import features
from analyzer.configs.mixing import apart, lanes_of, lanes_with
from analyzer.configs.programs import without_collector
from analyzer.deps.causes import find_causes
from analyzer.deps.followers import Followers
from analyzer.errors import SourceError
from analyzer.model.analysis import compare
from analyzer.model.build import KbuildObject
from analyzer.model.config import ResolvedConfig
from analyzer.model.difference import Bytes, Causes, Difference, Explained, ObjectChanges, Part, VerdictChange
from analyzer.model.gain import Gain
from analyzer.model.known import Missing
from analyzer.model.mapping import ModelRun
from analyzer.pipeline.build import planning
from analyzer.pipeline.bytes.gains import Scales
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.commands import model as mapping
from analyzer.pipeline.commands.analyze import look_at
from analyzer.pipeline.commands.diff_changes import Changes
from analyzer.pipeline.commands.diff_lanes import Pair, PairLanes, ends_of, lanes_of_pair
from analyzer.pipeline.opening import Progress, silent


def differences(
    pair: Pair,
    feature_set: str,
    *,
    objects: bool,
    known: tuple[Known, Known] | None = None,
    progress: Progress = silent,
) -> Difference:
    """Everything that differs between two configs, and why; with `objects` also what each alone builds, with `known`
    (measurements of the first's tree and of the second's) also what they weigh."""
    found = features.load(feature_set)
    (_, a), (_, b) = pair
    diff = compare(look_at(a, found), look_at(b, found))
    names = [row.name for row in diff.rows]
    return Difference(
        diff=diff,
        causes=causes(pair, names, progress, Scales(known[0], pair[0][0]) if known else None),
        objects=_objects(a, b) if objects else None,
        verdicts=tuple(_verdicts(mapping.run(a), mapping.run(b))) if found.name == "dma" else None,
        bytes=_bytes((a, b), known) if known else None,
    )


def _bytes(pair: tuple[ResolvedConfig, ResolvedConfig], known: tuple[Known, Known]) -> Bytes | None:
    if any(config.tree.kind == "bundled" for config in pair):
        return None
    (a, source_a), (b, source_b) = (one.weight(config) or (None, "") for one, config in zip(known, pair, strict=True))
    lacking = [(one, config) for one, config, w in zip(known, pair, (a, b), strict=True) if w is None]
    missing: tuple[Missing, ...]
    if len(lacking) == 2 and known[0] is known[1] and pair[0].tree.arch == pair[1].tree.arch:
        missing = (known[0].missing(*pair),)
    else:
        missing = tuple(one.missing(config) for one, config in lacking)
    return Bytes(a=a, b=b, source_a=source_a, source_b=source_b, missing=missing)


def causes(pair: Pair, names: Sequence[str], progress: Progress = silent, scales: Scales | None = None) -> Causes:
    """What explains that each of `names` has another value in the second config; with `scales` of the first's tree also
    what that weighs."""
    (_, a), (_, b) = pair
    progress("looking for causes", 0, 1)
    with without_collector():
        try:
            both = lanes_of_pair(pair)
        except SourceError:
            # Entries of both models need each other in a circle that no tie opened: nothing can be replayed.
            return Causes(causes=(), groups=(), unexplained=tuple(names), tried=0)
        changes = Changes((a, b), both.sources, both.mixture.keys, both.union)
    ends = ends_of(both.mixture, names, a, b)

    def replay(made: Mapping[int, int], count: int) -> Mapping[str, int]:
        taken = {key: lanes for change, lanes in made.items() for key in changes.keys[change]}
        return lanes_with(both.mixture.run(taken, count), ends.wanted)

    found = find_causes(len(changes.keys), list(ends.wanted), replay)
    used = list(dict.fromkeys(change for one in found for change in one.changes))
    place = {change: index for index, change in enumerate(used)}
    told = [changes.told(change) for change in used]
    linked = list(_linked([one.changes for one in found]))
    taken = [[changes.keys[change] for change in some] for some in (*(one.changes for one in found), *linked)]
    gains = _gains(both, a, taken, scales)
    kin = Followers(a, b)
    groups = [
        Explained(
            causes=tuple(place[change] for change in one.changes),
            symbols=kin.tree({n for change in one.changes for n in told[place[change]].names}, one.names),
            gain=gain,
        )
        for one, gain in zip(found, gains, strict=False)
    ]
    parts = (
        Part(causes=tuple(place[change] for change in some), gain=gain)
        for some, gain in zip(linked, gains[len(found) :], strict=True)
    )
    if ends.ruled:
        told.append(changes.rules())
        groups.append(Explained(causes=(len(told) - 1,), symbols=kin.tree((), ends.ruled)))
    explained = {symbol.name for group in groups for symbol in group.symbols}
    progress("looking for causes", 1, 1)
    return Causes(
        causes=tuple(told),
        groups=tuple(groups),
        unexplained=tuple(name for name in names if name not in explained),
        tried=len(changes.keys) + (a.tree.dialect != b.tree.dialect),
        parts=tuple(parts),
    )


def _linked(groups: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """The members of all groups, those together that lead to each other by groups which share some."""
    part: dict[int, set[int]] = {}
    for group in groups:
        whole = set(group).union(*(part.get(one, ()) for one in group))
        part.update(dict.fromkeys(whole, whole))
    yield from (sorted(some) for some in {id(some): some for some in part.values()}.values())


def _gains(
    both: PairLanes, a: ResolvedConfig, groups: Sequence[Sequence[Sequence[str]]], scales: Scales | None
) -> Sequence[Gain | None]:
    """What the first config gains with the changes of each group, given by their keys. A union of two models is the
    text of no tree, so nobody has built a mixture of it."""
    if scales is None or both.union is not None or not scales.tells:
        return [None] * len(groups)
    # A change of a target has thousands of keys, and may be in hundreds of groups.
    by_change: dict[int, tuple[Sequence[str], int]] = {}
    for lane, group in enumerate(groups, 1):
        for keys in group:
            by_change[id(keys)] = keys, by_change.get(id(keys), (keys, 0))[1] | 1 << lane
    taken = {key: lanes for keys, lanes in by_change.values() for key in keys}
    planes = both.mixture.run(taken, len(groups) + 1)
    first, *lanes = lanes_of(planes, a)
    if dict(first.values.items()) != dict(a.values.items()):
        return [None] * len(groups)
    return [scales.gain(a, lane, rows) for lane, rows in zip(lanes, apart(planes, a.model)[1:], strict=True)]


def _objects(a: ResolvedConfig, b: ResolvedConfig) -> ObjectChanges:
    """What one config alone builds; an object that goes elsewhere (built in, or into a module) counts as another."""
    plans = planning.plan(a), planning.plan(b)
    ours, theirs = ({(o.path, o.into): o for o in plan.objects} for plan in plans)

    def only(
        these: Mapping[tuple[str, str], KbuildObject], those: Mapping[tuple[str, str], KbuildObject]
    ) -> Iterator[KbuildObject]:
        return (found for key, found in these.items() if key not in those)

    return ObjectChanges(
        only_a=tuple(only(ours, theirs)),
        only_b=tuple(only(theirs, ours)),
        whole=not any(plan.unresolved for plan in plans),
    )


def _verdicts(a: ModelRun, b: ModelRun) -> Iterator[VerdictChange]:
    """The scenarios that end otherwise, or that apply on one side only."""
    ours, theirs = ({trace.scenario.name: trace for trace in run.traces} for run in (a, b))
    for name in dict.fromkeys((*ours, *theirs)):
        p, q = ours.get(name), theirs.get(name)
        verdicts = tuple(trace.verdict.value if trace else "" for trace in (p, q))
        first = p or q
        if verdicts[0] != verdicts[1] and first is not None:
            yield VerdictChange(scenario=name, title=first.scenario.title, a=verdicts[0], b=verdicts[1])

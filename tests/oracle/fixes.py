"""Fixes, judged: doctor and enable on the same lines, and both against an exhaustive search.

Enters: a tree, an architecture, the kernel's own fragments. Leaves: a `Tally`. Must hold: a lost line of a fragment is
asked for twice, by the doctor as a fragment of that line and by enable; both have to say the same. The exhaustive
search tries every answer that the config shows a prompt for, and all pairs of the answers nearest to the line in the
graph of who names whom, which is none of the engine's own ways to find candidates.

    python -m tests.oracle.fixes TREE LINES EXHAUSTIVE [ARCH…]

takes up to LINES lost lines of all fragments, of which every EXHAUSTIVE-th is searched for exhaustively.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice
from pathlib import Path
from time import process_time

from analyzer import configs
from analyzer.deps.trials import Sweep
from analyzer.model.config import Assignment, ConfigSource, ResolvedConfig
from analyzer.model.doctor import Remedy
from analyzer.model.expr import Tristate, names
from analyzer.model.kconfig import Symbol
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.pipeline.commands.doctor import aids, diagnosed, enable
from analyzer.trees import architectures, distinct
from kweigh.cache import programs as programs_folder
from tests.oracle.fragments import fragments_of

_NEIGHBOURS = 220
_PAIRS = 30_000
"""Pairs that are run in one pass."""


@dataclass(kw_only=True)
class Tally:
    """`lines` lost lines were asked for twice, `fixed` of them have a fix. `searched` of them exhaustively; `beaten`
    are those for which that found less, each in words; `disagreeing` those of which doctor and enable differ."""

    lines: int = 0
    fixed: int = 0
    searched: int = 0
    seconds: float = 0
    disagreeing: list[str] = field(default_factory=list)
    beaten: list[str] = field(default_factory=list)


def lost_lines(opened: OpenTree, base: ResolvedConfig, fragments: Sequence[Path]) -> Iterator[Assignment]:
    """The lines of fragments that each alone, merged onto `base`, are lost; each symbol and value once."""
    seen: set[tuple[str, str]] = set()
    for fragment in fragments:
        for line in opened.shelf.merge("defconfig", [str(fragment)]).assignments:
            symbol = opened.model.symbols.get(line.name)
            if symbol is None or (line.name, line.value) in seen:
                continue
            seen.add((line.name, line.value))
            value = configs.parse_value(symbol, line.value)
            if value is not None and base.values[line.name] != value and _alone(opened, base, line) != value:
                yield line


def _alone(opened: OpenTree, base: ResolvedConfig, line: Assignment) -> str:
    return _merged(opened, base, line).values[line.name]


def _merged(opened: OpenTree, base: ResolvedConfig, line: Assignment) -> ResolvedConfig:
    source = ConfigSource(name="defconfig+line", assignments=(line,), base=base.source)
    return opened.resolved(source)


def judge(opened: OpenTree, lines: int, exhaustive: int, tally: Tally) -> None:
    """Ask for up to `lines` lost lines twice, and for every `exhaustive`-th search exhaustively."""
    base = opened.resolve("defconfig")
    fragments = fragments_of(opened.tree.root, opened.tree.srcarch)
    for line in islice(lost_lines(opened, base, fragments), lines):
        started = process_time()
        config = _merged(opened, base, line)
        value = configs.parse_value(opened.model.symbols[line.name], line.value)
        assert value is not None
        (state,) = diagnosed(opened, config).lines
        ours = state.remedy
        tally.seconds += process_time() - started
        tally.lines += 1
        assert ours is not None
        theirs = enable(opened, [f"{line.name}={value}"], "defconfig").remedy
        about = f"{opened.tree.arch}: {line.name}={line.value}"
        if _told(ours, line.name) != _told(theirs, line.name):
            tally.disagreeing.append(f"{about}: {_told(ours, line.name)} and {_told(theirs, line.name)}")
        if ours.status != "verified":
            continue
        tally.fixed += 1
        if exhaustive and tally.fixed % exhaustive == 0:
            tally.searched += 1
            # What a choice picks instead is its own default, whatever else would change less.
            found = searched(opened, config, {line.name: value, **{one.name: "y" for one in ours.picks}})
            asked = {line.name, *(one.name for one in ours.picks)}
            own = sum(one.name not in asked for one in ours.assignments) + len(ours.changes)
            if found and found[0] < (_resorts(ours), own):
                tally.beaten.append(f"{about}: {_told(ours, line.name)} changes {own}, {found[1]} {found[0]}")


def _told(remedy: Remedy, wish: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return remedy.status, frozenset((a.name, a.value) for a in remedy.assignments if a.name != wish)


def _resorts(remedy: Remedy) -> int:
    return len(remedy.resorts)


def searched(
    opened: OpenTree, config: ResolvedConfig, wishes: Mapping[str, str]
) -> tuple[tuple[int, int], Mapping[str, str]] | None:
    """The least last resorts and other changes of one answer or two that bring the wishes, and these answers."""
    trials = aids(opened, config).trials
    found: list[tuple[tuple[int, int], Mapping[str, str]]] = []
    plans = [{name: v} for name, symbol in config.model.symbols.items() for v in _answers(config, symbol)]
    near = [
        {n: v} for n in _neighbours(config, [*wishes]) for v in _answers(config, config.model.symbols[n], near=True)
    ]
    pairs = [{**a, **b} for a, b in combinations(near, 2) if a.keys() != b.keys()]
    for part in (plans, *(pairs[at : at + _PAIRS] for at in range(0, len(pairs), _PAIRS))):
        sweep = Sweep(config, trials, part, {})
        found += [((one.cost[1], one.changes), dict(one.plan)) for one in sweep.best(wishes)[:1]]
    return min(found, key=lambda one: one[0], default=None)


def _answers(config: ResolvedConfig, symbol: Symbol, *, near: bool = False) -> Iterator[str]:
    if symbol.is_tristate_valued and symbol.prompt and (near or config.visibility[symbol.name] > Tristate.n):
        for value in "nmy" if symbol.type == "tristate" else "ny":
            if value != config.values[symbol.name]:
                yield value


def _neighbours(config: ResolvedConfig, starts: Sequence[str]) -> list[str]:
    """The symbols nearest to some, by who is named in whose entry and who selects whom."""
    selected = defaultdict(list)
    for name, symbol in config.model.symbols.items():
        for definition in symbol.definitions:
            for line in (*definition.selects, *definition.implies):
                selected[line.target].append(name)
    waiting, seen = [*starts], {*starts}
    for current in waiting:
        named = [*selected[current]]
        for definition in config.model.symbols[current].definitions:
            named += names(definition.condition)
            named += names(definition.prompt_condition()) if definition.prompt else ()
            named += [n for line in definition.defaults for e in (line.value, line.condition) for n in names(e)]
        new = [n for n in dict.fromkeys(named) if n not in seen and n in config.model.symbols]
        seen.update(new)
        waiting += new
        if len(waiting) > _NEIGHBOURS:
            break
    return [name for name in waiting[:_NEIGHBOURS] if name not in starts]


def main(argv: Sequence[str]) -> None:
    """See the top of this file."""
    root, lines, exhaustive = Path(argv[0]).absolute(), int(argv[1]), int(argv[2])
    tally = Tally()
    for arch in argv[3:] or distinct(architectures(root)):
        opened = open_tree(TreeRequest(root=root, arch=arch, cache=programs_folder()))
        judge(opened, lines - tally.lines, exhaustive, tally)
        sys.stdout.write(f"{arch}: {tally}\n")
        sys.stdout.flush()
        if tally.lines >= lines:
            break


if __name__ == "__main__":
    main(sys.argv[1:])

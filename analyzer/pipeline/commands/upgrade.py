"""What becomes of a config's lines in a newer tree.

Enters: two open trees, a config resolved in the old one. Leaves: `Upgraded`. Must hold: the upgraded lines, read by the
new tree's conf, give the config that is returned (tests/oracle/test_upgrade.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from analyzer import configs, deps, trees
from analyzer.deps.renames import Renames
from analyzer.model.analysis import is_on
from analyzer.model.config import Assignment, ConfigSource, ResolvedConfig
from analyzer.model.doctor import Remark
from analyzer.model.expr import Location
from analyzer.model.kconfig import KconfigModel, Symbol
from analyzer.model.upgrade import Fate, Successor, Trace, Upgraded, UpgradedLine
from analyzer.pipeline.commands.minimal import assignments
from analyzer.pipeline.commands.upgrade_traces import moved_objects, told
from analyzer.pipeline.opening import OpenTree, Progress, silent

_ORDER = "nmy"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Carried:
    """A line of the old config, and the one that takes its place (None: none does); `target` is the symbol it is about
    in the new tree."""

    old: Assignment
    new: Assignment | None = None
    target: Symbol | None = None
    successor: Successor | None = None
    adapted: bool = False


def upgrade(old: OpenTree, new: OpenTree, before: ResolvedConfig, progress: Progress = silent) -> Upgraded:
    """What becomes of each line of `before` in the tree `new`."""
    lines = list(assignments(before.source))
    last = {line.name: line for line in lines}
    names = [name for name in last if _is_gone(name, old.model, new.model)]
    found, traces = _successors(old, new, names, progress)
    carried = _carried(lines, last, before.model, new.model, found)
    source = ConfigSource(
        name=f"{before.source.name}, upgraded",
        assignments=tuple(one.new for one in carried if one.new is not None),
        files=before.source.files,
    )
    config = new.resolved(source)
    strangers = deps.Strangers(new.model, lambda: trees.entries(new.tree.root))
    invalid = {(line.location, line.name) for line in before.rejected}
    rows = [_told(one, last, invalid, before, config, traces, strangers) for one in carried]
    gone = {name: (one, where) for one in rows for name, where in one.dropped}
    words = (tuple(_words(row, one.target, config, gone)) for row, one in zip(rows, carried, strict=True))
    return Upgraded(
        before=before,
        config=config,
        lines=tuple(replace(row, words=said) for row, said in zip(rows, words, strict=True)),
    )


def _words(
    row: UpgradedLine,
    target: Symbol | None,
    config: ResolvedConfig,
    gone: Mapping[str, tuple[UpgradedLine, Location]],
) -> Iterator[Remark]:
    """Why a lost line does not count any more; `gone` are the symbols that removed lines selected."""
    wanted = configs.parse_value(target, row.assignment.value) if target is not None and row.fate == "lost" else None
    if target is None or wanted is None:
        return
    for word in deps.limits(config, target, wanted):
        yield word
        for name in word.waits:
            if name in gone:
                line, where = gone[name]
                text = f"{name} was selected by {line.assignment.name}, which is gone"
                yield Remark(by="kweigh", text=text, location=where)


def _is_gone(name: str, old: KconfigModel, new: KconfigModel) -> bool:
    """Whether the old tree defines it, and the new one does not, or lets nobody set it any more."""
    before, now = old.symbols.get(name), new.symbols.get(name)
    return before is not None and (now is None or bool(before.prompt and not now.prompt))


def _successors(
    old: OpenTree, new: OpenTree, names: list[str], progress: Progress
) -> tuple[Mapping[str, Successor], Mapping[str, Trace]]:
    if not names:
        return {}, {}
    what = "reading what both trees build"
    progress(what, 0, 3)
    here = told(old)
    progress(what, 1, 3)
    there = told(new)
    progress(what, 2, 3)
    moves = moved_objects(here, old.tree.root, there, new.tree.root, names)
    progress(what, 3, 3)
    renames = Renames(here, there, moves)
    found = {name: one for name in names if (one := renames.of(name)) is not None}
    return found, {name: here.symbols[name] for name in names}


def _carried(
    lines: list[Assignment],
    last: Mapping[str, Assignment],
    old: KconfigModel,
    new: KconfigModel,
    found: Mapping[str, Successor],
) -> list[_Carried]:
    """Each line with the one that takes its place. Of several that become one symbol the highest value counts, and a
    line of that symbol's own before all."""
    best: dict[str, Assignment] = {}
    for name, line in last.items():
        one = found.get(name)
        if one is not None and one.kind == "renamed":
            became = one.became[0]
            if became not in last and (became not in best or _rank(line) > _rank(best[became])):
                best[became] = line
    rows = []
    for line in lines:
        successor = found.get(line.name)
        name = successor.became[0] if successor is not None and successor.kind == "renamed" else line.name
        target = new.symbols.get(name) if successor is None or successor.kind == "renamed" else None
        counts = last[line.name] is line and (successor is None or best.get(name) is line)
        value = _adapted(target, line.value) if target is not None else None
        carried = replace(line, name=name, value=value, text="") if counts and value is not None else None
        adapted = target is not None and line.name in old.symbols and old.symbols[line.name].type != target.type
        rows.append(_Carried(old=line, new=carried, target=target, successor=successor, adapted=adapted))
    return rows


def _rank(line: Assignment) -> int:
    return _ORDER.find(line.value[:1])


def _adapted(target: Symbol, value: str) -> str | None:
    """The value as the new type takes it; None where it can't."""
    if target.type == "bool" and value == "m":
        return "y"
    return value if configs.parse_value(target, value) is not None else None


def _told(
    one: _Carried,
    last: Mapping[str, Assignment],
    invalid: set[tuple[Location, str]],
    old: ResolvedConfig,
    config: ResolvedConfig,
    traces: Mapping[str, Trace],
    strangers: deps.Strangers,
) -> UpgradedLine:
    line, before = one.old, old.model.symbols.get(one.old.name)
    base = UpgradedLine(assignment=line, fate="same", successor=one.successor, old=traces.get(line.name))
    if last[line.name] is not line:
        return replace(base, fate="overridden")
    if (line.location, line.name) in invalid:
        return replace(base, fate="invalid")
    target = one.target
    if target is not None:
        text = one.new.line if one.new is not None else ""
        base = replace(base, line=text, value=config.values[target.name], reason=config.reasons[target.name])
    if before is not None and not before.prompt and (target is None or not target.prompt):
        return replace(base, fate="computed")
    if target is None and one.successor is not None:
        return replace(base, fate="merged")
    if target is None and before is None:
        return replace(base, fate="stranger", stranger=strangers.of(line.name))
    if target is None:
        return replace(base, fate="removed", dropped=tuple(_dropped(line.name, old, config)))
    return replace(base, fate=_fate(one, target, before, config))


def _dropped(name: str, old: ResolvedConfig, config: ResolvedConfig) -> Iterator[tuple[str, Location]]:
    """What `name` selects in the old tree and nothing turns on in the new one."""
    selects = (one for definition in old.model.symbols[name].definitions for one in definition.selects)
    for target in dict.fromkeys(one.target for one in selects):
        if config.values.get(target) == "n" and is_on(old.values[target]):
            active = (cause.location for cause in old.reasons[target].causes if cause.name == name)
            yield from ((target, where) for where in active)


def _fate(one: _Carried, target: Symbol, before: Symbol | None, config: ResolvedConfig) -> Fate:
    wanted = configs.parse_value(target, one.old.value)
    kept = wanted == config.values[target.name]
    if one.successor is not None and (kept or one.new is None):
        return "renamed"
    if not target.prompt and (before is None or before.prompt):
        return "decided"
    if one.adapted and (not kept or wanted is None):
        return "retyped"
    return "same" if kept else "lost"

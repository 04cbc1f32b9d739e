"""What became of the lines of fragments, and what brings the lost ones back.

Enters: a config onto which fragments were merged, what their lines ask for, a way to resolve again. Leaves: a
`Diagnosis`. Must hold: every line gets a verdict; a line is changed, dropped, moot or unknown exactly when
scripts/kconfig/merge_config.sh warns of it; of lines for one symbol the last one counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from analyzer.deps.chain import chain
from analyzer.deps.needs import Need, goal
from analyzer.deps.propose import is_reached, proposed, smallest
from analyzer.deps.remarks import Script, conf_remarks, meant, remarks_on, script_remark
from analyzer.deps.remedy import Aids, Remedies, Wishes, changed
from analyzer.deps.search import Plan
from analyzer.deps.strangers import Strangers
from analyzer.model.config import ResolvedConfig
from analyzer.model.doctor import Contradiction, Diagnosis, LineState, Remark, Remedy, Request, Verdict
from analyzer.model.graph import Explanation

_MINIMISED = 24
"""Assignments up to which a joint remedy is made minimal; each costs a resolution."""
Progress = Callable[[str, int, int], None]


def _silent(what: str, done: int, total: int) -> None:
    pass


def diagnose(
    config: ResolvedConfig,
    requests: Sequence[Request],
    aids: Aids,
    most: int | None = None,
    script: Script | None = None,
    progress: Progress = _silent,
) -> Diagnosis:
    """The state of every line of `requests`, which were merged onto `config.base` in this order.

    A fix is looked for for `most` lost lines (None: all), first for those that other lost lines wait for. `script` is
    how the tree's merge_config.sh compares lines.
    """
    verdicts = [verdict_of(config, request) for request in requests]
    keep = {
        request.name: request.value
        for request, verdict in zip(requests, verdicts, strict=True)
        if verdict in {"kept", "redundant"} and request.value is not None
    }
    ward = _Ward(config, keep, aids)
    said = conf_remarks(config, requests)
    lines = [
        replace(
            ward.state(request, verdict),
            words=tuple(_words(config, request, verdict, script, conf)),
        )
        for request, verdict, conf in zip(requests, verdicts, said, strict=True)
    ]
    wanted = [number for number, line in enumerate(lines) if line.is_lost and line.remedy is None]
    first = sorted(wanted, key=_waited_for(lines).__getitem__, reverse=True)[:most]
    for done, number in enumerate(first):
        progress(f"looking for what brings back {lines[number].request.line}", done, len(first))
        lines[number] = replace(lines[number], remedy=ward.remedy(lines[number].request))
    states = tuple(lines)
    joint = ward.joint(states) if first else None
    return Diagnosis(config=config, lines=states, unsearched=len(wanted) - len(first), joint=joint)


def _words(
    config: ResolvedConfig, request: Request, verdict: Verdict, script: Script | None, conf: Sequence[Remark]
) -> Iterator[Remark]:
    if verdict in {"overridden", "unknown"}:
        yield from conf
        return
    step = _lost_at(config, request)
    if step is not None:
        file = request.assignment.location.path
        yield Remark(by="kweigh", text=f"it was lost when {file} was merged, before the files behind it; there:")
    else:
        yield from remarks_on(config, request, verdict)
    yield from conf
    if script is not None and (theirs := script_remark(request, script)) is not None:
        yield theirs


def _lost_at(config: ResolvedConfig, request: Request) -> ResolvedConfig | None:
    """The step of merging by make in which a line was lost; None where that is the last one, or it was lost later."""
    step: ResolvedConfig | None = config.base
    while step is not None and step.source.merge is not None:
        if request.assignment in step.source.assignments:
            lost = request.value is not None and step.values.get(request.name) == config.values.get(request.name)
            return step if lost and step.values[request.name] != request.value else None
        step = step.base
    return None


def _waited_for(lines: Sequence[LineState]) -> Mapping[int, int]:
    """For each line, by its place, in how many others' chains its symbol stands."""
    stands = Counter(
        step.name for line in lines if line.is_lost and line.explanation for step in line.explanation.steps[1:]
    )
    return {number: stands[line.request.name] for number, line in enumerate(lines)}


def verdict_of(config: ResolvedConfig, request: Request) -> Verdict:
    """What became of one line."""
    name = request.name
    if request.override is not None:
        return "overridden"
    if name not in config.model.symbols:
        return "unknown"
    value = config.values[name]
    if value == request.value and name in config.written:
        base = config.origin
        again = base is not None and name in base.written and base.values[name] == value
        return "redundant" if again else "kept"
    if value in {request.value, request.assignment.value}:
        return "moot"
    return "dropped" if value in {"", "n"} else "changed"


class _Ward:
    """Looks after the lines of one config; `keep` are those that it has."""

    def __init__(self, config: ResolvedConfig, keep: Wishes, aids: Aids) -> None:
        self._config = config
        self._keep = keep
        self._aids = aids
        self._resolve_with = aids.resolve_with
        self._remedies = Remedies(config, aids, keep=keep)
        self._known: dict[str, Remedy] = {}
        self._strangers = Strangers(config.model, aids.entries)

    def state(self, request: Request, verdict: Verdict) -> LineState:
        name = request.name
        if verdict == "unknown":
            return LineState(
                request=request,
                verdict=verdict,
                value="",
                stranger=self._strangers.of(name),
                remedy=self._undefined(request),
            )
        value = self._config.values.get(name, "")
        if verdict in {"overridden", "kept", "redundant"}:
            return LineState(request=request, verdict=verdict, value=value)
        symbol = self._config.model.symbols[name]
        there = _lost_at(self._config, request) or self._config
        explanation = Explanation(symbol=name, value=value, type=symbol.type, steps=chain(there, name))
        # What no value of the type can be costs no search.
        found = self.remedy(request) if verdict != "moot" and self._wanted(request) is None else None
        return LineState(request=request, verdict=verdict, value=value, explanation=explanation, remedy=found)

    def remedy(self, request: Request) -> Remedy:
        name = request.name
        if name not in self._known:
            symbol = self._config.model.symbols[name]
            value = self._wanted(request)
            if value is None:
                text = f"{request.assignment.value} is no value for {name}, which is of type {symbol.type}"
                proof = Contradiction(text=text, steps=((f"config {name}", symbol.location),))
                written = ((name, request.assignment.value),)
                self._known[name] = Remedy(wishes=written, status="impossible", contradiction=proof)
            else:
                self._known[name] = self._remedies.remedy({name: value})
        return self._known[name]

    def _wanted(self, request: Request) -> str | None:
        """The value that is to be brought about: of a bool or tristate that takes no such one what was likely meant."""
        symbol = self._config.model.symbols[request.name]
        if request.value is not None or not symbol.is_tristate_valued:
            return request.value
        likely = meant(symbol, request.assignment.value)
        return likely if likely not in {"", "n"} else None

    def _undefined(self, request: Request) -> Remedy | None:
        if request.assignment.value == "n":
            return None
        text = f"{request.name} is not defined in {self._config.tree.label}"
        wishes = ((request.name, request.assignment.value),)
        return Remedy(wishes=wishes, status="impossible", contradiction=Contradiction(text=text))

    def joint(self, lines: Sequence[LineState]) -> Remedy | None:
        """One remedy for all lines that have one of their own; None where there are less than two of them."""
        cured = {
            line.request.name: (dict(line.remedy.wishes)[line.request.name], line.remedy)
            for line in lines
            if line.remedy is not None and line.remedy.status == "verified" and line.remedy.assignments
        }
        if len(cured) < 2:
            return None
        plan: Plan = ()
        wishes: dict[str, str] = {}
        for name, (value, single) in cured.items():
            # What an earlier line's remedy has set stays, the wish itself comes last.
            longer = {**{a.name: a.value for a in single.assignments}, **dict(plan), name: value}
            if self._reached(longer, {**wishes, name: value}):
                plan = tuple(longer.items())
                wishes[name] = value
        return self._made_small(plan, wishes, tuple(name for name in cured if name not in wishes))

    def _reached(self, plan: Mapping[str, str], wishes: Wishes) -> bool:
        return is_reached(self._resolve_with(plan), self._goals(wishes))

    def _goals(self, wishes: Wishes) -> tuple[Need, ...]:
        return tuple(goal(self._config, name, value) for name, value in wishes.items())

    def _made_small(self, plan: Plan, wishes: Wishes, without: tuple[str, ...]) -> Remedy:
        """The joint remedy: `plan` without what the fragments say already, and what is not needed."""
        # A line for what has no prompt sets nothing.
        symbols = self._config.model.symbols
        plan = tuple(row for row in plan if any(d.prompt for d in symbols[row[0]].definitions))
        besides = tuple(row for row in plan if row[0] not in wishes)
        if besides and self._reached(dict(besides), wishes):
            plan = besides
        if len(plan) <= _MINIMISED:
            plan = smallest(self._resolve_with, plan, self._goals(wishes))
        there = self._resolve_with(dict(plan))
        names = {*wishes, *dict(plan)}
        return Remedy(
            wishes=tuple(wishes.items()),
            status="verified",
            assignments=proposed(self._config, plan),
            changes=tuple(change for change in changed(self._config, there) if change.name not in names),
            loses=(*without, *(name for name, value in self._keep.items() if there.values[name] != value)),
            gain=self._aids.gain(there),
        )

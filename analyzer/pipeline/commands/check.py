"""Holds a policy against a tree.

Enters: a request, the path of a policy, where measurements are. Leaves: `Checked`, or the texts of its baselines. Must
hold: every config of an architecture is resolved in one pass, and once; an architecture or config that fails is found
by every rule that looks at it; a name in a rule's scope that matches nothing is an error with its line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NoReturn

from analyzer import configs, deps, documents, features
from analyzer.configs.targets import TARGETS
from analyzer.deps.chain import chain
from analyzer.errors import AnalyzerError, InputError, SourceError, UsageError, nearest
from analyzer.model.config import ConfigSource, ResolvedConfig
from analyzer.model.doctor import LineState
from analyzer.model.expr import Location
from analyzer.model.graph import UnmetDependency
from analyzer.model.policy import (
    Accepted,
    Baseline,
    BaselineClaim,
    Chain,
    Checked,
    LinesClaim,
    Looked,
    Measure,
    Measured,
    Policy,
    Rule,
    SeriesClaim,
)
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.choosing import chosen_arches, chosen_configs
from analyzer.pipeline.commands.check_chain import told
from analyzer.pipeline.commands.check_series import judge_series
from analyzer.pipeline.commands.check_weights import weigh
from analyzer.pipeline.commands.doctor import lost
from analyzer.pipeline.commands.matrix import label_of
from analyzer.pipeline.opening import OpenTree, Progress, TreeRequest, open_tree, silent
from analyzer.policy import judge, parse_accepted, parse_baseline, read, render_baseline

LONGEST_CHAIN = 40
"""Lines of a reason chain; what is left out is counted."""

LARGEST_BASELINE = 64 << 20
"""Bytes; a million values."""


def check(
    request: TreeRequest,
    path: Path,
    known: Known,
    progress: Progress = silent,
    only: Sequence[str] = (),
    series: str = "",
) -> Checked:
    """Every rule of the policy at `path`, judged; on the architectures of `only`, names and globs, where there are any,
    and those about a series on `series`. Raises UsageError or SourceError where the policy makes no sense."""
    policy, stand, looked = _looked(request, path, progress, only)
    witness = Rooms(known, stand.tree)
    on_series, label = judge_series(policy, request, series, known, progress, only)
    verdicts = tuple(
        on_series[rule.name] if rule.name in on_series else judge(rule, rows, witness)
        for rule, rows in zip(policy.rules, looked, strict=True)
    )
    return Checked(policy=policy, tree=label or stand.label, verdicts=verdicts)


def every_line(
    request: TreeRequest, arches: Sequence[str], names: Sequence[str], accepted: str, progress: Progress = silent
) -> Checked:
    """Whether every line of many configs comes true, as a policy of one rule says it; `accepted` names the file of
    losses that are accepted. Raises UsageError for a name that matches nothing, SourceError for that file."""
    claim = LinesClaim(accepted=accepted)
    place = Location(path="--all", line=0)
    given = tuple(arches) or ((request.arch,) if request.arch is not None else chosen_arches(request, ()))
    rule = Rule(
        name="every line comes true", claim=claim, location=place, arches=given, configs=tuple(names), places={}
    )
    stand = _Stand(request, progress)
    try:
        pairs = tuple(_scope(stand, rule))
        stand.resolve()
        verdict = judge(rule, [stand.rows[pair] for pair in pairs], Rooms(Known(), stand.tree))
    except SourceError as error:
        if error.path != "--all":
            raise
        raise UsageError(error.message.partition(": ")[2], hint=error.hint) from None
    policy = Policy(title="Lines of configs", path="", rules=(rule,))
    return Checked(policy=policy, tree=stand.label, verdicts=(verdict,))


def baselines(request: TreeRequest, path: Path, progress: Progress = silent) -> Mapping[str, str]:
    """The text of each baseline that the policy at `path` names, by its path, as the tree stands now.

    Raises UsageError when it names none, and InputError for a config that does not resolve: a baseline without it would
    forget it.
    """
    policy, _, looked = _looked(request, path, progress)
    found: dict[str, str] = {}
    for rule, rows in zip(policy.rules, looked, strict=True):
        if not isinstance(rule.claim, BaselineClaim):
            continue
        if rule.claim.path in found:
            place = rule.at("baseline")
            raise SourceError("two rules share a baseline", path=place.path, lineno=place.line)
        for row in rows:
            if row.error:
                raise InputError(f"{row.arch} {row.name}: {row.error}")
        found[rule.claim.path] = render_baseline(rows, rule.claim.targets)
    if not found:
        raise UsageError(f"no rule of {path} has a baseline", hint='baseline = "FILE" in a [[rule]]')
    return found


def _looked(
    request: TreeRequest, path: Path, progress: Progress, only: Sequence[str] = ()
) -> tuple[Policy, _Stand, tuple[tuple[Looked, ...], ...]]:
    """The policy, what was opened for it, and the configs of each rule."""
    try:
        text = documents.read_text(path)
    except FileNotFoundError:
        raise UsageError(f"there is no policy {path}") from None
    policy = read(text, path=str(path), features=features.load)
    stand = _Stand(request, progress)
    chosen = chosen_arches(request, only) if only else None
    wanted = [
        () if isinstance(rule.claim, SeriesClaim) else tuple(_scope(stand, rule, chosen)) for rule in policy.rules
    ]
    stand.resolve()
    looked = tuple(tuple(stand.rows[arch, name] for arch, name in pairs) for pairs in wanted)
    return policy, stand, looked


class _Stand:
    """The architectures that were opened, and the configs that are asked of each."""

    def __init__(self, request: TreeRequest, progress: Progress) -> None:
        self.request = request
        self.label = "bundled tree"
        self.rows: dict[tuple[str, str], Looked] = {}
        self._progress = progress
        self._opened: dict[str, OpenTree | Looked] = {}
        self._names: dict[str, frozenset[str]] = {}

    def open(self, arch: str) -> OpenTree | Looked:
        """The tree as `arch`, or what says that it can't be read. Raises UsageError for an unknown one."""
        if arch not in self._opened:
            self._progress(f"check: {arch}", len(self._opened), 0)
            try:
                opened = open_tree(replace(self.request, arch=arch))
            except (UsageError, InputError):
                raise
            except AnalyzerError as error:
                self._opened[arch] = self.rows[arch, "*"] = Looked(arch=arch, name="*", error=error.line())
            else:
                self._opened[arch] = opened
                self.label = label_of(opened.tree)
        return self._opened[arch]

    def tree(self, arch: str) -> OpenTree:
        """The tree as an architecture that a config was resolved for."""
        opened = self._opened[arch]
        assert isinstance(opened, OpenTree)
        return opened

    def has(self, opened: OpenTree, name: str) -> bool:
        """Whether the tree or the user has a config of this name, whatever it holds."""
        arch = opened.tree.arch
        if arch not in self._names:
            self._names[arch] = frozenset((*TARGETS, *opened.shelf.names()))
        return opened.shelf.has(name)

    def known(self) -> frozenset[str]:
        """The names of all configs seen so far."""
        return frozenset(name for names in self._names.values() for name in names)

    def want(self, arch: str, name: str) -> None:
        """Have a config resolved."""
        self.rows.setdefault((arch, name), Looked(arch=arch, name=name))

    def resolve(self) -> None:
        """Resolve all that is wanted, an architecture at a time."""
        for done, (arch, opened) in enumerate(self._opened.items()):
            if isinstance(opened, Looked):
                continue
            self._progress(f"check: resolving {arch}", done, len(self._opened))
            sources: dict[str, ConfigSource] = {}
            for name in [name for of, name in self.rows if of == arch]:
                try:
                    sources[name] = opened.shelf.load(name)
                except AnalyzerError as error:
                    self.rows[arch, name] = Looked(arch=arch, name=name, error=error.line())
            resolved = configs.resolve_all(opened.tree, opened.model, opened.program, tuple(sources.values()))
            for name, config in zip(sources, resolved, strict=True):
                self.rows[arch, name] = Looked(arch=arch, name=name, config=config)


def _scope(stand: _Stand, rule: Rule, only: Sequence[str] | None = None) -> Iterator[tuple[str, str]]:
    """The architectures (of those of `only`) and configs that a rule is about; each of its names must stand for one at
    least, where all architectures are looked at."""
    idle_arches, idle_names = dict.fromkeys(rule.arches), dict.fromkeys(rule.configs)
    try:
        arches = chosen_arches(stand.request, rule.arches or only or ())
        if only is not None:
            arches = tuple(arch for arch in arches if arch in only)
        opened = {arch: stand.open(arch) for arch in arches}
    except UsageError as error:
        _refuse(rule, error.message, "arches", hint=error.hint)
    for arch, tree in opened.items():
        if isinstance(tree, Looked):
            _forget(idle_arches, arch)
            # Whether it has the config, nobody knows.
            idle_names.clear()
            yield arch, "*"
            continue
        found: dict[str, None] = {}
        for pattern in rule.configs or (None,):
            names = chosen_configs(tree.shelf, (pattern,) if pattern else ())
            names = tuple(name for name in names if stand.has(tree, name))
            found.update(dict.fromkeys(names))
            if names and pattern is not None:
                idle_names.pop(pattern, None)
        for name in found:
            _forget(idle_arches, arch)
            stand.want(arch, name)
            yield arch, name
    if only is not None:
        return
    for name in idle_names:
        _refuse(rule, f"no config {name} in {', '.join(arches)}", "configs", hint=nearest(name, stand.known()))
    for name in idle_arches:
        _refuse(rule, f"none of its configs is there for {name}", "arches")


def _forget(idle: dict[str, None], arch: str) -> None:
    for pattern in [pattern for pattern in idle if fnmatchcase(arch, pattern)]:
        del idle[pattern]


def _refuse(rule: Rule, message: str, key: str, *, hint: str = "") -> NoReturn:
    place = rule.at(key)
    raise SourceError(f"the rule {rule.name!r}: {message}", path=place.path, lineno=place.line, hint=hint)


class Rooms:
    """What the rooms say to a judge."""

    def __init__(self, known: Known, opened: Callable[[str], OpenTree]) -> None:
        """`opened` gives the tree as an architecture."""
        self._known = known
        self._opened = opened

    def chain(self, config: ResolvedConfig, symbol: str) -> Chain:
        """The lines behind a value, step by step."""
        lines = tuple(line for step in chain(config, symbol) for line in told(step))
        more = len(lines) - LONGEST_CHAIN
        return lines if more <= 0 else (*lines[:LONGEST_CHAIN], (f"and {more} more lines (kweigh why {symbol})", None))

    def unmet(self, config: ResolvedConfig) -> tuple[UnmetDependency, ...]:
        """As deps finds them."""
        return deps.find_unmet(config)

    def measured(self, config: ResolvedConfig, of: Measure, symbol: str) -> Measured:
        """What the measurements say."""
        return weigh(self._known, self._opened(config.tree.arch), config, of, symbol)

    def lost(self, config: ResolvedConfig) -> tuple[LineState, ...]:
        """As the doctor finds them."""
        return lost(config)

    def accepted(self, path: str) -> tuple[Accepted, ...]:
        """The losses that the file at `path` accepts."""
        return parse_accepted(_text(path), path=path)

    def hint(self, name: str, known: Iterable[str]) -> str:
        """As deps finds it."""
        return deps.hint(name, known)

    def baseline(self, path: str) -> Baseline:
        """The values in the file at `path`."""
        return parse_baseline(_text(path), path=path)


def _text(path: str) -> str:
    try:
        data = documents.read_regular(path, LARGEST_BASELINE)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise SourceError(f"can't be read: {error.strerror}", path=path) from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise SourceError("is not a text file in UTF-8", path=path) from None

"""The parity certificate: the tree's own conf and we resolve the same configs.

Enters: a tree, architectures, configs. Leaves: Certificate. Must hold: both sides get the same files; conf's
environment is what the tree's own make exports, never ours; conf is built and run in scratch folders, never in the
tree; the judge's text is compared as a whole, below the line that names the version.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

from analyzer import configs
from analyzer.errors import AnalyzerError, UsageError
from analyzer.judge.build import build
from analyzer.judge.values import parse
from analyzer.model.certificate import Certificate, Comparison, ConfigKind, SymbolDifference, VariableDifference
from analyzer.model.config import ResolvedConfig
from analyzer.pipeline.choosing import check_configs, chosen_arches, chosen_configs
from analyzer.pipeline.commands.certify_judge import Judge, ask_make
from analyzer.pipeline.opening import OpenTree, Progress, TreeRequest, open_tree, silent


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """One config to compare: `config` as CONFIG takes it, or the judge's random one of `seed`."""

    config: str
    kind: ConfigKind
    seed: int = 0


def certify(
    request: TreeRequest,
    arches: Sequence[str],
    names: Sequence[str],
    seeds: int,
    cache: Path,
    progress: Progress = silent,
) -> Certificate:
    """Compare `names` (configs or globs; by default every target and defconfig, and every
    fragment merged onto the default config) and `seeds` random configs for each of `arches`.

    `cache` is where the built conf is kept. The bundled tree has no conf of its own: there kconfiglib is the judge, of
    values, and there are no random configs. Raises ToolchainError when conf cannot be built.
    """
    if request.root is None:
        if seeds:
            raise UsageError("random configs come from conf, which the bundled tree has not")
        return _by_library(request, arches, names, progress)
    conf = build(request.root, cache)
    comparisons: list[Comparison] = []
    variables: list[VariableDifference] = []
    toolchains: dict[str, str] = {}
    unread: dict[str, str] = {}
    label = ""
    chosen = chosen_arches(request, arches)
    check_configs(request, chosen, names)
    with tempfile.TemporaryDirectory(prefix="kweigh-certify-") as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        for arch in chosen:
            try:
                opened = open_tree(replace(request, arch=arch))
                judge, differing = ask_make(opened.shelf, conf, Path(folder, arch))
            except AnalyzerError as error:
                unread[arch] = error.line()
                continue
            label = f"Linux {opened.tree.version}"
            toolchains[arch] = opened.tree.toolchain.identity
            variables += differing
            asked = list(_asked(opened, names, seeds))
            # The judge runs in other processes meanwhile, two or more at a time.
            verdicts = [pool.submit(_text, opened, judge, question) for question in asked]
            for done, (question, verdict) in enumerate(zip(asked, verdicts, strict=True)):
                progress(f"certify {arch}: {question.config}", done, len(asked))
                comparisons.append(_compared(opened, judge, question, verdict.result()))
    return Certificate(
        tree=label,
        toolchains=toolchains,
        comparisons=tuple(comparisons),
        variables=tuple(variables),
        unread=unread,
    )


def _by_library(request: TreeRequest, arches: Sequence[str], names: Sequence[str], progress: Progress) -> Certificate:
    from analyzer.judge.library import Library

    comparisons: list[Comparison] = []
    toolchains: dict[str, str] = {}
    chosen = chosen_arches(request, arches)
    check_configs(request, chosen, names)
    for arch in chosen:
        opened = open_tree(replace(request, arch=arch))
        library = Library(opened.tree)
        toolchains[arch] = opened.tree.toolchain.identity
        for done, question in enumerate(asked := list(_asked(opened, names, 0))):
            progress(f"certify {arch}: {question.config}", done, len(asked))
            config = opened.resolve(question.config)
            theirs = library.values(opened.shelf.load(question.config))
            different = tuple(_differences(config, config.values, theirs))
            comparisons.append(
                Comparison(
                    arch=arch,
                    config=question.config,
                    kind=question.kind,
                    equal=not different,
                    differences=different,
                    line=f"{len(different)} values differ" if different else "",
                )
            )
    return Certificate(tree="bundled", judge="kconfiglib", toolchains=toolchains, comparisons=tuple(comparisons))


def _asked(opened: OpenTree, names: Sequence[str], seeds: int) -> Iterator[_Question]:
    # What belongs to another architecture of the same folder is compared as well: conf takes it.
    named = opened.shelf.names()
    fragments = [f"defconfig+{name}" for name in named if name.endswith(".config")]
    whole = [name for name in named if name.endswith("defconfig")]
    everything = (*configs.TARGETS, *whole, *sorted(opened.shelf.recipes), *fragments)
    for name in chosen_configs(opened.shelf, names or everything):
        is_fragment = "+" in name and not Path(name).is_file()
        kind: ConfigKind = "target" if name in configs.TARGETS else "fragment" if is_fragment else "defconfig"
        yield _Question(config=name, kind=kind)
    for seed in range(1, seeds + 1):
        yield _Question(config=f"randconfig {seed}", kind="random", seed=seed)


def _text(opened: OpenTree, judge: Judge, question: _Question) -> str | AnalyzerError:
    """The judge's text."""
    try:
        return judge.random(question.seed) if question.seed else judge.text(opened.shelf.load(question.config))
    except AnalyzerError as error:
        return error


def _compared(opened: OpenTree, judge: Judge, question: _Question, verdict: str | AnalyzerError) -> Comparison:
    unequal = Comparison(arch=opened.tree.arch, config=question.config, kind=question.kind, equal=False)
    if isinstance(verdict, AnalyzerError):
        return replace(unequal, error=f"conf: {verdict.line()}")
    try:
        config = opened.resolve(str(judge.random_path(question.seed)) if question.seed else question.config)
    except AnalyzerError as error:
        return replace(unequal, error=error.line())
    theirs, ours = _body(verdict), _body(configs.dotconfig(config))
    if theirs == ours:
        return replace(unequal, equal=True)
    differences = tuple(_differences(config, parse(ours), parse(theirs)))
    return replace(unequal, differences=differences, line=_first_line(ours, theirs))


def _body(text: str) -> str:
    """What stands below the header: its third line names the version, which comes from the environment."""
    return text.split("\n", 4)[-1]


def _differences(
    config: ResolvedConfig, ours: Mapping[str, str], theirs: Mapping[str, str]
) -> Iterable[SymbolDifference]:
    for name in dict.fromkeys((*theirs, *ours)):
        if ours.get(name) != theirs.get(name):
            reason = config.reasons[name] if name in config.model.symbols else None
            yield SymbolDifference(name=name, ours=ours.get(name), theirs=theirs.get(name), reason=reason)


def _first_line(ours: str, theirs: str) -> str:
    """The first line that differs, ours and theirs."""
    for number, (own, other) in enumerate(zip_longest(ours.split("\n"), theirs.split("\n")), start=5):
        if own != other:
            return f"line {number}: ours {own!r}, conf's {other!r}"
    return ""

"""The parity certificate: the tree's own conf and we resolve the same configs.

Enters: a tree, architectures, configs. Leaves: Certificate. Must hold: both sides get the same files in the same
environment; conf is built and run in scratch folders, never in the tree; the judge's text is compared as a whole, below
the line that names the version.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

from analyzer import configs
from analyzer.errors import AnalyzerError, InputError
from analyzer.judge import conf as judge
from analyzer.judge.build import build
from analyzer.judge.merge import merge
from analyzer.judge.values import parse
from analyzer.model.certificate import Certificate, Comparison, SymbolDifference
from analyzer.model.config import ConfigSource, ResolvedConfig
from analyzer.pipeline.many import chosen_arches, chosen_configs
from analyzer.pipeline.opening import OpenTree, Progress, TreeRequest, open_tree, silent

TARGETS = ("tinyconfig", "allnoconfig", "allyesconfig", "allmodconfig", "alldefconfig", "defconfig", "*defconfig")
"""What is compared when nothing is named, besides every fragment merged onto the default config."""


def certify(
    request: TreeRequest,
    arches: Sequence[str],
    names: Sequence[str],
    seeds: int,
    cache: Path,
    progress: Progress = silent,
) -> Certificate:
    """Compare `names` (configs or globs, by default `TARGETS`) and `seeds` random configs for each of `arches`.

    `cache` is where the built conf is kept. Raises InputError for the bundled tree, which has no conf of its own, and
    ToolchainError when conf cannot be built.
    """
    if request.root is None:
        raise InputError("the bundled tree has no conf of its own", hint="name a Linux tree with --tree")
    conf = build(request.root, cache)
    comparisons: list[Comparison] = []
    toolchains: dict[str, None] = {}
    label = ""
    chosen = chosen_arches(request, arches)
    with tempfile.TemporaryDirectory(prefix="kweigh-certify-") as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        for arch in chosen:
            try:
                opened = open_tree(replace(request, arch=arch))
            except AnalyzerError as error:
                comparisons.append(Comparison(arch=arch, config="*", equal=False, error=error.line()))
                continue
            label = f"Linux {opened.tree.version}"
            toolchains[f"{arch}: {opened.tree.toolchain.identity}"] = None
            asked = list(_asked(opened, conf, names, seeds, Path(folder)))
            # The judge runs in other processes meanwhile, two or more at a time.
            verdicts = [pool.submit(_text, ask) for _, ask in asked]
            for done, ((config, _), verdict) in enumerate(zip(asked, verdicts, strict=True)):
                progress(f"certify {arch}: {config}", done, len(asked))
                comparisons.append(_compared(opened, config, verdict.result(), Path(folder)))
    return Certificate(tree=label, toolchains=tuple(toolchains), comparisons=tuple(comparisons))


def _asked(
    opened: OpenTree, conf: Path, names: Sequence[str], seeds: int, scratch: Path
) -> Iterator[tuple[str, Callable[[], str]]]:
    """Every config to compare, and how to get the judge's text for it."""
    fragments = [name for name in opened.shelf.names() if name.endswith(".config")]
    everything = (*TARGETS, *(f"defconfig+{name}" for name in fragments))
    for name in chosen_configs(opened.shelf, names or everything):
        yield name, lambda name=name: _judged(opened, conf, opened.shelf.load(name), scratch)  # type: ignore[misc]
    for seed in range(1, seeds + 1):
        yield f"randconfig {seed}", lambda seed=seed: _random(opened, conf, seed, scratch)  # type: ignore[misc]


def _text(ask: Callable[[], str]) -> str | AnalyzerError:
    try:
        return ask()
    except AnalyzerError as error:
        return error


def _judged(opened: OpenTree, conf: Path, source: ConfigSource, scratch: Path) -> str:
    """What the tree's conf writes for a source; with a base, what its merge_config.sh and conf make of it together."""
    tree = opened.tree

    def ask(mode: judge.Mode) -> str:
        return judge.ask(conf, tree.kconfig, tree.environment, mode, scratch=scratch).text

    paths = [opened.shelf.copy(name, scratch) for name in source.files]
    script = tree.root / "scripts/kconfig/merge_config.sh"
    if source.base is not None:
        fragments = paths[len(source.base.files) :]
        text = _judged(opened, conf, source.base, scratch)
        return ask(judge.OldDefconfig(config=merge(script, text, fragments, scratch=scratch)))
    if source.way == "config" and len(paths) > 1:
        text = merge(script, paths[0].read_text("utf-8", "surrogateescape"), paths[1:], scratch=scratch)
        verdict = ask(judge.OldDefconfig(config=text))
        boards = [tree.root / extra.file for extra in source.extras if _meets(parse(verdict), extra.requires)]
        return ask(judge.OldDefconfig(config=merge(script, text, boards, scratch=scratch))) if boards else verdict
    if source.way == "config":
        return ask(judge.Defconfig(file=str(paths[0].absolute())))
    target = {"n": "allnoconfig", "m": "allmodconfig", "y": "allyesconfig", "default": "alldefconfig"}[source.fill]
    preset = str(paths[0].absolute()) if paths else None
    return ask(judge.AllConfig(target=target, preset=preset))  # type: ignore[arg-type]


def _meets(values: Mapping[str, str], requires: Sequence[str]) -> bool:
    needs = (line.rpartition("=") for line in requires)
    return all((values.get(name) == "y") == (value == "y") for name, _, value in needs)


def _random(opened: OpenTree, conf: Path, seed: int, scratch: Path) -> str:
    """A random config of the judge, fed back to it as a .config."""
    tree = opened.tree
    made = judge.ask(conf, tree.kconfig, tree.environment, judge.RandConfig(seed=seed), scratch=scratch).text
    path = _random_path(opened, seed, scratch)
    path.write_bytes(made.encode("utf-8", "surrogateescape"))
    mode = judge.Defconfig(file=str(path))
    return judge.ask(conf, tree.kconfig, tree.environment, mode, scratch=scratch).text


def _random_path(opened: OpenTree, seed: int, scratch: Path) -> Path:
    return scratch / f"random-{opened.tree.arch}-{seed}"


def _compared(opened: OpenTree, name: str, verdict: str | AnalyzerError, scratch: Path) -> Comparison:
    arch = opened.tree.arch
    if isinstance(verdict, AnalyzerError):
        return Comparison(arch=arch, config=name, equal=False, error=f"conf: {verdict.line()}")
    kind, _, seed = name.partition(" ")
    config_name = str(_random_path(opened, int(seed), scratch)) if kind == "randconfig" else name
    try:
        config = opened.resolve(config_name)
    except AnalyzerError as error:
        return Comparison(arch=arch, config=name, equal=False, error=error.line())
    theirs, ours = _body(verdict), _body(configs.dotconfig(config))
    if theirs == ours:
        return Comparison(arch=arch, config=name, equal=True)
    return Comparison(
        arch=arch,
        config=name,
        equal=False,
        differences=tuple(_differences(config, parse(ours), parse(theirs))),
        line=_first_line(ours, theirs),
    )


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

"""The commands about what is built and what it weighs.

Enters: parsed parameters. Leaves: output and exit codes. Must hold: as in commands.py.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli.commands import resolve_config
from analyzer.cli.options import (
    FOLDER,
    FORMATS,
    MEASURED,
    Output,
    cache_folder,
    config_is_default,
    examples,
    features_option,
    ledger_at,
    output_options,
    tree_options,
    trees_options,
    words,
)
from analyzer.cli.ordering import SymbolsAndConfig
from analyzer.cli.show import at_work, complain, show, write
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from analyzer.model.config import ResolvedConfig
    from analyzer.model.known import Missing
    from analyzer.model.report import Report
    from analyzer.pipeline import TreeRequest
    from analyzer.pipeline.build.building import BuildSetup
    from analyzer.pipeline.bytes.known import Known
    from analyzer.pipeline.opening import Progress

_PLAN = """\b
Examples:
  kweigh plan tinyconfig --arch powerpc
  kweigh plan x86_64_defconfig --tree ~/linux --object 'kernel/dma/*'
"""


@click.command(epilog=_PLAN)
@click.argument("config", default="defconfig")
@click.option(
    "--object",
    "wanted",
    metavar="GLOB",
    multiple=True,
    help="Only these objects, with the whole chain; may be repeated.",
)
@tree_options
@output_options(kept=True)
def plan(config: str, wanted: tuple[str, ...], request: TreeRequest, output: Output) -> None:
    """Show which objects CONFIG builds, and why.

    Reads the tree's own makefiles, as Kbuild does, and runs no make.
    """
    from analyzer import pipeline, reports
    from analyzer.pipeline.build import planning

    with at_work(output) as progress:
        resolved = resolve_config(pipeline.open_tree(request, progress), config, output)
        progress("reading makefiles", 0, 1)
        found = planning.plan(resolved)
    show(reports.plan(found, f"{resolved.source.name} on {resolved.tree.label}", wanted), output)


def yard_options(function: Any) -> Any:
    """Options of commands that build; the command gets one BuildSetup."""

    def command(scratch: Path | None, ledger: Path | None, jobs: int, targets: tuple[str, ...], **rest: Any) -> Any:
        from analyzer.pipeline.build.building import BuildSetup

        setup = BuildSetup(
            scratch=scratch or cache_folder() / "builds",
            ledger=ledger_at(ledger),
            jobs=jobs or os.cpu_count() or 1,
            targets=targets,
        )
        return function(setup=setup, **rest)

    options: list[Callable[[Any], Any]] = [
        click.option(
            "--target",
            "targets",
            metavar="TARGET",
            multiple=True,
            help="Also make TARGET (bzImage, Image.gz), and weigh the boot image.",
        ),
        click.option("-j", "--jobs", type=click.IntRange(0), default=0, help="make's -j (default: every processor)."),
        click.option(
            "--ledger", metavar="FILE", type=click.Path(path_type=Path), help="Where sizes are recorded (SQLite)."
        ),
        click.option("--scratch", metavar="DIR", type=FOLDER, help="Where builds lie (default: the cache)."),
    ]
    found: Any = update_wrapper(command, function)
    for option in options:
        found = option(found)
    return found


_MEASURE = """\b
Examples:
  kweigh measure tinyconfig --tree ~/linux --arch x86_64
  kweigh measure tinyconfig defconfig --tree ~/linux --arch arm64 -j 8
  kweigh measure tinyconfig --tree ~/linux --arch x86_64 --target bzImage

Builds in a scratch folder, never in the tree, with time stamps pinned and ccache where there is one. An interrupted
build goes on where it was.
"""


@click.command(epilog=_MEASURE)
@click.argument("config", metavar="[CONFIG...]", nargs=-1)
@yard_options
@features_option
@tree_options
@output_options()
def measure(config: tuple[str, ...], setup: BuildSetup, features: str, request: TreeRequest, output: Output) -> None:
    """Build configs and record what every object weighs.

    Runs make in a real tree, and so the tree's own commands: only for trees you trust.
    """
    from analyzer import pipeline, reports
    from analyzer.pipeline.build.building import Run
    from analyzer.pipeline.commands import size as weighing

    real_tree(request)
    with at_work(output) as progress:
        opened = pipeline.open_tree(request, progress)
        run = Run(count=len(config), progress=progress)
        built = [weighing.weigh(resolve_config(opened, name, output), setup, features, run) for name in config]
    show(reports.measure(built), output)


@click.command(
    epilog=examples(
        "kweigh size my.config --tree ~/linux --format json -o size.json",
        "kweigh size tinyconfig --tree ~/linux --arch x86_64 --build --details",
        "kweigh size tinyconfig --tree ~/linux --compare ~/linux-6.1 --build",
    )
)
@click.argument("config", default="defconfig")
@click.option("--build", is_flag=True, help="Build what is not built yet, and weigh that.")
@click.option("--estimate", is_flag=True, help="Build nothing; so it is without --build.", hidden=True)
@click.option("--details", is_flag=True, help="Show also how the image of a build adds up, and its largest parts.")
@click.option(
    "--compare",
    "others",
    metavar="DIR",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Show what it weighs in the tree DIR too, and what made the difference; may be given for several trees.",
)
@yard_options
@features_option
@tree_options
@output_options()
def size(
    config: str,
    build: bool,
    estimate: bool,
    details: bool,
    others: tuple[Path, ...],
    setup: BuildSetup,
    features: str,
    request: TreeRequest,
    output: Output,
) -> None:
    """Show what CONFIG weighs, and how its image adds up.

    Without --build nothing is built: what the ledger or measurements that come along know of exactly this config, else
    an estimate from other builds, with the builds that would narrow it and the time that they take.
    """
    from analyzer import pipeline, reports
    from analyzer.pipeline.build.building import Run
    from analyzer.pipeline.bytes import estimating
    from analyzer.pipeline.commands import size as weighing

    for one, with_one, other, with_other in (
        ("--compare", others, "--estimate", estimate),
        ("--build", build, "--estimate", estimate),
    ):
        if with_one and with_other:
            raise UsageError(f"{one} and {other} do not go together", hint="leave one of them out")
    real_tree(request)
    with at_work(output) as progress:
        opened = pipeline.open_tree(request, progress)
        resolved = resolve_config(opened, config, output)
        known = known_to(setup, request)
        if others:
            report = _history(config, others, resolved, setup, request, output, progress, details=details, build=build)
        elif build:
            run = Run(count=1, progress=progress)
            if not output.quiet and (takes := known.missing(resolved)).seconds is not None:
                complain(f"kweigh: it takes 1 build, {takes.builds[0]}, {takes.time}")
            report = reports.size(weighing.weigh(resolved, setup, features, run), detailed=details)
        elif details:
            raise UsageError("--details are those of a build", hint=_with_build(known.missing(resolved)))
        else:
            progress("looking at measurements", 0, 1)
            label = f"{resolved.source.name} on {resolved.tree.label}"
            found = estimating.estimate(opened, resolved, known)
            narrowing = estimating.narrowing(opened, resolved, found, known)
            report = reports.estimate(found, label, narrowing)
    show(report, output)


def _with_build(missing: Missing) -> str:
    """What a build takes, for a command that makes it itself."""
    return f"--build makes it: {missing.builds[0]}, {missing.time}"


def _history(
    config: str,
    others: Sequence[Path],
    resolved: ResolvedConfig,
    setup: BuildSetup,
    request: TreeRequest,
    output: Output,
    progress: Progress,
    *,
    details: bool,
    build: bool,
) -> Report:
    """The other trees first, as they were named, and the tree itself last."""
    from analyzer import pipeline, reports
    from analyzer.pipeline.build.building import Run
    from analyzer.pipeline.commands.history import history

    trees = []
    for root in others:
        there = pipeline.open_tree(replace(request, root=root, arch=resolved.tree.arch), progress)
        trees.append(resolve_config(there, config, output))
    run = Run(count=len(trees) + 1, progress=progress) if build else None
    return reports.history(history([*trees, resolved], setup, run), detailed=details)


_GATE = """\b
Examples:
  kweigh gate DMA_OPS DMA_OPS_BYPASS
  kweigh gate ARCH_HAS_DMA_OPS SWIOTLB DMA_NEED_SYNC
  kweigh gate DMA_OPS --arch x86_64 --functions
  kweigh gate PRINTK tinyconfig --tree ~/linux --arch x86_64 --build

With a tree it answers of symbols that this tree defines: from builds in the ledger, else from the measurements that
come along, of this tree, else of another, which it names. --build makes the builds that the ledger lacks, and those
since which the tree changed. CONFIG is by default the .config that is there, else defconfig, and where nobody measured
that, tinyconfig. What comes along: tinyconfig of Linux 6.1 with DMA_OPS and DMA_OPS_BYPASS turned, and of Linux 7.3
with ARCH_HAS_DMA_OPS, SWIOTLB and DMA_NEED_SYNC, on the architectures measured so far.
"""


@click.command(cls=SymbolsAndConfig, epilog=_GATE)
@click.argument("symbols", metavar="SYMBOL... [CONFIG]", nargs=-1)
@click.option("--config", metavar="CONFIG", help="The config in which they are turned; the same as behind the symbols.")
@click.option(
    "--arch",
    "arches",
    metavar="ARCH",
    multiple=True,
    help="An architecture or a glob (default: all; of a tree without --build this machine's).",
)
@click.option(
    "--build",
    is_flag=True,
    help="Measure: build what is not built yet, as it is and with the symbols turned.",
)
@click.option("--all", "whole", is_flag=True, help="Show why the symbols are as they are, and what did not build.")
@click.option("--functions", is_flag=True, help="Show every function and variable that changed.")
@yard_options
@trees_options
@output_options((*FORMATS, "record"))
def gate(
    symbols: tuple[str, ...],
    config: str,
    arches: tuple[str, ...],
    build: bool,
    whole: bool,
    functions: bool,
    setup: BuildSetup,
    request: TreeRequest,
    output: Output,
) -> None:
    """Show what options save or cost in bytes.

    Each symbol is turned the other way round, alone and together: one without a prompt is selected from a root Kconfig
    of ours, or loses the lines that select it; the tree stays as it is. With --format record the text of a file of
    measurements.
    """
    from analyzer import reports
    from analyzer.sizes import gates

    names = tuple(dict.fromkeys(symbol.removeprefix("CONFIG_") for symbol in symbols))
    from analyzer.pipeline.commands import gate as measuring

    left_out = bool(config_is_default())
    if left_out and config == request.dotconfig and request.arch and not arches:
        arches = (request.arch,)
    if build:
        real_tree(request)
        with at_work(output) as progress:
            found = measuring.measure_all(request, config, names, arches, setup, progress)
    elif request.root is not None:
        of = (config, MEASURED) if left_out else (config,)
        with at_work(output) as progress:
            found = measuring.recorded_of(request, names, arches, of, known_to(setup, request), progress)
        if left_out and {one.config for one in found} == {MEASURED}:
            output = output.measured()
    else:
        from analyzer.pipeline.bytes.measured import check_arches, measured

        output = replace(output, request=None)
        config = MEASURED if left_out else config
        check_arches(arches)
        found = measured(names, arches or ("*",), config)
        if missing := measuring.not_measured(found, names):
            takes = measuring.unknown(missing, config, arches[0] if arches else "ARCH")
            raise UsageError(f"nobody has measured {', '.join(missing)} in {config}", hint=str(takes))
    if output.request is not None:
        names = tuple(dict.fromkeys(output.request.inputs.meant.get(name, name) for name in names))
    if output.format == "record":
        write(gates.render(found), output)
    else:
        show(reports.gate(found, names, whole=whole or output.format == "html", detailed=functions), output)


def known_to(setup: BuildSetup, request: TreeRequest) -> Known:
    """What has been measured before."""
    from analyzer.pipeline.bytes.known import Known

    return Known(setup.ledger, words=words(request, click.get_current_context().params.get("ledger")))


def real_tree(request: TreeRequest) -> None:
    """Raise UsageError where there is no real tree to build."""
    if request.root is None:
        raise UsageError("the bundled tree can't be built", hint="--tree DIR names a Linux tree")

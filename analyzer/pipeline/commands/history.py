"""Weighs one config in several trees.

Enters: the config resolved in each tree, where builds are made. Leaves: a `SizeHistory`. Must hold: what the ledger has
is not built again; every figure is read from the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from analyzer.errors import UsageError
from analyzer.model.analysis import is_on
from analyzer.model.config import ResolvedConfig
from analyzer.model.history import HistoryObject, SizeHistory, TreeSize
from analyzer.pipeline.build import planning
from analyzer.pipeline.build.building import BuildSetup, Run, into_ledger, origin_of
from analyzer.pipeline.bytes.known import Known


def history(configs: Sequence[ResolvedConfig], setup: BuildSetup, run: Run | None) -> SizeHistory:
    """What a config weighs in each tree, in their order; a tree that lacks a build, or with targets a boot image, gets
    it, or without a `run` is a UsageError that says what it takes.

    Raises what a build raises, and UsageError where two are of different architectures or of one version, by which the
    ledger knows a tree.
    """
    assert setup.ledger is not None
    known = Known(setup.ledger)
    arches = sorted({config.tree.arch for config in configs})
    if len(arches) > 1:
        raise UsageError(f"sizes of {' and '.join(arches)} cannot be compared", hint="--arch names one for all trees")
    names = [origin_of(config).tree for config in configs]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise UsageError(
            f"two of the trees are {twice}, and the ledger tells trees apart by their version",
            hint="another EXTRAVERSION in the Makefile of one of them tells it apart",
        )
    lacking = [config for config in configs if not _is_there(config, known, setup)]
    if run is None and lacking:
        where = " and ".join(origin_of(config).tree for config in lacking)
        takes = "; ".join(f"{origin_of(config).tree}: {known.missing(config).time}" for config in lacking)
        raise UsageError(
            f"{configs[0].source.name} was not built on {where}",
            hint=f"--build makes {'it' if len(lacking) == 1 else 'them'} ({takes})",
        )
    for config in configs if run is not None else ():
        assert run is not None
        if any(config is one for one in lacking):
            run.make(partial(into_ledger, config, setup))
        else:
            run.skip()
    known.anew()
    return SizeHistory(
        config=configs[0].source.name, arch=arches[0], trees=tuple(_size(config, known) for config in configs)
    )


def _is_there(config: ResolvedConfig, known: Known, setup: BuildSetup) -> bool:
    there = known.build(config)
    return there is not None and there.weight is not None and (there.boot is not None or not setup.targets)


def _size(config: ResolvedConfig, known: Known) -> TreeSize:
    there = known.build(config)
    assert there is not None
    assert there.weight is not None
    options = {
        one.path: next((name for step in reversed(one.because) for name, _ in step.symbols), "")
        for one in planning.plan(config).objects
    }
    return TreeSize(
        tree=origin_of(config).tree,
        compiler=origin_of(config).compiler,
        classes=there.weight.classes,
        loaded=there.weight.loaded,
        boot=there.boot,
        objects=tuple(
            HistoryObject(path=path, content=sum(classes.values()), option=options.get(path, ""))
            for path, classes in known.parts(config).items()
        ),
        on=frozenset(
            symbol.name
            for symbol in config.model.symbols.values()
            if symbol.is_tristate_valued and is_on(config.values[symbol.name])
        ),
    )

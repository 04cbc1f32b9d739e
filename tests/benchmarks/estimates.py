"""How well estimates hold: `python -m tests.benchmarks.estimates train|leave|freeze|validate --tree TREE --scratch
DIR`.

Enters: a Linux tree, a scratch folder with a ledger of its own. Leaves: measurements of tinyconfig with single options
(train), how well each of these is estimated from the others (leave), fixtures/sizes/estimates.jsonl with estimates of
configs that nobody has built (freeze), what these weigh once they are built in estimates-measured.jsonl, and a table of
errors beside those of simpler estimates (validate). Must hold: an estimate is written before its config is built, and
never again; what is learnt comes from the training ledger alone, validation has another one; each step goes on where it
was interrupted.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean
from typing import Any

from analyzer import configs
from analyzer.errors import AnalyzerError
from analyzer.model.config import ResolvedConfig
from analyzer.model.estimate import MeasuredBuild, Wanted
from analyzer.model.size import Observation
from analyzer.pipeline import OpenTree, TreeRequest, estimating, open_tree
from analyzer.pipeline.building import Yard, make, origin_of, record, settings_of
from analyzer.pipeline.gating import forced
from analyzer.pipeline.measuring import read_otherwise
from analyzer.pipeline.questions import with_settings
from analyzer.sizes.dotconfig import values
from analyzer.sizes.estimate import FromLedger
from analyzer.sizes.ledger import Ledger

ARCH = "x86_64"
BASE = "tinyconfig"
TRAINED = """
NET PCI TTY PRINTK SMP MODULES KALLSYMS BLOCK PROC_FS SYSFS FUTEX EPOLL BUG SIGNALFD TIMERFD DMA_OPS
"""
"""What is trained on, one at a time: small and large, new objects and old ones, one that has no prompt."""
NOT_DRAWN = {"COMPILE_TEST", "WERROR", "UBSAN", "KCSAN", "KCOV"}
"""Options that are in no random set: the first two add nothing, the others instrument every function."""
CASES = 12
SEED = 6_1_192
FROZEN = Path(__file__).parents[2] / "fixtures" / "sizes" / "estimates.jsonl"
MEASURED = FROZEN.with_name("estimates-measured.jsonl")
GUESSES = ("estimate", "base only", "obj-y only", "sum of deltas")


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What was learnt: the base, and the builds of single options by name."""

    base: MeasuredBuild
    singles: Mapping[str, MeasuredBuild]


def train(opened: OpenTree, yard: Yard) -> None:
    """Build the base and each single option into the ledger."""
    base = opened.resolve(BASE)
    for name in ("", *TRAINED.split()):
        changed, config, missed = _single(opened, base, name)
        if missed:
            _say(f"{name}: left out, {missed}")
        else:
            _say(f"{name or BASE}: {_build(changed, config, yard)}")


def leave(opened: OpenTree, yard: Yard) -> None:
    """Estimate each build of the training ledger from the others, and print the errors. Writes nothing."""
    base = opened.resolve(BASE)
    builds, usual = list(_builds(base, yard)), settings_of(base)
    if yard.ledger is None or not builds:
        raise ValueError("no ledger to learn from")
    with Ledger.open_to_read(yard.ledger) as ledger:
        observations = list(ledger.observations(origin=origin_of(base)))
    owners = [[number for number, build in enumerate(builds) if _had(build, one)] for one in observations]
    flags = estimating.flag_symbols(base.tree)
    inside: list[bool] = []
    for number, build in enumerate(builds):
        kept = [one for one, some in zip(observations, owners, strict=True) if some != [number]]
        others = [one for one in builds if one is not build]
        asked = Wanted(origin=origin_of(base), values=build.values, objects=tuple(build.objects.values()))
        found = FromLedger(kept, others, flags=flags).estimate(asked).total
        inside.append(found.low <= build.content <= found.high)
        off = 100 * (found.value - build.content) / build.content
        told = "inside" if inside[-1] else "OUTSIDE"
        names = sorted({name for name, _ in build.values.items() ^ usual.items()})
        _say(f"{build.content:>9,} {off:+6.2f} % {told} {found.low:,} to {found.high:,}  {' '.join(names[:6])}")
    _say(f"intervals that hold: {sum(inside)} of {len(inside)}")


def _had(build: MeasuredBuild, one: Observation) -> bool:
    """Whether a build had an object as it was observed."""
    return one.path in build.objects and one.recipe.fits(build.values)


def freeze(opened: OpenTree, yard: Yard) -> None:
    """Write the estimates of random sets of options. Raises FileExistsError when that was done before."""
    base = opened.resolve(BASE)
    training = _training(opened, base, yard)
    if yard.ledger is None:
        raise ValueError("no ledger to learn from")
    estimator = estimating.learn(base, yard.ledger)
    about = origin_of(base)
    head = {
        "kweigh-estimates": 1,
        "tree": about.tree,
        "arch": about.arch,
        "compiler": about.compiler,
        "base": {"config": BASE, "content": training.base.content},
        "trained": sorted(training.singles),
        "seed": SEED,
        "not drawn": sorted(NOT_DRAWN),
        "frozen": f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}",
    }
    rows: list[Mapping[str, Any]] = [head]
    for number, options in enumerate(_drawn(base, sorted(training.singles)), 1):
        config, kept = _with(opened, base, options)
        wanted = estimating.wanted(config)
        found = estimator.estimate(wanted)
        new = {one.path for one in wanted.objects} - training.base.objects.keys()
        own = sum(term.bytes.value for term in found.objects if term.label in new and term.provenance != "unmeasured")
        gains = sum(training.singles[o].content - training.base.content for o in kept if o in training.singles)
        rows.append(
            {
                "case": number,
                "options": kept,
                "never measured alone": sorted(set(kept) - training.singles.keys()),
                "did not stick": sorted(set(options) - set(kept)),
                "estimate": found.total.value,
                "low": found.total.low,
                "high": found.total.high,
                "objects": {p: len(found.those(p)) for p in ("measured", "nearest", "unmeasured")},
                "base only": training.base.content,
                "obj-y only": training.base.content + own,
                "sum of deltas": training.base.content + gains,
            }
        )
        _say(f"case {number}: {' '.join(kept)}: {found.total.value:,} ({found.total.low:,} to {found.total.high:,})")
    with FROZEN.open("x") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def validate(opened: OpenTree, yard: Yard) -> None:
    """Build what was frozen, record what it weighs, and print the errors."""
    base = opened.resolve(BASE)
    own = replace(yard, ledger=yard.scratch / "validation.sqlite")
    rows = [json.loads(line) for line in FROZEN.read_text().splitlines()][1:]
    known = {row["case"]: row for row in _lines(MEASURED)}
    for row in rows:
        if row["case"] in known:
            continue
        config, _ = _with(opened, base, row["options"])
        told = _build(opened, config, own)
        _say(f"case {row['case']}: {told}")
        wanted = settings_of(config)
        built = next((one for one in _builds(config, own) if one.values == wanted), None)
        if built:
            measured = {"case": row["case"], "content": built.content, "classes": built.classes}
        else:
            measured = {"case": row["case"], "content": None, "reason": told.replace(str(yard.scratch), "SCRATCH")}
        known[row["case"]] = measured
        with MEASURED.open("a") as file:
            file.write(json.dumps(measured) + "\n")
    compare(rows, known)


def compare(rows: Sequence[Mapping[str, Any]], known: Mapping[int, Mapping[str, Any]]) -> None:
    """Print each case's error, the mean and the worst of each way to guess, and how many intervals hold."""
    errors: dict[str, list[float]] = {name: [] for name in GUESSES}
    covered: list[bool] = []
    for row in rows:
        content = known[row["case"]]["content"]
        if content is None:
            sys.stdout.write(f"{row['case']:3} not built: {known[row['case']]['reason']}\n")
            continue
        for name in GUESSES:
            errors[name].append(100 * (row[name] - content) / content)
        covered.append(row["low"] <= content <= row["high"])
        cells = "  ".join(f"{name} {errors[name][-1]:+6.2f} %" for name in GUESSES)
        hidden = f" (never alone: {' '.join(row['never measured alone'])})" if row["never measured alone"] else ""
        inside = "inside" if covered[-1] else "OUTSIDE"
        width = 100 * (row["high"] - row["low"]) / content
        sys.stdout.write(
            f"{row['case']:3} {content:>9,}  {cells}  {inside} {width:.1f} %  {' '.join(row['options'])}{hidden}\n"
        )
    for name, some in errors.items():
        if some:
            sizes = [abs(one) for one in some]
            sys.stdout.write(f"{name:14} mean {fmean(sizes):5.2f} %  worst {max(sizes):5.2f} %  of {len(sizes)}\n")
    sys.stdout.write(f"intervals that hold: {sum(covered)} of {len(covered)}\n")


def _single(opened: OpenTree, base: ResolvedConfig, name: str) -> tuple[OpenTree, ResolvedConfig, str]:
    """The base with one option on, the tree in which it is, and why that is none ("": it is one)."""
    if not name:
        return opened, base, ""
    if base.values[name] == "y":
        return opened, base, "on already"
    if not base.model.symbols[name].prompt:
        return forced(opened, base, [name])
    found = opened.resolved(with_settings(base, {name: "y"}, place="training"))
    return opened, found, "" if found.values[name] == "y" else "did not stick"


def _with(opened: OpenTree, base: ResolvedConfig, options: Sequence[str]) -> tuple[ResolvedConfig, list[str]]:
    """The base with options on, and which of them stuck."""
    found = opened.resolved(with_settings(base, dict.fromkeys(options, "y"), place="validation"))
    return found, [name for name in options if found.values[name] == "y"]


def _drawn(base: ResolvedConfig, trained: Sequence[str]) -> list[list[str]]:
    """Random sets of 3 to 6 options; every other one has two or three that were never measured alone."""
    source = random.Random(SEED)
    prompted = [name for name in trained if base.model.symbols[name].prompt]
    others = [
        symbol.name
        for symbol in base.model.symbols.values()
        if symbol.type == "bool" and symbol.choice is None and base.visibility[symbol.name]
        if base.values[symbol.name] == "n" and symbol.name not in {*TRAINED.split(), *NOT_DRAWN}
    ]
    drawn: list[list[str]] = []
    while len(drawn) < CASES:
        number = len(drawn)
        count = source.randint(3, 6)
        unknown = source.sample(others, source.randint(2, min(3, count - 1))) if number % 2 else []
        options = sorted([*source.sample(prompted, min(count - len(unknown), len(prompted))), *unknown])
        if options not in drawn:
            drawn.append(options)
    return drawn


def _training(opened: OpenTree, base: ResolvedConfig, yard: Yard) -> Training:
    found = list(_builds(base, yard))

    def of(config: ResolvedConfig) -> MeasuredBuild | None:
        wanted = settings_of(config)
        return next((one for one in found if one.values == wanted), None)

    singles = {name: of(_single(opened, base, name)[1]) for name in TRAINED.split() if base.values[name] != "y"}
    own = of(base)
    if own is None:
        raise ValueError("the ledger has no build of the base: train first")
    return Training(base=own, singles={name: one for name, one in singles.items() if one and one is not own})


def _build(opened: OpenTree, config: ResolvedConfig, yard: Yard) -> str:
    """Build and record a config unless the ledger has it; what came of it."""
    asked = values(configs.dotconfig(config))
    if any(one.values == asked for one in _builds(config, yard)):
        return "known"
    root, kconfig = read_otherwise(opened.tree, yard)
    try:
        built = make(config, yard, lambda *_: None, root=root, kconfig=kconfig)
        record(built, config, yard, root=root)
    except AnalyzerError as error:
        return f"failed, {error.line()}"
    return "built"


def _builds(config: ResolvedConfig, yard: Yard) -> Iterator[MeasuredBuild]:
    if yard.ledger and yard.ledger.exists():
        with Ledger.open_to_read(yard.ledger) as ledger:
            for image in ledger.images(name="vmlinux.o", origin=origin_of(config)):
                yield estimating.build_of(config, image)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        yield from map(json.loads, path.read_text().splitlines())


def _say(line: str) -> None:
    sys.stdout.write(f"{datetime.now(UTC):%H:%M:%S} {line}\n")
    sys.stdout.flush()


def main() -> None:
    """Run one step."""
    steps = {"train": train, "leave": leave, "freeze": freeze, "validate": validate}
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.estimates")
    parser.add_argument("step", choices=steps)
    parser.add_argument("--tree", type=Path, required=True)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("-j", "--jobs", type=int, default=1)
    asked = parser.parse_args()
    yard = Yard(scratch=asked.scratch, ledger=asked.scratch / "ledger.sqlite", jobs=asked.jobs)
    opened = open_tree(TreeRequest(root=asked.tree, arch=ARCH, cache=asked.scratch / "programs"))
    try:
        steps[asked.step](opened, yard)
    except AnalyzerError as error:
        sys.exit(error.line())


if __name__ == "__main__":
    main()

"""Tinyconfig over time: `python -m tests.benchmarks.tinyconfig TREE… --arch ARCH… --ledger LEDGER --scratch DIR`.

Enters: trees, the oldest first; architectures, each with the image that it boots. Leaves: docs/tinyconfig.md and
docs/tinyconfig.svg. Must hold: every figure is what `kweigh size tinyconfig --compare` says of builds in the ledger;
what is not built yet is built.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import vl_convert

from analyzer import pipeline
from analyzer.model.history import Change, HistoryStep, SizeHistory
from analyzer.pipeline import TreeRequest
from analyzer.pipeline.build.building import BuildSetup, Run
from analyzer.pipeline.commands.history import history
from analyzer.pipeline.opening import silent
from kweigh.cache import folder as cache_folder

DOCS = Path(__file__).parents[2] / "docs"
IMAGES = {"x86_64": "bzImage", "arm64": "Image.gz", "riscv": "Image.gz"}
MOST = 8
GROUPS = {
    "text": "text",
    "rodata": "read-only data",
    "data": "data",
    "bss": "bss",
    "init text": "freed after boot",
    "init data": "freed after boot",
}


def main() -> None:
    """Measure, write."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.tinyconfig")
    parser.add_argument("trees", type=Path, nargs="+")
    parser.add_argument("--arch", nargs="+", default=["x86_64"], choices=IMAGES)
    parser.add_argument("--ledger", type=Path, required=True)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("-j", "--jobs", type=int, default=2)
    given = parser.parse_args()
    found = [one_arch(arch, given) for arch in given.arch]
    (DOCS / "tinyconfig.svg").write_text(drawn(found))
    (DOCS / "tinyconfig.md").write_text(page(found))


def one_arch(arch: str, given: argparse.Namespace) -> SizeHistory:
    """The history of one architecture."""
    setup = BuildSetup(scratch=given.scratch, ledger=given.ledger, jobs=given.jobs, targets=(IMAGES[arch],))
    request = TreeRequest(root=None, arch=arch, cache=cache_folder())
    trees = [pipeline.open_tree(replace(request, root=root)) for root in given.trees]
    configs = [tree.resolve("tinyconfig") for tree in trees]
    return history(configs, setup, Run(count=len(configs), progress=silent))


def drawn(found: Sequence[SizeHistory]) -> str:
    """Bars of content by class, tree by tree, one panel an architecture."""
    rows: list[dict[str, Any]] = []
    for one in found:
        for tree in one.trees:
            sizes: dict[str, int] = {}
            for kind, size in tree.classes.items():
                group = GROUPS.get(kind, "other")
                sizes[group] = sizes.get(group, 0) + size
            rows += [
                {"arch": one.arch, "tree": tree.tree.removeprefix("Linux "), "kind": kind, "kB": size / 1000}
                for kind, size in sizes.items()
            ]
    order = [*dict.fromkeys(GROUPS.values()), "other"]
    chart = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "data": {"values": rows},
        "width": 220,
        "height": 260,
        "mark": "bar",
        "encoding": {
            "column": {"field": "arch", "title": None, "sort": [one.arch for one in found]},
            "x": {"field": "tree", "title": None, "sort": [tree.tree for tree in found[0].trees]},
            "y": {"field": "kB", "aggregate": "sum", "title": "content, kB"},
            "color": {"field": "kind", "title": None, "sort": order, "scale": {"scheme": "tableau10"}},
            "order": {"field": "kind", "sort": "descending"},
        },
    }
    return str(vl_convert.vegalite_to_svg(json.dumps(chart)))


def page(found: Sequence[SizeHistory]) -> str:
    """The page's text."""
    compilers = sorted({tree.compiler for one in found for tree in one.trees})
    lines = [
        "# Tinyconfig over time",
        "",
        f"What `make tinyconfig` weighs, release by release, built by {', '.join(compilers)}. Content is the allocated",
        "sections of vmlinux.o: code and data alone. Loaded is what `size vmlinux` sums up, padding included, and boot",
        "the compressed image.",
        "",
        "![Content by class](tinyconfig.svg)",
        "",
        "`kweigh size tinyconfig --tree NEWEST --compare OLDER …` says the same of any config; this page is written by",
        "`python -m tests.benchmarks.tinyconfig`.",
    ]
    for one in found:
        lines += ["", f"## {one.arch}", "", "| tree | content | | loaded | boot | objects | symbols on |"]
        lines += ["|---|---:|---:|---:|---:|---:|---:|"]
        first = one.trees[0].content
        for tree in one.trees:
            gain = "" if tree is one.trees[0] else f"{100 * (tree.content - first) / first:+.1f} %"
            boot = f"{tree.boot:,}" if tree.boot is not None else ""
            figures = f"{tree.content:,} | {gain} | {tree.loaded:,} | {boot} | {len(tree.objects):,} | {len(tree.on):,}"
            lines.append(f"| {tree.tree} | {figures} |")
        for step in one.steps:
            lines += ["", f"**{step.before.tree} to {step.after.tree}: {step.gain:+,} bytes.** {told(step)}"]
    return "\n".join(lines) + "\n"


def told(step: HistoryStep) -> str:
    """What made the difference, in three sentences."""
    objects = ", ".join(f"{one.name} {one.gain:+,}{came(one)}" for one in step.objects[:MOST])
    folders = ", ".join(f"{one.name} {one.gain:+,}" for one in step.folders[:5])
    options = ", ".join(f"{one.name or 'built always'} {one.gain:+,}" for one in step.options[:MOST])
    return f"By folder: {folders}. By the option behind it: {options}. Largest objects: {objects}."


def came(change: Change) -> str:
    """Whether an object is new, or gone."""
    return " (new)" if change.before is None else " (gone)" if change.after is None else ""


if __name__ == "__main__":
    main()

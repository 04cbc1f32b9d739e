"""The page docs/parity.md: what `kweigh certify` found on whole trees.

Enters: a folder for certificates, roots of trees. Leaves: the page on stdout; exit code 1 when anything differs. Must
hold: an architecture whose certificate lies in the folder is not judged again, so that a run of hours may be stopped
and taken up; every architecture of every tree has its row, whatever became of it.

    python -m tests.oracle.parity [--kept] FOLDER TREE… > docs/parity.md

With --kept nothing is run: an architecture without a certificate is shown as not judged.

The folder holds TREE/ARCH.json, each the report of `kweigh certify --arch ARCH --random 6 --format json`, and, where
somebody put it there, configs.md, the table of tests/oracle/configs.py.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from analyzer import configs, reports
from analyzer.pipeline import TreeRequest
from analyzer.pipeline.commands.certify import certify
from analyzer.trees import architectures, distinct
from tests.oracle.conftest import CACHE

RANDOM = 6
KINDS = ("target", "defconfig", "fragment", "random")
HEAD = ("tree", "ARCH", "toolchain", "targets", "defconfigs", "fragments", "random", "equal")

_NOT_JUDGED = "not judged yet"

PAGE = """\
# Parity with each tree's own conf

Written by `python -m tests.oracle.parity FOLDER TREE…`, which runs `kweigh certify --arch ARCH --random {random}` for
every architecture of every tree and keeps the reports in FOLDER.

A config is equal when the .config that `kweigh resolve` writes is the one that the tree's own `conf` writes, byte for
byte below the header. conf is built of the tree's scripts/kconfig and runs in the environment that the tree's own make
exports to it (asked by a goal of ours in its configuration mode), not in ours; a variable that Kconfig refers to and
that we have otherwise counts as a difference too. Within one architecture each `$(shell,…)` is run once and its answer
given again. tests/oracle/test_make.py compares with `make X_defconfig` itself, where nothing of ours stands between.

- targets: {targets}.
- defconfigs: every file under arch/*/configs, and every target that the architecture's Makefile makes of others.
- fragments: each merged onto the default config by merge_config.sh.
- random: conf's own randconfig with seeds 1 to {random}, fed back as a .config.

Where no cross compiler is at hand, make asks this machine's own gcc, and so do we.

{table}
"""


def certificates(folder: Path, root: Path, *, run: bool) -> Iterator[tuple[str, Mapping[str, Any] | None]]:
    """The certificate of each architecture of a tree; where the folder has none, made now if `run`."""
    for arch in distinct(architectures(root)):
        path = folder / root.name / f"{arch}.json"
        if not path.is_file() and not run:
            yield arch, None
            continue
        if not path.is_file():
            found = certify(TreeRequest(root=root), (arch,), (), RANDOM, CACHE / "conf")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(reports.render(reports.certify(found), "json", version=""))
        yield arch, json.loads(path.read_text("utf-8"))["data"]


def rows(folder: Path, root: Path, *, run: bool) -> Iterator[tuple[str, ...]]:
    """A row of the table for each architecture, and the tree's sum."""
    sums: Counter[str] = Counter()
    found = list(certificates(folder, root, run=run))
    label = next((data["tree"] for _, data in found if data and data["tree"]), root.name)
    for arch, data in found:
        if data is None:
            yield label, arch, "", *("" for _ in KINDS), _NOT_JUDGED
            continue
        counts = Counter(one["kind"] for one in data["comparisons"])
        sums.update(counts)
        sums.update(equal=data["equal"], whole=_is_whole(data))
        told = str(data["equal"]) if _is_whole(data) else f"{data['equal']}, not all: {_told(data)}"
        toolchain = next((one["toolchain"] for one in data["toolchains"]), "")
        yield label, arch, toolchain, *(str(counts[kind]) for kind in KINDS), told
    total = sum(sums[kind] for kind in KINDS)
    yield (f"**{label}**", "all", "", *(str(sums[kind]) for kind in KINDS), f"**{sums['equal']:,} of {total:,}**")


def _is_whole(data: Mapping[str, Any]) -> bool:
    return not data["unread"] and not data["variables"] and data["equal"] == data["compared"]


def _told(data: Mapping[str, Any]) -> str:
    differing = [one["config"] for one in data["comparisons"] if not one["equal"]]
    return ", ".join(
        [*(one["reason"] for one in data["unread"]), *(one["variable"] for one in data["variables"]), *differing[:3]]
    )


def main(folder: Path, roots: Sequence[Path], *, run: bool) -> int:
    """Write the page; 0 when every architecture of every tree is equal."""
    lines = [row for root in roots for row in rows(folder, root, run=run)]
    table = "\n".join("| " + " | ".join(row) + " |" for row in (HEAD, ["---"] * len(HEAD), *lines))
    real = folder / "configs.md"
    if real.is_file():
        table += "\n\n" + real.read_text("utf-8").rstrip("\n")
    sys.stdout.write(PAGE.format(random=RANDOM, targets=", ".join(configs.TARGETS), table=table))
    return any(row[-1] == _NOT_JUDGED or "not all" in row[-1] for row in lines)


if __name__ == "__main__":
    named = [argument for argument in sys.argv[1:] if argument != "--kept"]
    sys.exit(main(Path(named[0]), [Path(root).absolute() for root in named[1:]], run="--kept" not in sys.argv))

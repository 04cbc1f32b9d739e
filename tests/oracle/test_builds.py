"""Rule: a kernel that make builds is the one that was planned, adds up to the byte, and weighs what our tables say.

Enters: a real tree and its compilers. Must hold: tinyconfig is built as it is and with the gate of the DMA operations
forced, nothing is taken from an earlier build. x86_64 of the tree that our tables are of by default, with
KWEIGH_ORACLE_FULL more architectures and every tree: minutes each.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.model.config import ResolvedConfig
from analyzer.model.gate import GateMeasurement
from analyzer.model.size import Built
from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.build import planning
from analyzer.pipeline.build.building import BuildSetup, make, origin_of, record
from analyzer.pipeline.bytes.gating import forced
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.bytes.measured import measured
from analyzer.sizes import account, bloat, elf
from analyzer.sizes.linkmap import opened
from analyzer.sizes.wrapper import LINKED, map_of
from tests.oracle.conftest import CACHE, NO_TREE, linux_roots
from tests.oracle.test_sizes import printed

FULL = bool(os.environ.get("KWEIGH_ORACLE_FULL"))
ARCHES = ("x86_64", "arm64", "powerpc", "s390", "alpha") if FULL else ("x86_64",)
TABLED = "linux-source-6.1"
ROOTS = linux_roots() if FULL else ([root for root in linux_roots() if root.name == TABLED] or linux_roots())[:1]
GATES = ("DMA_OPS", "ARCH_HAS_DMA_OPS")
"""The symbol that brings the DMA operations, and the one that took its place in later trees."""


@pytest.mark.parametrize("root", ROOTS or (None,), ids=lambda root: root.name if root else "none")
@pytest.mark.parametrize("arch", ARCHES)
def test_a_kernel_adds_up(arch: str, root: Path | None, tmp_path: Path) -> None:
    if root is None:
        pytest.skip(NO_TREE)
    tree = open_tree(TreeRequest(root=root, arch=arch, cache=CACHE / "programs"))
    if shutil.which(f"{tree.tree.toolchain.prefix}gcc") is None:
        pytest.skip(f"no {tree.tree.toolchain.prefix}gcc")
    base = tree.resolve("tinyconfig")
    gate = next(name for name in GATES if name in tree.model.symbols)
    other, turned, missed = forced(tree, base, [gate])
    assert not missed
    assert set(other.tree.overlay) <= {other.tree.kconfig}, f"tinyconfig of these selects {gate}; take another"
    kconfig = tmp_path / "Kconfig"
    kconfig.write_text(other.tree.overlay[other.tree.kconfig])
    setup = BuildSetup(scratch=tmp_path / "builds", ledger=tmp_path / "ledger", jobs=os.cpu_count() or 1)
    kept: list[Path] = []
    for config, top in ((base, None), (turned, kconfig)):
        built = make(config, setup, lambda what, done, total: None, root=root, kconfig=top)
        for adds_up in (account.content, account.loaded, account.file):
            found = adds_up(built)
            assert found.limits == ""
            assert sum(row.size for row in found.rows) == found.total
        plan = planning.plan(config)
        assert sorted(built.archived) == sorted(o.path for o in plan.objects if o.goal in ("vmlinux", "lib"))
        assert _made_by_link(built) == {o.path for o in plan.objects if o.goal == "link"}
        record(built, config, setup, root=root)
        kept.append(Path(shutil.copy(built.folder / "vmlinux.o", tmp_path / f"{len(kept)}.o")))
    before, after = map(elf.read, kept)
    growth = bloat.bloat(before, after, edition=bloat.edition_of((root / "scripts/bloat-o-meter").read_text()))
    script = [sys.executable, str(root / "scripts/bloat-o-meter"), "-p", tree.tree.toolchain.prefix, *map(str, kept)]
    assert subprocess.run(script, capture_output=True, text=True, check=True).stdout == printed(growth)
    answer, missing = Known(setup.ledger).gate(tree, base, gate)
    assert missing is None
    assert answer is not None
    assert answer.base is not None
    (learnt,) = answer.variants
    assert learnt.weight is not None
    assert learnt.growth is not None
    assert (answer.base.classes, learnt.weight.classes) == (before.classes, after.classes)
    assert learnt.growth.line == growth.line
    told = _table(arch, gate, base)
    if told is not None:
        (variant,) = (one for one in told.variants if [name for name, _ in one.forced] == [gate])
        assert told.base
        assert variant.weight
        assert (before.classes, after.classes) == (told.base.classes, variant.weight.classes)
        assert variant.growth
        assert (growth.up, growth.down) == (variant.growth.up, variant.growth.down)


def _made_by_link(built: Built) -> set[str]:
    """The objects of the link of the image that no archive holds, nor the link before it."""
    maps = [map_of(built.folder / name) for name in LINKED if name != "vmlinux.o"]
    given = {name for path in maps if path.exists() for name in opened(path)}
    return {name for name in given if name.endswith(".o") and name != "vmlinux.o"} - {*built.archived}


def _table(arch: str, gate: str, base: ResolvedConfig) -> GateMeasurement | None:
    """The measurement brought along of this very tree and compiler, if there is one."""
    wanted = origin_of(base)
    found = (one for one in measured((gate,), (arch,), "tinyconfig") if one.config == "tinyconfig")
    return next((one for one in found if (one.tree, one.compiler) == (wanted.tree, wanted.compiler)), None)

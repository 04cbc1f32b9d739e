"""Rule: the plan of a config is what the tree's own Kbuild, read by GNU make, says that it builds.

A sample of every tree by default; KWEIGH_ORACLE_FULL=1 adds every architecture, their default configs, more defconfigs
and random configs, and all modules.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import combinations
from pathlib import Path

import pytest

from analyzer import configs, kbuild
from analyzer.model.build import BuildPlan
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.trees import architectures, distinct
from tests.kbuild.judge import Truth, ask_kbuild
from tests.kbuild.links import linked
from tests.oracle.conftest import CACHE, linux_roots

FULL = bool(os.environ.get("KWEIGH_ORACLE_FULL"))
SEED = 5
RANDOM = 40 if FULL else 2
"""How many random configs of x86_64, on the first and on the last tree."""
EVERYWHERE = "x86_64"
IN_TURN = ("alpha", "arm", "arm64", "i386", "mips", "parisc", "powerpc", "s390", "sparc64", "um", "riscv", "xtensa")
"""Architectures of the sample: one on every tree, each of the others on one."""
DEFAULT = "arm64"
"""Whose default config is in the sample, on the first tree; on the last it is that of EVERYWHERE."""
MORE = (
    *(("powerpc", "ppc64_defconfig"), ("powerpc", "pseries_defconfig"), ("arm", "multi_v7_defconfig")),
    *(("mips", "malta_defconfig"), ("sparc64", "sparc64_defconfig"), ("s390", "debug_defconfig")),
    *(("x86_64", "allmodconfig"), ("arm64", "allmodconfig")),
)
"""Configs beside tinyconfig and defconfig, of the full run."""
DECIDE = (
    *("MODULES", "KALLSYMS", "DEBUG_INFO_BTF", "LTO_CLANG", "GENERIC_BUILTIN_DTB", "ARCH_WANTS_PRE_LINK_VMLINUX"),
)
"""Symbols that link-vmlinux.sh of some tree asks about."""
_ASKED = re.compile(r"uname -[a-z]+(?: \| sed(?:\s+-e [^\s;|&]+)+)?|[\w/.-]*gcc [^|;&<>`$]*-print-libgcc-file-name")
_opened = lru_cache(2)(lambda root, arch: open_tree(TreeRequest(root=root, arch=arch, cache=CACHE / "programs")))
_sources = cache(kbuild.Sources)


def _cases() -> list[tuple[Path, str, str]]:
    """Tree, architecture, config."""
    roots = linux_roots()
    cases = []
    for at, root in enumerate(roots):
        for arch in distinct(architectures(root)):
            if FULL:
                cases += [(root, arch, name) for name in ("tinyconfig", "defconfig")]
                cases += [(root, arch, name) for of, name in MORE if of == arch]
            elif arch == EVERYWHERE or (arch in IN_TURN and IN_TURN.index(arch) % len(roots) == at):
                cases.append((root, arch, "tinyconfig"))
    if not FULL and roots:
        cases += [(roots[0], DEFAULT, "defconfig"), (roots[-1], EVERYWHERE, "defconfig")]
    return cases


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Callable[[OpenTree, str], Truth]:
    """Asks a tree's Kbuild about a .config; each tree has one folder for its output, so that its conf is made once."""
    folder = cache(lambda root: tmp_path_factory.mktemp(root.name))

    def asked(opened: OpenTree, dotconfig: str) -> Truth:
        tree = opened.tree
        return ask_kbuild(tree.root, tree.arch, tree.toolchain.prefix, dotconfig, folder(tree.root))

    return asked


def _answer(probe: kbuild.Probe) -> str | None:
    """What decides the objects of some architecture: where libgcc lies, and on which machine um is built."""
    if probe.function != "shell" or not _ASKED.fullmatch(probe.arguments[0]):
        return None
    done = subprocess.run(["sh", "-c", probe.arguments[0]], capture_output=True, text=True, check=False)
    return done.stdout.strip()


_OPEN = re.compile(r"\$\(call try-run,|\$\(error ")
"""What a plan leaves open, and says so: what only a compiler's run decides, and checks that would stop make."""


def _compare(opened: OpenTree, truth: Truth) -> None:
    tree = opened.tree
    plan = kbuild.evaluate(
        _sources(tree.root), tree.srcarch, tree.arch, truth.config, _answer, prefix=tree.toolchain.prefix
    )
    outside = {name for name in truth.searched if name.startswith("/")}
    assert {one.text for one in plan.unresolved if not _OPEN.match(one.text)} == outside
    assert _differences(_paths(plan, "vmlinux"), truth.whole) == ([], [])
    assert _differences(_paths(plan, "lib"), truth.searched - outside) == ([], [])
    modules: dict[str, set[str]] = {}
    for one in plan.objects:
        if one.goal == "module":
            modules.setdefault(one.into, set()).add(one.path)
    assert modules == truth.modules
    assert all(one.because for one in plan.objects)


def _paths(plan: BuildPlan, goal: str) -> set[str]:
    return {one.path for one in plan.objects if one.goal == goal}


def _differences(ours: set[str], theirs: frozenset[str]) -> tuple[list[str], list[str]]:
    """What is missing, and what is too much."""
    return sorted(theirs - ours), sorted(ours - theirs)


@pytest.mark.parametrize(
    ("root", "arch", "name"),
    [pytest.param(*case, id=f"{case[0].name}-{case[1]}-{case[2]}") for case in _cases()]
    or [pytest.param(None, "", "", id="none")],
)
def test_equal_objects(root: Path | None, arch: str, name: str, judge: Callable[[OpenTree, str], Truth]) -> None:
    if root is None:
        pytest.skip("no Linux tree: install a linux-source package and run make trees")
    opened = _opened(root, arch)
    truth = judge(opened, configs.dotconfig(opened.resolve(name)))
    assert len(truth.whole) > 100
    _compare(opened, truth)


# On 5.10 a random config of x86 may have X86_X32, whose objects hang on a run of the compiler (docs/limits.md).
@pytest.mark.parametrize("tree", [1, -1], ids=["second", "last"])
@pytest.mark.parametrize("at", range(RANDOM))
def test_equal_objects_of_random_configs(
    at: int, tree: int, linux_trees: tuple[Path, ...], judge: Callable[[OpenTree, str], Truth]
) -> None:
    opened = _opened(linux_trees[min(tree, len(linux_trees) - 1)], EVERYWHERE)
    (block,) = configs.sample(opened.tree, opened.model, opened.program, RANDOM, seed=SEED)
    _compare(opened, judge(opened, configs.dotconfig(block.config(at))))


def test_equal_objects_of_the_link(linux_tree: Path, tmp_path: Path) -> None:
    some = ((), *((name,) for name in DECIDE), DECIDE)
    every = [chosen for count in range(len(DECIDE) + 1) for chosen in combinations(DECIDE, count)]
    for at, chosen in enumerate(every if FULL else some):
        config = dict.fromkeys(chosen, "y")
        arch, srcarch = ("um", "um") if at % 2 else ("x86_64", "x86")
        plan = kbuild.evaluate(_sources(linux_tree), srcarch, arch, config, _answer)
        ours = [one.path for one in plan.objects if one.goal == "link"]
        assert ours == linked(linux_tree, srcarch, config, tmp_path / "link"), config

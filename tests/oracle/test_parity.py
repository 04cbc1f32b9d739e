"""Rule: a config that we resolve equals what the tree's own conf writes, byte for byte below the header, and Kconfig
sees of the environment what the tree's own make exports.

A sample by default, within CI's time; KWEIGH_ORACLE_FULL=1 (make oracle-full) compares every architecture of every tree
with every target, defconfig and fragment, and 20 random configs each.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from analyzer import reports
from analyzer.model.certificate import Certificate
from analyzer.pipeline import TreeRequest
from analyzer.pipeline.commands.certify import certify
from analyzer.trees import architectures, distinct
from tests.oracle.conftest import CACHE, linux_roots

FULL = bool(os.environ.get("KWEIGH_ORACLE_FULL"))
WHOLE = ("x86_64", "i386", "powerpc", "s390", "alpha", "parisc", "parisc64", "sparc", "sparc32", "sparc64")
"""Architectures whose every defconfig is compared on the newest tree, and every target on the oldest."""
FEW = ("x86_64", "arm64", "powerpc", "mips")
"""Architectures that stand for the trees between these two."""
SMALL = ("tinyconfig", "allnoconfig")
TARGETS = ("allyesconfig", "allmodconfig", "alldefconfig", "defconfig")
RANDOM = {"x86_64": 12, "powerpc": 6, "arm": 6, "s390": 6}
"""How many random configs a sample of the newest tree takes."""
_NUMBER = re.compile(r"^(?:VERSION|PATCHLEVEL) = (\d+)$", re.MULTILINE)


def _age(root: Path) -> list[int]:
    return [int(number) for number in _NUMBER.findall((root / "Makefile").read_text("utf-8", "replace"))]


def _cases() -> list[tuple[Path, str, tuple[str, ...], int]]:
    """Tree, architecture, configs, and how many random ones."""
    roots = sorted(linux_roots(), key=_age)
    return [
        (root, arch, *case)
        for root in roots
        for arch in distinct(architectures(root))
        if (case := _case(arch, is_newest=root == roots[-1], is_oldest=root == roots[0])) is not None
    ]


def _case(arch: str, *, is_newest: bool, is_oldest: bool) -> tuple[tuple[str, ...], int] | None:
    if FULL:
        return (), 20
    if is_newest:
        return (*SMALL, *((*TARGETS, "*defconfig") if arch in WHOLE else ())), RANDOM.get(arch, 0)
    return ((*SMALL, *TARGETS), 0) if arch in (WHOLE if is_oldest else FEW) else None


@pytest.mark.parametrize(
    ("root", "arch", "names", "seeds"),
    [pytest.param(*case, id=f"{case[0].name}-{case[1]}") for case in _cases()]
    or [pytest.param(None, "", (), 0, id="none")],
)
def test_equal_to_the_byte(root: Path | None, arch: str, names: tuple[str, ...], seeds: int) -> None:
    if root is None:
        pytest.skip("no Linux tree: install a linux-source package and run make trees")
    found = certify(TreeRequest(root=root), (arch,), names, seeds, CACHE / "conf")
    assert len(found.comparisons) >= len(SMALL)
    assert found.whole, _told(found)


def _told(found: Certificate) -> str:
    return reports.render(reports.certify(found), "markdown", version="")

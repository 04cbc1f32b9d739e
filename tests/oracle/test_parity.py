"""Rule: a config that we resolve equals what the tree's own conf writes, byte for byte below the header.

A sample by default, within CI's time; KWEIGH_ORACLE_FULL=1 (make oracle-full) compares every architecture with every
target and defconfig, and 20 random configs each.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analyzer import reports
from analyzer.model.certificate import Certificate
from analyzer.pipeline import TreeRequest
from analyzer.pipeline.certify import certify
from analyzer.trees import architectures, distinct
from tests.oracle.conftest import CACHE, linux_roots

FULL = bool(os.environ.get("KWEIGH_ORACLE_FULL"))
WHOLE = ("x86_64", "i386", "powerpc", "s390", "alpha", "parisc", "parisc64", "sparc", "sparc32", "sparc64")
"""Architectures whose every defconfig is compared on the first tree."""
SMALL = ("tinyconfig", "allnoconfig")
TARGETS = ("allyesconfig", "allmodconfig", "alldefconfig", "defconfig")
RANDOM = {"x86_64": 12, "powerpc": 6, "arm": 6, "s390": 6}
"""How many random configs a sample takes."""


def _cases() -> list[tuple[Path, str, tuple[str, ...], int]]:
    """Tree, architecture, configs, and how many random ones."""
    cases = []
    for first, root in zip((True, *(False,) * 9), linux_roots(), strict=False):
        for arch in distinct(architectures(root)):
            names: tuple[str, ...] = SMALL
            if FULL:
                names = ()
            elif first and arch in WHOLE:
                names = (*SMALL, *TARGETS, "*defconfig")
            elif not first and arch in WHOLE:
                names = (*SMALL, *TARGETS)
            cases.append((root, arch, names, 20 if FULL else RANDOM.get(arch, 0)))
    return cases


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
    assert found.equal == len(found.comparisons), _told(found)


def _told(found: Certificate) -> str:
    return reports.render(reports.certify(found), "markdown", version="")

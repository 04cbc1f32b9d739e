"""The judged trees.

Enters: the trees of tests/oracle/conftest.py. Leaves: `kernel_of`, which gives the first judged tree's code under a
config. Must hold: one object per config in a process, since a loaded library has one state.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from analyzer.dma.dialect import rules_in
from analyzer.dma.rules import OWN_C, VERSIONS
from analyzer.model.dma import Rules
from analyzer.trees import read_within
from tests.oracle.dma.kernel import Kernel

KernelOf = Callable[..., Kernel]

JUDGED = tuple(name for name, rules in VERSIONS.items() if rules.judged.startswith(OWN_C))
"""The versions that a tree's own C judges."""


@cache
def kernel_in(root: Path, symbols: frozenset[str]) -> Kernel:
    """A tree's code under a config, one object in a process; pages have 4 KiB."""
    return Kernel(root, symbols)


def rules_of_tree(root: Path) -> Rules:
    """The version that a tree shows itself to be."""
    rules, _ = rules_in(lambda path: read_within(root, path))
    return rules


@pytest.fixture(scope="session")
def judged_trees(linux_trees: tuple[Path, ...]) -> dict[str, Path]:
    """The trees by the names of their versions."""
    return {rules.name: root for root in linux_trees if (rules := rules_of_tree(root)) in VERSIONS.values()}


@pytest.fixture(scope="session")
def kernel_of(judged_trees: dict[str, Path]) -> KernelOf:
    """The judge of 6.1 under the given CONFIG_ symbols."""
    if "6.1" not in judged_trees:
        pytest.skip("no tree whose kernel/dma is of 6.1's dialect")
    return lambda *symbols: kernel_in(judged_trees["6.1"], frozenset(symbols))

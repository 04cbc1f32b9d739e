"""Where the judges come from.

Enters: KWEIGH_LINUX_TREES (folders joined by colons), else what `make trees` unpacked; KWEIGH_ORACLE_STRICT. Leaves:
the fixtures `linux_trees`, `linux_tree` and `conf_binary`, and the mark `oracle` on every test below this folder. Must
hold: a judge that is missing skips the test with a reason, or fails it when KWEIGH_ORACLE_STRICT is set: a comparison
that nobody ran must not look like one that passed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TypeVar

import pytest

from analyzer.errors import ToolchainError
from analyzer.judge.build import build

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kweigh"
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
NO_TREE = "no Linux tree: set KWEIGH_LINUX_TREES=DIR:DIR, or install a linux-source package and run make trees"


def linux_roots() -> tuple[Path, ...]:
    """The trees to judge by, in a fixed order; a folder that the user named must exist, or it counts as an error."""
    if named := os.environ.get("KWEIGH_LINUX_TREES"):
        roots = tuple(Path(folder).absolute() for folder in named.split(os.pathsep) if folder)
        if gone := [str(root) for root in roots if not (root / "scripts/kconfig").is_dir()]:
            raise pytest.UsageError(f"KWEIGH_LINUX_TREES: no Linux tree at {', '.join(gone)}")
        return roots
    return tuple(sorted(stamp.parent for stamp in CACHE.glob("trees/*/.unpacked")))


def trees_where(holds: Callable[[Path], bool]) -> pytest.MarkDecorator:
    """Gives a test as `linux_tree` each real tree for which something holds, for what not all of them have."""
    roots = [root for root in linux_roots() if holds(root)]
    nowhere = pytest.param(None, marks=pytest.mark.skip(reason="no tree at hand has what this asks for"))
    return pytest.mark.parametrize("linux_tree", roots or [nowhere], ids=lambda root: root.name if root else "none")


@pytest.fixture(scope="session")
def linux_trees() -> tuple[Path, ...]:
    """The root of every real tree there is, at least one."""
    return linux_roots() or pytest.skip(NO_TREE)


@pytest.fixture(scope="session", params=linux_roots() or (None,), ids=lambda root: root.name if root else "none")
def linux_tree(request: pytest.FixtureRequest) -> Path:
    """Each real tree in turn."""
    root: Path | None = request.param
    return root or pytest.skip(NO_TREE)


@pytest.fixture(scope="session")
def conf_binary() -> Callable[[Path], Path]:
    """Gives the `conf` that a tree's own scripts/kconfig makes."""

    def conf_of(root: Path) -> Path:
        try:
            return build(root, CACHE / "conf")
        except ToolchainError as error:
            pytest.skip(error.line())

    return conf_of


# First, because the choice by mark (-m) happens in the same hook.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test below this folder."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.oracle)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped test into a failed one in strict mode; an expected failure stays what it is."""
    report = yield
    return report if hasattr(report, "wasxfail") else _strict(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a module that skips itself as a whole."""
    return _strict((yield))


def _strict(report: Report) -> Report:
    if report.skipped and os.environ.get("KWEIGH_ORACLE_STRICT"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"not judged: {reason}"
    return report

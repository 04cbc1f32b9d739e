"""What every test shares.

Enters: CI and KWEIGH_SOAK of the environment. Leaves: the Hypothesis profile, a cache folder of its own for each test.
Must hold: a failure names the example that reproduces it, and no test fails because the machine was busy; nobody waits
for tests that were not asked for.

Examples differ from run to run, but for CI, where what has nothing to do with a change should not stop it; `make soak`
looks for what a thousand others find.
"""

from __future__ import annotations

import gc
import os
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

# 40 where a property names no number: make test has two minutes, and `make soak` as long as it takes.
settings.register_profile("kweigh", deadline=None, max_examples=40, print_blob=True, derandomize="CI" in os.environ)
settings.load_profile("kweigh")

_SOAK = int(os.environ.get("KWEIGH_SOAK", "1"))
"""How many times as many examples each property is tried on."""


def pytest_itemcollected(item: pytest.Item) -> None:
    test = getattr(item, "obj", None)
    if _SOAK > 1 and hasattr(test, "hypothesis") and "oracle" not in item.keywords:
        own: settings = getattr(test, "_hypothesis_internal_use_settings", None) or settings()
        if not hasattr(test, "soaked"):
            test.__dict__["soaked"] = True
            test.__dict__["_hypothesis_internal_use_settings"] = settings(own, max_examples=own.max_examples * _SOAK)


_FOLDERS = {"oracle": "oracle", "benchmarks": "bench", "browser": "browser"}
"""Folders whose tests all have a mark. They take a quarter as long to collect as all others."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what the expression of marks leaves out, where nobody names it."""
    mark = _FOLDERS.get(collection_path.name)
    if mark is None or collection_path.parent != Path(__file__).parent:
        return None
    named = (Path(config.invocation_params.dir, arg.partition("::")[0]).resolve() for arg in config.args)
    if any(one.is_relative_to(collection_path) for one in named):
        return None
    return f"not {mark}" in config.option.markexpr or None


def pytest_collection_finish() -> None:
    """As start.py has it: tests and modules are very many values and hardly a cycle."""
    gc.set_threshold(50_000)
    gc.collect()
    gc.freeze()


_FOLDER = count()


@pytest.fixture(scope="session")
def caches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the caches of all tests lie."""
    return tmp_path_factory.mktemp("caches")


@pytest.fixture(autouse=True)
def own_cache(request: pytest.FixtureRequest, caches: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees what another one, or the user, has kept, nor the width that the user has; the oracle keeps its built
    judges."""
    monkeypatch.delenv("COLUMNS", raising=False)
    if "oracle" not in request.keywords:
        # Not mktemp, which looks through all folders that there are for the next number.
        own = caches / str(next(_FOLDER))
        own.mkdir()
        monkeypatch.setenv("XDG_CACHE_HOME", str(own))


def pytest_sessionfinish() -> None:
    """Give back what the program froze (pipeline/keeping/trees.py), as one that ends after one answer need not:
    nanobind would report the functions of duckdb as leaked."""
    gc.unfreeze()
    gc.collect()

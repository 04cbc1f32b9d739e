"""What every test shares.

Enters: CI and KWEIGH_SOAK of the environment. Leaves: the Hypothesis profile, a cache folder of its own for each test.
Must hold: a failure names the example that reproduces it, and no test fails because the machine was busy.

Examples differ from run to run, but for CI, where what has nothing to do with a change should not stop it; `make soak`
looks for what a thousand others find.
"""

from __future__ import annotations

import gc
import os

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


@pytest.fixture(autouse=True)
def own_cache(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No test sees what another one, or the user, has kept, nor the width that the user has; the oracle keeps its built
    judges."""
    monkeypatch.delenv("COLUMNS", raising=False)
    if "oracle" not in request.keywords:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


def pytest_sessionfinish() -> None:
    """Give back what the program froze (analyzer/pipeline/cached.py), as one that ends after one answer need not:
    nanobind would report the functions of duckdb as leaked."""
    gc.unfreeze()
    gc.collect()

"""What every test shares.

Enters: nothing. Leaves: the Hypothesis profile, a cache folder of its own for each test. Must hold: a failure names the
example that reproduces it, and no test fails because the machine was busy.
"""

from __future__ import annotations

import gc

import pytest
from hypothesis import settings

settings.register_profile("kweigh", deadline=None, print_blob=True)
settings.load_profile("kweigh")


@pytest.fixture(autouse=True)
def own_cache(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No test sees what another one, or the user, has kept; the oracle keeps its built judges."""
    if "oracle" not in request.keywords:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


def pytest_sessionfinish() -> None:
    """Give back what the program froze (analyzer/pipeline/cached.py), as one that ends after one answer need not:
    nanobind would report the functions of duckdb as leaked."""
    gc.unfreeze()
    gc.collect()

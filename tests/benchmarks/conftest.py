"""The mark of every measurement.

Enters: the tests that were collected. Leaves: the mark `bench` on those below this folder. Must hold: `make test` never
measures.
"""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


# First, because the choice by mark (-m) happens in the same hook.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test below this folder."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.bench)

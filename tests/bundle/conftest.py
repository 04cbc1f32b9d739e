"""Gives the tests the bundled tree, parsed once for each ARCH."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tests.bundle.tree import Bundle, BundleOf, copy_for_kconfiglib, parse


@pytest.fixture(scope="session")
def bundle_of(tmp_path_factory: pytest.TempPathFactory) -> BundleOf:
    """The tree, parsed once for each ARCH that is asked for."""
    root = copy_for_kconfiglib(tmp_path_factory.mktemp("bundle"))

    @cache
    def parsed(arch: str) -> Any:
        return parse(root, arch)

    return lambda arch: Bundle(arch=arch, tree=parsed(arch))

"""Rule: what a tree's conf refuses is refused, at its line, and what another accepts is accepted on such a tree."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from analyzer.errors import SourceError
from tests.configs.refusals import REFUSALS
from tests.configs.small import DIALECTS, DialectName, small


@pytest.mark.parametrize("dialect", get_args(DialectName))
@pytest.mark.parametrize("name", REFUSALS)
def test_refused(name: str, dialect: DialectName, tmp_path: Path) -> None:
    refusal = REFUSALS[name]
    refusal.plant(tmp_path)
    try:
        small(tmp_path, DIALECTS[dialect])
        line = 0
    except SourceError as error:
        assert error.path == "Kconfig" or refusal.beside
        line = error.lineno if error.path == "Kconfig" else refusal.line
    assert line == (refusal.line if dialect in refusal.by else 0) or refusal.is_unknown_to(dialect)

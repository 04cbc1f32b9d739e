"""Rule: what a tree's conf refuses is refused, at its line, and what another accepts is accepted on such a tree."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from analyzer.errors import SourceError
from tests.configs.refusals import REFUSALS, Refusal
from tests.configs.small import DIALECTS, DialectName, small


@pytest.mark.parametrize("dialect", get_args(DialectName))
@pytest.mark.parametrize("name", REFUSALS)
def test_refused(name: str, dialect: DialectName, tmp_path: Path) -> None:
    refusal = REFUSALS[name]
    refusal.plant(tmp_path)
    assert _line(tmp_path, dialect, refusal) == (refusal.line if dialect in refusal.by else 0) or refusal.is_unknown_to(
        dialect
    )


def _line(folder: Path, dialect: DialectName, refusal: Refusal) -> int:
    """The line at which we refuse, 0 where we do not."""
    try:
        small(folder, DIALECTS[dialect])
    except SourceError as error:
        return error.lineno if error.path == "Kconfig" else refusal.line
    return 0

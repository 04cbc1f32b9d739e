"""Rule: an option that changes text everywhere is built alone only where it changes bytes of many objects, or how they
are compiled; what changes no text shares with most."""

from __future__ import annotations

import pytest

from analyzer.pipeline.bytes.reach import Extent, Reach

FEW, MANY = (0,) * 14 + (1, None), (0,) * 13 + (1, -1, 70)


@pytest.mark.parametrize(
    ("lines", "changed", "extent"),
    [
        ((0, 0), (), "still"),
        ((0, 10), (), "narrow"),
        ((0, 11), (), "middle"),
        ((59, 499), (), "middle"),
        ((60, 60), FEW, "middle"),
        ((0, 500), FEW, "middle"),
        ((None, 0), FEW, "middle"),
        ((60, 60), MANY, "broad"),
        ((0, 500), MANY, "broad"),
        ((0, 500), (), "broad"),
        ((None, None), (None,) * 16, "broad"),
        ((), (), "broad"),
    ],
)
def test_how_far(lines: tuple[int | None, ...], changed: tuple[int | None, ...], extent: Extent) -> None:
    assert Reach(symbol="A", lines=lines, bytes=changed, flags=False).extent == extent
    assert Reach(symbol="A", lines=lines, bytes=changed, flags=True).extent == "broad"

"""The diffstat of the series that the project began with."""

from __future__ import annotations

from pathlib import Path

from analyzer.model.series import Totals
from analyzer.series import decode, read

FIXTURE = Path(__file__).parents[2] / "fixtures" / "series" / "dma-bypass-v4.diffstat"


def test_dma_bypass_v4() -> None:
    series = read(decode(FIXTURE.read_bytes(), FIXTURE.name), FIXTURE.name)
    assert series.title == "generic DMA bypass flag v4"
    assert series.form == "diffstat"
    assert series.stated is not None
    assert (series.stated.files, series.stated.insertions, series.stated.deletions) == (22, 385, 394)
    # The histogram is scaled, so only the sum of all changes can be counted; it is what the totals line states.
    assert series.counted == Totals(files=22, insertions=None, deletions=None, changes=779)
    assert series.stated.changes == 779
    assert series.problems == ()
    assert sum("Kconfig" in change.path for change in series.files) == 14
    by_path = {change.path: change.changes for change in series.files}
    assert by_path["arch/powerpc/Kconfig"] == 2
    assert by_path["include/linux/dma-mapping.h"] == 251

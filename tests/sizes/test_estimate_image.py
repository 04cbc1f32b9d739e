"""Rule: an image that nobody linked is told from those that were, and an interval is as wide as the rule is wrong.

Enters: builds made here, whose images follow a law. Leaves: verdicts. Must hold: the law is not the one expected where
nothing is known, so that what is right was learnt.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analyzer.model.elf import SectionClass
from analyzer.model.estimate import Interval, MeasuredBuild, exactly
from analyzer.sizes.estimate_image import Images

XZ = {"KERNEL_XZ": "y"}
CONTENT = exactly(0)
"""Content without a doubt of its own."""


def classes(text: int, rodata: int, data: int) -> dict[SectionClass, int]:
    return {"text": text, "rodata": rodata, "data": data, "bss": 7 * data}


def packed(text: int, rodata: int, data: int, noise: int = 0) -> int:
    """A boot image in which text takes more than expected, and data nothing."""
    return 50_000 + (6 * text + 3 * rodata) // 10 + noise


def builds(noise: int = 0, values: dict[str, str] = XZ) -> list[MeasuredBuild]:
    found = []
    for number in range(30):
        sizes = (1_000_000 + 40_000 * number, 200_000 + 90_000 * (number % 5), 300_000 + 70_000 * (number % 7))
        boot = packed(*sizes, noise=noise * (-1) ** number)
        found.append(MeasuredBuild(values=values, classes=classes(*sizes), parts={}, loaded=sum(sizes), boot=boot))
    return found


@given(st.integers(900_000, 2_500_000), st.integers(100_000, 700_000), st.integers(200_000, 900_000))
def test_what_follows_a_law_is_found(text: int, rodata: int, data: int) -> None:
    found = Images(builds(), "boot", XZ).estimate(classes(text, rodata, data), XZ, CONTENT)
    size = packed(text, rodata, data)
    assert found is not None
    assert abs(found.value - size) <= size / 50
    assert found.low <= size <= found.high


def test_what_builds_do_not_agree_on_widens() -> None:
    asked = classes(1_100_000, 290_000, 440_000)
    quiet, loud = (Images(builds(noise), "boot", XZ).estimate(asked, XZ, CONTENT) for noise in (0, 30_000))
    assert quiet is not None
    assert loud is not None
    assert loud.width > 5 * quiet.width
    assert loud.low <= packed(1_100_000, 290_000, 440_000, 30_000) <= loud.high


def test_doubt_about_content_is_doubt_about_the_image() -> None:
    images, asked = Images(builds(), "boot", XZ), classes(1_100_000, 290_000, 440_000)
    sure = images.estimate(asked, XZ, exactly(10))
    unsure = images.estimate(asked, XZ, Interval(low=0, value=100_000, high=100_000))
    assert sure is not None
    assert unsure is not None
    assert (sure.high - unsure.high, sure.low - unsure.low) == (0, 42_000)


def test_another_compressor_tells_nothing() -> None:
    gzip = {"KERNEL_GZIP": "y"}
    assert Images(builds(), "boot", gzip).estimate(classes(1, 1, 1), gzip, CONTENT) is None
    assert Images(builds(), "loaded", gzip).estimate(classes(1, 1, 1), gzip, CONTENT) is not None


def test_a_build_without_a_boot_image_tells_nothing_of_it() -> None:
    bare = MeasuredBuild(values=XZ, classes=classes(1, 1, 1), parts={}, loaded=900)
    assert Images([bare], "boot", XZ).estimate(bare.classes, XZ, CONTENT) is None
    found = Images([bare], "loaded", XZ).estimate(bare.classes, XZ, CONTENT)
    assert found is not None
    assert found.value == 900


def test_one_build_gives_a_wide_interval() -> None:
    (one, *_), asked = builds(), classes(2_000_000, 200_000, 300_000)
    found = Images([one], "boot", XZ).estimate(asked, XZ, CONTENT)
    assert found is not None
    assert found.low <= one.boot
    assert found.high >= one.boot + 600_000


def test_a_table_of_symbols_is_learnt_with_the_code() -> None:
    """The link writes it, so no object has it."""
    some = builds()
    several = [
        MeasuredBuild(
            values=XZ | {"KALLSYMS": "y"},
            classes=one.classes,
            parts={},
            loaded=one.loaded + one.classes["text"] // 5,
        )
        for one in some[::3]
    ]
    asked = classes(1_500_000, 300_000, 400_000)
    images = Images([*some, *several], "loaded", XZ)
    without, there = (images.estimate(asked, values, CONTENT) for values in (XZ, XZ | {"KALLSYMS": "y"}))
    assert without is not None
    assert there is not None
    assert abs(there.value - without.value - 300_000) < 15_000

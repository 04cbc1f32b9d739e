"""What the linked image and the boot image of a config weigh that nobody has built.

Enters: builds whose images were measured, the content of a config by class, its values. Leaves: an `Interval` for each.
Must hold: how wide an interval is follows from how far off the same rule is for each build when it is told from the
others alone (leave-one-out), so that few builds give wide ones; no build, no number.

Padding goes by where sections come to lie, the length of a boot image by what a compressor finds; so both are fitted
rather than added up: bytes for each byte of content by kind, and for each byte of code where the link writes a table of
all symbols (scripts/kallsyms.c), corrected by the nearest build (ridge regression; A. E. Hoerl, R. W. Kennard,
Technometrics 12, 1970).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import mul
from typing import Literal

from analyzer.model.elf import SectionClass
from analyzer.model.estimate import Interval, MeasuredBuild

ImageKind = Literal["loaded", "boot"]
"""The linked image in memory, padding included; the file that is booted."""

_KINDS: Mapping[SectionClass, int] = {
    "text": 0,
    "init text": 0,
    "alternatives": 0,
    "exception": 0,
    "unwind": 0,
    "rodata": 1,
    "export": 1,
    "discarded": 1,
    "data": 2,
    "init data": 2,
    "per-cpu": 2,
}
_SYMBOLS = 3
"""Code again, where the image has a table of symbols."""
_COUNT = 4
_EXPECTED: Mapping[ImageKind, tuple[float, ...]] = {"loaded": (1.0, 1.0, 1.0, 0.15), "boot": (0.42, 0.3, 0.1, 0.06)}
"""Bytes of an image for each byte, where builds do not say: that of a loaded one is loaded as it is; a boot image is as
xz packs that of x86_64's tinyconfig."""
_PULL = 20_000.0
"""Bytes of difference from which on builds count more than what is expected."""
_FAR = 100_000
"""Bytes of difference from which on a build counts less."""
_STEP = 4096
_SHARE = 0.1
"""Bytes, and share of what it differs from the nearest build, by which an image may be off; more as builds say."""
_HELD = 0.93
"""The share of the builds that must lie inside the interval that the others give them."""
_FEWEST = 8
"""Builds from which this is told; with fewer the image may be off by all it differs."""
_NOTHING = (0.0,) * _COUNT

Sizes = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Point:
    """A build: its content by kind, what its image weighs."""

    sizes: Sizes
    bytes: int


class Images:
    """What builds of one origin tell of their images."""

    def __init__(self, builds: Sequence[MeasuredBuild], image: ImageKind, values: Mapping[str, str]) -> None:
        """Of `builds` those that pack their boot image as a config with `values` does."""
        packed = packer(values)
        alike = [one for one in builds if image == "loaded" or packer(one.values) == packed]
        self._image: ImageKind = image
        self._points = [
            _Point(_sizes(one.classes, one.values, image), weight)
            for one in alike
            if (weight := one.loaded if image == "loaded" else one.boot)
        ]
        self._slopes = self._fitted(self._points)
        self._factor = self._calibrated()

    def estimate(
        self, classes: Mapping[SectionClass, int], values: Mapping[str, str], content: Interval
    ) -> Interval | None:
        """What the image weighs where its content is expected to have these classes, and so many bytes; None where no
        build has such an image."""
        if not self._points:
            return None
        sizes = _sizes(classes, values, self._image)
        found, apart = _told(self._points, self._slopes, sizes)
        half = self._factor * (_STEP + _SHARE * apart)
        most = max(_EXPECTED[self._image])
        return Interval(
            low=max(round(found - half - most * (content.value - content.low)), 0),
            value=round(found),
            high=round(found + half + most * (content.high - content.value)),
        )

    def gain(self, classes: Mapping[SectionClass, int], values: Mapping[str, str]) -> Interval | None:
        """What the image gains where its content gains these classes; None where no build has such an image."""
        if not self._points:
            return None
        parts = [slope * size for slope, size in zip(self._slopes, _sizes(classes, values, self._image), strict=True)]
        half = self._factor * _SHARE * sum(map(abs, parts))
        return Interval(low=round(sum(parts) - half), value=round(sum(parts)), high=round(sum(parts) + half))

    def _calibrated(self) -> float:
        """By how much an interval is to be wider for enough builds to lie inside theirs."""
        points = self._points
        if len(points) < _FEWEST:
            return 1 / _SHARE
        off: list[float] = []
        for number, point in enumerate(points):
            others = points[:number] + points[number + 1 :]
            found, apart = _told(others, self._fitted(others), point.sizes)
            if apart:
                off.append(abs(found - point.bytes) / (_STEP + _SHARE * apart))
        return max(sorted(off)[round(_HELD * (len(off) - 1))], 1.0) if off else 1 / _SHARE

    def _fitted(self, points: Sequence[_Point]) -> Sizes:
        """Bytes of the image for each byte of content by kind."""
        expected = _EXPECTED[self._image]
        if not points:
            return expected
        pull = _PULL**2
        left = [[pull if row == column else 0.0 for column in range(_COUNT)] for row in range(_COUNT)]
        right = [pull * each for each in expected]
        first = points[0]
        for point in points:
            apart = _less(point.sizes, first.sizes)
            weight = 1 / (1 + sum(map(abs, apart)) / _FAR)
            for row in range(_COUNT):
                right[row] += weight * apart[row] * (point.bytes - first.bytes)
                for column in range(_COUNT):
                    left[row][column] += weight * apart[row] * apart[column]
        return _solved(left, right)


def packer(values: Mapping[str, str]) -> frozenset[str]:
    """The compressor of the boot image (the choice of init/Kconfig)."""
    return frozenset(name for name, value in values.items() if name.startswith("KERNEL_") and value == "y")


def _sizes(classes: Mapping[SectionClass, int], values: Mapping[str, str], image: ImageKind) -> Sizes:
    found = list(_NOTHING)
    for kind, size in classes.items():
        # Nothing of it is in a file.
        where = _KINDS.get(kind, 2 if image == "loaded" else None)
        if where is not None:
            found[where] += size
    if values.get("KALLSYMS") == "y":
        found[_SYMBOLS] = found[0]
    return tuple(found)


def _less(one: Sizes, other: Sizes) -> Sizes:
    return tuple(a - b for a, b in zip(one, other, strict=True))


def _told(points: Sequence[_Point], slopes: Sizes, sizes: Sizes) -> tuple[float, float]:
    """What the nearest of these builds and the slopes say, and how many bytes of it are the slopes' alone."""

    def apart(point: _Point) -> float:
        return sum(abs(slope * size) for slope, size in zip(slopes, _less(sizes, point.sizes), strict=True))

    near = min(points, key=apart)
    return near.bytes + sum(map(mul, slopes, _less(sizes, near.sizes))), apart(near)


def _solved(left: Sequence[Sequence[float]], right: Sequence[float]) -> Sizes:
    """The solution of a positive definite system, by elimination."""
    rows = [[*row, value] for row, value in zip(left, right, strict=True)]
    for pivot, row in enumerate(rows):
        for other in rows:
            if other is not row:
                factor = other[pivot] / row[pivot]
                other[:] = [a - factor * b for a, b in zip(other, row, strict=True)]
    return tuple(row[-1] / row[index] for index, row in enumerate(rows))

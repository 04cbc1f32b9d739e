"""Composes where the bytes of an image are, and what measured gates bring.

Enters: an `Overview`, or its gates. Leaves: blocks. Must hold: objects and what the link makes of them add up to the
content of vmlinux.o; what was not measured is said, never drawn; a drawing says on what it was measured.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.model.report import Block, Column, Fold, Paragraph, Row, Table, Tile, Treemap
from analyzer.reports.compose.gate import place
from analyzer.reports.words.phrases import counted, say

if TYPE_CHECKING:
    from analyzer.model.gate import GateMeasurement, GateVariant
    from analyzer.model.overview import MeasuredImage, Overview

THE_LINK = "(the link)"


def byte_blocks(found: Overview) -> Iterator[Block]:
    """The image of the config in detail by folder and by feature, else why there is none."""
    if found.image is not None:
        yield from _image(found.image)
    else:
        yield Paragraph(phrase=say(found.unmeasured, "missing"))


def gate_charts(gates: Sequence[GateMeasurement]) -> Iterator[Block]:
    """The images in which gates were measured, by class, and what the gates add to them."""
    bases = [one for one in gates if one.base and one.variants]
    if bases:
        images = list({(place(one, bases), one.config): one for one in bases}.values())
        where = "; ".join(dict.fromkeys(f"{one.config} of {one.tree}, {one.compiler}" for one in images))
        yield Paragraph(phrase=say(f"The images in which they were measured: {where}."))
        classes = [
            Tile(path=(place(one, bases), kind), size=size)
            for one in images
            if one.base
            for kind, size in one.base.classes.items()
            if size > 0
        ]
        yield Treemap(title="Content of the measured images, by architecture and class", tiles=tuple(classes))
        grown = [
            Tile(path=(place(one, bases), change.name), size=change.delta)
            for one in images
            for change in _largest(one).changes or ()
            if change.delta > 0
        ]
        if grown:
            turned = ", ".join(dict.fromkeys(_largest(one).turned for one in images))
            title = f"What {turned} adds to them, by architecture and function"
            yield Treemap(title=title, tiles=tuple(grown))


def function_folds(gates: Sequence[GateMeasurement]) -> Iterator[Block]:
    """Every function and variable that a measured gate changed, behind a fold for each variant."""
    columns = tuple(
        Column(title=title, align="right" if number else "left")
        for number, title in enumerate(("function or variable", "old", "new", "delta"))
    )
    for one in gates:
        for variant in one.variants:
            if variant.changes:
                rows = (
                    Row(
                        cells=(
                            say(change.name, "name"),
                            say("-" if change.before is None else f"{change.before:,}"),
                            say("-" if change.after is None else f"{change.after:,}"),
                            say(f"{change.delta:+,}"),
                        )
                    )
                    for change in variant.changes
                )
                where = f"{place(one, gates)} {one.config}, {variant.turned}"
                title = f"{where}: {len(variant.changes):,} functions and variables"
                yield Fold(title=say(title), blocks=(Table(columns=columns, rows=tuple(rows)),))


def _image(image: MeasuredImage) -> Iterator[Block]:
    whole = sum(one.size for one in image.objects)
    rest = image.content - whole
    about = f"{image.origin.tree} {image.origin.arch}, {image.origin.compiler}"
    yield Paragraph(
        phrase=say(
            f"Measured on {about}. {counted(len(image.objects), 'object')} of {whole:,} bytes and {rest:+,} bytes that "
            f"the link adds and merges: {image.content:,} bytes of content (allocated sections of vmlinux.o)."
        )
    )
    tiles = [Tile(path=_path(one.path), size=one.size) for one in image.objects if one.size > 0]
    if rest > 0:
        tiles.append(Tile(path=(THE_LINK, "tables that it makes"), size=rest))
    yield Treemap(title="Content by folder", tiles=tuple(tiles))
    ours = [one for one in image.objects if one.feature and one.size > 0]
    if not ours:
        yield Paragraph(phrase=say("No object of it stands behind one of these features.", "missing"))
        return
    size = sum(one.size for one in ours)
    yield Paragraph(
        phrase=say(
            f"{counted(len(ours), 'object')} of {size:,} bytes: built under a condition on a feature; each counts for "
            "the one that the innermost makefile line asks for."
        )
    )
    by_feature = tuple(Tile(path=(one.feature, *one.path.split("/")), size=one.size) for one in ours)
    yield Treemap(title="Content by feature", tiles=by_feature)


def _path(path: str) -> tuple[str, ...]:
    first, *rest = path.split("/")
    return (first, *rest) if rest else (".", first)


def _largest(one: GateMeasurement) -> GateVariant:
    """The variant that turns most symbols."""
    return max(one.variants, key=lambda variant: (bool(variant.changes), len(variant.forced)))

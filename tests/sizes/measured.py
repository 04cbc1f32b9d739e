"""Measurements for tests.

Enters: nothing. Leaves: Hypothesis strategies and single examples of observations and images.
"""

from __future__ import annotations

from hypothesis import strategies as st

from analyzer.model.elf import SizedSymbol
from analyzer.model.size import Image, Observation, Origin, Recipe
from analyzer.sizes.classes import CLASSES

ORIGIN = Origin(tree="Linux 6.1.192", arch="powerpc", compiler="gcc 12.2.0 (powerpc64-linux-gnu)")


def observation(number: int, *, size: int = 100) -> Observation:
    """The observation of an object that no other number has."""
    return Observation(
        origin=ORIGIN,
        path=f"kernel/o{number}.o",
        recipe=Recipe(flags="gcc -O2", symbols=(("DMA_OPS", "n"), ("SMP", "y"))),
        classes={"text": size, "bss": 8},
        symbols=(SizedSymbol(name="f", letter="T", size=size), SizedSymbol(name="g", letter="b", size=8)),
    )


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_LINES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=6)
_SIZES = st.integers(0, 2**63 - 1)
_ORIGINS = st.builds(Origin, tree=_TEXTS, arch=_TEXTS, compiler=_TEXTS)
OBSERVATIONS = st.builds(
    Observation,
    origin=_ORIGINS,
    path=_TEXTS,
    recipe=st.builds(
        Recipe,
        flags=_TEXTS,
        symbols=st.dictionaries(_LINES.filter(bool), _LINES, max_size=3).map(
            lambda found: tuple(sorted(found.items()))
        ),
    ),
    classes=st.dictionaries(st.sampled_from(CLASSES), _SIZES, max_size=4),
    symbols=st.lists(st.builds(SizedSymbol, name=_TEXTS, letter=st.sampled_from("tTdR"), size=_SIZES), max_size=3).map(
        tuple
    ),
)
IMAGES = st.builds(
    Image,
    origin=_ORIGINS,
    config=_TEXTS,
    name=_TEXTS,
    size=_SIZES,
    sections=st.lists(st.tuples(_TEXTS, st.sampled_from(CLASSES), _SIZES), max_size=3).map(tuple),
)
ENTRIES = st.lists(OBSERVATIONS | IMAGES, max_size=6)

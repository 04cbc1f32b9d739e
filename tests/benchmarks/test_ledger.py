"""How fast a ledger learns: one round is the objects of a tinyconfig, as wide as real ones, recorded and flushed."""

from __future__ import annotations

import random
from pathlib import Path

from pytest_benchmark.fixture import BenchmarkFixture

from analyzer.model.elf import SizedSymbol
from analyzer.model.size import Observation, Origin, Recipe
from analyzer.sizes.ledger import Ledger

OBJECTS = 436
SYMBOLS = 534
"""How many config symbols an object depends on: the median of x86_64's tinyconfig on 6.1."""


def _objects() -> list[Observation]:
    source = random.Random(1)
    origin = Origin(tree="Linux 6.1.0", arch="x86_64", compiler="gcc 12.2.0")
    recipe = Recipe(flags="-O2", symbols=tuple((f"SYMBOL_{i}", source.choice("ny")) for i in range(SYMBOLS)))
    return [
        Observation(
            origin=origin,
            path=f"kernel/{number}.o",
            recipe=recipe,
            classes={"text": 4096 + number, "data": 64},
            symbols=tuple(
                SizedSymbol(name=f"function_{number}_{i}", letter="T", size=source.randrange(8, 900)) for i in range(40)
            ),
        )
        for number in range(OBJECTS)
    ]


def test_record(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    objects = _objects()
    made = iter(range(1_000_000))

    def learn() -> int:
        with Ledger.create(tmp_path / f"{next(made)}.sqlite") as ledger:
            return ledger.record(objects).new

    assert benchmark(learn) == OBJECTS

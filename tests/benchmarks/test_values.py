"""How long a .config of a usual size takes to be read: x86_64_defconfig has about 4,000 lines."""

from __future__ import annotations

from pytest_benchmark.fixture import BenchmarkFixture

from analyzer.judge.values import parse

LINES = 4000


def test_parse(benchmark: BenchmarkFixture) -> None:
    text = "".join(f"# CONFIG_S{i} is not set\n" if i % 3 else f"CONFIG_S{i}=y\n" for i in range(LINES))
    assert len(benchmark(parse, text)) == LINES

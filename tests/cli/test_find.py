"""`kweigh find` as a user runs it, on the bundled tree."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Kweigh


@pytest.mark.parametrize("text", ["dma_ops", "CONFIG_DMA_OPS", "dma ops"])
def test_names_come_first_and_the_nearest_before_others(kweigh: Kweigh, text: str) -> None:
    done = kweigh("find", text, "--arch", "powerpc", "--format", "json")
    hits = json.loads(done.out)["data"]["hits"]
    assert done.code == 0
    assert hits[0]["symbol"] == "DMA_OPS"
    order = [("name", "prompt", "help").index(one["found_in"]) for one in hits]
    assert order == sorted(order)


def test_nothing_found_is_the_answer_no(kweigh: Kweigh) -> None:
    done = kweigh("find", "zzzqqq", "--arch", "powerpc")
    assert (done.code, done.err) == (1, "")
    assert kweigh("find", " ").code == 2

"""What `kweigh review` says of DMA mapping."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from analyzer.dma.dialect import MARKS
from tests.cli.conftest import Kweigh
from tests.cli.test_standing import TREE
from tests.trees.miniature import plant

ROOT = Path(__file__).parents[2]
SEED = ROOT / "fixtures/series/dma-bypass-v4.patch"
CODE = """\
--- a/kernel/dma/mapping.c
+++ b/kernel/dma/mapping.c
@@ -1 +1,2 @@
 /* nothing yet */
+if (dev->dma_ops_bypass) CONFIG_DMA_OPS_BYPASS
"""


def mapping(kweigh: Kweigh, *words: str | Path) -> Any:
    done = kweigh("review", *words, "--format", "json")
    assert (done.code, done.err) == (0, "")
    return json.loads(done.out)["data"]["mapping"]


def test_the_seed_mends_powerpc_and_spares_tinyconfig_its_ops(kweigh: Kweigh) -> None:
    """The bundled tree without the series is 5.8, whose ops are always there."""
    found = mapping(kweigh, SEED, "--tree", "bundled", "--arch", "powerpc", "--arch", "x86_64")
    assert (found["before"], found["after"]) == ("Linux 5.8, before the series", "the series, version 4")
    first = found["changes"][0]
    assert [place["arch"] for place in first["places"]] == ["powerpc"]
    ends = {(one["scenario"], one["a"], one["b"]) for one in first["scenarios"]}
    assert {("21", "stale", "right"), ("22", "stale", "right")} <= ends
    ways = {one["way"]: [_indirect(taken) for taken in one["taken"]] for one in first["ways"]}
    assert ways["powerpc, bypass"] == [3.0, 0.0]
    spared = [one for one in found["changes"] if {"arch": "x86_64", "configs": ["tinyconfig"]} in one["places"]]
    assert [(one["ways"][0]["way"], one["ways"][0]["taken"][1]) for one in spared] == [("IOMMU, translated", None)]
    said = kweigh("review", SEED, "--tree", "bundled").out
    assert "powerpc, bypass: 3 → 0 indirect calls a packet; and 2 devices more; 4 scenarios stale → right" in " ".join(
        said.split()
    )


def _indirect(taken: Any) -> float:
    packet = taken["packets"][-1]
    return float(packet["counts"]["indirect"] / packet["packets"])


def test_a_config_alone_turns_it_too(kweigh: Kweigh) -> None:
    """The same code on both sides: only the configs in which a symbol of the platform gets another value."""
    found = mapping(kweigh, ROOT / "fixtures/series/dma-ops-on-pci.patch", "--tree", "bundled")
    assert found["before"] == found["after"] == "the series, version 4"
    assert {place["arch"] for one in found["changes"] for place in one["places"]} == {"arm"}
    assert all({"before": "DMA_OPS=y", "after": "DMA_OPS=n"} in one["turned"] for one in found["changes"])


def test_code_that_is_recognised_as_another_version_is_played_in_every_config(kweigh: Kweigh, tmp_path: Path) -> None:
    """Kconfig stays as it is, so that no value changes."""
    texts = dict.fromkeys({mark.file for mark in MARKS.values()}, "/* nothing yet */\n")
    root = plant(tmp_path / "tree", {**TREE, **texts, "Kconfig": "config HAS_DMA\n\tbool\n\tdefault y\n"})
    patch = tmp_path / "code.patch"
    patch.write_text(CODE, "utf-8")
    words = (patch, "--tree", root, "--arch", "x86_64", "--configs", "tinyconfig")
    found = mapping(kweigh, *words)
    assert found["notes"][0] != found["notes"][1]
    assert found["files"] == ["kernel/dma/mapping.c"]
    assert [one["places"] for one in found["changes"]] == [[{"arch": "x86_64", "configs": ["tinyconfig"]}]]
    assert kweigh("review", *words, "--fail-on", "mapping").code == 0


def test_code_that_stays_what_it_is_is_named(kweigh: Kweigh, tmp_path: Path) -> None:
    texts = dict.fromkeys({mark.file for mark in MARKS.values()}, "/* nothing yet */\n")
    root = plant(tmp_path / "tree", {**TREE, **texts})
    patch = tmp_path / "code.patch"
    patch.write_text(CODE.replace("+if (dev->dma_ops_bypass) CONFIG_DMA_OPS_BYPASS", "+/* or something */"), "utf-8")
    words = (patch, "--tree", root, "--arch", "x86_64", "--configs", "tinyconfig")
    assert mapping(kweigh, *words)["changes"] == []
    assert "mapping code: kernel/dma/mapping.c changes; the rules of the model stay" in kweigh("review", *words).out


def test_nothing_is_said_where_nothing_of_it_is_touched(kweigh: Kweigh, tmp_path: Path) -> None:
    patch = tmp_path / "other.patch"
    lines = (ROOT / "kconfig/drivers/vdpa/Kconfig").read_text("utf-8").split("\n")
    path = "kconfig/drivers/vdpa/Kconfig"
    patch.write_text(f"--- a/{path}\n+++ b/{path}\n@@ -1 +1,2 @@\n {lines[0]}\n+# a comment\n", "utf-8")
    assert mapping(kweigh, patch, "--tree", "bundled") is None


def test_a_kept_answer_rests_on_the_mapping_code(kweigh: Kweigh, tmp_path: Path) -> None:
    """Which no Kconfig reads."""
    texts = dict.fromkeys({mark.file for mark in MARKS.values()}, "/* nothing yet */\n")
    root = plant(tmp_path / "tree", {**TREE, **texts, "Kconfig": "config HAS_DMA\n\tbool\n\tdefault y\n"})
    patch = tmp_path / "code.patch"
    patch.write_text(CODE, "utf-8")
    words = (patch, "--tree", root, "--arch", "x86_64", "--configs", "tinyconfig")
    first = mapping(kweigh, *words)
    assert mapping(kweigh, *words) == first
    (root / "include/linux/dma-map-ops.h").write_text("dma_kmalloc_needs_bounce(\n", "utf-8")
    assert "kmalloc_bounces" in mapping(kweigh, *words)["notes"][0]
    assert "kmalloc_bounces" not in first["notes"][0]

"""The commands as a user runs them, on the bundled tree: what they print, where, and with which exit code."""

from __future__ import annotations

import json
import os
import shutil
from importlib import import_module
from pathlib import Path

import pytest

from tests.cli.conftest import Kweigh


def test_analyze_names_the_selector_with_its_line(kweigh: Kweigh) -> None:
    done = kweigh("analyze", "--arch", "x86_64", "--format", "json")
    assert done.code == 0
    features = {f["feature"]: f for f in json.loads(done.out)["data"]["features"]}
    causes = {cause["name"]: cause["location"] for cause in features["DMA_OPS"]["reason"]["causes"]}
    assert features["DMA_OPS"]["value"] == "y"
    assert set(causes) == {"IOMMU_DMA", "INTEL_IOMMU"}
    line = causes["INTEL_IOMMU"]
    text = (Path(__file__).parents[2] / line["path"]).read_text().splitlines()[line["line"] - 1]
    assert text.split() == ["select", "DMA_OPS"]


def test_the_gate_saves_in_a_tiny_powerpc(kweigh: Kweigh) -> None:
    short, done = (kweigh("analyze", "tinyconfig", "--arch", "powerpc", *more) for more in ((), ("--all",)))
    assert done.code == short.code == 0
    assert "DMA_OPS n" in short.out
    assert len(short.out.splitlines()) <= 40 < len(done.out.splitlines())
    assert "would be selected by PPC if PPC64" in done.out
    assert "\x1b" not in done.out


def test_why_proposes_what_works(kweigh: Kweigh) -> None:
    done = kweigh("why", "CONFIG_DMA_OPS_BYPASS", "tinyconfig", "--arch", "powerpc", "--format", "json")
    proposal = json.loads(done.out)["data"]["proposal"]
    assert proposal["status"] == "verified"
    assert [a["symbol"] for a in proposal["assignments"]] == ["PPC64"]


def test_resolve_is_a_fixpoint_and_writes_whole_files(kweigh: Kweigh, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert kweigh("resolve", "defconfig", "--arch", "s390", "-o", first).code == 0
    assert kweigh("resolve", first, "--arch", "s390", "-o", second).code == 0
    assert first.read_text() == second.read_text()
    assert "CONFIG_DMA_OPS=y\n" in first.read_text()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["first", "second"]


def test_diff_tells_by_exit_code(kweigh: Kweigh) -> None:
    assert kweigh("diff", "tinyconfig", "defconfig", "--arch", "alpha").code == 0
    assert kweigh("diff", "tinyconfig", "defconfig", "--arch", "alpha", "--exit-code").code == 1
    assert kweigh("diff", "tinyconfig", "tinyconfig", "--arch", "alpha", "--exit-code").code == 0


def test_diff_across_architectures(kweigh: Kweigh) -> None:
    done = kweigh("diff", "defconfig", "defconfig", "--arch", "x86_64", "--arch-b", "i386", "--format", "csv")
    rows = {line.split(",")[0] for line in done.out.splitlines()}
    assert {"64BIT", "X86_32", "DMA_OPS"} <= rows


def test_matrix_has_all_nine_architectures(kweigh: Kweigh) -> None:
    done = kweigh("matrix", "--format", "json")
    rows = json.loads(done.out)["data"]["rows"]
    assert {row["arch"] for row in rows} == {
        *("alpha", "arm", "ia64", "mips", "parisc", "parisc64", "powerpc", "s390"),
        *("sparc32", "sparc64", "i386", "x86_64"),
    }
    assert {row["config"] for row in rows} == {"tinyconfig", "defconfig"}
    assert not [row for row in rows if row["error"]]


def test_graph_forms(kweigh: Kweigh) -> None:
    dot = kweigh("graph", "DMA_OPS", "--arch", "x86_64", "--format", "dot")
    assert dot.out.startswith("digraph")
    assert "GART_IOMMU" in dot.out
    assert kweigh("graph", "DMA_OPS", "--arch", "x86_64", "--format", "mermaid").out.startswith(("graph", "flowchart"))


def test_series_finds_all_kconfig_files(kweigh: Kweigh) -> None:
    path = Path(__file__).parents[2] / "fixtures/series/dma-bypass-v4.diffstat"
    data = json.loads(kweigh("series", path, "--format", "json").out)["data"]
    kconfigs = [row for row in data["files"] if row["role"] == "Kconfig"]
    assert len(data["files"]) == 22
    assert len(kconfigs) == 14
    assert all(row["counterpart"]["path"] for row in kconfigs)


def test_notes_on_the_users_lines_go_to_stderr(kweigh: Kweigh, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("CONFIG_PCI=y\nCONFIG_PCII=y\nCONFIG_PCI=perhaps\nPCI=y\n")
    done = kweigh("analyze", config, "--arch", "alpha")
    assert done.code == 0
    notes = done.err.splitlines()
    assert len(notes) == 3
    assert any(f"{config}:2: " in n and "did you mean PCI?" in n for n in notes)
    assert any(f"{config}:3: " in n and "perhaps" in n for n in notes)
    assert any(f"{config}:4: " in n for n in notes)
    assert kweigh("analyze", config, "--arch", "alpha", "--quiet").err == ""
    strict = kweigh("analyze", config, "--arch", "alpha", "--strict")
    assert strict.code == 4
    assert len(strict.err.splitlines()) == 1


def test_a_config_of_another_tree_is_no_flood_of_notes(kweigh: Kweigh, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("".join(f"CONFIG_GONE_{number}=y\n" for number in range(5000)) + "CONFIG_PCI=y\n")
    notes = kweigh("analyze", config, "--arch", "alpha").err.splitlines()
    assert len(notes) == 2
    assert "5,000 symbols are not in" in notes[0]
    assert notes[1].startswith(f"{config}: note: 5,000 known nowhere: GONE_0, GONE_1, ")
    assert notes[1].endswith(" and 4,996 more")


def test_sample_counts_configs(kweigh: Kweigh) -> None:
    data = json.loads(kweigh("sample", "-n", "500", "--arch", "powerpc", "--format", "json").out)["data"]
    shares = {f["feature"]: f for f in data["features"]}
    assert data["configs"] == 500
    assert 0 < shares["DMA_OPS_BYPASS"]["y"] == shares["DMA_OPS_BYPASS"]["selectors"][0]["count"] < 500
    assert shares["INTEL_IOMMU"]["y"] == 0


def test_savedefconfig_leads_back(kweigh: Kweigh, tmp_path: Path) -> None:
    small = tmp_path / "small"
    assert kweigh("resolve", "--arch", "powerpc", "--savedefconfig", "-o", small).code == 0
    whole = kweigh("resolve", "--arch", "powerpc").out
    assert len(small.read_text().splitlines()) < len(whole.splitlines()) / 2
    assert kweigh("resolve", small, "--arch", "powerpc").out == whole


def test_devices_and_pipes_are_written_to_not_replaced(kweigh: Kweigh, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert kweigh("resolve", "tinyconfig", "--arch", "s390", "-o", pipe).code == 0
    assert os.read(reader, 1 << 16).startswith(b"#\n# Automatically generated file")
    assert pipe.is_fifo()
    os.close(reader)


def test_a_trees_config_that_leads_outside_is_not_read(
    kweigh: Kweigh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "tree"
    for name in ("kconfig", "arch"):
        shutil.copytree(Path(__file__).parents[2] / name, root / name)
    (tmp_path / "secret").write_text("CONFIG_PCI=y\n")
    (root / "arch/s390/configs/evil_defconfig").symlink_to(tmp_path / "secret")
    monkeypatch.setattr(import_module("analyzer.trees.locate"), "bundled_root", lambda: root)
    done = kweigh("analyze", "evil_defconfig", "--arch", "s390")
    assert (done.code, done.out) == (3, "")
    assert "leads outside the tree" in done.err


def test_cache_shows_and_clears(kweigh: Kweigh) -> None:
    kweigh("analyze", "--arch", "s390", "--no-cache")
    assert "in 0 entries" in kweigh("cache").out
    kweigh("analyze", "--arch", "s390")
    assert "bundled s390" in kweigh("cache").out
    kept = len(kweigh("cache").out.splitlines()) - 1
    assert kept >= 3
    assert kweigh("cache", "--clear").out.startswith(f"removed {kept} ")
    assert "in 0 entries" in kweigh("cache").out


BAD = {
    "missing tree": (("analyze", "--tree", "no/such/tree"), 3, "no/such/tree"),
    "no tree": (("analyze", "--tree", "{here}"), 3, "not a Linux tree"),
    "unknown architecture": (("analyze", "--arch", "powrpc"), 2, "did you mean powerpc?"),
    "no such config": (("analyze", "defconfg"), 3, "did you mean"),
    "missing config": (("analyze", "no/such/config"), 3, "no/such/config"),
    "empty config": (("analyze", "{empty}"), 3, "is empty"),
    "binary config": (("analyze", "{binary}"), 3, "binary"),
    "no config": (("analyze", "{prose}"), 3, "is not a config"),
    "folder as config": (("analyze", "{here}"), 3, "folder"),
    "unknown symbol": (("why", "DMA_OSP"), 2, "did you mean DMA_OPS?"),
    "unknown feature set": (("analyze", "--features", "dna"), 2, "dma"),
    "unknown format": (("analyze", "--format", "pdf"), 2, "pdf"),
    "unknown command": (("weigh",), 2, "weigh"),
    "no diff": (("series", "{prose}"), 3, ""),
    "missing diff": (("series", "no/such/diff"), 3, "no/such/diff"),
    "unwritable": (("resolve", "-o", "no/such/folder/config"), 2, "no/such/folder"),
    "no real tree to certify": (("certify", "--tree", "{here}"), 3, ""),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line(case: str, kweigh: Kweigh, tmp_path: Path) -> None:
    for name, content in {"empty": b"", "binary": b"\x7fELF\0\0", "prose": b"dear list,\nit does not boot\n"}.items():
        (tmp_path / name).write_bytes(content)
    places = {"here": tmp_path, **{name: tmp_path / name for name in ("empty", "binary", "prose")}}
    argv, code, says = BAD[case]
    done = kweigh(*(word.format(**places) for word in argv))
    assert (done.code, done.out) == (code, "")
    assert len(done.err.splitlines()) == 1
    assert done.err.startswith("kweigh: ")
    assert says in done.err


def test_a_bug_of_ours_is_no_traceback(kweigh: Kweigh, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("analyzer.features.load", broken)
    done = kweigh("analyze")
    assert done.code == 70
    assert len(done.err.splitlines()) == 1
    assert "a bug of kweigh" in done.err


@pytest.mark.parametrize(
    "command", ["analyze", "why", "resolve", "diff", "matrix", "graph", "unmet", "series", "sample", "certify", "cache"]
)
def test_every_command_has_help(command: str, kweigh: Kweigh) -> None:
    done = kweigh(command, "--help")
    assert done.code == 0
    assert done.out.startswith("Usage: kweigh")


def test_colours_on_demand_only(kweigh: Kweigh, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" in kweigh("analyze", "--color", "always").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in kweigh("analyze").out

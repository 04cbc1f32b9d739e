"""Rule: what people reported is answered as the tree's conf and merge_config.sh have it, and the line that is to blame
is named.

Each input is a fragment that somebody could not make sense of, cut down to the lines that matter.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from analyzer import configs
from analyzer.judge.conf import AllConfig, Defconfig, ask
from analyzer.judge.merge import merge
from analyzer.model.config import Merge
from analyzer.model.doctor import LineState
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.pipeline.commands.doctor import diagnose, disable, lost
from kweigh.cache import programs as programs_folder

ConfOf = Callable[[Path], Path]

Y_GOT_M = "CONFIG_BT=m\nCONFIG_BT_HCIBTUSB=y\n"
BOOL_M = "CONFIG_CPU_FREQ_STAT=m\nCONFIG_NF_NAT_REDIRECT=m\nCONFIG_HW_RANDOM_TPM=m\n"
ODD = """\
CONFIG_SMP=y # keep
CONFIG_NR_CPUS=16 # sixteen
CONFIG_LOCALVERSION="-x" # note
CONFIG_SWAP=n # off
CONFIG_EXPERT=yes
CONFIG_PRINTK=no
CONFIG_BTRFS_FS=module
"""
CDNS = """\
CONFIG_MODULES=y
CONFIG_USB_SUPPORT=y
CONFIG_USB=m
# CONFIG_USB_GADGET is not set
CONFIG_USB_CDNS_SUPPORT=m
"""
DRBG = "CONFIG_CRYPTO=y\nCONFIG_CRYPTO_FIPS=y\nCONFIG_CRYPTO_DRBG_MENU=y\n"


@cache
def _opened(root: Path) -> OpenTree:
    return open_tree(TreeRequest(root=root, arch="x86_64", cache=programs_folder()))


def _lines(
    root: Path, folder: Path, *texts: str, how: Merge | None = None, base: str = "x86_64_defconfig"
) -> dict[str, LineState]:
    files = []
    for number, text in enumerate(texts):
        files.append(folder / f"{number}.config")
        files[-1].write_text(text)
    found = diagnose(_opened(root), base, [str(file) for file in files], None, how)
    return {line.request.name: line for line in found.lines}


def _said(line: LineState, by: str) -> list[str]:
    return [word.text for word in line.words if word.by == by]


def test_asked_for_y_and_got_m(linux_tree: Path, tmp_path: Path) -> None:
    found = _lines(linux_tree, tmp_path, Y_GOT_M)
    line = found["BT_HCIBTUSB"]
    assert (line.verdict, line.value) == ("changed", "m")
    assert _said(line, "kweigh") == ["at most m: depends on BT"]
    assert line.remedy is not None
    assert ("BT", "y") in [(a.name, a.value) for a in line.remedy.assignments]
    assert found["BT"].verdict == "kept"


def test_m_for_what_is_bool(linux_tree: Path, tmp_path: Path) -> None:
    for name, line in _lines(linux_tree, tmp_path, BOOL_M).items():
        assert line.verdict == "dropped"
        # What has no prompt no line sets: there its selectors are named.
        write = f": write CONFIG_{name}=y" if _opened(linux_tree).model.symbols[name].prompt else ""
        said = _said(line, "kweigh")
        assert f"{name} is of type bool, which takes no m{write}" in said
        assert write or any(one.endswith("select it") for one in said)
        assert _said(line, "conf") == [f"symbol value 'm' invalid for {name}"]


def test_spellings(linux_tree: Path, tmp_path: Path) -> None:
    found = _lines(linux_tree, tmp_path, ODD)
    assert [line.request.line for line in found.values()] == ODD.splitlines()
    read = {"SMP": "y", "LOCALVERSION": "-x", "SWAP": "n", "EXPERT": "y", "PRINTK": "n", "BTRFS_FS": "m"}
    for name, value in read.items():
        assert found[name].value == value
        assert f"it is read as {value}" in _said(found[name], "kweigh")
    wrong = found["NR_CPUS"]
    assert wrong.is_lost
    assert "NR_CPUS is of type int, which takes no 16 # sixteen: write CONFIG_NR_CPUS=16" in _said(wrong, "kweigh")
    assert _said(wrong, "conf") == ["symbol value '16 # sixteen' invalid for NR_CPUS"]


def test_a_dependency_that_counts_only_with_m(linux_tree: Path, tmp_path: Path) -> None:
    """`depends on X if !Y` and its kin: a USB of m leaves CDNS_SUPPORT m, without a gadget."""
    found = _lines(linux_tree, tmp_path, CDNS)
    if "USB_CDNS_SUPPORT" not in _opened(linux_tree).model.symbols:
        assert found["USB_CDNS_SUPPORT"].verdict == "unknown"
        return
    assert found["USB_CDNS_SUPPORT"].value == "m"
    assert not any(line.is_lost for line in found.values())


@pytest.mark.parametrize("how", [Merge(), Merge(fill="n")], ids=["default", "-n"])
def test_what_n_leaves_out(linux_tree: Path, conf_binary: ConfOf, tmp_path: Path, how: Merge) -> None:
    """CRYPTO_FIPS hangs on what nobody set: by its default it is lost, with merge_config.sh -n it is there."""
    found = _lines(linux_tree, tmp_path, DRBG, how=how, base="tinyconfig")
    opened = _opened(linux_tree)
    base = configs.dotconfig(opened.resolve("tinyconfig"))
    merged = merge(linux_tree / "scripts/kconfig/merge_config.sh", base, [tmp_path / "0.config"], scratch=tmp_path)
    (tmp_path / "merged").write_text(merged)
    mode = AllConfig(target="allnoconfig" if how.fill == "n" else "alldefconfig", preset=str(tmp_path / "merged"))
    theirs = ask(conf_binary(linux_tree), opened.tree.kconfig, opened.tree.environment, mode, scratch=tmp_path).text
    for name, line in found.items():
        assert line.is_lost is (f"CONFIG_{name}=y\n" not in theirs)


def test_fragments_in_another_order(linux_tree: Path, tmp_path: Path) -> None:
    """At once the order of INET and NET is nothing to the script; make completes the first before it takes the next."""
    for texts in (("CONFIG_INET=y\n", "CONFIG_NET=y\n"), ("CONFIG_NET=y\n", "CONFIG_INET=y\n")):
        found = _lines(linux_tree, tmp_path, *texts, base="tinyconfig")
        assert {name: line.verdict for name, line in found.items()} == {"INET": "kept", "NET": "kept"}
    stepwise = Merge(by="make")
    late = _lines(linux_tree, tmp_path, "CONFIG_INET=y\n", "CONFIG_NET=y\n", base="tinyconfig", how=stepwise)
    assert (late["INET"].verdict, late["NET"].verdict) == ("dropped", "kept")
    early = _lines(linux_tree, tmp_path, "CONFIG_NET=y\n", "CONFIG_INET=y\n", base="tinyconfig", how=stepwise)
    assert (early["INET"].verdict, early["NET"].verdict) == ("kept", "kept")


def test_a_fix_that_changes_little(linux_tree: Path, tmp_path: Path) -> None:
    """A driver, not its subsystem: what turns HW_RANDOM_TPM on is TCG_TPM, not IMA, which selects it."""
    line = _lines(linux_tree, tmp_path, "CONFIG_HW_RANDOM_TPM=y\n")["HW_RANDOM_TPM"]
    assert line.remedy is not None
    assert [a.name for a in line.remedy.assignments if a.name != "HW_RANDOM_TPM"] == ["TCG_TPM"]


@pytest.mark.parametrize(("name", "whole"), [("ACPI_BUTTON", "ACPI"), ("CRYPTO_CTR", "NET")])
def test_the_least_to_turn_off(linux_tree: Path, name: str, whole: str) -> None:
    removal = disable(_opened(linux_tree), name, "x86_64_defconfig")
    assert removal.remedy.status == "verified"
    assert whole not in {a.name for a in removal.remedy.assignments}


def test_lines_of_a_defconfig_that_do_not_come_true(linux_tree: Path, conf_binary: ConfOf, tmp_path: Path) -> None:
    opened = _opened(linux_tree)
    path = "arch/x86/configs/x86_64_defconfig"
    theirs = ask(
        conf_binary(linux_tree), opened.tree.kconfig, opened.tree.environment, Defconfig(file=path), scratch=tmp_path
    ).text.splitlines()
    on = {line.partition("=")[0] for line in theirs if not line.startswith("#")}
    asked = [line for line in (linux_tree / path).read_text().splitlines() if "CONFIG_" in line]
    set_ = {line.partition("=")[0] for line in asked if not line.startswith("#") and line not in theirs}
    off = {line.split()[1] for line in asked if line.startswith("# ") and line.split()[1] in on}
    found = {f"CONFIG_{line.request.name}" for line in lost(opened.resolve("x86_64_defconfig"))}
    assert found == set_ | off

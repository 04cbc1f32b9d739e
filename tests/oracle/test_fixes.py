"""Rules: doctor and enable have one answer; no search of one answer or two finds a fix that changes less; and what
people asked in public gets the answer that the trees have. `python -m tests.oracle.fixes` does the first for hundreds.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.pipeline.commands.doctor import diagnose, disable, enable
from tests.oracle.conftest import linux_roots
from tests.oracle.fixes import Tally, judge

LINES = 6


@pytest.fixture(scope="module")
def old() -> OpenTree:
    """Linux 6.1, of which the reports were."""
    return _opened("6.1")


def _opened(version: str) -> OpenTree:
    for root in linux_roots():
        if root.name.endswith(version):
            return open_tree(TreeRequest(root=root, arch="x86_64"))
    pytest.skip(f"no Linux {version}: install linux-source-{version} and run make trees")


def test_one_answer_and_none_better(linux_tree: Path) -> None:
    tally = Tally()
    judge(open_tree(TreeRequest(root=linux_tree, arch="x86_64")), LINES, 1, tally)
    assert tally.lines == LINES
    assert (tally.disagreeing, tally.beaten) == ([], [])


@pytest.mark.parametrize(
    ("fragment", "expected", "most"),
    [
        pytest.param("CONFIG_HW_RANDOM_TPM=y\n", {"TCG_TPM": "m"}, 0, id="not IMA, which changes 14"),
        pytest.param("# CONFIG_ACPI_BUTTON is not set\n", {"DRM_I915": "n"}, 25, id="not ACPI, which changes 77"),
        pytest.param(
            "# CONFIG_CRYPTO_CTR is not set\n",
            dict.fromkeys(("MAC80211", "INET6_ESP", "CRYPTO_CCM", "CRYPTO_GCM"), "n"),
            8,
            id="not NET, EXT4_FS and CRYPTO, which change 375",
        ),
    ],
)
def test_what_changes_least(old: OpenTree, tmp_path: Path, fragment: str, expected: dict[str, str], most: int) -> None:
    (tmp_path / "a.config").write_text(fragment)
    (line,) = diagnose(old, "x86_64_defconfig", [str(tmp_path / "a.config")]).lines
    assert line.remedy is not None
    assert {one.name: one.value for one in line.remedy.assignments} == expected
    assert len(line.remedy.changes) <= most
    name, value = line.request.name, line.request.value
    told = enable(old, [f"{name}={value}"], "x86_64_defconfig").remedy
    assert {one.name: one.value for one in told.assignments if one.name != name} == expected
    if value == "n":
        gone = disable(old, name, "x86_64_defconfig").remedy
        assert {one.name: one.value for one in gone.assignments if one.name != name} == expected


def test_a_last_resort_is_named(old: OpenTree, tmp_path: Path) -> None:
    """Nothing but SND_SOC_ALL_CODECS, which is for test builds, turns a codec without a prompt on."""
    (tmp_path / "a.config").write_text("CONFIG_SND=m\nCONFIG_SND_SOC=m\nCONFIG_SND_SOC_AD193X_I2C=m\n")
    remedy = diagnose(old, "x86_64_defconfig", [str(tmp_path / "a.config")]).lines[-1].remedy
    assert remedy is not None
    assert remedy.resorts == ("COMPILE_TEST",)


def test_a_hop_once(old: OpenTree) -> None:
    evidence = disable(old, "CRYPTO_CTR", "x86_64_defconfig").explanation.steps[0].evidence
    assert [one.name for one in evidence] == ["CRYPTO_CCM", "CRYPTO_GCM"]


def test_not_with_this_toolchain() -> None:
    """No rustc that the newest tree takes is at hand, or RUST could be had."""
    opened = _opened("7.3")
    remedy = enable(opened, ["RUST"], "x86_64_defconfig").remedy
    if remedy.status == "verified":
        pytest.skip("the toolchain has Rust")
    assert remedy.status == "toolchain"
    assert remedy.contradiction is not None
    assert "def_bool $(success,$(srctree)/scripts/rust_is_available.sh)" in remedy.contradiction.steps[-1][0]
    assert [one.macro for one in remedy.contradiction.answers] == ["$(success,$(srctree)/scripts/rust_is_available.sh)"]


def test_the_right_reason(old: OpenTree) -> None:
    """X86_KERNEL_IBT selects OBJTOOL, too, but may be off."""
    found = enable(old, ["OBJTOOL=n"], "x86_64_defconfig").remedy.contradiction
    assert found is not None
    assert any(text.startswith("HAVE_UACCESS_VALIDATION: select OBJTOOL") for text, _ in found.steps)
    assert not any("X86_KERNEL_IBT" in text for text, _ in found.steps)

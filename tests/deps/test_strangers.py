"""Rule: what is known of an undefined name comes from the tree: compilers' answers, other architectures, near names."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.deps import Strangers
from analyzer.model.stranger import StrangerKind
from tests.configs.small import DIALECTS, small

KCONFIG = """\
config CC_HAS_X
	def_bool $(shell,x)

config CC_HAS_Y
	def_bool $(shell,y)

config ARCH_HAS_Z
	def_bool y

config WIRELESS_LAN_CORE
	bool "LAN"
"""
ELSEWHERE = {"HPET_ON_ARM": ("arch/arm/Kconfig",)}


@pytest.fixture
def strangers(tmp_path: Path) -> Strangers:
    (tmp_path / "Kconfig").write_text(KCONFIG)
    return Strangers(small(tmp_path, DIALECTS["today"], None, {"x": "y", "y": "n"}).model, lambda: ELSEWHERE)


@pytest.mark.parametrize(
    ("name", "kind", "hint"),
    [
        ("CC_HAS_NEWS", "toolchain", ""),
        ("PAHOLE_VERSION", "toolchain", ""),
        ("HPET_ON_ARM", "elsewhere", "it is in arch/arm/Kconfig"),
        ("WIRELESS_LAN_KORE", "near", "did you mean WIRELESS_LAN_CORE?"),
        ("ARCH_HAS_NEWS", "unknown", ""),
        ("CC", "unknown", ""),
    ],
)
def test_kind(strangers: Strangers, name: str, kind: StrangerKind, hint: str) -> None:
    found = strangers.of(name)
    assert (found.kind, found.hint) == (kind, hint)


def test_groups_have_each_name_once_and_only_kinds_that_occur(strangers: Strangers) -> None:
    groups = strangers.grouped(["GONE", "CC_HAS_NEWS", "GONE", "LOST"])
    assert {kind: [one.name for one in ones] for kind, ones in groups.items()} == {
        "toolchain": ["CC_HAS_NEWS"],
        "unknown": ["GONE", "LOST"],
    }

"""Rule: a query over a real tree finds the configs in whose .config, as conf writes it, the same lines stand.

Enters: each real tree, all defconfigs of a few architectures (KWEIGH_ORACLE_FULL=1: of all). Leaves: nothing. Must
hold: what grep finds in conf's files is what the query answers; no architecture of the sample is left out silently.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from analyzer import reports
from analyzer.judge.conf import Defconfig, ask
from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.choosing import own_configs
from analyzer.pipeline.commands import query
from analyzer.trees import architectures, distinct
from tests.oracle.conftest import CACHE

SOME = ("alpha", "arc", "csky", "s390", "x86_64")
"""Architectures of the short run."""

Lines = Mapping[str, str]
"""The lines of a .config: name to value as written; `is not set` is n, and what is not written is not there."""


def _lines(text: str) -> Lines:
    found = dict(re.findall(r"^CONFIG_(\w+)=(.*)$", text, re.MULTILINE))
    return found | dict.fromkeys(re.findall(r"^# CONFIG_(\w+) is not set$", text, re.MULTILINE), "n")


def _on(lines: Lines, name: str) -> bool:
    return lines.get(name, "n") != "n"


# Each with what grep would ask. A symbol without a line may be one that the architecture lacks, so the questions are
# about what is on, about numbers, and about texts.
QUERIES: list[tuple[str, Callable[[Lines], bool]]] = [
    ("PCI", lambda c: _on(c, "PCI")),
    ("MODULES=y and not SWAP", lambda c: c.get("MODULES") == "y" and not _on(c, "SWAP")),
    ("EXT4_FS=m or EXT4_FS=y and not SMP", lambda c: c.get("EXT4_FS") in ({"m"} if _on(c, "SMP") else {"m", "y"})),
    ("HZ >= 250", lambda c: int(c.get("HZ", "0")) >= 250),
    ("LOG_BUF_SHIFT in (14, 16)", lambda c: c.get("LOG_BUF_SHIFT") in {"14", "16"}),
    ("DEFAULT_HOSTNAME != '(none)'", lambda c: c.get("DEFAULT_HOSTNAME", '"(none)"') != '"(none)"'),
]


@pytest.fixture(scope="session")
def written(
    linux_tree: Path, conf_binary: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], Lines]:
    """What conf writes for every defconfig, by architecture and name."""
    every = distinct(architectures(linux_tree))
    found = {}
    for arch in every if os.environ.get("KWEIGH_ORACLE_FULL") else SOME:
        opened = open_tree(TreeRequest(root=linux_tree, arch=arch, cache=CACHE / "programs"))
        for name in own_configs(opened.shelf):
            if name.endswith("_defconfig") and name not in opened.shelf.recipes:
                mode = Defconfig(file=f"arch/{opened.tree.srcarch}/configs/{name}")
                scratch = tmp_path_factory.mktemp("conf")
                said = ask(conf_binary(linux_tree), "Kconfig", opened.tree.environment, mode, scratch=scratch)
                found[arch, name] = _lines(said.text)
    return found


@pytest.mark.parametrize(("text", "holds"), QUERIES)
def test_queries_find_what_grep_finds(
    linux_tree: Path, written: dict[tuple[str, str], Lines], text: str, holds: Callable[[Lines], bool]
) -> None:
    arches = tuple(dict.fromkeys(arch for arch, _ in written))
    request = TreeRequest(root=linux_tree, cache=CACHE / "programs")
    data: Any = reports.query(query.ask(request, text, arches, ("*_defconfig",))).data
    answered = {(row["arch"], row["config"]) for row in data["rows"]}
    assert not data["failed"]
    expected = {place for place, lines in written.items() if holds(lines)}
    assert 0 < len(expected) < len(written)
    assert answered & written.keys() == expected

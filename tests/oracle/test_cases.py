"""Rule: what the cases of tests/configs/ expect is what the kernel's own conf writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from analyzer.judge.conf import AllConfig, Defconfig, Mode, OldDefconfig, Verdict, ask
from analyzer.judge.merge import merge
from analyzer.trees.dialect import detect
from tests.configs.cases import Case, cases, label
from tests.configs.small import DIALECTS
from tests.oracle.conftest import linux_roots

ConfOf = Callable[[Path], Path]


def _ask(case: Case, tree: Path, conf: Path, scratch: Path) -> str:
    environment = {"ARCH": "x86", "SRCARCH": "x86", "srctree": str(case.folder)}

    def verdict(mode: Mode) -> Verdict:
        return ask(conf, "Kconfig", environment, mode, scratch=scratch)

    config = case.folder / "config"
    preset = str(config) if config.exists() else None
    empty = scratch / "empty"
    empty.touch()
    mode: Mode = Defconfig(file=preset or str(empty))
    if case.target is not None:
        mode = AllConfig(target=case.target, preset=preset)
    text = verdict(mode).text
    if case.text("fragment") is not None:
        script = tree / "scripts/kconfig/merge_config.sh"
        text = verdict(OldDefconfig(config=merge(script, text, [case.folder / "fragment"], scratch=scratch))).text
    return text


def _judged() -> list[Case]:
    """The cases whose rules some tree at hand has; not every mirror has a tree with the newer ones."""
    known = [detect(root) for root in linux_roots()]
    return [c for c in cases() if not c.text("reasoned") and (not known or DIALECTS[c.dialect] in known)]


@pytest.mark.parametrize("case", _judged(), ids=label)
def test_expected_config(case: Case, linux_trees: tuple[Path, ...], conf_binary: ConfOf, tmp_path: Path) -> None:
    judges = [root for root in linux_trees if detect(root) == DIALECTS[case.dialect]]
    if not judges:
        pytest.skip(f"no tree with the {case.dialect} rules")
    expected: Mapping[str, str | None] = {str(root): case.text("expected_config") for root in judges}
    assert {str(root): _ask(case, root, conf_binary(root), tmp_path) for root in judges} == expected

"""Rule: what docs/public-reports.md answers is what kweigh says, and the tree's own conf and merge_config.sh agree.

A case is a folder of `public`: `asked.config`, the lines somebody asked about, and `case.toml`, the answer. conf is
asked twice: of the lines as they are, and with what kweigh says to set besides.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from analyzer import configs
from analyzer.cli import main
from analyzer.judge.conf import AllConfig, OldDefconfig, Verdict, ask
from analyzer.judge.merge import merge
from analyzer.model.doctor import Diagnosis, LineState
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.pipeline.commands.doctor import diagnose
from kweigh.cache import programs as programs_folder
from tests.oracle.conftest import HERE

ConfOf = Callable[[Path], Path]
FOLDER = HERE / "public"
DOCS = HERE.parents[1] / "docs/public-reports.md"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A report: its lines, and what is to be said of them."""

    name: str
    says: dict[str, Any]

    @property
    def asked(self) -> Path:
        return FOLDER / self.name / "asked.config"


CASES = [
    Case(name=path.parent.name, says=tomllib.loads(path.read_text("utf-8")))
    for path in sorted(FOLDER.glob("*/case.toml"))
]
MERGED = [case for case in CASES if "lost" in case.says]
CARRIED = [case for case in CASES if "gone" in case.says]


@cache
def _opened(root: Path, arch: str) -> OpenTree:
    return open_tree(TreeRequest(root=root, arch=arch, cache=programs_folder()))


def _tree(trees: tuple[Path, ...], version: str) -> Path:
    found = next((root for root in trees if root.name.endswith(f"-{version}")), None)
    return found or pytest.skip(f"no tree of Linux {version}")


@pytest.mark.parametrize("case", MERGED, ids=lambda case: case.name)
def test_what_is_lost_and_why(case: Case, linux_trees: tuple[Path, ...], conf_binary: ConfOf, tmp_path: Path) -> None:
    root = _tree(linux_trees, case.says["tree"])
    opened = _opened(root, case.says["arch"])
    found = diagnose(opened, case.says["base"], [str(case.asked)])
    lost = {line.request.name: line for line in found.lines if line.is_lost}
    assert {name: line.value if line.value != "n" else "" for name, line in lost.items()} == case.says["lost"]
    said = "\n".join(text for line in lost.values() for text in _said(line))
    assert [text for text in case.says["because"] if text not in said] == []

    conf = conf_binary(root)
    theirs = _merged(opened, conf, case, tmp_path, [])
    assert {name: _value(theirs.text, name) for name in lost} == case.says["lost"]
    for warning in case.says.get("conf", []):
        assert any(warning in line for line in theirs.warnings)
        assert any(word.by == "conf" and word.text == warning for line in lost.values() for word in line.words)

    settings = _fix(found)
    assert sorted(settings) == sorted(case.says.get("set", []))
    if settings:
        # What to write where the type does not take what was asked for.
        written = dict(line.split("=") for line in case.says.get("write", []))
        mended = _merged(opened, conf, case, tmp_path, [*settings, *case.says.get("write", [])])
        wanted = {name: written.get(name, line.request.assignment.value) for name, line in lost.items()}
        assert {name: _value(mended.text, name) or "n" for name in lost} == wanted
        changed = {line.request.name for line in found.lines if not line.is_lost}
        kept = {name for name in changed if _value(mended.text, name) != _value(theirs.text, name)}
        assert kept == set(case.says.get("loses", []))


def _said(line: LineState) -> list[str]:
    words = [word.text for word in line.words]
    steps = line.explanation.steps if line.explanation is not None else ()
    return [line.hint, *words, *(evidence.text for step in steps for evidence in step.evidence)]


def _fix(found: Diagnosis) -> list[str]:
    """What to set for all lost lines at once."""
    alone = (line.remedy for line in found.lines if line.is_lost)
    remedy = found.joint or next((one for one in alone if one is not None), None)
    return [f"{one.name}={one.value}" for one in remedy.assignments] if remedy is not None else []


def _merged(opened: OpenTree, conf: Path, case: Case, folder: Path, settings: list[str]) -> Verdict:
    """What merge_config.sh makes of the base, the lines and some settings, and conf of that."""
    fix = folder / "fix.config"
    fix.write_text("".join(f"CONFIG_{line}\n" for line in settings))
    base = configs.dotconfig(opened.resolve(case.says["base"]))
    script = opened.tree.root / "scripts/kconfig/merge_config.sh"
    preset = folder / "merged"
    preset.write_text(merge(script, base, [case.asked, fix], scratch=folder))
    mode = AllConfig(target="alldefconfig", preset=str(preset))
    return ask(conf, opened.tree.kconfig, opened.tree.environment, mode, scratch=folder)


def _value(text: str, name: str) -> str:
    found = re.search(rf"^CONFIG_{name}=(.*)$", text, re.MULTILINE)
    return found[1] if found else ""


@pytest.mark.parametrize("case", CARRIED, ids=lambda case: case.name)
def test_what_is_gone(
    case: Case,
    linux_trees: tuple[Path, ...],
    conf_binary: ConfOf,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    roots = [_tree(linux_trees, case.says[key]) for key in ("from", "tree")]
    old, new = (_opened(root, case.says["arch"]) for root in roots)
    command = ["upgrade", str(case.asked), "--all", "--arch", case.says["arch"], "--width", "500", "--no-cache"]
    with pytest.raises(SystemExit):
        main([*command, "--from", str(roots[0]), "--to", str(roots[1])])
    text = " ".join(capsys.readouterr().out.split())
    assert [words for words in case.says["because"] if words not in text] == []
    before, after = (
        ask(
            conf_binary(opened.tree.root),
            opened.tree.kconfig,
            opened.tree.environment,
            OldDefconfig(config=case.asked.read_text()),
            scratch=tmp_path,
        ).text
        for opened in (old, new)
    )
    assert _value(before, case.says["gone"]) == "y"
    assert case.says["gone"] not in after


def test_each_is_told_in_the_docs() -> None:
    text = DOCS.read_text("utf-8")
    assert [case.says["source"] for case in CASES if case.says["source"] not in text] == []
    assert len(CASES) >= 10

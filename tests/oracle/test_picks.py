"""Rule: what is proposed so that a choice's pick goes gives conf the very .config that we say, with the member picked
that the choice itself defaults to, or the one that the user named.

A sample of the choices that show in x86_64_defconfig by default; KWEIGH_ORACLE_FULL=1 takes all, and each other member.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analyzer import configs
from analyzer.errors import UsageError
from analyzer.judge.conf import AllConfig, ask
from analyzer.judge.merge import merge
from analyzer.model.config import ResolvedConfig
from analyzer.model.doctor import Removal
from analyzer.model.expr import Tristate
from analyzer.model.kconfig import Choice
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.pipeline.commands.doctor import aids, disable, enable
from analyzer.reports import fragment

FULL = bool(os.environ.get("KWEIGH_ORACLE_FULL"))
CHOICES = 5
CONFIG = "x86_64_defconfig"


@pytest.fixture
def opened(linux_tree: Path) -> OpenTree:
    return open_tree(TreeRequest(root=linux_tree, arch="x86_64"))


def shown(config: ResolvedConfig, choice: Choice) -> list[str]:
    return [name for name in choice.members if config.visibility[name] is Tristate.y]


def picked(config: ResolvedConfig) -> Iterator[tuple[str, list[str]]]:
    """The pick of each choice of which several members show, and the others."""
    for choice in config.model.choices.values():
        members = shown(config, choice)
        pick = next((name for name in members if config.values[name] == "y"), None)
        if len(members) > 1 and pick is not None and not choice.optional:
            yield pick, [name for name in members if name != pick]


def final(conf: Path, opened: OpenTree, found: Removal, folder: Path) -> str:
    """The .config of conf with what is proposed merged onto the base."""
    script = opened.tree.root / "scripts/kconfig/merge_config.sh"
    (folder / "fragment").write_text(fragment(found.config, found.remedy))
    base = configs.dotconfig(found.config)
    (folder / "merged").write_text(merge(script, base, [folder / "fragment"], scratch=folder))
    mode = AllConfig(target="alldefconfig", preset=str(folder / "merged"))
    return ask(conf, opened.tree.kconfig, opened.tree.environment, mode, scratch=folder).text


def below_the_header(text: str) -> list[str]:
    return text.splitlines()[4:]


def test_conf_has_the_other_member(opened: OpenTree, conf_binary: Callable[[Path], Path], tmp_path: Path) -> None:
    conf = conf_binary(opened.tree.root)
    cases = [(pick, others) for pick, others in picked(opened.resolve(CONFIG))]
    assert len(cases) > CHOICES
    for pick, others in cases if FULL else random.Random(1).sample(cases, CHOICES):
        for instead in ("", *(others if FULL else others[-1:])):
            found = disable(opened, pick, CONFIG, instead=(instead,) if instead else ())
            assert found.remedy.status == "verified", pick
            (chosen,) = found.remedy.picks
            assert chosen.gone == pick
            assert chosen.name == instead or not instead
            there = aids(opened, found.config).resolve_with({a.name: a.value for a in found.remedy.assignments})
            assert (there.values[pick], there.values[chosen.name]) == ("n", "y")
            ours = configs.dotconfig(there)
            assert below_the_header(final(conf, opened, found, tmp_path)) == below_the_header(ours), (pick, instead)
            told = enable(opened, [f"{pick}=n"], CONFIG, instead=(instead,) if instead else ()).remedy
            assert (told.picks, told.assignments) == (found.remedy.picks, found.remedy.assignments)


def test_what_is_off_has_nothing_instead(opened: OpenTree) -> None:
    with pytest.raises(UsageError, match="is off in"):
        disable(opened, "HZ_250", CONFIG)
    assert disable(opened, "HZ_1000", CONFIG).remedy.picks[0].name == "HZ_250"

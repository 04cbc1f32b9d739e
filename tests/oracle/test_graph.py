"""Rule: unmet dependencies and dependency loops are found where the tree's own conf finds them, on generated trees.

A conf that crashes or prints nonsense (6.12's works on freed expressions at times, and says "Oops!") judges nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from analyzer.configs.read import read
from analyzer.deps import find_cycles, find_unmet
from analyzer.errors import ToolchainError
from analyzer.judge.conf import OldDefconfig, ask
from analyzer.trees.dialect import detect
from tests.configs.generate import Generated, generated
from tests.configs.small import NoShell, config_source, small, source_tree

EXAMPLES = 150
WARNING = re.compile(r"unmet direct dependencies detected for (\w+)")
ConfOf = Callable[[Path], Path]

oracle = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)


def _tree(data: st.DataObject, root: Path, conditions: Callable[[list[str]], list[str]]) -> tuple[str, str]:
    """A Kconfig file and a config; some of its symbols get a `depends on` more, of what `conditions` makes of names."""
    tree: Generated = data.draw(generated(detect(root)))
    lines = tree.kconfig.split("\n")
    entries = [i for i, line in enumerate(lines) if re.fullmatch(r"\t(bool|tristate)( \".*\")?", line)]
    entries = [i for i in entries if "choice" not in lines[i]]
    names = sorted(set(re.findall(r"^config (\w+)", tree.kconfig, re.MULTILINE)))
    # A transitional symbol takes no further line.
    assume(entries and names and "\ttransitional" not in tree.kconfig)
    for _ in range(data.draw(st.integers(1, 3))):
        lines[data.draw(st.sampled_from(entries))] += f"\n\tdepends on {data.draw(st.sampled_from(conditions(names)))}"
    return "\n".join(lines), tree.config


def _warnings(conf: Path, folder: Path, config: str) -> tuple[str, ...] | None:
    """What conf says; None for a dependency loop."""
    environment = {"ARCH": "x86", "SRCARCH": "x86", "srctree": str(folder)}
    try:
        said = ask(conf, "Kconfig", environment, OldDefconfig(config=config), scratch=folder / "conf").warnings
    except ToolchainError as error:
        assume("recursive dependency" in error.message)
        return None
    assume(not any("Oops!" in line for line in said))
    return said


@oracle
@given(data=st.data())
def test_unmet_dependencies(linux_tree: Path, conf_binary: ConfOf, tmp_path: Path, data: st.DataObject) -> None:
    kconfig, config = _tree(data, linux_tree, lambda names: ["n"])
    (tmp_path / "Kconfig").write_text(kconfig)
    said = _warnings(conf_binary(linux_tree), tmp_path, config)
    assert said is not None
    found = find_unmet(small(tmp_path, detect(linux_tree)).resolve(config_source(config)))
    assert {unmet.name for unmet in found} == set(WARNING.findall("\n".join(said)))


@oracle
@given(data=st.data())
def test_dependency_loops(linux_tree: Path, conf_binary: ConfOf, tmp_path: Path, data: st.DataObject) -> None:
    # The kernel never simplifies a comparison by order away.
    kconfig, config = _tree(data, linux_tree, lambda names: [f"{name} >= n" for name in names])
    (tmp_path / "Kconfig").write_text(kconfig)
    said = _warnings(conf_binary(linux_tree), tmp_path, config)
    model = read(source_tree(tmp_path, detect(linux_tree)), NoShell())
    found = bool(find_cycles(model))
    assert found or said is not None
    if not re.search(r"[&|!]|[^>]=", kconfig):
        # Of other trees the kernel simplifies some conditions before it looks, such as A || !A.
        assert found == (said is None)

"""Rule: what may happen is found with a config in which it does, what cannot is found for every config, and names
count where something asks for them.

Each folder of lint/ is a small tree; `expected` has its faults, each with its place and the lines that it rests on.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.model.lint import Linted
from analyzer.pipeline.commands.lint import lint
from tests.configs.small import DialectName
from tests.pipeline.small_trees import opened

CASES = Path(__file__).parent / "lint"
DIALECT_NAMES: tuple[DialectName, ...] = ("legacy", "menu")


def told(found: Linted) -> str:
    """Each fault on a line, and what it rests on."""
    lines = []
    for one in found.faults:
        more = f" and {one.more} more" if one.more else ""
        lines.append(f"{one.kind}: {one.text} ({one.location}){more}")
        lines += [f"\t{text} ({place})" for text, place in one.lines]
    return "".join(f"{line}\n" for line in (*lines, *(f"undecided: {one}" for one in found.undecided)))


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
@pytest.mark.parametrize("folder", sorted(CASES.iterdir()), ids=lambda folder: folder.name)
def test_case(folder: Path, dialect: DialectName, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert told(lint(opened(Path(), dialect))) == Path("expected").read_text()


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
@pytest.mark.parametrize(("case", "names"), [("faults", ["TARGET"]), ("texts", ["TARGET", "OTHER"])])
def test_a_witness_is_one(
    case: str, names: list[str], dialect: DialectName, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(CASES / case)
    tree = opened(Path(), dialect)
    forced = [one for one in lint(tree).faults if one.kind == "unmet-select"]
    assert [one.name for one in forced] == names
    for one in forced:
        (tmp_path / "w.config").write_text("".join(f"{line}\n" for line in one.witness))
        assert one.name in (tree.resolve(str(tmp_path / "w.config")).forced or ())

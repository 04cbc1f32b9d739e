"""Rule: a diff applies, or is applied already, exactly where patch(1) says so.

Enters: files of each real tree, random edits. Leaves: nothing. Must hold: patch itself is asked, forward and reversed,
and git, which is stricter.
"""

from __future__ import annotations

import difflib
import random
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analyzer.series import applied, apply, read, reverse

FILES = ("kernel/dma/Kconfig", "kernel/dma/Makefile", "lib/Kconfig", "init/Kconfig")

pytestmark = pytest.mark.skipif(not (shutil.which("git") and shutil.which("patch")), reason="no git, or no patch")


def _edited(lines: Sequence[str], chance: random.Random) -> list[str]:
    found = list(lines)
    for _ in range(chance.randrange(1, 5)):
        at = chance.randrange(len(found) + 1)
        found[at : at + chance.randrange(3)] = [
            f"config NEW_{chance.randrange(99)}" for _ in range(chance.randrange(3))
        ]
    return found


def _diff(path: str, old: Sequence[str], new: Sequence[str]) -> str:
    # A file that begins or ends to be is git's own matter.
    body = list(difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm=""))
    return "\n".join([f"diff --git a/{path} b/{path}", "index 1..2 100644", *body, ""]) if body else ""


def _says(folder: Path, text: str, *command: str) -> bool:
    done = subprocess.run(command, cwd=folder, input=text, text=True, capture_output=True, check=False)
    return done.returncode == 0


def test_as_patch_has_it(linux_tree: Path, tmp_path: Path) -> None:
    chance = random.Random(linux_tree.name)
    told: dict[str, int] = {}
    for number in range(120):
        path = chance.choice(FILES)
        base = (linux_tree / path).read_text("utf-8").removesuffix("\n").split("\n")
        new = _edited(base, chance)
        text = _diff(path, base, new)
        if not text:
            continue
        there = chance.choice(
            (base, new, _edited(base, chance), _edited(new, chance), base[3:], ["", *base, *base[:9]])
        )
        folder = tmp_path / str(number)
        (folder / path).parent.mkdir(parents=True)
        (folder / path).write_text("\n".join(there) + "\n", "utf-8")
        found = applied(read(text, "p").patches, {path: "\n".join(there) + "\n"}.get)
        assert found is not None
        told[found.kind] = told.get(found.kind, 0) + 1
        patch = ("patch", "--dry-run", "-p1", "--force", "--silent")
        forward, backward = (_says(folder, text, *patch, *more) for more in ((), ("--fuzz=0", "--reverse")))
        exact = _says(folder, text, *patch, "--fuzz=0")
        expected = "applies" if exact or (forward and not backward) else "applied" if backward else ""
        assert found.kind == expected or (not expected and found.kind in ("partly applied", "does not apply"))
        # git takes no fuzz, and what it takes, patch takes as well.
        if _says(folder, text, "git", "apply", "--check"):
            assert found.kind == "applies"
    assert {"applies", "applied", "does not apply"} <= told.keys()


@st.composite
def _disturbed(draw: st.DrawFn) -> tuple[str, str, str, int]:
    """A text, that text changed, a third that is one of them disturbed, and how much context the diff has; few
    different lines, so that a hunk may fit in several places."""
    line = st.sampled_from("012345").map(lambda one: one + "\n")
    base = draw(st.lists(line, min_size=1, max_size=40))

    def edited(lines: Sequence[str], most: int) -> list[str]:
        found = list(lines)
        for at, gone, more in draw(
            st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2), st.lists(line, max_size=2)), max_size=most)
        ):
            found[at : at + gone] = more
        return found

    new = edited(base, 5)
    there = edited(draw(st.sampled_from((base, base, base, new))), 4)
    end = draw(st.sampled_from(("\n", "\n", "\n", "")))
    # Without an end patch 2.7.6 may write two lines in one when it leaves out context there.
    texts = ("".join(base), "".join(new).removesuffix("\n") + end if new else "", "".join(there) or "0\n")
    return *texts, draw(st.sampled_from((0, 1, 2, 3, 3, 3)))


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(_disturbed(), st.booleans())
def test_to_the_byte_as_patch_has_it(case: tuple[str, str, str, int], back: bool) -> None:
    old, new, there, context = case
    before, after = (text.splitlines(keepends=True) for text in (old, new))
    diff = "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in difflib.unified_diff(before, after, "a/f", "b/f", n=context)
    )
    if not diff:
        return
    with TemporaryDirectory() as folder:
        file = Path(folder, "f")
        file.write_text(there, "utf-8")
        command = ("patch", "-p1", "--force", "--silent", "--no-backup-if-mismatch", "--reject-file=-")
        took = _says(Path(folder), diff, *command, *(["--reverse"] if back else []))
        made = file.read_text("utf-8") if file.exists() else None
    patches = read(diff, "p").patches
    found = apply(reverse(patches) if back else patches, {"f": there}.get)
    assert (not found.rejected, found.texts.get("f", there)) == (took, made)

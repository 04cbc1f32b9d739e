"""Rule: what is counted are the lines of the text that the compiler would read which another header makes differ, and
the bytes of what it would make; texts are those of the objects that include most headers, objects are drawn at random;
nothing of the build changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.sizes.probes import changed_bytes, changed_lines, objects, texts
from tests.sizes.elves import ALLOC, EXEC, WRITE, Part, make

COMPILER = """\
#!/bin/sh
# Its object for a header of n letters is N.elf.
for word; do
  case $word in
    -I*) header=${word#-I}/generated/autoconf.h ;;
    -o) next=made; continue ;;
    -Wp*) exit 9 ;;
  esac
  test "$next" != made || made=$word
  next=
done
if test "$made"; then
  cp "$(dirname "$0")/$(wc -c < "$header").elf" "$made"
else
  tr ' ' '\\n' < "$header"
fi
! grep -q BROKEN "$header"
"""


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "cc").write_text(COMPILER)
    (tmp_path / "cc").chmod(0o755)
    for number, headers in enumerate((3, 9, 1)):
        deps = "".join(f"  include/h{number}_{each}.h \\\n" for each in range(headers))
        command = f"ccache {tmp_path}/cc -Wp,-MMD,a.d -c -o o{number}.o o{number}.c; objtool o{number}.o"
        (tmp_path / f".o{number}.o.cmd").write_text(
            f"savedcmd_o{number}.o := {command}\ndeps_o{number}.o := \\\n{deps}"
        )
    (tmp_path / ".s.o.cmd").write_text(f"savedcmd_s.o := {tmp_path}/cc -c -o s.o s.S\ndeps_s.o := \\\n")
    return tmp_path


def test_the_objects_with_most_headers(out: Path) -> None:
    paths = ["o0.o", "o1.o", "o2.o", "s.o", "gone.o"]
    before = sorted(path.name for path in out.iterdir())
    assert [probe.path for probe in texts(out, paths, "A", count=2)] == ["o1.o", "o0.o"]
    assert len(texts(out, paths, "A")) == 3
    assert sorted(path.name for path in out.iterdir()) == before


@pytest.mark.parametrize(("header", "lines"), [("A B", 0), ("A B C", 1), ("A C", 2), ("C D", 4), ("BROKEN", None)])
def test_lines_that_differ(out: Path, header: str, lines: int | None) -> None:
    (probe, *_) = texts(out, ["o0.o"], "A B")
    assert changed_lines(out, probe, header) == lines


def test_what_cannot_be_preprocessed_is_no_probe(out: Path) -> None:
    assert texts(out, ["o0.o"], "BROKEN") == ()


@pytest.mark.parametrize(
    ("header", "gained"), [("AB", 0), ("ABC", 0), ("ABCD", 5), ("ABCDE", 9), ("ABCDEF", None), ("BROKEN!", None)]
)
def test_bytes_that_differ(out: Path, header: str, gained: int | None) -> None:
    for number, (text, data) in enumerate([(10, 4), (10, 4), (15, 4), (13, 10), (0, 0), (0, 0)], 2):
        parts = [Part(name=".text", size=text, flags=ALLOC | EXEC), Part(name=".data", size=data, flags=ALLOC | WRITE)]
        (out / f"{number}.elf").write_bytes(make([*parts, Part(name=".comment", size=number, flags=0)]))
    (out / "6.elf").write_text("no object")
    before = sorted(path.name for path in out.iterdir())
    (probe,) = objects(out, ["o0.o"], "AB")
    assert changed_bytes(out, probe, header) == gained
    assert sorted(path.name for path in out.iterdir()) == before


def test_objects_are_drawn_from_all_that_can_be_compiled(out: Path) -> None:
    (out / "2.elf").write_bytes(make([Part(name=".text", size=1)]))
    paths = ["o0.o", "o1.o", "o2.o", "s.o", "gone.o"]
    drawn = {tuple(probe.path for probe in objects(out, paths, "AB", count=2, seed=seed)) for seed in range(20)}
    assert {path for pair in drawn for path in pair} == {"o0.o", "o1.o", "o2.o"}
    assert {len(pair) for pair in drawn} == {2}
    assert [one.path for one in objects(out, reversed(paths), "AB")] == [one.path for one in objects(out, paths, "AB")]
    assert objects(out, paths, "BROKEN!") == ()

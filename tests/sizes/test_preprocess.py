"""Rule: what is counted are the lines of the text that the compiler would read which another header makes differ; the
objects that include most headers are looked at; nothing of the build changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.sizes.preprocess import changed_lines, probes

COMPILER = """\
#!/bin/sh
for word; do
  case $word in
    -I*) header=${word#-I}/generated/autoconf.h ;;
    -c|-o|-Wp*) exit 9 ;;
  esac
done
tr ' ' '\\n' < "$header"
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
    assert [probe.path for probe in probes(out, paths, "A", count=2)] == ["o1.o", "o0.o"]
    assert len(probes(out, paths, "A")) == 3
    assert sorted(path.name for path in out.iterdir()) == before


@pytest.mark.parametrize(("header", "lines"), [("A B", 0), ("A B C", 1), ("A C", 2), ("C D", 4), ("BROKEN", None)])
def test_lines_that_differ(out: Path, header: str, lines: int | None) -> None:
    (probe, *_) = probes(out, ["o0.o"], "A B")
    assert changed_lines(out, probe, header) == lines


def test_what_cannot_be_preprocessed_is_no_probe(out: Path) -> None:
    assert probes(out, ["o0.o"], "BROKEN") == ()

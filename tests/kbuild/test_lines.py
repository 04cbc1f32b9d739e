"""Rule: cleaning keeps the number of lines, and statements the numbers of theirs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analyzer.kbuild.lines import clean
from analyzer.kbuild.parser import parse
from analyzer.kbuild.syntax import Assignment, Conditional, Include

_CONTINUED = ("a := b \\", "all: x \\", "# d \\", "\\")
_WHOLE = ("\tc", "", "define e", "endef", "ifdef F", "endif", "g \\#", "h $(i #)", "  ")
_LINES = st.sampled_from((*_CONTINUED, *_WHOLE))


@given(lines=st.lists(_LINES))
def test_as_many_lines(lines: list[str]) -> None:
    text = "\n".join(lines)
    if "define e" not in lines:
        assert clean(text).count("\n") == text.count("\n") + 1


TEXT = """\
# comment \\
  goes on
obj-y := a.o \\
	b.o
ifdef CONFIG_A
define x
one \\
two
endef
	include c.mk
else
obj-y += d.o # comment
endif
all: ; @:
	obj-y += no.o
obj-y += e.o
"""


def test_line_numbers() -> None:
    first, conditional, _, last = parse(TEXT, "Makefile")
    assert isinstance(first, Assignment)
    assert (first.line, first.value) == (3, "a.o b.o")
    assert isinstance(conditional, Conditional)
    assert conditional.line == 5
    definition, include = conditional.then
    assert isinstance(definition, Assignment)
    assert (definition.line, definition.value) == (6, "one two")
    assert isinstance(include, Include)
    assert (include.line, include.names) == (10, "c.mk")
    (other,) = conditional.otherwise
    assert isinstance(other, Assignment)
    assert (other.line, other.value) == (12, "d.o ")
    assert isinstance(last, Assignment)
    assert last.line == 16


def test_equal_texts_are_equal_values() -> None:
    assert parse(TEXT, "Makefile") == parse(TEXT, "other")

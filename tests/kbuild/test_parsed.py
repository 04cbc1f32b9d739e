"""Rule: what was parsed before is what parsing gives."""

from __future__ import annotations

import pytest

from analyzer.kbuild import parser
from analyzer.kbuild.parsed import Parsed
from analyzer.kbuild.syntax import Malformed

MAKEFILES = (
    "",
    (
        "obj-$(CONFIG_A) += a.o b/\nifeq ($(ARCH),x86)\n  obj-y := c.o\nelse ifdef B\n-include d\nelse\nundefine E\n"
        "endif\n"
    ),
    "export A\nunexport B\ndefine C\n$(call d,$(1))\nendef\n$(eval $(C))\nall: ; @echo\n",
    "override a ?= b\n!= c\nvpath\n",
)
VALUES = (
    "",
    "plain",
    "$(A) b $(C)",
    "$(call f,$(1),${b:.c=.o}) $$ $x",
    "$(A:%.c=%.o)",
    "$(if $(B),$(C),$(subst a,b,c))",
)
BROKEN = ("$(A", "$(call f,$(x)")


def test_what_comes_back_is_what_parsing_gives() -> None:
    first = Parsed()
    made = [first.statements(text, "Makefile") for text in MAKEFILES], [first.expansion(text) for text in VALUES]
    assert made == ([parser.parse(text, "Makefile") for text in MAKEFILES], [*map(parser.expansion, VALUES)])
    for text in BROKEN:
        with pytest.raises(Malformed):
            first.expansion(text)
    data = first.news()
    assert data is not None
    assert first.news() is None
    again = Parsed(data)
    assert ([again.statements(text, "Makefile") for text in MAKEFILES], [*map(again.expansion, VALUES)]) == made
    for text in BROKEN:
        with pytest.raises(Malformed):
            again.expansion(text)
    assert again.news() is None


def test_a_text_that_was_edited_is_parsed() -> None:
    first = Parsed()
    first.statements("a := b\n", "Makefile")
    again = Parsed(first.news() or b"")
    assert again.statements("a := c\n", "Makefile") == parser.parse("a := c\n", "Makefile")
    assert again.news() is not None


@pytest.mark.parametrize("data", [b"\xc1", b"nothing", b"\x92\x80"])
def test_damage_costs_a_parse(data: bytes) -> None:
    assert Parsed(data).statements("a := b\n", "Makefile") == parser.parse("a := b\n", "Makefile")


def test_bytes_that_are_no_text_are_parsed_each_time() -> None:
    first = Parsed()
    text = "a := \udcff\n"
    assert first.statements(text, "Makefile") == parser.parse(text, "Makefile")
    assert first.news() is None

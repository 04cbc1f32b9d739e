"""Rule: an empty word, as an unset variable of a shell gives, names no file and no folder: a usage error, whichever
option of whichever command it stands behind."""

from __future__ import annotations

import click
import pytest

from analyzer.cli.group import kweigh as commands
from tests.cli.conftest import Kweigh

PATHS = [
    (name, parameter.opts[-1])
    for name, command in commands.commands.items()
    for parameter in command.params
    if isinstance(parameter, click.Option) and isinstance(parameter.type, click.Path)
]


def test_there_are_such_options() -> None:
    assert {("why", "--tree"), ("cost", "--ledger"), ("measure", "--scratch"), ("diff", "--output")} <= set(PATHS)


@pytest.mark.parametrize("name", sorted({name for name, _ in PATHS}))
def test_an_empty_word_names_nothing(kweigh: Kweigh, name: str) -> None:
    for option in (option for command, option in PATHS if command == name):
        done = kweigh(name, option, "")
        assert (done.code, done.out) == (2, "")
        assert done.err.count("\n") == 1
        assert option.lstrip("-") in done.err

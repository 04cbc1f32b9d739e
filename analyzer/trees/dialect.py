"""Which rules of Kconfig a tree follows.

Enters: the root of a tree. Leaves: its `Dialect`. Must hold: found in the text of the tree's own scripts/kconfig,
never by its version.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from analyzer.model.kconfig import ChoiceRules, Dialect, EmptyNumber, OutOfRange
from analyzer.model.language import KEYWORDS, LENIENT, Trait
from analyzer.trees.texts import is_file_within, read_within

_FOLDER = "scripts/kconfig"
_GRAMMARS = ("parser.y", "zconf.y")
_LEXERS = ("lexer.l", "zconf.l")

_KEYWORD = re.compile(r'^"([a-z_]+)"[ \t]+return[ \t]+T_\w+;', re.MULTILINE)

# What shows that a conf has a trait: a rule of its grammar, or its own words where it refuses.
_GRAMMAR: dict[Trait, str] = {
    Trait.OPTION: r"config_option: T_OPTION\b",
    Trait.MODULES: r"config_option: T_MODULES\b",
    Trait.NAMED_CHOICE: r"\bchoice: T_CHOICE word_opt\b",
    Trait.TYPED_CHOICE: r"choice_option: (?:logic_type|T_TYPE|type) prompt_stmt_opt\b",
    Trait.BOOL_CHOICE: r"choice_option: T_BOOL T_WORD_QUOTE\b",
    Trait.OPTIONAL_CHOICE: r"choice_option: T_OPTIONAL\b",
    Trait.CONDITIONAL_DEPENDS: r"depends: T_DEPENDS T_ON expr if_expr\b",
    Trait.TRANSITIONAL: r"config_option: T_TRANSITIONAL\b",
    Trait.REFUSES_BARE_MENUCONFIG: r'zconf_error\("menuconfig statement without prompt',
    Trait.REFUSES_SECOND_HELP: r'zconf_error\("\'%s\' defined with more than one help text',
    Trait.REFUSES_BLANK_HELP: r'zconf_error\("\'%s\' defined with blank help text',
    Trait.REFUSES_BARE_CHOICE: r"error: choice must have a prompt",
    Trait.REFUSES_BARE_MEMBER: r"error: choice member must have a prompt",
    Trait.REFUSES_MEMBER_TYPE: r"error: choice member must be bool",
    Trait.REFUSES_MEMBER_DEFAULT: r"defaults for choice values not supported",
    Trait.REFUSES_PROMPT_OUTSIDE: r"choice value has a prompt outside its choice group",
    Trait.REFUSES_SECOND_PROMPT: r"choice value must not have a prompt in another entry",
}
_ELSEWHERE: dict[Trait, tuple[str, str]] = {
    Trait.OPEN_END: ("lexer.l", r"if \(current_file\) \{\s+zconf_endfile\(\);"),
    Trait.REFUSES_SECOND_SOURCE: ("util.c", r"error: repeated inclusion of"),
    Trait.LOOSE_UNSET: ("confdata.c", r'strncmp\(p, "is not set", 10\)'),
    Trait.ENDS_EMPTY_MENUS: ("confdata.c", r"\bgoto end_check;"),
}


def detect(root: Path) -> Dialect:
    """Reads the files of scripts/kconfig that conf is made of.

    `sym_get_choice_menu` came with the rewritten choices (fde19251, 6.11), `"0x0"` in sym_calc_value() with numbers
    that are never empty; conf_read() drops numbers out of range as long as it calls sym_string_within_range(). A tree
    without a grammar gets all that any conf takes. Raises SourceError when a file cannot be read.
    """
    symbol_c = read_within(root, f"{_FOLDER}/symbol.c")
    confdata_c = read_within(root, f"{_FOLDER}/confdata.c")
    grammar = _text(root, _GRAMMARS)
    return Dialect(
        choices=ChoiceRules.MENU if "sym_get_choice_menu(" in symbol_c else ChoiceRules.SYMBOL,
        empty_number=EmptyNumber.ZERO if _value_may_be_zero(symbol_c) else EmptyNumber.EMPTY,
        out_of_range=OutOfRange.DROPPED if "sym_string_within_range(" in confdata_c else OutOfRange.CLAMPED,
        keywords=tuple(sorted(set(_KEYWORD.findall(_text(root, _LEXERS))))) or KEYWORDS,
        traits=tuple(_traits(root, grammar)) if grammar else LENIENT,
    )


def _traits(root: Path, grammar: str) -> Iterable[Trait]:
    for trait in Trait:
        if trait in _GRAMMAR:
            found = re.search(_GRAMMAR[trait], grammar)
        else:
            name, words = _ELSEWHERE[trait]
            found = re.search(words, _text(root, (name,)))
        if found:
            yield trait


def _text(root: Path, names: Iterable[str]) -> str:
    """The text of the first of these files that is there, or nothing."""
    for name in names:
        if is_file_within(root, f"{_FOLDER}/{name}"):
            return read_within(root, f"{_FOLDER}/{name}")
    return ""


def _value_may_be_zero(symbol_c: str) -> bool:
    """Whether sym_calc_value() itself names "0x0"; other functions may, for savedefconfig."""
    begin = symbol_c.find("void sym_calc_value(")
    return begin >= 0 and '"0x0"' in symbol_c[begin : symbol_c.find("\n}\n", begin)]


SERIES = Dialect(choices=ChoiceRules.SYMBOL, empty_number=EmptyNumber.EMPTY, out_of_range=OutOfRange.DROPPED)
"""The rules at the time of the series (5.9), which the bundled tree follows."""

"""What the Kconfig languages of different trees have, and have not.

Enters: nothing. Leaves: `Trait`, and the words of the language. Must hold: a trait is something that a tree's own
scripts/kconfig says or does not say; no version is named by it.
"""

from __future__ import annotations

import enum


class Trait(enum.Enum):
    """Something that one tree's conf has and another's has not, by its name in records."""

    # What its grammar takes.
    OPTION = "option"
    """`option modules`, `option defconfig_list`, `option allnoconfig_y`, `option env=` (each until it was removed)."""
    MODULES = "modules"
    """`modules` without `option` before it (5.13)."""
    NAMED_CHOICE = "choice NAME"
    TYPED_CHOICE = "choice type"
    """`bool` and `tristate` in a choice, with or without a prompt."""
    BOOL_CHOICE = "choice bool"
    """`bool "prompt"` in a choice, nothing else of a type."""
    OPTIONAL_CHOICE = "choice optional"
    CONDITIONAL_DEPENDS = "depends on if"
    """`depends on A if B` (7.0)."""
    TRANSITIONAL = "transitional"
    """`transitional` (6.18)."""
    OPEN_END = "no newline at the end"
    """The last line of the root file may lack its end (up to 6.8)."""

    # What it refuses, where others warn or say nothing.
    REFUSES_BARE_MENUCONFIG = "menuconfig needs a prompt"
    REFUSES_SECOND_HELP = "one help"
    REFUSES_BLANK_HELP = "help has text"
    REFUSES_BARE_CHOICE = "choice needs a prompt"
    REFUSES_BARE_MEMBER = "member needs a prompt"
    REFUSES_MEMBER_TYPE = "member is bool"
    REFUSES_MEMBER_DEFAULT = "member has no default"
    REFUSES_PROMPT_OUTSIDE = "member's prompts are in its choice"
    REFUSES_SECOND_PROMPT = "member has one prompt"
    REFUSES_SECOND_SOURCE = "file sourced once"

    # What it reads and writes.
    LOOSE_UNSET = "not set and more"
    """In a config, `# CONFIG_X is not set` counts whatever follows it (up to 6.7)."""
    ENDS_EMPTY_MENUS = "end of empty menus"
    """`# end of` also behind a menu that nothing stands in."""


KEYWORDS = (
    "allnoconfig_y",
    "bool",
    "choice",
    "comment",
    "config",
    "def_bool",
    "def_tristate",
    "default",
    "defconfig_list",
    "depends",
    "endchoice",
    "endif",
    "endmenu",
    "env",
    "help",
    "hex",
    "if",
    "imply",
    "int",
    "mainmenu",
    "menu",
    "menuconfig",
    "modules",
    "on",
    "option",
    "optional",
    "prompt",
    "range",
    "select",
    "source",
    "string",
    "transitional",
    "tristate",
    "visible",
)
"""The words that mean something in the language of any tree."""

LENIENT = (
    Trait.OPTION,
    Trait.MODULES,
    Trait.NAMED_CHOICE,
    Trait.TYPED_CHOICE,
    Trait.OPTIONAL_CHOICE,
    Trait.CONDITIONAL_DEPENDS,
    Trait.TRANSITIONAL,
    Trait.OPEN_END,
    Trait.LOOSE_UNSET,
    Trait.ENDS_EMPTY_MENUS,
)
"""Takes what any conf takes, and refuses nothing that one of them lets pass."""

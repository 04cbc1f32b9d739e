"""What conf refuses, and where: small Kconfig files, each with the line and the dialects that refuse it.

Enters: nothing. Leaves: `REFUSALS`. tests/configs/test_refusals.py asks our code, tests/oracle/test_refusals.py conf.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from tests.configs.small import DIALECTS, DialectName

ALL = frozenset(get_args(DialectName))
SINCE_MENU = frozenset({"menu", "today"})
TODAY = frozenset({"today"})
CHOICE = 'choice\n\tprompt "c"\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A root file that the conf of some dialects refuses, at `line`; `beside` lies next to it, as `x`."""

    kconfig: str
    line: int
    by: frozenset[str] = ALL
    beside: str = ""

    def is_unknown_to(self, dialect: DialectName) -> bool:
        """Whether the dialect refuses the construct as such, whatever is done with it."""
        words = {"transitional", "option", "modules", "optional"} & set(self.kconfig.split())
        if dialect == "old" and "\tmodules" in self.kconfig:
            return True
        return any(word not in DIALECTS[dialect].keywords for word in words)

    def plant(self, folder: Path) -> None:
        """Write the files into a folder."""
        (folder / "Kconfig").write_text(self.kconfig)
        (folder / "x").write_text(self.beside)


REFUSALS: dict[str, Refusal] = {
    "menuconfig without prompt": Refusal(kconfig="menuconfig A\n\tbool\n\tdefault y\n", line=1, by=TODAY),
    "two helps": Refusal(kconfig='config A\n\tbool "a"\n\thelp\n\t  one\n\thelp\n\t  two\n', line=5, by=TODAY),
    "two helps of a choice": Refusal(
        kconfig=f'{CHOICE}\thelp\n\t  one\n\thelp\n\t  two\nconfig A\n\tbool "a"\nendchoice\n', line=5, by=TODAY
    ),
    "blank help": Refusal(kconfig='config A\n\tbool "a"\n\thelp\n\nconfig B\n\tbool\n', line=3, by=TODAY),
    "choice with bool and prompt": Refusal(
        kconfig='choice\n\tbool "c"\nconfig A\n\tbool "a"\nendchoice\n', line=2, by=TODAY
    ),
    "choice with bool": Refusal(kconfig=f'{CHOICE}\tbool\nconfig A\n\tbool "a"\nendchoice\n', line=3, by=SINCE_MENU),
    "choice with tristate": Refusal(
        kconfig=f'{CHOICE}\ttristate\nconfig A\n\tbool "a"\nendchoice\n', line=3, by=SINCE_MENU
    ),
    "choice with a name": Refusal(
        kconfig='choice C\n\tprompt "c"\nconfig A\n\tbool "a"\nendchoice\n', line=1, by=SINCE_MENU
    ),
    "choice without prompt": Refusal(kconfig='choice\nconfig A\n\tbool "a"\nendchoice\n', line=1, by=SINCE_MENU),
    "optional choice": Refusal(kconfig=f'{CHOICE}\toptional\nconfig A\n\tbool "a"\nendchoice\n', line=3, by=SINCE_MENU),
    "member without prompt": Refusal(kconfig=f"{CHOICE}config A\n\tbool\nendchoice\n", line=3, by=SINCE_MENU),
    "member in an if without prompt": Refusal(
        kconfig=f"{CHOICE}if X\nconfig A\n\tbool\nendif\nendchoice\n", line=4, by=SINCE_MENU
    ),
    "tristate member": Refusal(kconfig=f'{CHOICE}config A\n\ttristate "a"\nendchoice\n', line=3, by=SINCE_MENU),
    "member without type": Refusal(kconfig=f'{CHOICE}config A\n\tprompt "a"\nendchoice\n', line=3, by=SINCE_MENU),
    "member with a type that comes later": Refusal(
        kconfig=f'{CHOICE}config A\n\tprompt "a"\nendchoice\nconfig A\n\tbool\n', line=3, by=SINCE_MENU
    ),
    "member with default": Refusal(
        kconfig=f'{CHOICE}config A\n\tbool "a"\n\tdefault y\nendchoice\n', line=5, by=SINCE_MENU
    ),
    "member with default elsewhere": Refusal(
        kconfig=f'config A\n\tbool\n\tdefault y\n{CHOICE}config A\n\tbool "a"\nendchoice\n', line=3, by=SINCE_MENU
    ),
    "member with a prompt elsewhere": Refusal(
        kconfig=f'{CHOICE}config A\n\tbool "a"\nendchoice\nconfig A\n\tprompt "b"\n', line=7, by=SINCE_MENU
    ),
    "member with two prompts": Refusal(
        kconfig=f'{CHOICE}config A\n\tbool "a"\nconfig A\n\tprompt "b"\nendchoice\n', line=6, by=TODAY
    ),
    "menu in a choice": Refusal(kconfig=f'{CHOICE}menu "m"\nendmenu\nendchoice\n', line=3),
    "choice in a choice": Refusal(kconfig=f"{CHOICE}{CHOICE}endchoice\nendchoice\n", line=3),
    "menuconfig in a choice": Refusal(kconfig=f'{CHOICE}menuconfig A\n\tbool "a"\nendchoice\n', line=3),
    "source in a choice": Refusal(kconfig=f'{CHOICE}source "x"\nendchoice\n', line=3),
    "source in an if in a choice": Refusal(kconfig=f'{CHOICE}if X\nsource "x"\nendif\nendchoice\n', line=4),
    "variable in a choice": Refusal(kconfig=f"{CHOICE}a = b\nendchoice\n", line=3),
    "file sourced twice": Refusal(kconfig='source "x"\nsource "x"\n', line=2, by=TODAY),
    "file sourced twice in blocks": Refusal(
        kconfig='if A\nsource "x"\nendif\nif B\nsource "x"\nendif\n', line=5, by=TODAY
    ),
    "root sourced": Refusal(kconfig='config A\n\tbool\nsource "Kconfig"\n', line=3),
    "end in another file": Refusal(kconfig='if A\nsource "x"\n', line=1, beside="endif\n"),
    "end at the end of the file": Refusal(kconfig="if A\nconfig B\n\tbool\nendif", line=4),
    "end at the end of a sourced file": Refusal(kconfig='source "x"\nconfig B\n\tbool\n', line=1, beside="if A\nendif"),
    "block without end": Refusal(kconfig='config B\n\tbool\nmenu "m"\nif A\nendif\n', line=3),
    "ends crossed": Refusal(kconfig='menu "m"\nif A\nendmenu\nendif\n', line=3),
    "conditional dependency": Refusal(
        kconfig="config A\n\tbool\n\tdepends on B if C\n", line=3, by=frozenset({"old", "legacy", "menu"})
    ),
    "bare modules": Refusal(kconfig="config A\n\tbool\n\tmodules\n", line=3, by=frozenset({"old"})),
    "option modules": Refusal(
        kconfig="config A\n\tbool\n\toption modules\n", line=3, by=frozenset({"legacy", "menu", "today"})
    ),
    "option allnoconfig_y": Refusal(
        kconfig="config A\n\tbool\n\toption allnoconfig_y\n", line=3, by=frozenset({"legacy", "menu", "today"})
    ),
    "option env": Refusal(
        kconfig='config A\n\tstring\n\toption env="B"\n', line=3, by=frozenset({"old", "legacy", "menu", "today"})
    ),
    "two defconfig lists": Refusal(
        kconfig="config A\n\tstring\n\toption defconfig_list\nconfig B\n\tstring\n\toption defconfig_list\n", line=6
    ),
    "transitional": Refusal(
        kconfig="config A\n\tbool\n\ttransitional\n", line=3, by=frozenset({"old", "legacy", "menu"})
    ),
    "transitional with prompt": Refusal(kconfig='config A\n\tbool "a"\n\ttransitional\n', line=2),
    "transitional with default": Refusal(kconfig="config A\n\tbool\n\ttransitional\n\tdefault y\n", line=4),
    "transitional with def_bool": Refusal(kconfig="config A\n\tdef_bool y\n\ttransitional\n", line=2),
    "transitional with select": Refusal(kconfig="config A\n\tbool\n\ttransitional\n\tselect B\n", line=4),
    "transitional with imply": Refusal(kconfig="config A\n\tbool\n\ttransitional\n\timply B\n", line=4),
    "transitional with range": Refusal(kconfig="config A\n\tint\n\ttransitional\n\trange 1 2\n", line=4),
    "transitional with dependency": Refusal(kconfig="config A\n\tbool\n\ttransitional\n\tdepends on B\n", line=1),
    "transitional in an if": Refusal(kconfig="if B\nconfig A\n\tbool\n\ttransitional\nendif\n", line=2),
    "transitional defined again": Refusal(
        kconfig="config A\n\tbool\n\ttransitional\nconfig A\n\tdepends on B\n\tdefault y\n", line=4
    ),
    "two symbols for modules": Refusal(kconfig="config A\n\tmodules\nconfig B\n\tmodules\n", line=4),
    "modules twice": Refusal(kconfig="config A\n\tmodules\n\tmodules\n", line=3),
    "mainmenu later": Refusal(kconfig='config A\n\tbool\nmainmenu "m"\n', line=3),
    "help of a menu": Refusal(kconfig='menu "m"\n\thelp\n\t  text\nendmenu\n', line=2),
    "help of a comment": Refusal(kconfig='comment "c"\n\thelp\n\t  text\n', line=2),
    "prompt without quotes": Refusal(kconfig="config A\n\tbool a\n", line=2),
    "source without quotes": Refusal(kconfig="source x\n", line=1),
    "select in quotes": Refusal(kconfig='config A\n\tbool\n\tselect "B"\n', line=3),
    "default of a choice in quotes": Refusal(kconfig=f'{CHOICE}\tdefault "A"\nendchoice\n', line=3),
    "old help": Refusal(kconfig='config A\n\tbool "a"\n\t---help---\n\t  text\n', line=3),
    "def_int": Refusal(kconfig="config A\n\tdef_int 5\n", line=2),
    "boolean": Refusal(kconfig="config A\n\tboolean\n", line=2),
    "rsource": Refusal(kconfig='rsource "x"\n', line=1),
    "comparison of comparisons": Refusal(kconfig="config A\n\tbool\n\tdepends on B = C = D\n", line=3),
    "comparison of an expression": Refusal(kconfig="config A\n\tbool\n\tdepends on (B && C) = D\n", line=3),
    "variable behind a help text": Refusal(kconfig='config A\n\tbool "a"\n\thelp\n\t  text\nB = c\n', line=5),
    "no end of line": Refusal(kconfig="config A\n\tbool", line=2, by=SINCE_MENU),
    "macro without end": Refusal(kconfig='config A\n\tstring\n\tdefault "$(B"\n', line=3),
    "macro of itself": Refusal(kconfig="A = $(A)\n$(A)\n", line=2),
    "function without arguments": Refusal(kconfig="$(info)\n", line=1),
    "function with too many arguments": Refusal(kconfig="$(info,a,b)\n", line=1),
    "sixteen arguments": Refusal(kconfig="$(a,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16)\n", line=1),
    "symbol that depends on itself": Refusal(kconfig="config A\n\tbool\n\tdepends on A\n", line=1),
    "symbol that depends on itself with prompt": Refusal(kconfig='config A\n\tbool "a"\n\tdepends on A\n', line=1),
    "symbol without a type that depends on itself": Refusal(kconfig="config A\n\tdepends on A\n", line=1),
    "symbol that depends on its absence": Refusal(kconfig="config A\n\tbool\n\tdepends on !A\n", line=1),
    "symbol that selects itself": Refusal(kconfig='config A\n\tbool "a"\n\tselect A\n', line=1),
    "symbol in a menu that depends on it": Refusal(
        kconfig='menu "m"\n\tdepends on A\nconfig A\n\tbool\nendmenu\n', line=3
    ),
    "two symbols that depend on each other": Refusal(
        kconfig="config A\n\tbool\n\tdepends on B\nconfig B\n\tbool\n\tdepends on A\n", line=1
    ),
    "mainmenu twice": Refusal(kconfig='mainmenu "m"\nmainmenu "n"\n', line=2),
    "mainmenu behind a comment": Refusal(kconfig='comment "c"\nmainmenu "n"\n', line=2),
    "mainmenu in a menu": Refusal(kconfig='menu "m"\nmainmenu "n"\nendmenu\n', line=2),
    "endmenu at the end of the file": Refusal(kconfig='menu "m"\nconfig B\n\tbool\nendmenu', line=4),
    "endchoice at the end of the file": Refusal(kconfig=f'{CHOICE}config A\n\tbool "a"\nendchoice', line=5),
    "error-if": Refusal(kconfig="config A\n\tbool\n$(error-if,y,stop)\n", line=3),
}
"""What every conf refuses that has the construct at all, is refused by `ALL`."""

"""Rule: targets that an architecture's Makefile merges from fragments are found with their files, base first."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from analyzer.model.kconfig import ChoiceRules, Dialect, EmptyNumber
from analyzer.model.tree import Recipe, SourceTree, Toolchain
from analyzer.trees import recipes

MAKEFILE = """\
PHONY += one_defconfig
one_defconfig:
\t$(call merge_into_defconfig,base_defconfig,le)

two_defconfig: FORCE
\t@echo merging
\t$(call merge_into_defconfig_override,base_defconfig,\\
\t\tle guest)

bare_defconfig:
\t$(call merge_into_defconfig,base_defconfig,)

other_defconfig: one_defconfig

gone_defconfig:
\t$(call merge_into_defconfig,base_defconfig,not-there)

outside_defconfig:
\t$(call merge_into_defconfig,../../../secret,le)

shell_defconfig:
\t$(shell touch pwned)
"""
AGAIN = """\
rv32_defconfig:
\t$(Q)$(MAKE) -f $(srctree)/Makefile defconfig 32-bit.config

one_allmodconfig: FORCE
\t$(Q)$(MAKE) KCONFIG_ALLCONFIG=$(srctree)/arch/riscv/configs/one.config \\
\t\t-f $(srctree)/Makefile allmodconfig

one_allnoconfig:
\t$(Q)$(MAKE) KCONFIG_ALLCONFIG=$(srctree)/arch/riscv/configs/one.config -f $(srctree)/Makefile allnoconfig

one_randconfig:
\t$(Q)$(MAKE) KCONFIG_ALLCONFIG=$(srctree)/arch/riscv/configs/one.config -f $(srctree)/Makefile randconfig

gone_allnoconfig:
\t$(Q)$(MAKE) KCONFIG_ALLCONFIG=$(srctree)/arch/riscv/configs/gone.config -f $(srctree)/Makefile allnoconfig

install_defconfig:
\t$(Q)$(MAKE) -f $(srctree)/Makefile defconfig && touch pwned
"""


def tree_with(root: Path, arch: str, makefile: str, files: Mapping[str, str]) -> SourceTree:
    """A tree that has nothing but an architecture's Makefile and configs."""
    for name, text in files.items():
        path = root / f"arch/{arch}/configs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (root / f"arch/{arch}/Makefile").write_text(makefile)
    return SourceTree(
        root=root,
        kind="linux",
        version="",
        arch=arch,
        srcarch=arch,
        kconfig="Kconfig",
        dialect=Dialect(choices=ChoiceRules.SYMBOL, empty_number=EmptyNumber.EMPTY),
        toolchain=Toolchain(prefix="", programs={}, identity=""),
        environment={},
    )


def test_generic_targets_with_boards(tmp_path: Path) -> None:
    makefile = (
        "$(eval $(call gen_generic_defconfigs,32 64,r1 r2,eb el))\n"
        "$(generic_defconfigs):\n\tsh generic-board-config.sh\n"
    )
    files = {
        "generic_defconfig": "",
        **{f"generic/{name}.config": "" for name in ("32r1", "32r2", "64r2", "eb", "el", "board-any")},
        "generic/board-one.config": "# require CONFIG_A=y\n# require CONFIG_B=n\n# requires nothing\nCONFIG_C=y\n",
    }
    found = recipes(tree_with(tmp_path, "mips", makefile, files))
    assert set(found) == {f"{isa}{end}_defconfig" for isa in ("32r1", "32r2", "64r2") for end in ("", "el")}
    folder = "arch/mips/configs/generic"
    assert found["64r2el_defconfig"] == Recipe(
        files=(f"{folder}_defconfig", f"{folder}/64r2.config", f"{folder}/el.config"),
        boards=((f"{folder}/board-any.config", ()), (f"{folder}/board-one.config", ("A=y", "B=n"))),
    )


def test_legacy_targets_are_generic_ones_with_one_board(tmp_path: Path) -> None:
    makefile = (
        "$(eval $(call gen_generic_defconfigs,32,r2,el))\n"
        "$(generic_defconfigs):\n\tsh generic-board-config.sh\n"
        "legacy_defconfigs += old_defconfig\nold_defconfig-y\t\t:= 32r2el_defconfig BOARDS=one\n"
        "lost_defconfig-y := 32r2el_defconfig BOARDS=not-there\nstray_defconfig-y := no_defconfig BOARDS=one\n"
    )
    names = ("32r2", "el", "board-one", "board-two")
    tree = tree_with(
        tmp_path, "mips", makefile, {"generic_defconfig": "", **{f"generic/{n}.config": "" for n in names}}
    )
    found = recipes(tree)
    assert set(found) == {"32r2el_defconfig", "old_defconfig", "lost_defconfig"}
    assert found["old_defconfig"].files == found["32r2el_defconfig"].files
    assert found["old_defconfig"].boards == (("arch/mips/configs/generic/board-one.config", ()),)
    assert found["lost_defconfig"].boards == ()


def test_targets_that_call_make_again(tmp_path: Path) -> None:
    tree = tree_with(tmp_path, "riscv", AGAIN, {"one.config": ""})
    seed = ("arch/riscv/configs/one.config",)
    assert recipes(tree) == {
        "rv32_defconfig": Recipe(goals=("defconfig", "32-bit.config")),
        "one_allmodconfig": Recipe(files=seed, target="allmodconfig"),
        "one_allnoconfig": Recipe(files=seed, target="allnoconfig"),
    }


def test_each_form(tmp_path: Path) -> None:
    files = dict.fromkeys(("base_defconfig", "le.config", "guest.config"), "")
    tree = tree_with(tmp_path, "powerpc", MAKEFILE, files)
    base, le, guest = (f"arch/powerpc/configs/{name}" for name in ("base_defconfig", "le.config", "guest.config"))
    assert recipes(tree) == {
        "one_defconfig": Recipe(files=(base, le)),
        "two_defconfig": Recipe(files=(base, le, guest)),
        "bare_defconfig": Recipe(files=(base,)),
        "other_defconfig": Recipe(files=(base, le)),
    }
    assert not (tmp_path / "pwned").exists()
    (tmp_path / "arch/powerpc/Makefile").unlink()
    assert recipes(tree) == {}

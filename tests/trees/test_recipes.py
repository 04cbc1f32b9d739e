"""Rule: targets that an architecture's Makefile merges from fragments are found with their files, base first."""

from __future__ import annotations

from pathlib import Path

from analyzer.model.kconfig import ChoiceRules, Dialect, EmptyNumber
from analyzer.model.tree import SourceTree, Toolchain
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


def test_each_form(tmp_path: Path) -> None:
    folder = tmp_path / "arch/powerpc/configs"
    folder.mkdir(parents=True)
    for name in ("base_defconfig", "le.config", "guest.config"):
        (folder / name).touch()
    (tmp_path / "arch/powerpc/Makefile").write_text(MAKEFILE)
    tree = SourceTree(
        root=tmp_path,
        kind="linux",
        version="",
        arch="powerpc",
        srcarch="powerpc",
        kconfig="Kconfig",
        dialect=Dialect(choices=ChoiceRules.SYMBOL, empty_number=EmptyNumber.EMPTY),
        toolchain=Toolchain(prefix="", programs={}, identity=""),
        environment={},
    )
    base, le, guest = (f"arch/powerpc/configs/{name}" for name in ("base_defconfig", "le.config", "guest.config"))
    assert recipes(tree) == {
        "one_defconfig": (base, le),
        "two_defconfig": (base, le, guest),
        "bare_defconfig": (base,),
        "other_defconfig": (base, le),
    }
    assert not (tmp_path / "pwned").exists()
    (tmp_path / "arch/powerpc/Makefile").unlink()
    assert recipes(tree) == {}

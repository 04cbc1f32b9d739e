"""Rules: a tree is what was found by looking; what is none is refused with the name of what is missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analyzer.errors import InputError, SourceError, ToolchainError, UsageError
from analyzer.model.kconfig import ChoiceRules, EmptyNumber
from analyzer.model.tree import SourceTree, Toolchain
from analyzer.trees import Compilers, architectures, locate

from .miniature import FILES, plant

PROGRAMS = {"CC": "acc", "LD": "ald", "NM": "anm", "RUSTC": "no-rustc"}
KNOWN = Compilers(
    toolchain=Toolchain(prefix="a-", programs=PROGRAMS, identity="acc 1.0 (a)"), versions={"CC_VERSION_TEXT": "acc 1.0"}
)


def at(root: Path, arch: str, machine: str = "x86_64") -> SourceTree:
    """The miniature tree, seen with compilers that nobody has to run."""
    return locate(root, arch, KNOWN, machine=machine)


def test_architectures_are_folders_and_spellings(tmp_path: Path) -> None:
    # lost64 stands for a folder that is not there.
    assert dict(architectures(plant(tmp_path))) == {
        "alpha": "alpha",
        "i386": "x86",
        "um": "um",
        "x86": "x86",
        "x86_64": "x86",
    }


def test_what_a_tree_is(tmp_path: Path) -> None:
    tree = at(plant(tmp_path), "i386")
    assert (tree.kind, tree.arch, tree.srcarch, tree.version, tree.kconfig) == (
        "linux",
        "i386",
        "x86",
        "7.3.0-rc2",
        "Kconfig",
    )
    assert tree.label == "Linux 7.3.0-rc2 i386"
    assert tree.toolchain == KNOWN.toolchain
    assert tree.environment == {
        **PROGRAMS,
        "ARCH": "i386",
        "SRCARCH": "x86",
        "srctree": str(tmp_path),
        "KERNELVERSION": "7.3.0-rc2",
        "CROSS_COMPILE": "a-",
        "CC_VERSION_TEXT": "acc 1.0",
    }


def test_the_caller_s_environment_stays_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ARCH", "CC", "USERCFLAGS", "KCONFIG_ALLCONFIG", "srctree"):
        monkeypatch.setenv(name, "evil")
    assert "evil" not in at(plant(tmp_path), "x86_64").environment.values()


def test_relative_root_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path / "linux")
    monkeypatch.chdir(tmp_path)
    assert at(Path("linux"), "alpha").environment["srctree"] == str(tmp_path / "linux")


@pytest.mark.parametrize(
    ("machine", "expected"), [("x86_64", "x86_64"), ("i686", "i386"), ("alpha", "alpha"), ("vax", "x86_64")]
)
def test_default_arch_is_the_machine_s(tmp_path: Path, machine: str, expected: str) -> None:
    assert locate(plant(tmp_path), None, KNOWN, machine=machine).arch == expected


@pytest.mark.parametrize(
    ("symbol_c", "choices", "empty"),
    [
        ("void sym_calc_value(struct symbol *sym)\n{\n}\n", ChoiceRules.SYMBOL, EmptyNumber.EMPTY),
        ('void sym_calc_value(struct symbol *sym)\n{\n\tx = "0x0";\n}\n', ChoiceRules.SYMBOL, EmptyNumber.ZERO),
        (
            'void sym_calc_value(struct symbol *sym)\n{\n}\n\nchar *g(void)\n{\n\treturn "0x0";\n}\n',
            ChoiceRules.SYMBOL,
            EmptyNumber.EMPTY,
        ),
        ("struct menu *sym_get_choice_menu(const struct symbol *sym)\n", ChoiceRules.MENU, EmptyNumber.EMPTY),
    ],
)
def test_dialect_is_seen_in_the_code(tmp_path: Path, symbol_c: str, choices: ChoiceRules, empty: EmptyNumber) -> None:
    dialect = at(plant(tmp_path, {**FILES, "scripts/kconfig/symbol.c": symbol_c}), "alpha").dialect
    assert (dialect.choices, dialect.empty_number) == (choices, empty)


def test_unknown_architecture_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no architecture 'x86-64'") as caught:
        at(plant(tmp_path), "x86-64")
    assert caught.value.hint == "did you mean x86_64?"
    with pytest.raises(UsageError) as caught:
        at(tmp_path, "zz")
    assert caught.value.hint == "known: alpha i386 um x86 x86_64"


@pytest.mark.parametrize("name", ["Kconfig", "Makefile", "scripts/kconfig/symbol.c"])
def test_what_a_tree_must_have(tmp_path: Path, name: str) -> None:
    plant(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(InputError, match=f"not a Linux tree: no {name} in"):
        at(tmp_path, "alpha")


def test_no_tree_at_all(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        at(tmp_path / "missing", "alpha")
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="not a folder"):
        at(tmp_path / "file", "alpha")
    with pytest.raises(InputError, match=r"no Kconfig, Makefile, scripts/kconfig/symbol\.c, arch/\*/Kconfig"):
        at(tmp_path, "alpha")
    with pytest.raises(InputError):
        at(Path("x" * 5000), "alpha")
    with pytest.raises(InputError):
        at(Path("a\0b"), "alpha")


def test_links_out_of_the_tree_and_devices_are_not_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("VERSION = 1\n")
    root = plant(tmp_path / "linux")
    (root / "Makefile").unlink()
    (root / "Makefile").symlink_to(outside)
    with pytest.raises(InputError, match="no Makefile"):
        at(root, "alpha")
    (root / "Makefile").unlink()
    os.mkfifo(root / "Makefile")
    with pytest.raises(InputError, match="no Makefile"):
        at(root, "alpha")


def test_a_gigantic_makefile_is_refused(tmp_path: Path) -> None:
    plant(tmp_path)
    with (tmp_path / "Makefile").open("r+b") as file:
        file.truncate(5 << 20)
    with pytest.raises(SourceError, match="larger than 4 MiB"):
        at(tmp_path, "alpha")


def test_no_compiler_is_an_error_with_a_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolchainError, match="no C compiler gcc for alpha") as caught:
        locate(plant(tmp_path / "linux"), "alpha", machine="x86_64")
    assert "--toolchain" in caught.value.hint


def test_bundled_tree() -> None:
    tree = locate(None, "parisc64", machine="x86_64")
    assert (tree.kind, tree.srcarch, tree.kconfig) == ("bundled", "parisc", "kconfig/Kconfig")
    assert (tree.root / tree.kconfig).is_file()
    assert tree.environment == {"ARCH": "parisc64", "KERNELVERSION": "", "SRCARCH": "parisc", "srctree": str(tree.root)}
    assert locate(None, machine="x86_64").arch == "x86_64"
    assert locate(None, machine="riscv64").arch == "x86_64"
    with pytest.raises(UsageError, match="the bundled tree has no architecture 'riscv'"):
        locate(None, "riscv")

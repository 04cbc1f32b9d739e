"""Rule: the folder of links reads as the tree does, but for the files that were changed, and never writes into it."""

from __future__ import annotations

from pathlib import Path

from analyzer.sizes.symlinked_tree import symlinked_tree


def test_a_file_reads_otherwise(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for path in ("Kconfig", "arch/arm/Kconfig", "arch/arm/Makefile", "arch/x86/Kconfig", "lib/Kconfig"):
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(path)
    made = symlinked_tree(tree, {"arch/arm/Kconfig": "another"}, tmp_path / "scratch")
    names = [p.relative_to(tree).as_posix() for p in tree.rglob("*") if p.is_file()]
    read = {name: (made / name).read_text() for name in names}
    assert read == {name: "another" if name == "arch/arm/Kconfig" else name for name in names}
    assert (tree / "arch/arm/Kconfig").read_text() == "arch/arm/Kconfig"
    assert not (made / "arch/arm").is_symlink()
    assert (made / "arch/x86").is_symlink()
    assert symlinked_tree(tree, {"arch/arm/Kconfig": "another"}, tmp_path / "scratch") == made
    assert symlinked_tree(tree, {"arch/arm/Kconfig": "a third"}, tmp_path / "scratch") != made

"""Rule: what is linked is read from the link, and what an object was made from is named without this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import SourceError
from analyzer.model.size import Recipe
from analyzer.sizes.inputs import archived_objects, linked_objects, object_path, recipe
from analyzer.sizes.wrapper import map_of
from tests.sizes.elves import make

CMD = """\
savedcmd_kernel/a.o := ccache gcc -Wp,-MMD,kernel/.a.o.d -I{tree}/include  -O2 -DX='"a"' -c -o kernel/a.o {tree}/kernel/a.c ; {out}/tools/objtool kernel/a.o

source_kernel/a.o := {tree}/kernel/a.c

deps_kernel/a.o := \\
    $(wildcard include/config/SMP) \\
    $(wildcard include/config/DMA_OPS) \\
  {tree}/include/linux/kconfig.h \\
    $(wildcard include/config/SMP) \\

kernel/a.o: $(deps_kernel/a.o)
"""  # noqa: E501 (a line that fixdep writes)


def _out(tmp_path: Path) -> tuple[Path, Path]:
    out, tree = tmp_path / "place" / "out", tmp_path / "tree"
    (out / "kernel").mkdir(parents=True)
    tree.mkdir()
    for name in ("a", "b"):
        (out / f"kernel/{name}.o").write_bytes(make(()))
    (out / "kernel/.a.o.cmd").write_text(CMD.format(tree=tree, out=out))
    return out, tree


def test_a_recipe(tmp_path: Path) -> None:
    out, tree = _out(tmp_path)
    found = recipe(out, "kernel/a.o", {"SMP": "y"}, tree=tree)
    flags = (
        "gcc -I$(srctree)/include -O2 -DX='\"a\"' -c -o kernel/a.o $(srctree)/kernel/a.c ; "
        "$(objtree)/tools/objtool kernel/a.o"
    )
    assert found == Recipe(flags=flags, symbols=(("DMA_OPS", "n"), ("SMP", "y")))


def test_without_a_list_an_object_depends_on_the_whole_config(tmp_path: Path) -> None:
    out, tree = _out(tmp_path)
    recipes = {recipe(out, "kernel/b.o", values, tree=tree) for values in ({"A": "y"}, {"A": "m"}, {})}
    assert len(recipes) == 3
    (out / "kernel/.b.o.cmd").write_text("cmd_kernel/b.o := ld -r -o kernel/b.o\n")
    found = recipe(out, "kernel/b.o", {}, tree=tree)
    assert (found.flags, [name for name, _ in found.symbols]) == ("ld -r -o kernel/b.o", [""])


def test_the_objects_are_those_of_the_map(tmp_path: Path) -> None:
    out, _ = _out(tmp_path)
    map_of(out / "vmlinux.o").write_text(
        "Linker script and memory map\n\n"
        ".text           0x0000000000000000        0x8\n"
        " .text          0x0000000000000000        0x0 kernel/b.o\n"
        " .text          0x0000000000000000        0x8 kernel/lib.a(a.o)\n"
        ".data           0x0000000000000000        0x8\n"
        " .data          0x0000000000000000        0x8 kernel/b.o\n"
        " .stub          0x0000000000000008        0x0 linker stubs\n"
    )
    assert linked_objects(out, "no-such-ar") == ("kernel/b.o", "kernel/a.o")


def test_without_a_map_the_archives_are_asked(tmp_path: Path) -> None:
    out, _ = _out(tmp_path)
    with pytest.raises(SourceError, match="can't be read"):
        linked_objects(out, "ar")
    (out / ".vmlinux.o.cmd").write_text("cmd_vmlinux.o := ld -r -o vmlinux.o --whole-archive vmlinux.a lib/lib.a\n")
    ar = tmp_path / "ar"
    ar.write_text("#!/bin/sh\ncase $2 in vmlinux.a) echo kernel/b.o;; *) echo kernel/a.o; echo gone.o;; esac\n")
    ar.chmod(0o755)
    assert linked_objects(out, str(ar)) == ("kernel/b.o", "kernel/a.o")


def test_what_the_link_was_given_is_read_from_the_map(tmp_path: Path) -> None:
    """Trees before 5.17 keep no record of the link, and give it objects beside archives."""
    out, _ = _out(tmp_path)
    loads = "LOAD kernel/a.o\nLOAD built-in.a\nSTART GROUP\nLOAD /usr/lib/libgcc.a\nEND GROUP\nLOAD built-in.a\n"
    map_of(out / "vmlinux.o").write_text(f"Linker script and memory map\n\n{loads}")
    ar = tmp_path / "ar"
    ar.write_text("#!/bin/sh\ncase $2 in built-in.a) echo kernel/b.o;; *) echo _muldi3.o;; esac\n")
    ar.chmod(0o755)
    assert archived_objects(out, str(ar)) == ("kernel/a.o", "kernel/b.o")


def test_names_of_inputs() -> None:
    assert object_path("lib/lib.a(ctype.o)") == "lib/ctype.o"
    assert object_path("init/main.o") == "init/main.o"

"""Rule: nothing that a tree writes into a `$(shell,…)` runs a program of its choice, or touches a file of its
choice.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import SourceError
from analyzer.toolchain import policy
from analyzer.toolchain.shell import Refused

from .build import HERE, NAMES, Bench, as_instr, cc_option, success, tree_at

COMMANDS = [
    "rm -rf .",
    "touch pwned",
    "sh -c 'touch pwned'",
    "/bin/touch pwned",
    "./touch pwned",
    "touch",
    "gcc; touch pwned",
    "gcc --version && touch pwned",
    "gcc --version | touch pwned",
    "gcc --version\ntouch pwned",
    "gcc --version & touch pwned",
    "gcc --version $(touch pwned)",
    "gcc --version `touch pwned`",
    "gcc --version > pwned",
    "gcc --version >pwned",
    "gcc --version >> pwned",
    "gcc --version < /etc/passwd",
    "gccx --version",
    "gcc-12 --version",
    cc_option("-x; touch pwned"),
    cc_option("`id`"),
    cc_option("$(id)"),
    cc_option("-o pwned"),
    cc_option("-opwned"),
    cc_option("-o /etc/x"),
    cc_option("-o .tmp_$$/../pwned"),
    cc_option("@file"),
    cc_option("@/etc/passwd"),
    cc_option("-fplugin=evil"),
    cc_option("-fplugin=./evil.so"),
    cc_option("-fpass-plugin=evil.so"),
    cc_option("-fmodule-mapper=evil"),
    cc_option("-fuse-ld=evil"),
    cc_option("-wrapper touch,pwned"),
    cc_option("-specs=evil"),
    cc_option("--specs=evil"),
    cc_option("-B."),
    cc_option("-B /etc"),
    cc_option("-include /etc/passwd"),
    cc_option("-imacros x"),
    cc_option("-isystem /etc"),
    cc_option("-I/etc"),
    cc_option("-I /etc"),
    cc_option("-I.."),
    cc_option("-I"),
    cc_option("-L/etc"),
    cc_option("-lc"),
    cc_option("-Wl,-plugin,evil.so"),
    cc_option("-Wl,-o,/etc/x"),
    cc_option("-Wa,-o,pwned"),
    cc_option("-Wa,-a=pwned"),
    cc_option("-Wa,--MD=pwned"),
    cc_option("-Wa,@file"),
    cc_option("-Wa,-I/etc"),
    cc_option("-Wp,-MD,pwned"),
    cc_option("-Xassembler -o"),
    cc_option("-Xlinker x"),
    cc_option("-Xclang -load"),
    cc_option("-mllvm -load=evil.so"),
    cc_option("-mllvm=-load=evil.so"),
    success("gcc -c -mllvm"),
    cc_option("-MD -MF pwned"),
    cc_option("-aux-info pwned"),
    cc_option("-save-temps"),
    cc_option("-dumpdir x"),
    cc_option("-fdump-tree-all=/etc/pwned"),
    cc_option("-fprofile-use=/etc/passwd"),
    cc_option("-frandomize-layout-seed-file=/etc/passwd"),
    cc_option("-fprofile-use=.."),
    cc_option("--sysroot=/x"),
    cc_option("-x c++-header"),
    cc_option("-x c-header"),
    cc_option("-x go"),
    cc_option("/etc/passwd"),
    cc_option("evil.c"),
    cc_option("-DX=/etc/passwd"),
    cc_option("-DX=.incbin"),
    cc_option('-D"X y"'),
    cc_option("'-f|x'"),
    cc_option("-print-file-name=/etc/passwd"),
    cc_option("-print-prog-name=as"),
    as_instr('.incbin \\"/etc/passwd\\"'),
    as_instr('.INCBIN \\"/etc/passwd\\"'),
    as_instr('.include \\"/etc/passwd\\"'),
    as_instr("#include </etc/passwd>"),
    as_instr("nop\\n#include </etc/passwd>"),
    as_instr("%:include </etc/passwd>"),
    as_instr(".altmacro"),
    as_instr(".macro m a\\n.inc\\\\()a \\n.endm"),
    as_instr(r".macro m a\n.inc\\\\a\n.endm"),
    as_instr('"; touch pwned; "'),
    as_instr("$(touch pwned)"),
    as_instr("`touch pwned`"),
    success("echo '#include \"/etc/passwd\"' | gcc -E -P -"),
    success("echo '  # include \"/etc/passwd\"' | gcc -E -P -"),
    success("echo '??=include \"/etc/passwd\"' | gcc -E -P -"),
    success("echo '_Pragma(x)' | gcc -E -P -"),
    success("echo '#pragma GCC x' | gcc -E -P -"),
    success("echo '%:pragma GCC x' | gcc -E -P -"),
    success("echo '#line 1' | gcc -E -P -"),
    success('echo \'asm(R"(.inc" "bin "/etc/passwd")");\' | gcc -x c - -c -o /dev/null'),
    success("echo 'int x;' | gcc -x c - -c -o pwned"),
    "ld -v -plugin evil.so",
    "ld -v --plugin=evil.so",
    "ld -v evil.o",
    "ld -v -o /etc/x",
    "ld -v -T /etc/passwd",
    "ld -v @file",
    "ld evil.o",
    "ld",
    "ld -r -v",
    "nm /etc/passwd",
    "objcopy -O binary /etc/passwd pwned",
    "objcopy --version /etc/passwd",
    "ar rc pwned x",
    "ar",
    "rustc evil.rs",
    "rustc --version -o pwned",
    "bindgen evil.h",
    "bindgen --version evil",
    "pahole /etc/passwd",
    "python3 -c 'import os; os.system(\"touch pwned\")'",
    "python3 -c 'import os.path'",
    'python3 -c "import lxml; print()"',
    "python3 evil.py",
    "python3 -m evil",
    "env CC=touch {root}/scripts/tools-support-relr.sh",
    "env LD_PRELOAD=evil.so {root}/scripts/tools-support-relr.sh",
    "env CC=gcc touch pwned",
    "{root}/evil.sh",
    "{root}/scripts/evil.sh",
    "{root}/scripts/../scripts/cc-version.sh gcc",
    "{root}/scripts/cc-version.sh touch",
    "{root}/scripts/cc-version.sh gcc -o pwned",
    "{root}/scripts/cc-version.sh",
    "{root}/scripts/ld-version.sh touch",
    "{root}/scripts/ld-version.sh ld -o pwned",
    "{root}/scripts/pahole-version.sh touch",
    "{root}/scripts/rustc-version.sh touch",
    "{root}/scripts/rustc-llvm-version.sh rustc evil.rs",
    "{root}/scripts/rust_is_available.sh x",
    "{root}/scripts/cc-can-link.sh gcc -B.",
    "{root}/scripts/cc-can-link.sh gcc evil.c",
    "{root}/scripts/tools-support-relr.sh x",
    "/bin/sh {root}/scripts/cc-version.sh gcc",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_refused_and_nothing_done(bench: Bench, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("gcc", "ld", "nm", "ar", "objcopy", "rustc", "bindgen", "pahole", "python3", "gccx", "gcc-12", "evil"):
        bench.program(name, "exit 0")
    for name in ("evil.sh", "scripts/evil.sh"):
        (bench.root / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/pwned\n")
        (bench.root / name).chmod(0o755)
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(SourceError) as caught:
        bench.ask(command.replace("{root}", str(bench.root)))
    assert (caught.value.path, caught.value.lineno) == (HERE.path, HERE.line)
    assert "\n" not in caught.value.line()
    assert bench.calls() == []
    assert sorted(tmp_path.rglob("*")) == before


def test_the_list_is_not_refused_for_another_reason(bench: Bench) -> None:
    bench.program("gcc", "exit 0")
    bench.program("ld", "exit 0")
    for harmless in (
        cc_option("-fx"),
        as_instr("nop"),
        success("echo 'int x;' | gcc -x c - -c -o /dev/null"),
        success("ld -v -z x"),
    ):
        assert bench.ask(harmless) == "y"


def test_a_script_that_is_a_link_out_of_the_tree(bench: Bench) -> None:
    script = bench.root / "scripts/cc-version.sh"
    script.unlink()
    script.symlink_to("/etc/passwd")
    with pytest.raises(SourceError, match="outside the tree"):
        bench.ask(f"{script} gcc")


def test_a_compiler_with_blanks_in_its_name_is_split_as_sh_splits_it(bench: Bench) -> None:
    bench.program("ccache", "exit 0")
    bench.program("gcc", "exit 0")
    tree = tree_at(bench.root, {**NAMES, "CC": "ccache gcc"})
    assert bench.ask(cc_option("-fx", "ccache gcc"), tree) == "y"
    assert bench.calls() == ["ccache gcc -Werror -fx -c -x c /dev/null -o out.o"]
    # Neither word alone is the compiler, nor is a program that the tree puts in its place.
    for cc in ("gcc", "ccache", "ccache touch", "touch pwned;"):
        with pytest.raises(SourceError):
            bench.ask(cc_option("-fx", cc), tree)


def test_the_only_file_that_is_written_is_ours(bench: Bench) -> None:
    bench.program("gcc", "exit 0")
    assert bench.ask(cc_option("-gsplit-dwarf")) == "y"
    assert bench.ask(success("gcc -Werror -m64 -E -x c /dev/null -o /dev/null")) == "y"
    assert bench.calls() == [
        "gcc -Werror -gsplit-dwarf -c -x c /dev/null -o out.o",
        "gcc -Werror -m64 -E -x c /dev/null -o out.o",
    ]


OPTION = st.text("-fWamDIoxBlLT=,./@|+cC$ ()'\"\\pluginwrse", min_size=1, max_size=24)


@given(st.lists(OPTION, max_size=4))
def test_no_accepted_option_names_a_file_elsewhere(options: list[str]) -> None:
    try:
        passed = policy.compiler_arguments(options, Path("/linux"))
    except Refused:
        return
    for word in passed:
        bare = word.removeprefix("-I/linux").removesuffix("/dev/null")
        assert "/" not in bare or word.startswith("-I/linux/")
        assert ".." not in word or word.startswith("-I/linux/")
        assert not word.startswith(("@", "-B", "-fplugin", "-wrapper", "-specs", "-l", "-L", "-T"))
    if "-o" in passed:
        assert passed[passed.index("-o") + 1] in {policy.OUT, "-"}


def test_what_the_tree_exports_reaches_no_program(bench: Bench) -> None:
    bench.program("gcc", f'env | grep -q evil && touch {bench.trace}.evil; echo "gcc 1.0"')
    exported = dict.fromkeys(
        ("LD_PRELOAD_X", "COMPILER_PATH", "GCC_EXEC_PREFIX", "CPATH", "SECRET", "RUSTC_WRAPPER"), "evil"
    )
    tree = replace(bench.tree, environment={**bench.tree.environment, **exported})
    assert bench.ask("gcc --version", tree) == "gcc 1.0"
    bench.ask(cc_option("-fx"), tree)
    assert len(bench.calls()) == 2
    assert not Path(f"{bench.trace}.evil").exists()

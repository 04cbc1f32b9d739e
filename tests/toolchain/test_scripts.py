"""Rule: what the tree's version scripts would print is answered by our own code, from what the programs say; no
script of the tree runs.
"""

from __future__ import annotations

import pytest

from analyzer.errors import SourceError
from analyzer.toolchain.shell import Refused
from analyzer.toolchain.versions import canonical, minimum

from .build import MINIMUMS, NAMES, Bench, tree_at

GCC = "cat >/dev/null; echo __clang__ __clang_major__ __clang_minor__ __clang_patchlevel__ {0} {1} {2}"
CLANG = "cat >/dev/null; echo 1 {0} {1} {2} 4 2 1"


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (GCC.format(12, 2, 0), "GCC 120200"),
        (GCC.format(5, 1, 0), "GCC 50100"),
        (GCC.format(5, 0, 9), ""),
        (CLANG.format(14, 0, 6), "Clang 140006"),
        (CLANG.format(13, 0, 0), ""),
        ("cat", ""),
        ("exit 1", ""),
    ],
)
def test_cc_version(bench: Bench, body: str, answer: str) -> None:
    bench.program("gcc", body)
    assert bench.ask(f"{bench.root}/scripts/cc-version.sh gcc") == answer
    assert bench.calls() == ["gcc -E -P -x c -"]


def test_the_smallest_version_depends_on_the_architecture(bench: Bench) -> None:
    bench.program("gcc", GCC.format(8, 3, 0))
    command = f"{bench.root}/scripts/cc-version.sh gcc"
    assert bench.ask(command) == "GCC 80300"
    assert bench.ask(command, tree_at(bench.root, ARCH="parisc64", SRCARCH="parisc")) == ""
    assert bench.ask(command, tree_at(bench.root, ARCH="sh", SRCARCH="sh")) == ""


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("GNU assembler (GNU Binutils for Debian) 2.40", "GNU 24000"),
        ("GNU assembler version 2.35.1 (x) using BFD version 2.34-4.fc32", "GNU 23400"),
        ("GNU assembler (GNU Binutils) 2.35.1.20201116", "GNU 23501"),
        ("GNU assembler (GNU Binutils) 2.24", ""),
        ("clang version 14", ""),
        ("", ""),
    ],
)
def test_as_version(bench: Bench, said: str, answer: str) -> None:
    bench.program("gcc", f"echo '{said}'; echo Copyright")
    assert bench.ask(f"{bench.root}/scripts/as-version.sh gcc ") == answer
    assert bench.calls() == ["gcc -Wa,--version -c -x assembler-with-cpp /dev/null -o out.o"]


def test_integrated_assembler_is_not_asked(bench: Bench) -> None:
    assert bench.ask(f"{bench.root}/scripts/as-version.sh gcc -fintegrated-as") == "LLVM 0"
    assert bench.calls() == []


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("GNU ld (GNU Binutils for Debian) 2.40", "BFD 24000"),
        ("GNU ld version 2.34-4.fc32", "BFD 23400"),
        ("GNU ld (x) 2.20", ""),
        ("Debian LLD 14.0.6 (compatible with GNU linkers)", "LLD 140006"),
        ("LLD 15.0.0, (compatible with GNU linkers)", "LLD 150000"),
        ("LLD 12.0.0", ""),
        ("GNU gold (GNU Binutils 2.40) 1.16", ""),
        ("mold 2.0", ""),
        ("", ""),
    ],
)
def test_ld_version(bench: Bench, said: str, answer: str) -> None:
    bench.program("ld", f"echo '{said}'")
    assert bench.ask(f"{bench.root}/scripts/ld-version.sh ld") == answer


def test_pahole_version(bench: Bench) -> None:
    command = f"{bench.root}/scripts/pahole-version.sh pahole"
    assert bench.ask(command) == "0"
    bench.program("pahole", "echo v1.24")
    assert bench.ask(command) == "124"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("echo 'rustc 1.95.0 (59807616e 2026-04-14)'", "109500"),
        ("echo 'rustc 1.78.0-nightly (x)'", "107800"),
        ("echo rustc", "0"),
        ("echo 'rustc 1.78.0'; exit 1", "0"),
    ],
)
def test_rustc_version(bench: Bench, said: str, answer: str) -> None:
    command = f"{bench.root}/scripts/rustc-version.sh rustc"
    assert bench.ask(command) == "0"
    bench.program("rustc", said)
    assert bench.ask(command) == answer


def test_rustc_llvm_version(bench: Bench) -> None:
    command = f"{bench.root}/scripts/rustc-llvm-version.sh rustc"
    assert bench.ask(command) == "0"
    bench.program("rustc", "echo 'rustc 1.80.0'; echo 'LLVM version: 18.1.7'")
    assert bench.ask(command) == "180107"
    assert bench.calls() == ["rustc --version --verbose"]


@pytest.mark.parametrize(
    ("broken", "body"),
    [
        ("", ""),
        ("rustc", "echo 'rustc 1.77.9'"),
        ("bindgen", "echo 'bindgen 0.65.0'"),
        ("bindgen", '[ "$1" = --version ] && echo "bindgen 0.69.4" || echo "clang version 12.0.0" >&2'),
        ("bindgen", '[ "$1" = --version ] && echo "bindgen 0.69.4"'),
        ("core", ""),
    ],
)
def test_rust_is_available(bench: Bench, broken: str, body: str) -> None:
    sysroot = bench.bin / "sysroot"
    core = sysroot / "lib/rustlib/src/rust/library/core/src"
    core.mkdir(parents=True)
    if broken != "core":
        (core / "lib.rs").touch()
    bench.program("rustc", f'[ "$1" = --print ] && echo {sysroot} || echo "rustc 1.80.0"')
    bench.program("bindgen", '[ "$1" = --version ] && echo "bindgen 0.69.4" || echo "x: clang version 16.0.6 [x]" >&2')
    if body:
        bench.program(broken, body)
    assert bench.succeeds(f"{bench.root}/scripts/rust_is_available.sh") == (not broken)


def test_rust_is_not_available_without_its_programs(bench: Bench) -> None:
    assert not bench.succeeds(f"{bench.root}/scripts/rust_is_available.sh")
    bench.program("rustc", "echo 'rustc 1.80.0'")
    assert not bench.succeeds(f"{bench.root}/scripts/rust_is_available.sh")


def test_a_script_that_the_tree_lacks_is_not_found(bench: Bench) -> None:
    bench.program("gcc", GCC.format(12, 2, 0))
    (bench.root / "scripts/cc-version.sh").unlink()
    assert bench.ask(f"{bench.root}/scripts/cc-version.sh gcc") == ""
    assert bench.calls() == []


def test_no_script_runs(bench: Bench) -> None:
    bench.program("gcc", GCC.format(12, 2, 0))
    assert bench.ask(f"{bench.root}/scripts/cc-version.sh gcc") == "GCC 120200"
    assert bench.succeeds(f"{bench.root}/scripts/cc-can-link.sh gcc -m64 -static")
    assert bench.calls()[-1] == "gcc -m64 -static -x c - -o out.o"
    assert not (bench.root / "script-ran").exists()


def test_min_tool_version_of_another_form_is_refused(bench: Bench) -> None:
    bench.program("gcc", GCC.format(12, 2, 0))
    (bench.root / "scripts/min-tool-version.sh").write_text("gcc)\n\techo $(date)\n\t;;\n")
    with pytest.raises(SourceError, match=r"min-tool-version\.sh, which has a line of another form"):
        bench.ask(f"{bench.root}/scripts/cc-version.sh gcc")
    (bench.root / "scripts/min-tool-version.sh").unlink()
    with pytest.raises(SourceError, match="does not name"):
        bench.ask(f"{bench.root}/scripts/cc-version.sh gcc")


def test_minimum_reads_every_branch() -> None:
    assert minimum(MINIMUMS, "gcc", {"ARCH": "parisc64", "SRCARCH": "sh"}) == "12.0.0"
    assert minimum(MINIMUMS, "gcc", {"ARCH": "x", "SRCARCH": "sh"}) == "9.0.0"
    assert minimum(MINIMUMS, "gcc", {}) == "5.1.0"
    assert minimum(MINIMUMS, "binutils", {}) == "2.25.0"
    with pytest.raises(Refused):
        minimum(MINIMUMS, "icc", {})


@pytest.mark.parametrize(
    ("version", "number"),
    [("2.40", 24000), ("12.2.0", 120200), ("2.35.1.20201116", 23501), ("1.78.0-nightly", 17800), ("2", 20000)],
)
def test_canonical(version: str, number: int) -> None:
    assert canonical(version) == number


@pytest.mark.parametrize("version", ["", "a", "1.b", "__GNUC__.1.1", "2.40a", "-1"])
def test_not_a_version(version: str) -> None:
    assert canonical(version) is None


@pytest.mark.parametrize(
    ("android", "ld", "nm", "expected"),
    [
        # lld: knows the option.
        (False, "exit 0", "echo symbols", True),
        (True, "exit 0", "echo symbols", True),
        # GNU ld: only -z pack-relative-relocs, and says so when it does not know that either.
        (False, 'case "$*" in *--pack-dyn*) exit 1;; esac', "echo symbols", True),
        (True, 'case "$*" in *--pack-dyn*) exit 1;; esac', "echo symbols", False),
        (
            False,
            'case "$*" in *--pack-dyn*) exit 1;; *) echo "warning: -z pack-relative-relocs ignored" >&2;; esac',
            "echo",
            False,
        ),
        # nm that does not know the section complains and succeeds.
        (False, "exit 0", "echo unknown section >&2", False),
    ],
)
def test_tools_support_relr(bench: Bench, android: bool, ld: str, nm: str, expected: bool) -> None:
    script = bench.root / "scripts/tools-support-relr.sh"
    script.write_text("$LD --pack-dyn-relocs=relr " + ("--use-android-relr-tags" if android else ""))
    for name, body in {"gcc": "cat >/dev/null", "ld": ld, "nm": nm, "objcopy": "exit 0"}.items():
        bench.program(name, body)
    assert bench.succeeds(f'env "CC=gcc" "LD=ld" "NM=nm" "OBJCOPY=objcopy" {script}') == expected


@pytest.mark.parametrize("broken", ["gcc", "objcopy"])
def test_relr_fails_with_any_of_its_tools(bench: Bench, broken: str) -> None:
    for name in ("gcc", "ld", "nm", "objcopy"):
        bench.program(name, "exit 1" if name == broken else "cat >/dev/null")
    assert not bench.succeeds(f"{bench.root}/scripts/tools-support-relr.sh")
    bench.program(broken, "cat >/dev/null")
    assert bench.succeeds(f"{bench.root}/scripts/tools-support-relr.sh")


def test_a_guard_behind_gs(bench: Bench) -> None:
    script = f"{bench.root}/scripts/gcc-x86_64-has-stack-protector.sh gcc"
    bench.program("gcc", "cat >/dev/null; echo 'movq %gs:40, %rax'")
    assert bench.succeeds(script)
    bench.program("gcc", "cat >/dev/null; echo 'movq %fs:40, %rax'")
    assert not bench.succeeds(script)


def test_programs_are_the_toolchain_s(bench: Bench) -> None:
    tree = tree_at(bench.root, {**NAMES, "CC": "alpha-gcc"}, NM="nm -B")
    bench.program("alpha-gcc", GCC.format(12, 2, 0))
    bench.program("nm", "echo LLVM nm")
    assert bench.ask(f"{bench.root}/scripts/cc-version.sh alpha-gcc", tree) == "GCC 120200"
    # The architecture's Makefile has added an option.
    assert bench.ask("{ nm -B --help | head -n 1 | grep -qi llvm; } >/dev/null 2>&1 && echo y", tree) == "y"
    assert bench.calls()[-1] == "nm -B --help"
    with pytest.raises(SourceError):
        bench.ask(f"{bench.root}/scripts/cc-version.sh gcc", tree)


def test_a_tool_says_what_it_is_on_either_output(bench: Bench) -> None:
    bench.program("gcc", 'case "$1" in --version) echo "gcc 1.0";; --help) echo "  --synthetic x" >&2;; esac')
    assert bench.ask("gcc --version 2>&1 | head -n 1 | grep clang") == ""
    assert bench.ask("gcc --version 2>&1 | head -n 1 | grep gcc") == "gcc 1.0"
    asked = "if gcc --help 2>&1 | grep -- '--synthetic' > /dev/null; then echo y; else echo n; fi"
    assert bench.ask(asked) == "y"
    for refused in ("echo a 2>&1", "gcc -c x.c 2>&1", "gcc 2>&1"):
        with pytest.raises(SourceError):
            bench.ask(refused)

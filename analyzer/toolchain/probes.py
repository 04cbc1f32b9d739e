"""The tree's scripts that try the compiler out, answered by our own code.

Enters: the words after the script's name. Leaves: a step with the status that the script would give. Must hold: no
script of the tree is run; the programs that are compiled are our own and are never started. Source: the scripts named
below, of 6.1 and 6.12.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence

from analyzer.toolchain.run import Machine, Result
from analyzer.toolchain.scripts import FAILED, script_text
from analyzer.toolchain.shell import Refused
from analyzer.toolchain.tools import Asker, Step

_BUFFER = b"int guarded(void) { char room[200]; return sizeof room; }\n"
_HELLO = b'#include <stdio.h>\nint main(void) { return printf("\\n"); }\n'
_POINTER = b"void *self = &self;\n"
_EMPTY = b"int traced(void) { return 0; }\n"
_NOTRACE = b"#include <linux/compiler.h>\nnotrace int traced(void) { return 0; }\n"
_LOADS = b"int stored; int traced(void) { return stored; }\n"
# A function that is inlined in part into one of another section, twice, after
# gcc.target/s390/nobp-section-type-conflict.c of gcc's test suite.
_SECTIONS = b"""
int shared; int test(void); void use(int);
static void part(void) { if (test()) use(shared); }
__attribute__((__section__(".init.text"), __cold__)) void whole(void) { part(); part(); }
"""
_ASSEMBLY = ("-", "-o", "-")
_RELR = "--pack-dyn-relocs=relr"


def cc_can_link(words: Sequence[str], asker: Asker) -> Step:
    """scripts/cc-can-link.sh: whether a program for the user's side can be linked; that of 7.3 without a warning."""
    strict = "-Wl,--fatal-warnings" in (script_text(asker, "scripts/cc-can-link.sh") or "")
    options = ["-Werror", "-Wl,--fatal-warnings"] if strict else []
    argv = [*asker.compiler(words), *options, "-x", "c", "-", "-o", "out.o"]
    return lambda machine, _stdin: machine.run(argv, _HELLO)


def stack_protector_64(words: Sequence[str], asker: Asker) -> Step:
    """scripts/gcc-x86_64-has-stack-protector.sh: whether the guard lies behind %gs."""
    options = ("-S", "-x", "c", "-m64", "-O0", "-mcmodel=kernel", "-fno-PIE", "-fstack-protector", *_ASSEMBLY)
    return _prints([*asker.compiler(words), *options], _BUFFER, b"%gs")


def stack_protector_32(words: Sequence[str], asker: Asker) -> Step:
    """scripts/gcc-x86_32-has-stack-protector.sh: whether the guard can lie behind %fs, under a name of its own."""
    guard = ("-mstack-protector-guard-reg=fs", "-mstack-protector-guard-symbol=__stack_chk_guard")
    return _prints(
        [*asker.compiler(words), "-S", "-x", "c", "-m32", "-O0", "-fstack-protector", *guard, *_ASSEMBLY],
        _BUFFER,
        b"%fs",
    )


def thunk_extern(words: Sequence[str], asker: Asker) -> Step:
    """arch/s390/tools/gcc-thunk-extern.sh: whether extern thunks leave the sections of functions apart."""
    thunks = ("-mindirect-branch=thunk-extern", "-mfunction-return=thunk-extern", "-mindirect-branch-table")
    argv = [*asker.compiler(words), "-x", "c", "-", "-fno-PIE", "-march=z10", *thunks, "-O2", "-c", "-o", "out.o"]
    return lambda machine, _stdin: machine.run(argv, _SECTIONS)


def mprofile_kernel(words: Sequence[str], asker: Asker) -> Step:
    """arch/powerpc/tools/gcc-check-mprofile-kernel.sh: whether -mprofile-kernel calls _mcount, and not under
    notrace.
    """
    options = ("-m64", "-mabi=elfv2", "-S", "-x", "c", "-O2", "-p", "-mprofile-kernel", *_ASSEMBLY)
    argv = [*asker.compiler(words), *options]

    def step(machine: Machine, _stdin: bytes) -> Result:
        traced = machine.run(argv, _EMPTY)
        untraced = machine.run(argv, _NOTRACE)
        # A text that cannot be compiled, for want of headers, does not call it either; the script takes that for fine.
        called = bool(untraced) and b"_mcount" in untraced.output
        return Result(0) if traced and b"_mcount" in traced.output and not called else FAILED

    return step


def fpatchable_function_entry(words: Sequence[str], asker: Asker) -> Step:
    """arch/powerpc/tools/gcc-check-fpatchable-function-entry.sh: whether the nops come after the local entry point."""
    options = ("-m64", "-mabi=elfv2", "-S", "-x", "c", "-O2", "-fpatchable-function-entry=2", *_ASSEMBLY)
    argv = [*asker.compiler(words), *options]

    def step(machine: Machine, _stdin: bytes) -> Result:
        plain, loads = machine.run(argv, _EMPTY), machine.run(argv, _LOADS)
        if not plain or b"__patchable_function_entries" not in plain.output or not loads:
            return FAILED
        parts = loads.output.split(b";")
        after = any(
            re.search(rb"\.localentry.*nop.*\n\s*nop", part, re.DOTALL) and b"traced:" in part for part in parts
        )
        return Result(0) if after else FAILED

    return step


def tools_support_relr(words: Sequence[str], asker: Asker) -> Step:
    """scripts/tools-support-relr.sh: whether compiler, linker, nm and objcopy know packed relative relocations.

    Older scripts want them in the form of Android; their text tells.
    """
    if words:
        raise Refused("passes arguments to tools-support-relr.sh")
    android = "--use-android-relr-tags" in (script_text(asker, "scripts/tools-support-relr.sh") or "")
    cc, ld, nm, objcopy = (asker.program(name) for name in ("CC", "LD", "NM", "OBJCOPY"))
    link = [*ld, "out.o", "-shared", "-Bsymbolic"]
    packed = [*link, _RELR, *(["--use-android-relr-tags"] if android else []), "-o", "out"]

    def step(machine: Machine, _stdin: bytes) -> Result:
        machine.file("out").touch()
        if not machine.run([*cc, "-c", "-x", "c", "-", "-o", "out.o"], _POINTER):
            return FAILED
        if not machine.run(packed) and (android or not _links_packed(machine, link)):
            return FAILED
        # nm prints an error for such a section, and still succeeds.
        listed = machine.run([*nm, "out"]).output
        with_errors = machine.run([*nm, "out"], errors=subprocess.STDOUT).output
        return machine.run([*objcopy, "-O", "binary", "out", "out.bin"]) if listed == with_errors else FAILED

    return step


def _links_packed(machine: Machine, link: Sequence[str]) -> bool:
    said = machine.run([*link, "-z", "pack-relative-relocs", "-o", "out"], errors=subprocess.STDOUT)
    return b"pack-relative-relocs" not in said.output


def _prints(argv: Sequence[str], source: bytes, wanted: bytes) -> Step:
    def step(machine: Machine, _stdin: bytes) -> Result:
        return Result(0) if wanted in machine.run(argv, source).output else FAILED

    return step

"""Command texts as records name them.

Enters: a command text after macro expansion, and the tree it stands in. Leaves: a text without what depends on the
machine. Must hold: two commands that may be answered differently have different texts: a script of the tree carries a
mark of its content, and so does a program text that is given to a compiler.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from analyzer.model.tree import SourceTree
from analyzer.toolchain.tools import named_programs

# Those that the Kconfig files of 6.1 and 6.12 name; CC before what may be spelled alike.
_NAMED = ("CC", "LD", "AR", "NM", "OBJCOPY", "RUSTC", "BINDGEN", "PAHOLE", "PYTHON3")
_READ = 1 << 20
_SCRIPT = re.compile(r"\$\(srctree\)/([\w./-]+\.sh)(?=[ ;]|$)")
_SOURCE = re.compile(r"'([^']{24,})'")
# The macros of scripts/Kconfig.include, known by what they expand to.
_CONDITION = re.compile(r'\{ (.*); \} >/dev/null 2>&1 && echo "([^"]*)" \|\| echo "([^"]*)"')
_FOLDER = r"\.tmp_(?:\$\$)+"
_CC_OPTION = re.compile(
    rf'(?:trap "rm -rf {_FOLDER}" EXIT; mkdir {_FOLDER}|mkdir {_FOLDER}; trap "rm -rf {_FOLDER}" EXIT); '
    rf"\$\(CC\) -Werror (.*) -c -x c /dev/null -o {_FOLDER}/tmp\.o"
)
_AS_INSTR = re.compile(r'printf "%b\\n" "(.*)" \| \$\(CC\) (.*) ?-c -x assembler-with-cpp -o /dev/null -')


def canonical_command(command: str, tree: SourceTree) -> str:
    """`command` with the root as `$(srctree)` and programs as `$(CC)` …, in terms of the macros of Kconfig.include.

    A script of the tree gets `@` and a mark of its content, since another script may answer otherwise; a quoted
    program text is replaced by `#` and a mark of its own.
    """
    text = _with_programs(command.replace(f"{tree.root}/", "$(srctree)/"), tree)
    text = _SCRIPT.sub(lambda found: f"{found[0]}@{_script_mark(tree.root, found[1])}", text)
    text = _SOURCE.sub(lambda found: f"'#{_mark(found[1].encode('utf-8', 'surrogateescape'))}'", text)
    if not (condition := _CONDITION.fullmatch(text)):
        return text
    body = _shortened(condition[1])
    match condition[2], condition[3]:
        case "y", "n":
            return f"success: {body}"
        case "n", "y":
            return f"failure: {body}"
        case then, otherwise:
            return f"if-success {then!r} {otherwise!r}: {body}"


def _shortened(body: str) -> str:
    if option := _CC_OPTION.fullmatch(body):
        return f"cc-option {option[1].strip()}"
    if instruction := _AS_INSTR.fullmatch(body):
        return " ".join(("as-instr", instruction[2].strip(), f"'{instruction[1]}'")).replace("  ", " ")
    return body


def _with_programs(text: str, tree: SourceTree) -> str:
    names: dict[str, str] = {}
    programs = named_programs(tree)
    for name in _NAMED:
        if program := programs.get(name):
            names.setdefault(program, name)
    if not names:
        return text
    known = "|".join(re.escape(program) for program in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?<![\w./(-])({known})(?![\w./-])", lambda found: f"$({names[found[1]]})", text)


def _script_mark(root: Path, name: str) -> str:
    """A mark of a script, together with the smallest versions when it asks for them; `missing` without one."""
    content = b""
    for part in (name, "scripts/min-tool-version.sh"):
        path = (root / part).resolve()
        if not path.is_relative_to(root.resolve()) or not path.is_file():
            return "missing" if part == name else _mark(content)
        with path.open("rb") as file:
            text = file.read(_READ)
        content += text
        if b"min-tool-version.sh" not in text:
            break
    return _mark(content)


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:8]

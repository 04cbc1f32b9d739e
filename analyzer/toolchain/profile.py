"""Recorded toolchains: what a compiler answered, as a file that travels.

Enters: recorded answers, or a file. Leaves: `Profile`, or the file. Must hold: a file says all that is needed to read
a tree without its compiler; its order is fixed, so that two records of the same toolchain are the same bytes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from analyzer.errors import InputError, SourceError, ToolchainError
from analyzer.model.tree import SourceTree, Toolchain

FORMAT = 1
_LIMIT = 8 << 20
_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A recorded toolchain for one ARCH.

    `versions` maps CC_VERSION_TEXT and RUSTC_VERSION_TEXT to their text; `answers` canonical command texts to what
    they printed. A command that asks no program is not recorded.
    """

    arch: str
    toolchain: Toolchain
    versions: Mapping[str, str]
    answers: Mapping[str, str]


def profile_of(tree: SourceTree, recorded: Iterable[Mapping[str, str]]) -> Profile:
    """A profile of the tree's toolchain with all answers of `recorded`: one mapping for each tree that was read.

    Raises ToolchainError when two records differ about a command.
    """
    answers: dict[str, str] = {}
    for record in recorded:
        for command, answer in record.items():
            if answers.setdefault(command, answer) != answer:
                raise ToolchainError(f"two records differ: {command} is {answers[command]!r} and {answer!r}")
    versions = {name: tree.environment.get(name, "") for name in ("CC_VERSION_TEXT", "RUSTC_VERSION_TEXT")}
    # Where programs lay when they were asked is of no use to who reads the record.
    toolchain = replace(tree.toolchain, path="")
    return Profile(arch=tree.arch, toolchain=toolchain, versions=versions, answers=dict(sorted(answers.items())))


def render_profile(profile: Profile) -> str:
    """The file's text."""
    toolchain = profile.toolchain
    content = {
        "kweigh-toolchain": FORMAT,
        "arch": profile.arch,
        "identity": toolchain.identity,
        "prefix": toolchain.prefix,
        **({"llvm": toolchain.llvm} if toolchain.llvm else {}),
        "programs": dict(sorted(toolchain.programs.items())),
        "versions": dict(sorted(profile.versions.items())),
        "answers": dict(sorted(profile.answers.items())),
    }
    return json.dumps(content, indent=1, ensure_ascii=True) + "\n"


def save_profile(profile: Profile, path: Path) -> None:
    """Writes the file whole, by replace. Raises InputError when it cannot be written."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_text(render_profile(profile), "utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputError(f"{path}: {error.strerror or error}") from error


def load_profile(path: Path) -> Profile:
    """Reads a file. Raises InputError when it is missing or too large, SourceError when it is not a profile."""
    try:
        with path.open("rb") as file:
            data = file.read(_LIMIT + 1)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    if len(data) > _LIMIT:
        raise InputError(f"{path}: larger than {_LIMIT >> 20} MiB")
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise SourceError(
            "not a toolchain record: no JSON", path=str(path), lineno=getattr(error, "lineno", 0)
        ) from error
    if not isinstance(content, dict) or content.get("kweigh-toolchain") != FORMAT:
        raise SourceError(f"not a toolchain record of format {FORMAT}", path=str(path))
    text = {name: _text(content, name, path) for name in ("arch", "identity", "prefix")}
    mapping = {name: _mapping(content, name, path) for name in ("programs", "versions", "answers")}
    llvm = content.get("llvm", "")
    if not isinstance(llvm, str):
        raise SourceError("not a toolchain record: llvm is no text", path=str(path))
    toolchain = Toolchain(prefix=text["prefix"], programs=mapping["programs"], identity=text["identity"], llvm=llvm)
    return Profile(arch=text["arch"], toolchain=toolchain, versions=mapping["versions"], answers=mapping["answers"])


def shipped_profile(arch: str) -> Profile | None:
    """The profile that comes with kweigh for `arch`, None when there is none."""
    for root in (_PACKAGE / "_data", _PACKAGE.parent):
        found = sorted((root / "fixtures" / "toolchains").glob(f"*/{arch}.json")) if arch.isidentifier() else []
        if found:
            return load_profile(found[-1])
    return None


def _text(content: Mapping[str, object], name: str, path: Path) -> str:
    value = content.get(name)
    if not isinstance(value, str):
        raise SourceError(f"not a toolchain record: {name} is no text", path=str(path))
    return value


def _mapping(content: Mapping[str, object], name: str, path: Path) -> Mapping[str, str]:
    value = content.get(name)
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise SourceError(f"not a toolchain record: {name} does not map texts to texts", path=str(path))
    return value

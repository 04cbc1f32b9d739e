"""Rule: the public surface changes only when somebody means it to.

Enters: `kweigh.__all__` and the module of the cache. Leaves: nothing. Must hold: every name, signature and default is
in the snapshot; a line that goes or changes needs a new major version (docs/api.md), a new line a minor one.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator

from syrupy.assertion import SnapshotAssertion

import kweigh
import kweigh.cache

_SPECIAL = ("__arrow_c_stream__", "__contains__", "__getitem__", "__iter__", "__len__", "__str__", "_repr_html_")


def _members(owner: type) -> Iterator[str]:
    fields = {field.name: field for field in dataclasses.fields(owner)} if dataclasses.is_dataclass(owner) else {}
    told = {name for one in owner.__mro__ for name in inspect.get_annotations(one)}
    for name in sorted({*dir(owner), *fields, *told}):
        if name.startswith("_") and name not in _SPECIAL:
            continue
        member = inspect.getattr_static(owner, name, None)
        if name in fields:
            yield f"  {name}: {fields[name].type}"
        elif isinstance(member, property):
            yield f"  {name} -> {inspect.signature(member.fget).return_annotation}"  # type: ignore[arg-type]
        elif name in told:
            yield f"  {name}"
        elif inspect.isfunction(member):
            yield f"  {name}{inspect.signature(member)}"


def surface() -> str:
    """One line for each public name and member."""
    lines = []
    for name in sorted(kweigh.__all__):
        found = getattr(kweigh, name)
        if inspect.isclass(found) and issubclass(found, BaseException):
            lines.append(f"{name}({found.__mro__[1].__name__}), exit code {getattr(found, 'exit_code', '')}")
            lines += [f"  {member}" for member in ("hint", "line", "lineno", "message", "path") if _has(found, member)]
        elif inspect.isclass(found):
            lines += [name, *_members(found)]
        elif inspect.isfunction(found):
            lines.append(f"{name}{inspect.signature(found)}")
        else:
            lines.append(f"{name} = {found}")
    for name, found in sorted(vars(kweigh.cache).items()):
        if inspect.isfunction(found) and found.__module__ == "kweigh.cache":
            lines.append(f"cache.{name}{inspect.signature(found)}")
    return "\n".join(lines)


def _has(error: type[BaseException], member: str) -> bool:
    told = {"path": "made.kconfig", "lineno": 3} if issubclass(error, kweigh.SourceError) else {}
    told |= {"told": ""} if issubclass(error, kweigh.BuildFailed) else {}
    return hasattr(error("a message", **told), member)


def test_the_surface_is_as_it_was(snapshot: SnapshotAssertion) -> None:
    assert surface() == snapshot


def test_all_of_it_is_documented() -> None:
    for name in kweigh.__all__:
        found = getattr(kweigh, name)
        if inspect.isclass(found):
            members = [one for one in vars(found).values() if inspect.isfunction(one) or isinstance(one, property)]
            named = [one for one in members if not getattr(one, "__name__", "_").startswith("_")]
            assert all(inspect.getdoc(one) for one in named), name
        if inspect.isclass(found) or inspect.isfunction(found):
            assert inspect.getdoc(found), name

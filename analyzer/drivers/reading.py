"""Reads a C file, and the headers beside it.

Enters: the path of a C file. Leaves: a `Source`. Must hold: headers are read only where the file includes them by
quotes and they lie beside it; a structure is the file's own only if no other C file there can see it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer import documents
from analyzer.drivers.source import Function, Source, text
from analyzer.errors import InputError, SourceError, UsageError
from analyzer.noted import note

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"', re.MULTILINE)
_HEADERS = 40
_LARGEST = 8 << 20
"""Some headers of registers have more than a million characters."""


def read(path: Path, *, shown: str = "", off: frozenset[str] = frozenset()) -> Source:
    """The file, called `shown`; `off` are the symbols of the config that are n.

    Raises InputError or SourceError for the file, UsageError without a parser.
    """
    source = Source(path=shown or str(path), off=off)
    known = _neighbours(path)
    for name, (content, owned) in known.items():
        tree = parser().parse(content.encode())
        if name == path.name:
            source.root = tree.root_node
        _collect(source, tree.root_node, name if name != path.name else source.path, owned=owned)
    return source


def _neighbours(path: Path) -> dict[str, tuple[str, bool]]:
    """The file and its headers, each with whether no other C file beside it includes it; the file comes last."""
    content = _text(path)
    if content is None:
        raise InputError(f"no such file: {path}")
    found: dict[str, str] = {}
    todo = [content]
    while todo and len(found) < _HEADERS:
        for name in _INCLUDE.findall(todo.pop()):
            header = None if name in found or "/" in name else _text(path.parent / name)
            if header is not None:
                found[name] = header
                todo.append(header)
    shared = _shared(path, found)
    return {name: (header, name not in shared) for name, header in reversed(found.items())} | {
        path.name: (content, True)
    }


def _shared(path: Path, headers: Mapping[str, str]) -> set[str]:
    """Headers that another C file beside this one includes, directly or by another header."""
    if not headers:
        return set()
    note(path.parent)
    others = [one for one in path.parent.iterdir() if one.suffix == ".c" and one.name != path.name]
    try:
        shared = {name for other in others for name in _INCLUDE.findall(_text(other) or "") if name in headers}
    except SourceError:
        # Of one that cannot be read nobody knows what it includes.
        return set(headers)
    todo = list(shared)
    while todo:
        more = {name for name in _INCLUDE.findall(headers[todo.pop()]) if name in headers} - shared
        shared |= more
        todo += more
    return shared


def _text(path: Path) -> str | None:
    """The text of a C file; None: there is none."""
    try:
        data = documents.read_regular(path, _LARGEST)
    except (FileNotFoundError, ValueError):
        return None
    except OSError as error:
        raise SourceError(f"can't be read: {error.strerror}", path=str(path)) from None
    if b"\0" in data:
        raise SourceError("is a binary file, not C", path=str(path))
    return data.decode("utf-8", "replace")


@cache
def parser() -> Parser:
    """A parser of C. Raises UsageError where there is none."""
    try:
        import tree_sitter
        import tree_sitter_c
    except ImportError:
        raise UsageError("reading a driver needs the extra driver", hint="pip install 'kweigh[driver]'") from None
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_c.language()))


def _collect(source: Source, root: Node, path: str, *, owned: bool) -> None:
    for node in source.walk(root):
        match node.type:
            case "function_definition":
                _function(source, node, path)
            case "preproc_function_def":
                _macro(source, node, path)
            case "preproc_def":
                _constant(source, node)
            case "struct_specifier" | "union_specifier":
                _structure(source, node, owned=owned)
            case "type_definition":
                _alias(source, node)
            case "declaration" if node.parent is not None and node.parent.type != "compound_statement":
                _global(source, node)


def _function(source: Source, node: Node, path: str) -> None:
    declarator = node.child_by_field_name("declarator")
    while declarator is not None and declarator.type == "pointer_declarator":
        declarator = declarator.child_by_field_name("declarator")
    body = node.child_by_field_name("body")
    if declarator is None or declarator.type != "function_declarator" or body is None:
        return
    name = text(declarator.child_by_field_name("declarator"))
    listed = declarator.child_by_field_name("parameters")
    types: dict[str, str] = {}
    names: list[str] = []
    for parameter in listed.named_children if listed is not None else []:
        declared = parameter.child_by_field_name("declarator")
        names.append(_name(declared))
        types[names[-1]] = _structure_of(parameter)
    arrays: set[str] = set()
    for one in source.walk(body):
        if one.type == "declaration":
            static = any(child.type == "storage_class_specifier" for child in one.named_children)
            for declared in one.children_by_field_name("declarator"):
                local = _name(declared)
                types[local] = _structure_of(one)
                if not static and not _points(declared):
                    arrays.add(local)
    static = any(text(child) == "static" for child in node.named_children if child.type == "storage_class_specifier")
    found = Function(name, tuple(names), body, path, types, frozenset(arrays), static)
    before = source.functions.get(name)
    if before is None or len(before.body.text or b"") < len(body.text or b""):
        source.functions[name], found = found, before or found
    if before is not None:
        source.others.append(found)


def _macro(source: Source, node: Node, path: str) -> None:
    """A macro is a function that returns its text, or whose text is statements."""
    name, value = text(node.child_by_field_name("name")), node.child_by_field_name("value")
    listed = node.child_by_field_name("parameters")
    if value is None or listed is None:
        return
    content = text(value).replace("\\\n", " \n")
    lead = "int x(){return " if not content.lstrip().startswith(("do", "{", "if", "for")) else "int x(){"
    body = parser().parse((lead + content + ";}").encode()).root_node.named_children[0].child_by_field_name("body")
    names = tuple(text(child) for child in listed.named_children)
    if body is not None and name not in source.functions:
        line = int(value.start_point[0])
        source.functions[name] = Function(name, names, body, path, {}, frozenset(), True, line)


def _constant(source: Source, node: Node) -> None:
    value = node.child_by_field_name("value")
    if value is None:
        return
    parsed = parser().parse(b"int x(){return " + (value.text or b"") + b";}").root_node
    returned = next((n for n in source.walk(parsed) if n.type == "return_statement"), None)
    if returned is not None and returned.named_children:
        source.constants[text(node.child_by_field_name("name"))] = returned.named_children[0]


def _structure(source: Source, node: Node, *, owned: bool) -> None:
    body = node.child_by_field_name("body")
    if body is None:
        return
    name = structure_name(node)
    if owned:
        source.owned.add(name)
    for one in body.named_children:
        if one.type != "field_declaration":
            continue
        for declared in one.children_by_field_name("declarator"):
            source.fields[name, _name(declared)] = _structure_of(one)
        if not one.children_by_field_name("declarator"):
            inner = one.child_by_field_name("type")
            for deep in source.walk(inner) if inner is not None else ():
                if deep.type == "field_declaration":
                    for declared in deep.children_by_field_name("declarator"):
                        source.fields[name, _name(declared)] = _structure_of(deep)


def _alias(source: Source, node: Node) -> None:
    for declared in node.children_by_field_name("declarator"):
        source.aliases[_name(declared)] = _structure_of(node)


def _global(source: Source, node: Node) -> None:
    if any(text(child) == "static" for child in node.named_children if child.type == "storage_class_specifier"):
        source.statics.update(_name(declared) for declared in node.children_by_field_name("declarator"))


def structure_name(node: Node) -> str:
    """The tag of a structure; one without has the place where it stands."""
    named = node.child_by_field_name("name")
    return text(named) if named is not None else f"@{node.start_byte}"


def _structure_of(node: Node) -> str:
    kind = node.child_by_field_name("type")
    if kind is None:
        return ""
    if kind.type in ("struct_specifier", "union_specifier"):
        return structure_name(kind)
    return text(kind) if kind.type == "type_identifier" else ""


def _name(declarator: Node | None) -> str:
    while declarator is not None and declarator.type not in ("identifier", "field_identifier", "type_identifier"):
        declarator = declarator.child_by_field_name("declarator") or next(iter(declarator.named_children), None)
    return text(declarator)


def _points(declarator: Node | None) -> bool:
    while declarator is not None:
        if declarator.type == "pointer_declarator":
            return True
        declarator = declarator.child_by_field_name("declarator")
    return False

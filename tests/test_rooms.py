"""Rule: the house stays as docs/architecture.md draws it.

Enters: the source of every module of `analyzer` and `kweigh`. Leaves: one line for each breach. Must hold: each rule is
shown to be able to fail, on small sources of the test's own.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE, PUBLIC = "analyzer", "kweigh"

# One library, one room. A library that is not here may not be imported at all.
LIBRARIES = {
    "click": {"cli"},
    "distributed": {"pipeline"},
    "duckdb": {"reports"},
    "elftools": {"sizes"},
    "jinja2": {"reports"},
    "kconfiglib": {"judge"},
    "lark": {"kbuild", "query"},
    "markupsafe": {"reports"},
    "msgspec": {"configs", "kbuild", "pipeline", "sizes"},
    "networkx": {"deps"},
    "pysat": {"configs"},
    "rich": {"cli", "reports"},
    "tree_sitter": {"drivers"},
    "tree_sitter_c": {"drivers"},
    "unidiff": {"series"},
    "vl_convert": {"reports"},
}
# What a distribution is called where it differs from what is imported.
DISTRIBUTIONS = {
    "distributed": "dask",
    "elftools": "pyelftools",
    "pysat": "python-sat",
    "tree_sitter": "tree-sitter",
    "tree_sitter_c": "tree-sitter-c",
    "vl_convert": "vl-convert-python",
}

SHARED = {"model", "errors", "documents", "lazy_imports", "links", "noted"}
JOINERS = {"pipeline", "start", "__main__"}
PRINTER = "cli"
EXITS = {"exit", "quit", "SystemExit", "sys.exit", "os._exit", "os.abort"}
PRINTS = {"print", "input", "sys.stdout", "sys.stderr", "sys.stdin", "sys.__stdout__", "sys.__stderr__"}
DYNAMIC = {"__import__", "importlib.import_module", "importlib.__import__", "runpy.run_module", "runpy.run_path"}
OPENER = "lazy_imports"
"""What imports by name, and only what a room's own imports name."""
VAGUE = re.compile(r"(.*_)?(utils?|helpers?|common|misc|managers?)", re.IGNORECASE)
LONGEST = 310


def breaches(name: str, source: str) -> list[str]:
    """What a module breaks; `name` is dotted and starts with the package's."""
    inside = [part for part in name.split(".")[1:] if part != "__init__"]
    room = PUBLIC if name.split(".", 1)[0] == PUBLIC else inside[0] if inside else ""
    tree = _parsed(source)
    found = [f"vague name {part}" for part in inside if VAGUE.fullmatch(part)]
    if not (ast.get_docstring(tree) or "").strip():
        found.append("no docstring at the top")
    if (length := source.count("\n")) > LONGEST:
        found.append(f"{length} lines, more than {LONGEST}")
    for imported in sorted(set(_imports(tree, name))):
        found += _import_breach(room, imported)
    for used in sorted(set(_names(tree))):
        if used in EXITS and room != PRINTER:
            found.append(f"exits: {used}")
        if used in PRINTS and room != PRINTER:
            found.append(f"prints: {used}")
        if used in DYNAMIC and room != OPENER:
            found.append(f"imports by name: {used}")
    return found


def _import_breach(room: str, imported: str) -> list[str]:
    top, *rest = imported.split(".")
    if top in sys.stdlib_module_names:
        return []
    if top == PUBLIC:
        return [] if room in (PRINTER, PUBLIC) else [f"{room or 'the package itself'} imports {PUBLIC}"]
    if top != PACKAGE:
        return [] if room in LIBRARIES.get(top, set()) else [f"library {top} is not for {room or 'the package itself'}"]
    other = rest[0] if rest else ""
    alone = {
        "model": {"model"},
        "errors": {"errors"},
        "documents": {"errors", "noted"},
        "links": set[str](),
        "noted": {"links"},
        "lazy_imports": set[str](),
        "": set[str](),
    }
    open_to = alone.get(room, SHARED | {room})
    # `from analyzer import __version__` asks for the package, not for a room.
    if room in JOINERS or other in open_to or not other or other == "__version__":
        return []
    if room == PUBLIC and other not in ("cli", "start", "__main__"):
        return []
    return [f"{room or 'the package itself'} imports {other}"]


def _imports(tree: ast.Module, name: str) -> Iterator[str]:
    """Every imported module, dotted and absolute, wherever the import stands."""
    for node in _nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = _from(node, name)
            # `from analyzer import deps` names a room only behind the import.
            of_package = module in (PACKAGE, PUBLIC)
            yield from (f"{module}.{alias.name}" for alias in node.names) if of_package else (module,)


def _from(node: ast.ImportFrom, name: str) -> str:
    """What an import in the module `name` takes names from, dotted and absolute."""
    base = name.split(".")[: -node.level] if node.level else []
    return ".".join((*base, *filter(None, (node.module,))))


def _names(tree: ast.Module) -> Iterator[str]:
    """Every bare name and `module.name` that the code uses, `from module import name` resolved to the latter."""
    nodes = _nodes(tree)
    origin = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    } | {
        alias.asname: alias.name
        for node in nodes
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.asname
    }
    for node in nodes:
        if isinstance(node, ast.Name):
            yield origin.get(node.id, node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{origin.get(node.value.id, node.value.id)}.{node.attr}"


@cache
def _parsed(source: str) -> ast.Module:
    return ast.parse(source)


@cache
def _nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Everything in a module that can name something, wherever it stands."""
    return tuple(
        one for one in ast.walk(tree) if isinstance(one, ast.Import | ast.ImportFrom | ast.Name | ast.Attribute)
    )


@cache
def _modules() -> dict[str, Path]:
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for package in (PACKAGE, PUBLIC)
        for path in sorted((ROOT / package).rglob("*.py"))
    }


@pytest.mark.parametrize("name", _modules())
def test_module(name: str) -> None:
    assert breaches(name, _modules()[name].read_text(encoding="utf-8")) == []


def circle(sources: Mapping[str, str], excused: Collection[str] = ()) -> list[str]:
    """Modules that need each other, the first at the end again; [] where there are none. An import for types alone
    counts: who reads one of them has to read the other. A package is its name, without `__init__`. Of the `excused`
    counts what they need, not who needs them."""
    packages = {name.rpartition(".")[0] for name in sources}
    needs = {name: set[str]() for name in sources}
    for name, source in sources.items():
        # What stands in a package's own `__init__` is relative to the package itself.
        inside = f"{name}.__init__" if name in packages else name
        for node in _nodes(_parsed(source)):
            if isinstance(node, ast.Import):
                needs[name] |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                module = _from(node, inside)
                # `from room import module` names the module only behind the import.
                full = {f"{module}.{alias.name}" for alias in node.names}
                needs[name] |= {one if one in sources else module for one in full}
    counted = sources.keys() - set(excused)
    try:
        TopologicalSorter({name: (found & counted) - {name} for name, found in needs.items()}).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_modules_need_each_other() -> None:
    sources = {name.removesuffix(".__init__"): path.read_text(encoding="utf-8") for name, path in _modules().items()}
    # A tree makes configs and a config knows its tree; both inherit from what is given one of them.
    assert circle(sources, excused=("kweigh.tree", "kweigh.config")) == []


@pytest.mark.parametrize(
    ("needed", "found"),
    [
        ("from a.x import X", True),
        ("from a import x", True),
        ("from .x import X", True),
        ("from . import x", True),
        ("from . import Offered", True),
        ("import a.x", True),
        ("def f():\n    from a.x import X", True),
        ("if TYPE_CHECKING:\n    from a.x import X", True),
        ("from a.z import Z", False),
        ("import b.x", False),
    ],
)
def test_a_circle_is_seen(needed: str, found: bool) -> None:
    sources = {
        "a": "if TYPE_CHECKING:\n    from .x import Offered",
        "a.x": "from a.y import Y",
        "a.y": needed,
        "a.z": "",
    }
    assert bool(circle(sources)) == found
    assert not circle(sources, excused=("a.x",))


def test_libraries_are_those_that_are_declared() -> None:
    imported = {
        found.split(".")[0]
        for name, path in _modules().items()
        for found in _imports(_parsed(path.read_text(encoding="utf-8")), name)
    }
    used = {DISTRIBUTIONS.get(library, library) for library in imported & LIBRARIES.keys()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [one for name, group in project["optional-dependencies"].items() if name != "dev" for one in group]
    requirements = [*project["dependencies"], *extras]
    declared = {re.split(r"[^A-Za-z0-9_-]", requirement, maxsplit=1)[0] for requirement in requirements}
    assert used == declared


DOCSTRING = '"""A module."""\n'


@pytest.mark.parametrize(
    ("name", "code", "breach"),
    [
        ("analyzer.deps.graph", "from analyzer.configs import read", "deps imports configs"),
        ("analyzer.deps.graph", "from analyzer import configs", "deps imports configs"),
        ("analyzer.deps.graph", "import analyzer.configs.read as r", "deps imports configs"),
        ("analyzer.deps.graph", "from ..configs import read", "deps imports configs"),
        ("analyzer.deps.graph", "from .. import configs", "deps imports configs"),
        ("analyzer.deps.graph", "def f():\n    import analyzer.trees", "deps imports trees"),
        ("analyzer.deps.graph", "if TYPE_CHECKING:\n    import analyzer.trees", "deps imports trees"),
        ("analyzer.deps.__init__", "from ..trees import locate", "deps imports trees"),
        ("analyzer.deps.graph", "import analyzer.pipeline", "deps imports pipeline"),
        ("analyzer.model.expr", "from analyzer.errors import nearest", "model imports errors"),
        ("analyzer.model.expr", "from analyzer.deps import graph", "model imports deps"),
        ("analyzer.errors", "from analyzer.model.expr import Location", "errors imports model"),
        ("analyzer.lazy_imports", "from analyzer import deps", "lazy_imports imports deps"),
        ("analyzer.__init__", "from analyzer.model import expr", "the package itself imports model"),
        ("analyzer.model.expr", "import networkx", "library networkx is not for model"),
        ("analyzer.reports.compose.graph", "import networkx as nx", "library networkx is not for reports"),
        ("analyzer.deps.graph", "from kconfiglib import Kconfig", "library kconfiglib is not for deps"),
        ("analyzer.configs.read", "from lark.lexer import Token", "library lark is not for configs"),
        ("analyzer.pipeline", "import click", "library click is not for pipeline"),
        ("analyzer.cli.commands.find", "from analyzer import pipeline", "cli imports pipeline"),
        ("analyzer.cli.commands.find", "def f():\n    from analyzer.reports import find", "cli imports reports"),
        ("analyzer.pipeline.find", "import kweigh", "pipeline imports kweigh"),
        ("analyzer.deps.graph", "from kweigh.tree import Tree", "deps imports kweigh"),
        ("kweigh.tree", "from analyzer.cli import main", "kweigh imports cli"),
        ("kweigh.tree", "import click", "library click is not for kweigh"),
        ("kweigh.tree", "print('x')", "prints: print"),
        ("kweigh.helpers", "", "vague name helpers"),
        ("analyzer.cli", "import kconfiglib", "library kconfiglib is not for cli"),
        ("analyzer.cli", "import requests", "library requests is not for cli"),
        ("analyzer.deps.graph", "print('x')", "prints: print"),
        ("analyzer.deps.graph", "import sys\nsys.stdout.write('x')", "prints: sys.stdout"),
        ("analyzer.deps.graph", "from sys import stderr as out\nout.write('x')", "prints: sys.stderr"),
        ("analyzer.pipeline", "import sys as s\ns.exit(1)", "exits: sys.exit"),
        ("analyzer.pipeline", "from sys import exit as leave\nleave(1)", "exits: sys.exit"),
        ("analyzer.pipeline", "raise SystemExit(1)", "exits: SystemExit"),
        ("analyzer.deps.graph", "__import__('analyzer.configs')", "imports by name: __import__"),
        ("analyzer.cli", "import importlib\nimportlib.import_module('x')", "imports by name: importlib.import_module"),
        ("analyzer.deps.utils", "", "vague name utils"),
        ("analyzer.common.graph", "", "vague name common"),
        ("analyzer.deps.graph_helper", "", "vague name graph_helper"),
        ("analyzer.deps.graph", "x = 1\n" * LONGEST, f"{LONGEST + 1} lines, more than {LONGEST}"),
    ],
)
def test_each_rule_can_fail(name: str, code: str, breach: str) -> None:
    assert breaches(name, DOCSTRING + code) == [breach]


@pytest.mark.parametrize("source", ["", "import os\n", '""" """\n', "# a comment\n"])
def test_a_module_needs_a_docstring(source: str) -> None:
    assert breaches("analyzer.deps.graph", source) == ["no docstring at the top"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("analyzer.deps.graph", "import networkx\nfrom analyzer.model.expr import Ref\nimport analyzer.errors"),
        ("analyzer.deps.graph", "from analyzer.deps.walk import walk\nfrom . import walk\nfrom .walk import walk"),
        ("analyzer.deps.__init__", "from .graph import connect\nfrom analyzer import model"),
        ("analyzer.deps.__init__", "from analyzer.lazy_imports import import_lazily\nopen_late(__name__)"),
        ("analyzer.deps.graph", "import analyzer\nfrom analyzer import __version__"),
        ("analyzer.model.config", "from dataclasses import dataclass\nfrom analyzer.model.expr import Expr"),
        ("analyzer.pipeline", "from analyzer.deps.graph import connect\nfrom analyzer import configs, trees"),
        (
            "analyzer.cli.commands.find",
            "import sys, click, rich, kweigh\nfrom analyzer import errors\nprint('x', file=sys.stderr)",
        ),
        ("kweigh.tree", "from analyzer import deps, reports\nfrom analyzer.pipeline.known import Known"),
        ("analyzer.cli.commands.find", "import sys\nsys.exit(1)"),
        ("analyzer.__main__", "from analyzer.cli import main\nmain()"),
        ("analyzer.deps.commonality", "printer = 1\nsystem.exit(printer)"),
        ("analyzer.deps.graph", "x = 1\n" * (LONGEST - 1)),
    ],
)
def test_what_is_allowed(name: str, code: str) -> None:
    assert breaches(name, DOCSTRING + code) == []

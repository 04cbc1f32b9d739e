"""Objects that the link of vmlinux makes by itself.

Enters: a tree's scripts/link-vmlinux.sh and a config. Leaves: these objects. Must hold: the script is followed, never
run: its assignments, its functions, and those of its conditions that the config decides; of a condition that only a
build could tell neither branch is taken. Source: scripts/link-vmlinux.sh of Linux 5.10, 6.1, 6.12 and 7.3.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from analyzer.errors import SourceError
from analyzer.kbuild.scope import World
from analyzer.kbuild.script import Block, Branches, Command, Script, read
from analyzer.model.build import Guard, KbuildObject, Step
from analyzer.model.expr import Location

_SCRIPT = "scripts/link-vmlinux.sh"
_SYMBOL = re.compile(r"\bCONFIG_(\w+)")
_ASSIGNED = re.compile(r"(?:local +)?(?P<name>\w+)=(?P<value>.*)", re.DOTALL)
_ONE_WORD = re.compile(r"""(?:"[^"]*"|'[^']*'|\$\{[^}]*\}|\$\(.*\)|[^\s"'])*""", re.DOTALL)
_REFERENCE = re.compile(r"\$(?:\{(?P<braced>\w+|@)(?P<more>[^}]*)\}|(?P<plain>\w+|@)|\(.*\))", re.DOTALL)
_TERM = re.compile(r"(\|\||&&)")
_ENABLED = re.compile(r'is_enabled +"?CONFIG_(\w+)"?')
_TEST = re.compile(r"\[ (?P<operands>.*) \]")
_OTHER = "\ue000"
"""Stands for a text that only a build could tell."""
_TOOLS = ("LD", "CC")
_WHOLE = "vmlinux.o"
"""All archives of vmlinux linked into one: no object of its own."""
_DEPTH = 24
_STEPS = 1 << 12
"""Commands that are followed; the script of 7.3 takes fewer than 200."""
_LONGEST = 1 << 14


def made_by_link(world: World, srcarch: str) -> Iterator[KbuildObject]:
    """The objects that the last link of vmlinux takes beside the archives, under this config. A script that never
    links is noted as unresolved."""
    try:
        script = read(world.sources.lines(_SCRIPT))
    except SourceError:
        return
    run = _Run(world, script, srcarch)
    run.block(script.main, 0)
    if run.linked is None:
        where = Location(path=_SCRIPT, line=1)
        world.unknowns.note(where, _SCRIPT, "no link of vmlinux was found in it", "objects that the link makes")
        return
    for path in run.linked:
        yield KbuildObject(path=path, goal="link", into="vmlinux", because=(run.origins[path],))


class _Run:
    """The script on its way: the values of its variables, and where each object was first named."""

    def __init__(self, world: World, script: Script, srcarch: str) -> None:
        self._world = world
        self._script = script
        # make gives the linker as the first argument.
        given = {"1": "LD", **{name: name for name in _TOOLS}}
        self._variables = {"SRCARCH": srcarch, "srctree": ".", "objtree": ".", **given}
        self._guards: tuple[Guard, ...] = ()
        self._left = _STEPS
        self.origins: dict[str, Step] = {}
        self.linked: tuple[str, ...] | None = None

    def block(self, block: Block, depth: int) -> None:
        """Follows the commands of a block."""
        for statement in block:
            self._left -= 1
            if self._left < 0:
                self.linked = None
                return
            if isinstance(statement, Branches):
                self._branches(statement, depth)
            else:
                self._command(statement, depth)

    def _branches(self, statement: Branches, depth: int) -> None:
        outside = self._guards
        for condition, block in statement.branches:
            holds = self._holds(condition, depth) if condition else True
            if holds is None:
                break
            if condition:
                where = Location(path=_SCRIPT, line=statement.line)
                told = condition if holds else f"else of {condition}"
                self._guards = (*self._guards, Guard(where=where, text=told))
            if holds:
                self.block(block, depth)
                break
        self._guards = outside

    def _command(self, command: Command, depth: int) -> None:
        assigned = _ASSIGNED.fullmatch(command.text)
        if assigned and _ONE_WORD.fullmatch(assigned["value"]):
            value = self._text(assigned["value"])
            known = self._carried(assigned["value"])
            self._variables[assigned["name"]] = value
            for word in _objects(value.split()):
                if word not in known or word not in self.origins:
                    self.origins[word] = self._step(word, assigned["name"], command)
            return
        words = self._text(command.text).split()
        if words[:1] == ["shift"]:
            self._variables["@"] = " ".join(self._variables.get("@", "").split()[1:])
        elif words and words[0] in self._script.functions:
            self._call(words[0], words[1:], depth)
        elif words and words[0] in _TOOLS and "-o" in words and not {"-c", "-r"} & {*words}:
            made = words[words.index("-o") + 1 :][:1]
            self.linked = tuple(dict.fromkeys(_objects(word for word in words if word not in made)))
            for word in self.linked:
                self.origins.setdefault(word, self._step(word, "vmlinux", command))

    def _call(self, name: str, given: list[str], depth: int) -> None:
        if depth >= _DEPTH:
            return
        numbers = {str(at): word for at, word in enumerate(given, 1)} | {"@": " ".join(given)}
        saved = {name: text for name, text in self._variables.items() if name.isdecimal() or name == "@"}
        self._variables = {name: text for name, text in self._variables.items() if name not in saved} | numbers
        self.block(self._script.functions[name], depth + 1)
        for number in numbers:
            self._variables.pop(number, None)
        self._variables |= saved

    def _step(self, word: str, variable: str, command: Command) -> Step:
        asked = sorted({name for guard in self._guards for name in _SYMBOL.findall(guard.text)})
        return Step(
            where=Location(path=_SCRIPT, line=command.line),
            variable=variable,
            word=word,
            guards=self._guards,
            symbols=tuple((name, self._world.config.get(name, "n")) for name in asked),
        )

    def _carried(self, raw: str) -> set[str]:
        """The words that `raw` only takes over from variables."""
        names = (found["braced"] or found["plain"] or "" for found in _REFERENCE.finditer(raw))
        return {word for name in names for word in self._variables.get(name, "").split()}

    def _text(self, raw: str) -> str:
        """`raw` with its variables' values, and without quotes."""

        def value(found: re.Match[str]) -> str:
            name = found["braced"] or found["plain"] or ""
            if not name or (found["more"] and not found["more"].startswith(("-", ":-"))):
                return _OTHER
            if name.startswith("CONFIG_"):
                return self._world.config.get(name.removeprefix("CONFIG_"), "")
            return self._variables.get(name, "")

        text = _REFERENCE.sub(value, raw).replace('"', "").replace("'", "")
        self._world.spend(len(text))
        return text[:_LONGEST]

    def _holds(self, condition: str, depth: int) -> bool | None:
        """Whether a condition holds; None where only a build could tell."""
        first, *rest = map(str.strip, _TERM.split(condition))
        holds = self._term(first, depth)
        for operator, term in zip(rest[::2], rest[1::2], strict=True):
            ends = operator == "||"
            if holds is ends:
                continue
            other = self._term(term, depth)
            holds = other if holds is not None or other is ends else None
        return holds

    def _term(self, term: str, depth: int) -> bool | None:
        if term.startswith("! "):
            holds = self._term(term[2:].strip(), depth)
            return None if holds is None else not holds
        if enabled := _ENABLED.fullmatch(term):
            return self._world.config.get(enabled[1]) == "y"
        if test := _TEST.fullmatch(term):
            return self._test(test["operands"].strip(" "))
        words = self._text(term).split()
        if words and words[0] in self._script.functions:
            self._call(words[0], words[1:], depth)
        return None

    def _test(self, operands: str) -> bool | None:
        told = _REFERENCE.sub(lambda found: found[0] if self._known(found) else _OTHER, operands)
        text = [self._text(operand) for operand in _words(told)]
        if any(_OTHER in operand for operand in text):
            return None
        match text:
            case ["-n", operand]:
                return bool(operand)
            case ["-z", operand]:
                return not operand
            case [left, "=", right]:
                return left == right
            case [left, "!=", right]:
                return left != right
        return None

    def _known(self, found: re.Match[str]) -> bool:
        """Whether the script itself or the config sets what is referred to."""
        name = found["braced"] or found["plain"] or ""
        return name.startswith("CONFIG_") or (name in self._variables and not name.isdecimal())


def _words(text: str) -> list[str]:
    return re.findall(r"""(?:"[^"]*"|'[^']*'|[^\s"'])+""", text)


def _objects(words: Iterator[str] | list[str]) -> Iterator[str]:
    """The names of objects among words, but for that of all archives together."""
    for word in words:
        path = posixpath.normpath(word)
        if path.endswith(".o") and path != _WHOLE and _OTHER not in path:
            yield path

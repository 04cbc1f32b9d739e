"""Statements to the raw menu tree.

Enters: a Lexer, the Sources, a Dialect. Leaves: entries in blocks, as they were written. Must hold: what is accepted is
what the grammar of the tree's scripts/kconfig/parser.y accepts; every failure is a SourceError with file and line, and
nesting is bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from analyzer.configs.lexer import QUOTED, VALUE, WORD, Lexer
from analyzer.configs.phrase import Phrase
from analyzer.configs.properties import READERS, Context, Entry, Special
from analyzer.configs.raw import Attributes, Node
from analyzer.configs.sources import Sources
from analyzer.errors import SourceError
from analyzer.model.expr import Location
from analyzer.model.kconfig import Dialect, choice_key
from analyzer.model.language import KEYWORDS, Trait

MAX_NESTING = 2_000
"""Blocks in blocks; conf's own parser gives up at some thousands."""

_ENDS = {"endmenu": "menu", "endchoice": "choice", "endif": "if"}
_IN_CHOICES = frozenset({"config", "comment", "if", *_ENDS})


@dataclass(frozen=True, slots=True)
class _Block:
    """A block that is open: what holds its entries, whether it stands in a choice, and in which file it began."""

    node: Node
    in_choice: bool
    file: str


@dataclass(slots=True)
class Grammar:
    """One pass over the statements; `children` and `attributes` are what it has found."""

    lexer: Lexer
    sources: Sources
    dialect: Dialect
    warn: Callable[[str, Location], None]
    mainmenu: str = "Main menu"
    children: list[Node] = field(default_factory=list)
    attributes: dict[str, Attributes] = field(default_factory=dict)
    files: dict[str, Location] = field(default_factory=dict)
    special: Special = field(default_factory=Special)
    _context: Context = field(init=False)
    _entry: Entry | None = field(init=False, default=None)
    _blocks: list[_Block] = field(init=False, default_factory=list)
    _named: dict[str, str] = field(init=False, default_factory=dict)

    def read(self, root: str) -> None:
        """Read the root file and all that it sources."""
        traits = frozenset(self.dialect.traits)
        self._context = Context(traits=traits, special=self.special, warn=self.warn)
        self._enter(root, Location(path=root, line=0))
        first = True
        while (statement := self.lexer.next()) is not None:
            phrase = Phrase(statement)
            if first and phrase.kind == "mainmenu":
                self.mainmenu = phrase.take(QUOTED)
                phrase.end()
            else:
                self._statement(phrase)
            first = False
        self._leave_entry()
        if self._blocks:
            open_ = self._blocks[-1].node
            place = open_.location
            raise SourceError(f"'{open_.kind}' has no end", path=place.path, lineno=place.line)

    def _statement(self, phrase: Phrase) -> None:
        kind = phrase.kind
        if self._entry is not None:
            entry = self._entry
            if kind == "help" and entry.node.kind in ("symbol", "choice"):
                phrase.end()
                return self._help(phrase, entry)
            reader = READERS.get(entry.node.kind, {}).get(kind)
            if reader is not None:
                return reader(phrase, entry, self._context)
            self._leave_entry()
        if self._in_choice and kind not in _IN_CHOICES:
            raise phrase.error(f"'{phrase.statement.tokens[0][1][:60]}' may not stand in a choice")
        statement = _STATEMENTS.get(kind)
        if statement is None:
            raise phrase.error(f"'{phrase.statement.tokens[0][1][:60]}' may not stand here")
        return statement(self, phrase)

    @property
    def _in_choice(self) -> bool:
        return bool(self._blocks) and self._blocks[-1].in_choice

    def _add(self, node: Node, attributes: Attributes | None = None) -> None:
        (self._blocks[-1].node.children if self._blocks else self.children).append(node)
        self._entry = Entry(node=node, attributes=attributes or Attributes())

    def _open(self, node: Node, phrase: Phrase) -> None:
        self._blocks.append(_Block(node, node.kind == "choice" or self._in_choice, phrase.statement.file))
        if len(self._blocks) > MAX_NESTING:
            raise phrase.error("blocks are nested too deeply")

    # Statements.

    def _assignment(self, phrase: Phrase) -> None:
        tokens = phrase.statement.tokens
        word = tokens[0][1]
        if len(tokens) != 4 or tokens[2][0] != VALUE:
            hint = f"the conf of this tree does not know '{word}'" if word in KEYWORDS else ""
            raise phrase.error(f'unknown statement "{word[:60]}"', hint)
        self.lexer.assign(phrase.statement)

    def _config(self, phrase: Phrase) -> None:
        name = phrase.name()
        phrase.end()
        attributes = self.attributes.setdefault(name, Attributes())
        self._add(Node(kind="symbol", name=name, location=phrase.location), attributes)
        if phrase.kind == "menuconfig":
            assert self._entry is not None
            self._entry.menuconfig = True

    def _choice(self, phrase: Phrase) -> None:
        name = phrase.take(WORD) if phrase.ahead == WORD and self._has(Trait.NAMED_CHOICE) else ""
        phrase.end()
        key = choice_key(phrase.location)
        if name:
            key = self._named.setdefault(name, key)
        node = Node(kind="choice", name=key, location=phrase.location)
        self._add(node, self.attributes.setdefault(key, Attributes()))
        self._open(node, phrase)

    def _menu(self, phrase: Phrase) -> None:
        node = Node(kind="menu", title=phrase.take(QUOTED), location=phrase.location)
        phrase.end()
        self._add(node)
        self._open(node, phrase)

    def _comment(self, phrase: Phrase) -> None:
        node = Node(kind="comment", title=phrase.take(QUOTED), location=phrase.location)
        phrase.end()
        self._add(node)

    def _if(self, phrase: Phrase) -> None:
        node = Node(kind="if", location=phrase.location)
        node.depends.append((phrase.expr(), phrase.location))
        phrase.end()
        self._add(node)
        self._entry = None
        self._open(node, phrase)

    def _end(self, phrase: Phrase) -> None:
        phrase.end()
        kind = _ENDS[phrase.kind]
        if not self._blocks:
            raise phrase.error(f"'{phrase.kind}' ends no {kind}")
        block = self._blocks.pop()
        node = block.node
        if node.kind != kind:
            raise phrase.error(
                f"unexpected '{phrase.kind}' within {node.kind} block", hint=f"it began at {node.location}"
            )
        if block.file != phrase.statement.file:
            raise phrase.error(f"'{phrase.kind}' in different file than '{kind}'", hint=f"it began at {node.location}")

    def _source(self, phrase: Phrase) -> None:
        path = phrase.take(QUOTED)
        phrase.end()
        self._enter(path, phrase.location)

    def _enter(self, path: str, source: Location) -> None:
        text = self.sources.read(path, source)
        chain = self.lexer.open_files()
        if any(path == name for name, _ in chain):
            ways = " -> ".join(str(place) for _, place in [*reversed(chain[:-1]), (path, source)])
            raise SourceError("recursive source", path=source.path, lineno=source.line, hint=ways)
        if path in self.files and self._has(Trait.REFUSES_SECOND_SOURCE):
            hint = f"first at {self.files[path]}"
            raise SourceError(f"repeated inclusion of {path}", path=source.path, lineno=source.line, hint=hint)
        self.files.setdefault(path, source)
        self.lexer.enter(path, text, source)

    # What an entry must have had when the next statement is no property of it.

    def _help(self, phrase: Phrase, entry: Entry) -> None:
        name = entry.node.name if entry.node.kind == "symbol" else "<choice>"
        found = self.lexer.help()
        if entry.helped:
            self._complain(f"'{name}' defined with more than one help text", phrase, Trait.REFUSES_SECOND_HELP)
        if not found:
            self._complain(f"'{name}' defined with blank help text", phrase, Trait.REFUSES_BLANK_HELP)
        entry.helped = True

    def _complain(self, message: str, phrase: Phrase, refuses: Trait) -> None:
        if self._has(refuses):
            raise phrase.error(message)
        self.warn(message, phrase.location)

    def _leave_entry(self) -> None:
        entry, self._entry = self._entry, None
        if entry is None:
            return
        node, place = entry.node, entry.node.location
        if node.kind == "choice" and node.prompts:
            self._entitle(node)
        error = ""
        if node.kind == "choice" and not node.prompts and self._has(Trait.REFUSES_BARE_CHOICE):
            error = "choice must have a prompt"
        elif node.kind == "symbol" and self._in_choice:
            if not node.prompts and self._has(Trait.REFUSES_BARE_MEMBER):
                error = "choice member must have a prompt"
            elif entry.attributes.type != "bool" and self._has(Trait.REFUSES_MEMBER_TYPE):
                error = "choice member must be bool"
        elif entry.menuconfig and not node.prompts:
            error = "menuconfig statement without prompt"
            if not self._has(Trait.REFUSES_BARE_MENUCONFIG):
                self.warn(error, place)
                error = ""
        if error:
            raise SourceError(error, path=place.path, lineno=place.line)

    def _entitle(self, node: Node) -> None:
        """Call a choice by its prompt, too, now that it is read; one that goes on another by name stays as that is."""
        bare, key = choice_key(node.location), choice_key(node.location, node.prompts[0][0])
        if node.name == bare:
            node.name = key
            self.attributes[key] = self.attributes.pop(bare)
            self._named.update({name: key for name, known in self._named.items() if known == bare})

    def _has(self, trait: Trait) -> bool:
        return trait in self._context.traits


_STATEMENTS: Mapping[str, Callable[[Grammar, Phrase], None]] = {
    WORD: Grammar._assignment,
    "config": Grammar._config,
    "menuconfig": Grammar._config,
    "choice": Grammar._choice,
    "menu": Grammar._menu,
    "comment": Grammar._comment,
    "if": Grammar._if,
    "source": Grammar._source,
    **dict.fromkeys(_ENDS, Grammar._end),
}

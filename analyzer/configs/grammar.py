"""Statements to the raw menu tree.

Enters: a Lexer, the Sources, a Dialect. Leaves: entries in blocks, as they were written. Must hold: what is accepted is
what the grammar of the tree's scripts/kconfig/parser.y accepts; every failure is a SourceError with file and line, and
nesting is bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from analyzer.configs.leaves import SHALLOW, Key, Leaf, copied, find_leaf, keep_leaf, leaf_of
from analyzer.configs.lexer import Lexer
from analyzer.configs.phrase import Phrase
from analyzer.configs.plain_lines import QUOTED, VALUE, WORD
from analyzer.configs.properties import READERS, Context, Entry, Special, check_entry, give_type
from analyzer.configs.raw import Attributes, Node
from analyzer.configs.sources import Sources
from analyzer.errors import SourceError
from analyzer.model.expr import Location
from analyzer.model.kconfig import Dialect, choice_key
from analyzer.model.language import KEYWORDS, Trait

MAX_NESTING = 2_000
"""Blocks in blocks; conf's own parser gives up at some thousands."""

_ENDS = {"endmenu": "menu", "endchoice": "choice", "endif": "if"}
_BEYOND = frozenset({"option", "modules", "transitional", "optional"})
"""Properties that say something about more than the entry in its file."""
_IN_CHOICES = frozenset({"config", "comment", "if", *_ENDS})


@dataclass(frozen=True, slots=True)
class _Block:
    """A block that is open: what holds its entries, whether it stands in a choice, and in which file it began."""

    node: Node
    in_choice: bool
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """A file whose statements are read: how many files and blocks are open in it, and what there was before it: nodes
    beside its own, types, warnings."""

    key: Key
    depth: int
    blocks: int
    begin: tuple[int, int, int]


@dataclass(slots=True)
class Grammar:
    """One pass over the statements; `children` and `attributes` are what it has found. `warnings` are those so far."""

    lexer: Lexer
    sources: Sources
    dialect: Dialect
    warn: Callable[[str, Location], None]
    warnings: Sequence[object]
    mainmenu: str = "Main menu"
    children: list[Node] = field(default_factory=list)
    attributes: dict[str, Attributes] = field(default_factory=dict)
    files: dict[str, Location] = field(default_factory=dict)
    special: Special = field(default_factory=Special)
    _context: Context = field(init=False)
    _entry: Entry | None = field(init=False, default=None)
    _leaf: _Begun | None = field(init=False, default=None)
    _ends_in_help: bool = field(init=False, default=False)
    _blocks: list[_Block] = field(init=False, default_factory=list)
    _named: dict[str, str] = field(init=False, default_factory=dict)

    def read(self, root: str) -> None:
        """Read the root file and all that it sources."""
        traits = frozenset(self.dialect.traits)
        self._context = Context(traits=traits, special=self.special, warn=self.warn, typed=[])
        self._enter(root, Location(path=root, line=0))
        first = True
        while (statement := self.lexer.next()) is not None:
            if self._leaf is not None and self.lexer.depth < self._leaf.depth:
                self._keep_leaf(self._leaf)
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
        self._ends_in_help = False
        if self._entry is not None:
            entry = self._entry
            if kind == "help" and entry.node.kind in ("symbol", "choice"):
                phrase.end()
                return self._help(phrase, entry)
            reader = READERS.get(entry.node.kind, {}).get(kind)
            if reader is not None:
                if kind in _BEYOND:
                    self.lexer.plain = False
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
        key = path, text, self.dialect.keywords, self.dialect.traits
        leaf = None if self._in_choice or len(self._blocks) > MAX_NESTING - SHALLOW else find_leaf(key)
        if leaf is not None:
            self._leaf = None
            self._put(leaf)
            return
        self.lexer.enter(path, text, source)
        self.lexer.plain = not self._in_choice
        begin = len(self._siblings), len(self._context.typed), len(self.warnings)
        self._leaf = _Begun(key=key, depth=self.lexer.depth, blocks=len(self._blocks), begin=begin)

    # Files that source no other and say the same in every tree.

    @property
    def _siblings(self) -> list[Node]:
        return self._blocks[-1].node.children if self._blocks else self.children

    def _keep_leaf(self, begun: _Begun) -> None:
        """A file has been read to its end: keep what it says, if that hangs on nothing that stands elsewhere."""
        self._leaf = None
        nodes, typed, warnings = begun.begin
        if self.lexer.plain and len(self._blocks) == begun.blocks and len(self.warnings) == warnings:
            leaf = leaf_of(
                self._siblings[nodes:], self._context.typed[typed:], self._entry, after_help=self._ends_in_help
            )
            if leaf is not None:
                keep_leaf(begun.key, leaf)

    def _put(self, leaf: Leaf) -> None:
        """Go on as if a file had been read."""
        for name in leaf.names:
            self.attributes.setdefault(name, Attributes())
        for typed in leaf.typed:
            give_type(typed, self.attributes[typed[0]], self._context)
        self._siblings.extend(leaf.nodes)
        self.lexer.after_help = self._ends_in_help = leaf.after_help
        if leaf.last is not None:
            # What follows in the file that sources it may still belong to its last entry.
            node = copied(leaf.nodes[-1])
            self._siblings[-1] = node
            attributes = self.attributes[node.name] if node.kind == "symbol" else Attributes()
            self._entry = replace(leaf.last, node=node, attributes=attributes)

    # What an entry must have had when the next statement is no property of it.

    def _help(self, phrase: Phrase, entry: Entry) -> None:
        name = entry.node.name if entry.node.kind == "symbol" else "<choice>"
        found = self.lexer.help()
        self._ends_in_help = True
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
        node = entry.node
        if node.kind == "choice" and node.prompts:
            self._entitle(node)
        check_entry(entry, self._context, in_choice=self._in_choice)

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

"""From the raw menu tree to the KconfigModel: dependencies propagated, choices gathered, the menu flattened.

Enters: a SourceTree and its ShellAnswers. Leaves: KconfigModel. Must hold: what depends on what is as menu_finalize()
of the tree's own scripts/kconfig/menu.c leaves it, under the rules that the tree's dialect names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import kconfiglib

from analyzer.configs.expressions import Expressions
from analyzer.configs.parser import PARSING_DEPTH, Parsed, parse, recursion
from analyzer.configs.properties import RawProperties
from analyzer.configs.submenus import Entry, members
from analyzer.model.expr import (
    YES,
    Compare,
    Const,
    Expr,
    Location,
    Ref,
    SymbolType,
    all_of,
)
from analyzer.model.kconfig import (
    Choice,
    ChoiceRules,
    Default,
    Definition,
    Dependency,
    KconfigModel,
    MenuEntry,
    Prompt,
    Range,
    Select,
    Symbol,
    Warning,
)
from analyzer.model.tree import ShellAnswers, SourceTree

_TYPES: dict[int, SymbolType] = {
    kconfiglib.BOOL: "bool",
    kconfiglib.TRISTATE: "tristate",
    kconfiglib.INT: "int",
    kconfiglib.HEX: "hex",
    kconfiglib.STRING: "string",
    kconfiglib.UNKNOWN: "unknown",
}


def read(tree: SourceTree, shell: ShellAnswers) -> KconfigModel:
    """Parse and finalize the Kconfig of `tree`. Raises what `parser.parse` raises."""
    parsed = parse(tree, shell)
    with recursion(PARSING_DEPTH):
        return _Finalizer(tree, parsed).model()


class _Finalizer:
    """One pass over the raw tree; holds what the pass gathers."""

    def __init__(self, tree: SourceTree, parsed: Parsed) -> None:
        self._tree = tree
        self._parsed = parsed
        self._rules = tree.dialect.choices
        self._modules = parsed.modules.name if parsed.modules is not None else None
        self._expressions = Expressions(parsed, tree.kconfig)
        self._definitions: dict[Any, list[Definition]] = {}
        self._members: dict[Any, list[Any]] = {}
        self._choice_of: dict[str, Any] = {}
        self._menu: list[MenuEntry] = []
        self._keys: dict[Any, str] = {}
        self._choice_nodes: dict[Any, list[Any]] = {}
        self._shown_under: dict[int, Expr] = {}

    def model(self) -> KconfigModel:
        self._block(self._parsed.top, (), (), None)
        symbols: dict[str, Symbol] = {}
        choices: dict[str, Choice] = {}
        types = self._choice_types()
        for item, definitions in self._definitions.items():
            if isinstance(item, kconfiglib.Choice):
                choices[self._keys[item]] = self._choice(item, definitions, types[item])
            else:
                symbols[item.name] = self._symbol(item, definitions, types)
        return KconfigModel(
            mainmenu=self._parsed.top.prompt[0],
            dialect=self._tree.dialect,
            symbols=MappingProxyType(symbols),
            choices=MappingProxyType(choices),
            menu=tuple(self._menu),
            modules=self._modules,
            files=self._parsed.files,
            environment=self._tree.environment,
            warnings=tuple(Warning(text=text, location=location) for text, location in self._parsed.warnings),
        )

    # The menu tree.

    def _block(
        self, parent: Any, above: tuple[Dependency, ...], visibility: tuple[Dependency, ...], choice: Any
    ) -> None:
        """Finalize the children of `parent`, which stand under the dependencies `above`."""
        for node in _children(parent):
            own = self._parsed.properties[id(node)]
            source = "if" if node.item is None else "menu" if node.item == kconfiglib.MENU else "depends on"
            dependencies = above + tuple(
                Dependency(expr=self._expressions.expr(expr), location=location, source=source)  # type: ignore[arg-type]
                for expr, location in own.depends
            )
            if choice is not None:
                self._shown_under[id(node)] = all_of([d.expr for d in dependencies])
            if node.item is None:
                self._block(node, dependencies, visibility, choice)
            elif node.item == kconfiglib.MENU:
                self._menu_block(node, own, dependencies, visibility)
            elif node.item == kconfiglib.COMMENT:
                self._entry("comment", node, "", node.prompt[0], all_of([d.expr for d in dependencies]))
            elif isinstance(node.item, kconfiglib.Choice):
                self._choice_block(node, own, dependencies, visibility)
            else:
                if choice is not None:
                    self._members[choice].append(node)
                self._entry("symbol", node, node.item.name, "", YES)
                definition = self._define(node, own, dependencies, visibility)
                if choice is not None and definition.prompt is not None:
                    self._shown_under[id(node)] = definition.prompt_condition()

    def _menu_block(
        self, node: Any, own: RawProperties, dependencies: tuple[Dependency, ...], visibility: tuple[Dependency, ...]
    ) -> None:
        visible = tuple(
            Dependency(expr=self._expressions.expr(expr), location=location, source="visible if")
            for expr, location in own.visible
        )
        condition = all_of([*(d.expr for d in dependencies), *(v.expr for v in visible)])
        index = self._entry("menu", node, "", node.prompt[0], condition)
        self._block(node, dependencies, visibility + visible, None)
        self._menu[index] = replace(self._menu[index], end=len(self._menu))

    def _choice_block(
        self, node: Any, own: RawProperties, dependencies: tuple[Dependency, ...], visibility: tuple[Dependency, ...]
    ) -> None:
        choice = node.item
        location = Location(path=node.filename, line=node.linenr)
        key = self._keys.setdefault(choice, f"<choice {location}>")
        self._members.setdefault(choice, [])
        self._choice_nodes.setdefault(choice, []).append(node)
        self._entry("choice", node, key, "", YES)
        self._define(node, own, dependencies, visibility)
        if self._rules is ChoiceRules.SYMBOL:
            # The choice's mode stands for all that it depends on (menu.c, "Use the choice itself as the
            # parent dependency").
            below: tuple[Dependency, ...] = (Dependency(expr=Ref(key), location=location, source="choice"),)
        else:
            below = dependencies
        self._block(node, below, visibility, choice)

    def _entry(self, kind: Any, node: Any, name: str, title: str, condition: Expr) -> int:
        location = Location(path=node.filename, line=node.linenr)
        self._menu.append(
            MenuEntry(
                kind=kind, name=name, title=title, condition=condition, end=len(self._menu) + 1, location=location
            )
        )
        return len(self._menu) - 1

    def _define(
        self, node: Any, own: RawProperties, dependencies: tuple[Dependency, ...], visibility: tuple[Dependency, ...]
    ) -> Definition:
        prompt = None
        if own.prompt is not None:
            text, condition, location = own.prompt
            prompt = Prompt(text=text, condition=self._expressions.expr(condition), location=location)
        definition = Definition(
            location=Location(path=node.filename, line=node.linenr),
            dependencies=dependencies,
            visibility=visibility,
            prompt=prompt,
            defaults=tuple(
                Default(
                    value=self._expressions.expr(value), condition=self._expressions.expr(condition), location=location
                )
                for value, condition, location in own.defaults
            ),
            selects=self._selects(own.selects),
            implies=self._selects(own.implies),
            ranges=tuple(
                Range(
                    low=self._expressions.expr(low),
                    high=self._expressions.expr(high),
                    condition=self._expressions.expr(condition),
                    location=location,
                )
                for low, high, condition, location in own.ranges
            ),
        )
        self._definitions.setdefault(node.item, []).append(definition)
        return definition

    def _selects(self, lines: list[tuple[Any, Any, Location]]) -> tuple[Select, ...]:
        return tuple(
            Select(target=target.name, condition=self._expressions.expr(condition), location=location)
            for target, condition, location in lines
        )

    # Symbols and choices.

    def _choice_types(self) -> Mapping[Any, SymbolType]:
        """The type of every choice; one without takes that of the first entry that has one, which no `if` may hold."""
        types: dict[Any, SymbolType] = {}
        for choice, heads in self._choice_nodes.items():
            own = _TYPES[choice.orig_type]
            if self._rules is ChoiceRules.MENU:
                own = "bool"
            if own == "unknown":
                items = (node.item for head in heads for node in _children(head))
                known = (_TYPES[i.orig_type] for i in items if isinstance(i, kconfiglib.Symbol) and i.orig_type)
                own = next(known, "unknown")
            types[choice] = own
            for item in self._direct_members(choice):
                self._choice_of.setdefault(item.name, choice)
        return types

    def _direct_members(self, choice: Any) -> Iterator[Any]:
        """The symbols that are members: all, or under the old rules those that no automatic submenu has taken in."""
        items = {node.item.name: node.item for node in self._members[choice]}
        if self._rules is ChoiceRules.MENU:
            yield from items.values()
            return
        for head in self._choice_nodes[choice]:
            yield from (items[name] for name in members(self._entries(head)))

    def _entries(self, parent: Any) -> tuple[Entry, ...]:
        """The entries below a node of a choice."""
        return tuple(
            Entry(
                name=node.item.name if isinstance(node.item, kconfiglib.Symbol) else "",
                condition=self._shown_under[id(node)],
                prompted=self._parsed.properties[id(node)].prompt is not None,
                children=self._entries(node),
            )
            for node in _children(parent)
        )

    def _choice(self, item: Any, definitions: list[Definition], type_: SymbolType) -> Choice:
        key = self._keys[item]
        own = dict.fromkeys(
            node.item.name for node in self._members[item] if self._choice_of.get(node.item.name) is item
        )
        return Choice(
            key=key,
            type=type_,
            definitions=tuple(definitions),
            members=tuple(own),
            optional=bool(item.is_optional),
        )

    def _symbol(self, item: Any, definitions: list[Definition], types: Mapping[Any, SymbolType]) -> Symbol:
        choice = self._choice_of.get(item.name)
        type_ = _TYPES[item.orig_type]
        if choice is not None and type_ == "unknown":
            type_ = types[choice]
        env = self._parsed.env.get(item.name)
        if env is not None:
            value = Const(self._tree.environment.get(env, ""))
            first = definitions[0]
            definitions = [
                replace(first, defaults=(Default(value=value, condition=YES, location=first.location),)),
                *definitions[1:],
            ]
        if choice is not None and types[choice] == "tristate" and type_ != "tristate":
            # Only a choice set to y can pick a member that cannot be m (menu.c, menu_finalize()).
            definitions = [self._only_in_yes(d, choice) for d in definitions]
        return Symbol(
            name=item.name,
            type=type_,
            definitions=tuple(definitions),
            choice=self._keys[choice] if choice is not None else None,
            env=env,
            allnoconfig_y=bool(item.is_allnoconfig_y),
            transitional=item.name in self._parsed.transitional,
        )

    def _only_in_yes(self, definition: Definition, choice: Any) -> Definition:
        key = self._keys[choice]
        if not any(d.source == "choice" and d.expr == Ref(key) for d in definition.dependencies):
            return definition
        place = next(d.location for d in definition.dependencies if d.source == "choice")
        picked = Dependency(expr=Compare("=", Ref(key), YES), location=place, source="choice")
        return replace(definition, dependencies=(picked, *definition.dependencies))


def _children(parent: Any) -> Iterator[Any]:
    node = parent.list
    while node is not None:
        yield node
        node = node.next

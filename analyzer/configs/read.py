"""From the raw menu tree to the KconfigModel: dependencies propagated, choices gathered, the menu flattened.

Enters: a SourceTree and its ShellAnswers. Leaves: KconfigModel. Must hold: what depends on what is as menu_finalize()
of the tree's own scripts/kconfig/menu.c leaves it, under the rules that the tree's dialect names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from analyzer.configs.expressions import Expressions
from analyzer.configs.parser import PARSING_DEPTH, parse, recursion
from analyzer.configs.raw import Attributes, Node, Parsed
from analyzer.configs.sanity import check
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
    DependencySource,
    KconfigModel,
    MenuEntry,
    Prompt,
    Range,
    Select,
    Symbol,
    Warning,
)
from analyzer.model.language import Trait
from analyzer.model.tree import ShellAnswers, SourceTree

Lines = tuple[Dependency, ...]

_SOURCES: dict[str, DependencySource] = {"if": "if", "menu": "menu"}


def read(tree: SourceTree, shell: ShellAnswers) -> KconfigModel:
    """Parse and finalize the Kconfig of `tree`. Raises what `parser.parse` and `sanity.check` raise."""
    parsed = parse(tree, shell)
    with recursion(PARSING_DEPTH):
        finalizer = Finalizer(tree, parsed)
        model = finalizer.model()
    check(model, finalizer.members())
    return model


class Finalizer:
    """One pass over the raw tree, or a part of it (`elsewhere` has the symbols that other parts define); holds what the
    pass gathers."""

    def __init__(self, tree: SourceTree, parsed: Parsed, elsewhere: Collection[str] = ()) -> None:
        self._tree = tree
        self._parsed = parsed
        self._rules = tree.dialect.choices
        self._ends_empty = Trait.ENDS_EMPTY_MENUS in tree.dialect.traits
        defined = {*parsed.attributes, *elsewhere} if elsewhere else parsed.attributes
        self._expressions = Expressions(defined, parsed.modules)
        self._definitions: dict[str, list[Definition]] = {}
        self._members: dict[str, list[Node]] = {}
        self._choice_of: dict[str, str] = {}
        self._menu: list[MenuEntry] = []
        self._choice_nodes: dict[str, list[Node]] = {}
        self._shown_under: dict[int, Expr] = {}

    def model(self, above: Lines = (), visibility: Lines = ()) -> KconfigModel:
        """What stands below some dependencies and some menus' `visible if`."""
        self._block(self._parsed.children, above, visibility, None)
        symbols: dict[str, Symbol] = {}
        choices: dict[str, Choice] = {}
        types = self._choice_types()
        for name, definitions in self._definitions.items():
            if name in self._choice_nodes:
                choices[name] = self._choice(name, definitions, types[name])
            else:
                symbols[name] = self._symbol(name, definitions, types)
        model = KconfigModel(
            mainmenu=self._parsed.mainmenu,
            dialect=self._tree.dialect,
            symbols=MappingProxyType(symbols),
            choices=MappingProxyType(choices),
            menu=tuple(self._menu),
            modules=self._parsed.modules,
            files=self._parsed.files,
            environment=self._tree.environment,
            warnings=tuple(Warning(text=text, location=location) for text, location in self._parsed.warnings),
        )
        # Every config's reasons look there.
        return replace(model, selected=model.selectors(), implied=model.impliers())

    def members(self) -> Mapping[str, Sequence[Location]]:
        """Where the entries of each choice stand."""
        return {key: [node.location for node in nodes] for key, nodes in self._members.items()}

    # The menu tree.

    def _block(self, nodes: Sequence[Node], above: Lines, visibility: Lines, choice: str | None) -> None:
        """Finalize the entries of a block, which stand under the dependencies `above`."""
        for node in nodes:
            source = _SOURCES.get(node.kind, "depends on")
            dependencies = above
            if node.depends:
                dependencies += tuple(
                    Dependency(expr=self._expressions.condition(expr), location=location, source=source)
                    for expr, location in node.depends
                )
            if choice is not None:
                self._shown_under[id(node)] = all_of([d.expr for d in dependencies])
            if node.kind == "if":
                self._block(node.children, dependencies, visibility, choice)
            elif node.kind == "menu":
                self._menu_block(node, dependencies, visibility)
            elif node.kind == "comment":
                self._entry(node, all_of([d.expr for d in dependencies]))
            elif node.kind == "choice":
                self._choice_block(node, dependencies, visibility)
            else:
                if choice is not None:
                    self._members[choice].append(node)
                self._entry(node, YES)
                definition = self._define(node, dependencies, visibility)
                if choice is not None and definition.prompt is not None:
                    self._shown_under[id(node)] = definition.prompt_condition()

    def _menu_block(self, node: Node, dependencies: Lines, visibility: Lines) -> None:
        visible = tuple(
            Dependency(expr=self._expressions.condition(expr), location=location, source="visible if")
            for expr, location in node.visible
        )
        # For the menu itself it counts as it was written (menu_is_visible() in menu.c).
        shown = [self._expressions.value(expr) for expr, _ in node.visible]
        index = self._entry(node, all_of([*(d.expr for d in dependencies), *shown]))
        self._block(node.children, dependencies, visibility + visible, None)
        ended = self._ends_empty or bool(node.children)
        self._menu[index] = replace(self._menu[index], end=len(self._menu), ended=ended)

    def _choice_block(self, node: Node, dependencies: Lines, visibility: Lines) -> None:
        self._members.setdefault(node.name, [])
        self._choice_nodes.setdefault(node.name, []).append(node)
        self._entry(node, YES)
        self._define(node, dependencies, visibility)
        below = dependencies
        if self._rules is ChoiceRules.SYMBOL:
            # The choice's mode stands for all that it depends on (menu.c, "Use the choice itself as the
            # parent dependency").
            below = (Dependency(expr=Ref(node.name), location=node.location, source="choice"),)
        self._block(node.children, below, visibility, node.name)

    def _entry(self, node: Node, condition: Expr) -> int:
        kind, name, title = node.kind, node.name, node.title
        assert kind != "if"
        end = len(self._menu) + 1
        self._menu.append(
            MenuEntry(kind=kind, name=name, title=title, condition=condition, end=end, location=node.location)
        )
        return len(self._menu) - 1

    def _define(self, node: Node, dependencies: Lines, visibility: Lines) -> Definition:
        condition, value = self._expressions.condition, self._expressions.value
        prompts = [Prompt(text=text, condition=condition(expr), location=at) for text, expr, at in node.prompts]
        definition = Definition(
            location=node.location,
            dependencies=dependencies,
            visibility=visibility,
            prompt=prompts[-1] if prompts else None,
            defaults=tuple(
                Default(value=value(default), condition=condition(expr), location=at, word=word)
                for default, expr, at, word in node.defaults
            ),
            selects=self._selects(node.selects),
            implies=self._selects(node.implies),
            ranges=tuple(
                Range(low=value(low), high=value(high), condition=condition(expr), location=at)
                for low, high, expr, at in node.ranges
            ),
        )
        found = self._definitions.setdefault(node.name, [])
        found.append(definition)
        # A prompt that another one of the same entry follows still shows the symbol (for_all_prompts() in symbol.c).
        for prompt in prompts[:-1]:
            found.append(
                Definition(location=node.location, dependencies=dependencies, visibility=visibility, prompt=prompt)
            )
        return definition

    def _selects(self, lines: list[tuple[str, Expr, Location]]) -> tuple[Select, ...]:
        return tuple(
            Select(target=target, condition=self._expressions.condition(expr), location=location)
            for target, expr, location in lines
        )

    # Symbols and choices.

    def _choice_types(self) -> Mapping[str, SymbolType]:
        """The type of every choice; one without takes that of the first entry that has one, which no `if` may hold."""
        types: dict[str, SymbolType] = {}
        for choice, heads in self._choice_nodes.items():
            own = self._parsed.attributes[choice].type
            if self._rules is ChoiceRules.MENU:
                own = "bool"
            if own == "unknown":
                items = (self._attributes(node).type for head in heads for node in head.children)
                own = next((type_ for type_ in items if type_ != "unknown"), "unknown")
            types[choice] = own
            for name in self._direct_members(choice):
                self._choice_of.setdefault(name, choice)
        return types

    def _attributes(self, node: Node) -> Attributes:
        return self._parsed.attributes[node.name] if node.kind == "symbol" else Attributes()

    def _direct_members(self, choice: str) -> Iterator[str]:
        """The symbols that are members: all, or under the old rules those that no automatic submenu has taken in."""
        if self._rules is ChoiceRules.MENU:
            yield from dict.fromkeys(node.name for node in self._members[choice])
            return
        for head in self._choice_nodes[choice]:
            yield from members(self._entries(head))

    def _entries(self, parent: Node) -> tuple[Entry, ...]:
        """The entries below a node of a choice."""
        return tuple(
            Entry(
                name=node.name if node.kind == "symbol" else "",
                condition=self._shown_under[id(node)],
                prompted=bool(node.prompts),
                children=self._entries(node),
            )
            for node in parent.children
        )

    def _choice(self, key: str, definitions: list[Definition], type_: SymbolType) -> Choice:
        own = dict.fromkeys(node.name for node in self._members[key] if self._choice_of.get(node.name) == key)
        optional = self._parsed.attributes[key].optional
        return Choice(key=key, type=type_, definitions=tuple(definitions), members=tuple(own), optional=optional)

    def _symbol(self, name: str, definitions: list[Definition], types: Mapping[str, SymbolType]) -> Symbol:
        attributes = self._parsed.attributes[name]
        choice = self._choice_of.get(name)
        type_ = attributes.type
        if choice is not None and type_ == "unknown":
            type_ = types[choice]
        env = attributes.env
        if env is not None:
            value = Const(self._tree.environment.get(env, ""))
            first = definitions[0]
            definitions = [
                replace(first, defaults=(Default(value=value, condition=YES, location=first.location),)),
                *definitions[1:],
            ]
        if choice is not None and types[choice] == "tristate" and type_ != "tristate":
            # Only a choice set to y can pick a member that cannot be m (menu.c, menu_finalize()).
            definitions = [_only_in_yes(d, choice) for d in definitions]
        return Symbol(
            name=name,
            type=type_,
            definitions=tuple(definitions),
            choice=choice,
            env=env,
            allnoconfig_y=attributes.allnoconfig_y,
            transitional=attributes.transitional,
            hidden=attributes.hidden,
        )


def _only_in_yes(definition: Definition, choice: str) -> Definition:
    if not any(d.source == "choice" and d.expr == Ref(choice) for d in definition.dependencies):
        return definition
    place = next(d.location for d in definition.dependencies if d.source == "choice")
    picked = Dependency(expr=Compare("=", Ref(choice), YES), location=place, source="choice")
    return replace(definition, dependencies=(picked, *definition.dependencies))

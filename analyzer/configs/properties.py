"""The lines of an entry, one reader per property.

Enters: a Phrase, and the entry that it belongs to. Leaves: what the line says, with its place, in the entry's Node and
Attributes. Must hold: what an entry may say, and what is refused, is as the tree's own grammar has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analyzer.configs.phrase import Phrase
from analyzer.configs.plain_lines import END, QUOTED
from analyzer.configs.raw import Attributes, Node
from analyzer.errors import SourceError
from analyzer.model.expr import NO, And, Compare, Const, Expr, Location, Not, Or, Ref, SymbolType, all_of, any_of
from analyzer.model.language import Trait


@dataclass(slots=True, kw_only=True)
class Entry:
    """The entry whose lines are read."""

    node: Node
    attributes: Attributes
    menuconfig: bool = False
    helped: bool = False


@dataclass(slots=True)
class Special:
    """The symbols of which there may be one: the one that enables m, and the list of an `option defconfig_list`."""

    modules: str | None = None
    defconfig_list: str | None = None


Typed = tuple[str, SymbolType, Location]
"""A symbol or choice (its key), the type that a line gives it, and the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What readers know beside the line: the traits of the tree, the special symbols, whom to warn. `typed` are the
    types that were given so far, in order."""

    traits: frozenset[Trait]
    special: Special
    warn: Callable[[str, Location], None]
    typed: list[Typed]


Reader = Callable[[Phrase, Entry, Context], None]


def _type(phrase: Phrase, entry: Entry, context: Context) -> None:
    if phrase.ahead != END:
        _prompt(phrase, entry, context)
    _set_type(phrase, entry, context, phrase.kind)  # type: ignore[arg-type]


def _set_type(phrase: Phrase, entry: Entry, context: Context, type_: SymbolType) -> None:
    typed = entry.node.name, type_, phrase.location
    context.typed.append(typed)
    give_type(typed, entry.attributes, context)


def give_type(typed: Typed, attributes: Attributes, context: Context) -> None:
    """The first type counts (menu_set_type() in scripts/kconfig/menu.c)."""
    name, type_, location = typed
    found = attributes.type
    if found == "unknown":
        attributes.type = type_
    elif found != type_:
        shown = "<choice>" if name.startswith("<") else name
        context.warn(f"ignoring type redefinition of '{shown}' from '{found}' to '{type_}'", location)


def _choice_type(phrase: Phrase, entry: Entry, context: Context) -> None:
    if Trait.TYPED_CHOICE in context.traits:
        _type(phrase, entry, context)
    elif phrase.kind == "bool" and Trait.BOOL_CHOICE in context.traits:
        _prompt(phrase, entry, context)
    else:
        raise phrase.error("a choice has no type in this tree", hint='write prompt "…"')


def _prompt(phrase: Phrase, entry: Entry, context: Context) -> None:
    text = phrase.take(QUOTED)
    if entry.node.prompts:
        context.warn("prompt redefined", phrase.location)
    entry.node.prompts.append((text.lstrip(" \f\n\r\t\v"), phrase.condition(), phrase.location))


def _depends(phrase: Phrase, entry: Entry, context: Context) -> None:
    phrase.take("on")
    expr = phrase.expr()
    if phrase.ahead == "if" and Trait.CONDITIONAL_DEPENDS not in context.traits:
        raise phrase.error("'depends on' takes no 'if' in this tree")
    if phrase.maybe("if"):
        expr = any_of([expr, compared(phrase.expr(), equal=True)])
    phrase.end()
    entry.node.depends.append((expr, phrase.location))


def compared(expr: Expr, *, equal: bool) -> Expr:
    """`expr = n`, or `expr != n`: the comparison is pushed down to the names.

    Source: expr_trans_compare() of scripts/kconfig/expr.c. So `!A` compared is `A != n`, which counts m, and a name
    that no symbol has is a text, which is not n.
    """
    match expr:
        case Const() | Ref():
            return Compare("=" if equal else "!=", expr, NO)
        case Compare():
            return Not(expr) if equal else expr
        case Not(operand):
            return compared(operand, equal=not equal)
        case And(operands):
            found = any_of([compared(operand, equal=True) for operand in operands])
        case Or(operands):
            found = all_of([compared(operand, equal=True) for operand in operands])
    return found if equal else Not(found)


def _visible(phrase: Phrase, entry: Entry, _context: Context) -> None:
    entry.node.visible.append((phrase.condition(), phrase.location))


def _select(phrase: Phrase, entry: Entry, _context: Context) -> None:
    lines = entry.node.selects if phrase.kind == "select" else entry.node.implies
    lines.append((phrase.name(), phrase.condition(), phrase.location))


def _default(phrase: Phrase, entry: Entry, context: Context) -> None:
    value = phrase.expr()
    entry.node.defaults.append((value, phrase.condition(), phrase.location, phrase.kind))
    if phrase.kind != "default":
        _set_type(phrase, entry, context, "bool" if phrase.kind == "def_bool" else "tristate")


def _choice_default(phrase: Phrase, entry: Entry, _context: Context) -> None:
    name = phrase.name()
    entry.node.defaults.append((Ref(name), phrase.condition(), phrase.location, phrase.kind))


def _range(phrase: Phrase, entry: Entry, _context: Context) -> None:
    low, high = phrase.symbol(), phrase.symbol()
    entry.node.ranges.append((low, high, phrase.condition(), phrase.location))


def _optional(phrase: Phrase, entry: Entry, context: Context) -> None:
    phrase.end()
    if Trait.OPTIONAL_CHOICE not in context.traits:
        raise phrase.error("no choice is optional in this tree")
    entry.attributes.optional = True


def _modules(phrase: Phrase, entry: Entry, context: Context) -> None:
    if Trait.MODULES not in context.traits:
        raise phrase.error("'modules' needs 'option' before it in this tree")
    _enable_modules(phrase, entry, context)


def _enable_modules(phrase: Phrase, entry: Entry, context: Context) -> None:
    phrase.end()
    name, other = entry.node.name, context.special.modules
    if other is not None:
        raise phrase.error(f"symbol '{name}' redefines option 'modules' already defined by symbol '{other}'")
    context.special.modules = name


def _transitional(phrase: Phrase, entry: Entry, _context: Context) -> None:
    phrase.end()
    entry.attributes.transitional = True


def _option(phrase: Phrase, entry: Entry, context: Context) -> None:
    if phrase.maybe("modules"):
        _enable_modules(phrase, entry, context)
    elif phrase.maybe("allnoconfig_y"):
        entry.attributes.allnoconfig_y = True
    elif phrase.maybe("defconfig_list"):
        name = entry.node.name
        if context.special.defconfig_list not in (None, name):
            raise phrase.error("trying to redefine defconfig symbol")
        context.special.defconfig_list = name
        entry.attributes.hidden = True
    elif phrase.maybe("env"):
        phrase.take("=")
        entry.attributes.env = phrase.take(QUOTED)
    else:
        raise phrase.error("unrecognized option")
    phrase.end()


_OF_SYMBOLS: dict[str, Reader] = {
    **dict.fromkeys(("bool", "tristate", "int", "hex", "string"), _type),
    **dict.fromkeys(("default", "def_bool", "def_tristate"), _default),
    **dict.fromkeys(("select", "imply"), _select),
    "prompt": _prompt,
    "depends": _depends,
    "range": _range,
    "modules": _modules,
    "transitional": _transitional,
    "option": _option,
}
_OF_CHOICES: dict[str, Reader] = {
    **dict.fromkeys(("bool", "tristate"), _choice_type),
    "prompt": _prompt,
    "depends": _depends,
    "default": _choice_default,
    "optional": _optional,
}

READERS: Mapping[str, Mapping[str, Reader]] = {
    "symbol": _OF_SYMBOLS,
    "choice": _OF_CHOICES,
    "menu": {"depends": _depends, "visible": _visible},
    "comment": {"depends": _depends},
}
"""What each kind of entry may say; all but menus and comments may have a help text as well."""


def check_entry(entry: Entry, context: Context, *, in_choice: bool) -> None:
    """What an entry must have had when the next statement is no property of it: conf refuses one without, or warns
    (menu_finalize() in scripts/kconfig/menu.c, parser.y). Raises SourceError."""
    node, traits = entry.node, context.traits
    error = ""
    if node.kind == "choice" and not node.prompts and Trait.REFUSES_BARE_CHOICE in traits:
        error = "choice must have a prompt"
    elif node.kind == "symbol" and in_choice:
        if not node.prompts and Trait.REFUSES_BARE_MEMBER in traits:
            error = "choice member must have a prompt"
        elif entry.attributes.type != "bool" and Trait.REFUSES_MEMBER_TYPE in traits:
            error = "choice member must be bool"
    elif entry.menuconfig and not node.prompts:
        error = "menuconfig statement without prompt"
        if Trait.REFUSES_BARE_MENUCONFIG not in traits:
            context.warn(error, node.location)
            return
    if error:
        raise SourceError(error, path=node.location.path, lineno=node.location.line)

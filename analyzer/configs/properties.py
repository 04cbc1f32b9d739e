"""The lines of an entry, one reader per property.

Enters: kconfiglib's reader, standing on a line. Leaves: what the line says, with its place, in a `RawProperties`. Must
hold: nothing is propagated or merged here; what kconfiglib 14.1 does not know (bare `modules`, `transitional`, `depends
on A if B`) is read as the newer grammar has it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import kconfiglib

from analyzer.model.expr import Location

TRANSITIONAL = object()
"""The token of a line `transitional`, which kconfiglib has none for."""


@dataclass(slots=True)
class RawProperties:
    """What one entry says, as kconfiglib's own expression tuples, each with its place."""

    depends: list[tuple[Any, Location]] = field(default_factory=list)
    visible: list[tuple[Any, Location]] = field(default_factory=list)
    prompt: tuple[str, Any, Location] | None = None
    defaults: list[tuple[Any, Any, Location]] = field(default_factory=list)
    selects: list[tuple[Any, Any, Location]] = field(default_factory=list)
    implies: list[tuple[Any, Any, Location]] = field(default_factory=list)
    ranges: list[tuple[Any, Any, Any, Location]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class IfThen:
    """`depends on consequence if condition`, as the two raw expressions."""

    consequence: Any
    condition: Any


# One reader per property. Each gets the tokens of its line in `reader._tokens`, the first of which chose it.


def _type(reader: Any, node: Any, found: RawProperties) -> None:
    reader._set_type(node.item, reader._tokens[0])
    if reader._tokens[1] is not None:
        _prompt(reader, node, found)


def _prompt(reader: Any, node: Any, found: RawProperties) -> None:
    location = reader.here()
    reader._parse_prompt(node)
    found.prompt = (*node.prompt, location)


def _depends(reader: Any, node: Any, found: RawProperties) -> None:
    if not reader._check_token(kconfiglib._T_ON):
        reader._parse_error("expected 'on' after 'depends'")
    expr = reader._parse_expr(True)
    if reader._check_token(kconfiglib._T_IF):
        expr = IfThen(expr, reader._parse_expr(True))
    if reader._tokens[reader._tokens_i] is not None:
        reader._trailing_tokens_error()
    found.depends.append((expr, reader.here()))


def _visible(reader: Any, node: Any, found: RawProperties) -> None:
    if node.item != kconfiglib.MENU:
        reader._parse_error('"visible if" is only valid for menus')
    if not reader._check_token(kconfiglib._T_IF):
        reader._parse_error("expected 'if' after 'visible'")
    expr = reader._parse_expr(True)
    if reader._tokens[reader._tokens_i] is not None:
        reader._trailing_tokens_error()
    found.visible.append((expr, reader.here()))


def _select(reader: Any, node: Any, found: RawProperties) -> None:
    if not isinstance(node.item, kconfiglib.Symbol):
        reader._parse_error("only symbols can select")
    found.selects.append((reader._expect_nonconst_sym(), reader._parse_cond(), reader.here()))


def _imply(reader: Any, node: Any, found: RawProperties) -> None:
    if not isinstance(node.item, kconfiglib.Symbol):
        reader._parse_error("only symbols can imply")
    found.implies.append((reader._expect_nonconst_sym(), reader._parse_cond(), reader.here()))


def _default(reader: Any, node: Any, found: RawProperties) -> None:
    found.defaults.append((reader._parse_expr(False), reader._parse_cond(), reader.here()))


def _typed_default(reader: Any, node: Any, found: RawProperties) -> None:
    reader._set_type(node.item, kconfiglib._DEF_TOKEN_TO_TYPE[reader._tokens[0]])
    _default(reader, node, found)


def _range(reader: Any, node: Any, found: RawProperties) -> None:
    low, high = reader._expect_sym(), reader._expect_sym()
    found.ranges.append((low, high, reader._parse_cond(), reader.here()))


def _help(reader: Any, node: Any, _found: RawProperties) -> None:
    reader._parse_help(node)
    node.help = None


def _optional(reader: Any, node: Any, _found: RawProperties) -> None:
    if not isinstance(node.item, kconfiglib.Choice):
        reader._parse_error('"optional" is only valid for choices')
    node.item.is_optional = True


def _modules(reader: Any, node: Any, _found: RawProperties) -> None:
    reader.modules_symbol = node.item


def _transitional(reader: Any, node: Any, _found: RawProperties) -> None:
    reader.transitional.add(node.item.name)


def _option(reader: Any, node: Any, _found: RawProperties) -> None:
    # `option …` was removed step by step up to 5.13; older trees still have it.
    if reader._check_token(kconfiglib._T_MODULES):
        reader.modules_symbol = node.item
    elif reader._check_token(kconfiglib._T_ALLNOCONFIG_Y):
        node.item.is_allnoconfig_y = True
    elif reader._check_token(kconfiglib._T_ENV):
        if not reader._check_token(kconfiglib._T_EQUAL):
            reader._parse_error("expected '=' after 'env'")
        reader.env_options[node.item.name] = reader._expect_str_and_eol()
    elif not reader._check_token(kconfiglib._T_DEFCONFIG_LIST):
        reader._parse_error("unrecognized option")


PROPERTIES: dict[Any, Callable[[Any, Any, RawProperties], None]] = {
    **dict.fromkeys(kconfiglib._TYPE_TOKENS, _type),
    **dict.fromkeys(kconfiglib._DEF_TOKEN_TO_TYPE, _typed_default),
    kconfiglib._T_PROMPT: _prompt,
    kconfiglib._T_DEPENDS: _depends,
    kconfiglib._T_VISIBLE: _visible,
    kconfiglib._T_SELECT: _select,
    kconfiglib._T_IMPLY: _imply,
    kconfiglib._T_DEFAULT: _default,
    kconfiglib._T_RANGE: _range,
    kconfiglib._T_HELP: _help,
    kconfiglib._T_OPTIONAL: _optional,
    kconfiglib._T_MODULES: _modules,
    kconfiglib._T_OPTION: _option,
    TRANSITIONAL: _transitional,
}

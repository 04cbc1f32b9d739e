"""The text of a .config.

Enters: ResolvedConfig. Leaves: str. Must hold: below the header line that names the version, the bytes are those that
conf_write() of scripts/kconfig/confdata.c writes: the same lines in the same order, comments and blank lines included.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import Tristate
from analyzer.model.kconfig import MenuEntry, Symbol


def dotconfig(config: ResolvedConfig) -> str:
    """The .config of `config`, header included."""
    out = ["#\n", "# Automatically generated file; DO NOT EDIT.\n", f"# {config.model.mainmenu}\n", "#\n"]
    written: set[str] = set()
    open_menus: list[MenuEntry] = []
    need_newline = False

    def close(index: int) -> bool:
        closed = False
        while open_menus and open_menus[-1].end <= index:
            menu = open_menus.pop()
            if menu.ended and _shows(config, menu):
                out.append(f"# end of {menu.title}\n")
                closed = True
        return closed

    for index, entry in enumerate(config.model.menu):
        need_newline = close(index) or need_newline
        if entry.kind in ("menu", "comment"):
            if _shows(config, entry):
                out.append(f"\n#\n# {entry.title}\n#\n")
                need_newline = False
            if entry.kind == "menu":
                open_menus.append(entry)
        elif entry.kind == "symbol" and entry.name in config.written and entry.name not in written:
            line = symbol_line(config, entry.name)
            if need_newline:
                out.append("\n")
                need_newline = False
            written.add(entry.name)
            out.append(line)
    close(len(config.model.menu))
    return "".join(out)


def written_lines(config: ResolvedConfig) -> Iterator[tuple[str, str]]:
    """Name and value, as written behind the `=` (n for "is not set"), of all that .config mentions, in its order."""
    seen: set[str] = set()
    for entry in config.model.menu:
        if entry.kind == "symbol" and entry.name in config.written and entry.name not in seen:
            seen.add(entry.name)
            yield entry.name, value_text(config.model.symbols[entry.name], config.values[entry.name])


def auto_conf(config: ResolvedConfig) -> dict[str, str]:
    """The symbols of include/config/auto.conf, which makefiles see, with their bare values: what is written and not n.

    Source: conf_write_autoconf() in scripts/kconfig/confdata.c.
    """
    return {
        name: config.values[name]
        for name in sorted(config.written)
        if config.values[name] != "n" or name in config.texts
    }


def settings(config: ResolvedConfig) -> dict[str, str]:
    """The symbols that are on, with their values as `dotconfig` writes them: strings with quotes, no empty numbers."""
    symbols, values = config.model.symbols, config.values
    found = ((name, value_text(symbols[name], values[name])) for name in config.written)
    return {name: text for name, text in found if text not in ("", "n") and symbols[name].type != "unknown"}


def autoconf_h(config: ResolvedConfig) -> str:
    """The lines of include/generated/autoconf.h, which the compiler sees, below its comment; sorted by name.

    Source: print_symbol_for_c() in scripts/kconfig/confdata.c.
    """
    lines = []
    for name, value in auto_conf(config).items():
        symbol = config.model.symbols[name]
        if symbol.is_tristate_valued:
            lines.append(f"#define CONFIG_{name}{'_MODULE' if value == 'm' else ''} 1\n")
        else:
            prefix = "0x" if symbol.type == "hex" and not value.startswith(("0x", "0X")) else ""
            lines.append(f"#define CONFIG_{name} {prefix}{value_text(symbol, value)}\n")
    return "".join(lines)


def value_text(symbol: Symbol, value: str) -> str:
    """A value as .config writes it: strings quoted, with backslashes before quotes and backslashes."""
    if symbol.type == "string":
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return value


def symbol_line(config: ResolvedConfig, name: str) -> str:
    """The line of one symbol, newline included; nothing for a symbol without a type."""
    symbol = config.model.symbols[name]
    if symbol.type == "unknown":
        return ""
    value = value_text(symbol, config.values[name])
    if symbol.is_tristate_valued and value == "n":
        return f"# CONFIG_{name} is not set\n"
    return f"CONFIG_{name}={value}\n"


def _shows(config: ResolvedConfig, entry: MenuEntry) -> bool:
    return config.value(entry.condition) is not Tristate.n

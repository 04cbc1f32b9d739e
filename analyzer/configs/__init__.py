"""Kconfig files in, resolved configs out.

Enters: a SourceTree and what answers its `$(shell,…)`. Leaves: KconfigModel (`read.read`), Program
(`compile.compile_model`), ConfigSource (`Shelf.load`), ResolvedConfig (`resolve`) and the text of a .config
(`dotconfig`). Must hold: text is read, and a config resolved, as the tree's own scripts/kconfig does it.
"""

from typing import TYPE_CHECKING

from analyzer.lazy_imports import import_lazily

if TYPE_CHECKING:
    from analyzer.configs.answers import parse_value
    from analyzer.configs.codec import decode, encode
    from analyzer.configs.codec_program import decode_program, encode_program
    from analyzer.configs.fewest import Fewest
    from analyzer.configs.inputs import Inputs
    from analyzer.configs.minimal import Minimal, minimal
    from analyzer.configs.program import Program
    from analyzer.configs.programs import Programs
    from analyzer.configs.resolve import merged, resolve, resolve_all
    from analyzer.configs.sampling import Sample, sample
    from analyzer.configs.targets import TARGETS, Shelf
    from analyzer.configs.three_valued import Doubt
    from analyzer.configs.unanswered import menus, unanswered
    from analyzer.configs.variants import Variants
    from analyzer.configs.write import auto_conf, autoconf_h, dotconfig, settings, symbol_line, value_text

__all__ = [
    "TARGETS",
    "Doubt",
    "Fewest",
    "Inputs",
    "Minimal",
    "Program",
    "Programs",
    "Sample",
    "Shelf",
    "Variants",
    "auto_conf",
    "autoconf_h",
    "decode",
    "decode_program",
    "dotconfig",
    "encode",
    "encode_program",
    "menus",
    "merged",
    "minimal",
    "parse_value",
    "resolve",
    "resolve_all",
    "sample",
    "settings",
    "symbol_line",
    "unanswered",
    "value_text",
]

import_lazily(__name__)

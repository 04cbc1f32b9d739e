"""Trees: locates a Linux tree or the bundled one, as one architecture, and chooses the compilers that it is asked with.

Enters: a folder, ARCH, CROSS_COMPILE. Leaves: `SourceTree`. Must hold: a tree is looked at, never run and never
written to.
"""

from typing import TYPE_CHECKING

from analyzer.lazy_imports import import_lazily

if TYPE_CHECKING:
    from analyzer.trees.architectures import architectures, distinct, files
    from analyzer.trees.bundled import bundled_architectures, bundled_root, is_bundled
    from analyzer.trees.compilers import NO_COMPILERS, Compilers, find_compilers, version_text
    from analyzer.trees.defconfig import DefaultConfig, default_config
    from analyzer.trees.helps import helps
    from analyzer.trees.homes import defined, entries, homes, is_defined
    from analyzer.trees.host import machine, uname
    from analyzer.trees.locate import has_compiler, locate, machine_arch
    from analyzer.trees.mentions import mentions
    from analyzer.trees.recipes import recipes
    from analyzer.trees.texts import is_file_within, read_within

__all__ = [
    "NO_COMPILERS",
    "Compilers",
    "DefaultConfig",
    "architectures",
    "bundled_architectures",
    "bundled_root",
    "default_config",
    "defined",
    "distinct",
    "entries",
    "files",
    "find_compilers",
    "has_compiler",
    "helps",
    "homes",
    "is_bundled",
    "is_defined",
    "is_file_within",
    "locate",
    "machine",
    "machine_arch",
    "mentions",
    "read_within",
    "recipes",
    "uname",
    "version_text",
]

import_lazily(__name__)

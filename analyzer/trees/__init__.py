"""Trees: locates a Linux tree or the bundled one, as one architecture, and chooses the compilers that it is asked with.

Enters: a folder, ARCH, CROSS_COMPILE. Leaves: `SourceTree`. Must hold: a tree is looked at, never run and never
written to.
"""

from analyzer.trees.architectures import architectures, distinct, files
from analyzer.trees.bundled import bundled_architectures, bundled_root
from analyzer.trees.compilers import Compilers, find_compilers
from analyzer.trees.defconfig import DefaultConfig, default_config
from analyzer.trees.homes import homes
from analyzer.trees.host import uname_answer
from analyzer.trees.locate import has_compiler, locate
from analyzer.trees.recipes import recipes
from analyzer.trees.texts import read_within

__all__ = [
    "Compilers",
    "DefaultConfig",
    "architectures",
    "bundled_architectures",
    "bundled_root",
    "default_config",
    "distinct",
    "files",
    "find_compilers",
    "has_compiler",
    "homes",
    "locate",
    "read_within",
    "recipes",
    "uname_answer",
]

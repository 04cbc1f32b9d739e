"""Kconfig files in, resolved configs out.

Enters: a SourceTree and what answers its `$(shell,…)`. Leaves: KconfigModel (`read`), Program (`compile_model`),
ConfigSource (`load`), ResolvedConfig (`resolve`) and the text of a .config (`dotconfig`). Must hold: kconfiglib is used
here and nowhere else, only to parse; what a config resolves to is decided by our own program.
"""

from analyzer.configs.compile import DependencyLoop, compile_model
from analyzer.configs.program import Program
from analyzer.configs.read import read
from analyzer.configs.resolve import resolve
from analyzer.configs.targets import config_names, load
from analyzer.configs.write import dotconfig, value_text

__all__ = [
    "DependencyLoop",
    "Program",
    "compile_model",
    "config_names",
    "dotconfig",
    "load",
    "read",
    "resolve",
    "value_text",
]

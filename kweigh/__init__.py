"""kweigh as a library: what does each Kconfig option pull in, change and weigh?

Enters: the name of a tree. Leaves: a `Tree`, and of it `Config`s, `Option`s and `Result`s. Must hold: what is named
here is public and follows semantic versioning (docs/api.md), nothing else does; the command line is made of it; loading
it loads nothing that nobody asks for.

    >>> import kweigh
    >>> tree = kweigh.open("bundled", arch="powerpc")
    >>> config = tree.resolve("defconfig")
    >>> config["DMA_OPS_BYPASS"].value
    'y'
"""

from typing import TYPE_CHECKING

from analyzer.lazy_imports import import_lazily

if TYPE_CHECKING:
    from analyzer.errors import AnalyzerError, BuildFailed, InputError, SourceError, ToolchainError, UsageError
    from analyzer.pipeline.opening import Progress
    from kweigh.asked import Build
    from kweigh.config import Config, Option
    from kweigh.result import Result, feature_sets, render, schema, schemas, targets, version
    from kweigh.shrinking import shrunk
    from kweigh.tree import Tree, open

__all__ = [
    "AnalyzerError",
    "Build",
    "BuildFailed",
    "Config",
    "InputError",
    "Option",
    "Progress",
    "Result",
    "SourceError",
    "ToolchainError",
    "Tree",
    "UsageError",
    "feature_sets",
    "open",
    "render",
    "schema",
    "schemas",
    "shrunk",
    "targets",
    "version",
]

import_lazily(__name__)

"""The room of drivers' sources: which calls of the DMA API a C file makes, and which rules of it these break.

Enters: a C file, and the headers beside it that it includes. Leaves: a `DriverSource`. Must hold: the file is parsed,
never run or preprocessed; what it does not say itself is undecided. The rules are those of
Documentation/core-api/dma-api.rst and dma-api-howto.rst.
"""

from typing import TYPE_CHECKING

from analyzer.lazy_imports import import_lazily

if TYPE_CHECKING:
    from analyzer.drivers.study import study

__all__ = ["study"]

import_lazily(__name__)

"""The room of the mapping model: what a device's mapping calls do under a config, for each version of the code.

Enters: a `ResolvedConfig`, scenarios (TOML), a version's name. Leaves: `DmaTrace` values, findings of a hunt, counts
per packet. Must hold: data moves for real, and what a config compiles out does not exist here either. The judge is the
kernel's own C (tests/oracle/dma) where there is a tree of that version, and else the facts that were read from it.
"""

from typing import TYPE_CHECKING

from analyzer.lazy_imports import import_lazily

if TYPE_CHECKING:
    from analyzer.dma.behaviour import misbehaviour
    from analyzer.dma.calls import ways_taken
    from analyzer.dma.dialect import FILES, rules_in, rules_of_gates
    from analyzer.dma.hunt import hunt
    from analyzer.dma.lives import lives
    from analyzer.dma.packets import packets
    from analyzer.dma.platforms import platform_of, platform_symbols
    from analyzer.dma.play import play
    from analyzer.dma.questions import BAD, answers, mended_in, question_of
    from analyzer.dma.rules import VERSIONS, rules_of
    from analyzer.dma.scenarios import built_in, load
    from analyzer.dma.write import toml

__all__ = [
    "BAD",
    "FILES",
    "VERSIONS",
    "answers",
    "built_in",
    "hunt",
    "lives",
    "load",
    "mended_in",
    "misbehaviour",
    "packets",
    "platform_of",
    "platform_symbols",
    "play",
    "question_of",
    "rules_in",
    "rules_of",
    "rules_of_gates",
    "toml",
    "ways_taken",
]

import_lazily(__name__)

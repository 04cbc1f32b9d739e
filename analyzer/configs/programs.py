"""The program of a model, compiled as far as somebody asks.

Enters: a model without loops, and where its whole program may be kept. Leaves: Programs. Must hold: a program of some
symbols gives these, and all that they stand on, the values that the whole program gives them.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from analyzer.configs.program import Program
from analyzer.model.kconfig import KconfigModel


@dataclass(slots=True)
class Programs:
    """The programs of `model`. `known` gives the whole one where it was compiled before, `keep` takes it once it is.

    Most questions are about a few symbols, which stand on some hundred of the 16,000 of a kernel.
    """

    model: KconfigModel
    known: Callable[[], Program | None] = lambda: None
    keep: Callable[[Program], None] = lambda _program: None
    _whole: Program | None = field(init=False, default=None)
    _looked: bool = field(init=False, default=False)

    @property
    def whole(self) -> Program:
        """The program of all symbols. Raises what `compile.compile_whole` raises."""
        found = self.before()
        if found is None:
            from analyzer.configs.compile import compile_whole

            with without_collector():
                found = self._whole = compile_whole(self.model)
                self.keep(found)
        return found

    def of(self, names: Collection[str]) -> Program:
        """The program of the symbols `names`; those that the model does not define are left out. Raises what
        `compile.compile_some` raises."""
        from analyzer.configs.compile import compile_some

        with without_collector():
            return compile_some(self.model, names)

    def before(self) -> Program | None:
        """The whole program, if it has been compiled."""
        if not self._looked:
            self._looked = True
            self._whole = self.known()
        return self._whole


@contextmanager
def without_collector() -> Iterator[None]:
    """Hundreds of thousands of lists are made at once, none of them garbage; looking through them costs twice what
    making them does."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()

"""What configs leave open, hand-made.

Enters: nothing. Leaves: `Unanswered`. Must hold: as in build_configs.py.
"""

from __future__ import annotations

from analyzer.model.new import NewSymbol, Unanswered
from tests.reports.build_chains import at
from tests.reports.build_configs import REASONS, cause, config

_OPENER = cause("", "CONFIG_PCI=y", at("old.config", 7))


def _one(name: str, *menu: str, value: str = "y", opened: bool = True) -> NewSymbol:
    return NewSymbol(
        name=name,
        type="bool",
        value=value,
        line=f"CONFIG_{name}={value}" if value != "n" else f"# CONFIG_{name} is not set",
        prompt=f"Support for {name}",
        menu=menu,
        location=at("drivers/Kconfig", 9),
        reason=REASONS["DMA_OPS"],
        needs="PCI",
        opened=(_OPENER,) if opened else (),
    )


def few() -> Unanswered:
    """Two menus and what stands above them."""
    symbols = (_one("A"), _one("B", "Drivers", "PCI", value="n", opened=False), _one("C", "Drivers", "PCI"))
    return Unanswered(config=config(), symbols=symbols)


def many() -> Unanswered:
    """More than are shown."""
    return Unanswered(config=config(), symbols=tuple(_one(f"S{i}", "Drivers", f"Menu {i % 3}") for i in range(30)))


def none() -> Unanswered:
    """A config that answers all."""
    return Unanswered(config=config(), symbols=())

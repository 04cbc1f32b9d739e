"""Faults of a tree, hand-made.

Enters: nothing. Leaves: `Linted`. Must hold: as in build_configs.py.
"""

from __future__ import annotations

from analyzer.model.lint import FAULT_KINDS, Fault, Linted
from tests.reports.build_chains import at


def linted(times: int = 1) -> Linted:
    """A fault of each kind, the names in code `times` over, and a choice that nothing was decided of."""
    faults = [
        Fault(
            kind="unmet-select",
            name="DMA_OPS",
            text="IOMMU selects DMA_OPS, whose dependencies may not be met",
            location=at("drivers/iommu/Kconfig", 7),
            lines=(("DMA_OPS depends on HAS_DMA", at("kernel/dma/Kconfig", 12)),),
            witness=("CONFIG_IOMMU=y", "# CONFIG_PCI is not set"),
        ),
        Fault(
            kind="member-select",
            name="SWAP_BIG",
            text="BOARD selects SWAP_BIG, which may stay off: it is a choice's member",
            location=at("drivers/mtd/Kconfig", 115),
            lines=(("the choice gives SWAP_NONE", at("drivers/mtd/chips/Kconfig", 44)),),
            witness=("CONFIG_BOARD=y",),
        ),
        Fault(
            kind="empty-choice",
            name='<choice "Compression" usr/Kconfig:111>',
            text="the choice shows and none of its members does",
            location=at("usr/Kconfig", 111),
            witness=('CONFIG_INITRAMFS_SOURCE="x"',),
        ),
        Fault(
            kind="never-on",
            name="IRQ_TIMINGS",
            text="no config has IRQ_TIMINGS on: it has no prompt and no default, and nothing selects it",
            location=at("kernel/irq/Kconfig", 102),
        ),
        Fault(
            kind="default-never-taken",
            name="SHIFT",
            text="no config takes this default of SHIFT: default 0 if SMALL",
            location=at("init/Kconfig", 749),
            lines=(("default 12 if !SMALL", at("init/Kconfig", 748)),),
        ),
        Fault(
            kind="unknown-name",
            name="MISSING",
            text="depends on names MISSING, which no Kconfig file defines",
            location=at("drivers/bus/Kconfig", 43),
            more=8,
        ),
        Fault(
            kind="unknown-in-makefile",
            name="GONE",
            text="a makefile asks for CONFIG_GONE, which no Kconfig file defines",
            location=at("drivers/Makefile", 3),
        ),
    ]
    faults += [
        Fault(
            kind="unknown-in-code",
            name=f"LOST_{i}",
            text=f"code asks for CONFIG_LOST_{i}, which no Kconfig file defines",
            location=at("kernel/irq/manage.c", i + 1),
        )
        for i in range(times)
    ]
    return Linted(
        tree="Linux 6.1.192 x86_64",
        arch="x86_64",
        faults=tuple(faults),
        counts=dict.fromkeys(FAULT_KINDS[:6], 1200),
        undecided=("the choice at usr/Kconfig:111",),
    )


def clean() -> Linted:
    """A tree without a fault."""
    return Linted(tree="bundled x86_64", arch="x86_64", faults=(), counts=dict.fromkeys(FAULT_KINDS[:6], 3))

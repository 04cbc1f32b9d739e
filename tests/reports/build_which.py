"""Answers of `kweigh which`, hand-made.

Enters: nothing. Leaves: `Which`. Must hold: as in build_configs.py.
"""

from __future__ import annotations

from analyzer.model.build import Guard, KbuildObject, Step
from analyzer.model.which import Listed, Use, Which
from tests.reports.build_chains import at
from tests.reports.build_configs import config

_TOP = Step(where=at("Kbuild", 100), variable="obj-y", word="drivers/")
_FOLDER = Step(
    where=at("drivers/Makefile", 40),
    variable="obj-$(CONFIG_VDPA_SIM)",
    word="vdpa/",
    symbols=(("VDPA_SIM", "y"),),
    also=(Step(where=at("drivers/Makefile", 41), variable="obj-$(CONFIG_GONE)", word="vdpa/"),),
)
_MODULE = Step(where=at("drivers/vdpa/Makefile", 2), variable="obj-$(CONFIG_VDPA_SIM)", word="vdpa-sim.o")
_PART = Step(
    where=at("drivers/vdpa/Makefile", 3),
    variable="vdpa-sim-y",
    word="core.o",
    guards=(Guard(where=at("drivers/vdpa/Makefile", 1), text="ifdef CONFIG_DMA_OPS"),),
)


def _use(*steps: Step, built: bool = False, needs: tuple[tuple[str, ...], ...] = (("VDPA_SIM",),)) -> Use:
    path = f"drivers/vdpa/{steps[-1].word}"
    one = KbuildObject(path=path, goal="vmlinux", into="drivers/vdpa/built-in.a", because=steps)
    return Use(one=one, target="drivers/vdpa/vdpa-sim.ko", built=built, needs=needs)


def of_source() -> Which:
    """A source that the config does not build."""
    uses = (_use(_TOP, _FOLDER, _MODULE, _PART),)
    return Which(question="drivers/vdpa/core.c", kind="source", config=config(), uses=uses, undefined={})


def of_module() -> Which:
    """A module of two parts, one of which is built and needs more; lines that nothing here can satisfy."""
    uses = (
        _use(_TOP, _FOLDER, _MODULE, _PART, built=True, needs=(("VDPA_SIM", "GONE"), ("DMA_OPS",))),
        _use(_TOP, _FOLDER, _MODULE, needs=(("VDPA_SIM", "GONE"), ("NOWHERE",))),
    )
    homes = {"NOWHERE": ("arch/arm/Kconfig",)}
    return Which(question="vdpa_sim", kind="module", config=config(), uses=uses, undefined=homes)


def of_nothing() -> Which:
    """A host program."""
    return Which(
        question="scripts/mod/modpost.c",
        kind="source",
        config=config(),
        mentions=((at("scripts/mod/Makefile", 5), "hostprogs-always-y += modpost"),),
        elsewhere=("arm",),
        undefined={},
    )


def of_symbol() -> Which:
    """What an option builds."""
    lines = (
        Listed(step=_FOLDER, words=("vdpa/",), targets=(), built=False),
        Listed(step=_MODULE, words=("vdpa-sim.o",), targets=("drivers/vdpa/vdpa-sim.ko",), built=False),
    )
    return Which(question="VDPA_SIM", kind="symbol", config=config(), lines=lines, undefined={})

"""Rule: the bundled tree has a plan: kconfig/X/ stands for X/, and the kernel's order of folders holds."""

from __future__ import annotations

from pathlib import Path

from analyzer import kbuild
from analyzer.model.build import BuildPlan

ROOT = Path(__file__).parents[2]


def _plan(srcarch: str, arch: str, *symbols: str) -> BuildPlan:
    plan = kbuild.evaluate(ROOT, srcarch, arch, dict.fromkeys(symbols, "y"))
    assert plan.unresolved == ()
    return plan


def test_the_gate_of_the_series() -> None:
    without = {one.path for one in _plan("powerpc", "powerpc", "HAS_DMA").objects}
    gated = _plan("powerpc", "powerpc", "HAS_DMA", "DMA_OPS")
    (dummy,) = (one for one in gated.objects if one.path not in without)
    assert dummy.path == "kernel/dma/dummy.o"
    assert dummy.into == "kernel/dma/built-in.a"
    assert [(step.where.path, step.word) for step in dummy.because] == [
        ("kconfig/Makefile", "kernel/"),
        ("kconfig/kernel/Makefile", "dma/"),
        ("kconfig/kernel/dma/Makefile", "dummy.o"),
    ]
    assert dummy.because[-1].symbols == (("DMA_OPS", "y"),)


def test_every_architecture_has_objects() -> None:
    for makefile in sorted(ROOT.glob("arch/*/Makefile")):
        srcarch = makefile.parent.name
        plan = _plan(srcarch, srcarch, "HAS_DMA", "DMA_OPS", "PCI")
        assert {one.goal for one in plan.objects} == {"vmlinux"}
        assert f"arch/{srcarch}/Makefile" in plan.files


def test_core_comes_first_and_drivers_last() -> None:
    paths = [one.path for one in _plan("x86", "x86_64", "HAS_DMA", "PCI").objects]
    assert paths.index("arch/x86/kernel/pci-dma.o") < paths.index("kernel/dma/mapping.o")
    assert paths.index("kernel/dma/mapping.o") < paths.index("arch/x86/pci/common.o")

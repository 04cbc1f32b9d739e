"""One page with everything on it.

Enters: nothing. Leaves: overviews of the hand-made configs. Must hold: every part of a page is reached: measured and
not, configs that failed, symbols beside the features.
"""

from __future__ import annotations

from dataclasses import replace

from analyzer.model.expr import YES, Tristate
from analyzer.model.gate import GateMeasurement
from analyzer.model.graph import Edge, EdgeKind, ValuedEdge
from analyzer.model.known import Missing
from analyzer.model.mapping import ModelRun
from analyzer.model.overview import MeasuredImage, MeasuredObject, Overview, Part
from analyzer.model.size import Origin
from tests.reports.build_chains import at
from tests.reports.build_configs import analysis, with_failure

LACKING = Missing(builds=("as it is", "DMA_OPS turned"), command="kweigh gate DMA_OPS --tree DIR --build")


def _edge(kind: EdgeKind, source: str, target: str, value: Tristate) -> ValuedEdge:
    place = at("drivers/iommu/Kconfig", 7)
    return ValuedEdge(edge=Edge(kind=kind, source=source, target=target, condition=YES, location=place), value=value)


def overview(mapping: ModelRun | None, gates: tuple[GateMeasurement, ...]) -> Overview:
    """A measured config, beside others of which one failed."""
    found = analysis()
    return Overview(
        matrix=with_failure(),
        config=found.config,
        features=found.features,
        edges=(
            _edge("selects", "INTEL_IOMMU", "DMA_OPS", Tristate.y),
            _edge("depends", "INTEL_IOMMU", "PCI", Tristate.n),
            _edge("depends", "IOMMU_DMA", "PCI", Tristate.n),
            _edge("depends", "SWIOTLB", "RARE", Tristate.n),
            _edge("choice", "SWIOTLB", "<choice Kconfig:3>", Tristate.y),
            _edge("selects", "X86_64", "SWIOTLB", Tristate.y),
        ),
        mapping=mapping,
        gates=gates,
        image=MeasuredImage(
            origin=Origin(tree="Linux 6.1.0", arch="x86_64", compiler="gcc 12.2.0 (x86_64-linux-gnu)"),
            content=3100,
            objects=(
                MeasuredObject(path="kernel/dma/mapping.o", size=2000, feature="DMA_OPS"),
                MeasuredObject(path="lib/ctype.o", size=1000),
                MeasuredObject(path="empty.o", size=0),
            ),
        ),
        unmeasured="",
        toolchains=(("gcc 12.2.0 (x86_64-linux-gnu)", ("x86_64", "i386")),),
        command="kweigh report defconfig --tree DIR",
        parts=(Part(title="Matrix", command="kweigh matrix --tree DIR"),),
    )


def bare() -> Overview:
    """A page about features that the tree does not define, with nothing that was measured or played."""
    found = overview(mapping=None, gates=())
    return replace(
        found, image=None, unmeasured="Nobody has measured defconfig.", edges=(), features=(), ungated=LACKING
    )

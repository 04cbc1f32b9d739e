"""Hand-made answers of the room deps, as values.

Enters: nothing. Leaves: explanations, conflicts and a neighbourhood. Must hold: deterministic; they fit the tree of
build_configs.
"""

from __future__ import annotations

from analyzer.model.expr import YES, And, Const, Location, Not, Or, Ref, Tristate
from analyzer.model.graph import (
    Cycle,
    DefinitionState,
    Edge,
    Evidence,
    Explanation,
    Failure,
    LoopEdge,
    Mention,
    Neighbourhood,
    Node,
    Obstacle,
    Opening,
    Proposal,
    ProposedValue,
    Requirement,
    Step,
    UnmetDependency,
    ValuedEdge,
)


def at(path: str, line: int) -> Location:
    """A place."""
    return Location(path=path, line=line)


def requirement(text: str, where: Location, name: str, *, met: bool) -> Requirement:
    """A need on one symbol, met or not."""
    failing = Failure(expr=Ref(name), value=Tristate.n, mentions=(Mention(name=name, value="n", defined=True),))
    return Requirement(
        source="depends on",
        text=text,
        expr=Or((Ref(name), Ref("FOO"))),
        value=Tristate.y if met else Tristate.n,
        location=where,
        failures=() if met else (failing,),
    )


def forced() -> UnmetDependency:
    """A select against a dependency."""
    where = at("drivers/iommu/intel/Kconfig", 15)
    line = Evidence(name="INTEL_IOMMU", text="select DMA_OPS", location=where, condition=YES, value=Tristate.y)
    needs = (requirement("depends on HAS_DMA", at("kernel/dma/Kconfig", 12), "HAS_DMA", met=False),)
    return UnmetDependency(
        name="DMA_OPS",
        value="y",
        forced=Tristate.y,
        allowed=Tristate.n,
        selects=(line,),
        definitions=(
            DefinitionState(location=at("kernel/dma/Kconfig", 11), value=Tristate.n, visible=None, requirements=needs),
        ),
    )


def loop() -> Cycle:
    """A dependency loop of two."""
    return Cycle(
        edges=(
            LoopEdge(kind="depends on", source="A", target="B", location=at("Kconfig", 3)),
            LoopEdge(kind="is selected by", source="B", target="A", location=at("Kconfig", 5)),
        )
    )


def on_chain() -> Explanation:
    """Why DMA_OPS is on: two selectors, one of them seen twice."""
    user = at("x86_64_defconfig", 236)
    chosen = Evidence(name="", text="CONFIG_INTEL_IOMMU=y", location=user, condition=YES, value=Tristate.y)
    pci = Mention(name="PCI", value="y", defined=True)
    gone = Mention(name="IA64", value="n", defined=False)
    selects = (
        Evidence(
            name="INTEL_IOMMU",
            text="select DMA_OPS",
            location=at("drivers/iommu/intel/Kconfig", 15),
            condition=And((Ref("INTEL_IOMMU"), Ref("PCI"))),
            value=Tristate.y,
            mentions=(Mention(name="INTEL_IOMMU", value="y", defined=True), pci, gone),
            because=("INTEL_IOMMU",),
        ),
        Evidence(
            name="IOMMU_DMA",
            text="select DMA_OPS if PCI",
            location=at("drivers/iommu/Kconfig", 152),
            condition=And((Ref("IOMMU_DMA"), Ref("PCI"))),
            value=Tristate.y,
            mentions=(Mention(name="IOMMU_DMA", value="y", defined=True), pci),
            because=("IOMMU_DMA", "PCI"),
        ),
    )
    below = Evidence(
        name="INTEL_IOMMU",
        text="select IOMMU_DMA",
        location=at("drivers/iommu/intel/Kconfig", 16),
        condition=Ref("INTEL_IOMMU"),
        value=Tristate.y,
        because=("PCI",),
    )
    pci_line = Evidence(
        name="",
        text="default X86",
        location=at("drivers/pci/Kconfig", 4),
        condition=YES,
        value=Tristate.y,
        because=("X86",),
    )
    return Explanation(
        symbol="DMA_OPS",
        value="y",
        type="bool",
        steps=(
            Step(name="DMA_OPS", value="y", kind="selected", location=selects[0].location, evidence=selects),
            Step(name="INTEL_IOMMU", value="y", kind="user", location=user, evidence=(chosen,)),
            Step(name="IOMMU_DMA", value="y", kind="selected", location=below.location, evidence=(below,)),
            Step(name="PCI", value="y", kind="default", location=pci_line.location, evidence=(pci_line,)),
            Step(name="X86", value="y", kind="environment", location=at("arch/x86/Kconfig", 56)),
        ),
    )


def off_chain(status: str = "verified") -> Explanation:
    """Why VDPA_SIM is off, and what would turn it on."""
    proposals = {
        "verified": Proposal(
            symbol="VDPA_SIM",
            value=Tristate.y,
            status="verified",
            assignments=(
                ProposedValue(name="VDPA", value="y", current="n", location=at("drivers/vdpa/Kconfig", 2)),
                ProposedValue(name="VDPA_SIM", value="y", current="n", location=at("drivers/vdpa/Kconfig", 12)),
            ),
        ),
        "impossible": Proposal(
            symbol="VDPA_SIM",
            value=Tristate.y,
            status="impossible",
            obstacles=(
                Obstacle(name="ARM", text="ARM is not defined in this tree", location=at("drivers/vdpa/Kconfig", 13)),
            ),
        ),
        "not verified": Proposal(
            symbol="VDPA_SIM",
            value=Tristate.y,
            status="not verified",
            assignments=(ProposedValue(name="VDPA", value="y", current="n", location=at("drivers/vdpa/Kconfig", 2)),),
        ),
        "unknown": Proposal(symbol="VDPA_SIM", value=Tristate.y, status="unknown"),
    }
    missing = Failure(expr=Not(Ref("MMU")), value=Tristate.n, mentions=(Mention(name="MMU", value="y", defined=True),))
    return Explanation(
        symbol="VDPA_SIM",
        value="n",
        type="tristate",
        steps=(Step(name="VDPA_SIM", value="n", kind="off", location=at("drivers/vdpa/Kconfig", 12)),),
        definitions=(
            DefinitionState(
                location=at("drivers/vdpa/Kconfig", 12),
                value=Tristate.n,
                visible=Tristate.n,
                requirements=(
                    requirement("depends on VDPA || FOO", at("drivers/vdpa/Kconfig", 10), "VDPA", met=False),
                    requirement("depends on HAS_DMA", at("drivers/vdpa/Kconfig", 13), "HAS_DMA", met=True),
                ),
            ),
        ),
        openings=(
            Opening(
                kind="select",
                name="VDPA_TEST",
                text="select VDPA_SIM if !MMU",
                location=at("drivers/vdpa/Kconfig", 40),
                condition=And((Ref("VDPA_TEST"), Not(Ref("MMU")))),
                value=Tristate.n,
                missing=(missing,),
            ),
        ),
        proposal=proposals[status],
    )


def around() -> Neighbourhood:
    """DMA_OPS, one selector, and a name that the tree does not define."""
    edge = Edge(
        kind="selects",
        source="INTEL_IOMMU",
        target="DMA_OPS",
        condition=And((Ref("INTEL_IOMMU"), Const("y"))),
        location=at("drivers/iommu/intel/Kconfig", 15),
    )
    needs = Edge(kind="depends", source="INTEL_IOMMU", target="IA64", condition=Ref("IA64"), location=at("Kconfig", 14))
    return Neighbourhood(
        centre="DMA_OPS",
        depth=2,
        kinds=("depends", "selects"),
        nodes=(
            Node(name="DMA_OPS", value="y", type="bool", prompt="", location=at("kernel/dma/Kconfig", 11), distance=0),
            Node(
                name="INTEL_IOMMU",
                value="y",
                type="bool",
                prompt="Support for Intel IOMMU",
                location=at("drivers/iommu/intel/Kconfig", 12),
                distance=1,
            ),
            Node(name="IA64", value="n", type="unknown", prompt="", location=None, distance=2),
        ),
        edges=(ValuedEdge(edge=edge, value=Tristate.y), ValuedEdge(edge=needs, value=Tristate.n)),
    )

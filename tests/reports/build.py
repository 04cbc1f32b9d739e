"""One report of every kind.

Enters: nothing. Leaves: reports by name. Must hold: every schema and every kind of block occurs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache

from analyzer.dma import VERSIONS, answers, built_in, lives, packets, play, question_of, ways_taken
from analyzer.dma import hunt as search
from analyzer.dma.platforms import REFERENCE
from analyzer.model.analysis import MatrixRow, QueryAnswer
from analyzer.model.build import BuildPlan, Guard, KbuildObject, Step, Unresolved
from analyzer.model.certificate import Certificate, Comparison, SymbolDifference, VariableDifference
from analyzer.model.dma_trace import DmaTrace, Inapplicable
from analyzer.model.driver import (
    Broken,
    CallKind,
    Checked,
    DriverBuffer,
    DriverCall,
    DriverRun,
    DriverSource,
    Rule,
    Undecided,
)
from analyzer.model.elf import ElfFile, ElfSection, SectionClass, SizedSymbol, SymbolChange
from analyzer.model.estimate import Interval, exactly
from analyzer.model.expr import Location
from analyzer.model.feature import Feature
from analyzer.model.find import Hit
from analyzer.model.gain import Size
from analyzer.model.gate import GateMeasurement, GateVariant, Weight
from analyzer.model.known import Missing, Onward
from analyzer.model.mapping import Hunt, ModelComparison, ModelRun, Played, WayThrough
from analyzer.model.report import Report
from analyzer.model.sampling import FeatureShare, SampleSummary, SelectorShare
from analyzer.model.size import Account, AccountRow
from analyzer.model.weighing import FeaturePart, Weighed, WeighedObject
from analyzer.reports import (
    analyze,
    certify,
    check,
    cost,
    diff,
    disable,
    doctor,
    driver,
    enable,
    estimate,
    find,
    gate,
    graph,
    held,
    history,
    hunt,
    lint,
    matrix,
    measure,
    minimal,
    model,
    new,
    page,
    plan,
    query,
    rank,
    review,
    sample,
    series,
    shrink,
    shrunk_file,
    size,
    unmet,
    upgrade,
    versions,
    weigh,
    which,
    why,
)
from tests.reports.build_chains import around, forced, loop, off_chain, on_chain
from tests.reports.build_checks import judged, kept, lines_kept, lines_lost
from tests.reports.build_configs import FEATURES, REASONS, analysis, config, side_by_side, with_failure
from tests.reports.build_differences import (
    every_kind,
    explained,
    same,
    unexplained,
    weighed_both,
    weighed_causes,
    weighed_in_whole,
    weighed_neither,
    weighed_together,
)
from tests.reports.build_doctor import (
    had,
    removed,
    sick,
    sound,
    staying,
    stray,
    unwanted,
    unweighed_wish,
    wanted,
    weighed_sick,
    weighed_wish,
)
from tests.reports.build_estimates import (
    costed,
    costed_by_a_gate,
    costed_by_builds,
    estimated,
    narrowed,
    stuck,
    unlearnt,
    unmeasured,
)
from tests.reports.build_find import hits
from tests.reports.build_history import aged
from tests.reports.build_lint import clean, linted
from tests.reports.build_minimal import minimized
from tests.reports.build_new import few, many, none
from tests.reports.build_options import booted, optioned, untold
from tests.reports.build_page import bare, overview
from tests.reports.build_ranking import in_memory, optionless, ranked, supposed
from tests.reports.build_review import reviewed, unchanged
from tests.reports.build_series import posted
from tests.reports.build_shrink import down_to_nothing, nothing_good, read_back, searched
from tests.reports.build_upgrade import upgraded
from tests.reports.build_which import of_module, of_nothing, of_source, of_symbol


def asked_for() -> dict[str, Hit]:
    """What is known of the options that reasons are told of."""
    names = (on_chain().symbol, off_chain().symbol)
    return dict(zip(names, hits().hits, strict=False))


def certificate() -> Certificate:
    """Comparisons of every kind that are equal, one that differs and one that failed; a variable, an architecture."""
    differing = SymbolDifference(name="DMA_OPS", ours="y", theirs=None, reason=REASONS["DMA_OPS"])
    return Certificate(
        tree="Linux 6.1.0",
        toolchains={"x86_64": "gcc 12.2.0 (x86_64-linux-gnu)", "arm": "gcc 12.2.0 (arm-linux-gnueabi)"},
        comparisons=(
            Comparison(arch="x86_64", config="tinyconfig", kind="target", equal=True),
            Comparison(
                arch="x86_64",
                config="x86_64_defconfig",
                kind="defconfig",
                equal=False,
                differences=(differing,),
                line="line 7",
            ),
            Comparison(arch="x86_64", config="defconfig+odd.config", kind="fragment", equal=True),
            Comparison(arch="x86_64", config="randconfig 1", kind="random", equal=True),
            Comparison(arch="arm", config="odd_defconfig", kind="defconfig", equal=False, error="conf failed"),
        ),
        variables=(VariableDifference(arch="arm", name="PAHOLE_VERSION", ours=None, theirs="124"),),
        unread={"um": "no C compiler"},
    )


def answered() -> QueryAnswer:
    """A query that holds for some configs, one of which could not be resolved."""
    found = with_failure()
    rows = tuple(row for row in found.rows if not row.error and row.features[0].is_on)
    return QueryAnswer(
        text="DMA_OPS and not GONE show why(DMA_OPS), HELPERS",
        tree=found.tree,
        symbols=tuple(feature.name for feature in FEATURES.features),
        reasons=("DMA_OPS", "HELPERS"),
        shown="rows",
        rows=rows,
        looked_at=(("alpha", 2), ("arm", 1), ("x86_64", 2)),
        failed=tuple(row for row in found.rows if row.error),
    )


def answered_of_bytes() -> QueryAnswer:
    """A query for bytes that are exact, in doubt, and not known."""
    found = answered()
    rests = "in tinyconfig of Linux 6.1.0 x86_64 with gcc 12.2.0 (comes with kweigh)"
    exact = Size(bytes=exactly(1_809_233), rests=rests)
    vague = Size(bytes=Interval(low=1_811_000, value=1_812_000, high=1_813_000), rests=f"told apart {rests}")
    loaded = Size(bytes=exactly(6_480_550), rests="measured on Linux 6.1.0 x86_64 (builds in the ledger)")
    sizes = ((exact, loaded), (vague, None), (exact, None))
    lacks = [
        Missing(builds=(name,), command=f"kweigh measure {name} --arch {arch} --tree DIR", seconds=600.0, timed=2)
        for arch, name in (("alpha", "defconfig"), ("arm", "tinyconfig"), ("x86_64", "defconfig"))
    ]
    return replace(
        found,
        text="content >= 1.5M and not loaded = 2047 and content != 0.3K",
        rows=tuple(replace(row, sizes=some) for row, some in zip(found.rows, sizes, strict=False)),
        sizes=("content", "loaded"),
        bounds=(("1.5M", Fraction(3 << 19)), ("2047", Fraction(2047)), ("0.3K", Fraction(3072, 10))),
        unknown=tuple(MatrixRow(arch=a, config="defconfig", sizes=(vague, None)) for a in ("alpha", "arm")),
        missing=tuple(lacks),
    )


def sampled() -> SampleSummary:
    """A feature that selects turn on, one that is never on, and one that the tree lacks."""
    location = REASONS["DMA_OPS"].location
    shares = tuple(SelectorShare(name=f"SELECTOR_{n}", location=location, count=900 - n) for n in range(6))
    return SampleSummary(
        tree="Linux 6.1.0 x86_64",
        title="DMA features",
        count=4096,
        seed=1,
        rows=(
            FeatureShare(
                feature=Feature(name="DMA_OPS", symbols=("DMA_OPS",)), symbol="DMA_OPS", y=1700, selectors=shares
            ),
            FeatureShare(feature=Feature(name="VDPA", symbols=("VDPA",), group="Devices"), symbol="VDPA", y=3, m=40),
            FeatureShare(feature=Feature(name="GONE", symbols=("GONE",), group="Devices"), symbol=None),
        ),
    )


def modelled(kernel: str = "5.8") -> ModelRun:
    """A few scenarios: right, stale, refused, and one that the version is not about."""
    chosen = [scenario for scenario in built_in() if scenario.name in ("2", "4", "21", "37", "misuse: another size")]
    played = [play(scenario, VERSIONS[kernel], REFERENCE) for scenario in chosen]
    return ModelRun(
        label="defconfig on bundled powerpc",
        platform=REFERENCE,
        rules=VERSIONS[kernel],
        traces=tuple(one for one in played if isinstance(one, DmaTrace)),
        unplayed=tuple(one for one in played if isinstance(one, Inapplicable)),
        packets=packets(VERSIONS[kernel], REFERENCE, count=8)[:4],
        answers=answers(VERSIONS[kernel], REFERENCE, count=8),
        questions={scenario.name: question_of(scenario) for scenario in chosen},
        mended={"21": "v2"},
        note="only near",
        costs={"indirect": 2.5},
    )


def compared() -> ModelComparison:
    """One scenario that two versions tell differently, one that only one of them knows, one that is the same."""
    rules = VERSIONS["5.8"], VERSIONS["6.1"]
    ways = [ways_taken(version, REFERENCE, count=8) for version in rules]
    first = [[t for t in modelled(r.name).traces if t.scenario.name in ("2", "4", "21")] for r in rules]
    names = {trace.scenario.name: trace.scenario for traces in first for trace in traces}
    return ModelComparison(
        label="defconfig on bundled powerpc",
        platform=REFERENCE,
        rules=rules,
        played=tuple(
            Played(
                scenario=scenario,
                traces=tuple(next((t for t in traces if t.scenario.name == name), None) for traces in first),
            )
            for name, scenario in names.items()
        ),
        ways=(
            *(WayThrough(way=a.way, taken=(a, b)) for a, b in zip(*(taken[2:5] for taken in ways), strict=True)),
            WayThrough(way="of another version", taken=(None, ways[1][0])),
        ),
        notes=("only near",),
    )


def driven() -> DriverRun:
    """A driver that breaks two rules, one by a wrapper, with a question that its file leaves open."""
    call = DriverCall(
        function="dma_map_single",
        kind=CallKind.MAP,
        where=Location(path="drivers/net/made.c", line=12),
        at=Location(path="drivers/net/made.c", line=5),
        inside="made_fill",
        via=("made_map",),
        ways=("DMA_FROM_DEVICE",),
        handle="slot.dma",
        size="2048",
        checked=Checked.NO,
    )
    unmap = replace(call, function="dma_unmap_single", kind=CallKind.UNMAP, ways=("DMA_TO_DEVICE",), via=())
    mask = replace(call, function="dma_set_mask", kind=CallKind.MASK, ways=(), via=(), handle="", mask=32)
    buffer = DriverBuffer(name="slot.dma", calls=(call, unmap), whole=True)
    rules = VERSIONS["6.1"]
    return DriverRun(
        label="defconfig on bundled x86_64",
        rules=rules,
        note="only near",
        masks=(64, 32),
        source=DriverSource(
            path="drivers/net/made.c",
            calls=(mask, call, unmap),
            buffers=(buffer,),
            broken=(
                Broken(rule=Rule.MAPPING_ERROR, call=call, because="slot->dma, which no dma_mapping_error() sees"),
                Broken(
                    rule=Rule.UNMAP_DIRECTION, call=unmap, because="mapped DMA_FROM_DEVICE at drivers/net/made.c:12"
                ),
            ),
            undecided=(Undecided(rule=Rule.NEVER_UNMAPPED, call=call, reason="others may unmap it"),),
            unread=(Location(path="drivers/net/made.c", line=99),),
        ),
        plays=lives((buffer,), (64, 32), rules, REFERENCE)[:3],
    )


def hunted(tries: int) -> Hunt:
    """A search that finds something, or had no time to."""
    findings = search(VERSIONS["5.8"], REFERENCE, seed=1, tries=tries)[:1]
    return Hunt(label="defconfig on bundled powerpc", rules=VERSIONS["5.8"], seed=1, tries=tries, findings=findings)


def planned() -> BuildPlan:
    """An object of each goal, and a construct that nobody understood."""

    def step(path: str, line: int, variable: str, word: str, *symbols: tuple[str, str]) -> Step:
        guard = Guard(where=Location(path=path, line=line - 1), text="ifdef CONFIG_MMU")
        return Step(
            where=Location(path=path, line=line), variable=variable, word=word, symbols=symbols, guards=(guard,)
        )

    top = step("Kbuild", 50, "obj-y", "kernel/")
    dma = step("kernel/Makefile", 60, "obj-y", "dma/")
    mapping = step("kernel/dma/Makefile", 3, "obj-$(CONFIG_HAS_DMA)", "mapping.o", ("HAS_DMA", "y"))
    sim = step("drivers/vdpa/Makefile", 2, "obj-$(CONFIG_VDPA_SIM)", "sim.o", ("VDPA_SIM", "m"))
    return BuildPlan(
        arch="x86_64",
        objects=(
            KbuildObject(
                path="kernel/dma/mapping.o", goal="vmlinux", into="kernel/dma/built-in.a", because=(top, dma, mapping)
            ),
            KbuildObject(path="lib/ctype.o", goal="lib", into="lib/lib.a", because=(top,)),
            KbuildObject(path="drivers/vdpa/sim.o", goal="module", into="drivers/vdpa/sim.ko", because=(sim,)),
        ),
        modules=("drivers/vdpa/sim.ko",),
        files=("Kbuild", "kernel/Makefile", "kernel/dma/Makefile"),
        unresolved=(
            Unresolved(where=Location(path="lib/Makefile", line=9), text="$(shell date)", reason="nobody answers it"),
        ),
    )


def weighed() -> Weighed:
    """A small build: two objects, an image with a step in it, a feature."""

    def section(name: str, kind: SectionClass, bytes_: int) -> ElfSection:
        return ElfSection(name=name, kind=kind, address=0, offset=64, size=bytes_, align=16, stored=kind != "bss")

    def elf(path: str, *sections: ElfSection) -> ElfFile:
        return ElfFile(
            path=path,
            machine="X86_64",
            bits=64,
            order="little",
            size=8192,
            headers=(),
            sections=sections,
            symbols=(SizedSymbol(name="dma_map_page_attrs", letter="T", size=512),),
        )

    rows = (
        AccountRow(kind="objects", label="text", size=3000),
        AccountRow(kind="step", label="up to 2 MiB", size=1000, where=".text", step=2 << 20),
        AccountRow(kind="generated", label="version and time stamp", size=20),
        AccountRow(kind="merged", label="equal strings", size=-30),
    )
    return Weighed(
        label="tinyconfig on Linux 6.1.0 x86_64",
        tree="Linux 6.1.0",
        arch="x86_64",
        compiler="gcc 12.2.0 (x86_64-linux-gnu)",
        image=elf("vmlinux", section(".text", "text", 3990)),
        relinked=elf("vmlinux.o", section(".text", "text", 2500), section(".bss", "bss", 500)),
        objects=(
            WeighedObject(path="kernel/dma/mapping.o", classes={"text": 2000, "bss": 500}),
            WeighedObject(path="lib/ctype.o", classes={"text": 500}),
        ),
        accounts=(
            Account(of="content of vmlinux.o", total=3000, rows=rows[:1]),
            Account(of="loaded sections of vmlinux", total=3990, rows=rows),
            Account(of="file vmlinux", total=3000, rows=rows[:1], limits="with LTO the objects hold no machine code"),
        ),
        features=(FeaturePart(feature="DMA_OPS", symbol="DMA_OPS", value="y", objects=1, content=2500),),
        boot=900,
        new=2,
        unbuilt=("lib/gone.o",),
    )


def gates() -> tuple[GateMeasurement, ...]:
    """A gate that costs what `size` does not see, one that could not be built, and an architecture without compiler."""

    def weight(text: int, device: int) -> Weight:
        return Weight(classes={"text": text, "rodata": 100}, loaded=4096, file=9000, objects=3, device=device)

    return (
        GateMeasurement(
            arch="x86_64",
            config="tinyconfig",
            tree="Linux 6.1.0",
            compiler="gcc 12.2.0",
            command="kweigh gate DMA_OPS --build",
            values=(("DMA_OPS", "n", "off: nothing selects it"),),
            base=weight(1000, 512),
            variants=(
                GateVariant(
                    forced=(("DMA_OPS", "y"),),
                    follows=(("DMA_OPS_HELPERS", "", "y"),),
                    added=("kernel/dma/dummy.o",),
                    weight=weight(3000, 520),
                    changes=(
                        SymbolChange(name="dma_common_mmap", before=None, after=210),
                        SymbolChange(name="dma_unmap", before=60, after=50),
                    ),
                ),
                GateVariant(forced=(("DMA_OPS_BYPASS", "y"),), reason="make vmlinux failed: error: no member"),
            ),
        ),
        GateMeasurement(
            arch="ia64",
            config="tinyconfig",
            tree="",
            compiler="",
            command="",
            values=(),
            base=None,
            variants=(),
            reason="no compiler for ia64",
        ),
    )


def old_gates() -> tuple[GateMeasurement, ...]:
    """A gate in a ledger that kept no functions."""
    first = gates()[0]
    return (replace(first, basis="ledger", variants=(replace(first.variants[0], changes=None),)),)


WEIGH = "kweigh weigh tinyconfig --arch x86_64 --tree DIR"


@cache
def reports() -> Mapping[str, Report]:
    """One report of every kind, by a name that snapshots carry."""
    found, rows = posted()
    return {
        "certify": certify(certificate()),
        "check": check(judged()),
        "check kept": check(kept()),
        "doctor of strangers": doctor(stray()),
        "doctor of strangers, each": doctor(stray(), unknown=True),
        "held": held(lines_lost()),
        "held kept": held(lines_kept()),
        "analyze": analyze(analysis(), whole=True),
        "analyze in short": analyze(analysis()),
        "analyze with mapping": analyze(replace(analysis(), mapping=modelled(), gates=gates()), whole=True),
        "analyze with mapping in short": analyze(replace(analysis(), mapping=modelled(), gates=gates())),
        "model": model(modelled(), whole=False, traced=False),
        "model traced": model(modelled("v4"), whole=True, traced=True),
        "versions": versions(compared(), whole=True),
        "driver": driver(driven()),
        "driver whole": driver(driven(), whole=True),
        "hunt": hunt(hunted(300)),
        "hunt none": hunt(hunted(1)),
        "page": page(overview(modelled("v4"), gates())),
        "page of nothing": page(bare()),
        "plan": plan(planned(), "defconfig on Linux 6.1.0 x86_64"),
        "size": size(weighed(), detailed=False),
        "size in detail": size(weighed(), detailed=True),
        "history": history(aged()),
        "history in detail": history(aged(), detailed=True),
        "measure": measure([weighed()]),
        "gate": gate(gates(), ["DMA_OPS", "DMA_OPS_BYPASS"], whole=True),
        "gate in short": gate(gates(), ["DMA_OPS", "DMA_OPS_BYPASS"]),
        "gate from an old ledger": gate(old_gates(), ["DMA_OPS"], whole=True, detailed=True),
        "gate in detail": gate(gates(), ["DMA_OPS", "DMA_OPS_BYPASS"], whole=True, detailed=True),
        "doctor": doctor(sick()),
        "doctor of a sound one": doctor(sound()),
        "enable": enable(wanted()),
        "enable what weighs": enable(weighed_wish()),
        "enable what nobody weighed": enable(unweighed_wish()),
        "doctor with bytes": doctor(weighed_sick()),
        "disable what nobody weighed": disable(replace(removed(), missing=unweighed_wish().missing)),
        "enable what cannot be": enable(unwanted()),
        "enable what is": enable(had()),
        "disable": disable(removed()),
        "disable, perhaps with less": disable(removed(least=False)),
        "disable what stays": disable(staying()),
        "estimate": estimate(estimated(), "tinyconfig+net on Linux 6.1.0 x86_64", narrowed()),
        "estimate with limits": estimate(estimated(limits="the linker drops unused sections"), "tinyconfig"),
        "estimate from nothing": estimate(unlearnt(), "tinyconfig on Linux 6.1.0 x86_64"),
        "cost": cost(costed()),
        "cost from a gate": cost(costed_by_a_gate()),
        "cost from builds": cost(costed_by_builds()),
        "cost that sticks": cost(stuck()),
        "cost unmeasured": cost(unmeasured()),
        "weigh": weigh(optioned(), Onward(builds=86, command=WEIGH, seconds=7000, timed=20)),
        "weigh nothing yet": weigh(untold(), Onward(builds=120, command=WEIGH)),
        "weigh all": weigh(optioned(), Onward(builds=0, command=WEIGH, seconds=0, timed=20)),
        "weigh what was booted": weigh(booted()[0], Onward(builds=0, command=WEIGH), booted()[1]),
        "rank": rank(ranked(), whole=False),
        "rank in whole": rank(ranked(), whole=True),
        "rank of what was not built": rank(supposed(), whole=False),
        "rank of what was not built, in whole": rank(supposed(), whole=True),
        "rank by memory": rank(in_memory(), whole=False),
        "rank by memory of nothing": rank(replace(in_memory(), total=None, options=()), whole=True),
        "rank by what is packed": rank(replace(ranked(), what="compressed", total=500_000), whole=False),
        "shrink": shrink(searched()),
        "shrink, in whole": shrink(searched(), whole=True),
        "shrink that goes on": shrink(searched(done=False), "kweigh shrink tinyconfig --boots disk=virtio"),
        "shrink to nothing": shrink(nothing_good()),
        "shrink to no line": shrink(down_to_nothing()),
        "shrink read back": shrunk_file(read_back()),
        "rank of nothing": rank(optionless(), whole=True),
        "plan of one": plan(planned(), "defconfig on Linux 6.1.0 x86_64", ["kernel/dma/*"]),
        "plan of none": plan(planned(), "defconfig on Linux 6.1.0 x86_64", ["fs/*"]),
        "which of a source": which(of_source()),
        "which of a module": which(of_module()),
        "which of nothing": which(of_nothing()),
        "which of a symbol": which(of_symbol()),
        "minimal": minimal(minimized()),
        "minimal of much": minimal(minimized(20)),
        "minimal of much, in whole": minimal(minimized(20), whole=True),
        "upgrade": upgrade(upgraded()),
        "upgrade of much": upgrade(upgraded(20)),
        "upgrade of much, in whole": upgrade(upgraded(20), whole=True),
        "find": find(hits()),
        "find many": find(hits(8)),
        "find many, in whole": find(hits(8), whole=True),
        "find nothing": find(hits(0)),
        "lint": lint(linted()),
        "lint many": lint(linted(30)),
        "lint many, in whole": lint(linted(30), whole=True),
        "lint nothing": lint(clean()),
        "review": review(reviewed()),
        "review of much": review(reviewed(30)),
        "review in whole": review(reviewed(), whole=True),
        "review of nothing": review(unchanged()),
        "new": new(few()),
        "new, many": new(many()),
        "new, many in whole": new(many(), whole=True),
        "new, nothing": new(none()),
        "why on": why(config(), [on_chain()]),
        "why several": why(
            config(),
            [on_chain(), off_chain()],
            dict(zip([on_chain().symbol, off_chain().symbol], hits().hits, strict=False)),
        ),
        "why off": why(config(), [off_chain()]),
        "why impossible": why(config(), [off_chain("impossible")]),
        "diff": diff(explained(), whole=True),
        "diff in short": diff(explained()),
        "diff of every kind in short": diff(every_kind()),
        "diff of the same in short": diff(same()),
        "diff of every kind": diff(every_kind(), whole=True),
        "diff of the same": diff(same(), whole=True),
        "diff of what was built": diff(weighed_both(), whole=True),
        "diff of what was not": diff(weighed_neither(), whole=True),
        "diff of weighed causes": diff(weighed_causes(), whole=True),
        "diff of causes that add up": diff(weighed_in_whole(doubt=100), whole=True),
        "diff of causes that do not add up": diff(weighed_in_whole(doubt=99), whole=True),
        "diff of causes weighed together": diff(weighed_together(), whole=True),
        "diff unexplained": diff(unexplained(explained()), whole=True),
        "matrix": matrix(side_by_side(), whole=True),
        "matrix in short": matrix(side_by_side()),
        "matrix with a failure": matrix(with_failure(), whole=True),
        "query": query(answered()),
        "query count": query(replace(answered(), shown="count")),
        "query of bytes": query(answered_of_bytes()),
        "query of bytes, count": query(replace(answered_of_bytes(), shown="count")),
        "query of nothing": query(replace(answered(), rows=())),
        "sample": sample(sampled()),
        "series": series(found, rows, tree="Linux 6.1.0"),
        "unmet": unmet(config(), (forced(),), (loop(),)),
        "unmet none": unmet(config(), (), ()),
        "graph": graph(config(), around()),
    }

"""Calls drawn at random, made on both sides of a pair.

Enters: a `Pair` and a random source. Leaves: what the judge did and what the model did, comparable. Must hold: a group
of calls ends where the two differ, or where one did not return.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from analyzer.dma import coherent, dma_iova, masks, streaming
from analyzer.dma.access import phys_of
from analyzer.dma.address import min_not_zero
from analyzer.dma.dma_iova import IovaState, Part
from analyzer.dma.machine import Crash
from analyzer.dma.mappings import Segment
from analyzer.dma.pool import IO_TLB_SHIFT
from analyzer.model.dma import Attrs, Direction, Rules
from tests.oracle.dma.facts import Outcome
from tests.oracle.dma.kernel import Kernel, iova_state
from tests.oracle.dma.pair import GIB, MIB, PAGE, Pair, drawn_mask, events_here, events_there, pair

Call = Callable[[Pair, Random], tuple[object, object]]


def _buffer(pair: Pair, chance: Random) -> tuple[int, int]:
    ram = pair.model.layout.ram
    near = chance.choice((0, ram // 2, ram - 64 * PAGE, min(ram, 4 * GIB) - 8 * PAGE))
    start = max(0, min(ram - 80 * PAGE, near + chance.randrange(-16, 16) * PAGE)) + chance.choice((0, 0, 512, 2048, 7))
    size = chance.choice((1, 512, 2048, PAGE, 3 * PAGE, 64 * PAGE))
    reach = min_not_zero(pair.here.dma_mask or 0, pair.here.bus_dma_limit) - pair.here.offset
    if chance.random() < 0.25 and size < reach < ram - PAGE:
        # Ends with what the device reaches, or a byte before or after.
        start = reach + 1 - size + chance.choice((-1, 0, 1))
    pool = pair.model.pool
    if pool and start < pool.end and pool.start < start + size:
        # Nobody maps the pool itself, and the judge tells a copy's way by which side lies in it.
        return _buffer(pair, chance)
    return start, size


def _way(chance: Random) -> Direction:
    return chance.choice((Direction.DMA_TO_DEVICE, Direction.DMA_FROM_DEVICE, Direction.DMA_BIDIRECTIONAL))


def _attrs(pair: Pair, chance: Random) -> Attrs:
    attrs = chance.choice((Attrs.NONE, Attrs.NONE, Attrs.SKIP_CPU_SYNC))
    if pair.model.rules.map_phys and chance.random() < 0.1:
        attrs |= Attrs.REQUIRE_COHERENT
    if pair.model.rules.cc_shared and chance.random() < 0.1:
        attrs |= Attrs.CC_SHARED
    return attrs


def page(pair: Pair, chance: Random) -> tuple[object, object]:
    """Map, write on both sides, sync, unmap; the first thing that differs, else the last."""
    phys, size = _buffer(pair, chance)
    way, attrs = _way(chance), _attrs(pair, chance)
    kernel, m = pair.kernel, pair.model
    content = bytes([chance.randrange(256)]) * size
    kernel.write(phys, content)
    m.memory.write(phys, content)
    made: list[int] = []

    def mapped() -> int:
        made.append(streaming.dma_map_page(m, pair.here, phys, size, way, attrs))
        return made[0]

    start, within = phys & -PAGE, phys % PAGE
    found = pair.both(lambda: kernel.dma_map_page_attrs(pair.there, start, within, size, way.value, int(attrs)), mapped)
    if found[0] != found[1] or pair.stopped or not made or made[0] == m.platform.dma_addr_max:
        return found
    dma = made[0]
    at = phys_of(m, pair.here, dma)
    bounced = m.pool is not None and at in m.pool
    if bounced and pair.here.iommu and kernel.read(at & -PAGE, PAGE) != m.memory.read(at & -PAGE, PAGE):
        return kernel.read(at & -PAGE, PAGE), m.memory.read(at & -PAGE, PAGE)
    if (
        pair.here.iommu is None
        and m.pool
        and at in m.pool
        and (at - m.pool.start) >> IO_TLB_SHIFT not in m.pool.orig_addr
    ):
        # What a table's callback gave happens to lie in the pool: to give such slots back is no rule's, and writes over
        # what lies behind the pool's list.
        return found
    for _ in range(chance.randrange(3)):
        offset = chance.choice((0, 0, size // 2))
        length = chance.choice((size - offset, max(1, (size - offset) // 2)))
        for judged, modelled in (
            (kernel.dma_sync_single_for_cpu, streaming.dma_sync_single_for_cpu),
            (kernel.dma_sync_single_for_device, streaming.dma_sync_single_for_device),
        ):
            found = pair.both(
                lambda f=judged, o=offset, n=length: f(pair.there, dma + o, n, way.value),  # type: ignore[misc]
                lambda f=modelled, o=offset, n=length: f(m, pair.here, dma + o, n, way),  # type: ignore[misc]
            )
            if found[0] != found[1] or pair.stopped:
                return found
    found = pair.both(lambda: kernel.dma_need_sync(pair.there, dma), lambda: masks.dma_need_sync(m, pair.here, dma))
    if found[0] != found[1] or pair.stopped:
        return found
    if chance.random() < 0.8:
        found = pair.both(
            lambda: kernel.dma_unmap_page_attrs(pair.there, dma, size, way.value, int(attrs)),
            lambda: streaming.dma_unmap_page(m, pair.here, dma, size, way, attrs),
        )
    if found[0] == found[1] and kernel.read(phys, size) != m.memory.read(phys, size):
        return kernel.read(phys, size)[:8], m.memory.read(phys, size)[:8]
    return found


def scatter(pair: Pair, chance: Random) -> tuple[object, object]:
    """Map a list, sync it, unmap it."""
    kernel, m = pair.kernel, pair.model
    entries = [_buffer(pair, chance) for _ in range(chance.randrange(1, 7 if pair.here.iommu else 4))]
    if chance.random() < 0.3:
        # Buffers in a row, as a file's pages are.
        entries = [(entries[0][0] & -PAGE, PAGE) for _ in entries]
    there = kernel.scatterlist(entries)
    here = [Segment(phys, size) for phys, size in entries]
    way, attrs = _way(chance), _attrs(pair, chance)
    found = pair.both(
        lambda: kernel.dma_map_sg_attrs(pair.there, there, way.value, int(attrs)),
        lambda: streaming.dma_map_sg(m, pair.here, here, way, attrs),
    )
    if found[0] != found[1] or pair.stopped or any(e[0] == "ops" for e in found[1][1]):  # type: ignore[index]
        return found
    mapped = bool(found[1][0])  # type: ignore[index]
    listed = tuple((s.dma_address, s.dma_length) for s in here)
    if (mapped or pair.here.iommu) and kernel.mapped(there) != listed:
        return kernel.mapped(there), listed
    if not mapped:
        return found
    for judged, modelled in (
        (kernel.dma_sync_sg_for_cpu, streaming.dma_sync_sg_for_cpu),
        (kernel.dma_sync_sg_for_device, streaming.dma_sync_sg_for_device),
    ):
        found = pair.both(
            lambda f=judged: f(pair.there, there, way.value),  # type: ignore[misc]
            lambda f=modelled: f(m, pair.here, here, way),  # type: ignore[misc]
        )
        if found[0] != found[1] or pair.stopped:
            return found
    return pair.both(
        lambda: kernel.dma_unmap_sg_attrs(pair.there, there, way.value, int(attrs)),
        lambda: streaming.dma_unmap_sg(m, pair.here, here, way, attrs),
    )


def resource(pair: Pair, chance: Random) -> tuple[object, object]:
    """Another device's registers."""
    phys, size = chance.choice((0, GIB, 16 * GIB)) + chance.randrange(16) * PAGE, PAGE
    way = _way(chance)
    found = pair.both(
        lambda: pair.kernel.dma_map_resource(pair.there, phys, size, way.value),
        lambda: streaming.dma_map_resource(pair.model, pair.here, phys, size, way),
    )
    if found[0] != found[1] or pair.stopped or chance.random() < 0.5:
        return found
    # By whatever address, where an unmap of a resource looks nothing up.
    dma = phys & pair.model.platform.dma_addr_max
    if pair.here.iommu:
        dma = found[1][0]  # type: ignore[index]
        if dma == pair.model.platform.dma_addr_max:
            return found
    return pair.both(
        lambda: pair.kernel.dma_unmap_resource(pair.there, dma, size, way.value),
        lambda: streaming.dma_unmap_resource(pair.model, pair.here, dma, size, way),
    )


def question(pair: Pair, chance: Random) -> tuple[object, object]:
    """A mask to set, or something to be asked."""
    mask = drawn_mask(chance, pair.model.layout.ram)
    kernel, m, there, here = pair.kernel, pair.model, pair.there, pair.here
    judged, modelled = chance.choice(
        (
            (lambda: kernel.dma_set_mask(there, mask), lambda: masks.dma_set_mask(m, here, mask)),
            (lambda: kernel.dma_set_coherent_mask(there, mask), lambda: masks.dma_set_coherent_mask(m, here, mask)),
            (lambda: kernel.dma_get_required_mask(there), lambda: masks.dma_get_required_mask(m, here)),
            (lambda: kernel.dma_max_mapping_size(there), lambda: masks.dma_max_mapping_size(m, here)),
            (lambda: kernel.dma_get_merge_boundary(there), lambda: masks.dma_get_merge_boundary(m, here)),
            *_newer(pair),
            (lambda: kernel.dma_addressing_limited(there), lambda: masks.dma_addressing_limited(m, here)),
            (lambda: kernel.dma_can_mmap(there), lambda: coherent.dma_can_mmap(m, here)),
        )
    )
    theirs, mine = pair.both(judged, modelled)
    return _signed(theirs), _signed(mine)


def _newer(pair: Pair) -> tuple[tuple[Callable[[], Outcome[int]], Callable[[], int | bool | None]], ...]:
    """Questions that only newer versions know."""
    kernel, m, there, here = pair.kernel, pair.model, pair.there, pair.here
    opt = (lambda: kernel.dma_opt_mapping_size(there), lambda: masks.dma_opt_mapping_size(m, here))
    unmap = (lambda: kernel.dma_need_unmap(there), lambda: masks.dma_need_unmap(m, here))
    asked = [*([opt] if m.rules.bounce_asks_pool else ()), *([unmap] if m.rules.map_phys else ())]
    return tuple(asked)


def _signed(found: object) -> object:
    """Errors as C's int has them; all ones is SIZE_MAX."""
    assert isinstance(found, tuple)
    value = found[0]
    if isinstance(value, int) and 1 << 63 <= value < (1 << 64) - 1:
        value -= 1 << 64
    return (value, *found[1:])


def allocate(pair: Pair, chance: Random) -> tuple[object, object]:
    """Coherent memory: where it lies for both sides."""
    kernel, m = pair.kernel, pair.model
    size = chance.choice((1, PAGE, 3 * PAGE, 16 * PAGE, *(3 * MIB,) * (pair.here.iommu is not None)))
    done = kernel.dma_alloc_attrs(pair.there, size)
    m.events, memory = [], None
    try:
        memory = coherent.dma_alloc(m, pair.here, size)
    except Crash:
        pair.stopped = True
    given = (done.value.phys, done.value.handle) if done.value else None
    made = (memory.phys, memory.dma_address) if memory else None
    if ("arch_dma_alloc",) in events_there(done.events):
        # The judge's architecture has none.
        made, memory = given, None
    theirs, mine = (given, events_there(done.events)), (made, events_here(m.events, pair.here.ops))
    if theirs != mine or memory is None or done.value is None or chance.random() < 0.5:
        return theirs, mine
    held = done.value
    return pair.both(
        lambda: kernel.dma_free_attrs(pair.there, held, size), lambda: coherent.dma_free(m, pair.here, memory)
    )


def one_range(pair: Pair, chance: Random) -> tuple[object, object]:
    """Buffers linked one after the other in one range of addresses, as the block layer does it (7.3)."""
    kernel, m, here = pair.kernel, pair.model, pair.here
    phys, size = _buffer(pair, chance)
    way, attrs = _way(chance), _attrs(pair, chance)
    whole = chance.choice((size, size + PAGE, size + 5 * PAGE))
    there, made = iova_state(), list[IovaState]()

    def allocated() -> bool:
        if state := dma_iova.dma_iova_try_alloc(m, here, phys, whole):
            made.append(state)
        return bool(made)

    found = pair.both(lambda: kernel.dma_iova_try_alloc(pair.there, there, phys, whole), allocated)
    if found[0] != found[1] or not made:
        return found
    (state,) = made
    # The next one begins on a page, for the device too, unless something is wrong.
    links = [(phys, 0, size)]
    following = size if chance.random() < 0.2 else (phys + size + PAGE - 1 & -PAGE) - phys
    if following < whole:
        links.append((_buffer(pair, chance)[0] & -PAGE, following, min(whole - following, 2 * PAGE)))
    linked = 0
    for at, offset, length in links:
        found = pair.both(
            lambda a=at, o=offset, n=length: kernel.dma_iova_link(pair.there, there, a, o, n, way.value, int(attrs)),  # type: ignore[misc]
            lambda a=at, o=offset, n=length: dma_iova.dma_iova_link(m, here, state, Part(a, o, n), way, attrs),  # type: ignore[misc]
        )
        found = _signed(found[0]), _signed(found[1])
        if found[0] != found[1] or pair.stopped:
            return found
        if found[1][0]:  # type: ignore[index]
            break
        linked = offset + length
    held = (there[0], bool(there[1] >> 63))
    if held != (state.addr, state.swiotlb):
        return held, (state.addr, state.swiotlb)
    found = pair.both(
        lambda: kernel.dma_iova_sync(pair.there, there, 0, linked or 1),
        lambda: dma_iova.dma_iova_sync(m, here, state, 0, linked or 1),
    )
    if found[0] != found[1]:
        return found
    if linked and chance.random() < 0.3:
        found = pair.both(
            lambda: kernel.dma_iova_unlink(pair.there, there, 0, linked, way.value, int(attrs)),
            lambda: dma_iova.dma_iova_unlink(m, here, state, 0, linked, way, attrs),
        )
        linked = 0
        if found[0] != found[1] or pair.stopped:
            return found
    return pair.both(
        lambda: kernel.dma_iova_destroy(pair.there, there, linked, way.value, int(attrs)),
        lambda: dma_iova.dma_iova_destroy(m, here, state, linked, way, attrs),
    )


CALLS: tuple[Call, ...] = (page, page, page, scatter, scatter, resource, question, question, allocate, one_range)
"""What is drawn from; some more often."""


def first_difference(kernel: Kernel, rules: Rules, chance: Random, machines: int) -> str:
    """Where model and judge part, in words; empty when they never do."""
    for number in range(machines):
        both = pair(kernel, rules, chance)
        for _ in range(12):
            call = chance.choice(CALLS)
            theirs, mine = call(both, chance)
            if mine != theirs:
                told = f"the judge {theirs}, the model {mine}"
                return f"machine {number}, {call.__name__}: {told} {both.here.setup} {both.model.layout}"
            if both.stopped:
                break
    return ""

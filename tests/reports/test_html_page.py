"""Rule: what a page is made of adds up, and every cell leads to its own reason."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.model.expr import YES, Tristate
from analyzer.model.graph import Edge, ValuedEdge
from analyzer.model.overview import Overview
from analyzer.model.report import Fold, Grid, Network, Paragraph, Table, Tile, Treemap
from analyzer.reports.compose.page_bytes import byte_blocks, gate_charts
from analyzer.reports.compose.page_graph import MOST_FEATURES, MOST_OTHERS, graph_blocks
from analyzer.reports.compose.page_matrix import matrix_blocks
from analyzer.reports.formats.unfolded import folders, tiles
from analyzer.reports.words.phrases import plain
from tests.reports.build import gates
from tests.reports.build_chains import at
from tests.reports.build_configs import analysis, with_failure
from tests.reports.build_page import overview


def found() -> Overview:
    return overview(None, gates())


def test_every_cell_leads_to_its_own_reason() -> None:
    blocks = list(matrix_blocks(with_failure()))
    (grid,) = (block for block in blocks if isinstance(block, Grid))
    rows = {row.anchor: row for block in blocks if isinstance(block, Table) for row in block.rows}
    assert "" not in rows
    for line in grid.rows:
        for column, cell, link in zip(grid.columns, line.cells, line.links, strict=True):
            reason = [plain(part) for part in rows[link].cells]
            if cell.text == "?":
                assert reason[:2] == [column.group, column.title]
            else:
                assert reason[0] == line.title
                assert reason[1] == (cell.text if cell.text != "." else "n")
                assert column.group in reason[3] or reason[3] == "everywhere" or "every architecture" in reason[3]


def test_equal_reasons_are_one_row() -> None:
    *_, reasons = matrix_blocks(with_failure())
    assert isinstance(reasons, Table)
    said = [tuple(plain(cell) for cell in row.cells[:3]) for row in reasons.rows]
    assert len(said) == len(set(said))


def test_the_drawn_image_is_the_measured_one() -> None:
    whole = found()
    assert whole.image is not None
    by_folder, by_feature = (block for block in byte_blocks(whole) if isinstance(block, Treemap))
    assert sum(tile.size for tile in by_folder.tiles) == whole.image.content
    assert [tile.path for tile in by_feature.tiles] == [("DMA_OPS", "kernel", "dma", "mapping.o")]


def test_a_link_that_merges_more_than_it_adds_is_no_tile() -> None:
    whole = found()
    assert whole.image is not None
    blocks = list(byte_blocks(replace(whole, image=replace(whole.image, content=2900))))
    first, drawn = blocks[:2]
    assert isinstance(first, Paragraph)
    assert "-100 bytes that the link adds and merges" in plain(first.phrase)
    assert isinstance(drawn, Treemap)
    assert {tile.path[0] for tile in drawn.tiles} == {"kernel", "lib"}


def test_bytes_are_those_of_the_config_in_detail_alone() -> None:
    (block,) = byte_blocks(replace(found(), image=None, unmeasured="Nobody has."))
    assert isinstance(block, Paragraph)
    assert plain(block.phrase) == "Nobody has."


def test_what_gates_were_measured_in_is_drawn() -> None:
    blocks = list(gate_charts(found().gates))
    classes, functions = (block for block in blocks if isinstance(block, Treemap))
    assert sum(tile.size for tile in classes.tiles) == 1100
    assert [(tile.path, tile.size) for tile in functions.tiles] == [(("x86_64", "dma_common_mmap"), 210)]


def test_symbols_that_are_not_drawn_are_listed() -> None:
    def edge(source: str, target: str) -> ValuedEdge:
        place = at("Kconfig", 1)
        return ValuedEdge(
            edge=Edge(kind="depends", source=source, target=target, condition=YES, location=place), value=Tristate.n
        )

    features = analysis().features
    many = [edge(f"S{n:03}", target) for n in range(MOST_OTHERS + 5) for target in ("DMA_OPS", "IOMMU_DMA")]
    once = [edge(f"ONCE{n}", "DMA_OPS") for n in range(3)]
    network, _, beside, fold = graph_blocks(features, [*many, *once], "x")
    assert isinstance(network, Network)
    assert isinstance(beside, Paragraph)
    assert isinstance(fold, Fold)
    drawn = {node.name for node in network.nodes}
    assert len(drawn) == 2 + MOST_OTHERS
    assert len(network.edges) == 2 * MOST_OTHERS
    # Every name is drawn or listed, and none is both.
    (table,) = (block for block in fold.blocks if isinstance(block, Table))
    listed = {plain(row.cells[0]) for row in table.rows}
    assert drawn & listed == set()
    assert {f"S{n:03}" for n in range(MOST_OTHERS + 5)} | {"ONCE0", "ONCE1", "ONCE2"} <= drawn | listed
    for state in features:
        if state.symbol is not None:
            assert (state.symbol.name in drawn) != (f" {state.symbol.name}=" in plain(beside.phrase))


@pytest.mark.parametrize("number", [1, MOST_FEATURES, 4 * MOST_FEATURES])
def test_no_more_is_drawn_than_can_be_read(number: int) -> None:
    one = next(state for state in analysis().features if state.symbol is not None)
    assert one.symbol is not None
    states = [replace(one, symbol=replace(one.symbol, name=f"F{n}")) for n in range(number)]
    edges = [
        ValuedEdge(
            edge=Edge(kind="selects", source=f"S{n % 50}", target=f"F{n}", condition=YES, location=at("Kconfig", 1)),
            value=Tristate.y,
        )
        for n in range(number)
    ]
    for block in graph_blocks(states, edges, "x"):
        if isinstance(block, Network):
            assert len(block.nodes) <= MOST_FEATURES + MOST_OTHERS


names = st.text(alphabet="ab/", min_size=1, max_size=4)


@given(st.lists(st.builds(Tile, path=st.tuples(names, names), size=st.integers(1, 10**9)), min_size=1, max_size=60))
def test_tables_in_the_place_of_drawings_lose_no_byte(drawn: list[Tile]) -> None:
    treemap = Treemap(title="x", tiles=tuple(drawn))
    for table in (folders(treemap), tiles(treemap)):
        sizes = [int(plain(row.cells[1]).replace(",", "")) for row in table.rows]
        assert sum(sizes) == sum(tile.size for tile in drawn)

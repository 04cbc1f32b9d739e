"""Rule: values of the model come back equal, and bytes that name anything else make nothing."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from analyzer import features
from analyzer.model.expr import And, Const, Location, Ref
from analyzer.pipeline import TreeRequest
from analyzer.pipeline.commands.matrix import cells_of, gather
from analyzer.pipeline.keeping import values
from analyzer.pipeline.opening import find_tree


def test_what_comes_back_is_equal() -> None:
    feature_set = features.load("dma")
    found = gather(TreeRequest(), (), (), feature_set)
    assert values.read(values.written(found)) == found
    expr = And((Ref("A"), Const("y")))
    assert values.read(values.written((expr, Location(path="Kconfig", line=3)))) == (
        expr,
        Location(path="Kconfig", line=3),
    )


class _Runs:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("made",)


@pytest.mark.parametrize("value", [_Runs(), [_Runs()], Path("x"), os.mkdir])
def test_nothing_but_types_of_the_model_is_made(value: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(pickle.UnpicklingError, match="is no type of the model"):
        values.read(pickle.dumps(value))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["dataclass", "re.sub", "sys.modules", "YES", "compare"])
def test_what_the_model_itself_imports_or_computes_is_none_of_it(name: str) -> None:
    data = b"\x80\x04\x8c" + bytes([len("analyzer.model.expr")]) + b"analyzer.model.expr"
    data += b"\x8c" + bytes([len(name)]) + name.encode() + b"\x93."
    with pytest.raises(pickle.UnpicklingError, match="is no type of the model"):
        values.read(data)


def test_cells_hold_nothing_but_the_model(tmp_path: Path) -> None:
    found = find_tree(TreeRequest(arch="x86_64", cache=tmp_path))
    cells = cells_of(found, ("allyesconfig",), features.load("dma"), lambda _config: None)
    assert values.read(values.written(cells)) == cells

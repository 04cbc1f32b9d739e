"""What a patch series touches in a tree.

Enters: a request, a diffstat, mail or diff. Leaves: `SeriesLook`. Must hold: the tree is only looked at.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from analyzer import documents, features, series, trees
from analyzer.configs.inputs import STDIN
from analyzer.model.series import Series, SeriesLook
from analyzer.pipeline.choosing import architectures
from analyzer.pipeline.opening import OpenTree, Progress, TreeRequest, open_tree, silent
from analyzer.pipeline.patching.history import read_range
from analyzer.pipeline.patching.source import read_source


def read_series(request: TreeRequest, source: str, feature_set: str, progress: Progress = silent) -> SeriesLook:
    """The files of a diffstat, mail or diff (`-`: standard input), or of a range of the tree's history, beside those of
    a tree, and what that does about symbols. Raises InputError for what cannot be read."""
    found = _found(request, source)
    opened: list[OpenTree] = []
    arches = architectures(request)
    touched = tuple(
        arch for arch in trees.distinct(arches) if any(f.path.startswith(f"arch/{arches[arch]}/") for f in found.files)
    )
    for done, arch in enumerate(touched or (request.arch,)):
        progress(f"series: {arch or 'tree'}", done, len(touched))
        opened.append(open_tree(replace(request, arch=arch)))
    tree = opened[0].tree
    rows = series.match(
        found,
        trees.files(tree.root),
        [o.model for o in opened],
        features.load(feature_set),
        series.bundled_path if tree.kind == "bundled" else str,
    )
    to_tree = series.bundled_path if tree.kind == "bundled" else str
    models = [o.model for o in opened]
    known = {name for model in models for name in model.symbols}
    edits = series.edits(
        found.patches,
        lambda at, line: series.entry_of(models, to_tree(at), line),
        known,
        lambda at: _text(tree.root, to_tree(at)),
    )
    label = "the bundled tree" if tree.kind == "bundled" else f"Linux {tree.version}"
    # The bundled tree is a model of the kernel's files, to which no patch applies.
    fits = None if tree.kind == "bundled" else series.applied(found.patches, lambda at: _text(tree.root, at))
    return SeriesLook(series=found, rows=rows, edits=edits, fits=fits, tree=label)


def _found(request: TreeRequest, source: str) -> Series:
    if source == STDIN or documents.is_there(Path(source)):
        return read_source(source, request.inputs)
    root = request.root if request.root is not None else trees.bundled_root()
    told = read_range(root, source)
    return replace(series.read(series.decode(told.diff, source), source), title=told.title)


def _text(root: Path, path: str) -> str | None:
    """The text of a file of the tree; a path of an input leads nowhere else."""
    if path.startswith("/") or ".." in path.split("/") or not trees.is_file_within(root, path):
        return None
    return trees.read_within(root, path)

"""Rankings that were told before.

Enters: an open tree, a config, a ledger; a ranking, and the makefiles behind it. Leaves: the ranking again. Must hold:
it counts as long as the ledger, what was read of the tree, the config and our own code are the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from analyzer import cache
from analyzer.model.config import ResolvedConfig
from analyzer.model.estimate import Interval
from analyzer.model.rank import RankedObject, RankedOption, Ranking, Saved, What
from analyzer.pipeline.building import origin_of
from analyzer.pipeline.opening import OpenTree
from analyzer.pipeline.own_code import own_code


def key(opened: OpenTree, config: ResolvedConfig, ledger: Path, what: What) -> str:
    """What a ranking is found by."""
    origin, root = origin_of(config), config.tree.root
    values = json.dumps(sorted(config.values.items()))
    # SQLite writes to the file beside the ledger first.
    files = ledger, ledger.with_name(f"{ledger.name}-wal"), *(root / path for path in opened.model.files)
    parts = (own_code("pipeline", "sizes"), what, *(origin.tree, origin.arch, origin.compiler), config.source.name)
    text = "\0".join(("rank", *parts, str(root), values, _states(files)))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def keep(folder: Path, name: str, found: Ranking, root: Path, makefiles: Iterable[str]) -> None:
    """Keep a ranking of a built config in `folder` under a key; `makefiles` are those that were read for it."""
    read = sorted(makefiles)
    head = json.dumps([read, _states(_with_folders(root, read))])
    cache.put(folder, name, f"{found.tree} {found.arch}: what is heaviest in {found.config}", _text(found, head))


def again(folder: Path, name: str, root: Path) -> Ranking | None:
    """The ranking that was kept; None where there is none that counts."""
    content = cache.get(folder, name)
    if content is None:
        return None
    head, _, body = content.partition(b"\n")
    read, states = json.loads(head)
    return _read(body) if _states(_with_folders(root, read)) == states else None


def _with_folders(root: Path, read: Iterable[str]) -> Iterable[Path]:
    """The makefiles and the folders that they lie in, whose times tell of files that came since."""
    paths = [root / path for path in read]
    return *paths, *dict.fromkeys(path.parent for path in paths)


def _states(paths: Iterable[Path]) -> str:
    """How files lie on disk; an empty one is as none, since readers of a ledger leave an empty file beside it."""
    return hashlib.sha256("".join(map(_state, paths)).encode("ascii")).hexdigest()


def _state(path: Path) -> str:
    with suppress(OSError):
        status = path.stat()
        if status.st_size:
            return f"{status.st_dev} {status.st_ino} {status.st_size} {status.st_mtime_ns}\n"
    return "-\n"


def _text(found: Ranking, head: str) -> bytes:
    body = {
        "config": found.config,
        "origin": [found.tree, found.arch, found.compiler],
        "what": found.what,
        "total": found.total,
        "boot": found.boot,
        "modules": found.modules,
        "objects": [[one.path, one.options, one.classes] for one in found.objects],
        "options": [[one.symbol, one.value, _saved_text(one.saved)] for one in found.options],
    }
    return f"{head}\n{json.dumps(body)}".encode("ascii")


def _saved_text(one: Saved | None) -> list[int] | None:
    return [one.size.low, one.size.value, one.size.high, one.changes, one.alone] if one else None


def _saved(row: tuple[int, int, int, int, bool] | None) -> Saved | None:
    if row is None:
        return None
    low, value, high, changes, alone = row
    return Saved(size=Interval(low=low, value=value, high=high), changes=changes, alone=alone)


def _read(body: bytes) -> Ranking:
    kept = json.loads(body)
    tree, arch, compiler = kept["origin"]
    objects = tuple(
        RankedObject(path=path, options=tuple(options), classes=classes) for path, options, classes in kept["objects"]
    )
    behind: dict[str, list[RankedObject]] = {}
    for one in objects:
        for name in one.options:
            behind.setdefault(name, []).append(one)
    return Ranking(
        config=kept["config"],
        tree=tree,
        arch=arch,
        compiler=compiler,
        what=kept["what"],
        basis="measured",
        total=kept["total"],
        boot=kept["boot"],
        modules=kept["modules"],
        objects=objects,
        options=tuple(
            RankedOption(symbol=name, value=value, objects=tuple(behind.get(name, ())), saved=_saved(saved))
            for name, value, saved in kept["options"]
        ),
    )

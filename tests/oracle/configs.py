"""Real .config files, as distributions publish them, resolved by kweigh and by each tree's own conf.

Enters: a folder of .config files (plain, gzip or xz), roots of trees. Leaves: a table in markdown, a row per file, and
below it what differs; exit code 1 when anything does. Must hold: ARCH and version are those of the file's own header; a
file that could not be compared is not equal.

    python -m tests.oracle.configs FOLDER TREE…
"""

from __future__ import annotations

import gzip
import lzma
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analyzer import reports
from analyzer.model.certificate import Certificate, Comparison
from analyzer.pipeline import TreeRequest
from analyzer.pipeline.commands.certify import certify
from analyzer.trees import architectures
from tests.oracle.conftest import CACHE

_HEADER = re.compile(r"^# Linux/(?P<arch>\w+) (?P<version>\S+) Kernel Configuration$", re.MULTILINE)
_OPEN = {".gz": gzip.decompress, ".xz": lzma.decompress}
_HEAD = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class RealConfig:
    """A .config that somebody's kernel was built with: `made_for` is the version that its header names."""

    name: str
    arch: str
    made_for: str
    text: bytes


def real_configs(folder: Path) -> Iterator[RealConfig]:
    """Every file below `folder` whose header conf wrote, by name."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        text = _OPEN.get(path.suffix, bytes)(path.read_bytes())
        if header := _HEADER.search(text[:_HEAD].decode("utf-8", "replace")):
            name = path.relative_to(folder).as_posix().removesuffix(path.suffix if path.suffix in _OPEN else "")
            yield RealConfig(name=name, arch=header["arch"], made_for=header["version"], text=text)


def compare(root: Path, found: Sequence[RealConfig]) -> tuple[Certificate, Mapping[str, Comparison]]:
    """Each of `found`, all of one ARCH, completed for the tree in `root` by both sides; comparisons by name."""
    with tempfile.TemporaryDirectory(prefix="kweigh-configs-") as folder:
        paths = {str(Path(folder, f"{number}.config")): config for number, config in enumerate(found)}
        for path, config in paths.items():
            Path(path).write_bytes(config.text)
        certificate = certify(TreeRequest(root=root), (found[0].arch,), tuple(paths), 0, CACHE / "conf")
    return certificate, {paths[one.config].name: one for one in certificate.comparisons}


def main(folder: Path, roots: Sequence[Path]) -> int:
    """Compare and print; 0 when everything is equal."""
    found = list(real_configs(folder))
    columns: dict[str, dict[str, str]] = {}
    told: list[str] = []
    for root in roots:
        known = architectures(root)
        for arch in sorted({config.arch for config in found} & set(known)):
            certificate, comparisons = compare(root, [config for config in found if config.arch == arch])
            column = columns.setdefault(certificate.tree or root.name, {})
            column |= {name: "equal" if one.equal else "differs" for name, one in comparisons.items()}
            if not certificate.whole:
                told.append(reports.render(reports.certify(certificate), "markdown", version=""))
    rows = [[c.name, c.made_for, c.arch, *(column.get(c.name, "") for column in columns.values())] for c in found]
    counts = [f"{list(column.values()).count('equal')} of {len(column)}" for column in columns.values()]
    heads = ["config", "made for", "ARCH", *columns]
    for row in (heads, ["---"] * len(heads), *rows, [f"{len(found)} configs", "", "", *counts]):
        sys.stdout.write("| " + " | ".join(row) + " |\n")
    sys.stdout.write("\n".join(["", *told]))
    return bool(told)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), [Path(root).absolute() for root in sys.argv[2:]]))

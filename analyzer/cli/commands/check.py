"""The command that holds a policy against a tree.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.files import PATH
from analyzer.cli.options import ledger_option, output_options, trees_options
from analyzer.cli.output import JUDGING_FORMATS, Output
from analyzer.cli.show import at_work, complain, present, write

if TYPE_CHECKING:
    from kweigh import Tree

_EPILOG = """\b
Examples:
  kweigh check --policy policy.toml --tree ~/linux
  kweigh check --policy policy.toml --tree . --format github
  kweigh check --policy policy.toml --tree . --format sarif -o kweigh.sarif
  kweigh check --policy policy.toml --tree . --series origin/main..HEAD
  kweigh check --policy policy.toml --tree . --write-baseline

A policy is a TOML file; analyzer/policy/read.py describes the format:

\b
  [[rule]]
  name = "no DMA_OPS in a tiny kernel"
  arches = ["x86_64", "arm*"]
  configs = ["tinyconfig"]
  symbol = "DMA_OPS"
  value = "off"

Other claims than a value: not-selected-by, at-most (bytes), baseline, no-unmet,
no-lost-lines, not-brought (what a series may not bring).
"""


@click.command(epilog=_EPILOG)
@click.option("--policy", required=True, metavar="FILE", type=PATH, help="The rules (TOML).")
@click.option(
    "--arch",
    "arches",
    metavar="ARCH",
    multiple=True,
    help="Judge the rules on this architecture alone, or those of a glob; may be repeated.",
)
@click.option(
    "--series",
    metavar="SOURCE",
    default="",
    help="What rules with not-brought are about: a patch, a folder of patches, a range of the history (A..B).",
)
@click.option("--write-baseline", is_flag=True, help="Write the baselines that the rules name, as the tree stands now.")
@ledger_option
@click.option(
    "--gates",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Gates, as kweigh gate --build --format record writes them; may be repeated.",
)
@trees_options
@output_options(JUDGING_FORMATS)
def check(
    policy: Path,
    arches: tuple[str, ...],
    series: str,
    write_baseline: bool,
    gates: tuple[Path, ...],
    tree: Tree,
    output: Output,
) -> None:
    """Hold the rules of a policy against a tree, for CI.

    Exits with 1 when a rule does not hold, or when nobody has measured what it limits.
    """
    if write_baseline and arches:
        raise click.UsageError("--write-baseline is for all architectures of the rules, not for those of --arch")
    if write_baseline:
        with at_work(output):
            found = tree.baselines(policy)
        for path, text in found.items():
            write(text, replace(output, file=Path(path)))
            if not output.quiet:
                complain(f"wrote {path}: {len(text.splitlines()) - 1} values")
        return
    with at_work(output):
        checked = tree.check(policy, gates=gates, series=series)
    present(checked, output)

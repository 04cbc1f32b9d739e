"""`kweigh cache`: what is kept between runs.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from datetime import datetime

import click

from analyzer.cli.options import examples
from analyzer.cli.show import say


@click.command(epilog=examples("kweigh cache", "kweigh cache --clear"))
@click.option("--clear", is_flag=True, help="Remove everything that is kept.")
def cache(clear: bool) -> None:
    """Show or clear the trees and answers that are kept."""
    from kweigh import cache as kept

    if clear:
        removed = kept.clear()
        say(f"removed {removed} from {kept.programs()}\n")
        return
    found = kept.entries()
    lines = [f"{e.size / 1e6:7.1f} MB  {datetime.fromtimestamp(e.used):%Y-%m-%d %H:%M}  {e.label}" for e in found]
    lines.append(f"{sum(e.size for e in found) / 1e6:7.1f} MB  in {len(found)} entries in {kept.programs()}")
    say("".join(f"{line}\n" for line in lines))

"""Builds a resolved config.

Enters: a config, and where builds are made. Leaves: a `Built`, and its objects in the ledger. Must hold: what is built
is what was resolved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analyzer import configs, trees
from analyzer.errors import ToolchainError
from analyzer.model.config import ResolvedConfig
from analyzer.model.size import BuildOrder, Built, Image, Observation, Origin
from analyzer.pipeline import planning
from analyzer.pipeline.opening import Progress
from analyzer.sizes.build import build
from analyzer.sizes.dotconfig import values
from analyzer.sizes.ledger import Ledger, Recorded
from analyzer.sizes.measure import images, observations


@dataclass(frozen=True, slots=True, kw_only=True)
class Yard:
    """Where builds are made: `scratch` holds them, `ledger` records their objects (None: none), `jobs` is make's -j,
    `targets` are made besides vmlinux."""

    scratch: Path
    ledger: Path | None = None
    jobs: int = 1
    targets: tuple[str, ...] = ()


def make(config: ResolvedConfig, yard: Yard, progress: Progress, *, root: Path, kconfig: Path | None = None) -> Built:
    """Build `config` in a tree at `root`, with another root Kconfig than the tree's if there is one.

    Raises what a build raises, and ToolchainError when there is no compiler for the architecture, or when the tree's
    own conf makes another config of it.
    """
    tree = config.tree
    if not trees.has_compiler(tree):
        hint = "install a cross compiler, or give its prefix with --cross-compile"
        raise ToolchainError(f"no compiler for {tree.arch}", hint=hint)
    check_clean(root, tree.srcarch)
    yard.scratch.mkdir(parents=True, exist_ok=True)
    order = BuildOrder(
        tree=root,
        arch=tree.arch,
        cross_compile=tree.toolchain.prefix,
        config=configs.dotconfig(config),
        scratch=yard.scratch,
        jobs=yard.jobs,
        targets=yard.targets,
        kconfig=kconfig,
        expected=len(planning.plan(config).objects),
    )
    return build(order, progress)


def check_clean(root: Path, srcarch: str) -> None:
    """Raises ToolchainError for a tree in which somebody builds: make has no O= then (outputmakefile of the top
    Makefile)."""
    places = (".config", "include/config", f"arch/{srcarch}/include/generated")
    found = next((name for name in places if (root / name).exists()), None)
    if found is not None:
        raise ToolchainError(
            f"{root} is not clean: it has {found}, so make builds in no other folder",
            hint="make mrproper there, which removes its .config as well; or --tree names a clean copy",
        )


def record(
    built: Built, config: ResolvedConfig, yard: Yard, *, root: Path
) -> tuple[Sequence[Observation], Recorded | None]:
    """Weigh every object, and let the ledger learn of it where there is one."""
    origin = origin_of(config)
    observed = list(observations(built, origin, tree=root))
    if yard.ledger is None:
        return observed, None
    with Ledger.create(yard.ledger) as ledger:
        return observed, ledger.record([*observed, *images(built, origin)])


def settings_of(config: ResolvedConfig) -> dict[str, str]:
    """The values of a config as a ledger has them."""
    return values(configs.dotconfig(config))


def images_of(config: ResolvedConfig, ledger: Path) -> dict[str, Image]:
    """What a ledger holds of builds of exactly this config, by the names of the images."""
    wanted, origin = settings_of(config), origin_of(config)
    with Ledger.open_to_read(ledger) as opened:
        return {image.name: image for image in opened.images(origin=origin) if values(image.config) == wanted}


def origin_of(config: ResolvedConfig) -> Origin:
    """What a measurement of this config holds for."""
    tree = config.tree
    return Origin(tree=f"Linux {tree.version}", arch=tree.arch, compiler=tree.toolchain.identity)

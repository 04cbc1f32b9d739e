"""Builds a tree's own DMA mapping code as a shared object for user space.

Enters: a tree's root, the CONFIG_ symbols that are y, the page shift, a folder for what was built. Leaves: the path of
a shared object made from the tree's kernel/dma and, for powerpc, its dma-iommu.c, against the stubs of this folder.
Must hold: the tree is only read; equal inputs, configs and compilers give the same file; a header that a source names
is the tree's own when `HEADERS` lists it, a stub's when stubs/ has it, and empty otherwise.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from analyzer.errors import InputError, ToolchainError
from analyzer.judge.process import environment_of, run

HERE = Path(__file__).parent
SOURCES = ("kernel/dma/mapping.c", "kernel/dma/direct.c", "kernel/dma/dummy.c", "kernel/dma/ops_helpers.c")
SWIOTLB = "kernel/dma/swiotlb.c"
RBTREE, IOVA, DMA_IOMMU = "lib/rbtree.c", "drivers/iommu/iova.c", "drivers/iommu/dma-iommu.c"
INCLUDED = (SWIOTLB, RBTREE, IOVA, DMA_IOMMU)
"""What files of ours include: the pool's, and where an IOMMU's addresses come from and what maps them."""
POWERPC = "arch/powerpc/kernel/dma-iommu.c"
POWERPC_HEADER = "arch/powerpc/include/asm/dma-direct.h"
BESIDE = ("kernel/dma/debug.h", "kernel/dma/direct.h")
BESIDE_IOMMU = "drivers/iommu/dma-iommu.h"
HEADERS = (
    "linux/align.h",
    "linux/build_bug.h",
    "linux/const.h",
    "linux/dma-direct.h",
    "linux/dma-direction.h",
    "linux/dma-iommu.h",
    "linux/dma-map-ops.h",
    "linux/dma-mapping.h",
    "linux/iommu-dma.h",
    "linux/iommu-helper.h",
    "linux/iova.h",
    "linux/kconfig.h",
    "linux/mem_encrypt.h",
    "linux/minmax.h",
    "linux/pci-p2pdma.h",
    "linux/pfn.h",
    "linux/rbtree.h",
    "linux/rbtree_augmented.h",
    "linux/rbtree_types.h",
    "linux/scatterlist.h",
    "linux/sizes.h",
    "linux/swiotlb.h",
    "uapi/linux/const.h",
    "vdso/const.h",
)

# What the harness must know of a tree's shape to compile beside it: a macro, and the text that a tree has it by.
SHAPES = {
    "KW_MAP_PHYS": ("include/linux/dma-map-ops.h", re.compile(r"\(\*map_phys\)")),
    "KW_ALLOC_PAGES_OP": ("include/linux/dma-map-ops.h", re.compile(r"\(\*alloc_pages_op\)")),
    "KW_OPS_FLAGS": ("include/linux/dma-map-ops.h", re.compile(r"^\s*unsigned int flags;", re.MULTILINE)),
    "KW_OPT_SIZE": ("kernel/dma/mapping.c", re.compile(r"^size_t dma_opt_mapping_size\(", re.MULTILINE)),
    "KW_KMALLOC_BOUNCE": ("include/linux/dma-map-ops.h", re.compile(r"\bdma_kmalloc_needs_bounce\(")),
    "KW_P2PDMA": ("kernel/dma/mapping.c", re.compile(r"^bool dma_pci_p2pdma_supported\(", re.MULTILINE)),
    "KW_NEED_UNMAP": ("kernel/dma/mapping.c", re.compile(r"^bool dma_need_unmap\(", re.MULTILINE)),
    "KW_DMA_IOMMU": ("kernel/dma/mapping.c", re.compile(r"\buse_dma_iommu\(")),
    "KW_SG_NEXT": (
        "include/linux/scatterlist.h",
        re.compile(r"^static inline struct scatterlist \*sg_next\(", re.MULTILINE),
    ),
    "KW_ZONE_DMA_LIMIT": ("include/linux/dma-direct.h", re.compile(r"\bzone_dma_limit;")),
    "KW_RANGE_OFFSET": ("include/linux/dma-direct.h", re.compile(r"^\s*u64\s+offset;", re.MULTILINE)),
    "KW_POOLS": ("include/linux/swiotlb.h", re.compile(r"^struct io_tlb_pool \{", re.MULTILINE)),
    "KW_SETUP_DOMAIN": (BESIDE_IOMMU, re.compile(r"iommu_setup_dma_ops\(struct device \*dev, struct iommu_domain")),
    "KW_SETUP_LIMIT": (
        DMA_IOMMU,
        re.compile(r"iommu_setup_dma_ops\(struct device \*dev, u64 dma_base, u64 dma_limit\)"),
    ),
    "KW_IOVA_API": (DMA_IOMMU, re.compile(r"^bool dma_iova_try_alloc\(", re.MULTILINE)),
    "KW_PAGES_LIST": (DMA_IOMMU, re.compile(r"\bstruct iommu_pages_list\b")),
    "KW_CC_SHARED": (SWIOTLB, re.compile(r"\bcc_shared\b")),
    "KW_POOL_GLOBALS": (SWIOTLB, re.compile(r"^phys_addr_t io_tlb_start, io_tlb_end;", re.MULTILINE)),
}

# What the judge can be asked about. A symbol that is not here would be compiled out in silence.
SYMBOLS = frozenset(
    {
        "AMD_MEM_ENCRYPT",
        "ARCH_HAS_BATCHED_DMA_SYNC",
        "ARCH_HAS_DMA_ALLOC",
        "ARCH_HAS_DMA_OPS",
        "ARCH_DMA_ADDR_T_64BIT",
        "ARCH_HAS_DMA_CLEAR_UNCACHED",
        "ARCH_HAS_DMA_MAP_DIRECT",
        "ARCH_HAS_DMA_MARK_CLEAN",
        "ARCH_HAS_DMA_PREP_COHERENT",
        "ARCH_HAS_DMA_SET_MASK",
        "ARCH_HAS_DMA_SET_UNCACHED",
        "ARCH_HAS_DMA_WRITE_COMBINE",
        "ARCH_HAS_FORCE_DMA_UNENCRYPTED",
        "ARCH_HAS_PHYS_TO_DMA",
        "ARCH_HAS_SYNC_DMA_FOR_CPU",
        "ARCH_HAS_SYNC_DMA_FOR_CPU_ALL",
        "ARCH_HAS_SYNC_DMA_FOR_DEVICE",
        "DMA_BOUNCE_UNALIGNED_KMALLOC",
        "DMA_COHERENT_POOL",
        "DMA_DIRECT_REMAP",
        "DMA_GLOBAL_POOL",
        "DMA_NEED_SYNC",
        "DMA_NONCOHERENT_MMAP",
        "DMA_REMAP",
        "DMA_OPS",
        "DMA_OPS_BYPASS",
        "IOMMU_DMA",
        "IOMMU_IOVA",
        "NEED_SG_DMA_FLAGS",
        "NEED_SG_DMA_LENGTH",
        "PPC64",
        "SWIOTLB",
        "ZONE_DMA",
        "ZONE_DMA32",
    }
)
# powerpc alone has the map-direct hooks, and its own translation; DMA_OPS is ARCH_HAS_DMA_OPS from 6.12 on, where
# DMA_NEED_SYNC comes of what can make a sync do anything.
IMPLIED = {
    "ARCH_HAS_DMA_MAP_DIRECT": ("PPC64",),
    "PPC64": ("ARCH_HAS_PHYS_TO_DMA",),
    "ARCH_HAS_PHYS_TO_DMA": ("PPC64",),
    "DMA_OPS": ("ARCH_HAS_DMA_OPS",),
    "ARCH_HAS_DMA_OPS": ("DMA_NEED_SYNC",),
    "ARCH_HAS_SYNC_DMA_FOR_CPU": ("DMA_NEED_SYNC",),
    "ARCH_HAS_SYNC_DMA_FOR_CPU_ALL": ("DMA_NEED_SYNC",),
    "ARCH_HAS_SYNC_DMA_FOR_DEVICE": ("DMA_NEED_SYNC",),
    "SWIOTLB": ("DMA_NEED_SYNC",),
    "IOMMU_DMA": ("IOMMU_IOVA", "NEED_SG_DMA_FLAGS", "NEED_SG_DMA_LENGTH"),
    "DMA_DIRECT_REMAP": ("DMA_REMAP",),
}
_ALWAYS = ("HAS_DMA", "MMU", "SWIOTLB_DEFAULT_SIZE_MB=64")

# -fno-… as the kernel's Makefile has them: its code compares pointers that it has dereferenced, and lets integers wrap.
_CFLAGS = (
    "-std=gnu11",
    "-O2",
    "-w",
    "-fPIC",
    "-shared",
    "-Wl,-Bsymbolic,--no-undefined",
    "-Werror=implicit-function-declaration",
    "-Werror=int-conversion",
    "-Werror=incompatible-pointer-types",
    "-fno-strict-aliasing",
    "-fno-strict-overflow",
    "-fno-delete-null-pointer-checks",
)
_INCLUDE = re.compile(rb"^[ \t]*#[ \t]*include[ \t]*<([^>]+)>", re.MULTILINE)
_SECONDS = 300.0


def closure(config: frozenset[str]) -> frozenset[str]:
    """The symbols with those that they bring along. Raises ValueError for one that the judge does not know."""
    if unknown := sorted(config - SYMBOLS):
        raise ValueError(f"not judged: {', '.join(unknown)}")
    while missing := {implied for name in config for implied in IMPLIED.get(name, ())} - config:
        config |= missing
    return config


def build(root: Path, config: frozenset[str], page_shift: int, cache: Path) -> Path:
    """The shared object of a tree and a closed config, built now or by an earlier run.

    Raises InputError when the tree lacks a file, ToolchainError when gcc is missing or fails.
    """
    read = _read(root, powerpc="PPC64" in config, iommu="IOMMU_DMA" in config)
    own = {path.relative_to(HERE).as_posix(): path.read_bytes() for path in sorted(HERE.rglob("*.[ch]"))}
    flags = (
        *_CFLAGS,
        f"-DKWEIGH_PAGE_SHIFT={page_shift}",
        *(f"-DCONFIG_{symbol if '=' in symbol else f'{symbol}=1'}" for symbol in (*_ALWAYS, *sorted(config))),
        *(f"-D{macro}" for macro, (name, mark) in SHAPES.items() if mark.search(read.get(name, b"").decode())),
    )
    built = cache.absolute() / f"{_digest({**read, **own}, (*flags, _compiler()))}.so"
    if not built.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="build-", dir=cache.absolute()) as scratch:
            _compile(Path(scratch), read, own, flags).replace(built)
    return built


def _read(root: Path, *, powerpc: bool, iommu: bool) -> dict[str, bytes]:
    """Every file of the tree that is compiled or included, by its path below the folder to compile in."""
    paths = {name: name for name in (*SOURCES, SWIOTLB, *BESIDE)}
    # Not every tree has every header.
    paths |= {name: name for name in (f"include/{header}" for header in HEADERS) if (root / name).is_file()}
    if powerpc:
        paths |= {POWERPC: POWERPC, "include/asm/dma-direct.h": POWERPC_HEADER}
    if iommu:
        paths |= {name: name for name in (*INCLUDED, BESIDE_IOMMU) if (root / name).is_file()}
    try:
        return {target: (root / source).read_bytes() for target, source in paths.items()}
    except OSError as error:
        raise InputError(f"cannot read {error.filename}: {error.strerror}") from error


def _compiler() -> str:
    try:
        return subprocess.run(("gcc", "--version"), capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise ToolchainError("gcc is not installed, so the tree's mapping code cannot be built") from error


def _digest(contents: Mapping[str, bytes], flags: tuple[str, ...]) -> str:
    digest = hashlib.sha256("\0".join(flags).encode())
    for name, content in contents.items():
        digest.update(f"\0{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:24]


def _compile(scratch: Path, read: Mapping[str, bytes], own: Mapping[str, bytes], flags: tuple[str, ...]) -> Path:
    for name, content in {**read, **{f"own/{name}": content for name, content in own.items()}}.items():
        copy = scratch / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(content)
    include, stubs = scratch / "include", scratch / "own/stubs"
    named = {match.decode() for content in read.values() for match in _INCLUDE.findall(content)}
    named |= {
        match.decode() for content in own.values() for match in _INCLUDE.findall(content) if match[:6] == b"linux/"
    }
    for header in named:
        if not (include / header).exists() and not (stubs / header).exists():
            (include / header).parent.mkdir(parents=True, exist_ok=True)
            (include / header).touch()
    sources = [name for name in read if name.endswith(".c") and name not in INCLUDED]
    sources += [f"own/{name}" for name in own if name.endswith(".c")]
    places = (
        "-Iown",
        "-Iown/stubs",
        "-Iinclude",
        "-include",
        "own/stubs/prelude.h",
        *(f'-DKWEIGH_{Path(name).stem.replace("-", "_").upper()}="../{name}"' for name in INCLUDED),
    )
    arguments = ("gcc", *flags, *places, "-o", "judge.so", *sources)
    run(arguments, cwd=scratch, environment=environment_of({}), seconds=_SECONDS)
    return scratch / "judge.so"

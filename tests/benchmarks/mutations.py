"""Valid inputs of every kind that a command reads, and ways to damage them.

Enters: a folder; a source of chance. Leaves: the valid inputs in that folder, a command line for each command and
`Case`: files to write and words to run. Must hold: chance alone decides; a word never names a file
outside the folder, and no command line asks for a build, damaged or not.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.configs.images import PACKED, boot_image, kernel
from tests.pipeline.optional import TREE, base_of, leading, open_planted, record
from tests.trees.miniature import plant

ROOT = Path(__file__).resolve().parents[2]
LARGEST = 400_000
"""Bytes that a damaged input has at most, so that 20,000 do not take a day."""

_BUNDLED = """\
analyze {config} --arch {arch}
analyze {config} --arch {arch} --features {features}
analyze tinyconfig --arch x86_64 --toolchain {toolchain} --format {format}
why {symbol} {symbol} {config} --arch {arch} --format {format}
find {text} {config} --arch {arch} --all
which {what} {config} --arch {arch} --format {format}
resolve {config} --arch {arch}
resolve {config} --arch {arch} --savedefconfig --strict
resolve tinyconfig+{config} --arch {arch} -o out
minimal {config} --arch {arch}
minimal {config} --arch {arch} --format {format}
new {config} --arch {arch} --all --format {format}
new {config} --arch {arch} --format config
diff {config} {config2} --arch {arch} --format {format}
diff {config} tinyconfig --arch {arch} --arch-b {arch} --all --no-objects
graph {symbol} {config} --arch {arch} --depth {number} --format {graph}
doctor {config} {fragment} --arch {arch} --format {format} --fixes 3
doctor tinyconfig {fragment} {config2} --arch {arch} --merge make -n
doctor {fragment} --arch {arch} --unknown -y --fixes none --format {lint}
doctor --all tinyconfig --all {config} --arches {arch} --accept {losses}
enable {assign} {config} --arch {arch}
enable {assign} {assign} tinyconfig --arch {arch} --format {format}
disable {symbol} {config} --arch {arch} --format {format}
lint --arch {arch} --all
unmet {config} --arch {arch} --format {format}
matrix --arch {arch} --configs {config} --format {format}
matrix --arch {arch} --configs tinyconfig --features {features} --all
query {query} --arch {arch} --configs {config} --format {format}
query {query} --arch x86_64 --arch arm --configs tinyconfig
series {patch} --format {format}
series {patch} --features {features}
review {patch} --tree bundled --arch {arch} --configs tinyconfig --format {lint}
review {patch} --tree bundled --arch {arch} --all --fail-on value={symbol}
sample -n {number} --arch {arch} --seed {number} --features {features}
model {config} --arch {arch} --scenario {scenario} --format {format}
model tinyconfig --arch powerpc --scenario {scenario} --trace --prices {prices}
model --compare {versions} --scenario {scenario}
model --hunt --tries 20 --seed {number} --kernel {version}
plan {config} --arch {arch} --object {glob} --format {format}
cost {symbol} {config} --arch {arch} --format {format}
cost {symbol} tinyconfig --arch x86_64 --ledger {ledger}
rank {config} --arch {arch} --format {format}
weigh {config} --arch {arch} --builds 0
shrink {config} --arch {arch} --keep {symbol} --builds 0
shrink --explain {config} --format {format}
gate {symbol} --arch {arch} --format {format}
gate DMA_OPS SWIOTLB --config {config} --format record
size {config} --arch {arch} --ledger {ledger}
measure {config} --arch {arch}
report {config} --arch x86 --configs tinyconfig --format {format} --features {features}
check --policy {policy} --arch {arch} --format {lint}
check --policy {policy} --arch {arch} --series {patch}
check --policy {policy} --gates {gates} --ledger {ledger}
certify --arch {arch} --configs {config}
toolchain --arch {arch}
cache
completion {shell}
"""
_SMALL = """\
analyze {small} {at} --features PCI
why LEAD {small} {at}
which kernel/lead.c {small} {at}
which lead {small} {at} --all
resolve {small} {at}
minimal {small} {at} --format terminal
new {small} {at}
upgrade {small} --from ../mini {at}
upgrade {small} --from ../mini {at} --format config
diff {small} allyesconfig {at}
doctor allnoconfig {small} {at}
enable LEAD=y {small} {at}
disable LEAD {small} {at}
query {query} {at} --configs {small}
query 'content > 2K and LEAD' {at} --configs allnoconfig --ledger {ledger}
series {patch} {at}
plan {small} {at}
cost LEAD {small} {at} --ledger {ledger}
rank {small} {at} --ledger {ledger}
weigh allnoconfig {at} --builds 0 --ledger {ledger}
shrink {small} {at} --keep LEAD --builds 0 --ledger {ledger}
gate LEAD --config allnoconfig {at} --ledger {ledger}
size allnoconfig {at} --ledger {ledger} --details
report --arch x86_64 --tree ../small --configs allnoconfig --ledger {ledger} --format terminal --toolchain {record}
check --policy {policy} --tree ../small --ledger {ledger} --gates {gates} --toolchain {record}
matrix --arch x86_64 --tree ../small --configs {small} --features {features} --toolchain {record}
"""
LINES = tuple((line, line.split()[0], False) for line in _BUNDLED.splitlines()) + tuple(
    (line, line.split()[0], True) for line in _SMALL.splitlines()
)
_RECORD = "../bundled/fixtures/toolchains/gcc-12.2/x86_64.json"
_AT = ("--tree", "../small", "--arch", "x86_64", "--toolchain", _RECORD)
_WORDS: Mapping[str, tuple[str, ...]] = {
    "arch": ("x86_64", "powerpc", "arm", "i386", "sparc64", "s390"),
    "symbol": ("DMA_OPS", "CONFIG_SWIOTLB", "PCI", "IOMMU_DMA", "64BIT", "NO_SUCH", "XEN"),
    "assign": ("DMA_OPS=y", "SWIOTLB=n", "PCI", "CONFIG_IOMMU_DMA=m", "NR_CPUS=9999", "NAME='a'"),
    "text": ("dma ops", "iommu", "a"),
    "what": ("kernel/dma/direct.c", "kernel/dma/", "CONFIG_SWIOTLB", "swiotlb.o", "no.ko"),
    "glob": ("kernel/dma/*.o", "*", "drivers/**", "[a-"),
    "number": ("1", "2", "3", "6", "0", "64"),
    "format": ("terminal", "markdown", "csv", "json", "html"),
    "graph": ("dot", "mermaid", "terminal", "json"),
    "lint": ("terminal", "sarif", "github", "json"),
    "shell": ("bash", "zsh", "fish"),
    "versions": ("v3,v4", "5.9,6.1", "5.8,v2"),
    "version": ("5.8", "v2", "v4", "6.1"),
    "query": (
        "DMA_OPS=y and not PCI and arch in (arm, mips)",
        "DMA_OPS and not DMA_OPS_BYPASS show why(DMA_OPS)",
        "why(SWIOTLB) = undefined show count",
        'HZ < 250 and config like "*_defconfig" show HZ',
        "DMA_OPS selected_by(IOMMU_DMA) or (content > 2M and loaded <= 5 KiB)",
        "show SWIOTLB, why(SWIOTLB), DMA_OPS",
    ),
}
_WEIGHS = frozenset({"cost", "disable", "enable", "gate", "rank", "check", "size", "diff", "report"})
"""Commands that read the measurements which come with the program."""
_FOLDERS = {"x86_64": "x86", "i386": "x86", "sparc64": "sparc"}
_READ = frozenset({"x86", "sparc", "powerpc", "arm", "s390"})
"""Folders of the architectures that are asked about."""
_CONFIG = 'CONFIG_PCI=y\nCONFIG_SWIOTLB=y\n# CONFIG_XEN is not set\nCONFIG_NR_CPUS=64\nCONFIG_LEAD=y\nCONFIG_NAME="a"\n'
_POLICY = """\
[[rule]]
name = "the option"
arches = ["x86_64", "arm*"]
configs = ["tinyconfig"]
symbol = "LEAD"
at-most = 1
[[rule]]
name = "image"
arches = ["x86_64"]
configs = ["allnoconfig"]
image = "content"
at-most = 1_000_000
[[rule]]
name = "no lost lines"
no-lost-lines = true
accepted = "losses"
[[rule]]
name = "no unmet"
no-unmet = true
"""
_LOSSES = "# ARCH CONFIG SYMBOL: reason\nx86 one.config DRIVER: no bus here\n* * HELD: it always is on\n"
_PRICES = "direct = 2\nindirect = 10.5\nops = 3\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The folder with the valid inputs, and the texts of each kind."""

    folder: Path
    kinds: Mapping[str, Sequence[bytes]]
    trees: Sequence[Path]
    """Files of the bundled tree, and of what comes with the program."""
    small: Sequence[Path]
    """Files of the small tree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What to write, what to run, and what was damaged."""

    words: tuple[str, ...]
    files: Mapping[Path, bytes]
    what: str


def here(folder: Path) -> Inputs:
    """Every valid input, in `folder`."""
    for name in ("kconfig", "arch", "fixtures"):
        shutil.copytree(ROOT / name, folder / "bundled" / name)
    (folder / "work").mkdir()
    opened = open_planted(folder / "small")
    plant(folder / "mini", TREE)
    for config in (base_of(opened), leading(opened)):
        record(folder / "ledger", config)
    trees = sorted(
        path for path in (folder / "bundled").rglob("*") if path.is_file() and "toolchains" not in path.parts
    )
    small = sorted(path for path in (folder / "small").rglob("*") if path.is_file())
    return Inputs(folder=folder, kinds=_kinds(folder), trees=trees, small=small)


def _kinds(folder: Path) -> dict[str, list[bytes]]:
    def read(*globs: str) -> list[bytes]:
        found = (path.read_bytes() for glob in globs for path in sorted(ROOT.glob(glob)) if path.is_file())
        return [data for data in found if data]

    configs = [_CONFIG.encode(), *read("arch/*/configs/*", "kconfig/kernel/configs/*", "tests/configs/cases/*/config")]
    whole = b"# Linux/x86 6.1.0 Kernel Configuration\n" + b"\n".join(configs[:6])
    packed = [PACKED[name](whole) for name in ("gzip", "xz", "bzip2", "lzma")]
    image = kernel(whole)
    return {
        "config": [*configs, whole, *packed, image, boot_image(packed[0]), *configs],
        "fragment": [*configs, *read("tests/configs/cases/*/fragment", "tests/pipeline/doctor/*/*.config")],
        "kconfig": read("tests/configs/cases/*/Kconfig", "tests/pipeline/doctor/*/Kconfig"),
        "policy": [
            *[_POLICY.encode()] * 40,
            *read("fixtures/policies/*.toml") * 40,
            *read("tests/policy/cases/*/*/policy.toml"),
        ],
        "features": read("analyzer/features/*.toml") * 20 + read("tests/features/cases/*/*.toml"),
        "scenario": read("analyzer/dma/series.toml", "analyzer/dma/more.toml"),
        "prices": [_PRICES.encode()],
        "gates": read("fixtures/sizes/gates.jsonl"),
        "ledger": [(folder / "ledger").read_bytes()],
        "losses": [_LOSSES.encode(), *read("tests/policy/cases/*/*/lost.txt")],
        "toolchain": read("fixtures/toolchains/gcc-12.2/x86_64.json"),
        "patch": read("fixtures/series/*", "tests/series/cases/*/input*"),
    }


def plain(inputs: Inputs) -> Iterator[tuple[str, ...]]:
    """A command line per line above with inputs as they are, to load what they need."""
    chance = random.Random("plain")
    for line, _, small in LINES:
        files: dict[Path, bytes] = {}
        words = _filled(inputs, line, small=small, files=files, chance=chance)
        for path, data in files.items():
            path.write_bytes(data)
        yield words
        for path in files:
            path.unlink(missing_ok=True)


def drawn(inputs: Inputs, chance: random.Random) -> Case:
    """A command line whose words, files or tree are damaged in one place at least."""
    line, command, small = chance.choice(LINES)
    files: dict[Path, bytes] = {}
    words = _filled(inputs, line, small=small, files=files, chance=chance)
    places = [path for path in files if path.name != "out"]
    # Of the tree, of the words, or of what the words name.
    share = chance.random()
    tree = inputs.small if small else inputs.trees
    if share < 0.3 or (share < 0.45 and not places):
        # What the command reads, most of the time.
        arch = chance.choice(
            [_FOLDERS.get(word, word) for word in words if _FOLDERS.get(word, word) in _READ] or ["x86"]
        )
        near = [path for path in tree if _near(path, inputs.folder, arch)] if chance.random() < 0.8 else tree
        if command in _WEIGHS and chance.random() < 0.4:
            near = [path for path in inputs.trees if "sizes" in path.parts]
        path = chance.choice(near)
        data = path.read_bytes()
        if path.name.startswith("Kconfig") and chance.random() < 0.4:
            more = chance.choice(inputs.kinds["kconfig"])
            path = inputs.folder / ("small/Kconfig" if small else "bundled/kconfig/Kconfig")
            data = more if chance.random() < 0.5 else path.read_bytes() + b"\n" + more
        other = chance.choice(tree).read_bytes()
        files[path], how = damaged(data, other, chance)
        return Case(words=words, files=files, what=f"{path.relative_to(inputs.folder)}: {how}")
    # Damaged words of what can build would ask for a build sooner or later.
    if (share < 0.5 or not places) and not (small or command in {"measure", "weigh", "certify", "cache"}):
        at = chance.randrange(1, len(words)) if len(words) > 1 else 0
        word, how = damaged(words[at].encode(), chance.choice(words).encode(), chance)
        text = word.replace(b"\0", b"").decode("utf-8", "surrogateescape").lstrip("/~").replace("..", ".")[:100_000]
        if words[at - 1] in {"--tries", "-n"}:
            # So much was asked for; that it takes long is no fault.
            text = re.sub(r"\d+", lambda found: found[0][:3] if len(found[0]) < 9 else found[0], text)
        return Case(words=(*words[:at], text, *words[at + 1 :]), files=files, what=f"word {at}: {how}")
    if not places:
        return Case(words=words, files=files, what="nothing")
    path = chance.choice(places)
    kind = re.sub(r"\d+$", "", path.name)
    files[path], how = damaged(files[path], chance.choice(inputs.kinds.get(kind, [b""])), chance)
    return Case(words=words, files=files, what=f"{path.name}: {how}")


def _near(path: Path, folder: Path, arch: str) -> bool:
    parts = path.relative_to(folder).parts
    return "fixtures" not in parts and (parts[1] != "arch" or len(parts) == 3 or parts[2] == arch)


def _filled(
    inputs: Inputs, line: str, *, small: bool, files: dict[Path, bytes], chance: random.Random
) -> tuple[str, ...]:
    words: list[str] = []
    for word in re.findall(r"'[^']*'|\S+", line):
        bare = word.strip("'")
        if bare == "{at}":
            words += _AT
            continue
        slot = re.search(r"\{(\w+)\}", bare)
        if slot is None:
            words.append(bare)
            continue
        name = slot[1]
        if name == "record":
            words.append(_RECORD)
        elif name == "small":
            kind = chance.choice(("fragment", "config"))
            files[inputs.folder / "work" / kind] = chance.choice(inputs.kinds[kind])
            words.append(f"./{kind}")
        elif name in _WORDS:
            words.append(bare.replace(slot[0], chance.choice(_WORDS[name])))
        elif name.startswith("config") and chance.random() < 0.25:
            words.append(
                bare.replace(slot[0], chance.choice(("tinyconfig", "defconfig", "allnoconfig", "allyesconfig")))
            )
        else:
            files[inputs.folder / "work" / name] = chance.choice(inputs.kinds[re.sub(r"\d+$", "", name)])
            words.append(bare.replace(slot[0], f"./{name}"))
    if small:
        losses = inputs.folder / "work" / "losses"
        if "--policy" in words:
            files[losses] = chance.choice(inputs.kinds["losses"])
    return tuple(words)


Damage = Callable[[bytes, bytes, random.Random], bytes]


def damaged(data: bytes, other: bytes, chance: random.Random) -> tuple[bytes, str]:
    """`data` with one to four damages, some of them from `other`, and which."""
    names: list[str] = []
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4))):
        damage = chance.choice(_DAMAGES)
        data = damage(data, other, chance)[:LARGEST]
        names.append(damage.__name__.strip("_"))
    return data, "+".join(names)


def _at(data: bytes, chance: random.Random) -> int:
    return chance.randrange(len(data) + 1)


def _put(data: bytes, what: bytes, chance: random.Random) -> bytes:
    at = _at(data, chance)
    return data[:at] + what + data[at:]


def _bits(data: bytes, other: bytes, chance: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8)) if found else 0):
        found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
    return bytes(found)


def _cut(data: bytes, other: bytes, chance: random.Random) -> bytes:
    first, last = sorted((_at(data, chance), _at(data, chance)))
    return chance.choice((data[:first], data[:first] + data[last:], data[last:]))


def _empty(data: bytes, other: bytes, chance: random.Random) -> bytes:
    return chance.choice((b"", b"\n", b" ", b"\0"))


def _line_twice(data: bytes, other: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    return b"\n".join((*lines[:at], *[lines[at]] * chance.choice((2, 2, 3, 500)), *lines[at + 1 :]))


def _lines_swapped(data: bytes, other: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    return b"\n".join(lines)


def _line_lost(data: bytes, other: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    del lines[chance.randrange(len(lines))]
    return b"\n".join(lines)


def _line_of_other(data: bytes, other: bytes, chance: random.Random) -> bytes:
    lines, more = data.split(b"\n"), other.split(b"\n")
    first = chance.randrange(len(more))
    at = chance.randrange(len(lines) + 1)
    return b"\n".join((*lines[:at], *more[first : first + chance.choice((1, 1, 3, 30))], *lines[at:]))


def _word_of_other(data: bytes, other: bytes, chance: random.Random) -> bytes:
    ours = list(re.finditer(rb"\w+", data))
    more = [found[0] for found in re.finditer(rb"\w+", chance.choice((data, other))[:20_000])]
    if not ours or not more:
        return data
    word = chance.choice(ours)
    return data[: word.start()] + chance.choice(more) + data[word.end() :]


def _number(data: bytes, other: bytes, chance: random.Random) -> bytes:
    ours = list(re.finditer(rb"-?(0x[0-9a-f]+|\d+)|(?<==)[ymn]\b", data))
    huge = (b"9" * 4301, b"9" * 20, b"-1", b"0x" + b"f" * 17, b"1e999", b"0", b"18446744073709551616", b"nan", b"-0x1")
    if not ours:
        return _put(data, chance.choice(huge), chance)
    number = chance.choice(ours)
    return data[: number.start()] + chance.choice(huge) + data[number.end() :]


def _deep(data: bytes, other: bytes, chance: random.Random) -> bytes:
    opening = (
        b"(",
        b"[",
        b"{",
        b"!",
        b"$(",
        b"if A\n",
        b'menu "m"\n',
        b"choice\n",
        b"not ",
        b"{a=",
        b'"',
        b"a.",
        b"> ",
    )
    return _put(data, chance.choice(opening) * chance.choice((50, 1_000, 20_000)), chance)


def _sign(data: bytes, other: bytes, chance: random.Random) -> bytes:
    signs = (
        "\u202e",
        "\u2066",
        "\u200b",
        "\x1b[2J",
        "\x07",
        "\ufeff",
        "é",
        "\U0010ffff",
        "\u2028",
        "\x85",
        "\x0c",
        "\x1c",
    )
    return _put(data, chance.choice(signs).encode() * chance.choice((1, 1, 50)), chance)


def _bytes(data: bytes, other: bytes, chance: random.Random) -> bytes:
    return _put(
        data, chance.choice((b"\0", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\x80" * 9, b"\xf4\x90\x80\x80")), chance
    )


def _mark(data: bytes, other: bytes, chance: random.Random) -> bytes:
    marks = rb"""\ " ' # = $ $( ) ( ] } , ; : % * ? | & < > ! ~ ` @ + - / .. --- """.split()
    return _put(data, chance.choice(marks) * chance.choice((1, 1, 1, 300)), chance)


def _long_line(data: bytes, other: bytes, chance: random.Random) -> bytes:
    return _put(data, chance.choice((b"A", b" ", b"A ", b"\t", b"=", b"\\\n", b"A&&", b"y ")) * 60_000, chance)


def _no_end(data: bytes, other: bytes, chance: random.Random) -> bytes:
    ends = list(re.finditer(rb'end(if|menu|choice|ef)\b|["\')\]}]|\n', data))
    if not ends:
        return data[:-1]
    end = chance.choice(ends)
    return data[: end.start()] + data[end.end() :] if chance.random() < 0.7 else data[: end.start()]


def _dos(data: bytes, other: bytes, chance: random.Random) -> bytes:
    return data.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\r")))


def _many(data: bytes, other: bytes, chance: random.Random) -> bytes:
    return data * max(1, min(20, LARGEST // (len(data) + 1)))


_DAMAGES: Sequence[Damage] = (
    *(_bits, _bits, _cut, _empty, _line_twice, _lines_swapped, _line_lost, _line_of_other, _word_of_other),
    *(_word_of_other, _number, _number, _deep, _sign, _bytes, _mark, _mark, _long_line, _no_end, _dos, _many),
)

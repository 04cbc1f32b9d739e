"""Draws treemaps, networks and curves for a page.

Enters: a `Treemap`, a `Network` or a `Curve`. Leaves: an `<svg>` element without a style, script, link or address in
it. Must hold: Vega lays out and draws (html/*.json are its specifications), in this process and without a network;
colours are classes of the page's own style, so that light and dark need one drawing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import resources
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from analyzer.model.neutral import neutral

if TYPE_CHECKING:
    from analyzer.model.report import Curve, Network, Tile, Treemap

COLOURS = 8
"""How many colours the page's style has for the groups of a treemap: k0, k1 …"""

SMALLEST = 0.0008
"""Tiles of less than this share are drawn as one for each group."""

_LETTER = 9.2
"""Width of a letter of a label, at most on average."""

_SPOT = re.compile(r"translate\(([-\d.]+),([-\d.]+)\)")

_KEPT = frozenset({"d", "transform", "text-anchor", "font-size", "font-weight"})
_ELEMENTS = frozenset({"svg", "g", "path", "text"})


def can_draw() -> bool:
    """Whether the extra `html` is there, without which a page has tables in the place of drawings."""
    return find_spec("vl_convert") is not None


def draw_treemap(treemap: Treemap) -> str:
    """Groups are the outermost names of the paths. Needs `can_draw`."""
    whole = sum(tile.size for tile in treemap.tiles)
    return _text(_drawn("treemap.json", treemap.title, {"tree": list(_rows(treemap, whole))}))


def draw_network(network: Network) -> str:
    """Names and arrows between them. Needs `can_draw`."""
    nodes = [
        {
            "label": neutral(node.name),
            "colour": f"node {node.value.role}",
            "about": neutral(f"{node.name}: {node.value.text}" + (f"; {node.note}" if node.note else "")),
            "room": max(30.0, _LETTER * len(node.name) / 2 + 5),
        }
        for node in network.nodes
    ]
    numbers = {node.name: number for number, node in enumerate(network.nodes)}
    edges = [
        {
            "source": numbers[edge.source],
            "target": numbers[edge.target],
            "colour": "edge active" if edge.active else "edge",
            "about": neutral(f"{edge.source} {edge.verb} {edge.target} ({edge.place})"),
        }
        for edge in network.edges
        if edge.source != edge.target
    ]
    return _text(_fitted(_drawn("network.json", network.title, {"names": nodes, "edges": edges})))


def draw_curve(curve: Curve) -> str:
    """A point for each try, and a line through those that were kept. Needs `can_draw`."""
    points = [
        {
            "place": one.number,
            "size": one.size,
            "kept": one.kept,
            "colour": "node on" if one.kept else "node",
            "about": neutral(f"{one.number:,}: {one.size:,} bytes; {one.note}"),
        }
        for one in curve.points
    ]
    kept = [one for one in curve.points if one.kept] or list(curve.points)
    ends = [
        {"place": one.number, "size": one.size, "label": f"{one.size:,}", "align": align}
        for one, align in zip(dict.fromkeys((*kept[:1], *kept[-1:])), ("left", "right"), strict=False)
    ]
    return _text(_drawn("curve.json", curve.title, {"points": points, "ends": ends}))


def _rows(treemap: Treemap, whole: int) -> Iterator[dict[str, Any]]:
    """The hierarchy as Vega reads it: the whole, its groups, their tiles; small tiles gathered."""
    groups: dict[str, list[Tile]] = {}
    for tile in treemap.tiles:
        groups.setdefault(tile.path[0], []).append(tile)
    yield {"id": "all", "label": f"{whole:,} bytes", "about": f"{neutral(treemap.title)}: {whole:,} bytes"}
    ranked = sorted(groups.items(), key=lambda one: -sum(tile.size for tile in one[1]))
    for number, (name, tiles) in enumerate(ranked):
        size = sum(tile.size for tile in tiles)
        label, group = neutral(name), f"g{number}"
        yield {"id": group, "parent": "all", "label": label, "about": _about(label, size, whole)}
        small = [tile for tile in tiles if tile.size < SMALLEST * whole]
        shown = [(tile.path[1:] or tile.path, tile.size) for tile in tiles if tile.size >= SMALLEST * whole]
        if small:
            shown.append(((f"{len(small):,} smaller",), sum(tile.size for tile in small)))
        for place, (path, size) in enumerate(shown):
            label = neutral("/".join(path))
            yield {
                "id": f"{group}.{place}",
                "parent": group,
                "size": size,
                "label": neutral(path[-1]),
                "colour": f"k{number % COLOURS}",
                "about": _about(f"{neutral(name)}/{label}", size, whole),
            }


def _about(name: str, size: int, whole: int) -> str:
    return f"{name}: {size:,} bytes, {100 * size / (whole or 1):.1f} %"


def _drawn(specification: str, title: str, values: dict[str, list[dict[str, Any]]]) -> ElementTree.Element:
    import vl_convert

    text = (resources.files("analyzer.reports") / "html" / specification).read_text(encoding="utf-8")
    chart = json.loads(text)
    for data in chart["data"]:
        if data["name"] in values:
            data["values"] = values[data["name"]]
    drawn = ElementTree.fromstring(vl_convert.vega_to_svg(json.dumps(chart), allowed_base_urls=[]))
    return _own(drawn, specification.removesuffix(".json"), neutral(title))


def _text(drawn: ElementTree.Element) -> str:
    return ElementTree.tostring(drawn, encoding="unicode")


def _own(drawn: ElementTree.Element, kind: str, title: str) -> ElementTree.Element:
    """The drawing with elements and attributes of our choice alone, so that it can only be looked at."""
    root = ElementTree.Element(
        "svg",
        {
            "viewBox": drawn.attrib["viewBox"],
            "role": "graphics-document",
            "aria-label": title,
            "data-rove": "",
            "class": kind,
        },
    )
    _copy(drawn, root)
    return root


def _fitted(root: ElementTree.Element) -> ElementTree.Element:
    """The drawing with a view of just what is in it: a network's names lie where the forces left them."""
    spots = [
        (float(match[1]), float(match[2]), _LETTER * len(text.text or "") / 2)
        for text in root.iter("text")
        if (match := _SPOT.fullmatch(text.attrib.get("transform", "")))
    ]
    left, right = min(x - half for x, _, half in spots), max(x + half for x, _, half in spots)
    top, bottom = min(y for _, y, _ in spots) - 30, max(y for _, y, _ in spots) + 8
    root.set("viewBox", f"{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}")
    return root


def _copy(source: ElementTree.Element, target: ElementTree.Element) -> None:
    for child in source:
        name = child.tag.rpartition("}")[2]
        if name not in _ELEMENTS or child.attrib.get("class") in {"background", "foreground"}:
            continue
        if name == "g":
            _copy(child, _element(target, child) if "transform" in child.attrib else target)
            continue
        if child.attrib.get("fill") == "nowhere":
            continue
        copied = _element(target, child)
        copied.text = child.text
        # A colour of our specifications is the name of a class.
        kind = child.attrib.get("fill", child.attrib.get("stroke", "")) if name == "path" else ""
        if kind == "none":
            kind = child.attrib.get("stroke", "")
        if kind:
            copied.set("class", kind)
        about = child.attrib.get("aria-label")
        if about and kind.startswith(("edge", "frame")):
            ElementTree.SubElement(copied, "title").text = about
        elif about:
            copied.attrib |= {"data-tip": about, "aria-label": about, "role": "graphics-symbol"}


def _element(target: ElementTree.Element, source: ElementTree.Element) -> ElementTree.Element:
    kept = {key: value for key, value in source.attrib.items() if key in _KEPT and value != "translate(0,0)"}
    return ElementTree.SubElement(target, source.tag.rpartition("}")[2], kept)

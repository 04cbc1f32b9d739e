"""Where an address may be: variables and fields that get it from each other are one class.

Enters: names of cells, pairs of which one is assigned to the other. Leaves: a class for each. Must hold: a class only
ever grows (Steensgaard's analysis), so what is said of all its members is never said of too few.
"""

from __future__ import annotations

from collections.abc import Iterator


class Cells:
    """A forest of cells."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def find(self, cell: str) -> str:
        """The class of the cell, by one of its members."""
        parent = self._parent
        root = cell
        while (above := parent.setdefault(root, root)) != root:
            root = above
        while parent[cell] != root:
            parent[cell], cell = root, parent[cell]
        return root

    def join(self, a: str, b: str) -> None:
        """What is in one may be in the other."""
        self._parent[self.find(a)] = self.find(b)

    def classes(self) -> dict[str, list[str]]:
        """Every class with its members, in the order in which they were seen."""
        found: dict[str, list[str]] = {}
        for cell in list(self._parent):
            found.setdefault(self.find(cell), []).append(cell)
        return found

    def unsure(self) -> Iterator[tuple[str, str]]:
        """Fields of structures that nobody could tell (`?.field`), each with a field of that name that it may be."""
        unknown = {cell.partition(".")[2]: cell for cell in self._parent if cell.startswith("?.")}
        for cell in list(self._parent):
            structure, dot, name = cell.partition(".")
            if dot and structure != "?" and ":" not in structure and name in unknown:
                yield cell, unknown[name]

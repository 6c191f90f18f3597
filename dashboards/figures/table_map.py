"""The picture of the tables and their foreign keys: boxes and curves, laid out for a wide or a narrow page.

The tables that others refer to stand in one column, those that refer to them beside it. Sizes are pixels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from statistics import mean

from affect_store.store.schema.foreign_keys import ForeignKey
from affect_store.store.schema.tables import SCHEMAS

BOX_PX, GAP_PX, SCHEMA_GAP_PX = 38, 8, 22
"""Height of a box, and the distance between two: of one schema, and of two."""


@dataclass(frozen=True)
class Box:
    """A table: its corner and width, the columns that refer to other tables, and its colour if others refer to it."""

    table: str
    columns: str
    x: float
    y: float
    width: float
    colour: int | None = None

    @property
    def middle(self) -> float:
        """The height at which curves reach the box."""
        return self.y + BOX_PX / 2


@dataclass(frozen=True)
class Curve:
    """A path from a table to the one that it refers to, in the colour of the latter."""

    path: str
    colour: int


@dataclass(frozen=True)
class TableMap:
    """The whole picture."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]


@dataclass(frozen=True)
class _Column:
    x: float
    width: float
    schemas: tuple[str, ...]


_WIDE = 1300, _Column(530, 240, ()), (_Column(0, 270, SCHEMAS[:2]), _Column(1030, 270, SCHEMAS[2:]))
_NARROW = 386, _Column(12, 142, ()), (_Column(188, 198, SCHEMAS),)
_CHARACTER_PX = 6.6
"""Width of a character of the column names, in a wide font."""


def table_map(keys: Sequence[ForeignKey], *, is_wide: bool) -> TableMap:
    """Lay out the tables that have foreign keys, or that some refer to."""
    width, middle, sides = _WIDE if is_wide else _NARROW
    targets = dict(zip(dict.fromkeys(key.target for key in keys), count()))
    columns: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        columns[key.table].append(key.column)
    placed: dict[str, Box] = {}
    for side in sides:
        own = [table for table in columns if table not in targets and table.partition(".")[0] in side.schemas]
        heights = _stacked(own)
        for table in own:
            placed[table] = Box(table, _listed(columns[table], side.width), side.x, heights[table], side.width)
    tops = _beside(targets, keys, placed)
    for table, colour in targets.items():
        placed[table] = Box(table, _listed(columns[table], middle.width), middle.x, tops[table], middle.width, colour)
    height = max(box.y for box in placed.values()) + BOX_PX
    pairs = dict.fromkeys((key.table, key.target) for key in keys if key.table != key.target)
    curves = tuple(_curve(placed[table], placed[target]) for table, target in pairs)
    return TableMap(width, height, tuple(placed.values()), curves)


def _listed(columns: Sequence[str], width: float) -> str:
    """Return the names of the columns as far as they fit, and the number of the others."""
    shown = len(columns)
    while shown > 1 and len(_text(columns, shown)) * _CHARACTER_PX > width - 18:
        shown -= 1
    return _text(columns, shown)


def _text(columns: Sequence[str], shown: int) -> str:
    more = len(columns) - shown
    return ", ".join(columns[:shown]) + (f" +{more}" if more else "")


def _stacked(tables: Sequence[str]) -> dict[str, float]:
    """Return the upper edge of each table below another, with a larger distance between schemas."""
    heights: dict[str, float] = {}
    y, schema = 0.0, tables[0].partition(".")[0]
    for table in tables:
        if table.partition(".")[0] != schema:
            y, schema = y + SCHEMA_GAP_PX - GAP_PX, table.partition(".")[0]
        heights[table] = y
        y += BOX_PX + GAP_PX
    return heights


def _beside(targets: dict[str, int], keys: Sequence[ForeignKey], placed: dict[str, Box]) -> dict[str, float]:
    """Return the upper edge of each target: the mean of the tables that refer to it, moved down to leave a distance."""
    wanted = {
        target: mean([placed[key.table].y for key in keys if key.target == target and key.table in placed])
        for target in targets
    }
    tops: dict[str, float] = {}
    free = 0.0
    for target in sorted(wanted, key=lambda name: wanted[name]):
        tops[target] = max(wanted[target], free)
        free = tops[target] + BOX_PX + 2 * SCHEMA_GAP_PX
    return tops


def _curve(box: Box, target: Box) -> Curve:
    """Draw from the side of a box that faces the target; two targets are joined on their left."""
    assert target.colour is not None
    if box.x == target.x:
        bend = box.x - (14 if box.width < 200 else 60)
        path = f"M{box.x} {box.middle:g} C{bend} {box.middle:g} {bend} {target.middle:g} {target.x} {target.middle:g}"
        return Curve(path, target.colour)
    start, end = (box.x + box.width, target.x) if box.x < target.x else (box.x, target.x + target.width)
    middle = (start + end) / 2
    path = f"M{start} {box.middle:g} C{middle:g} {box.middle:g} {middle:g} {target.middle:g} {end} {target.middle:g}"
    return Curve(path, target.colour)

"""Where features are put: patches of the head's surface with their coordinates, and paint on the texture.

Nothing here knows a nose from an ear.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from store.sources.synthetic.fields import Field
from store.sources.synthetic.head import CHIN_ROW, TEXELS

CREASE_TINT = (1.0, 0.93, 0.80)
"""A crease darkens blue more than red, as skin lets red through."""
EYE_OPENING, MOUTH_OPENING, LIGHT_INSIDE = 0, 1, 2
"""Channels of the matte: where eyeballs and mouth show through the skin, and how much light falls there."""

_FIRST_COLUMN, _LAST_COLUMN = 0.18, 0.82
"""Share of the texture's columns in which x grows from left to right: the front of the head."""


@dataclass(frozen=True)
class Patch:
    """Coordinates of a rectangle of the grid: x, y and |x|, centimetres."""

    x: Field
    y: Field
    side: Field


class Window:
    """A rectangle of the texture: its coordinates and a view of its paint, which methods change in place."""

    def __init__(self, canvas: Canvas, rows: slice, columns: slice) -> None:
        self.place = (rows, columns)
        self.x = canvas.x[self.place]
        self.y = canvas.y[self.place]
        self.side = np.abs(self.x)
        self._planes = canvas.planes[:, rows, columns]
        self._matte = canvas.matte[rows, columns]

    def blend(self, opacity: Field, colour: Sequence[float] | Sequence[Field] | Field) -> None:
        """Paint a colour (BGR; numbers or fields) over what is there."""
        for plane, ink in zip(self._planes, colour, strict=True):
            plane += opacity * (ink - plane)

    def darken(self, amount: Field, tint: Sequence[float] = CREASE_TINT) -> None:
        """Multiply by 1 - amount x tint, for each channel."""
        for plane, share in zip(self._planes, tint, strict=True):
            plane *= 1 - amount * np.float32(share)

    def cut(self, opening: int, opacity: Field, light: Field) -> None:
        """Cut an opening (a channel of the matte) into the skin; `light`, 0..1, falls on what is behind."""
        self._matte[..., opening] = 255 * opacity
        inside = self._matte[..., LIGHT_INSIDE]
        inside[:] = np.where(opacity > 0.01, 255 * np.clip(light, 0, 1), inside)


class Canvas:
    """The texture of the head while it is painted.

    `planes` (3, rows, columns) float BGR 0..255; `matte` (rows, columns, 3) uint8, see the channels above;
    `x` and `y` (rows, columns), centimetres.
    """

    def __init__(self, planes: Field, x: Field, y: Field) -> None:
        self.planes = planes
        self.matte = np.zeros((*x.shape, 3), np.uint8)
        self.x = x
        self.y = y

    def window(self, x_range: tuple[float, float], y_range: tuple[float, float]) -> Window:
        """The smallest rectangle in front of the head that covers these ranges."""
        width = self.x.shape[1]
        first, last = int(width * _FIRST_COLUMN), int(width * _LAST_COLUMN)
        face = self.y[: CHIN_ROW * TEXELS]
        middle = int(np.argmin(np.abs(face[:, width // 2] - sum(y_range) / 2)))
        left, right = np.searchsorted(self.x[middle, first:last], sorted(x_range)) + first
        left, right = max(int(left) - 1, 0), min(int(right) + 1, width)
        tops, bottoms = [], []
        for column in (left, right - 1, (left + right) // 2):
            inside = np.flatnonzero((face[:, column] > y_range[0]) & (face[:, column] < y_range[1]))
            if len(inside):
                tops.append(int(inside[0]))
                bottoms.append(int(inside[-1]))
        rows = slice(min(tops, default=middle), max(bottoms, default=middle) + 1)
        return Window(self, rows, slice(left, right))

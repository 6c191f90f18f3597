"""The head's texture while it is painted, and rectangles of it with their surface coordinates.

Holds no shape of any facial feature: the modules of the features paint on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from affect_store.store.sources.synthetic.drawing.shape_functions import Field
from affect_store.store.sources.synthetic.person.head import CHIN_ROW, TEXELS_PER_STEP

CREASE_TINT = (1.0, 0.93, 0.80)
"""Tint of creases for blue, green, red: skin lets red light through, so a crease darkens blue most."""

EYE_OPENING, MOUTH_OPENING, LIGHT_INSIDE = 0, 1, 2
"""Channels of the matte: opacity of the eyeballs and of the mouth's inside over the skin, and the light on them."""

_FIRST_COLUMN, _LAST_COLUMN = 0.18, 0.82
"""Range of the texture's columns, as fractions, in which x grows from left to right: the front of the head."""


@dataclass(frozen=True)
class Patch:
    """Coordinates of a rectangle of the head's grid: x, y and |x|, centimetres."""

    x: Field
    y: Field
    side: Field


class Window:
    """A rectangle of the texture: its coordinates, and views of colour and matte that the methods change in place."""

    def __init__(self, canvas: Canvas, rows: slice, columns: slice) -> None:
        self.slices = (rows, columns)
        self.x = canvas.x[self.slices]
        self.y = canvas.y[self.slices]
        self.side = np.abs(self.x)
        self._planes = canvas.planes[:, rows, columns]
        self._matte = canvas.matte[rows, columns]

    def blend(self, opacity: Field, colour: Sequence[float] | Sequence[Field] | Field) -> None:
        """Blend a colour (BGR; numbers or fields) over the texture."""
        for plane, ink in zip(self._planes, colour, strict=True):
            plane += opacity * (ink - plane)

    def darken(self, amount: Field, tint: Sequence[float] = CREASE_TINT) -> None:
        """Multiply each channel by 1 - amount x tint."""
        for plane, share in zip(self._planes, tint, strict=True):
            plane *= 1 - amount * np.float32(share)

    def cut(self, opening: int, opacity: Field, light: Field) -> None:
        """Cut an opening (a channel of the matte) into the skin; `light`, 0..1, falls on what is behind it."""
        self._matte[..., opening] = 255 * opacity
        inside = self._matte[..., LIGHT_INSIDE]
        inside[:] = np.where(opacity > 0.01, 255 * np.clip(light, 0, 1), inside)


class Canvas:
    """The head's texture.

    `planes` (3, rows, columns), float BGR 0..255; `matte` (rows, columns, 3), uint8, with the channels above; `x` and
    `y` (rows, columns), centimetres in the head frame.
    """

    def __init__(self, planes: Field, x: Field, y: Field) -> None:
        self.planes = planes
        self.matte = np.zeros((*x.shape, 3), np.uint8)
        self.x = x
        self.y = y

    def window(self, x_range: tuple[float, float], y_range: tuple[float, float]) -> Window:
        """Return the smallest rectangle on the front of the head that covers these ranges, centimetres."""
        width = self.x.shape[1]
        first, last = int(width * _FIRST_COLUMN), int(width * _LAST_COLUMN)
        face = self.y[: CHIN_ROW * TEXELS_PER_STEP]
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

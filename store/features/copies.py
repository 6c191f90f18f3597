"""Copies of a photograph with changes that should not matter, and the way of their landmarks back to the photograph.

Each shows the same face with the same expression, so that a feature of it ought to be that of the photograph.
`copied_pictures` draws them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from affect_store.store.face_mesh import mirror_partners
from affect_store.store.features.passes import Move, mapped_back
from affect_store.store.types import FloatArray
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT

REVISION = 1
"""Raise it whenever the pictures of the copies change."""

ALL_COPIES = "all"
"""Name for the photograph and all of its copies together."""

JPEG_QUALITY, DARKER, BRIGHTER = 60, 0.75, 1.25
_NO_SHIFT = (0.0, 0.0)


@dataclass(frozen=True)
class Copy:
    """A copy: its name, what is changed, and the move or reflection by which its landmarks differ from the
    photograph's; neither for a change of colours alone."""

    name: str
    meaning: str
    move: Move | None = None
    is_mirrored: bool = False

    def back(self, xyz: FloatArray, size_px: tuple[int, int]) -> FloatArray:
        """Return landmarks (468, 3) of the copy in the frame of the photograph, both image-normalised.

        In a mirrored copy, each landmark is that of its mirror partner. `size_px` is (width, height) of both pictures.
        """
        if self.is_mirrored:
            partners = mirror_partners()
            mirrored = xyz[partners].copy()
            mirrored[:, 0] = 1 - mirrored[:, 0]
            return mirrored
        return xyz if self.move is None else mapped_back(xyz, self.move, size_px)


COPIES: tuple[Copy, ...] = (
    Copy("grey", "grey instead of colours"),
    Copy("darker", "darker by a quarter"),
    Copy("brighter", "brighter by a quarter"),
    Copy("jpeg", f"JPEG of quality {JPEG_QUALITY}"),
    Copy("shifted", "shifted to the right by 2 % of its width", Move(0.0, 1.0, (0.02, 0.0))),
    Copy("smaller", "face smaller by 7 %", Move(0.0, 0.93, _NO_SHIFT)),
    Copy("tilted", "turned by 15 degrees", Move(15.0, 1.0, _NO_SHIFT)),
    Copy("mirrored", "mirrored", is_mirrored=True),
)
"""The copies, in the order of pages and tables."""

COPY_NAMES = tuple(copy.name for copy in COPIES)

CopiedLandmarks = Mapping[str, FloatArray | None]
"""Landmarks (468, 3) of each copy by its name, in the frame of the photograph; None where no face is detected."""


def as_array(landmarks: CopiedLandmarks) -> FloatArray:
    """Return the landmarks of the copies in their order, (k, 468, 3); NaN where no face is detected."""
    faces = [landmarks[name] for name in COPY_NAMES]
    shape = LANDMARK_COUNT, AXES
    return np.stack([np.full(shape, np.nan, np.float32) if face is None else face for face in faces])

"""Cheeks and chin: bones, raised cheeks (AU6, AU12), the nasolabial fold. Centimetres, head frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from affect_store.store.sources.synthetic.drawing.shape_functions import Field, gaussian, smoothstep
from affect_store.store.sources.synthetic.person.canvas import Canvas, Patch
from affect_store.store.sources.synthetic.person.expression import ActionUnits
from affect_store.store.sources.synthetic.person.identity import Person
from affect_store.store.sources.synthetic.person.mouth import MouthShape
from affect_store.store.sources.synthetic.person.nose import NoseShape


@dataclass(frozen=True)
class Fold:
    """The nasolabial fold: its strength, and its course from the nose wing (top) past the corner of the mouth."""

    strength: float
    top_x: float
    top_y: float
    bottom_x: float
    bottom_y: float

    def at(self, y: Field) -> Field:
        """Return the distance of the fold from the midline at height `y`."""
        down = np.clip((self.top_y - y) / (self.top_y - self.bottom_y), 0, 1.3)
        x: Field = self.top_x + (self.bottom_x - self.top_x) * down**0.8
        return x


def nasolabial_fold(person: Person, units: ActionUnits, nose: NoseShape, mouth: MouthShape) -> Fold:
    """Return the fold under these action units; at rest it is deeper in men."""
    strength = 0.03 + 0.03 * person.masculinity + 0.17 * units.corner_puller + 0.09 * units.cheek_raiser
    strength += 0.15 * units.nose_wrinkler + 0.13 * units.upper_lip_raiser + 0.04 * units.lip_stretcher
    return Fold(
        strength=strength,
        top_x=nose.wing + 0.40,
        top_y=nose.tip + 0.35,
        bottom_x=mouth.mean_half_width + 0.68,
        bottom_y=mouth.line - 0.4,
    )


def cheek_displacement(patch: Patch, person: Person, units: ActionUnits) -> Field:
    """Return the displacement of cheekbones, raised cheeks, and the hollows of cheeks and temples."""
    side, y = patch.side, patch.y
    lifted = 0.35 * units.cheek_raiser + 0.3 * units.corner_puller
    bones = person.skull.cheek * gaussian(side - 4.5, 1.8) * gaussian(y + 2.6 - lifted, 1.5)
    fullness = 0.26 * units.cheek_raiser + 0.24 * units.corner_puller
    raised = fullness * gaussian(side - 3.7, 1.5) * gaussian(y + 2.8 - 0.3 * units.corner_puller, 1.3)
    hollow = 0.28 * gaussian(side - 5.2, 1.4) * gaussian(y + 6.3, 2.0)
    temple = 0.28 * gaussian(side - 6.5, 1.2) * gaussian(y - 2.2, 2.2)
    displacement: Field = bones + raised - hollow - temple
    return displacement


def fold_displacement(patch: Patch, fold: Fold, nose: NoseShape, mouth: MouthShape) -> Field:
    """Return the displacement of the groove along the fold and of the fuller cheek beyond it."""
    extent = smoothstep(patch.y, nose.tip + 0.9, nose.tip - 0.6) * smoothstep(
        patch.y, mouth.line - 1.7, mouth.line - 0.2
    )
    beyond = patch.side - fold.at(patch.y)
    displacement: Field = (
        fold.strength * extent * (0.70 * gaussian(beyond - 0.90, 0.90) - 0.40 * gaussian(beyond, 0.42))
    )
    return displacement


def paint_folds(canvas: Canvas, fold: Fold, nose: NoseShape, mouth: MouthShape) -> None:
    """Darken the groove of the nasolabial folds."""
    for sign in (1, -1):
        reach = sorted((sign * (nose.wing - 0.2), sign * (mouth.mean_half_width + 1.8)))
        window = canvas.window((reach[0], reach[1]), (mouth.line - 1.6, nose.tip + 1.2))
        extent = smoothstep(window.y, nose.tip + 0.8, nose.tip - 0.6) * smoothstep(
            window.y, mouth.line - 1.4, mouth.line
        )
        line = gaussian(window.side - fold.at(window.y), 0.26 + 0.20 * fold.strength)
        window.darken(np.clip(0.46 * fold.strength * extent * line, 0, 0.4))


def chin_displacement(patch: Patch, person: Person, units: ActionUnits, mouth: MouthShape) -> Field:
    """Return the displacement of philtrum, mentolabial sulcus and chin, and of the furrows of AU15 beside it."""
    x, y, rest = patch.x, patch.y, person.mouth.height
    philtrum = 0.10 * gaussian(x, 0.24) * gaussian(y - rest - 1.35, 0.55)
    hollow = 0.28 * gaussian(x, 1.7) * gaussian(y - mouth.line + 2.1 + mouth.open_down, 0.60)
    height = rest - 3.35 * person.skull.length - mouth.jaw_drop
    chin = (0.35 + 0.15 * units.chin_raiser) * gaussian(x, 1.4 * person.skull.chin_width) * gaussian(y - height, 0.95)
    furrow = 0.10 * units.corner_depressor * gaussian(patch.side - mouth.mean_half_width - 0.2, 0.4)
    displacement: Field = chin - philtrum - hollow - furrow * gaussian(y - mouth.line + 1.0, 0.6)
    return displacement

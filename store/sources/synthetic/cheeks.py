"""Cheeks and chin: bones, the apple of a raised cheek, and the fold from the nose to the mouth. Centimetres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from store.sources.synthetic.canvas import Canvas, Patch
from store.sources.synthetic.expression import ActionUnits
from store.sources.synthetic.fields import Field, bell, ramp
from store.sources.synthetic.identity import Person
from store.sources.synthetic.mouth import MouthShape
from store.sources.synthetic.nose import NoseShape


@dataclass(frozen=True)
class Fold:
    """The nasolabial fold: strength, and its run from beside the nose's wing (top) past the corner of the mouth."""

    strength: float
    top_x: float
    top_y: float
    bottom_x: float
    bottom_y: float

    def at(self, y: Field) -> Field:
        """Distance of the fold from the midline at the height `y`."""
        down = np.clip((self.top_y - y) / (self.top_y - self.bottom_y), 0, 1.3)
        x: Field = self.top_x + (self.bottom_x - self.top_x) * down**0.8
        return x


def nasolabial_fold(person: Person, units: ActionUnits, nose: NoseShape, mouth: MouthShape) -> Fold:
    """The fold of one shot; children and women have less of it at rest."""
    strength = 0.03 + 0.03 * person.male + 0.17 * units.corner_puller + 0.09 * units.cheek_raiser
    strength += 0.15 * units.nose_wrinkler + 0.13 * units.upper_lip_raiser + 0.04 * units.lip_stretcher
    return Fold(
        strength=strength,
        top_x=nose.wing + 0.40,
        top_y=nose.tip + 0.35,
        bottom_x=mouth.mean_half_width + 0.68,
        bottom_y=mouth.line - 0.4,
    )


def cheek_relief(patch: Patch, person: Person, units: ActionUnits) -> Field:
    """Cheekbones, apples of raised cheeks, hollows of cheeks and temples."""
    side, y = patch.side, patch.y
    lifted = 0.35 * units.cheek_raiser + 0.3 * units.corner_puller
    bones = person.skull.cheek * bell(side - 4.5, 1.8) * bell(y + 2.6 - lifted, 1.5)
    fullness = 0.26 * units.cheek_raiser + 0.24 * units.corner_puller
    apples = fullness * bell(side - 3.7, 1.5) * bell(y + 2.8 - 0.3 * units.corner_puller, 1.3)
    hollow = 0.28 * bell(side - 5.2, 1.4) * bell(y + 6.3, 2.0)
    temple = 0.28 * bell(side - 6.5, 1.2) * bell(y - 2.2, 2.2)
    relief: Field = bones + apples - hollow - temple
    return relief


def fold_relief(patch: Patch, fold: Fold, nose: NoseShape, mouth: MouthShape) -> Field:
    """A groove along the fold and the fuller cheek beyond it."""
    extent = ramp(patch.y, nose.tip + 0.9, nose.tip - 0.6) * ramp(patch.y, mouth.line - 1.7, mouth.line - 0.2)
    beyond = patch.side - fold.at(patch.y)
    relief: Field = fold.strength * extent * (0.70 * bell(beyond - 0.90, 0.90) - 0.40 * bell(beyond, 0.42))
    return relief


def paint_folds(canvas: Canvas, fold: Fold, nose: NoseShape, mouth: MouthShape) -> None:
    """The soft dark line in the groove."""
    for sign in (1, -1):
        reach = sorted((sign * (nose.wing - 0.2), sign * (mouth.mean_half_width + 1.8)))
        window = canvas.window((reach[0], reach[1]), (mouth.line - 1.6, nose.tip + 1.2))
        extent = ramp(window.y, nose.tip + 0.8, nose.tip - 0.6) * ramp(window.y, mouth.line - 1.4, mouth.line)
        line = bell(window.side - fold.at(window.y), 0.26 + 0.20 * fold.strength)
        window.darken(np.clip(0.46 * fold.strength * extent * line, 0, 0.4))


def chin_relief(patch: Patch, person: Person, units: ActionUnits, mouth: MouthShape) -> Field:
    """Philtrum, hollow under the lower lip, the chin, and what depressed corners dig beside it."""
    x, y, rest = patch.x, patch.y, person.mouth.height
    philtrum = 0.10 * bell(x, 0.24) * bell(y - rest - 1.35, 0.55)
    hollow = 0.28 * bell(x, 1.7) * bell(y - mouth.line + 2.1 + mouth.open_down, 0.60)
    height = rest - 3.35 * person.skull.length - mouth.jaw_drop
    chin = (0.35 + 0.15 * units.chin_raiser) * bell(x, 1.4 * person.skull.chin_width) * bell(y - height, 0.95)
    dug = 0.10 * units.corner_depressor * bell(patch.side - mouth.mean_half_width - 0.2, 0.4)
    relief: Field = chin - philtrum - hollow - dug * bell(y - mouth.line + 1.0, 0.6)
    return relief

"""The facial measures: name, formula, landmarks and source of each, as one table.

All are computed from landmarks in the head frame (`head_frame`). Lengths are in inter-ocular distances, `iod`, angles
in degrees. Right and left are the subject's. `docs/reference/measures.md` is generated from this table.
"""

from __future__ import annotations

from functools import partial

from affect_store.store.features.head_frame import distance, mean_distance, mean_drop, slope_deg
from affect_store.store.features.measure import (
    ASYMMETRY,
    BLINK,
    DEG,
    FACS,
    PANTIC,
    TIAN,
    Measure,
    difference_of,
    height_of,
    in_front,
    listed,
    listed_pairs,
)
from affect_store.store.vocabulary import LEFT_EYE_CORNERS, RIGHT_EYE_CORNERS

LIP_CENTRE, NOSE_BASE, CHIN = (13, 14), (2,), (152,)
UPPER_LIP, LIPS, PROFILE = (0, 37, 267), (0, 17), (2, 200)
INNER_LIP_PAIRS = ((13, 14), (82, 87), (312, 317), (81, 178), (311, 402))
LID_PAIRS = {"right": ((160, 144), (159, 145), (158, 153)), "left": ((385, 380), (386, 374), (387, 373))}
LOWER_LID = {"right": (144, 145, 153), "left": (380, 374, 373)}
EYE = {"right": RIGHT_EYE_CORNERS, "left": LEFT_EYE_CORNERS}
INNER_BROW, OUTER_BROW = {"right": (107, 55), "left": (336, 285)}, {"right": (70, 46), "left": (300, 276)}
NOSE_WING = {"right": (129, 98, 64), "left": (358, 327, 294)}
CHEEK = {"right": (50,), "left": (280,)}
CORNER = {"right": (61,), "left": (291,)}
SIDES = ("right", "left")


def _mouth() -> list[Measure]:
    opening = f"mean drop from the upper to the lower inner lip over {listed_pairs(INNER_LIP_PAIRS)}"
    return [
        Measure("mouth_width", "width of the mouth", "distance 61-291", TIAN,
                partial(distance, first=CORNER["right"], second=CORNER["left"])),
        Measure("mouth_opening", "opening between the lips", opening, TIAN, partial(mean_drop, pairs=INNER_LIP_PAIRS)),
        *(measure for side in SIDES for measure in _lip_corner(side)),
        Measure("lip_protrusion", "how far the lips lie in front of nose base and chin",
                "depth of the mean of 2, 200 minus that of 0, 17", PANTIC,
                partial(in_front, front=LIPS, back=PROFILE)),
        Measure("lip_arc_depth", "how far the middle of the lips lies in front of their corners",
                "depth of the mean of 61, 291 minus that of 0, 17", FACS,
                partial(in_front, front=LIPS, back=CORNER["right"] + CORNER["left"])),
        height_of("upper_lip_height", "height of the upper lip, negative below the eyes", TIAN, UPPER_LIP),
        difference_of("philtrum_length", "distance down from the base of the nose to the upper lip", PANTIC, NOSE_BASE,
                      UPPER_LIP),
        difference_of("jaw_drop", "distance down from the base of the nose to the chin", PANTIC, NOSE_BASE, CHIN),
    ]  # fmt: skip


def _lip_corner(side: str) -> tuple[Measure, ...]:
    above_lips = f"height of the {side} corner of the mouth above the centre of the lips"
    below_nose = f"distance down from the base of the nose to the {side} corner of the mouth"
    return (
        difference_of(f"lip_corner_height_{side}", above_lips, TIAN, CORNER[side], LIP_CENTRE),
        difference_of(f"lip_corner_to_nose_{side}", below_nose, PANTIC, NOSE_BASE, CORNER[side]),
    )


def _eye(side: str) -> tuple[Measure, ...]:
    pairs, lid = LID_PAIRS[side], f"height of the {side} lower lid, relative to the corners of the eye"
    opening = partial(mean_distance, pairs=pairs)
    return (
        Measure(f"eye_opening_{side}", f"opening of the {side} eye", f"mean distance over {listed_pairs(pairs)}", BLINK,
                opening),
        difference_of(f"lower_lid_height_{side}", lid, TIAN, LOWER_LID[side], EYE[side]),
    )  # fmt: skip


def _brow(side: str) -> tuple[Measure, ...]:
    inner, outer = INNER_BROW[side], OUTER_BROW[side]
    angle = f"angle between the horizontal and the line from the mean of {listed(inner)} to that of {listed(outer)}"
    return (
        height_of(f"brow_inner_height_{side}", f"height of the inner end of the {side} brow", TIAN, inner),
        height_of(f"brow_outer_height_{side}", f"height of the outer end of the {side} brow", TIAN, outer),
        Measure(f"brow_slope_{side}", f"angle at which the {side} brow falls from its inner to its outer end", angle,
                FACS, partial(slope_deg, start=inner, end=outer), DEG),
    )  # fmt: skip


def _brow_distance() -> Measure:
    right, left = INNER_BROW["right"], INNER_BROW["left"]
    formula = f"distance of the mean of {listed(right)} from that of {listed(left)}"
    gap = partial(distance, first=right, second=left)
    return Measure("brow_distance", "distance between the inner ends of the brows", formula, TIAN, gap)


def _nose_and_cheeks() -> list[Measure]:
    bridge = "length of the bridge of the nose from between the brows, which wrinkling shortens"
    wing = "height of the {} wing of the nose, which wrinkling raises; negative below the eyes"
    cheek = "height of the {} cheek, negative below the eyes"
    return [
        height_of("nose_root_height", "height of the root of the nose", FACS, (168,)),
        Measure("nose_bridge_length", bridge, "distance 8-197", FACS, partial(distance, first=(8,), second=(197,))),
        *(height_of(f"nose_wing_height_{side}", wing.format(side), PANTIC, NOSE_WING[side]) for side in SIDES),
        Measure("nose_width", "width of the nose between the creases beside its wings", "distance 129-358", FACS,
                partial(distance, first=(129,), second=(358,))),
        *(height_of(f"cheek_height_{side}", cheek.format(side), FACS, CHEEK[side]) for side in SIDES),
    ]  # fmt: skip


def _asymmetry(name: str, what: str, left: Measure, right: Measure) -> Measure:
    formula = f"{left.column} minus {right.column}"
    return Measure(f"{name}_asymmetry", f"asymmetry of {what}: left minus right", formula, ASYMMETRY,
                   lambda points: left.compute(points) - right.compute(points))  # fmt: skip


def _asymmetries(by_name: dict[str, Measure]) -> list[Measure]:
    names = {
        "lip_corner": ("the corners of the mouth", "lip_corner_height"),
        "eye_opening": ("the opening of the eyes", "eye_opening"),
        "brow_inner": ("the inner ends of the brows", "brow_inner_height"),
        "brow_outer": ("the outer ends of the brows", "brow_outer_height"),
    }
    return [
        _asymmetry(name, what, by_name[f"{stem}_left"], by_name[f"{stem}_right"])
        for name, (what, stem) in names.items()
    ]


def _single() -> tuple[Measure, ...]:
    eyes = [measure for side in SIDES for measure in _eye(side)]
    brows = [measure for side in SIDES for measure in _brow(side)]
    return (*_mouth(), *eyes, *brows, _brow_distance(), *_nose_and_cheeks())


MEASURES: tuple[Measure, ...] = (*_single(), *_asymmetries({measure.name: measure for measure in _single()}))
"""All measures, in the order of the columns of the views."""

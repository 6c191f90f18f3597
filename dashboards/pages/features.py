"""The page of the features: how each emotion moves the face. A pure function of the frames."""

from __future__ import annotations

import json

import numpy as np

from dashboards import palette, people, words
from dashboards.figures import face, plane
from dashboards.figures.base import Picture
from dashboards.figures.mesh import FACTORS, LONGEST_ARROW, FloatArray
from dashboards.frames import Frames
from dashboards.pages.render import Placed, Site, html
from store.vocabulary import EMOTIONS, FRONTAL_DEG, LANDMARK_GROUPS

HREF = "features.html"
_UNIT_TOP = 1.0
"""The length of a vector that was brought to length 1."""


def page(frames: Frames, site: Site) -> str:
    """features.html."""
    content: dict[str, object] = {"title": "Features of the face", "href": HREF, "sentence": ""}
    found = face.deltas(frames.faces)
    if frames.neutral is None or not found:
        content["sentence"] = "No mean face to show: no frontal photograph has both a face and a neutral reference."
    else:
        content |= _content(frames, frames.neutral.astype(np.float64), found)
    return html("features.html.j2", site=site, page=content)


def _content(frames: Frames, neutral: FloatArray, found: dict[str, tuple[FloatArray, int]]) -> dict[str, object]:
    fronts = face.fronts(frames.faces, neutral)
    total = sum(n for _, n in found.values())
    return {
        "lead": "Mean differences to the same person's neutral face, after a rigid alignment that takes the turn of "
        f"the head away; {words.photographs(total)} of the frontal camera. The unit is the inter-ocular distance, from "
        "centre to centre of the eyes.",
        **_chosen(frames, neutral, found),
        "plane": plane.plane(frames.movements) if plane.has_any(frames.movements) else None,
        "cameras": plane.cameras(frames.movements),
        "fronts": [Placed(f"front-{words.slug(one.title)}", one) for one in fronts],
        "fronts_note": "Arrows are drawn longer by the factor stated with each face, dots are their tips. The colour "
        "is the true length in all three dimensions. x runs to the right, y up, on the same scale.",
        "ramp": ",".join(f"{colour} {100 * place:.0f}%" for place, colour in palette.MOVEMENT),
        "half": f"{face.top_length(found) / 2:.2f}",
        "top": f"{face.top_length(found):.2f}",
        "groups": face.groups(frames.faces),
        "rows": [_row(name, delta, n) for name, (delta, n) in found.items()],
    }


def _chosen(frames: Frames, neutral: FloatArray, found: dict[str, tuple[FloatArray, int]]) -> dict[str, object]:
    """The two turning faces, and what can be chosen for them."""
    first, angles = face.most_moved(found), sorted(frames.movements["camera_angle_deg"].unique().to_list())
    tops = {"aligned": face.top_length(found), "frontal_unit": _UNIT_TOP}
    known = set(frames.movements["emotion"]) | set(found)
    return {
        "turning": [
            (kind, top, face.UNITS[kind], Placed(f"turning-{kind}", _turning(frames, neutral, kind, first, top)))
            for kind, top in tops.items()
        ],
        "constants": json.dumps({"rest": people.packed(neutral), "factors": FACTORS, "longest": LONGEST_ARROW}),
        "first": first,
        "emotions": [(name, palette.EMOTION_COLOURS[name]) for name in EMOTIONS if name in known],
        "angles": angles or [FRONTAL_DEG],
        "frontal": FRONTAL_DEG,
        "people": [(people.href(None), "all people"), *_people(frames)],
        "skins": list(face.SKIN.items()),
        "views": [(name, " ".join(f"{one:g}" for one in eye)) for name, eye in face.VIEWS.items()],
    }


def _turning(frames: Frames, neutral: FloatArray, kind: str, emotion: str, top: float) -> Picture:
    return face.turning(face.everyone(frames.movements, kind, emotion), neutral, kind, top)


def _people(frames: Frames) -> list[tuple[str, str]]:
    known = sorted(frames.movements["subject_id"].unique().to_list())
    return [(people.href(one), words.visible(one, 40)) for one in known]


def _row(name: str, delta: FloatArray, n: int) -> tuple[str, ...]:
    lengths = np.linalg.norm(delta, axis=1)
    most = max(LANDMARK_GROUPS, key=lambda part: float(lengths[list(LANDMARK_GROUPS[part])].mean()))
    return (name, f"{n:,}", f"{lengths.mean():.3f}", f"{lengths.max():.3f}", most)

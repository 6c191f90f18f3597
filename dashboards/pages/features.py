"""The page of the features: facial movement by emotion, subject and camera, measures, scalar features by camera."""

from __future__ import annotations

import json

import numpy as np
import polars as pl

from affect_store.dashboards import formatting, palette, person_scripts
from affect_store.dashboards.figures import example_faces, face, scalar_features, similarity
from affect_store.dashboards.figures.base import CaptionedFigure
from affect_store.dashboards.figures.mesh import FACTORS, MAX_ARROW_LENGTH, FloatArray
from affect_store.dashboards.frames import Frames
from affect_store.dashboards.pages import measures_section
from affect_store.dashboards.pages.render import PageFigure, Site, html
from affect_store.store.schema.fields import FIELDS
from affect_store.store.vocabulary import FRONTAL_DEG, LANDMARK_GROUPS, NEUTRAL

HREF = "features.html"
_IN_OTHER_SECTIONS = ("measures", "measure_changes", "action_unit_proxies")
"""Scalar feature views of too many columns for a figure each."""

_UNIT_TOP = 1.0
"""End of the colour scale for unit vectors."""


def page(frames: Frames, site: Site) -> str:
    """Render features.html."""
    content: dict[str, object] = {
        "title": "Facial features",
        "href": HREF,
        "notice": "",
        "scalar_features": _scalar_features(frames.scalar_features),
        **measures_section.content(frames),
    }
    means = face.deltas(frames.faces)
    if frames.neutral is None or not means:
        content["notice"] = "No mean face: no frontal photograph has both landmarks and a neutral reference."
    else:
        content |= _content(frames, frames.neutral.astype(np.float64), means)
    return html("features.html.j2", site=site, page=content)


def _content(frames: Frames, neutral: FloatArray, means: dict[str, tuple[FloatArray, int]]) -> dict[str, object]:
    fronts = face.frontal_views(frames.faces, neutral)
    total = sum(n for _, n in means.values())
    return {
        "lead": "Mean difference of each emotion to the same person's neutral face, after a rigid alignment that "
        f"removes head pose ({formatting.photographs(total)} of the frontal camera). The unit of length is the "
        "inter-ocular distance, between the centres of the eyes.",
        **_selectors(frames, neutral, means),
        "similarity": similarity.similarity(frames.mean_deltas) if similarity.has_any(frames.mean_deltas) else None,
        "cameras": similarity.cameras(frames.mean_deltas),
        "fronts": [PageFigure(f"front-{formatting.slug(captioned.title)}", captioned) for captioned in fronts],
        "fronts_note": "Arrows are scaled by the factor stated with each face; dots are their tips. The colour is the "
        "true length in three dimensions. x points to the right and y up, on the same scale.",
        "ramp": ",".join(f"{colour} {100 * position:.0f}%" for position, colour in palette.MOVEMENT),
        "pairs": example_faces.pairs(frames.example_faces),
        "pairs_note": _pairs_note(frames.example_faces),
        "half": f"{face.top_length(means) / 2:.2f}",
        "top": f"{face.top_length(means):.2f}",
        "groups": face.groups(frames.faces),
        "rows": [_row(name, delta, n) for name, (delta, n) in means.items()],
    }


def _pairs_note(pairs: pl.DataFrame) -> str:
    if pairs.is_empty():
        return ""
    return (
        f"Landmarks of {formatting.visible(pairs['subject_id'][0], 40)}: the neutral photograph on the left, the "
        "expression on the right, after a rigid alignment that removes head pose. Arrows lead from the place of a "
        "landmark in the neutral face to its place in the expression, at the scale of the drawing; movements below "
        f"{example_faces.SHORTEST_ARROW:g} inter-ocular distances are left out."
    )


def _selectors(frames: Frames, neutral: FloatArray, means: dict[str, tuple[FloatArray, int]]) -> dict[str, object]:
    """Build the two three-dimensional faces and the options of the form above them."""
    first, angles = face.most_moved(means), sorted(frames.mean_deltas["camera_angle_deg"].unique().to_list())
    tops = {"aligned": face.top_length(means), "frontal_unit": _UNIT_TOP}
    known = set(frames.mean_deltas["emotion"]) | set(means)
    return {
        "turning": [
            (kind, top, face.UNITS[kind], PageFigure(f"turning-{kind}", _turning(frames, neutral, kind, first, top)))
            for kind, top in tops.items()
        ],
        "constants": json.dumps(
            {NEUTRAL: person_scripts.packed(neutral), "factors": FACTORS, "maxArrowLength": MAX_ARROW_LENGTH}
        ),
        "first": first,
        "emotions": list(palette.emotion_colours(known).items()),
        "angles": angles or [FRONTAL_DEG],
        "frontal": FRONTAL_DEG,
        "people": [(person_scripts.href(None), "mean over all"), *_people(frames)],
        "skins": list(face.SKIN.items()),
        "views": [(name, " ".join(f"{value:g}" for value in eye)) for name, eye in face.VIEWS.items()],
    }


def _turning(frames: Frames, neutral: FloatArray, kind: str, emotion: str, top: float) -> CaptionedFigure:
    return face.three_dimensional(face.mean_over_people(frames.mean_deltas, kind, emotion), neutral, kind, top)


def _people(frames: Frames) -> list[tuple[str, str]]:
    known = sorted(frames.mean_deltas["subject_id"].unique().to_list())
    return [(person_scripts.href(subject), formatting.visible(subject, 40)) for subject in known]


def _scalar_features(frame: pl.DataFrame) -> list[PageFigure]:
    """Draw each column of the scalar feature views without a section of their own, in the order of the schema.

    Columns of the user's own features follow by name.
    """
    order = {name: index for index, name in enumerate(FIELDS)}
    frame = frame.filter(~pl.col("view").is_in(_IN_OTHER_SECTIONS))
    columns = sorted(
        frame.select("view", "column_name").unique().iter_rows(),
        key=lambda row: (row[0], order.get(row[1], -1), row[1]),
    )
    return [
        PageFigure(f"scalar-{formatting.slug(f'{view}-{column}')}", scalar_features.by_camera(frame, view, column))
        for view, column in columns
    ]


def _row(name: str, delta: FloatArray, n: int) -> tuple[str, ...]:
    lengths = np.linalg.norm(delta, axis=1)
    largest = max(LANDMARK_GROUPS, key=lambda group: float(lengths[list(LANDMARK_GROUPS[group])].mean()))
    return (name, f"{n:,}", f"{lengths.mean():.3f}", f"{lengths.max():.3f}", largest)

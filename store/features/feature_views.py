"""The feature views: landmarks, pixels, the two kinds of deltas, and the scalar views.

Raise a transform's revision (the number at the end of its name) whenever its code changes its meaning.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from affect_store.store.features.feature_options import (
    ATTENTION,
    AVERAGE,
    DEFAULT_OPTIONS,
    MEAN_OF_REFERENCES,
    PLAIN,
    SINGLE_REFERENCE,
    FeatureOptions,
)
from affect_store.store.features.feature_view import ViewVersion
from affect_store.store.features.landmarks import PARAMETERS
from affect_store.store.features.passes import pass_parameters
from affect_store.store.features.references import MAX_REFERENCES
from affect_store.store.features.scalar_views import SCALAR_VIEWS
from affect_store.store.vocabulary import (
    AXES,
    LANDMARK_COUNT,
    MIN_DIRECTION_LENGTH,
    PIXEL_CHANNELS,
    PIXEL_HEIGHT_PX,
    PIXEL_WIDTH_PX,
    RIGID_LANDMARKS,
)

PIXELS, BICUBIC_PIXELS = "pixels", "bicubic_pixels"
"""The features of the view `pixels`. The second is materialised in homes that train the published recipe."""

SINGLE_LANDMARKS = "single_landmarks"
"""Landmarks of a single pass of the plain model, for the published recipe where the feature `landmarks` has others.

It is no view of its own: a version of the view `landmarks`, and a service that names it.
"""

PUBLISHED_FEATURES = (BICUBIC_PIXELS, SINGLE_LANDMARKS)
"""Features that only homes that train the published recipe materialise."""

_VERTICES = f"{LANDMARK_COUNT}x{AXES}"


def landmarks(options: FeatureOptions = DEFAULT_OPTIONS) -> ViewVersion:
    """Return the view of FaceMesh landmarks, at a scale, by either of its models, over one or more passes.

    The version of a single pass of the plain model is that of homes without these options.
    """
    model = {"refine_landmarks": options.mesh == ATTENTION, "decode_scale": options.decode_scale}
    return ViewVersion(
        "landmarks", "facemesh", "landmarks", "float32", _VERTICES, "facemesh-1",
        "FaceMesh landmarks, image-normalised: x in widths, y in heights, z in widths",
        {**PARAMETERS, **model, **pass_parameters(options.passes, options.average)},
        ("mediapipe", "opencv-python"),
    )  # fmt: skip


def options_of(landmarks_parameters: Mapping[str, Any]) -> FeatureOptions:
    """Return the options of a version of the landmarks from its parameters; `references` is that by default."""
    return FeatureOptions(
        decode_scale=landmarks_parameters["decode_scale"],
        passes=landmarks_parameters.get("passes", DEFAULT_OPTIONS.passes),
        mesh=ATTENTION if landmarks_parameters["refine_landmarks"] else PLAIN,
        average=landmarks_parameters.get("average", AVERAGE),
    )


def pixels(decode_scale: float = 1.0) -> ViewVersion:
    """Return the view of thumbnails, the input of the pixel models."""
    return ViewVersion(
        "pixels", "area", PIXELS, "uint8", f"{PIXEL_HEIGHT_PX}x{PIXEL_WIDTH_PX}x{PIXEL_CHANNELS}", "area-resize-1",
        "RGB thumbnail, height x width x channels, row-major, area interpolation",
        {"interpolation": "area"} if decode_scale == 1.0 else {"interpolation": "area", "decode_scale": decode_scale},
        ("opencv-python",),
    )  # fmt: skip


def bicubic_pixels(decode_scale: float = 1.0) -> ViewVersion:
    """Return the view of the notebook's thumbnails, the input of the pixel models in the published recipe."""
    return ViewVersion(
        "pixels", "bicubic", BICUBIC_PIXELS, "uint8", f"{PIXEL_HEIGHT_PX}x{PIXEL_WIDTH_PX}x{PIXEL_CHANNELS}",
        "bicubic-resize-1", "RGB thumbnail, height x width x channels, row-major, Pillow's default filter (bicubic)",
        {"interpolation": "bicubic", "decode_scale": decode_scale}, ("opencv-python", "pillow"),
    )  # fmt: skip


def frontal_unit(landmarks_version: str) -> ViewVersion:
    """Return the view of the notebook's deltas, from one version of the landmarks."""
    return ViewVersion(
        "deltas", "frontal_unit", "frontal_unit", "float32", _VERTICES, "frontal-unit-1",
        "unit directions against the person's neutral, frontal photograph, whatever the camera",
        {"landmarks": landmarks_version, "shortest_direction": MIN_DIRECTION_LENGTH}, ("numpy",),
    )  # fmt: skip


def aligned(landmarks_version: str, references: str = SINGLE_REFERENCE) -> ViewVersion:
    """Return the view of the corrected deltas, from one version of the landmarks, to one reference or several."""
    several = {"references": references, "max_references": MAX_REFERENCES} if references == MEAN_OF_REFERENCES else {}
    return ViewVersion(
        "deltas", "aligned", "aligned", "float32", _VERTICES, "aligned-1",
        "differences to the same camera's neutral after a rigid alignment, inter-ocular units, head frame",
        {"landmarks": landmarks_version, "rigid_landmarks": list(RIGID_LANDMARKS), **several}, ("numpy",),
    )  # fmt: skip


def chosen(options: FeatureOptions = DEFAULT_OPTIONS, *, published: Collection[str] = ()) -> tuple[ViewVersion, ...]:
    """Return the view versions that a run with these options computes with the current code and libraries.

    `published` are those of `PUBLISHED_FEATURES` that are needed. Single landmarks are those of the deltas
    `frontal_unit` then; they are not among the versions returned, since the feature `landmarks` is another version.
    """
    base, scale = landmarks(options), options.decode_scale
    of_notebook = landmarks(options.single) if SINGLE_LANDMARKS in published else base
    scalar = (view.version_of(base.version) for view in SCALAR_VIEWS)
    thumbnails = (pixels(scale), *([bicubic_pixels(scale)] if BICUBIC_PIXELS in published else []))
    deltas = frontal_unit(of_notebook.version), aligned(base.version, options.references)
    return base, *thumbnails, *deltas, *scalar

"""Re-extract a sample of photographs from their files: landmarks, thumbnail, size and missing faces.

One photograph that differs is quarantined; several stop the publication, because then the error is likely systematic.
Photographs whose files are missing or changed are reported as not checked, with a warning if that is true of the whole
sample; those that other code extracted are not in the sample.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from affect_store.store.features import feature_views
from affect_store.store.features.extract import FACES, ExtractionResult, extract
from affect_store.store.features.feature_options import (
    ATTENTION,
    AVERAGE,
    DEFAULT_OPTIONS,
    PLAIN,
    FeatureOptions,
)
from affect_store.store.features.feature_views import BICUBIC_PIXELS, SINGLE_LANDMARKS
from affect_store.store.features.references import NO_FACE
from affect_store.store.types import Face, NoFace
from affect_store.validation.gx.dialect import StoreReader, sql
from affect_store.validation.rules import QUARANTINE, STOP, WARN
from affect_store.validation.thresholds import REEXTRACTED_TOLERANCE, SHOWN_ROWS
from affect_store.validation.verdict import Finding, RowKey

LANDMARKS_CHECK = "landmarks reproducible from the file"
PIXELS_CHECK = "pixels reproducible from the file"
BICUBIC_CHECK = "bicubic pixels reproducible from the file"
SINGLE_CHECK = "landmarks of the published recipe reproducible from the file"
"""Only where the sample has such values: homes that do not train the published recipe have none."""

SIZES_CHECK = "size matches the file"
NO_FACE_CHECK = "no face where none was detected"
_MAX_WRONG = 1
"""Number of photographs of a sample that may differ before the publication is stopped."""

IsSame = Callable[[dict[str, Any], ExtractionResult], bool]
Pairs = list[tuple[dict[str, Any], ExtractionResult]]


def check_files(store: StoreReader, photographs: int, seed: str) -> list[Finding]:
    """Re-extract photographs with a face, and half as many without, selected by the seed; return a finding per check.

    Extraction runs in its own process, which takes some seconds to start.
    """
    parameters = {"photographs": photographs, "without_face": -(-photographs // 2), "seed": seed, "no_face": NO_FACE}
    rows = store.arrow(sql("select/sample"), parameters).to_pylist()
    options = _options(rows)
    known = {view.feature: view.version for view in feature_views.chosen(options, published=[BICUBIC_PIXELS])}
    sample = [row for row in rows if row["version"] == known["landmarks"]]
    has_bicubic = any(row["bicubic_version"] == known[BICUBIC_PIXELS] for row in sample)
    single = feature_views.landmarks(options.single).version
    has_single = any(row["single_version"] == single for row in sample)
    of_recipe = {BICUBIC_PIXELS: has_bicubic, SINGLE_LANDMARKS: has_single}
    pairs = _extracted(sample, options, (*FACES, *(name for name, is_there in of_recipe.items() if is_there)))
    kinds: list[tuple[str, str, str, IsSame, Callable[[dict[str, Any]], bool]]] = [
        ("catalogue.images", SIZES_CHECK, "images", _is_same_size, lambda row: True),
        ("features.landmarks", LANDMARKS_CHECK, "landmarks", _is_same_face, lambda row: row["xyz"] is not None),
        ("features.pixels", PIXELS_CHECK, "pixels", _is_same_thumbnail,
         lambda row: row["pixels_version"] == known["pixels"]),
        ("features.misses", NO_FACE_CHECK, "misses", _is_faceless, lambda row: row["xyz"] is None),
    ]  # fmt: skip
    if has_bicubic:
        kinds.append(("features.pixels", BICUBIC_CHECK, BICUBIC_PIXELS, _is_same_bicubic,
                      lambda row: row["bicubic_version"] == known[BICUBIC_PIXELS]))  # fmt: skip
    if has_single:
        kinds.append(("features.landmarks", SINGLE_CHECK, SINGLE_LANDMARKS, _is_same_single,
                      lambda row: row["single_version"] == single))  # fmt: skip
    return [
        _finding(table, check, [pair for pair in pairs if concerns(pair[0])], is_same, view,
                 sampled=sum(map(concerns, sample)))
        for table, check, view, is_same, concerns in kinds
    ]  # fmt: skip


def _options(rows: Sequence[dict[str, Any]]) -> FeatureOptions:
    """Return the options with which the landmarks of a sample were extracted; those of views of other code fit none."""
    if not rows:
        return DEFAULT_OPTIONS
    row = rows[0]
    mesh = ATTENTION if row["has_attention"] else PLAIN
    scale = float(row["decode_scale"] or 0)
    return FeatureOptions(scale, row["passes"], mesh, average=row["average"] or AVERAGE)


def _extracted(rows: Sequence[dict[str, Any]], options: FeatureOptions, features: Sequence[str]) -> Pairs:
    """Extract the photographs whose files can be read and are unchanged; return those that are comparable."""
    existing = [row for row in rows if os.path.exists(row["path"])]
    if not existing:
        return []
    photos = [(row["image_id"], row["path"]) for row in existing]
    results = extract(photos, options=options, processes=1, features=features)
    return [pair for pair in zip(existing, results, strict=True) if _is_comparable(*pair)]


def _is_comparable(row: dict[str, Any], extracted: ExtractionResult) -> bool:
    """Whether the file was read, and its values were stored by a version that reads it as this one does.

    Versions that did not count faces read the orientation, depth and transparency of some pictures differently.
    """
    header = extracted.header
    return header is not None and (row["face_count"] is not None or header.is_plain)


def _is_same_size(row: dict[str, Any], extracted: ExtractionResult) -> bool:
    return extracted.header is not None and extracted.header.size_px == (row["width_px"], row["height_px"])


def _is_same_face(row: dict[str, Any], extracted: ExtractionResult) -> bool:
    return _are_near(row["xyz"], extracted.face)


def _is_same_single(row: dict[str, Any], extracted: ExtractionResult) -> bool:
    return _are_near(row["single_xyz"], extracted.single)


def _are_near(stored: Sequence[float], face: Face | NoFace | None) -> bool:
    if not isinstance(face, Face):
        return False
    return bool((np.abs(np.array(stored, np.float32) - face.xyz.ravel()) <= REEXTRACTED_TOLERANCE).all())


def _is_same_thumbnail(row: dict[str, Any], extracted: ExtractionResult) -> bool:
    return extracted.thumbnail is not None and bool(row["rgb"] == extracted.thumbnail.rgb.tobytes())


def _is_same_bicubic(row: dict[str, Any], extracted: ExtractionResult) -> bool:
    return extracted.bicubic is not None and bool(row["bicubic_rgb"] == extracted.bicubic.rgb.tobytes())


def _is_faceless(row: dict[str, Any], extracted: ExtractionResult) -> bool:
    return isinstance(extracted.face, NoFace)


_COLUMNS = {"landmarks": "xyz", SINGLE_LANDMARKS: "xyz", "pixels": "rgb", BICUBIC_PIXELS: "rgb"}
_VERSIONS = {
    "landmarks": "version", SINGLE_LANDMARKS: "single_version", "pixels": "pixels_version",
    BICUBIC_PIXELS: "bicubic_version",
}  # fmt: skip
"""Column of the sample with the version of each feature."""

_VIEWS = {BICUBIC_PIXELS: "pixels", SINGLE_LANDMARKS: "landmarks"}
"""View of a feature, where the two have different names."""

_EXPECTED = {
    "images": "width and height of the file",
    "landmarks": f"differences of at most {REEXTRACTED_TOLERANCE:g}",
    SINGLE_LANDMARKS: f"differences of at most {REEXTRACTED_TOLERANCE:g}",
    "pixels": "identical bytes",
    BICUBIC_PIXELS: "identical bytes",
    "misses": "no face in photographs recorded without a face",
}


def _finding(
    table: str,
    check: str,
    pairs: Pairs,
    is_same: IsSame,
    view: str,
    *,
    sampled: int,
) -> Finding:
    """Return the finding about one view; a photograph with an undetected face has no row to be quarantined.

    `sampled` photographs were to be extracted. If none could be, the finding is a warning: a disk may be unmounted.
    """
    unread = sampled - len(pairs)
    if unread and not pairs:
        observed = f"not checked: none of {sampled} files could be read"
        return Finding(table, check, _COLUMNS.get(view, ""), False, observed, 0, (), WARN, _EXPECTED[view])
    wrong = [row for row, extracted in pairs if not is_same(row, extracted)]
    is_systematic = len(wrong) > _MAX_WRONG
    rows: list[RowKey] = (
        []
        if is_systematic or view == "misses"
        else [(row["image_id"], _VIEWS.get(view, view), _version(row, view)) for row in wrong]
    )
    severity = STOP if is_systematic else WARN if view == "misses" else QUARANTINE
    observed = f"{len(wrong)} of {len(pairs)} re-extracted photographs differ"
    if is_systematic:
        observed += "; several in a sample indicate a systematic error"
    if unread:
        observed += f"; {unread} files could not be read"
    samples = tuple({"image_id": row["image_id"], "version": _version(row, view)} for row in wrong[:SHOWN_ROWS])
    return Finding(
        table, check, _COLUMNS.get(view, ""), not wrong, observed, len(wrong), samples, severity, _EXPECTED[view],
        tuple(rows), counted=f"of {len(pairs)} re-extracted photographs",
    )  # fmt: skip


def _version(row: dict[str, Any], view: str) -> str:
    return str(row[_VERSIONS[view]]) if view in _VERSIONS else ""

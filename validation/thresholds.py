"""Thresholds and tolerances of all checks, and the constants of vocabulary and schema that SQL files need.

Each entry of `VARIABLES` is a DuckDB variable of the audit's connection: `getvariable('norm_tolerance')` in a SQL file.
"""

from __future__ import annotations

from itertools import product

from affect_store.store.schema.fields import FIELDS
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.vocabulary import (
    ANGLES_DEG,
    DISTRIBUTION_TOLERANCE,
    EMOTIONS,
    FRONTAL_DEG,
    LANDMARK_COUNT,
    NEUTRAL,
    PIXEL_BYTES,
    PROFILE_REASON,
    STRATEGIES,
    USED_ANGLES_DEG,
)

MAX_QUARANTINED_SHARE = 0.05
"""Largest share of the active photographs that may have quarantined rows. A larger share fails the audit,
because it indicates a systematic error."""

NORM_TOLERANCE = 1e-5
"""Tolerance of the norm of a direction: float32 rounding of three coordinates."""

LENGTH_TOLERANCE = 1e-3
"""Tolerance between a stored magnitude and the length of its vector: this share of it, plus this share of the unit."""

PROBABILITY_TOLERANCE = 1e-4
"""Tolerance of the sum of the probabilities of a prediction."""

RATED_TOLERANCE = DISTRIBUTION_TOLERANCE + 1e-9
"""Tolerance of the sum of a distribution of raters: that of manifests, and of the order of summation."""

RECOMPUTED_TOLERANCE = 1e-5
"""Tolerance of recomputed deltas, and of recomputed scalar features relative to 1 + value: identical on one machine,
but other processors round differently."""

REEXTRACTED_TOLERANCE = 1e-4
"""Tolerance of re-extracted landmarks, 0.07 of 681 pixels: other processors round differently in every layer of the
network. Decoding at half scale moves landmarks by 8e-4 in the median."""

REEXTRACTED_PHOTOGRAPHS = 8
"""Number of photographs that are re-extracted from their files, of different people if possible."""

MEASURED_TOLERANCE = 1e-6
"""Tolerance of metrics and comparisons that are recomputed from the same predictions."""

REMEASURED_RUNS = 24
"""Maximum number of runs whose metrics are recomputed, at 0.1 s each in a demo; a demo has 18 runs."""

REPREDICTED_RUNS, REPREDICTED_PHOTOGRAPHS = 4, 8
"""Number of trained models whose predictions are recomputed, and of photographs per model."""

REPREDICTED_TOLERANCE = 1e-3
"""Tolerance of recomputed probabilities: other batches and processors round differently."""

SHOWN_ROWS = 20
"""Maximum number of keys of offending rows kept per check; rows to be quarantined are all kept."""

DRAWN_ROWS = 8
"""Number of these keys whose photographs get a drawing of their landmarks."""

LISTED_ROWS = 500
"""Maximum number of design cells listed as missing."""

MAX_DOUBLE = 1.7976931348623157e308
"""DuckDB orders NaN and infinity above it: `x BETWEEN -MAX_DOUBLE AND MAX_DOUBLE` asks for finite values."""

FACE_MEASURES = ("eyes apart", "chin below", "nose before", "wide", "high", "deep", "size", "turned")
"""Columns of `face_geometry.measure`, in this order; all in inter-ocular distances except `size`."""

_ANY_CAMERA = {"wide": (1.3, 3.5), "high": (1.5, 4.5), "size": (0.02, 0.8)}
_FRONTAL = {"eyes apart": (0.8, 1.001), "chin below": (1.5, 4.5), "nose before": (0.7, 2.6), "deep": (0.9, 2.6),
            "turned": (-0.6, 0.6)}  # fmt: skip
_HALF_PROFILE = {"eyes apart": (0.25, 0.95), "chin below": (1.4, 4.2), "nose before": (0.4, 2.2), "deep": (1.2, 3.3),
                 "turned": (-2.2, 2.2)}  # fmt: skip
_BETWEEN = {
    name: (min(low, _HALF_PROFILE[name][0]), max(high, _HALF_PROFILE[name][1]))
    for name, (low, high) in _FRONTAL.items()
}
_OF_CAMERA = {angle: _FRONTAL if angle == FRONTAL_DEG else _HALF_PROFILE for angle in USED_ANGLES_DEG}
FACE_SHAPE = {
    (angle, name): {**_ANY_CAMERA, **_OF_CAMERA.get(angle, _BETWEEN)}[name]
    for angle, name in product(range(ANGLES_DEG[0] + 1, ANGLES_DEG[-1]), FACE_MEASURES)
}
"""Lowest and highest plausible value of each measure by camera angle, profiles aside. A camera that RaFD does not have
gets the lower and the higher of the limits for frontal and half-profile cameras: nothing was observed there.

Observed on 720 rendered and 102 London photographs: from the front eyes apart 0.98 to 1.00, chin below 2.3 to 3.2, nose
before 1.4 to 1.7, wide 2.0 to 2.5, high 2.3 to 3.2, deep 1.5 to 1.8, size 0.12 to 0.27, turned -0.22 to 0.14; from 45
and 135 degrees eyes apart 0.55 to 0.74, chin below 2.1 to 2.8, nose before 0.8 to 1.1, deep 1.9 to 2.2, turned 1.1 to
1.4 to either side. The limits leave a margin of about half the range on each side for other people, cameras and crops;
a mirrored face has its eyes apart by a negative distance, one with swapped axes fails several at once.
"""

MIN_HEAD_TURN = 0.4
"""Minimum turn, in inter-ocular distances, of a face that is clearly turned to one side."""

MIN_PIXEL_DEVIATION = 4.0
"""Minimum standard deviation of a thumbnail's bytes, 0 to 255, where no face was detected; at least 34 in London
photographs, 67 in rendered ones."""

MAX_CONSTANT_ROW_SHARE = 0.25
"""Largest share of rows of one colour in a thumbnail where no face was detected. With a face it may be larger: in
stimuli cut out along an oval, on a plain background, it is a third and more."""

MAX_SIGNATURE_DISTANCE = 144
"""Largest number of differing bits of 1,024-bit image signatures of near-duplicate candidates.

Largest distances between a photograph and its copy, over 30 rendered and 30 London photographs: saved again as JPEG of
quality 60 to 95: 16; resized to a quarter, a half, 0.9 or 1.1: 15; darkened by 15 % or by 20 of 255: 26; turned grey:
11; moved by 1, 2, 3, 5, 8 pixels of 681: 15, 24, 36, 52, 64; brightened with clipping: 111; cropped by 0.5 %: 163.
Smallest distance between different people, among 1,430,784 pairs of a demo's photographs each: 157 with seed 7, 186
with 11, 184 with 23, 214 with 101 (median 497); 319 among London photographs.
"""

MIN_DUPLICATE_CORRELATION = 0.93
"""Smallest correlation of the fine detail of near-duplicate thumbnails, aligned to the best fit; it decides among
candidates with near signatures.

Copies as for `MAX_SIGNATURE_DISTANCE`: saved again, resized, darkened or turned grey: 0.998 at least; brightened with
clipping: 0.982; moved by 1, 2, 3, 5, 8 pixels of 681: 0.983, 0.978, 0.958, 0.948, 0.934; cropped by 0.5 %: 0.922, by
1 %: 0.746, which counts as another photograph. Different people: 0.883 at most with seed 7 (two of its people look
alike), 0.843 with 11, 0.858 with 23, 0.859 with 101, 0.661 among London photographs.
"""

SHARED_PHOTOGRAPH = "no photograph shared by two people"
"""The check that quarantines near-duplicate photographs of two people; splits accept pairs that a person released."""

MIN_PHOTOGRAPHS = 8
"""Minimum number of photographs for a check of shares."""

WARNED_FACELESS_SHARE, MAX_FACELESS_SHARE = 0.2, 0.5
"""Largest share of the photographs of a camera and emotion without landmarks or excluded before the audit warns; of
a whole corpus, before it fails. FaceMesh detected a face in all rendered and London photographs of used cameras."""

MIN_CLASS_SHARE = 0.5
"""Smallest size of a class in the training part, relative to the mean class, before the audit warns."""

MAX_NEUTRAL_MOVEMENT = 4.0
"""Largest movement of a neutral face, in medians of the neutral faces of its corpus and camera (rendered people: at
most 2; happy faces 2.5, surprised faces 6)."""

MAX_LANDMARK_NOISE = 4.0
"""Largest mean error of a face's landmarks over several passes, in medians of the faces of its corpus and camera,
before the audit warns. Of 102 real smiles with 3 and 7 passes at most 2.0, of 96 rendered faces at most 2.7."""

ERROR_TOLERANCE = 1e-5
"""Tolerance of the mean of the errors: summed in single precision."""

MAX_SHIFT_SD = 0.5
"""Largest change of a feature group's mean between publications, in its standard deviations."""

SD_RATIO_RANGE = (0.75, 1.33)
"""Allowed range of the ratio of a feature group's standard deviations between publications.

Between two halves of a demo's people, 12 each, in 20 draws: means moved by 0.73 at most with landmarks, 0.42 with
frontal_unit, 0.33 with aligned (in the median of the draws 0.24, 0.21, 0.18), standard deviations changed by factors of
0.82 to 1.23. From one publication to the next most people are the same.
"""

STATISTICS_THUMBNAILS = 2000
"""Number of thumbnails behind the published colour statistics."""

VECTOR_FIELDS = ("xyz", "landmarks", "frontal_unit", "aligned", "errors")

VARIABLES: dict[str, object] = {
    "norm_tolerance": NORM_TOLERANCE,
    "length_tolerance": LENGTH_TOLERANCE,
    "probability_tolerance": PROBABILITY_TOLERANCE,
    "distribution_tolerance": RATED_TOLERANCE,
    "measured_tolerance": MEASURED_TOLERANCE,
    "sha256_length": 64,
    "landmark_count": LANDMARK_COUNT,
    "pixel_bytes": PIXEL_BYTES,
    "emotions": list(EMOTIONS),
    "reference_emotion": NEUTRAL,
    "by_person": STRATEGIES[0],
    "by_image": STRATEGIES[1],
    "corpora_in_use": SettingKey.CORPORA_IN_USE.value,
    "face_measures": list(FACE_MEASURES),
    "face_shape": [
        {"camera_angle_deg": angle, "measure": name, "low": low, "high": high}
        for (angle, name), (low, high) in FACE_SHAPE.items()
    ],
    "min_head_turn": MIN_HEAD_TURN,
    "min_pixel_deviation": MIN_PIXEL_DEVIATION,
    "max_constant_row_share": MAX_CONSTANT_ROW_SHARE,
    "max_signature_distance": MAX_SIGNATURE_DISTANCE,
    "min_duplicate_correlation": MIN_DUPLICATE_CORRELATION,
    "shared_photograph": SHARED_PHOTOGRAPH,
    "profile_reason": PROFILE_REASON,
    "min_photographs": MIN_PHOTOGRAPHS,
    "warned_faceless_share": WARNED_FACELESS_SHARE,
    "max_faceless_share": MAX_FACELESS_SHARE,
    "min_class_share": MIN_CLASS_SHARE,
    "max_neutral_movement": MAX_NEUTRAL_MOVEMENT,
    "max_landmark_noise": MAX_LANDMARK_NOISE,
    "error_tolerance": ERROR_TOLERANCE,
    **{f"{name}_low": FIELDS[name].low for name in VECTOR_FIELDS},
    **{f"{name}_high": FIELDS[name].high for name in VECTOR_FIELDS},
}

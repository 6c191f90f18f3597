"""What the checks compare with, in one place: tolerances, and what SQL needs of the vocabulary and the catalogue.

Each entry of `VARIABLES` is a DuckDB variable of the audit's connection: `getvariable('norm_tolerance')` in a SQL file.
"""

from __future__ import annotations

from itertools import product

from store.tables.catalog import FIELDS
from store.vocabulary import (
    EMOTIONS,
    FRONTAL_DEG,
    LANDMARK_COUNT,
    NEUTRAL,
    PIXEL_BYTES,
    PROFILE_REASON,
    STRATEGIES,
    USED_ANGLES_DEG,
)

LARGEST_QUARANTINED_SHARE = 0.05
"""So great a share of the photographs in use may be set aside; more of them stops the audit: something is wrong with
the whole, not with a few rows."""

NORM_TOLERANCE = 1e-5
"""A direction's length may differ from 1 by this much: float32 rounding of three coordinates."""

LENGTH_TOLERANCE = 1e-3
"""A stored magnitude may differ from the vector's length by this share of it, plus this share of the unit."""

PROBABILITY_TOLERANCE = 1e-4
"""The probabilities of one prediction may sum to 1 plus or minus this."""

RECOMPUTED_TOLERANCE = 1e-5
"""Deltas that are computed again may differ from the stored ones by this much: two runs are identical on one machine,
another processor rounds otherwise."""

REEXTRACTED_TOLERANCE = 1e-4
"""Landmarks that are extracted again may differ by this much, 0.07 of 681 pixels: another processor rounds otherwise in
every layer of the network. Decoding at half scale moves landmarks by 8e-4 in the median."""

REEXTRACTED_PHOTOGRAPHS = 8
"""So many photographs, of different people where there are so many, are looked at again in the files themselves."""

MEASURED_TOLERANCE = 1e-6
"""Metrics and comparisons that are computed again from the same predictions may differ by this much."""

REMEASURED_RUNS = 24
"""The metrics of so many runs are measured again, at 0.1 s each with a demo's people; a demo shows 18."""

REPREDICTED_RUNS, REPREDICTED_PHOTOGRAPHS = 4, 8
"""So many trained models are asked again, each about so many photographs."""

REPREDICTED_TOLERANCE = 1e-3
"""Probabilities may differ by this much: another batch or processor rounds otherwise."""

SHOWN_ROWS = 20
"""So many keys of offending rows are kept for each check, and all of them where the rows are set aside."""

DRAWN_ROWS = 8
"""The landmarks of the photographs in so many of them are drawn."""

LISTED_ROWS = 500
"""So many cells of the design are listed as missing."""

LARGEST_DOUBLE = 1.7976931348623157e308
"""DuckDB orders NaN and infinity above it: `x BETWEEN -LARGEST_DOUBLE AND LARGEST_DOUBLE` asks for finite values."""

FACE_MEASURES = ("eyes apart", "chin below", "nose before", "wide", "high", "deep", "size", "turned")
"""What `geometry.measure` tells of a face, in this order; all in inter-ocular distances but `size`."""

_ANY_CAMERA = {"wide": (1.3, 3.5), "high": (1.5, 4.5), "size": (0.02, 0.8)}
_FRONTAL = {"eyes apart": (0.8, 1.001), "chin below": (1.5, 4.5), "nose before": (0.7, 2.6), "deep": (0.9, 2.6),
            "turned": (-0.6, 0.6)}  # fmt: skip
_HALF_PROFILE = {"eyes apart": (0.25, 0.95), "chin below": (1.4, 4.2), "nose before": (0.4, 2.2), "deep": (1.2, 3.3),
                 "turned": (-2.2, 2.2)}  # fmt: skip
FACE_SHAPE = {
    (angle, name): {**_ANY_CAMERA, **(_FRONTAL if angle == FRONTAL_DEG else _HALF_PROFILE)}[name]
    for angle, name in product(USED_ANGLES_DEG, FACE_MEASURES)
}
"""Lowest and highest plausible value of each measure by camera angle.

Seen on 720 rendered and 102 London photographs: from the front eyes apart 0.98 to 1.00, chin below 2.3 to 3.2, nose
before 1.4 to 1.7, wide 2.0 to 2.5, high 2.3 to 3.2, deep 1.5 to 1.8, size 0.12 to 0.27, turned -0.22 to 0.14; from 45
and 135 degrees eyes apart 0.55 to 0.74, chin below 2.1 to 2.8, nose before 0.8 to 1.1, deep 1.9 to 2.2, turned 1.1 to
1.4 to either side. The bounds leave about half as much again on each side for other people, cameras and croppings; a
mirrored face has its eyes apart by a negative distance, one with swapped axes fails several at once.
"""

TURNED_CLEARLY = 0.4
"""A face that is turned by less is not said to look to a side."""

SMALLEST_SPREAD = 4.0
"""Standard deviation of a thumbnail's bytes, 0 to 255: 34 at least in London photographs, 67 in rendered ones."""

LARGEST_SHARE_OF_CONSTANT_ROWS = 0.25
"""Share of a thumbnail's rows that hold one colour, as the lower end of a picture that was cut short does: none in
London photographs, 2 % at most in rendered ones."""

NEAR_SKETCH_BITS = 144
"""Two sketches of 1,024 bits that differ by so many or fewer may be of one picture.

Greatest distances between a photograph and its copy, over 30 rendered and 30 London photographs: saved again as JPEG of
quality 60 to 95: 16; resized to a quarter, a half, 0.9 or 1.1: 15; darkened by 15 % or by 20 of 255: 26; turned grey:
11; moved by 1, 2, 3, 5, 8 pixels of 681: 15, 24, 36, 52, 64; brightened with clipping: 111; cropped by 0.5 %: 163.
Smallest distance between different people, among 1,430,784 pairs of a demo's photographs each: 157 with seed 7, 186
with 11, 184 with 23, 214 with 101 (median 497); 319 among London photographs.
"""

SAME_PICTURE_LIKENESS = 0.93
"""Correlation of the fine detail of two thumbnails, one moved to where it fits best, from which on they are one
picture; it decides among those whose sketches are near.

Copies as above: saved again, resized, darkened or turned grey: 0.998 at least; brightened with clipping: 0.982; moved
by 1, 2, 3, 5, 8 pixels of 681: 0.983, 0.978, 0.958, 0.948, 0.934; cropped by 0.5 %: 0.922, by 1 %: 0.746, which makes
another picture of it. Different people: 0.883 at most with seed 7 (two of its people look alike), 0.843 with 11, 0.858
with 23, 0.859 with 101, 0.661 among London photographs.
"""

ONE_PERSON_A_PICTURE = "no two people share a picture"
"""The check that sets photographs aside which show one picture and two people; a split believes who released them."""

FEWEST_PHOTOGRAPHS = 8
"""Of fewer photographs no share is judged."""

MUCH_WITHOUT_FACES, MOST_WITHOUT_FACES = 0.2, 0.5
"""So great a share of the photographs of a camera and emotion may lack landmarks or be out of use before the audit
warns; of a whole corpus, before it stops. FaceMesh found a face in every rendered and London photograph of the cameras
that are used."""

SMALLEST_CLASS_SHARE = 0.5
"""A class of the training part may be as small as this share of the mean class before the audit warns."""

NEUTRAL_AT_REST = 4.0
"""A neutral face may move by so many times the median of its corpus's neutral faces of the same camera (rendered
people: twice at most; happy faces 2.5, surprised faces 6 times)."""

LARGEST_SHIFT_SD = 0.5
"""A feature group's mean may move from one publication to the next by this share of its standard deviation."""

SPREAD_RATIO = (0.75, 1.33)
"""Its standard deviation may change by a factor between these.

Between two halves of a demo's people, 12 each, in 20 draws: means moved by 0.73 at most with landmarks, 0.42 with
frontal_unit, 0.33 with aligned (in the median of the draws 0.24, 0.21, 0.18), spreads changed by 0.82 to 1.23. From one
publication to the next most people are the same.
"""

SPREAD_PICTURES = 2000
"""Of so many thumbnails it is told how bright they are."""

VECTOR_FIELDS = ("xyz", "landmarks", "frontal_unit", "aligned")

VARIABLES: dict[str, object] = {
    "norm_tolerance": NORM_TOLERANCE,
    "length_tolerance": LENGTH_TOLERANCE,
    "probability_tolerance": PROBABILITY_TOLERANCE,
    "measured_tolerance": MEASURED_TOLERANCE,
    "sha256_length": 64,
    "landmark_count": LANDMARK_COUNT,
    "pixel_bytes": PIXEL_BYTES,
    "emotions": list(EMOTIONS),
    "reference_emotion": NEUTRAL,
    "by_person": STRATEGIES[0],
    "face_measures": list(FACE_MEASURES),
    "face_shape": [
        {"camera_angle_deg": angle, "measure": name, "low": low, "high": high}
        for (angle, name), (low, high) in FACE_SHAPE.items()
    ],
    "turned_clearly": TURNED_CLEARLY,
    "smallest_spread": SMALLEST_SPREAD,
    "largest_share_of_constant_rows": LARGEST_SHARE_OF_CONSTANT_ROWS,
    "near_sketch_bits": NEAR_SKETCH_BITS,
    "same_picture_likeness": SAME_PICTURE_LIKENESS,
    "one_person_a_picture": ONE_PERSON_A_PICTURE,
    "profile_reason": PROFILE_REASON,
    "fewest_photographs": FEWEST_PHOTOGRAPHS,
    "much_without_faces": MUCH_WITHOUT_FACES,
    "most_without_faces": MOST_WITHOUT_FACES,
    "smallest_class_share": SMALLEST_CLASS_SHARE,
    "neutral_at_rest": NEUTRAL_AT_REST,
    **{f"{name}_low": FIELDS[name].low for name in VECTOR_FIELDS},
    **{f"{name}_high": FIELDS[name].high for name in VECTOR_FIELDS},
}

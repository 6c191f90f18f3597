"""What the checks compare with, in one place: tolerances, and what SQL needs of the vocabulary and the catalogue.

Each entry of `VARIABLES` is a DuckDB variable of the audit's connection: `getvariable('norm_tolerance')` in a SQL file.
"""

from __future__ import annotations

from store.tables.catalog import FIELDS
from store.vocabulary import EMOTIONS, LANDMARK_COUNT, NEUTRAL, PIXEL_BYTES, STRATEGIES, VECTOR_LENGTH

NORM_TOLERANCE = 1e-5
"""A direction's length may differ from 1 by this much: float32 rounding of three coordinates."""

LENGTH_TOLERANCE = 1e-3
"""A stored magnitude may differ from the vector's length by this share of it, plus this share of the unit."""

PROBABILITY_TOLERANCE = 1e-4
"""The probabilities of one prediction may sum to 1 plus or minus this."""

SHOWN_ROWS = 20
"""So many keys of offending rows are kept for each check."""

LARGEST_DOUBLE = 1.7976931348623157e308
"""DuckDB orders NaN and infinity above it: `x BETWEEN -LARGEST_DOUBLE AND LARGEST_DOUBLE` asks for finite values."""

VECTOR_FIELDS = ("xyz", "landmarks", "frontal_unit", "aligned")

VARIABLES: dict[str, object] = {
    "norm_tolerance": NORM_TOLERANCE,
    "length_tolerance": LENGTH_TOLERANCE,
    "probability_tolerance": PROBABILITY_TOLERANCE,
    "sha256_length": 64,
    "landmark_count": LANDMARK_COUNT,
    "vector_length": VECTOR_LENGTH,
    "pixel_bytes": PIXEL_BYTES,
    "emotions": list(EMOTIONS),
    "reference_emotion": NEUTRAL,
    "by_person": STRATEGIES[0],
    **{f"{name}_low": FIELDS[name].low for name in VECTOR_FIELDS},
    **{f"{name}_high": FIELDS[name].high for name in VECTOR_FIELDS},
}

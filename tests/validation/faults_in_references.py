"""Faults in the references of deltas over several. The clean store has none, so that they are planted with a fault."""

from __future__ import annotations

from affect_store.store.vocabulary import NEUTRAL
from tests.validation.planting import ALIGNED, DELTAS, IMAGES, REFERENCES, UNKNOWN, Fault, update, value_of

SEVERAL = (
    'UPDATE features.views SET parameters = json_merge_patch(parameters, \'{"references": "mean"}\') '
    f"WHERE feature = 'aligned'; INSERT INTO {REFERENCES} BY NAME "
    f"SELECT image_id, version, reference_image_id, created_at FROM {DELTAS} WHERE {ALIGNED} ORDER BY image_id"
)
"""Makes the aligned deltas those over several references, of which each has its own only."""

OTHER = f"(SELECT min(image_id) FROM {IMAGES} WHERE emotion <> '{NEUTRAL}' AND excluded_reason IS NULL)"

FAULTS = (
    Fault("a reference of another version", REFERENCES, "delta of the same version and time",
          f"{SEVERAL}; {update(REFERENCES, 'version', UNKNOWN)}"),
    Fault("a reference of another time", REFERENCES, "delta of the same version and time",
          f"{SEVERAL}; {update(REFERENCES, 'created_at', 'now()')}"),
    Fault("a delta over several references without any", REFERENCES, "references of every delta over several",
          f"{SEVERAL}; DELETE FROM {REFERENCES} WHERE rowid = 0"),
    Fault("a delta without the reference that the rule chose", REFERENCES, "references of every delta over several",
          f"{SEVERAL}; {update(REFERENCES, 'reference_image_id', value_of('image_id', REFERENCES, 0))}"),
    Fault("a face among its own references", REFERENCES, "not its own reference",
          f"{SEVERAL}; {update(REFERENCES, 'reference_image_id', 'image_id')}"),
    Fault("a reference that is not neutral", REFERENCES, "neutral reference of the same person",
          f"{SEVERAL}; {update(REFERENCES, 'reference_image_id', OTHER)}"),
)  # fmt: skip

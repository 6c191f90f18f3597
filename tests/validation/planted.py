"""The faults that are planted in the store of a real run, by batch: those of one batch are told by one audit.

The photographs of a batch are different ones, numbered in the order of their paths; each is of a face that moves.
"""

from __future__ import annotations

from store.vocabulary import AXES, EMOTIONS, PIXEL_BYTES
from tests.validation.planting import Planted, darkened, each, lengths, sealed, sql, with_second

ALIGNED = "version = (SELECT version FROM features.current WHERE feature = 'aligned')"
UNIT = "version = (SELECT version FROM features.current WHERE feature = 'frontal_unit')"
OF_ID = "image_id = $id"
_LANDMARKS, _DELTAS = "UPDATE features.landmarks SET", "UPDATE features.deltas SET"
_PIXELS = "UPDATE features.pixels SET"
_IMAGES = "UPDATE catalogue.images SET"
FINITE, SHAPE, PLAUSIBLE = "vectors are finite", "faces have the shape of a face", "coordinates are plausible"
SEALS = "seals are right"
EXCHANGED = "CASE subject_id WHEN 'lab-01' THEN 'lab-02' WHEN 'lab-02' THEN 'lab-01' ELSE subject_id END"
TWIN_XYZ = "xyz = (SELECT xyz FROM features.landmarks WHERE image_id = $twin)"


def _says(place: str, check: str) -> str:
    return f"{place} check '{check}' found "


_ONE_FACE = (
    Planted("NaN in one coordinate", "faces", _says("features.landmarks.xyz", FINITE),
            sql(f"{_LANDMARKS} xyz = {with_second(chr(39) + 'nan' + chr(39) + '::FLOAT')} WHERE {OF_ID}"), 0, FINITE),
    Planted("infinity in one coordinate", "faces", _says("features.landmarks.xyz", FINITE),
            sql(f"{_LANDMARKS} xyz = {with_second(chr(39) + 'inf' + chr(39) + '::FLOAT')} WHERE {OF_ID}"), 1, FINITE),
    Planted("NULL inside a list", "faces", _says("features.landmarks.xyz", FINITE),
            sql(f"{_LANDMARKS} xyz = {with_second('NULL')} WHERE {OF_ID}"), 2, FINITE),
    Planted("swapped axes", "faces", _says("features.landmarks.xyz", SHAPE),
            sql(f"{_LANDMARKS} xyz = {each(f'xyz[i + CASE i % {AXES} WHEN 1 THEN 1 WHEN 2 THEN -1 ELSE 0 END]')} "
                f"WHERE {OF_ID}"), 3, SHAPE),
    Planted("mirrored face", "faces", _says("features.landmarks.xyz", SHAPE),
            sql(f"{_LANDMARKS} xyz = {each(f'CASE WHEN i % {AXES} = 1 THEN 1 - x ELSE x END')} WHERE {OF_ID}"), 4,
            SHAPE),
    Planted("landmarks scaled by 1000", "faces", _says("features.landmarks.xyz", PLAUSIBLE),
            sql(f"{_LANDMARKS} xyz = {each('x * 1000')} WHERE {OF_ID}"), 5, PLAUSIBLE),
    Planted("landmarks of another image of the person", "faces", _says("features.landmarks.seal", SEALS),
            sql(f"{_LANDMARKS} {TWIN_XYZ} WHERE {OF_ID}"), 6, SEALS),
    Planted("constant image", "faces", _says("features.pixels.rgb", "pictures are not blank"),
            sql(f"{_PIXELS} rgb = unhex(repeat('80', {PIXEL_BYTES})) WHERE {OF_ID}"), 7, "pictures are not blank"),
    Planted("pixels of another image", "faces", _says("features.pixels.seal", SEALS),
            sql(f"{_PIXELS} rgb = (SELECT unhex('01' || hex(rgb)[3:]) FROM features.pixels WHERE image_id = $twin) "
                f"WHERE {OF_ID}"), 8, SEALS),
    Planted("truncated pixels", "faces", _says("features.pixels.rgb", "pixels are complete"),
            sql(f"{_PIXELS} rgb = 'abc'::BLOB WHERE {OF_ID}"), 9, "pixels are complete"),
    Planted("wrong label", "faces", _says("catalogue.images", "labels are those of the name or manifest"),
            sql(f"{_IMAGES} emotion = 'sad' WHERE {OF_ID};UPDATE catalogue.labels SET emotion = 'sad' WHERE {OF_ID}"),
            10, "labels are those of the name or manifest"),
    Planted("duplicate bytes under two names", "faces", _says("catalogue.images", "no picture has two names"),
            sql(f"{_PIXELS} rgb = (SELECT rgb FROM features.pixels WHERE image_id = $twin) WHERE {OF_ID}"), 11,
            "no picture has two names"),
    Planted("near-duplicate under two people", "faces", _says("catalogue.images", "no two people share a picture"),
            sql(f"{_PIXELS} rgb = (SELECT unhex('01' || hex(p.rgb)[3:]) FROM features.pixels AS p "
                "JOIN catalogue.images AS i USING (image_id) WHERE subject_id <> "
                "(SELECT subject_id FROM catalogue.images WHERE image_id = $id) ORDER BY i.path DESC LIMIT 1) "
                f"WHERE {OF_ID}"), 12, "no two people share a picture"),
)  # fmt: skip

_ONE_DELTA = (
    Planted("zero-norm row", "deltas", _says("features.deltas.xyz", "no delta is all zero"),
            sql(f"{_DELTAS} xyz = {each('0')} WHERE {OF_ID} AND {ALIGNED}"), 0, "no delta is all zero"),
    Planted("NaN inside a list", "deltas", _says("features.deltas.magnitude", FINITE),
            sql(f"{_DELTAS} magnitude = {lengths(chr(39) + 'nan' + chr(39) + '::FLOAT')} WHERE {OF_ID} AND {UNIT}"), 1,
            FINITE),
    Planted("direction of norm 2", "deltas", _says("features.deltas.xyz", "directions have norm 1"),
            sql(f"{_DELTAS} xyz = {each('x * 2')} WHERE {OF_ID} AND {UNIT}"), 2, "directions have norm 1"),
    Planted("zero vector that is not counted", "deltas",
            _says("features.deltas.zero_norm_count", "zero vectors are counted"),
            sql(f"{_DELTAS} zero_norm_count = zero_norm_count + 1 WHERE {OF_ID} AND {UNIT}"), 3,
            "zero vectors are counted"),
    Planted("lengths in another order", "deltas",
            _says("features.deltas.magnitude", "magnitudes are the vectors' lengths"),
            sql(f"{_DELTAS} magnitude = list_reverse(magnitude)::FLOAT[468] WHERE {OF_ID} AND {ALIGNED}"), 4,
            "magnitudes are the vectors' lengths"),
    Planted("self-reference", "deltas",
            _says("features.deltas.reference_image_id", "no photograph is its own reference"),
            sql(f"{_DELTAS} reference_image_id = image_id WHERE {OF_ID} AND {ALIGNED}"), 5,
            "no photograph is its own reference"),
    Planted("missing reference", "deltas",
            _says("features.deltas.reference_image_id", "references are neutral, of the same person"),
            sql(f"{_DELTAS} reference_image_id = 'nobody' WHERE {OF_ID} AND {ALIGNED}"), 6,
            "references are neutral, of the same person"),
    Planted("reference of another person", "deltas",
            _says("features.deltas.reference_image_id", "references are neutral, of the same person"),
            sql(f"{_DELTAS} reference_image_id = (SELECT max(d.reference_image_id) FROM features.deltas AS d "
                f"JOIN catalogue.images AS i USING (image_id) WHERE i.subject_id <> "
                f"(SELECT subject_id FROM catalogue.images WHERE image_id = $id)) WHERE {OF_ID} AND {ALIGNED}"), 7,
            "references are neutral, of the same person"),
    Planted("another rule than the one that chose", "deltas",
            _says("features.deltas (aligned)", "references are those of the rule"),
            sql(f"{_DELTAS} reference_rule = 'any' WHERE {OF_ID} AND {ALIGNED}"), 8,
            "references are those of the rule"),
    Planted("delta of another image of the person", "deltas", _says("features.deltas.seal", SEALS),
            sql(f"{_DELTAS} xyz = (SELECT xyz FROM features.deltas WHERE image_id = $twin AND {ALIGNED}) "
                f"WHERE {OF_ID} AND {ALIGNED}"), 9, SEALS),
    Planted("delta that is off by little, its seal made right", "deltas",
            _says("features.deltas (aligned)", "deltas are those of the landmarks"),
            sealed("features.deltas", "xyz", f"{_DELTAS} xyz = {each('x + 0.0001')} WHERE {OF_ID} AND {ALIGNED}"), 10,
            "deltas are those of the landmarks"),
    Planted("a row that was published, its value and seal exchanged", "deltas",
            _says("features.landmarks.seal", "what was published has not changed"),
            sealed("features.landmarks", "xyz", f"{_LANDMARKS} xyz = {each('x + 0.0001')} WHERE {OF_ID}"), 11,
            "what was published has not changed"),
)  # fmt: skip

_WHOLE = (
    Planted("label outside the vocabulary", "tables", _says("catalogue.images.emotion", "word is in the vocabulary"),
            sql(f"{_IMAGES} emotion = 'bored' WHERE {OF_ID}"), 0),
    Planted("NULL", "tables", _says("features.landmarks.xyz", "value is there"),
            sql(f"{_LANDMARKS} xyz = NULL WHERE {OF_ID}"), 1),
    Planted("truncated batch", "tables", _says("features.deltas", "a face has a delta or a miss"),
            sql(f"DELETE FROM features.deltas WHERE {ALIGNED}")),
    Planted("stale feature version mixed in", "tables", _says("features.pixels", "a photograph has pixels or a miss"),
            sql("INSERT INTO features.views SELECT * REPLACE ('older' AS version) FROM features.views "
                "WHERE view = 'pixels' LIMIT 1;"
                f"{_PIXELS} version = 'older' WHERE {OF_ID}"), 2),
    Planted("emotions renumbered", "tables", _says("catalogue.emotions.label", "labels are the networks' outputs"),
            sql(f"UPDATE catalogue.emotions SET label = (label + 1) % {len(EMOTIONS)}")),
    Planted("sizes off by 10 %", "tables", _says("catalogue.images", "sizes are those of the file"),
            sql(f"{_IMAGES} width_px = width_px * 11 // 10")),
    Planted("reordered columns", "columns", "features.pixels check 'columns are the catalogue's': columns version, ",
            sql("CREATE OR REPLACE TABLE features.pixels AS SELECT version, * EXCLUDE (version) FROM features.pixels")),
    Planted("an expectation that raises", "columns",
            "features.landmarks.face_score check 'number is finite and in range': the check did not run: ",
            sql("ALTER TABLE features.landmarks DROP COLUMN face_score")),
    Planted("a table gone", "columns", "features.services check 'table is there': ",
            sql("DROP TABLE features.services")),
    Planted("all-NaN column", "all NaN", _says("features.landmarks.xyz", FINITE),
            sql(f"{_LANDMARKS} xyz = {each(chr(39) + 'nan' + chr(39) + '::FLOAT')}"), 0, FINITE),
    Planted("all landmarks said to be missing", "no faces", _says("catalogue.images", "most photographs show a face"),
            sql("INSERT INTO features.misses SELECT image_id, 'landmarks', version, 'no face', NULL, now() "
                "FROM features.landmarks")),
    Planted("faces in photographs that are said to have none", "no faces",
            _says("features.misses", "photographs without a face have none"), sql("SELECT 1")),
    Planted("landmarks of a whole batch from elsewhere, their seals made right", "other faces",
            _says("features.landmarks.xyz", "landmarks are those of the file"),
            sealed("features.landmarks", "xyz", f"{_LANDMARKS} xyz = {each('x + 0.001')}")),
    Planted("two people exchanged", "other faces",
            _says("catalogue.images", "labels are those of the name or manifest"),
            sql(f"{_IMAGES} subject_id = {EXCHANGED};UPDATE catalogue.labels SET subject_id = {EXCHANGED}"), 0,
            "labels are those of the name or manifest"),
    Planted("features that drifted", "drift",
            _says("features.deltas (aligned)", "values have not drifted since the last publication"),
            sealed("features.deltas", "xyz", f"{_DELTAS} xyz = {each('x * 0.55')} WHERE {ALIGNED}")),
    Planted("pictures that drifted", "drift",
            _says("features.pixels (pixels)", "values have not drifted since the last publication"),
            darkened),
)  # fmt: skip

OF_SPLIT = "split_id = (SELECT split_id FROM splits.current WHERE strategy = 'by_person')"
_ASSIGNED = "UPDATE splits.assignments SET"
_TRAIN = "UPDATE splits.train SET"
_FIRST_TRAINED = "image_id = (SELECT min(image_id) FROM splits.train WHERE aligned IS NOT NULL)"

_SPLITS = (
    Planted("person across parts", "parts", _says("splits.assignments", "no person is in two parts"),
            sql(f"{_ASSIGNED} part = 'test' WHERE {OF_SPLIT} AND part = 'train' AND image_id = "
                "(SELECT min(image_id) FROM splits.train)")),
    Planted("image in two parts", "parts", _says("splits.assignments", "a photograph is in one part"),
            sql("INSERT INTO splits.assignments SELECT split_id, image_id, 'test' FROM splits.assignments "
                f"WHERE {OF_SPLIT} AND part = 'validate' LIMIT 1")),
    Planted("near-duplicate across parts", "parts", _says("splits.assignments", "no picture is in two parts"),
            sql(f"{_PIXELS} rgb = (SELECT unhex('01' || hex(rgb)[3:]) FROM features.pixels WHERE image_id = "
                "(SELECT min(image_id) FROM splits.test)) WHERE image_id = (SELECT max(image_id) FROM splits.train)")),
    Planted("reference shared by two parts", "parts",
            _says("splits.assignments", "no reference is shared by two parts"),
            sql(f"{_ASSIGNED} part = 'test' WHERE {OF_SPLIT} AND image_id = "
                "(SELECT min(reference_image_id) FROM features.deltas SEMI JOIN splits.train USING (image_id))")),
    Planted("unassigned image", "parts", _says("splits.assignments", "every photograph in use has a part"),
            sql(f"DELETE FROM splits.assignments WHERE {OF_SPLIT} AND image_id = "
                "(SELECT max(image_id) FROM splits.test)")),
    Planted("test row in train", "training", _says("splits.assignments", "train, validate and test hold their part"),
            sql("INSERT INTO splits.train FROM splits.test LIMIT 1")),
    Planted("training vector of a stale version", "training", _says("splits.train", "vectors are the photograph's own"),
            sql(f"{_TRAIN} aligned = (SELECT {each('x + 0.001', 'aligned')} FROM splits.train WHERE {_FIRST_TRAINED}) "
                f"WHERE {_FIRST_TRAINED}")),
    Planted("wrong label in training", "training", _says("splits.train", "labels are the catalogue's"),
            sql(f"{_TRAIN} label = (label + 1) % 8 WHERE {_FIRST_TRAINED}")),
    Planted("NaN in a training vector", "training", _says("splits.test.landmarks", FINITE),
            sql("UPDATE splits.test SET landmarks = (SELECT list_concat(['nan'::FLOAT], landmarks[2:])::FLOAT[1404] "
                "FROM splits.test WHERE landmarks IS NOT NULL LIMIT 1) "
                "WHERE image_id = (SELECT min(image_id) FROM splits.test)")),
    Planted("split whose features were changed since", "training",
            _says("splits.sets.fingerprint", "fingerprints are those of the members"),
            sealed("features.landmarks", "xyz",
                   f"{_LANDMARKS} xyz = {each('x + 0.0001')} WHERE image_id = "
                   "(SELECT min(image_id) FROM splits.train)")),
)  # fmt: skip

FIRST_RUN = "run_id = (SELECT min(run_id) FROM registry.runs)"
LAST_RUN = "run_id = (SELECT max(run_id) FROM registry.runs)"
SECOND_RUN = "run_id = (SELECT run_id FROM registry.runs ORDER BY run_id LIMIT 1 OFFSET 1)"
_FIRST_SAID = f"{FIRST_RUN} AND image_id = (SELECT min(image_id) FROM registry.predictions WHERE {FIRST_RUN})"
_SAID, _MEASURED = "UPDATE registry.predictions SET", "UPDATE registry.metrics SET"
_TESTED = f"{FIRST_RUN} AND part = 'test' AND slice = 'all' AND metric ="
_METRICS_AGAIN = "metrics are those of the predictions"

_RESULTS = (
    Planted("probabilities that do not sum to 1", "said", _says("registry.predictions", "probabilities sum to 1"),
            sql(f"{_SAID} angry_prob = angry_prob / 2 + 0.4 WHERE {_FIRST_SAID}")),
    Planted("predicted is not the most probable", "said",
            _says("registry.predictions.predicted", "the most probable emotion is predicted"),
            sql(f"{_SAID} predicted = (predicted + 1) % 8 WHERE {SECOND_RUN}")),
    Planted("truths of other images", "said", _says("registry.predictions.truth", "truths are the catalogue's"),
            sql(f"{_SAID} truth = (truth + 1) % 8 WHERE {LAST_RUN}")),
    Planted("truncated predictions", "said",
            _says("registry.predictions", "every photograph with its features is predicted"),
            sql(f"DELETE FROM registry.predictions WHERE {LAST_RUN} AND part = 'test' AND image_id < 'a'")),
    Planted("status failed on a run with predictions", "said",
            _says("registry.runs.status", "only completed runs have results"),
            sql(f"UPDATE registry.runs SET status = 'failed' WHERE {SECOND_RUN}")),
    Planted("accuracy of 0.99", "measured",
            _says("registry.metrics.value", "accuracies are the shares of right predictions"),
            sql(f"{_MEASURED} value = 0.99 WHERE {_TESTED} 'accuracy'")),
    Planted("log loss of -5", "measured", _says("registry.metrics.value", "values are possible"),
            sql(f"{_MEASURED} value = -5 WHERE {_TESTED} 'log_loss'")),
    Planted("macro F1 of 0.99", "measured", _says("registry.metrics.value", _METRICS_AGAIN),
            sql(f"{_MEASURED} value = 0.99 WHERE {_TESTED} 'macro_f1'")),
    Planted("metrics gone", "measured", _says("registry.runs", "a run with predictions has metrics"),
            sql(f"DELETE FROM registry.metrics WHERE {LAST_RUN}")),
    Planted("comparisons gone", "measured",
            _says("registry.comparisons.value", "comparisons are those of the predictions"),
            sql("DELETE FROM registry.comparisons")),
    Planted("epochs gone", "models", _says("registry.epochs", "epochs are those of the model"),
            sql(f"DELETE FROM registry.epochs WHERE {FIRST_RUN}")),
    Planted("a model that is not the recorded one", "models",
            _says("registry.runs.artifact_sha256", "models are those that were recorded"),
            sql(f"UPDATE registry.runs SET artifact_sha256 = reverse(artifact_sha256) WHERE {SECOND_RUN}")),
    Planted("a model that is nowhere", "models",
            _says("registry.runs.artifact_sha256", "models are those that were recorded"),
            sql(f"UPDATE registry.runs SET artifact_path = 'artifacts/nowhere' WHERE {LAST_RUN}")),
    Planted("run of another feature version than its service", "models",
            _says("registry.runs.feature_versions", "inputs are those of the service and the split"),
            sql("UPDATE registry.runs SET feature_versions = regexp_replace(feature_versions::VARCHAR, "
                f"'[0-9a-f]+\"}}', 'stale\"}}') WHERE {FIRST_RUN}")),
    Planted("predictions that the model does not make", "forged", _says("registry.predictions", "predictions are those "
            "of the model"),
            sql(f"{_SAID} happy_prob = 1 - happy_prob, predicted = 4, " + ", ".join(
                f"{name}_prob = {name}_prob * happy_prob / greatest(1 - happy_prob, 0.001)"
                for name in EMOTIONS if name != "happy"))),
    Planted("its metrics as they were", "forged", _says("registry.metrics.value", _METRICS_AGAIN), sql("SELECT 1")),
)  # fmt: skip

ROWS = (*_ONE_FACE, *_ONE_DELTA, *_WHOLE)
PLANTED: dict[str, tuple[Planted, ...]] = {"rows": ROWS, "splits": _SPLITS, "results": _RESULTS}
"""By the stage of the audit that has to find them."""

"""Features are made again: deltas from landmarks, landmarks from files; what cannot be is said not to be looked at."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import duckdb
import numpy as np
import pytest

from store.features.extract import extract
from store.features.perceptual import perceptual_hash
from store.sources.synthetic.corpus import JPEG_QUALITY
from store.sources.synthetic.imaging import jpeg
from store.sources.synthetic.look import look_of
from store.sources.synthetic.shot import photograph, take_shot
from store.types import Face, seal_of
from store.vocabulary import FRONTAL_DEG, FRONTAL_GAZE, NEUTRAL, VECTOR_LENGTH
from tests.validation.fabricate import ALIGNED, LANDMARKS, PIXELS
from validation.audit import audit
from validation.extras import NO_EXTRAS, Extras
from validation.recompute import DELTAS_AGAIN, LANDMARKS_AGAIN, PIXELS_AGAIN
from validation.verdict import Finding


def _audited(path: Path, check: str, table: str, extras: Extras = NO_EXTRAS) -> list[Finding]:
    verdict = audit(path, audit_id="again", stage="rows", tables=[table], extras=extras)
    return [finding for finding in verdict.findings if finding.check == check]


def test_deltas_of_a_clean_store_are_those_of_its_landmarks(guarded: Path) -> None:
    found = _audited(guarded, DELTAS_AGAIN, "features.deltas")
    assert {finding.column for finding in found} == {"frontal_unit", "aligned"}
    assert all(finding.success and "computed again" in finding.observed for finding in found)


@pytest.mark.parametrize("column", ["xyz", "magnitude"])
def test_a_delta_that_is_off_by_little_is_found_though_its_seal_is_right(
    column: str, unguarded: Path, tmp_path: Path
) -> None:
    store = Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))
    with duckdb.connect(store) as connection:
        where = f"version = '{ALIGNED}'"
        found = connection.execute(f"SELECT image_id, {column} FROM features.deltas WHERE {where} LIMIT 1").fetchone()
        values = np.array(found[1], np.float32) + np.float32(1e-3)
        connection.execute(
            f"UPDATE features.deltas SET {column} = $values::FLOAT[{len(values)}] "
            f"{', seal = $seal' if column == 'xyz' else ''} WHERE {where} AND image_id = $image_id",
            {"values": values.tolist(), "image_id": found[0]}
            | ({"seal": seal_of(found[0], values.tobytes())} if column == "xyz" else {}),
        )
    off = [finding for finding in _audited(store, DELTAS_AGAIN, "features.deltas") if not finding.success]
    assert [finding.offending for finding in off] == [((found[0], "deltas", ALIGNED),)]


def test_deltas_of_other_code_are_not_looked_at(unguarded: Path, tmp_path: Path) -> None:
    store = Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))
    with duckdb.connect(store) as connection:
        for table in ("views", "services", "deltas"):
            connection.execute(f"UPDATE features.{table} SET version = 'older' WHERE version = '{ALIGNED}'")
    found = {finding.column: finding for finding in _audited(store, DELTAS_AGAIN, "features.deltas")}
    assert found["aligned"].success and "not looked at" in found["aligned"].observed


def test_files_that_are_gone_are_not_looked_at(guarded: Path) -> None:
    found = _audited(guarded, LANDMARKS_AGAIN, "features.landmarks", Extras(photographs=3))
    assert [finding.observed for finding in found] == ["not looked at: none of 3 files could be read"]
    assert found[0].success


@pytest.fixture(scope="module")
def extracted(unguarded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which one photograph is a real one: its file, its landmarks and its thumbnail."""
    folder = tmp_path_factory.mktemp("real")
    data = jpeg(photograph(take_shot(*look_of((7, 1)), NEUTRAL, FRONTAL_GAZE), FRONTAL_DEG), JPEG_QUALITY)
    image_id = hashlib.sha256(data).hexdigest()
    file = folder / "real.jpg"
    file.write_bytes(data)
    (found,) = extract([(image_id, str(file))], processes=1)
    assert isinstance(found.face, Face) and found.thumbnail is not None
    store = Path(shutil.copy(unguarded, folder / "work.duckdb"))
    values = {
        "id": image_id, "path": str(file), "xyz": found.face.xyz.ravel().tolist(), "face_seal": found.face.seal,
        "rgb": found.thumbnail.rgb.tobytes(), "hash": perceptual_hash(found.thumbnail.rgb),
        "seal": found.thumbnail.seal,
    }  # fmt: skip
    with duckdb.connect(store) as connection:
        for name, statement in {
            "images": "SELECT * REPLACE ($id AS image_id, $path AS path, 'real' AS subject_id) FROM catalogue.images "
            "WHERE excluded_reason IS NULL LIMIT 1",
            "landmarks": f"SELECT * REPLACE ($id AS image_id, $xyz::FLOAT[{VECTOR_LENGTH}] AS xyz, "
            "$face_seal AS seal) FROM features.landmarks LIMIT 1",
            "pixels": "SELECT * REPLACE ($id AS image_id, $rgb AS rgb, $hash AS perceptual_hash, $seal AS seal) "
            "FROM features.pixels LIMIT 1",
        }.items():
            used = {key: value for key, value in values.items() if f"${key}" in statement}
            schema = "catalogue" if name == "images" else "features"
            connection.execute(f"INSERT INTO {schema}.{name} {statement}", used)
    return store


def test_landmarks_and_pixels_of_a_file_are_extracted_again(extracted: Path) -> None:
    found = audit(
        extracted, audit_id="again", stage="rows", tables=["features.landmarks"], extras=Extras(photographs=999)
    ).findings
    again = [one for one in found if one.check in (LANDMARKS_AGAIN, PIXELS_AGAIN)]
    assert [one.observed for one in again] == ["no offending of 1 extracted again"] * 2


def test_landmarks_and_pixels_of_another_file_are_found(extracted: Path, tmp_path: Path) -> None:
    store = Path(shutil.copy(extracted, tmp_path / "work.duckdb"))
    with duckdb.connect(store) as connection:
        (image_id,) = connection.execute("SELECT image_id FROM catalogue.images WHERE subject_id = 'real'").fetchone()
        for table, column in (("landmarks", "xyz"), ("pixels", "perceptual_hash")):
            connection.execute(
                f"UPDATE features.{table} SET {column} = (SELECT {column} FROM features.{table} LIMIT 1) "
                "WHERE image_id = $id", {"id": image_id},
            )  # fmt: skip
    verdict = audit(
        store, audit_id="again", stage="rows", tables=["features.landmarks"], extras=Extras(photographs=999)
    )
    found = {one.check: one.offending for one in verdict.findings if one.check in (LANDMARKS_AGAIN, PIXELS_AGAIN)}
    assert found == {
        LANDMARKS_AGAIN: ((image_id, "landmarks", LANDMARKS),),
        PIXELS_AGAIN: ((image_id, "pixels", PIXELS),),
    }

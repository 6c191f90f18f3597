"""Features of photographs that are predicted are those of the store, value by value."""

from __future__ import annotations

import hashlib
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from affect_store.flows.steps import neutral_photographs, trained_model
from affect_store.flows.steps.own_prediction import views_for
from affect_store.flows.steps.prediction_rows import options_and_versions, rows_of
from affect_store.store.errors import StoreError
from affect_store.store.features.decode import decode
from affect_store.store.features.extract import ExtractionResult, extract
from affect_store.store.features.feature_options import FeatureOptions
from affect_store.store.features.picture_header import PictureHeader
from affect_store.store.features.scalar_values import NOT_COMPUTABLE
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.types import Face
from tests.faces import SIZE_PX, face_px, normalised
from tests.flows import corpus
from tests.flows.predicting import CORPUS, FEW, extracted_home, photographs_of
from tests.flows.steps.own import extension, home_with

Array = np.ndarray[Any, Any]
EXTRACTED = ("landmarks", "pixels", "bicubic_pixels")

FEATURES = {
    "landmarks": "landmarks", "rgb": "pixels", "bicubic_pixels": "bicubic_pixels", "aligned": "aligned",
    "frontal_unit": "frontal_unit", "measure_changes": "measure_changes",
}  # fmt: skip
"""Column of a row, and the feature that it holds."""


def stored(feature: str, image_ids: list[str]) -> list[Array | None]:
    with FeatureStore.open_work(extracted_home()[0]) as store:
        return [store.latest(image_id, feature)[feature] for image_id in image_ids]


def test_features_are_those_of_the_store_value_by_value() -> None:
    home, folder = extracted_home()
    people = [f"{CORPUS}-{number:02}" for number in range(1, FEW + 1)]
    _, versions = options_and_versions("", {})
    compared = dict.fromkeys(FEATURES, 0)
    for person in people:
        photographs: list[tuple[str | None, str]] = [(None, str(path)) for path in photographs_of(folder, person)]
        images = list(extract(photographs, features=EXTRACTED))
        read = partial(neutral_photographs.of_subject, subject=person, versions=versions, with_pixels=True)
        neutrals = trained_model.read_store(home, read)
        for column, feature in FEATURES.items():
            table, _ = rows_of(images, neutrals, frozenset({column}))
            values = {images[int(row)].image_id: table.column(column)[i] for i, row in enumerate(ids_of(table))}
            for image, expected in zip(images, stored(feature, [image.image_id for image in images]), strict=True):
                assert (expected is None) == (image.image_id not in values), (feature, image.image_id)
                if expected is not None:
                    assert np.array_equal(as_array(values[image.image_id]), expected), feature
                    compared[column] += 1
    assert compared["landmarks"] == FEW * len(corpus.SHOTS) and min(compared.values()) >= 3 * len(people)


SEVERAL = FeatureOptions(passes=2, mesh="attention", references="mean")


@pytest.mark.long
@pytest.mark.parametrize(("feature", "options"), [("aligned", SEVERAL), ("frontal_unit", SEVERAL.single)])
def test_features_over_passes_and_references_are_those_of_the_store(feature: str, options: FeatureOptions) -> None:
    home, folder = extracted_home(1, SEVERAL)
    person = f"{CORPUS}-01"
    with FeatureStore.open_work(home) as store:
        version = store.service(feature).views[feature][1]
    stored_options, versions = options_and_versions("", {feature: version})
    assert (stored_options.passes, stored_options.mesh) == (options.passes, options.mesh)
    photographs: list[tuple[str | None, str]] = [(None, str(path)) for path in photographs_of(folder, person)]
    images = list(extract(photographs, options=stored_options, features=("landmarks",)))
    read = partial(neutral_photographs.of_subject, subject=person, versions=versions, with_pixels=False)
    table, _ = rows_of(images, trained_model.read_store(home, read), frozenset({feature}), stored_options.references)
    values = {images[int(row)].image_id: as_array(table.column(feature)[i]) for i, row in enumerate(ids_of(table))}
    with FeatureStore.open_work(home) as store:
        expected = {image.image_id: store.latest(image.image_id, feature)[feature] for image in images}
    assert values.keys() == {image_id for image_id, value in expected.items() if value is not None}
    assert len(values) >= 3 and all(np.array_equal(value, expected[image_id]) for image_id, value in values.items())


def test_references_are_those_of_training() -> None:
    home, folder = extracted_home()
    columns = ["reference_landmarks", "reference_rgb"]
    _, versions = options_and_versions("", {})
    photographs: list[tuple[str | None, str]] = [(None, str(path)) for path in photographs_of(folder, f"{CORPUS}-01")]
    images = list(extract(photographs))
    read = partial(neutral_photographs.of_subject, subject=f"{CORPUS}-01", versions=versions, with_pixels=True)
    rows, reasons = rows_of(images, trained_model.read_store(home, read), frozenset(columns))
    with FeatureStore.open_work(home) as store:
        features = store.get_features("appearance_lda.corrected", [image.image_id for image in images])
        expected = store.rows(features, columns).select(columns).to_pylist()
    received = iter(rows.select(columns).to_pylist())
    for reason, row in zip(reasons, expected, strict=True):
        assert row == (next(received) if reason is None else dict.fromkeys(columns)), reason
    assert rows.num_rows >= 3


def test_deltas_relative_to_the_person_are_those_of_training_in_any_order() -> None:
    home, folder = extracted_home()
    _, versions = options_and_versions("", {})
    with FeatureStore.open_work(home) as store:  # all people at once
        table = store.rows(store.get_features("relative_lda.corrected"), ["relative"])
    expected = dict(zip(ids_of(table), table.column("relative").to_pylist(), strict=True))
    compared = 0
    for person in (f"{CORPUS}-{number:02}" for number in range(1, FEW + 1)):
        images = list(extract([(None, str(path)) for path in photographs_of(folder, person)[::-1]]))
        read = partial(neutral_photographs.of_subject, subject=person, versions=versions, with_pixels=False)
        rows, reasons = rows_of(images, trained_model.read_store(home, read), frozenset({"relative"}))
        received = dict(zip(ids_of(rows), rows.column("relative").to_pylist(), strict=True))
        for number, (image, reason) in enumerate(zip(images, reasons, strict=True)):
            assert received.get(str(number)) == expected.get(image.image_id), reason
        compared += rows.num_rows
    assert compared >= 3 * FEW


def ids_of(table: pa.Table) -> list[str]:
    return list(table.column("image_id").to_pylist())


def as_array(value: pa.Scalar) -> Array:
    python = value.as_py()
    return np.frombuffer(python, np.uint8) if isinstance(python, bytes) else np.asarray(python, np.float32)


@pytest.mark.parametrize("column", ["measure_changes", "measures"])
def test_a_photograph_whose_measures_cannot_be_computed_has_the_reason_and_no_row(column: str) -> None:
    face = normalised(face_px())
    impossible = face.copy()
    impossible[152, 1] += 40  # the chin is 40 pictures below the face
    header = PictureHeader("JPEG", SIZE_PX, 1)
    images = [
        ExtractionResult(name, Face(name, xyz), header=header) for name, xyz in (("a", impossible), ("b", face * 1.01))
    ]
    neutrals = neutral_photographs.of_file(ExtractionResult("n", Face("n", face), header=header))
    rows, reasons = rows_of(images, neutrals, frozenset({column}))
    assert reasons == [NOT_COMPUTABLE, None] and ids_of(rows) == ["1"]
    rows, reasons = rows_of(images[:1], neutrals, frozenset({column, "aligned"}))
    assert reasons == [NOT_COMPUTABLE] and rows.num_rows == 0


def test_features_that_this_installation_does_not_compute_are_refused() -> None:
    with pytest.raises(StoreError, match=r"run 1a was trained on aligned 0123, which .* `affect run`"):
        options_and_versions("1a", {"aligned": "0123"})


def test_a_photograph_has_the_id_that_it_has_in_a_catalogue() -> None:
    path = photographs_of(extracted_home()[1], f"{CORPUS}-01")[0]
    (image,) = extract([(None, str(path))], processes=1)
    assert image.image_id == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_function_of_the_picture_gets_new_photographs(tmp_path: Path) -> None:
    text = "@feature_view(columns=['red'])\ndef red(picture):\n    return picture[..., 0].mean()\n"
    home = home_with(tmp_path, extension(tmp_path, text))
    own = views_for(home, "mine", ["red"])
    _, folder = extracted_home()
    sources = [Path(shutil.copy(path, tmp_path)) for path in photographs_of(folder, f"{CORPUS}-01")[:3]]
    photographs: list[str | Path | bytes] = [str(sources[0]), sources[1], sources[2].read_bytes()]
    images = list(extract([(None, str(path)) for path in sources], features=("landmarks",)))

    def values() -> tuple[list[float], list[str | None]]:
        rows, reasons = rows_of(images, None, frozenset({"red"}), own=own, photographs=photographs)
        return [value for (value,) in rows.column("red").to_pylist()], reasons

    expected = [np.float32(decode(path.read_bytes())[..., 0].mean()) for path in sources]
    assert values() == (expected, [None, None, None])
    sources[1].write_bytes(sources[2].read_bytes())
    sources[0].unlink()
    gone, changed = "No such file or directory", "the file has other bytes than when it was read first"
    assert values() == (expected[2:], [f"cannot be read: {gone}", f"cannot be read: {changed}", None])

"""Changes of the measures in training rows and new photographs are those of the feature view."""

import numpy as np
import pyarrow as pa

from affect_store.flows.steps.feature_services import features_of
from affect_store.models.rows import select_rows
from affect_store.models.systems import input_columns
from affect_store.store.face_mesh import mean_face
from affect_store.store.features.measure_definitions import MEASURES
from affect_store.store.offline import measure_rows
from affect_store.store.offline.feature_store import FeatureStore
from tests.faces import normalised
from tests.stores.known import small_home

SYSTEM, RECIPE = "measures_lda", "corrected"


def test_rows_of_a_store_have_the_values_of_the_view() -> None:
    with FeatureStore.open(small_home()) as store:
        ids, expected = store.get_features("measure_changes").matrix()
        features = store.get_features(f"{SYSTEM}.{RECIPE}")
        table = store.rows(features, input_columns(SYSTEM, RECIPE).values())
    assert features_of(SYSTEM, RECIPE) == ("landmarks", "aligned")
    rows = select_rows(table, input_columns(SYSTEM, RECIPE))
    row_ids = np.asarray(table.column("image_id").to_pylist())[rows.numbers]
    assert sorted(row_ids) == sorted(ids), "photographs without a reference or a face are left out"
    order = np.argsort(row_ids)
    values = rows.take(np.arange(len(rows)))["measure_changes"]
    np.testing.assert_allclose(values[order], expected[np.argsort(ids)], atol=1e-5)


def test_faces_without_measures_are_null() -> None:
    size = np.array([[681, 1024]] * 2)
    faces = np.stack([normalised(mean_face() * 150 + [300, 480, 0], (681, 1024))] * 2).astype(np.float32)
    faces[1] = 0.5
    column = measure_rows.column_of(faces, size, faces[[0, 0]], size)
    assert column.is_valid().to_pylist() == [True, False]
    assert column.type == pa.list_(pa.float32(), len(MEASURES)) and column[0].as_py() == [0.0] * len(MEASURES)

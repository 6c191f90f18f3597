"""The column `relative`: people without a value count for nothing, parts are handled alone, stores give people."""

import numpy as np
import pyarrow as pa
import pytest

from affect_store.flows.steps.feature_services import features_of
from affect_store.models.rows import select_rows
from affect_store.models.systems import input_columns
from affect_store.store.engine.arrow_columns import masked_vectors
from affect_store.store.features.relative import relative
from affect_store.store.offline import relative_rows
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.vocabulary import VECTOR_LENGTH
from tests.stores.known import small_home

SYSTEM, RECIPE = "relative_lda", "corrected"


def column(values: np.ndarray, present: np.ndarray) -> pa.ChunkedArray:
    return pa.chunked_array([masked_vectors(values.astype(np.float32), present)])


def test_null_deltas_stay_null_and_count_for_nothing() -> None:
    values = np.random.default_rng(0).normal(size=(5, VECTOR_LENGTH)).astype(np.float32)
    present = np.array([True, False, True, True, False])
    people = ["a", "a", "a", "b", "c"]
    received = relative_rows.column_of(column(values, present), people)
    assert received.is_valid().to_pylist() == present.tolist()
    expected = relative(values[present], np.array(["a", "a", "b"]))
    assert np.array_equal(received.drop_null().combine_chunks().flatten().to_numpy().reshape(3, -1), expected)


@pytest.mark.parametrize("count", [0, 2])
def test_rows_without_any_delta(count: int) -> None:
    received = relative_rows.column_of(column(np.zeros((count, VECTOR_LENGTH)), np.zeros(count, bool)), ["a"] * count)
    assert len(received) == received.null_count == count
    assert received.type == pa.list_(pa.float32(), VECTOR_LENGTH)


def test_rows_of_a_store_are_relative_to_the_people_of_its_labels() -> None:
    with FeatureStore.open(small_home()) as store:
        features = store.get_features(f"{SYSTEM}.{RECIPE}")
        table = store.rows(features, input_columns(SYSTEM, RECIPE).values())
        ids, deltas = store.get_features("aligned").matrix()
        person_of = dict(store.sql("SELECT image_id, subject_id FROM catalogue.images").rows())
        some = store.rows(store.get_features(f"{SYSTEM}.{RECIPE}", list(ids[:3])), ["relative"])
    assert features_of(SYSTEM, RECIPE) == ("aligned",)
    rows = select_rows(table, input_columns(SYSTEM, RECIPE))
    row_ids = np.asarray(table.column("image_id").to_pylist())[rows.numbers]
    assert sorted(row_ids) == sorted(ids), "photographs without a reference or a face have no value"
    expected = relative(deltas, np.array([person_of[image_id] for image_id in ids]))
    received = rows.take(np.arange(len(rows)))["relative_delta"]
    assert np.array_equal(received[np.argsort(row_ids)], expected[np.argsort(ids)])
    fewer = relative(deltas[:3], np.array([person_of[image_id] for image_id in ids[:3]]))
    assert np.array_equal(np.stack(some.column("relative").to_pylist()).astype(np.float32), fewer)

import numpy as np

from models.preparation import channel_scaling, whitening
from models.rows import select
from models.vectors import flat
from store.vocabulary import EMOTIONS
from tests.models.corpus import frame

ROWS = select(frame(30), {"pixels": "rgb", "delta": "aligned"})
VECTORS = ROWS.take(np.arange(len(ROWS)))["delta"].astype(float)


def test_without_shrinkage_the_spread_within_emotions_becomes_one():
    found = whitening(ROWS, flat("delta"), size=20, shrinkage=0.0)
    features = (VECTORS - found.scaling.mean) / found.scaling.deviation @ found.projection
    means = np.stack([features[ROWS.labels == label].mean(axis=0) for label in range(len(EMOTIONS))])
    within = features - means[ROWS.labels]
    np.testing.assert_allclose(within.T @ within / len(ROWS), np.eye(20), atol=1e-6)


def test_scaling_read_in_chunks_is_that_of_the_whole(monkeypatch):
    monkeypatch.setattr("models.vectors.CHUNK_ROWS", 7)
    found = whitening(ROWS, flat("delta"), size=5, shrinkage=0.1)
    np.testing.assert_allclose(found.scaling.mean, VECTORS.mean(axis=0), atol=1e-9)
    np.testing.assert_allclose(found.scaling.deviation, VECTORS.std(axis=0), atol=1e-9)
    pixels = ROWS.take(np.arange(len(ROWS)))["pixels"] / 255.0
    channels = channel_scaling(ROWS.inputs["pixels"])
    np.testing.assert_allclose(channels.mean, pixels.mean(axis=(0, 1, 2)), atol=1e-9)
    np.testing.assert_allclose(channels.deviation, pixels.std(axis=(0, 1, 2)), atol=1e-9)


def test_few_rows_give_few_components_and_finite_numbers():
    few = select(frame(2, labels=(1, 4)), {"delta": "aligned"})
    found = whitening(few, flat("delta"), size=200, shrinkage=0.1)
    assert found.projection.shape[1] == 3
    assert np.isfinite(found.projection).all()


def test_a_coordinate_that_never_moves_does_no_harm():
    table = frame(4)
    values = table.column("aligned").combine_chunks().values.to_numpy().copy().reshape(table.num_rows, -1)
    values[:, :9] = 0.25
    from tests.models.corpus import vectors

    table = table.set_column(table.schema.get_field_index("aligned"), "aligned", vectors(values))
    found = whitening(select(table, {"delta": "aligned"}), flat("delta"), size=10, shrinkage=0.1)
    assert np.isfinite(found.projection).all() and (found.scaling.deviation > 0).all()

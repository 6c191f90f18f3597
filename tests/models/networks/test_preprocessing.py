import numpy as np

from affect_store.models.networks.feature_vectors import flat
from affect_store.models.networks.preprocessing import fit_channel_scaling, fit_whitening
from affect_store.models.rows import select_rows
from affect_store.store.vocabulary import EMOTIONS
from tests.models.corpus import frame, vectors

ROWS = select_rows(frame(30), {"pixels": "rgb", "delta": "aligned"})
VECTORS = ROWS.take(np.arange(len(ROWS)))["delta"].astype(float)


def test_without_shrinkage_the_within_emotion_covariance_is_the_identity():
    whitening = fit_whitening(ROWS, flat("delta"), size=20, shrinkage=0.0)
    features = (VECTORS - whitening.scaling.mean) / whitening.scaling.deviation @ whitening.projection
    means = np.stack([features[ROWS.labels == label].mean(axis=0) for label in range(len(EMOTIONS))])
    within = features - means[ROWS.labels]
    np.testing.assert_allclose(within.T @ within / len(ROWS), np.eye(20), atol=1e-6)


def test_scaling_in_chunks_equals_scaling_of_all_rows(monkeypatch):
    monkeypatch.setattr("affect_store.models.networks.feature_vectors.CHUNK_ROWS", 7)
    whitening = fit_whitening(ROWS, flat("delta"), size=5, shrinkage=0.1)
    np.testing.assert_allclose(whitening.scaling.mean, VECTORS.mean(axis=0), atol=1e-9)
    np.testing.assert_allclose(whitening.scaling.deviation, VECTORS.std(axis=0), atol=1e-9)
    pixels = ROWS.take(np.arange(len(ROWS)))["pixels"] / 255.0
    channels = fit_channel_scaling(ROWS.inputs["pixels"])
    np.testing.assert_allclose(channels.mean, pixels.mean(axis=(0, 1, 2)), atol=1e-9)
    np.testing.assert_allclose(channels.deviation, pixels.std(axis=(0, 1, 2)), atol=1e-9)


def test_few_rows_give_few_components_and_finite_numbers():
    few = select_rows(frame(2, labels=(1, 4)), {"delta": "aligned"})
    whitening = fit_whitening(few, flat("delta"), size=200, shrinkage=0.1)
    assert whitening.projection.shape[1] == 3
    assert np.isfinite(whitening.projection).all()


def test_constant_coordinates_give_finite_weights():
    table = frame(4)
    values = table.column("aligned").combine_chunks().values.to_numpy().copy().reshape(table.num_rows, -1)
    values[:, :9] = 0.25
    table = table.set_column(table.schema.get_field_index("aligned"), "aligned", vectors(values))
    whitening = fit_whitening(select_rows(table, {"delta": "aligned"}), flat("delta"), size=10, shrinkage=0.1)
    assert np.isfinite(whitening.projection).all() and (whitening.scaling.deviation > 0).all()

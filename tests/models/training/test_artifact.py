import json
import zipfile

import numpy as np
import pytest

from affect_store.models.backend import keras
from affect_store.models.rows import VECTOR_SHAPE
from affect_store.models.training.artifact import load, save
from affect_store.models.training.artifact_files import COEFFICIENTS, NETWORK, RECORD, fingerprint
from affect_store.models.training.fit import FitOptions, fit
from affect_store.store.errors import ShapeError
from tests.models.corpus import frame


@pytest.fixture(scope="module", params=["vector_mlp", "lda"])
def fitted(request):
    return fit(request.param, "corrected", frame(3), frame(1, seed=5), FitOptions(seed=2, epochs=1))


@pytest.fixture(scope="module")
def network():
    return fit("vector_mlp", "corrected", frame(3), frame(1, seed=5), FitOptions(seed=2, epochs=1))


def test_a_changed_file_changes_the_fingerprint(fitted, tmp_path):
    first = save(fitted, tmp_path)
    assert first == fingerprint(tmp_path) and len(first) == 64
    (tmp_path / RECORD).write_text("{}")
    assert fingerprint(tmp_path) != first


def test_the_folder_contains_only_arrays_and_json(fitted, tmp_path):
    save(fitted, tmp_path)
    weights = COEFFICIENTS if fitted.system == "lda" else NETWORK
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([weights, RECORD])
    with zipfile.ZipFile(tmp_path / weights) as file:
        names = file.namelist()
        assert not [name for name in names if b"optimizer" in file.read(name)], "no optimiser state"
    assert not [name for name in names if not name.endswith((".npy", ".json", ".h5"))]
    assert json.loads((tmp_path / RECORD).read_text())["parameters"] == json.loads(json.dumps(fitted.parameters))


def test_a_network_that_does_not_match_its_record_is_rejected(network, tmp_path):
    save(network, tmp_path)
    other = keras.Sequential([keras.Input((3,)), keras.layers.Dense(8)])
    other.save(tmp_path / NETWORK)
    with pytest.raises(ShapeError, match="expected inputs"):
        load(tmp_path)
    (tmp_path / NETWORK).write_bytes(b"no archive")
    with pytest.raises(ShapeError, match="not a network of this project"):
        load(tmp_path)


def test_code_in_a_network_is_not_executed(network, tmp_path):
    save(network, tmp_path)
    inputs = keras.Input(VECTOR_SHAPE, name="delta")
    keras.Model({"delta": inputs}, keras.layers.Lambda(lambda x: x[:, :8])(inputs)).save(tmp_path / NETWORK)
    with pytest.raises(ShapeError, match="not a network of this project"):
        load(tmp_path)


def test_coefficients_of_another_shape_are_rejected(tmp_path):
    linear = fit("lda", "corrected", frame(3), frame(1, seed=5), FitOptions(seed=2))
    save(linear, tmp_path)
    np.savez(
        tmp_path / COEFFICIENTS, mean=np.zeros(2), deviation=np.ones(2), weights=np.zeros((3, 8)), bias=np.zeros(8)
    )
    with pytest.raises(ShapeError, match="expected weights of"):
        load(tmp_path)

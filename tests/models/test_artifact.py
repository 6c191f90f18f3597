import json
import zipfile

import numpy as np
import pytest

from models.artifact import COEFFICIENTS, NETWORK, RECORD, fingerprint, load, save
from models.backend import keras
from models.fit import Options, fit
from models.rows import VECTOR_SHAPE
from store.errors import ShapeError
from tests.models.corpus import frame


@pytest.fixture(scope="module", params=["vector_mlp", "lda"])
def fitted(request):
    return fit(request.param, "corrected", frame(3), frame(1, seed=5), Options(seed=2, epochs=1))


@pytest.fixture(scope="module")
def network():
    return fit("vector_mlp", "corrected", frame(3), frame(1, seed=5), Options(seed=2, epochs=1))


def test_a_changed_file_has_another_fingerprint(fitted, tmp_path):
    first = save(fitted, tmp_path)
    assert first == fingerprint(tmp_path) and len(first) == 64
    (tmp_path / RECORD).write_text("{}")
    assert fingerprint(tmp_path) != first


def test_the_folder_holds_numbers_and_readable_json_only(fitted, tmp_path):
    save(fitted, tmp_path)
    kept = COEFFICIENTS if fitted.system == "lda" else NETWORK
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([kept, RECORD])
    with zipfile.ZipFile(tmp_path / kept) as file:
        names = file.namelist()
        assert not [name for name in names if b"optimizer" in file.read(name)], "no state of an optimiser"
    assert not [name for name in names if not name.endswith((".npy", ".json", ".h5"))]
    assert json.loads((tmp_path / RECORD).read_text())["parameters"] == json.loads(json.dumps(fitted.parameters))


def test_another_network_than_the_record_names_is_refused(network, tmp_path):
    save(network, tmp_path)
    other = keras.Sequential([keras.Input((3,)), keras.layers.Dense(8)])
    other.save(tmp_path / NETWORK)
    with pytest.raises(ShapeError, match="expected inputs"):
        load(tmp_path)
    (tmp_path / NETWORK).write_bytes(b"no archive")
    with pytest.raises(ShapeError, match="not a network of this project"):
        load(tmp_path)


def test_code_in_a_network_is_not_run(network, tmp_path):
    save(network, tmp_path)
    inputs = keras.Input(VECTOR_SHAPE, name="delta")
    keras.Model({"delta": inputs}, keras.layers.Lambda(lambda x: x[:, :8])(inputs)).save(tmp_path / NETWORK)
    with pytest.raises(ShapeError, match="not a network of this project"):
        load(tmp_path)


def test_coefficients_of_another_shape_are_refused(tmp_path):
    linear = fit("lda", "corrected", frame(3), frame(1, seed=5), Options(seed=2))
    save(linear, tmp_path)
    np.savez(
        tmp_path / COEFFICIENTS, mean=np.zeros(2), deviation=np.ones(2), weights=np.zeros((3, 8)), bias=np.zeros(8)
    )
    with pytest.raises(ShapeError, match="expected weights of"):
        load(tmp_path)

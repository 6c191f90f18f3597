import json

import numpy as np
import pytest

from models.artifact import RECORD, WEIGHTS, fingerprint, load, save
from models.fit import fit
from store.errors import ShapeError
from tests.models.corpus import frame


@pytest.fixture(scope="module")
def fitted():
    return fit("vector_mlp", "corrected", frame(3), frame(1, seed=5), seed=2, epochs=1)


def test_the_same_network_has_the_same_fingerprint(fitted, tmp_path):
    first, second = save(fitted, tmp_path / "a"), save(fitted, tmp_path / "b")
    assert first == second == fingerprint(tmp_path / "a")
    assert len(first) == 64
    (tmp_path / "b" / RECORD).write_text("{}")
    assert fingerprint(tmp_path / "b") != first


def test_the_folder_holds_weights_and_readable_json_only(fitted, tmp_path):
    save(fitted, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [RECORD, WEIGHTS]
    with np.load(tmp_path / WEIGHTS, allow_pickle=False) as file:
        assert sum(file[name].size for name in file.files) == fitted.model.count_params()  # no optimiser state
    assert json.loads((tmp_path / RECORD).read_text())["parameters"] == json.loads(json.dumps(fitted.parameters))


def test_weights_of_another_network_are_refused(fitted, tmp_path):
    save(fitted, tmp_path)
    np.savez(tmp_path / WEIGHTS, **{"000": np.zeros(3)})
    with pytest.raises(ShapeError, match="expected weights of shapes"):
        load(tmp_path)

"""The notebook's indexing errors, where they are requested and nowhere else."""

import numpy as np
import pytest

from affect_store.models.backend import keras
from affect_store.models.networks import notebook_slips, published_recipe
from affect_store.models.systems import PUBLISHED_WITH_SLIPS, SYSTEMS
from affect_store.store.vocabulary import PIXEL_CHANNELS, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, VECTOR_LENGTH

DELTAS = np.arange(VECTOR_LENGTH, dtype=np.float32)[None]
POSITIONS = DELTAS + 5000
SLIPPED = [system.name for system in SYSTEMS.values() if PUBLISHED_WITH_SLIPS in system.all_recipes]


def test_the_reshape_scrambles_photographs_as_the_notebooks_did():
    photograph = np.random.default_rng(0).integers(0, 256, (1, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS))
    scrambled = np.asarray(notebook_slips.scrambled(photograph.astype(np.float32)))
    assert (scrambled[0] == photograph[0].reshape(85, 128, 3)).all()
    assert not (scrambled[0] == photograph[0].transpose(1, 0, 2)).all()


def test_without_positions_the_first_delta_is_dropped():
    selected = notebook_slips.shifted({"delta": DELTAS})
    assert {name: np.asarray(values)[0].tolist() for name, values in selected.items()} == {
        "delta": list(range(1, 1404))
    }


def test_with_positions_a_position_is_taken_for_a_delta_and_two_are_dropped():
    selected = notebook_slips.shifted({"delta": DELTAS, "position": POSITIONS})
    assert np.asarray(selected["delta"])[0].tolist() == [*range(1, 1404), 5000]
    assert np.asarray(selected["position"])[0].tolist() == list(range(5002, 6404))


def test_the_four_systems_with_slips_differ_from_the_mended_ones_in_their_inputs_only():
    assert SLIPPED == ["cnn", "vector_mlp", "mm1", "mm2"]
    first_widths = {"cnn": [], "vector_mlp": [1403], "mm1": [1403], "mm2": [1404, 1402]}
    for name in SLIPPED:
        mended, slipped = published_recipe.build(name), published_recipe.build(name, with_slips=True)
        kernels = [tuple(weight.shape) for weight in slipped.weights]
        assert sorted(shape[0] for shape in kernels if shape[1:] == (991,)) == sorted(first_widths[name])
        dropped = 991 * sum(VECTOR_LENGTH - width for width in first_widths[name])
        assert slipped.count_params() == mended.count_params() - dropped
    assert published_recipe.build("cnn", with_slips=True).count_params() == 138_936


@pytest.mark.parametrize("system", ["vector_mlp", "cnn"])
def test_a_network_with_slips_is_saved_and_loaded(system, tmp_path):
    model = published_recipe.build(system, with_slips=True)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", compile=False, safe_mode=True)
    random = np.random.default_rng(0)
    inputs = {name: random.random((2, *tensor.shape[1:])).astype(tensor.dtype) for name, tensor in model.input.items()}
    assert (np.asarray(loaded(inputs)) == np.asarray(model(inputs))).all()

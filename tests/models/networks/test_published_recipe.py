"""The published recipe, against the list of what the notebook of 2022 did: layers, penalties, optimiser, callbacks."""

import numpy as np
import pytest

from affect_store.models.backend import keras
from affect_store.models.networks import published_recipe
from affect_store.models.networks.layer_table import layer_table
from affect_store.models.settings import settings
from affect_store.models.training import fit as fit_module
from affect_store.store.vocabulary import EMOTIONS, PIXEL_BYTES, VECTOR_LENGTH

PENALTIES = ("kernel", "bias", "activity")
PUBLISHED_PENALTIES = {"kernel": {"L1L2": (1e-5, 1e-4)}, "bias": {"L2": 1e-4}, "activity": {"L2": 1e-5}}


def layers_of(model):
    """Return each layer after the inputs as (class, units or filters, activation)."""
    described = []
    for layer in model.layers:
        size = getattr(layer, "units", getattr(layer, "filters", None))
        activation = getattr(layer, "activation", None)
        described.append((type(layer).__name__, size, activation.__name__ if activation and size else None))
    return described


def dense(*widths):
    return [("Dense", width, "relu") for width in widths]


def penalties_of(layer):
    """Return the penalties of a layer by what they penalise, as the name of a class and its factors."""
    described = {}
    for name in PENALTIES:
        penalty = getattr(layer, f"{name}_regularizer")
        if penalty is not None:
            factors = {key: pytest.approx(float(value)) for key, value in penalty.get_config().items()}
            described[name] = {
                type(penalty).__name__: (factors["l1"], factors["l2"]) if "l1" in factors else factors["l2"]
            }
    return described


SQUASHED = [("Dense", len(EMOTIONS), "sigmoid"), ("Softmax", None, None)]
CNN = [
    ("Rescaling", None, None),
    ("Conv2D", 16, "relu"), ("BatchNormalization", None, None), ("MaxPooling2D", None, None),
    ("Conv2D", 32, "relu"), ("BatchNormalization", None, None), ("MaxPooling2D", None, None),
    ("Conv2D", 64, "relu"), ("BatchNormalization", None, None), ("MaxPooling2D", None, None),
    ("Flatten", None, None), ("Dense", 16, "relu"), ("BatchNormalization", None, None), ("Dropout", None, None),
    ("Dense", len(EMOTIONS), "softmax"),
]  # fmt: skip
VECTOR_MLP = [*dense(991, 381, 109, 31), *SQUASHED]


def inputs(count):
    return [("InputLayer", None, None)] * count


def sorted_layers(layers):
    return sorted(layers, key=str)


def test_the_general_mlp_is_the_published_one_with_penalties_on_its_first_layer_only():
    model = published_recipe.build("general_mlp")
    widths = (2053, 991, 381, 109, 31)
    expected = [("Rescaling", None, None), ("Flatten", None, None), ("Concatenate", None, None), *dense(*widths)]
    assert sorted_layers(layers_of(model)) == sorted_layers([*inputs(2), *expected, *SQUASHED])
    first, *others = (layer for layer in model.layers if isinstance(layer, keras.layers.Dense))
    assert penalties_of(first) == PUBLISHED_PENALTIES and not any(map(penalties_of, others))
    assert first.units == widths[0] and model.layers[-1].name.startswith("softmax")
    sizes = (PIXEL_BYTES + VECTOR_LENGTH, *widths, len(EMOTIONS))
    assert model.count_params() == sum((before + 1) * after for before, after in zip(sizes, sizes[1:], strict=False))


@pytest.mark.parametrize("system", ["vector_mlp", "point_mlp"])
def test_the_vector_mlps_have_penalties_on_every_layer(system):
    model = published_recipe.build(system)
    assert layers_of(model) == [*inputs(1), *VECTOR_MLP]
    assert all(
        penalties_of(layer) == PUBLISHED_PENALTIES for layer in model.layers if isinstance(layer, keras.layers.Dense)
    )


def test_the_cnn_has_138_936_weights_of_which_138_680_are_trained():
    model = published_recipe.build("cnn")
    assert layers_of(model) == [*inputs(1), *CNN]
    assert model.count_params() == 138_936
    assert sum(int(np.prod(weight.shape)) for weight in model.trainable_weights) == 138_680
    dropout = next(layer for layer in model.layers if isinstance(layer, keras.layers.Dropout))
    kernels = {(*layer.kernel_size, layer.padding) for layer in model.layers if isinstance(layer, keras.layers.Conv2D)}
    assert dropout.rate == 0.2 and kernels == {(3, 3, "valid")}


@pytest.mark.parametrize(("system", "vectors", "width"), [("mm1", 1, 16), ("mm2", 2, 24)])
def test_the_fusions_concatenate_the_outputs_of_their_branches(system, vectors, width):
    model = published_recipe.build(system)
    fused = [("Concatenate", None, None), *dense(width), ("Dense", len(EMOTIONS), "softmax")]
    expected = [*inputs(1 + vectors), *CNN, *VECTOR_MLP * vectors, *fused]
    assert sorted_layers(layers_of(model)) == sorted_layers(expected)
    concatenated = next(layer for layer in model.layers if isinstance(layer, keras.layers.Concatenate))
    assert [tensor.shape[-1] for tensor in concatenated.input] == [len(EMOTIONS)] * (1 + vectors)


def test_the_sigmoid_bounds_the_probabilities_of_the_published_vector_mlp():
    probabilities = published_recipe.build("vector_mlp").predict({"delta": np.eye(4, VECTOR_LENGTH) * 1e6}, verbose=0)
    assert probabilities.max() <= np.e / (np.e + 7) + 1e-6 and probabilities.min() >= 1 / (1 + 7 * np.e) - 1e-6


@pytest.mark.parametrize(
    ("system", "rate", "epochs", "has_plateau"),
    [
        ("general_mlp", 0.09973, 20, True),
        ("cnn", 1e-3, 50, False),
        ("vector_mlp", 0.09973, 100, True),
        ("mm1", 1e-3, 50, False),
        ("point_mlp", 0.09973, 100, True),
        ("mm2", 1e-3, 50, False),
    ],
)
def test_optimiser_epochs_batches_and_callbacks_are_the_published_ones(system, rate, epochs, has_plateau):
    published = settings(system, "published")
    assert (published.optimizer, published.learning_rate, published.epochs) == ("rmsprop_2022", rate, epochs)
    assert (published.batch, published.validation_batch, published.drops_last_batch) == (32, 32, False)
    assert published.patience is None, "the last epoch counts"
    stopped, *others = fit_module.callbacks_for(published)
    assert isinstance(stopped, keras.callbacks.TerminateOnNaN), "stops a fit that would raise anyway"
    assert len(others) == has_plateau
    for plateau in others:
        assert isinstance(plateau, keras.callbacks.ReduceLROnPlateau)
        assert (plateau.monitor, plateau.factor, plateau.patience, plateau.min_lr) == ("val_loss", 0.2, 5, 1e-4)
        assert (plateau.min_delta, plateau.cooldown) == (1e-4, 0), "Keras's defaults, as in 2022"


def test_the_layer_table_lists_the_weights_of_the_notebooks_summary():
    rows = layer_table(published_recipe.build("cnn"))
    assert [row["kind"] for row in rows[:5]] == [
        "InputLayer",
        "Rescaling",
        "Conv2D",
        "BatchNormalization",
        "MaxPooling2D",
    ]
    assert rows[2] == {"kind": "Conv2D", "output_shape": "126 × 83 × 16", "weights": 448, "trainable_weights": 448}
    assert (sum(row["weights"] for row in rows), sum(row["trainable_weights"] for row in rows)) == (138_936, 138_680)


def test_the_layer_table_is_the_same_for_the_next_network_of_a_process():
    assert layer_table(published_recipe.build("mm1")) == layer_table(published_recipe.build("mm1"))


def test_the_layer_table_lists_the_layers_of_nested_networks():
    inner = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3)])
    outer = keras.Sequential([keras.layers.Input((4,)), inner, keras.layers.Dense(2)])
    assert [row["weights"] for row in layer_table(outer)] == [15, 8]

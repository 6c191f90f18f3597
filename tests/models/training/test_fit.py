import numpy as np
import pyarrow as pa
import pytest

from affect_store.models.backend import keras
from affect_store.models.settings import settings
from affect_store.models.training import fit as fit_module
from affect_store.models.training.fit import FitOptions, fit
from affect_store.models.training.predict import predict
from affect_store.store.errors import UntrainableError
from affect_store.store.schema.tables import BY_NAME
from affect_store.store.vocabulary import EMOTIONS, NEUTRAL
from tests.models.corpus import frame, without

TRAIN, VALIDATE, TEST = frame(12), frame(4, seed=5), frame(6, seed=9)
HAPPY_LABEL, NEUTRAL_LABEL = EMOTIONS.index("happy"), EMOTIONS.index(NEUTRAL)


@pytest.mark.long
def test_a_separable_frame_is_learnt_and_every_epoch_is_reported():
    reports = []
    fitted = fit(
        "vector_mlp",
        "corrected",
        TRAIN,
        VALIDATE,
        FitOptions(seed=1, epochs=20),
        on_epoch=lambda *report: reports.append(report),
    )
    assert (predict(fitted, TEST)["predicted"].to_numpy() == TEST["label"].to_numpy()).mean() > 0.9
    assert [(number, max_epochs) for number, max_epochs, _ in reports] == [
        (n + 1, 20) for n in range(len(fitted.epochs))
    ]
    assert fitted.epochs == [row for _, _, row in reports]
    assert ("run_id", *fitted.epochs[0]) == BY_NAME["registry.epochs"].columns
    assert None not in fitted.epochs[0].values()


def test_a_rounded_roc_auc_above_1_is_logged_as_1():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    log = fit_module.EpochLog(1, None)
    log.set_model(model)
    log.on_epoch_begin(0)
    log.on_epoch_end(0, {"auc": 1.0000001192092896, "val_auc": float("nan"), "loss": 2.5})
    assert [log.rows[0][name] for name in ("auc", "val_auc", "loss")] == [1.0, None, 2.5]


def test_the_weights_of_the_best_epoch_are_restored(monkeypatch):
    default = settings("vector_mlp", "corrected")
    high_rate = type(default)(**{**vars(default), "learning_rate": 3.0, "patience": 3})
    monkeypatch.setattr(fit_module, "settings", lambda *_: high_rate)
    fitted = fit("vector_mlp", "corrected", TRAIN, VALIDATE, FitOptions(seed=1, epochs=8))
    truth = np.eye(len(EMOTIONS))[VALIDATE["label"].to_numpy()]
    vectors = VALIDATE["aligned"].combine_chunks().flatten().to_numpy().reshape(VALIDATE.num_rows, -1)
    loss, *_ = fitted.model.evaluate({"delta": vectors}, truth, verbose=0)
    losses = [row["val_loss"] for row in fitted.epochs]
    assert losses[-1] > min(losses)
    assert loss == pytest.approx(min(losses), rel=1e-3)


@pytest.mark.long
def test_the_validation_part_does_not_influence_the_preprocessing():
    other = frame(4, seed=77)  # with one epoch, validation selects nothing
    first, second = (
        fit("vector_mlp", "corrected", TRAIN, held_out, FitOptions(seed=1, epochs=1)) for held_out in (VALIDATE, other)
    )
    assert all((a == b).all() for a, b in zip(first.model.get_weights(), second.model.get_weights(), strict=True))


@pytest.mark.long
def test_two_of_eight_classes_are_enough():
    train, validate = (
        frame(13, labels=(HAPPY_LABEL, NEUTRAL_LABEL)),
        frame(4, labels=(HAPPY_LABEL, NEUTRAL_LABEL), seed=5),
    )
    fitted = fit("point_mlp", "corrected", train, validate, FitOptions(seed=1, epochs=2))
    assert predict(fitted, validate).height == validate.num_rows


def test_a_single_class_is_untrainable():
    train = frame(26, labels=(HAPPY_LABEL, NEUTRAL_LABEL))
    train = without(train, "aligned", np.arange(train.num_rows) % 2 == 1)
    with pytest.raises(UntrainableError) as raised:
        fit("general_mlp", "corrected", train, VALIDATE, FitOptions(seed=1))
    assert str(raised.value) == (
        "general_mlp needs pixels and delta features: the 26 training photographs that have them all show happy, "
        "and at least two emotions are needed"
    )


def test_an_empty_part_is_untrainable():
    empty = without(TRAIN, "aligned", np.ones(TRAIN.num_rows, bool))
    with pytest.raises(UntrainableError, match="none of the 96 training photographs has them"):
        fit("vector_mlp", "corrected", empty, VALIDATE, FitOptions(seed=1))
    with pytest.raises(UntrainableError, match="none of the 0 validation photographs has them"):
        fit("vector_mlp", "corrected", TRAIN, VALIDATE.slice(0, 0), FitOptions(seed=1))


@pytest.mark.long
def test_diverged_weights_are_untrainable():
    huge = np.full((TRAIN.num_rows, TRAIN["aligned"].type.list_size), 1e38, dtype=np.float32)
    flat = pa.FixedSizeListArray.from_arrays(pa.array(huge.ravel()), huge.shape[1])
    train = TRAIN.set_column(TRAIN.schema.get_field_index("frontal_unit"), "frontal_unit", flat)
    with pytest.raises(UntrainableError, match="diverged in epoch 1"):
        fit("vector_mlp", "published", train, VALIDATE, FitOptions(seed=1, epochs=2))

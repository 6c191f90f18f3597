import numpy as np
import pyarrow as pa
import pytest

from models import fit as fitting
from models.fit import Options, fit
from models.predict import predict
from models.settings import settings
from store.errors import UntrainableError
from store.vocabulary import EMOTIONS, NEUTRAL
from tests.models.corpus import frame, without

TRAIN, VALIDATE, TEST = frame(12), frame(4, seed=5), frame(6, seed=9)
HAPPY, CALM = EMOTIONS.index("happy"), EMOTIONS.index(NEUTRAL)


def test_what_can_be_seen_is_learnt_and_reported():
    seen = []
    fitted = fit(
        "vector_mlp", "corrected", TRAIN, VALIDATE, Options(seed=1, epochs=20), on_epoch=lambda *told: seen.append(told)
    )
    assert (predict(fitted, TEST)["predicted"].to_numpy() == TEST["label"].to_numpy()).mean() > 0.9
    assert [(number, most) for number, most, _ in seen] == [(n + 1, 20) for n in range(len(fitted.epochs))]
    assert fitted.epochs == [row for _, _, row in seen]
    assert set(fitted.epochs[0]) == {
        "epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "duration_s",
    }  # fmt: skip


def test_the_best_epoch_counts_not_the_last(monkeypatch):
    chosen = settings("vector_mlp", "corrected")
    hasty = type(chosen)(**{**vars(chosen), "learning_rate": 3.0, "patience": 3})
    monkeypatch.setattr(fitting, "settings", lambda *_: hasty)
    fitted = fit("vector_mlp", "corrected", TRAIN, VALIDATE, Options(seed=1, epochs=8))
    truth = np.eye(len(EMOTIONS))[VALIDATE["label"].to_numpy()]
    vectors = VALIDATE["aligned"].combine_chunks().flatten().to_numpy().reshape(VALIDATE.num_rows, -1)
    now, _ = fitted.model.evaluate({"delta": vectors}, truth, verbose=0)
    losses = [row["val_loss"] for row in fitted.epochs]
    assert losses[-1] > min(losses)
    assert now == pytest.approx(min(losses), rel=1e-3)


def test_the_validation_part_does_not_reach_the_preparation():
    wild = frame(4, seed=77)  # with one epoch there is no choice between epochs
    one, two = (
        fit("vector_mlp", "corrected", TRAIN, held_out, Options(seed=1, epochs=1)) for held_out in (VALIDATE, wild)
    )
    assert all((a == b).all() for a, b in zip(one.model.get_weights(), two.model.get_weights(), strict=True))


def test_two_of_eight_classes_are_enough():
    train, validate = frame(13, labels=(HAPPY, CALM)), frame(4, labels=(HAPPY, CALM), seed=5)
    fitted = fit("point_mlp", "corrected", train, validate, Options(seed=1, epochs=2))
    assert predict(fitted, validate).height == validate.num_rows


def test_one_class_is_a_sentence():
    train = frame(26, labels=(HAPPY, CALM))
    train = without(train, "aligned", np.arange(train.num_rows) % 2 == 1)
    with pytest.raises(UntrainableError) as told:
        fit("general_mlp", "corrected", train, VALIDATE, Options(seed=1))
    assert str(told.value) == (
        "general_mlp needs pixels and delta features: the 26 training photographs that have them all show happy, "
        "and one class cannot be learnt"
    )


def test_nothing_to_train_or_validate_on_is_a_sentence():
    empty = without(TRAIN, "aligned", np.ones(TRAIN.num_rows, bool))
    with pytest.raises(UntrainableError, match="none of the 96 training photographs has them"):
        fit("vector_mlp", "corrected", empty, VALIDATE, Options(seed=1))
    with pytest.raises(UntrainableError, match="none of the 0 validation photographs has them"):
        fit("vector_mlp", "corrected", TRAIN, VALIDATE.slice(0, 0), Options(seed=1))


def test_weights_that_are_no_numbers_are_no_model():
    huge = np.full((TRAIN.num_rows, TRAIN["aligned"].type.list_size), 1e38, dtype=np.float32)
    flat = pa.FixedSizeListArray.from_arrays(pa.array(huge.ravel()), huge.shape[1])
    train = TRAIN.set_column(TRAIN.schema.get_field_index("frontal_unit"), "frontal_unit", flat)
    with pytest.raises(UntrainableError, match="diverged in epoch 1"):
        fit("vector_mlp", "published", train, VALIDATE, Options(seed=1, epochs=2))

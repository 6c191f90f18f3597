"""Models and metrics of a split with classes besides the eight: outputs, labels, files and figures follow them."""

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from affect_store.models.evaluation.evaluate import evaluate
from affect_store.models.notebook_split import assign_parts
from affect_store.models.rows import select_rows
from affect_store.models.systems import SYSTEMS, input_columns
from affect_store.models.training.artifact import load, save
from affect_store.models.training.ensemble import combine
from affect_store.models.training.fit import FitOptions, fit
from affect_store.models.training.predict import predict
from affect_store.models.training.soft_labels import with_targets
from affect_store.store.emotion_classes import EIGHT, classes_with
from affect_store.store.errors import CorpusError, ShapeError
from affect_store.store.vocabulary import AGREEMENTS, EMOTIONS, PROBABILITIES, SURPRISED
from tests.models.corpus import frame
from tests.models.evaluation.test_evaluate import predictions_of, split_rows

SURPRISED_LABEL, PAINED_LABEL = 7, 11
CLASSES = classes_with({"bored": 9, "pained": PAINED_LABEL})
"""Both of a home that knows more classes: labels are not positions."""


def renamed(table: pa.Table) -> pa.Table:
    """Call the photographs of surprise pained."""
    labels = table.column("label").to_numpy()
    changed = pa.array(np.where(labels == SURPRISED_LABEL, PAINED_LABEL, labels).astype(np.uint8))
    return table.set_column(table.column_names.index("label"), "label", changed)


@pytest.mark.long
@pytest.mark.parametrize("system", ["lda", "logistic", "vector_mlp"])
def test_a_model_has_an_output_per_class_and_is_the_same_after_loading(system, tmp_path):
    options = FitOptions(seed=2, epochs=2, classes=CLASSES)
    fitted = fit(system, "corrected", renamed(frame(6)), renamed(frame(2, seed=5)), options)
    tested = renamed(frame(2, seed=6))
    predictions = predict(fitted, tested)
    assert predictions.columns[2:] == [*PROBABILITIES, "bored_prob", "pained_prob"]
    chances = predictions.select(CLASSES.probabilities).to_numpy()
    np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-4)
    assert predictions["predicted"].to_list() == CLASSES.labels_at(chances.argmax(axis=1)).tolist()
    if system != "vector_mlp":  # the network has had two epochs
        assert PAINED_LABEL in set(predictions["predicted"]) and SURPRISED_LABEL not in set(predictions["predicted"])
    save(fitted, tmp_path)
    loaded = load(tmp_path)
    assert loaded.classes == CLASSES and predict(loaded, tested).equals(predictions)


def test_a_name_changes_no_probability_of_linear_discriminants():
    """The class moves from position 7 to 9; absent ones have the probability 0."""
    parts, tested = (frame(6), frame(2, seed=5)), frame(3, seed=6)
    plain = predict(fit("lda", "corrected", *parts, FitOptions(seed=2)), tested)
    own = fit("lda", "corrected", *map(renamed, parts), FitOptions(seed=2, classes=CLASSES))
    other = predict(own, renamed(tested))
    expected = plain.select(PROBABILITIES).to_numpy()
    received = other.select(*PROBABILITIES[:-1], "pained_prob").to_numpy()
    np.testing.assert_allclose(received, expected, atol=1e-6)
    assert other.select(f"{SURPRISED}_prob", "bored_prob").to_numpy().max() == 0


@pytest.mark.parametrize("system", [
    pytest.param(name, marks=[] if name in ("vector_mlp", "cnn") else pytest.mark.long)
    for name, system in SYSTEMS.items() if system.family == "network"
])  # fmt: skip
@pytest.mark.parametrize("recipe", ["published", "corrected"])
def test_every_network_has_an_output_per_class(system, recipe):
    from affect_store.models.networks.factory import create_network
    from affect_store.models.settings import settings

    if recipe in SYSTEMS[system].all_recipes:
        rows = select_rows(renamed(frame(4)), input_columns(system, recipe), CLASSES)
        model, _ = create_network(system, recipe, rows, settings(system, recipe))
        assert model.output_shape == (None, len(CLASSES))


def test_a_label_of_another_corpus_is_no_training_row():
    with pytest.raises(ShapeError, match=r"got \[11\]"):
        select_rows(renamed(frame(2)), input_columns("lda", "corrected"), EIGHT)


def test_metrics_are_those_of_the_same_photographs_under_another_name():
    rows, change = split_rows(6), {SURPRISED_LABEL: PAINED_LABEL}
    labels = rows["label"].to_numpy()
    predictions = predictions_of(rows, np.where(np.arange(len(labels)) % 3 == 0, SURPRISED_LABEL, labels))
    own = predictions.with_columns(pl.col("predicted").replace(change)).rename({f"{SURPRISED}_prob": "pained_prob"})
    own = own.with_columns(pl.lit(0, pl.Float32).alias(name) for name in (f"{SURPRISED}_prob", "bored_prob"))
    plain = evaluate(predictions, rows)
    other = evaluate(own, rows.with_columns(pl.col("label").replace(change)), CLASSES)
    assert plain.select("part", "slice", "metric").equals(other.select("part", "slice", "metric"))
    # the temperature is that of eight classes, and the entropy of errors has another maximum
    is_same = ~pl.col("metric").str.ends_with("_scaled")
    has_same_limits = is_same & (pl.col("metric") != "confusion_entropy")
    for column, chosen in (("value", is_same), ("low", has_same_limits), ("high", has_same_limits)):
        first, second = (table.filter(chosen)[column].to_numpy() for table in (plain, other))
        np.testing.assert_allclose(first, second, atol=1e-6)
    assert "absent classes: surprised, bored" in other.filter(slice="all", metric="accuracy")["method"][0]


def test_an_ensemble_averages_every_class():
    chances = np.random.default_rng(0).dirichlet(np.ones(len(CLASSES)), 5).astype(np.float32)
    member = pl.DataFrame({"image_id": list("abcde"), "temperature": [1.0] * 5}).hstack(
        pl.DataFrame(chances, schema=list(CLASSES.probabilities))
    )
    combined = combine([member, member], CLASSES)
    np.testing.assert_allclose(combined.select(CLASSES.probabilities).to_numpy(), chances, atol=1e-6)
    assert combined["predicted"].to_list() == CLASSES.labels_at(chances.argmax(axis=1)).tolist()


def test_raters_of_the_eight_gave_another_class_no_share():
    table = renamed(frame(2))
    shares = np.full(table.num_rows, 1 / len(EMOTIONS))
    for name in AGREEMENTS:
        table = table.append_column(name, pa.array(shares)) if name not in table.column_names else table
    targets = with_targets(table, select_rows(table, input_columns("lda", "corrected"), CLASSES)).targets
    np.testing.assert_allclose(targets.sum(axis=1), 1, atol=1e-6)
    assert targets.shape[1] == len(CLASSES)


def test_the_notebook_knows_the_eight_only():
    with pytest.raises(CorpusError, match="the photographs also show pained"):
        assign_parts([*EMOTIONS, "pained"] * 6, seed=1)

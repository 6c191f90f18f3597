"""Models of a user's own: fitted, stored without pickle, loaded without their code, and refused with the reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sklearn.ensemble import (
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
    VotingClassifier,
)
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, RadiusNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from affect_store.models import systems
from affect_store.models.backend import keras
from affect_store.models.networks import own_network
from affect_store.models.rows import Rows, Values
from affect_store.models.training import artifact, estimator_state, own_estimator
from affect_store.models.training.fit import FitOptions, fit
from affect_store.models.training.plan import plan_of
from affect_store.models.training.predict import predict
from affect_store.store.errors import ExtensionError, ShapeError, UnknownNameError, UntrainableError
from affect_store.store.extensions.declare import declaration_of
from affect_store.store.extensions.declare_model import model
from affect_store.store.extensions.own_model import OwnModel
from tests.models.corpus import frame

TRAIN, VALIDATE = frame(4), frame(2, seed=1)
OPTIONS = FitOptions(3, epochs=2)


def with_mouth(table: pa.Table) -> pa.Table:
    """Add a feature of the user's own, of two numbers."""
    numbers = np.stack([table.column("label").to_numpy(), np.arange(table.num_rows)], axis=1).astype(np.float32)
    column = pa.FixedSizeListArray.from_arrays(pa.array(numbers.ravel()), 2)
    return table.append_column("mouth", column)


@pytest.fixture(autouse=True)
def no_own_models():
    yield
    systems.use_own([])


def use(function: Any, **options: Any) -> str:
    """Make a function a system of the user's own; returns its name."""
    function.__name__ = "mine"
    declared = declaration_of(model(**{"inputs": ("mouth", "aligned"), **options})(function))
    systems.use_own([OwnModel(declared, "own.py", "'own.py'", "abc")])
    return "mine"


def fitted_by(function: Any, **options: Any) -> Any:
    return fit(use(function, **options), "corrected", with_mouth(TRAIN), with_mouth(VALIDATE), OPTIONS)


ESTIMATORS = {
    "forest": lambda: RandomForestClassifier(10),
    "forest in threads": lambda: RandomForestClassifier(20, n_jobs=2),
    "threads inside": lambda: make_pipeline(
        StandardScaler(), VotingClassifier([("a", RandomForestClassifier(20, n_jobs=2))], voting="soft")
    ),
    "extra trees": lambda: ExtraTreesClassifier(5, max_depth=3),
    "tree": lambda: DecisionTreeClassifier(),
    "bagging": lambda: BaggingClassifier(n_estimators=2, max_features=0.5),
    "svc": lambda: SVC(probability=True),
    "naive bayes": lambda: GaussianNB(),
    "pipeline": lambda: make_pipeline(StandardScaler(), LogisticRegression(max_iter=50)),
    "voting": lambda: VotingClassifier([("a", GaussianNB()), ("b", DecisionTreeClassifier())], voting="soft"),
    "mlp": lambda: MLPClassifier((8,), max_iter=5),
    "neighbours": lambda: KNeighborsClassifier(3, algorithm="brute"),
}


@pytest.mark.parametrize("name", ESTIMATORS)
def test_an_estimator_predicts_the_same_once_it_is_stored(name: str, tmp_path: Path) -> None:
    fitted = fitted_by(lambda: ESTIMATORS[name]())
    assert fitted.epochs == [] and fitted.parameters["columns"] == {"mouth": "mouth", "aligned": "aligned"}
    before = predict(fitted, with_mouth(VALIDATE))
    artifact.save(fitted, tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} == {".json", ".npz"}
    systems.use_own([])  # as without the user's file
    loaded = artifact.load(tmp_path)
    assert predict(loaded, with_mouth(VALIDATE)).equals(before)
    chances = before.select([column for column in before.columns if column.endswith("_prob")]).to_numpy()
    assert chances.sum(axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("name", ["forest in threads", "threads inside"])
def test_all_predictions_of_an_estimator_are_made_in_one_thread(name: str) -> None:
    """Two threads round differently in some calls only, so that equal predictions would not show it."""
    state, _, _ = estimator_state.encode(fitted_by(lambda: ESTIMATORS[name]()).model.estimator)
    jobs = [node["n_jobs"]["value"] for node in nodes_of(state) if isinstance(node, dict) and "n_jobs" in node]
    assert jobs and {each for each in jobs if each is not None} == {1}


def test_the_seed_of_a_run_decides_about_chance() -> None:
    first, again = (predict(fitted_by(lambda: RandomForestClassifier(5)), with_mouth(VALIDATE)) for _ in range(2))
    name = use(lambda: RandomForestClassifier(5))
    other = predict(
        fit(name, "corrected", with_mouth(TRAIN), with_mouth(VALIDATE), FitOptions(4)), with_mouth(VALIDATE)
    )
    assert first.equals(again) and not first.equals(other)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda: 1 / 0, "the function of mine raised ZeroDivisionError: division by zero"),
        (lambda: None, "returned NoneType, expected an estimator of scikit-learn"),
        (lambda: RidgeClassifier(), "RidgeClassifier has no predict_proba"),
        (lambda: LogisticRegression(C=-1), "cannot be fitted: InvalidParameterError"),
        (lambda: GradientBoostingClassifier(n_estimators=1), "cannot be stored without pickle .*Classifier._loss"),
        (lambda: KNeighborsClassifier(3, algorithm="kd_tree"), "what cannot be stored: KNeighborsClassifier._tree"),
        (lambda: make_pipeline(FunctionTransformer(np.abs), GaussianNB()), "FunctionTransformer.func"),
    ],
)
def test_an_estimator_that_cannot_be_used_is_untrainable_with_the_reason(function: Any, message: str) -> None:
    with pytest.raises(UntrainableError, match=message):
        fitted_by(function)


class Mine(GaussianNB):
    """An estimator of another package."""


def test_an_estimator_of_another_package_is_refused() -> None:
    with pytest.raises(UntrainableError, match="expected an estimator of scikit-learn, received .*Mine"):
        fitted_by(lambda: Mine())


def test_a_final_model_is_fitted_without_a_validation_part() -> None:
    name = use(lambda: GaussianNB())
    plan = plan_of(name, "corrected", {}, [])
    table = with_mouth(TRAIN)
    assert fit(name, "corrected", table, table.slice(0, 0), FitOptions(3, plan=plan)).parameters["n_validate"] == 0


def stored(tmp_path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    fitted = fitted_by(lambda: DecisionTreeClassifier())
    artifact.save(fitted, tmp_path)
    with np.load(tmp_path / "estimator.npz") as file:
        return json.loads((tmp_path / "estimator.json").read_text()), dict(file)


@pytest.mark.parametrize(
    "name",
    ["os:system", "sklearn.utils:Bunch", "builtins:eval", "sklearn.tree:export_text", "sklearn.base:clone",
     "sklearn.os:path", "sklearn.gone:Gone", "tests.models.training.test_own_models:Mine", ""],
)  # fmt: skip
def test_a_state_names_nothing_but_estimators_of_scikit_learn(name: str, tmp_path: Path) -> None:
    state, arrays = stored(tmp_path)
    state["estimator"]["class"] = name
    with pytest.raises(ShapeError, match="not the state of an estimator"):
        estimator_state.decode(state, arrays)


def test_a_tree_whose_nodes_do_not_exist_is_refused(tmp_path: Path) -> None:
    state, arrays = stored(tmp_path)
    (key,) = [name for name, array in arrays.items() if array.dtype.names]
    for column, value in (("left_child", 10**6), ("left_child", 0), ("feature", 10**6), ("feature", -3)):
        nodes = arrays[key].copy()
        nodes[column][0] = value
        with pytest.raises(ShapeError, match="nodes do not fit together"):
            estimator_state.decode(state, {**arrays, key: nodes})


def nodes_of(state: Any) -> Iterator[Any]:
    """All nodes of a state."""
    if isinstance(state, dict | list):
        yield state
        for child in state.values() if isinstance(state, dict) else state:
            yield from nodes_of(child)


CRAFTED = {
    "features of a tree": (DecisionTreeClassifier(max_depth=2), "tree", 0, {"value": 10**9}),
    "outputs of a tree": (DecisionTreeClassifier(max_depth=2), "tree", 2, {"value": 9}),
    "features of a member": (RandomForestClassifier(2, max_depth=2), "n_features_in_", None, {"value": 2}),
    "features of a bag": (BaggingClassifier(n_estimators=2, max_features=0.5), "n_features_in_", None, {"value": 1}),
    "labels of neighbours": (KNeighborsClassifier(3, algorithm="brute"), "_y", np.full(40, 10**6), None),
    "labels within a radius": (RadiusNeighborsClassifier(9, algorithm="brute"), "_y", np.full(40, 10**6), None),
    "rows of neighbours": (KNeighborsClassifier(3, algorithm="brute"), "_fit_X", np.zeros((40, 2), np.float32), None),
    "number of neighbours": (KNeighborsClassifier(3, algorithm="brute"), "n_neighbors", None, {"value": 41}),
    "classes of a machine": (SVC(probability=True), "classes_", np.arange(9), None),
    "counts of a machine": (SVC(probability=True), "_n_support", np.full(4, 10**6, np.int32), None),
    "coefficients of a machine": (SVC(probability=True), "_dual_coef_", np.zeros((1, 1)), None),
    "intercepts of a machine": (SVC(probability=True), "_intercept_", np.zeros(1), None),
    "chances of a machine": (SVC(probability=True), "_probA", np.zeros(1), None),
    "indices of a machine": (SVC(probability=True), "kernel", None, {"value": "precomputed"}),
}


@pytest.mark.parametrize("name", CRAFTED)
@pytest.mark.filterwarnings("ignore:The `probability` parameter")
def test_a_state_whose_sizes_do_not_fit_together_is_refused(name: str) -> None:
    estimator, attribute, detail, node = CRAFTED[name]
    random = np.random.default_rng(0)
    fitted = estimator.fit(random.normal(size=(40, 5)).astype(np.float32), np.arange(40) % 4)
    state, arrays, _ = estimator_state.encode(fitted)
    state = json.loads(json.dumps(state))
    assert estimator_state.decode(state, arrays).predict_proba(np.zeros((1, 5), np.float32)).shape == (1, 4)
    (*_, holder) = (each for each in nodes_of(state) if isinstance(each, dict) and attribute in each)
    if attribute == "tree":
        holder["tree"][0]["tuple"][detail] = node
    elif node is None:
        arrays[holder[attribute]["array"]] = detail
    else:
        holder[attribute] = node
    with pytest.raises(ShapeError, match="not the state of an estimator: ValueError"):
        estimator_state.decode(state, arrays)


def test_arrays_that_are_too_large_once_unpacked_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(tmp_path)
    monkeypatch.setattr(own_estimator, "_LARGEST_ARRAYS", 1000)
    monkeypatch.setattr(np, "load", lambda *arguments, **options: pytest.fail("the arrays were read"))
    with pytest.raises(ShapeError, match="has more than 1,000 bytes, unpacked"):
        own_estimator.load_estimator(tmp_path, 8)


def test_an_estimator_of_another_version_of_scikit_learn_is_trained_again(tmp_path: Path) -> None:
    state, arrays = stored(tmp_path)
    with pytest.raises(ShapeError, match=r"was fitted with scikit-learn 0.1, and .* is installed: train it again"):
        estimator_state.decode({**state, "sklearn": "0.1"}, arrays)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"sklearn": 3}', "[" * 10_000])
def test_files_that_hold_no_estimator_are_an_error(content: str, tmp_path: Path) -> None:
    stored(tmp_path)
    (tmp_path / "estimator.json").write_text(content)
    with pytest.raises(ShapeError):
        artifact.load(tmp_path)


def small(shapes, classes, activation="softmax"):
    inputs = [keras.Input(shape) for shape in shapes.values()]
    joined = keras.layers.Concatenate()(inputs)
    return keras.Model(inputs, keras.layers.Dense(classes, activation=activation)(joined))


def test_a_network_is_trained_and_predicts_the_same_once_it_is_stored(tmp_path: Path) -> None:
    fitted = fitted_by(lambda shapes, classes: small(shapes, classes))
    assert len(fitted.epochs) == 2 and fitted.epochs[0]["loss"] > 0
    before = predict(fitted, with_mouth(VALIDATE))
    artifact.save(fitted, tmp_path)
    systems.use_own([])
    assert predict(artifact.load(tmp_path), with_mouth(VALIDATE)).equals(before)


def sequential(shapes, classes):
    network = keras.Sequential([keras.layers.Dense(classes, activation="softmax")])
    network.compile(keras.optimizers.SGD(0.5), "categorical_crossentropy")
    return network


def test_a_network_of_one_input_may_be_compiled_by_the_user() -> None:
    fitted = fitted_by(lambda shapes, classes: sequential(shapes, classes), inputs=("mouth",))
    assert fitted.epochs[0]["learning_rate"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda shapes, classes: None, "returned NoneType, expected a Keras model"),
        (lambda shapes, classes: shapes["eyes"], "raised KeyError: 'eyes'"),
        (lambda shapes, classes: small(shapes, classes + 1), r"returns \(None, 9\), expected \(None, 8\)"),
        (lambda shapes, classes: small(shapes, classes, activation=None), "end the network with a softmax"),
        (lambda shapes, classes: keras.Sequential([keras.layers.Lambda(lambda x: x[0]), keras.layers.Dense(8)]),
         "cannot be used: ValueError"),
    ],
)  # fmt: skip
def test_a_network_that_cannot_be_used_is_untrainable_with_the_reason(build: Any, message: str) -> None:
    with pytest.raises(UntrainableError, match=message):
        fitted_by(build)


@keras.saving.register_keras_serializable()
class Twice(keras.layers.Layer):
    """A layer of the user's own."""

    def call(self, values):
        return 2 * values


@keras.saving.register_keras_serializable("affect_store")
class Wrapped(keras.Model):
    """A network of the user's own, with a name as of the product's."""

    def call(self, values):
        return values


@keras.saving.register_keras_serializable()
def doubled(values):
    return 2 * values


@keras.saving.register_keras_serializable("affect_store")
class Nothing(keras.initializers.Initializer):
    """An initialiser of the user's own."""

    def __call__(self, shape, dtype=None):
        return keras.ops.zeros(shape)

    def get_config(self):
        return {}


def inside(layer, classes):
    inputs = keras.Input((2,))
    inner = keras.Sequential([layer, keras.layers.Dense(classes, activation="softmax")])
    return keras.Model(inputs, inner(inputs))


@pytest.mark.parametrize(
    ("build", "name"),
    [
        (lambda classes: inside(Twice(), classes), "Twice"),
        (lambda classes: inside(keras.Sequential([keras.layers.Dense(2), Twice()]), classes), "Twice"),
        (lambda classes: inside(Wrapped(), classes), "Wrapped"),
        (lambda classes: inside(keras.layers.Dense(2, activation=doubled), classes), "doubled"),
        (lambda classes: inside(keras.layers.Dense(2, kernel_initializer=Nothing()), classes), "Nothing"),
    ],
)
def test_a_network_that_needs_code_of_the_user_is_not_trained(build: Any, name: str) -> None:
    rows = Rows(
        {"mouth": Values((np.zeros((4, 2), np.float32),), np.zeros(1, np.int64), np.arange(4))},
        np.zeros(4, np.int64),
        np.arange(4),
    )

    def mine(shapes, classes):
        return build(classes)

    declared = declaration_of(model(inputs=("mouth",))(mine))
    with pytest.raises(UntrainableError, match=f"{name} is not part of Keras"):
        own_network.build(declared, rows, 0)


def test_a_model_cannot_have_the_name_of_a_system() -> None:
    def lda():
        return GaussianNB()

    declared = declaration_of(model(inputs=("aligned",))(lda))
    with pytest.raises(
        ExtensionError, match="'lda' is a model of affect-store; rename yours, for instance to 'my_lda'"
    ):
        systems.use_own([OwnModel(declared, "own.py", "'own.py'", "abc")])
    assert systems.get_system("lda").family == systems.LINEAR


def test_systems_of_the_users_own_are_those_of_the_last_call() -> None:
    use(lambda: GaussianNB())
    assert systems.get_system("mine").recipes == ("corrected",)
    systems.use_own([])
    with pytest.raises(UnknownNameError):
        systems.get_system("mine")
